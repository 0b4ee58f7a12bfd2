"""How Turnwise runs evals by itself: in bulk, and quietly.

Inspect's own defaults suit a person who watches one run; these suit many short dialogues in one process and
halve the time of each. For live logs, a display or any other option of Inspect, run the same task with
`inspect eval turnwise/user_oriented ...`.
"""

import gc
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from turnwise.errors import TurnwiseError

if TYPE_CHECKING:
    from turnwise.chat import Ledger

Result = TypeVar("Result")

AGENTS = {
    "lexical": ("turnwise/lexical", "turnwise/tool_loop"),
    "oracle": ("none", "turnwise/oracle"),
    "silent": ("none", "turnwise/silent"),
}
"""Model and agent of each candidate that needs no key: the baseline and the two bounds."""

QUIET: dict[str, Any] = {
    "display": "none",
    "score_display": False,
    "log_realtime": False,  # a crash loses at most the log_buffer; the live view costs a fifth of the time
    "log_model_api": False,  # requests repeat what the messages already say
    "log_buffer": 100,  # dialogues between two writes of the log, each of which rewrites it
    "fail_on_error": False,  # one broken dialogue is counted as such and costs no other
}
"""What `inspect_ai.eval` is given."""


def run_task(task: str, arguments: dict[str, Any], agent: str, log_dir: str | Path) -> Path:
    """Run one task of Turnwise with one of AGENTS, and return its log.

    Raises:
        TurnwiseError: the task cannot be set up with these arguments.
    """
    os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")  # read once, when Inspect is imported
    gc.set_threshold(100_000, 50, 50)  # messages live as long as their dialogue: looking for cycles among them is waste

    from inspect_ai import eval as inspect_eval
    from inspect_ai._util.error import PrerequisiteError
    from inspect_ai.solver import SolverSpec

    model, player = AGENTS[agent]
    options = {"agent": player}
    try:
        logs = inspect_eval(
            f"turnwise/{task}",
            task_args=arguments,
            model=model,
            solver=SolverSpec("turnwise/converse", options, options),
            log_dir=str(log_dir),
            **QUIET,
        )
    except PrerequisiteError as error:
        raise TurnwiseError(str(error.message)) from error
    if not logs or logs[0].status == "cancelled":  # Inspect keeps an interrupt to itself and returns what it has
        raise KeyboardInterrupt
    return Path(logs[0].location)


def run_stage(
    stage: str,
    work: "Callable[[Ledger], Awaitable[Result]]",
    *,
    model: str,
    model_base_url: str | None = None,
    model_args: dict[str, Any] | None = None,
    about: dict[str, Any] | None = None,
    log_dir: str | Path = "logs",
) -> tuple[Result, Path]:
    """Run a stage of synthesis with a model in the role `synthesizer`, as an Inspect eval of one sample.

    So Inspect does retries, limits on connections and costs, and keeps every prompt and reply in a log.

    Args:
        work: does it, given the ledger of its models.
        about: what the log says of it.

    Returns:
        What `work` returned, and the log.

    Raises:
        TurnwiseError: the model cannot be had, or what `work` raised.
    """
    from inspect_ai import Task
    from inspect_ai import eval as inspect_eval
    from inspect_ai._util.error import PrerequisiteError
    from inspect_ai.dataset import Sample
    from inspect_ai.model import get_model
    from inspect_ai.solver import Generate, Solver, TaskState, solver

    from turnwise.chat import Ledger

    done: list[Result] = []
    failed: list[Exception] = []

    @solver(name=stage)
    def staged() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            ledger = Ledger()
            try:
                done.append(await work(ledger))
            except Exception as error:
                failed.append(error)
                raise
            finally:
                state.store.set("ledger", ledger.dump())
            return state

        return solve

    try:
        player = get_model(model, base_url=model_base_url, **(model_args or {}))
        logs = inspect_eval(
            Task(dataset=[Sample(id=stage, input=str((about or {}).get("seed", stage)))], solver=staged(), name=stage),
            model="none",
            model_roles={"synthesizer": player},
            metadata=about,
            log_dir=str(log_dir),
            display="none",
            log_realtime=False,
        )
    except (PrerequisiteError, ValueError) as error:
        raise TurnwiseError(str(getattr(error, "message", error))) from error
    if not logs or logs[0].status == "cancelled":
        raise KeyboardInterrupt
    log = Path(logs[0].location)
    if not done:
        error = failed[0] if failed else None
        if isinstance(error, TurnwiseError):
            raise error
        reason = f"{type(error).__name__}: {error}" if error else str(logs[0].error and logs[0].error.message)
        raise TurnwiseError(f"the model {model} could not be asked: {reason.splitlines()[0]} (log: {log})") from error
    return done[0], log
