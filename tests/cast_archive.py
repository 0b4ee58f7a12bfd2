"""Rows of an archive, chat templates of three styles, and a tokenizer for them."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from needs import needs

from turnwise.harvest.archive import PAIRS, SCHEMA
from turnwise.harvest.pairs import PairRow
from turnwise.harvest.rows import MessageRow, Row

needs("transformers", reason="exports are checked with the trainers' libraries: turnwise[trainers]")

TOOLS = json.dumps(
    [
        {
            "type": "function",
            "function": {
                "name": "find_loan",
                "description": "Find a loan by its member.",
                "parameters": {"type": "object", "properties": {"member": {"type": "string"}}},
            },
        },
        {
            "type": "function",
            "function": {"name": "pay_fine", "description": "Pay.", "parameters": {"type": "object", "properties": {}}},
        },
    ]
)

CHATML = """\
{%- if tools %}{{ '<|im_start|>system\n' }}{%- if messages[0]['role'] == 'system' %}{{ messages[0]['content'] + '\n' }}{%- endif %}
{%- for tool in tools %}{{ tool | tojson + '\n' }}{%- endfor %}{{ '<|im_end|>\n' }}{%- endif %}
{%- set ns = namespace(last=-1) %}
{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ns.last = loop.index0 %}{%- endif %}{%- endfor %}
{%- for message in messages %}
{%- if message['role'] == 'user' %}{{ '<|im_start|>user\n' + message['content'] + '<|im_end|>\n' }}
{%- elif message['role'] == 'tool' %}{{ '<|im_start|>tool\n' + message['content'] + '<|im_end|>\n' }}
{%- elif message['role'] == 'assistant' %}{{ '<|im_start|>assistant\n' }}
{%- if message['reasoning_content'] and loop.index0 > ns.last %}{{ '<think>\n' + message['reasoning_content'] + '\n</think>\n' }}{%- endif %}
{{- message['content'] }}
{%- for call in message['tool_calls'] or [] %}{{ '<tool_call>' + {'name': call['function']['name'], 'arguments': call['function']['arguments']} | tojson + '</tool_call>' }}{%- endfor %}
{{- '<|im_end|>\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{%- endif %}
"""
"""Calls as tagged JSON; drops the reasoning before the last user message."""

LLAMA = """\
{{- '<|start|>' }}
{%- for message in messages %}
{%- set role = 'ipython' if message['role'] == 'tool' else message['role'] %}
{{- '<|header|>' + role + '<|/header|>\n\n' }}
{%- if loop.first and tools %}{%- for tool in tools %}{{ tool | tojson(indent=2) + '\n' }}{%- endfor %}{%- endif %}
{%- if message['tool_calls'] %}{{ message['content'] | trim }}
{%- for call in message['tool_calls'] %}{{ {'name': call['function']['name'], 'parameters': call['function']['arguments']} | tojson }}{%- endfor %}
{{- '<|eom|>' }}
{%- else %}{{ message['content'] | trim + '<|eot|>' }}{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|header|>assistant<|/header|>\n\n' }}{%- endif %}
"""
"""Trims texts, and ends a message with calls by another token than one without."""

MISTRAL = """\
{{- '<s>' }}
{%- set ns = namespace(last=-1, talks=0) %}
{%- for message in messages %}{%- if message['role'] == 'user' %}{%- set ns.last = loop.index0 %}{%- endif %}{%- endfor %}
{%- for message in messages %}
{%- if message['role'] == 'user' or (message['role'] == 'assistant' and not message['tool_calls']) %}
{%- if (message['role'] == 'user') != (ns.talks % 2 == 0) %}{{ raise_exception('user and assistant have to take turns') }}{%- endif %}
{%- set ns.talks = ns.talks + 1 %}
{%- endif %}
{%- if message['role'] == 'user' %}
{%- if loop.index0 == ns.last and tools %}{{ '[AVAILABLE_TOOLS]' + tools | tojson + '[/AVAILABLE_TOOLS]' }}{%- endif %}
{{- '[INST]' + (messages[0]['content'] + '\n\n' if loop.index0 == ns.last and messages[0]['role'] == 'system' else '') + message['content'] + '[/INST]' }}
{%- elif message['role'] == 'tool' %}{{ '[TOOL_RESULTS]' + {'content': message['content'], 'call_id': message['tool_call_id']} | tojson + '[/TOOL_RESULTS]' }}
{%- elif message['role'] == 'assistant' %}
{%- if message['tool_calls'] %}{{ message['content'] + '[TOOL_CALLS][' }}
{%- for call in message['tool_calls'] %}{{ {'name': call['function']['name'], 'arguments': call['function']['arguments'], 'id': call['id']} | tojson }}{{ '' if loop.last else ', ' }}{%- endfor %}
{{- ']</s>' }}
{%- else %}{{ message['content'] + '</s>' }}{%- endif %}
{%- endif %}
{%- endfor %}
"""
"""No header before the assistant; tools and system come before the last user message; turns are enforced."""

SPECIAL = {
    CHATML: ("<|im_start|>", "<|im_end|>"),
    LLAMA: ("<|start|>", "<|header|>", "<|/header|>", "<|eom|>", "<|eot|>"),
    MISTRAL: (
        *("<s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]"),
        *("[TOOL_CALLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "</s>"),
    ),
}


def said(role: str, content: str | None = None, **more: Any) -> MessageRow:
    """A message; `calls` are (id, tool, arguments), and the assistant is trained on unless `train` says otherwise."""
    calls = more.pop("calls", None)
    message: dict[str, Any] = {
        "role": role,
        "content": content,
        "reasoning_content": more.pop("reasoning", None),
        "tool_calls": [
            {"id": id, "type": "function", "function": {"name": tool, "arguments": json.dumps(arguments)}}
            for id, tool, arguments in calls
        ]
        if calls
        else None,
        "tool_call_id": more.pop("answers", None),
        "name": more.pop("name", None),
        "train": more.pop("train", role == "assistant"),
        "turn_quality": None,
    }
    assert not more
    return message  # type: ignore[return-value]


def row(sample_id: str, *messages: MessageRow, split: str = "train") -> Row:
    """A row of an archive."""
    return {
        "sample_id": sample_id,
        "messages": list(messages),
        "tools": TOOLS,
        "score": 1.0,
        "scores": "{}",
        "provenance": json.dumps(
            {
                "world": "city_library",
                "agent": "lexical",
                "turnwise": "0.1.0",
                "models": {"user": {"model": "tiny/user"}},
            }
        ),
        "num_tokens": 40,
        "split": split,
    }


LOAN = row(
    "loan",
    said("system", "You work for a library."),
    said("user", "Which loan has Ada O'Neil?"),
    said("assistant", calls=[("callloan1", "find_loan", {"member": 'Ada "O\'Neil"', "year": 2024, "fee": 19.99})]),
    said("tool", '{"loan": 7, "title": "Émile"}', answers="callloan1", name="find_loan"),
    said("assistant", "She has loan 7, Émile. 📚"),
    said("user", "Pay her fine, and Bob's."),
    said(
        "assistant",
        "Both, then.",
        calls=[
            ("callloan2", "pay_fine", {"member": 1, "amount": 25.0, "note": None, "days": [1, 2]}),
            ("callloan3", "pay_fine", {"member": 2, "amount": 25, "urgent": True}),
        ],
    ),
    said("tool", "paid", answers="callloan2", name="pay_fine"),
    said("tool", "Error: nothing to pay", answers="callloan3", name="pay_fine"),
    said("assistant", "I paid hers; Bob owes nothing."),
)
"""Calls of different arguments, parallel ones, text beside calls, numbers of both types, null."""

MASKED = row(
    "masked",
    said("user", "Hello?"),
    said("assistant", "What do you want now.", train=False),
    said("user", "My loan."),
    said("assistant", "It is loan 9."),
)
THOUGHT = row(
    "thought",
    said("user", "Hello?"),
    said("assistant", "Good day.", reasoning="They greet me."),
    said("user", "Loan of Ada?"),
    said("assistant", calls=[("callada01", "find_loan", {"member": "Ada"})], reasoning="I have to look."),
    said("tool", "loan 7", answers="callada01", name="find_loan"),
    said("assistant", "Loan 7.", reasoning="There it is."),
    split="validation",
)
ROWS = (LOAN, MASKED, THOUGHT)


def write_archive(directory: Path, rows: Iterable[Row] = ROWS) -> Path:
    """An archive of rows; returns the directory."""
    (directory / "data").mkdir(parents=True)
    for split in ("train", "validation"):
        if chosen := [row for row in rows if row["split"] == split]:
            table = pa.Table.from_pylist(chosen, schema=SCHEMA)
            pq.write_table(table, directory / "data" / f"{split}-00000-of-00001.parquet")
    return directory


def write_pairs(directory: Path, pairs: Iterable[PairRow]) -> None:
    """Put preference pairs into an archive."""
    (directory / "pairs").mkdir()
    table = pa.Table.from_pylist(list(pairs), schema=PAIRS)
    pq.write_table(table, directory / "pairs" / "train.parquet")


def tokenizer(template: str, special: Sequence[str] | None = None, texts: Iterable[str] = ()) -> Any:
    """A byte-level BPE, trained on the rows, whose offsets leave out white space as GPT-2's do."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    special = list(SPECIAL[template] if special is None else special)
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=special,
        show_progress=False,
    )
    backend.train_from_iterator([*texts, TOOLS, *(json.dumps(row["messages"]) for row in ROWS)], trainer)
    backend.post_processor = processors.ByteLevel(trim_offsets=True)
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        chat_template=template,
        eos_token=special[-1],
        pad_token=special[0],
        clean_up_tokenization_spaces=False,
    )
