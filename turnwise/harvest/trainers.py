"""Exports in the hands of their trainers: rendered and masked by the trainer's own code, and compared with ours.

Knows no files: it is given what `datasets` has loaded.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.harvest.exports.dialogues import TrainingDialogue, chat_of
from turnwise.harvest.exports.masks import IGNORED, Tokens, masker
from turnwise.harvest.exports.rendering import NotExact, render
from turnwise.harvest.extras import library
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import Row


class Seen(NamedTuple):
    """A record as the trainer sees it."""

    text: str
    """with what is learned between brackets, where that is known"""
    problems: tuple[str, ...] = ()
    masked: bool = False
    """whether it is known what is learned"""


def trl_sft(records: Any, rows: Sequence[Row], tokenizer: Any) -> list[Seen]:
    """What TRL's SFTTrainer makes of records, by its own preparation.

    Args:
        records: a `datasets.Dataset`.
        rows: of the archive, in the same order.

    Raises:
        HarvestError: TRL is missing.
    """
    trl = library("trl", "this check")

    def prepared(assistant_only: bool) -> Any:
        with _preparing() as folder:
            config = trl.SFTConfig(assistant_only_loss=assistant_only, max_length=None, **_settings(folder))
            trainer = trl.SFTTrainer(_tiny(tokenizer), config, train_dataset=records, processing_class=tokenizer)
            return list(trainer.train_dataset)

    try:
        made, masked = prepared(True), True
    except (ValueError, RuntimeError) as error:
        if "generation" not in str(error):
            raise HarvestError(f"TRL cannot prepare it: {error}") from error
        made, masked = prepared(False), False  # the template does not say what the assistant writes
    tokens = masker(tokenizer)
    return [prepared_sft(one, row, tokens, tokenizer, masked=masked) for one, row in zip(made, rows, strict=True)]


def prepared_sft(
    made: Mapping[str, Any], row: Row, tokens: Callable[[Row], Tokens], tokenizer: Any, *, masked: bool
) -> Seen:
    """A row that TRL has prepared, held against the dialogue that it is of.

    Args:
        made: `input_ids` and `labels`.
        tokens: of a masker.
        masked: whether TRL could tell what the assistant writes.
    """
    ids, labels = made["input_ids"], made["labels"]
    try:
        ours = tokens(row)
    except NotExact as error:
        return Seen(tokenizer.decode(ids), (str(error),), masked)
    if list(ids) != ours.input_ids:
        return Seen(tokenizer.decode(ids), ("TRL renders it differently from the archive's messages",), masked)
    if not masked:
        return Seen(tokenizer.decode(ids))
    problems = []
    if any(own != IGNORED and label == IGNORED for own, label in zip(ours.labels, labels, strict=True)):
        problems.append("TRL does not learn all that is to be learned")
    beyond = [label if own == IGNORED else IGNORED for own, label in zip(ours.labels, labels, strict=True)]
    others = [m["content"].strip() for m in row["messages"] if m["role"] != "assistant" and m["content"]]
    for run in runs(ids, beyond, tokenizer):
        if run.strip() and any(text and text in run for text in others):
            problems.append(f"TRL learns what is not the assistant's: {run.strip()[:60]!r}")
    return Seen(bracketed(ids, labels, tokenizer), tuple(problems), masked)


def trl_dpo(records: Any, pairs: Sequence[PairRow], tokenizer: Any) -> list[Seen]:
    """What TRL's DPOTrainer makes of records.

    Args:
        records: a `datasets.Dataset`.
        pairs: of the archive, in the same order.

    Raises:
        HarvestError: TRL is missing.
    """
    trl = library("trl", "this check")
    with _preparing() as folder:
        config = trl.DPOConfig(max_length=None, **_settings(folder))
        trainer = trl.DPOTrainer(
            _tiny(tokenizer), _tiny(tokenizer), config, train_dataset=records, processing_class=tokenizer
        )
        made = list(trainer.train_dataset)
    found = []
    for one, pair in zip(made, pairs, strict=True):
        prompt = tokenizer.decode(one["prompt_ids"])
        problems = []
        for name, own in (("chosen", pair["chosen"]), ("rejected", pair["rejected"])):
            answer = tokenizer.decode(one[f"{name}_ids"])
            try:
                rendered = render({"messages": [*pair["prompt"], own], "tools": pair["tools"]}, tokenizer)
            except NotExact as error:
                problems.append(f"{name}: {error}")
                continue
            start, end = rendered.spans[-1].start, rendered.spans[-1].end
            if prompt + answer != rendered.text:
                problems.append(f"TRL renders the {name} answer differently from the archive's messages")
            elif len(prompt) > end or rendered.text[len(prompt) : start].strip():
                problems.append(f"TRL learns more than the {name} answer: {answer[:60]!r}")
        answers = "\n".join(f"⟦{tokenizer.decode(one[f'{name}_ids']).rstrip()}⟧" for name in ("chosen", "rejected"))
        found.append(Seen(f"{prompt}{answers}", tuple(problems), True))
    return found


@contextmanager
def quiet() -> Iterator[Any]:
    """`datasets` without bars, and without a word of what trainers will change one day: nothing here is trained.

    Raises:
        HarvestError: it is missing.
    """
    datasets = library("datasets", "this check")
    shown = datasets.utils.logging.is_progress_bar_enabled()
    datasets.disable_progress_bars()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield datasets
    finally:
        if shown:
            datasets.enable_progress_bars()


@contextmanager
def _preparing() -> Iterator[str]:
    """A folder for a trainer that only prepares its data.

    Raises:
        HarvestError: it cannot, as with a chat template that its own probes do not suit.
    """
    from jinja2 import TemplateError

    with tempfile.TemporaryDirectory() as folder, quiet():
        try:
            yield folder
        except (TypeError, KeyError, TemplateError) as error:
            raise HarvestError(f"TRL cannot prepare data with this chat template: {error}") from error


def _settings(folder: str) -> dict[str, Any]:
    return {"output_dir": folder, "report_to": "none", "use_cpu": True, "bf16": False, "disable_tqdm": True}


def _tiny(tokenizer: Any) -> Any:
    """A model that no one will train: trainers prepare their data when they are given one."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=8,
        intermediate_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return LlamaForCausalLM(config)


def by_template(dialogue: TrainingDialogue, tokenizer: Any) -> Seen:
    """A dialogue as a chat template writes it."""
    from jinja2 import TemplateError

    try:
        text = tokenizer.apply_chat_template(chat_of(dialogue), tools=dialogue.tools, tokenize=False)
    except (TemplateError, TypeError) as error:
        return Seen("", (f"the chat template refuses it: {error}",))
    return Seen(text)


def pretokenised(records: Iterable[Mapping[str, Any]], rows: Sequence[Row], tokenizer: Any) -> list[Seen]:
    """Records of tokens, held against the dialogues that they are of."""
    tokens = masker(tokenizer)
    return [_tokens_seen(record, row, tokens, tokenizer) for record, row in zip(records, rows, strict=True)]


def _tokens_seen(record: Mapping[str, Any], row: Row, tokens: Callable[[Row], Tokens], tokenizer: Any) -> Seen:
    ids, labels = record["input_ids"], record["labels"]
    if len(ids) != len(labels):
        return Seen("", (f"{len(labels)} labels for {len(ids)} tokens",), True)
    return Seen(bracketed(ids, labels, tokenizer), tuple(_wrong_tokens(ids, labels, row, tokens, tokenizer)), True)


def _wrong_tokens(
    ids: Sequence[int], labels: Sequence[int], row: Row, tokens: Callable[[Row], Tokens], tokenizer: Any
) -> Iterator[str]:
    rendered, ours = render(row, tokenizer), tokens(row)
    wanted = [rendered.text[s.start : s.end] for s in rendered.spans if row["messages"][s.message]["train"]]
    if list(ids) != ours.input_ids:
        yield "the tokens are not those of the dialogue"
    elif any(label not in (token, IGNORED) for token, label in zip(ids, labels, strict=True)):
        yield "a label is not its token"
    elif list(labels) != ours.labels:
        yield "the labels are not on what is to be learned"
    # A tokenizer that writes text back as it was shows what labels cover, however they were made.
    elif (
        tokenizer.decode(ids) == rendered.text
        and not ours.straddling
        and "".join(runs(ids, labels, tokenizer)) != "".join(wanted)
    ):
        yield "the labels do not cover exactly what is to be learned"


def _stretches(ids: Sequence[int], labels: Sequence[int], tokenizer: Any) -> Iterator[tuple[bool, str]]:
    """The stretches of a text, and whether each is learned."""
    for learned, group in groupby(zip(ids, labels, strict=True), key=lambda pair: pair[1] != IGNORED):
        yield learned, tokenizer.decode([token for token, _ in group])


def runs(ids: Sequence[int], labels: Sequence[int], tokenizer: Any) -> list[str]:
    """The stretches that are learned, as text."""
    return [text for learned, text in _stretches(ids, labels, tokenizer) if learned]


def bracketed(ids: Sequence[int], labels: Sequence[int], tokenizer: Any) -> str:
    """A text with what is learned in brackets."""
    return "".join(f"⟦{text}⟧" if learned else text for learned, text in _stretches(ids, labels, tokenizer))
