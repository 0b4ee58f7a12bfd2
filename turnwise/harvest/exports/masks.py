"""Dialogues as token ids, with labels on exactly what the assistant wrote. Knows nothing of files or trainers.

The dialogue is rendered once and tokenised once; see `turnwise.harvest.exports.rendering` for who wrote what.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from turnwise.errors import TurnwiseError
from turnwise.harvest.exports.pieces import CannotHold
from turnwise.harvest.exports.rendering import render
from turnwise.harvest.rows import Row

IGNORED = -100
"""The label of a token that is not learned."""


class Tokens(NamedTuple):
    """A dialogue as a trainer takes it: two lists of the same length."""

    input_ids: list[int]
    labels: list[int]


def masker(tokenizer: Any) -> Callable[[Row], Tokens]:
    """A function from a dialogue to token ids and labels: on the messages with `train`, and -100 elsewhere.

    What a model writes after the generation prompt is learned, up to and with the token that ends its turn; the
    header before it is not, nor is a token that lies across a border. The function raises CannotHold for a dialogue if
    the template loses text of it, or if it is not certain who wrote which character.

    Raises:
        TurnwiseError: the tokenizer has no chat template, or cannot say where its tokens lie.
    """
    encode = _encoder(tokenizer)

    def tokens(row: Row) -> Tokens:
        rendered = render(row, tokenizer)
        ids, offsets = encode(rendered.text)
        labels = [IGNORED] * len(ids)
        token = 0
        for span in rendered.spans:
            while token < len(ids) and offsets[token][1] <= span.start:
                token += 1
            while token < len(ids) and offsets[token][0] < span.end:
                begin, end = offsets[token]
                if row["messages"][span.message]["train"] and span.start <= begin and end <= span.end:
                    labels[token] = ids[token]
                if end > span.end:  # the next message may begin inside this token
                    break
                token += 1
        return Tokens(ids, labels)

    return tokens


def _encoder(tokenizer: Any) -> Callable[[str], tuple[list[int], list[tuple[int, int]]]]:
    """A function from a text to its token ids and the characters each covers, white space too."""
    from tokenizers import Tokenizer

    name = tokenizer.name_or_path or "the tokenizer"
    if not getattr(tokenizer, "chat_template", None):
        raise TurnwiseError(f"{name} has no chat template")
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise TurnwiseError(f"{name} is no fast tokenizer: it cannot say where its tokens lie")
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
    backend.post_processor = None  # some take white space out of the offsets
    backend.no_truncation()
    backend.no_padding()

    def encode(text: str) -> tuple[list[int], list[tuple[int, int]]]:
        encoded = backend.encode(text, add_special_tokens=False)
        if encoded.ids != list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]):
            raise CannotHold("the tokenizer splits text differently from what it says of itself")
        return encoded.ids, encoded.offsets

    return encode
