"""What the models of some logs were asked for: tokens and cost by role, and within synthesis by stage."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelCost, ModelUsage
from pydantic import TypeAdapter, ValidationError
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from turnwise.errors import LogError, TurnwiseError
from turnwise.logs.runs import is_stage, read_header, read_sample, read_summaries, task_name

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
    """Prices from a YAML or JSON file in the form of Inspect's `--model-cost-config`.

    Raises:
        TurnwiseError: it is missing, or does not hold prices.
    """
    try:
        return TypeAdapter(dict[str, ModelCost]).validate_python(yaml.safe_load(Path(path).read_text("utf-8")))
    except OSError as error:
        raise TurnwiseError(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TurnwiseError(f"{path} is not YAML or JSON: {str(error).splitlines()[0]}") from error
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "it"
        raise TurnwiseError(
            f"{path}: {where}: {problem['msg']}. It holds a model's name, and below it input, output, "
            "input_cache_read and input_cache_write in dollars per million tokens"
        ) from error


def read_usage(logs: Iterable[Path], prices: Prices) -> list[Spent]:
    """What was spent in some logs, by task, role and stage; a log without models adds nothing."""
    spent: dict[tuple[str, str, str, str], Spent] = {}
    for path in logs:
        for found in _spent(read_header(path), path, prices):
            key = found[:4]
            spent[key] = _sum(spent[key], found) if key in spent else found
    return list(spent.values())


def print_usage(console: Console, spent: Sequence[Spent]) -> None:
    """Print tokens, and costs where they are known, by task, role and stage."""
    if not spent:
        raise LogError("these logs hold no generation of a model")
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    staged = any(line.stage for line in spent)
    for heading in ("Task", "Role", *(["Stage"] if staged else []), "Model"):
        table.add_column(heading, overflow="fold")
    for heading in ("Input", "of it cached", "Output", "Cost"):
        table.add_column(heading, justify="right")
    for line in spent:
        names = (line.task, line.role, *([line.stage] if staged else []), line.model)
        tokens = (f"{line.input:,}", f"{line.cached:,}", f"{line.output:,}")
        table.add_row(*(Text(name) for name in names), *tokens, "-" if line.cost is None else f"${line.cost:,.4f}")
    console.print(table)
    known = [line.cost for line in spent if line.cost is not None]
    note = "" if len(known) == len(spent) else " of what has a price (--cost FILE names prices)"
    console.print(Text(f"Tokens as the providers counted them. Cost: ${sum(known):,.4f}{note}.", style="dim"))


def _spent(log: EvalLog, path: Path, prices: Prices) -> Iterable[Spent]:
    task = task_name(log)
    models = {role: _model_of(configs) for role, configs in (log.eval.model_roles or {}).items()}
    if is_stage(log):
        model = models.get("synthesizer", "")
        for summary in read_summaries(path):
            ledger = read_sample(path, summary).store.get("ledger", {})
            for place, tokens in ledger.get("usage", {}).items():
                role, _, stage = place.partition("/")
                usage = ModelUsage(
                    input_tokens=tokens["input"] - tokens["cached"],
                    input_tokens_cache_read=tokens["cached"],
                    output_tokens=tokens["output"],
                )
                yield _line(task, role, stage, model, usage, prices)
        return
    rest: dict[str, ModelUsage] = defaultdict(ModelUsage, log.stats.model_usage)
    for role, usage in log.stats.role_usage.items():
        model = models.get(role, "")
        yield _line(task, role, "", model, usage, prices)
        if model in rest:
            rest[model] = _difference(rest[model], usage)
    if log.eval.model in rest and (rest[log.eval.model].input_tokens or rest[log.eval.model].output_tokens):
        yield _line(task, "agent", "", log.eval.model, rest[log.eval.model], prices)


def _line(task: str, role: str, stage: str, model: str, usage: ModelUsage, prices: Prices) -> Spent:
    cached, written = usage.input_tokens_cache_read or 0, usage.input_tokens_cache_write or 0
    price = prices.get(model) or prices.get(model.partition("/")[2])
    cost = usage.total_cost
    if price is not None:
        parts = (
            (usage.input_tokens, price.input),
            (usage.output_tokens, price.output),
            (cached, price.input_cache_read),
            (written, price.input_cache_write),
        )
        cost = sum(tokens * dollars for tokens, dollars in parts) / 1e6
    return Spent(task, role, stage, model, usage.input_tokens + cached + written, cached, usage.output_tokens, cost)


def _difference(whole: ModelUsage, part: ModelUsage) -> ModelUsage:
    """What is left of a model's tokens when those of a role it plays are taken away."""
    cost = None if whole.total_cost is None else whole.total_cost - (part.total_cost or 0)
    return ModelUsage(
        input_tokens=whole.input_tokens - part.input_tokens,
        output_tokens=whole.output_tokens - part.output_tokens,
        input_tokens_cache_read=(whole.input_tokens_cache_read or 0) - (part.input_tokens_cache_read or 0),
        input_tokens_cache_write=(whole.input_tokens_cache_write or 0) - (part.input_tokens_cache_write or 0),
        total_cost=cost,
    )


def _sum(one: Spent, other: Spent) -> Spent:
    cost = None if one.cost is None and other.cost is None else (one.cost or 0) + (other.cost or 0)
    return one._replace(
        input=one.input + other.input, cached=one.cached + other.cached, output=one.output + other.output, cost=cost
    )


def _model_of(configs: object) -> str:
    first = configs[0] if isinstance(configs, list) else configs
    return str(getattr(first, "model", ""))
