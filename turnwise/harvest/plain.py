"""A tokenizer that is there offline: bytes, and a chat template that says what the assistant writes."""

from typing import Any

from turnwise.harvest.extras import library

_SPECIAL = ("<|im_start|>", "<|im_end|>")

TEMPLATE = """\
{%- set system = messages[0]['content'] if messages[0]['role'] == 'system' else '' %}
{%- if system or tools %}
{{- '<|im_start|>system\\n' + system }}
{%- if tools %}
{{- '\\n\\nTools, each as a line of JSON:' }}
{%- for tool in tools %}{{- '\\n' + tool | tojson }}{%- endfor %}
{%- endif %}
{{- '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
{%- if message['role'] == 'user' or message['role'] == 'tool' %}
{{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- elif message['role'] == 'assistant' %}
{{- '<|im_start|>assistant\\n' }}
{%- generation %}
{%- if message['reasoning_content'] %}
{{- '<think>\\n' + message['reasoning_content'] + '\\n</think>\\n\\n' }}
{%- endif %}
{{- message['content'] }}
{%- for call in message['tool_calls'] or [] %}
{{- ('\\n' if message['content'] or not loop.first else '') + '<tool_call>\\n' + call['function'] | tojson + '\\n</tool_call>' }}
{%- endfor %}
{{- '<|im_end|>' }}
{%- endgeneration %}
{{- '\\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""


def plain_tokenizer(template: str = TEMPLATE, special: tuple[str, ...] = _SPECIAL) -> Any:
    """A fast tokenizer of transformers: a token for each byte, and one for each special text.

    Raises:
        HarvestError: transformers is missing.
    """
    transformers = library("transformers", "rendering")
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE(vocab={sign: number for number, sign in enumerate(alphabet)}, merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    backend.add_special_tokens(list(special))
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=backend,
        chat_template=template,
        eos_token=special[-1],
        pad_token=special[0],
        clean_up_tokenization_spaces=False,
    )
