"""Export, masks and training together teach a model from scratch how calls are written; with the masks turned round they do not."""

import gc
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from cast_archive import row, said, write_archive
from needs import needs

from turnwise.harvest.exports.rendering import IGNORED
from turnwise.harvest.exports.writing import export

needs("trl", reason="a model is trained with turnwise[trainers]")

MEMBERS = ("Ada", "Bob", "Cleo")


@pytest.fixture(scope="module")
def small() -> Iterator[Any]:
    """`benchmarks/small_model.py` and `served_model.py`, as `closed_loop.py` imports them."""
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
    modules = importlib.import_module("small_model"), importlib.import_module("served_model")
    importlib.import_module("trl.trainer.sft_trainer")
    gc.freeze()  # the trainer looks for garbage again and again, and what was imported is none
    yield modules
    patch.undo()


def loan(member: str, number: int) -> Any:
    """A dialogue of one call and one reply."""
    call = (f"call{number}", "find_loan", {"member": member})
    return row(
        f"{member}{number}",
        said("user", f"Which loan has {member}?"),
        said("assistant", calls=[call]),
        said("tool", json.dumps({"loan": number}), answers=call[0], name="find_loan"),
        said("assistant", f"It is loan {number}."),
    )


@pytest.fixture(scope="module")
def trained(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A model that knows nothing, one trained on the export, one on it with the masks turned round, and the export."""
    import torch

    models, _ = small
    place = tmp_path_factory.mktemp("loop")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a model only waits for others
    dialogues = [loan(member, number) for member in MEMBERS for number in range(1, 3)]
    archive = write_archive(place / "dialogues", dialogues)
    texts = [message["content"] or "" for dialogue in dialogues for message in dialogue["messages"]]
    call = '<tool_call>{"name": "find_loan", "arguments": {"member": "Ada"}}</tool_call>'
    models.invent([*texts, *[call] * 20], place / "base", layers=1, width=64, vocabulary=400)
    export(archive, "tokens", place / "tokens", tokenizer=str(place / "base"))
    rows = pq.read_table(place / "tokens" / "train.parquet").to_pylist()
    turned = [
        {**one, "labels": [i if label == IGNORED else IGNORED for i, label in zip(one["input_ids"], one["labels"], strict=True)]}
        for one in rows
    ]  # fmt: skip
    how = {"rate": 1e-2, "epochs": 40, "batch": 6}
    models.train(place / "base", rows, place / "taught", **how)
    models.train(place / "base", turned, place / "turned", **how)
    yield place, rows
    torch.set_num_threads(threads)


def loss(models: Any, place: Path, rows: Any) -> tuple[float, float]:
    """Loss per token to be learned, and the share of calls that name the right tool."""
    found = models.measure(place, rows)
    total = {name: sum(one[name] for one in found) for name in found[0]}
    return total["loss"] / total["tokens"], total["named"] / total["calls"]


def test_the_call_format_is_learned_from_the_export(small: Any, trained: Any) -> None:
    models, _ = small
    place, rows = trained
    before, named_before = loss(models, place / "base", rows)
    after, named_after = loss(models, place / "taught", rows)
    assert after < before / 4
    assert (named_before, named_after) == (0.0, 1.0)


def test_with_the_masks_turned_round_it_is_not_learned(small: Any, trained: Any) -> None:
    models, _ = small
    place, rows = trained
    taught, _ = loss(models, place / "taught", rows)
    turned, named = loss(models, place / "turned", rows)
    assert turned > 4 * taught
    assert named == 0.0


def test_only_the_taught_one_makes_a_call_through_the_endpoint(small: Any, trained: Any) -> None:
    models, serving = small
    place, _ = trained
    dialogue = loan("Ada", 1)
    body = {
        "messages": [{"role": "user", "content": dialogue["messages"][0]["content"]}],
        "tools": json.loads(dialogue["tools"]),
    }
    made = {}
    for name in ("base", "taught", "turned"):
        reader = serving.Reader(*models.load(place / name), context=256)
        status, said = serving.answered(reader, json.loads(json.dumps(body)), 40)
        assert status == 200
        made[name] = said["choices"][0]["message"].get("tool_calls")
    assert made["base"] is None
    assert made["turned"] is None
    (call,) = made["taught"]
    assert call["function"]["name"] == "find_loan"
    assert set(json.loads(call["function"]["arguments"])) == {"member"}


def test_a_conversation_that_goes_on_is_read_on_and_answered_the_same(small: Any, trained: Any) -> None:
    models, serving = small
    place, _ = trained
    loaded = models.load(place / "taught")
    messages = [{"role": "user", "content": "Which loan has Ada?"}]
    reader = serving.Reader(*loaded, context=256)
    first = reader.reply(messages, None, 12)
    assert first is not None
    messages += [{"role": "assistant", "content": first[0]}, {"role": "user", "content": "Which loan has Bob?"}]
    assert reader.reply(messages, None, 12) == serving.Reader(*loaded, context=256).reply(messages, None, 12)
    status, refused = serving.answered(reader, {"messages": [{"role": "user", "content": "Ada " * 300}]}, 12)
    assert (status, refused["error"]["code"]) == (400, "context_length_exceeded")


def test_what_cannot_be_read_as_a_call_stays_text(small: Any) -> None:
    models, _ = small
    good, bad = '<tool_call>{"name": "a", "arguments": {"n": 1}}</tool_call>', '<tool_call>{"name": </tool_call>'
    assert models.calls_in(f"Yes. {good}") == ("Yes.", [("a", {"n": 1})])
    assert models.calls_in(bad) == (bad, [])
    assert models.calls_in('<tool_call>{"name": "a", "arguments": 3}</tool_call>')[1] == []
