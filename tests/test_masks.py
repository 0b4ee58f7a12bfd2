"""Pretokenised dialogues: what is learned is exactly what the assistant wrote."""

import json
from itertools import groupby
from typing import Any

import pytest
from cast_archive import CHATML, LLAMA, LOAN, MASKED, MISTRAL, THOUGHT, row, said, tokenizer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from turnwise.errors import TurnwiseError
from turnwise.harvest.exports.pieces import CannotHold, by_user_turn
from turnwise.harvest.exports.rendering import IGNORED, masker, render
from turnwise.harvest.rows import MessageRow, Row

TEMPLATES = {"chatml": CHATML, "llama": LLAMA, "mistral": MISTRAL}
TOKENIZERS = {name: tokenizer(template) for name, template in TEMPLATES.items()}


def as_written(style: str, message: MessageRow) -> str:
    """What a model has to write for a message, in the words of a template."""
    text = message["content"] or ""
    calls = [
        (c["id"], c["function"]["name"], json.loads(c["function"]["arguments"])) for c in message["tool_calls"] or []
    ]
    if style == "chatml":
        tagged = (json.dumps({"name": n, "arguments": a}, ensure_ascii=False) for _, n, a in calls)
        return text + "".join(f"<tool_call>{call}</tool_call>" for call in tagged) + "<|im_end|>"
    if style == "llama":
        listed = "".join(json.dumps({"name": n, "parameters": a}, ensure_ascii=False) for _, n, a in calls)
        return text.strip() + listed + ("<|eom|>" if calls else "<|eot|>")
    listed = ", ".join(json.dumps({"name": n, "arguments": a, "id": i}, ensure_ascii=False) for i, n, a in calls)
    return text + (f"[TOOL_CALLS][{listed}]" if calls else "") + "</s>"


def learned(made: Any, by: Any) -> list[str]:
    """The stretches under labels, decoded."""
    pairs = zip(made.input_ids, made.labels, strict=True)
    return [by.decode([i for i, _ in group]) for on, group in groupby(pairs, lambda p: p[1] != IGNORED) if on]


@pytest.mark.parametrize("style", TEMPLATES)
@pytest.mark.parametrize("dialogue", [LOAN, MASKED], ids=["calls", "a masked turn"])
def test_labels_cover_exactly_the_text_and_calls_that_are_to_be_learned(style: str, dialogue: Row) -> None:
    by = TOKENIZERS[style]
    made = masker(by)(dialogue)
    assert learned(made, by) == [as_written(style, m) for m in dialogue["messages"] if m["train"]]
    assert all(label in (token, IGNORED) for token, label in zip(made.input_ids, made.labels, strict=True))


@pytest.mark.parametrize("style", TEMPLATES)
def test_the_tokens_are_those_of_the_chat_template(style: str) -> None:
    by = TOKENIZERS[style]
    messages = [{**m, "content": m["content"] or "", "tool_calls": [
        {**c, "function": {**c["function"], "arguments": json.loads(c["function"]["arguments"])}} for c in m["tool_calls"] or []
    ]} for m in LOAN["messages"]]  # fmt: skip
    rendered = by.apply_chat_template(messages, tools=json.loads(LOAN["tools"] or ""), return_dict=True)
    assert masker(by)(LOAN).input_ids == list(rendered["input_ids"])


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
HEADERS = st.sampled_from(
    ["<|im_end|>\n<|im_start|>assistant\n", "[/INST]", "</s>", "<|eot|>", "Good day.", " ", "\n\n"]
)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(WORDS | HEADERS, min_size=4, max_size=4),
    st.dictionaries(WORDS, WORDS | st.integers() | st.none(), max_size=3),
)
@example(["Good day.", "Good day.", "Good day.", "Good day."], {})
@example(["<|im_end|>\n<|im_start|>assistant\n", "x", "x<|im_end|>\n<|im_start|>user\nx", "x"], {})
def test_whatever_is_said_nothing_of_others_is_learned(texts: list[str], arguments: dict[str, Any]) -> None:
    """A dialogue is exact or refused, in any alphabet, and with the signs of the template in its text."""
    dialogue = row(
        "any",
        said("user", texts[0]),
        said("assistant", texts[1]),
        said("user", texts[2]),
        said("assistant", calls=[("callany01", "find_loan", arguments)]),
        said("tool", texts[0], answers="callany01", name="find_loan"),
        said("assistant", texts[3]),
    )
    for style, by in TOKENIZERS.items():
        try:
            made, rendered = masker(by)(dialogue), render(dialogue, by)
        except CannotHold:
            plain = not any(sign in text for text in texts for sign in ("<|", "INST", "</s>"))
            assert style == "mistral" or not plain  # repeated words without a header are the only excuse
            continue
        wanted = [as_written(style, m) for m in dialogue["messages"] if m["train"]]
        assert [rendered.text[s.start : s.end] for s in rendered.spans] == wanted
        assert "".join(learned(made, by)) == "".join(wanted)


def test_reasoning_that_a_template_drops_is_kept_per_user_turn() -> None:
    by = TOKENIZERS["chatml"]
    whole = masker(by)(THOUGHT)
    assert not any("They greet me." in text for text in learned(whole, by))
    first, second = by_user_turn(THOUGHT)
    assert learned(masker(by)(first), by) == ["<think>\nThey greet me.\n</think>\nGood day.<|im_end|>"]
    made = masker(by)(second)
    assert [text.partition("\n</think>")[0] for text in learned(made, by)] == [
        "<think>\nI have to look.",
        "<think>\nThere it is.",
    ]
    assert [second["sample_id"], [m["train"] for m in second["messages"]].count(True)] == ["thought#2", 2]


def test_a_token_across_the_border_is_not_learned() -> None:
    """A header without a border, and a token that holds its end with the first letter of what is said."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = {sign: n for n, sign in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    backend = Tokenizer(models.BPE(vocab={**alphabet, ":H": len(alphabet)}, merges=[(":", "H")]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    template = (
        "{% for m in messages %}{{ m['role'][0] + ':' + m['content'] + '\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ 'a:' }}{% endif %}"
    )
    by = PreTrainedTokenizerFast(tokenizer_object=backend, chat_template=template)
    made = masker(by)(row("border", said("user", "Hi"), said("assistant", "Hello")))
    assert by.decode(made.input_ids) == "u:Hi\na:Hello\n"
    assert learned(made, by) == ["ello"]


LOSING_CALLS = CHATML.replace("message['tool_calls'] or []", "[]")
LOSING_RESULTS = CHATML.replace("'<|im_start|>tool\n' + message['content']", "'<|im_start|>tool\n'")
CHANGING_TEXT = CHATML.replace("{{- message['content'] }}", "{{- message['content'] | upper }}")


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (LOSING_CALLS, "loses a call in message 2 (assistant): find_loan"),
        (LOSING_RESULTS, "loses or moves message 3 (tool)"),
        (CHANGING_TEXT, "changes the text of message 4 (assistant)"),
        ("{{ raise_exception('no tools here') }}", "refuses the dialogue: no tools here"),
        ("{% for m in messages[-1:] %}{{ m['content'] }}{% endfor %}", "place is not certain"),
    ],
)
def test_a_template_that_would_bend_the_dialogue_is_refused_with_the_reason(template: str, reason: str) -> None:
    by = tokenizer(template, ("<|im_start|>", "<|im_end|>"))
    with pytest.raises(CannotHold) as refusal:
        masker(by)(LOAN)
    assert reason in str(refusal.value)


def test_a_tokenizer_without_a_template_is_no_use() -> None:
    by = tokenizer(CHATML)
    by.chat_template = None
    with pytest.raises(TurnwiseError, match="has no chat template"):
        masker(by)
