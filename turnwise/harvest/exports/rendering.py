"""Dialogues as text by a chat template, as token ids, and which of it the assistant wrote: labels are on exactly that.

The dialogue is rendered once by the tokenizer's own chat template. What the assistant wrote is what lies between the
texts that stay when every message of the assistant is replaced by a mark; where a template writes those differently
for the real messages, it is what each message adds, found again in the rendering of all. Then it is checked: every
message is found where it belongs. A template that loses or moves text is rejected.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from turnwise.errors import TurnwiseError
from turnwise.harvest.exports.pieces import CannotHold, chat, parse_tools
from turnwise.harvest.rows import MessageRow, Row

_MARK = "TWMARK{}KRAMWT"
_COMPARED = 8
"""Texts that are split a second time, by the tokenizer itself, to see that it splits as it says."""
IGNORED = -100
"""The label of a token that is not learned."""


class Tokens(NamedTuple):
    """A dialogue as a trainer takes it: two lists of the same length."""

    input_ids: list[int]
    labels: list[int]


class Span(NamedTuple):
    """Characters that one message of the assistant wrote, its end-of-turn token with them."""

    message: int
    start: int
    end: int


class Rendered(NamedTuple):
    """A dialogue as a chat template writes it."""

    text: str
    spans: tuple[Span, ...]
    """one for each message of the assistant, in order"""


def render(row: Mapping[str, Any], tokenizer: Any) -> Rendered:
    """The text of a dialogue under a tokenizer's chat template, and what of it the assistant wrote, or CannotHold."""
    messages, tools = row["messages"], parse_tools(row["tools"])
    write = _writer(tokenizer, tools)
    said = chat(messages, objects=True)
    text = write(said)
    spans = _by_marks(said, text, write) or _by_prefixes(said, text, write)
    if not spans:
        raise CannotHold(
            "the chat template writes messages differently once others follow, so their place is not certain"
        )
    _check(messages, text, spans)
    return Rendered(text, tuple(spans))


def _writer(tokenizer: Any, tools: list[Any] | None) -> Callable[..., str]:
    """A function that renders messages as text; one that some template cannot take raises CannotHold."""
    from jinja2 import TemplateError

    def write(said: Sequence[dict[str, Any]], prompt: bool = False) -> str:
        try:
            text: str = tokenizer.apply_chat_template(
                list(said), tools=tools, tokenize=False, add_generation_prompt=prompt
            )
        except (TemplateError, TypeError, KeyError, ValueError) as error:
            raise CannotHold(f"the chat template refuses the dialogue: {error}") from error
        return text

    return write


def _by_marks(said: list[dict[str, Any]], text: str, write: Callable[..., str]) -> list[Span] | None:
    """Spans by what stands between marks; None where the template writes that differently for the real messages."""
    places = [n for n, message in enumerate(said) if message["role"] == "assistant"]
    marks = {n: _MARK.format(n) for n in places}
    thoughts = {n: _MARK.format(f"R{n}") for n in places if said[n].get("reasoning_content")}
    marked = list(said)
    for n in places:
        thought = {"reasoning_content": thoughts[n]} if n in thoughts else {}
        marked[n] = {"role": "assistant", "content": marks[n], **thought}
    try:
        other = write(marked)
    except CannotHold:
        return None
    gaps, position = [], 0
    for n in places:
        if other.count(marks[n]) != 1 or marks[n] in text:
            return None
        begin = other.index(marks[n])
        thought_begin = other.find(thoughts[n], position, begin) if n in thoughts else -1
        gaps.append(other[position : begin if thought_begin < 0 else thought_begin])
        position = begin + len(marks[n])
    gaps.append(other[position:])
    found = _aligned(text, gaps)
    if found is None:
        return None
    header = _header(said[: places[0]], write)
    # A template may put more between header and text, such as an empty thought, which a model has to write too.
    inserted = [len(gap) - gap.rindex(header) - len(header) if header and header in gap else 0 for gap in gaps[:-1]]
    # What follows every message is the end of a turn; the last one is followed by nothing else.
    ends = [len(_common(gaps[-1], gap).rstrip()) for gap in gaps[1:]]
    return [
        Span(n, begin - before, end + behind)
        for n, (begin, end), before, behind in zip(places, found, inserted, ends, strict=True)
    ]


def _by_prefixes(said: list[dict[str, Any]], text: str, write: Callable[..., str]) -> list[Span] | None:
    """Spans by what each message adds, found again in order; None where that can be in more than one way."""
    places = [n for n, message in enumerate(said) if message["role"] == "assistant"]
    parts, bodies = [], []
    for n in places:
        before, upto = write(said[:n], prompt=True), write(said[: n + 1])
        bodies.append(upto[len(before) :].rstrip() if upto.startswith(before) else "")
        parts.append(_header(said[:n], write) + bodies[-1])
    found = _in_order(text, parts, 0, len(text)) if all(bodies) else None
    if found is None:
        return None
    ends = [begin + len(part) for begin, part in zip(found, parts, strict=True)]
    return [Span(n, end - len(body), end) for n, end, body in zip(places, ends, bodies, strict=True)]


def _header(before: list[dict[str, Any]], write: Callable[..., str]) -> str:
    """What a template writes to have the assistant speak; empty when that is no text."""
    plain, prompted = write(before), write(before, prompt=True)
    return prompted[len(plain) :] if prompted.startswith(plain) and prompted[len(plain) :].strip() else ""


def _aligned(text: str, gaps: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where the stretches between gaps lie in a text; None when they do not fit, or fit in more than one way."""
    first, last = len(gaps[0]), len(text) - len(gaps[-1])
    if first > last or not (text.startswith(gaps[0]) and text.endswith(gaps[-1])) or not all(gaps[1:-1]):
        return None
    begins = _in_order(text, gaps[1:-1], first, last)
    if begins is None:
        return None
    starts = [first, *(begin + len(gap) for begin, gap in zip(begins, gaps[1:-1], strict=True))]
    return list(zip(starts, [*begins, last], strict=True))


def _in_order(text: str, parts: Sequence[str], first: int, last: int) -> list[int] | None:
    """Where parts of a text begin, one behind the other; None when they do not, or do in more than one way."""
    begins, position = [], first
    for part in parts:
        begin = text.find(part, position, last)
        if begin < 0:
            return None
        begins.append(begin)
        position = begin + len(part)
    position = last
    for part, begin in zip(reversed(parts), reversed(begins), strict=True):
        position = text.rfind(part, first, position)
        if position != begin:
            return None
    return begins


def _check(messages: Sequence[MessageRow], text: str, spans: Sequence[Span]) -> None:
    """Check that each message stands where it belongs: what others said between the spans, in order."""
    borders = [(-1, 0, 0), *spans, (len(messages), len(text), len(text))]
    gaps = []
    for (before, _, position), (number, start, end) in pairwise(borders):
        if start < position:
            raise CannotHold("the chat template writes messages of the assistant into each other")
        gaps.append(text[position:start])
        for place in range(before + 1, number):
            content = (messages[place]["content"] or "").strip()
            # Some templates write a tool's result as a JSON string.
            spelt = content, json.dumps(content, ensure_ascii=False)[1:-1]
            if messages[place]["role"] != "system" and not any(one in gaps[-1] for one in spelt):
                raise CannotHold(f"the chat template loses or moves message {place} ({messages[place]['role']})")
        if number < len(messages) and messages[number]["train"]:
            _check_own(messages[number], number, text[start:end])
    for message in messages:  # which some templates put before the last user message
        if message["role"] == "system" and not any((message["content"] or "").strip() in gap for gap in gaps):
            raise CannotHold("the chat template loses the system message")


def _check_own(message: MessageRow, number: int, written: str) -> None:
    if (message["content"] or "").strip() not in written:
        raise CannotHold(f"the chat template changes the text of message {number} (assistant)")
    position = 0
    for call in message["tool_calls"] or []:
        name = call["function"]["name"]
        if written.find(name, position) < 0:
            raise CannotHold(f"the chat template loses a call in message {number} (assistant): {name}")
        position = written.find(name, position) + len(name)
        for value in _leaves(json.loads(call["function"]["arguments"])):
            if not any(spelt in written for spelt in _spellings(value)):
                raise CannotHold(f"the chat template loses an argument of {name} in message {number}: {value!r}")


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _spellings(value: Any) -> tuple[str, ...]:
    escaped = (json.dumps(value, ensure_ascii=False), json.dumps(value))
    return (*escaped, str(value).strip(), *(text[1:-1] for text in escaped if isinstance(value, str)))


def _common(one: str, other: str) -> str:
    """What two texts begin with alike."""
    length = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[:length]


def masker(tokenizer: Any) -> Callable[[Row], Tokens]:
    """A function from a dialogue to token ids and labels: on the messages with `train`, and -100 elsewhere.

    What a model writes after the generation prompt is learned, up to and with the token that ends its turn; the
    header before it is not, nor is a token that lies across a border. The function raises CannotHold for a dialogue if
    the template loses text of it, or if it is not certain who wrote which character.
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

    compared = 0

    def encode(text: str) -> tuple[list[int], list[tuple[int, int]]]:
        nonlocal compared
        encoded = backend.encode(text, add_special_tokens=False)
        if compared < _COMPARED:  # a tokenizer that splits otherwise does so from the first text on
            if encoded.ids != list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]):
                raise CannotHold("the tokenizer splits text differently from what it says of itself")
            compared += 1
        return encoded.ids, encoded.offsets

    return encode
