"""What the models of some logs were asked for: tokens and cost by role, and within synthesis by stage."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml
from inspect_ai.model import ModelCost, ModelUsage
from pydantic import TypeAdapter, ValidationError

from turnwise.errors import TurnwiseError
from turnwise.logs.read import LogInfo, read_info, read_samples
from turnwise.untrusted import read_yaml

Prices = Mapping[str, ModelCost]
"""Dollars per million tokens by model name."""


class Spent(NamedTuple):
    """Tokens of one role and stage; `cost` in dollars, None where no price is known."""

    task: str
    role: str
    stage: str
    model: str
    input: int
    cached: int
    output: int
    cost: float | None


def load_prices(path: str | Path) -> Prices:
    """Prices from a YAML or JSON file in the form of Inspect's `--model-cost-config`."""
    try:
        return TypeAdapter(dict[str, ModelCost]).validate_python(read_yaml(Path(path)))
    except OSError as error:
        raise TurnwiseError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        if isinstance(error, ValidationError):
            problem = error.errors()[0]
            reason = f"{'.'.join(map(str, problem['loc'])) or 'it'}: {problem['msg']}"
        below = "input, output, input_cache_read and input_cache_write in dollars per million tokens"
        raise TurnwiseError(
            f"{path}: {reason}. It holds a model's name in YAML or JSON, and below it {below}"
        ) from error


def read_usage(logs: Iterable[Path], prices: Prices) -> list[Spent]:
    """What was spent in some logs, by task, role and stage; a log without models adds nothing."""
    found: dict[tuple[str, str, str, str], ModelUsage] = {}
    for path in logs:
        info = read_info(path)
        for role, stage, model, usage in _spent(info):
            key = info.task, role, stage, model
            found[key] = found[key] + usage if key in found else usage
    spent = []
    for key, usage in found.items():
        cached, written = usage.input_tokens_cache_read or 0, usage.input_tokens_cache_write or 0
        asked = usage.input_tokens + cached + written
        spent.append(Spent(*key, asked, cached, usage.output_tokens, cost_of(key[3], usage, prices)))
    return spent


def _spent(info: LogInfo) -> Iterable[tuple[str, str, str, ModelUsage]]:
    """Role, stage, model and tokens."""
    stats = info.header.stats
    if info.kind != "synthesis":
        for role, (name, usage) in usage_by_role(info, stats.role_usage, stats.model_usage).items():
            yield role, "", name or "", usage
        return
    for sample in read_samples(info.path):
        for place, tokens in sample.store.get("ledger", {}).get("usage", {}).items():
            role, _, stage = place.partition("/")
            asked, cached = tokens["input"] - tokens["cached"], tokens["cached"]
            usage = ModelUsage(input_tokens=asked, input_tokens_cache_read=cached, output_tokens=tokens["output"])
            yield role, stage, str(info.models["synthesizer"]["model"]), usage


def usage_by_role(
    info: LogInfo, by_role: Mapping[str, ModelUsage], by_model: Mapping[str, ModelUsage]
) -> dict[str, tuple[str | None, ModelUsage]]:
    """Model and tokens of each role; what no role used of the agent's model is the agent's."""
    rest, found = dict(by_model), {}
    for role, usage in by_role.items():
        model = info.models.get(role, {}).get("model")
        found[role] = (model, usage)
        if model in rest:
            taken = {name: -value for name, value in usage.model_dump(exclude_none=True).items()}
            rest[model] += ModelUsage(**taken)
    agent = info.models["agent"]["model"]
    if agent in rest and (rest[agent].input_tokens or rest[agent].output_tokens):
        found["agent"] = (agent, rest[agent])
    return found


def cost_of(model: str, usage: ModelUsage, prices: Prices) -> float | None:
    """Dollars by the price of the model, else as the log has them; None where neither is known."""
    price = prices.get(model) or prices.get(model.partition("/")[2])
    if price is None:
        return usage.total_cost
    parts = (
        (usage.input_tokens, price.input),
        (usage.output_tokens, price.output),
        (usage.input_tokens_cache_read or 0, price.input_cache_read),
        (usage.input_tokens_cache_write or 0, price.input_cache_write),
    )
    return float(sum(tokens * dollars for tokens, dollars in parts) / 1e6)
