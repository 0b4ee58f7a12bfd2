"""Exports in the hands of their trainers: rendered and masked by the trainer's own code, and compared with ours.

Knows no files: it is given what `datasets` has loaded.
"""

import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple

from turnwise.errors import HarvestError
from turnwise.harvest.exports.pieces import CannotHold, chat, library, parse_tools
from turnwise.harvest.exports.rendering import IGNORED, Tokens, masker, render
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import Row

_ROLES = {"human": "user", "observation": "tool", "gpt": "assistant", "function_call": "assistant"}


class Seen(NamedTuple):
    """A record as the trainer sees it."""

    text: str
    """with what is learned between brackets, where that is known"""
    problems: tuple[str, ...] = ()
    masked: bool = True
    """whether TRL could tell what the assistant writes"""


def trl_sft(records: Any, rows: Sequence[Row], tokenizer: Any) -> list[Seen]:
    """What TRL's SFTTrainer makes of records (a `datasets.Dataset`) of rows in the same order, by its own preparation."""
    trl = library("trl", "this check")

    def prepared(assistant_only: bool) -> Any:
        with _preparing() as settings:
            config = trl.SFTConfig(assistant_only_loss=assistant_only, max_length=None, **settings)
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
    """A row that TRL has prepared, held against its dialogue; `masked` where TRL could tell what the assistant writes."""
    ids, labels = made["input_ids"], made["labels"]
    try:
        ours = tokens(row)
    except CannotHold as error:
        return Seen(tokenizer.decode(ids), (str(error),), masked)
    if list(ids) != ours.input_ids:
        return Seen(tokenizer.decode(ids), ("TRL renders it differently from the archive's messages",), masked)
    if not masked:
        return Seen(tokenizer.decode(ids), masked=False)
    problems = []
    if any(own != IGNORED and label == IGNORED for own, label in zip(ours.labels, labels, strict=True)):
        problems.append("TRL does not learn all that is to be learned")
    beyond = [label if own == IGNORED else IGNORED for own, label in zip(ours.labels, labels, strict=True)]
    others = [m["content"].strip() for m in row["messages"] if m["role"] != "assistant" and m["content"]]
    for learned, text in _stretches(ids, beyond, tokenizer):
        if learned and text.strip() and any(other and other in text for other in others):
            problems.append(f"TRL learns what is not the assistant's: {text.strip()[:60]!r}")
    return Seen(bracketed(ids, labels, tokenizer), tuple(problems))


def trl_dpo(records: Any, pairs: Sequence[PairRow], tokenizer: Any) -> list[Seen]:
    """What TRL's DPOTrainer makes of records (a `datasets.Dataset`) of pairs in the same order."""
    trl = library("trl", "this check")
    with _preparing() as settings:
        models = _tiny(tokenizer), _tiny(tokenizer)
        config = trl.DPOConfig(max_length=None, **settings)
        made = list(trl.DPOTrainer(*models, config, train_dataset=records, processing_class=tokenizer).train_dataset)
    found = []
    for one, pair in zip(made, pairs, strict=True):
        prompt, *answers = (tokenizer.decode(one[name]) for name in ("prompt_ids", "chosen_ids", "rejected_ids"))
        problems = [
            f"{name}: {wrong}"
            for name, own, answer in zip(
                ("chosen", "rejected"), (pair["chosen"], pair["rejected"]), answers, strict=True
            )
            if (wrong := _wrong_answer([*pair["prompt"], own], pair["tools"], prompt, answer, tokenizer))
        ]
        shown = "\n".join(f"⟦{answer.rstrip()}⟧" for answer in answers)
        found.append(Seen(f"{prompt}{shown}", tuple(problems)))
    return found


def _wrong_answer(messages: Sequence[Any], tools: str | None, prompt: str, answer: str, tokenizer: Any) -> str:
    """How what TRL makes of an answer is not what the archive says; empty when it is."""
    try:
        text, spans = render({"messages": messages, "tools": tools}, tokenizer)
    except CannotHold as error:
        return str(error)
    if prompt + answer != text:
        return "TRL renders it differently from the archive's messages"
    more = len(prompt) > spans[-1].end or text[len(prompt) : spans[-1].start].strip()
    return f"TRL learns more than the answer: {answer[:60]!r}" if more else ""


def plain_tokenizer() -> Any:
    """A tokenizer that is there offline: a token for each byte, and a chat template that says what the assistant writes."""
    transformers = library("transformers", "rendering")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE(vocab={sign: number for number, sign in enumerate(alphabet)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        chat_template=files(__package__).joinpath("plain.jinja").read_text("utf-8"),
        eos_token="<|im_end|>",
        pad_token="<|im_start|>",
        clean_up_tokenization_spaces=False,
    )


@contextmanager
def quiet() -> Iterator[Any]:
    """`datasets` without bars, and without a word of what trainers will change one day: nothing here is trained."""
    datasets = library("datasets", "this check")
    datasets.disable_progress_bars()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield datasets


@contextmanager
def _preparing() -> Iterator[dict[str, Any]]:
    """Settings of a trainer that only prepares its data; HarvestError where a chat template does not suit its probes."""
    from jinja2 import TemplateError

    with tempfile.TemporaryDirectory() as folder, quiet():
        try:
            yield {"output_dir": folder, "report_to": "none", "use_cpu": True, "bf16": False, "disable_tqdm": True}
        except (TypeError, KeyError, TemplateError) as error:
            raise HarvestError(f"TRL cannot prepare data with this chat template: {error}") from error


def _tiny(tokenizer: Any) -> Any:
    """A model that no one will train: trainers prepare their data when they are given one."""
    from transformers import LlamaConfig, LlamaForCausalLM

    sizes = ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    signs = {name: getattr(tokenizer, name) for name in ("pad_token_id", "bos_token_id", "eos_token_id")}
    settings: Any = {**dict.fromkeys(sizes, 1), "hidden_size": 8, "vocab_size": len(tokenizer), **signs}
    return LlamaForCausalLM(LlamaConfig(**settings))


def by_template(records: Iterable[Mapping[str, Any]], tokenizer: Any) -> list[Seen]:
    """Records of messages as a chat template writes them; what a format holds as text is text."""
    from jinja2 import TemplateError

    found = []
    for record in records:
        given = record.get("input", record)
        said = (
            given.get("messages")
            or given.get("prompt")
            or [{"role": _ROLES[message["from"]], "content": message["value"]} for message in given["conversations"]]
        )
        tools = given.get("tools")
        tools = parse_tools(tools) if isinstance(tools, str) else tools
        try:
            said = chat([*said, *record.get("completion", ()), *record.get("preferred_output", ())], objects=True)
            found.append(Seen(tokenizer.apply_chat_template(said, tools=tools, tokenize=False)))
        except (TemplateError, TypeError) as error:
            found.append(Seen("", (f"the chat template refuses it: {error}",)))
    return found


def _stretches(ids: Sequence[int], labels: Sequence[int], tokenizer: Any) -> Iterator[tuple[bool, str]]:
    """The stretches of a text, and whether each is learned."""
    for learned, group in groupby(zip(ids, labels, strict=True), key=lambda pair: pair[1] != IGNORED):
        yield learned, tokenizer.decode([token for token, _ in group])


def bracketed(ids: Sequence[int], labels: Sequence[int], tokenizer: Any) -> str:
    """A text with what is learned in brackets."""
    return "".join(f"⟦{text}⟧" if learned else text for learned, text in _stretches(ids, labels, tokenizer))
