"""How Turnwise runs evals by itself: in bulk, and quietly.

Inspect's own defaults suit a person who watches one run; these suit many short dialogues in one process and
halve the time of each. For live logs, a display or any other option of Inspect, run the same task with
`inspect eval turnwise/user_oriented ...`.
"""

import gc
import os
from pathlib import Path
from typing import Any

from turnwise.errors import TurnwiseError

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
