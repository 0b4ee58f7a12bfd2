"""Work of a real model outside dialogues is an Inspect eval, for its retries, limits, costs and logs."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from turnwise._inspect import RETRIES, errors_of_inspect, keep_secrets
from turnwise.errors import TurnwiseError
from turnwise.llm.chat import Ledger
from turnwise.llm.expected import Budget, known_price
from turnwise.llm.waiting import say

if TYPE_CHECKING:
    from inspect_ai import Task
    from inspect_ai.log import EvalLog

Result = TypeVar("Result")


@dataclass(frozen=True)
class ModelChoice:
    """Which model does a stage, how it is reached, and where its log goes."""

    model: str
    base_url: str | None = None
    args: dict[str, Any] = field(default_factory=dict)
    prompt_dir: str | None = None
    log_dir: str = "logs"
    retries: int = RETRIES
    timeout: int | None = None
    """seconds that one request may take"""
    max_cost: float | None = None
    """dollars that a stage may cost; what is there by then is kept"""
    prices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StageResult(Generic[Result]):
    """What a stage resulted in, what its model was asked for, by stage, and where every prompt and reply is."""

    result: Result
    usage: dict[str, dict[str, int]]
    log: Path


def run_stage(
    stage: str, work: Callable[[Ledger], Awaitable[Result]], choice: ModelChoice, about: dict[str, Any]
) -> StageResult[Result]:
    """Run a stage with a model as `synthesizer`; `work` does it, given the ledger of its models."""
    from inspect_ai import Task
    from inspect_ai.dataset import Sample
    from inspect_ai.solver import Generate, Solver, TaskState, solver

    done: list[Result] = []
    failed: list[Exception] = []
    budget = Budget(choice.max_cost, known_price(choice.model, choice.prices)) if choice.max_cost is not None else None
    ledger = Ledger(budget=budget)

    @solver(name=stage)
    def staged() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            try:
                done.append(await work(ledger))
            except Exception as error:
                failed.append(error)
                raise
            finally:
                state.store.set("ledger", ledger.dump())
            return state

        return solve

    task = Task(dataset=[Sample(id=stage, input=str(about.get("seed", stage)))], solver=staged(), name=stage)
    log = run_work(task, "synthesizer", choice, about)
    if not done:
        raise unasked(choice, failed, log)
    if budget is not None and budget.spent >= budget.most:
        say(
            f"Stopped at --max-cost {budget.most:,.2f}: ${budget.spent:,.2f} were spent. What was there by then is kept."
        )
    return StageResult(done[0], ledger.usage, Path(log.location))


def run_work(task: "Task", role: str, choice: ModelChoice, about: dict[str, Any], *, errors: int = 1) -> "EvalLog":
    """Run an eval that has a model in one role and no candidate; more samples than `errors` may not fail."""
    from inspect_ai import eval as inspect_eval
    from inspect_ai.model import GenerateConfig, get_model

    keep_secrets(choice.base_url, choice.args)
    with errors_of_inspect():
        config = GenerateConfig(attempt_timeout=choice.timeout)
        player = get_model(choice.model, config=config, base_url=choice.base_url, **choice.args)
        logs = inspect_eval(
            task,
            model="none",
            model_roles={role: player},
            metadata=about,
            log_dir=choice.log_dir,
            display="none",
            log_realtime=False,
            max_retries=choice.retries,
            fail_on_error=errors,
        )
    if not logs or logs[0].status == "cancelled":
        raise KeyboardInterrupt
    return logs[0]


def unasked(choice: ModelChoice, failed: Sequence[Exception], log: "EvalLog") -> TurnwiseError:
    """The error to raise when a model did nothing, given what was raised on the way."""
    cause: BaseException | None = failed[0] if failed else None
    if (last := getattr(cause, "last_attempt", None)) is not None:  # tenacity says only that it tried often enough
        cause = last.exception() or cause
    if isinstance(cause, TurnwiseError):
        return cause
    reason = str(cause) or type(cause).__name__ if cause else str(log.error and log.error.message)
    where = f"(log: {Path(log.location)})"
    error = TurnwiseError(f"the model {choice.model} could not be asked: {reason.splitlines()[0]} {where}")
    error.__cause__ = cause
    return error
