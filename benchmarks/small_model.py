"""A small model on exported tokens: made or loaded, fine-tuned by TRL, and held against what it should have written."""

import json
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import torch

TEMPLATE = Path(__file__).with_name("compact.jinja")
CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)
_NAME = re.compile(r'<tool_call>\{"name": "[^"]*"')
_SIGNS = ("<|im_start|>", "<|im_end|>")
Tokens = Mapping[str, Sequence[int]]
"""A row of the export `tokens`: `input_ids` and `labels`."""


@dataclass(frozen=True)
class Held:
    """A dialogue against a model: what it would have written after each true beginning."""

    loss: float
    """summed over the tokens to be learned"""
    tokens: int
    calls: int
    named: int
    """calls of which the likeliest tokens name the right tool"""
    exact: int
    """calls of which the likeliest tokens are the whole call"""
    replies: int
    words: int
    """replies that the model would not have begun with a call"""


def bring(source: str, file: str | None, place: Path) -> None:
    """Write a model and its tokenizer, with our chat template, to a folder.

    Args:
        source: a folder or a name of transformers.
        file: of the folder, where it is GGUF.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    named = {"gguf_file": file} if file else {}
    tokenizer = AutoTokenizer.from_pretrained(source, **named)
    tokenizer.chat_template = TEMPLATE.read_text("utf-8")
    tokenizer.save_pretrained(place)
    read = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32, **named)
    if file:  # transformers does not write what it remembers as read from GGUF, though its weights are plain
        plain = read.config.to_dict()
        plain.pop("quantization_config", None)
        whole = type(read)(type(read.config).from_dict(plain))
        whole.load_state_dict(read.state_dict())
        read = whole
    read.save_pretrained(place)


def invent(texts: Iterable[str], place: Path, *, layers: int = 2, width: int = 128, vocabulary: int = 800) -> None:
    """Write a model that knows nothing, and a tokenizer of its own made from some texts, to a folder."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=list(_SIGNS), initial_alphabet=alphabet, show_progress=False
    )
    backend.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        chat_template=TEMPLATE.read_text("utf-8"),
        pad_token=_SIGNS[0],
        eos_token=_SIGNS[1],
        clean_up_tokenization_spaces=False,
    )
    tokenizer.save_pretrained(place)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=8192,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(place)


def load(place: Path, device: str = "cpu", *, half: bool = False) -> tuple[Any, Any]:
    """The model of a folder and its tokenizer."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    kind = torch.bfloat16 if half else torch.float32
    model = AutoModelForCausalLM.from_pretrained(place, dtype=kind).to(device).eval()
    return model, AutoTokenizer.from_pretrained(place)


def train(
    place: Path,
    rows: Sequence[Tokens],
    out: Path,
    *,
    rate: float,
    epochs: float = 1,
    batch: int = 1,
    accumulate: int = 1,
    context: int = 1024,
    device: str = "cpu",
    half: bool = False,
    seed: int = 0,
) -> list[float]:
    """Fine-tune the model of a folder on rows as they are masked, and write it to another; the loss of each step."""
    from datasets import Dataset, disable_progress_bars
    from trl import SFTConfig, SFTTrainer

    disable_progress_bars()
    model, tokenizer = load(place, device)
    model.train()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        settings = SFTConfig(
            output_dir=str(out),
            per_device_train_batch_size=batch,
            gradient_accumulation_steps=accumulate,
            num_train_epochs=epochs,
            learning_rate=rate,
            lr_scheduler_type="cosine",
            warmup_steps=0.1,
            max_length=context,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            disable_tqdm=True,
            use_cpu=device == "cpu",
            bf16=half,
            gradient_checkpointing=False,
            seed=seed,
        )
        data = Dataset.from_list([{name: list(row[name]) for name in ("input_ids", "labels")} for row in rows])
        trainer = SFTTrainer(model, settings, train_dataset=data, processing_class=tokenizer)
        trainer.train()
    trainer.model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    return [step["loss"] for step in trainer.state.log_history if "loss" in step]


def held(model: Any, tokenizer: Any, row: Tokens) -> Held:
    """One dialogue against a model, from one pass over it: greedy decoding after a true beginning writes the likeliest
    tokens, so a message whose tokens are all the likeliest is the one that it would have written."""
    ids, labels = torch.tensor([row["input_ids"]]), torch.tensor(row["labels"])
    with torch.no_grad():
        scores = model(input_ids=ids.to(model.device)).logits[0, :-1].float().cpu()
    target = labels[1:]
    learned = target != -100
    loss = torch.nn.functional.cross_entropy(scores[learned], target[learned], reduction="sum")
    likeliest = scores.argmax(-1)
    right = likeliest == target
    calls = named = exact = replies = words = 0
    opening = tokenizer.encode("<tool_call>", add_special_tokens=False)[0]
    for written, group in groupby(range(len(target)), lambda place: bool(learned[place])):
        if not written:
            continue
        places = list(group)
        text = tokenizer.decode(target[places[0] : places[-1] + 1])
        if not text.startswith("<tool_call>"):
            replies += 1
            words += int(likeliest[places[0]] != opening)
            continue
        calls += 1
        exact += int(right[places].all())
        named += int(right[places[: _through_name(tokenizer, target[places])]].all())
    return Held(float(loss), int(learned.sum()), calls, named, exact, replies, words)


def _through_name(tokenizer: Any, ids: Any) -> int:
    """How many tokens it takes to have named the tool."""
    return next((n for n in range(1, len(ids) + 1) if _NAME.search(tokenizer.decode(ids[:n]))), len(ids))


def measure(place: Path, rows: Sequence[Tokens], device: str = "cpu", *, half: bool = False) -> list[dict[str, Any]]:
    """Each row against the model of a folder."""
    model, tokenizer = load(place, device, half=half)
    return [asdict(held(model, tokenizer, row)) for row in rows]


def calls_in(text: str) -> tuple[str, list[tuple[str, dict[str, Any]]]]:
    """What a model wrote as words and calls; a call that cannot be read stays among the words."""
    found: list[tuple[str, dict[str, Any]]] = []

    def take(match: re.Match[str]) -> str:
        try:
            call = json.loads(match[1])
            found.append((str(call["name"]), dict(call["arguments"])))
        except (ValueError, KeyError, TypeError):
            return match[0]
        return ""

    return CALL.sub(take, text).strip(), found
