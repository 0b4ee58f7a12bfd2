"""Inspect, where it is used by names that it does not promise: how Turnwise runs evals by itself, in bulk and quietly.

Inspect's own defaults suit a person who watches one run; these suit many short dialogues in one process and
halve the time of each. For live logs, a display or any other option of Inspect, run the same task with
`inspect eval turnwise/user_oriented ...`.
"""

import ast
import gc
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any

from turnwise.errors import TurnwiseError, did_you_mean
from turnwise.secrets import hidden, hidden_bytes, note_secrets

RETRY_LEVEL = 15
"""The level of logging, between debug and info, at which Inspect says that a request is sent again."""

RETRIES = 5
"""Times that a request is sent again after a rate limit, an outage or a cut connection: some two minutes in all."""


@dataclass(frozen=True)
class Player:
    """Who answers, and who plays the other roles."""

    model: str
    agent: str = "turnwise/tool_loop"
    base_url: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    """of the model's provider"""
    agent_args: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, Any] = field(default_factory=dict)
    """a model by role: its name, or a mapping of `model`, `base_url`, `model_args` and settings such as `temperature`"""
    timeout: int | None = None
    """seconds that one request of any role may take"""
    retries: int = RETRIES
    """times that one is sent again"""
    temperature: float | None = None
    """of the model that answers"""

    @property
    def rules(self) -> bool:
        """Whether all are rules, so that a dialogue costs nothing and no request can fail."""
        return self in AGENTS.values()


def agent_without_model(name: str) -> str:
    """The name that stands for the model in the log of an agent that asks none of the run's."""
    return f"turnwise/agent:{os.path.basename(name).removeprefix('turnwise/')}"


AGENTS = {
    "lexical": Player("turnwise/lexical"),
    "oracle": Player(agent_without_model("oracle"), "turnwise/oracle"),
    "silent": Player(agent_without_model("silent"), "turnwise/silent"),
}
"""The candidates that need no key: the baseline and the two bounds."""

QUIET: dict[str, Any] = {
    "display": "none",
    "score_display": False,
    "log_realtime": False,  # a crash loses at most the log_buffer; the live view costs a fifth of the time
    "log_model_api": False,  # requests repeat what the messages already say
    "log_buffer": 100,  # dialogues between two writes of the log, each of which rewrites it
    "ctl_server": False,  # nobody watches from outside, and the libraries that would serve it take a second to load
    "fail_on_error": False,  # one broken dialogue is counted as such and costs no other
}
"""What `inspect_ai.eval` is given."""

_WRITES = 100
"""Times that a log is written, and each time all of it, while it costs money: a killed process loses a hundredth of its
dialogues at most, and none that had ended a minute before, since Inspect writes what has waited for so long."""


def paid_settings(dialogues: int) -> dict[str, Any]:
    """What it is given besides where a model is asked for so many dialogues."""
    return {
        "log_buffer": max(1, dialogues // _WRITES),
        "fail_on_error": 0.2,  # a model that is gone is not asked for all the others
    }


def run_task(
    task: str,
    arguments: Mapping[str, Any],
    agent: str | Player,
    log_dir: str | Path,
    metadata: Mapping[str, Any] | None = None,
    *,
    trials: int = 1,
    only: Sequence[int] | None = None,
    log_buffer: int | None = None,
) -> Path:
    """Run one task of Turnwise with a player, or one of AGENTS by name, and return its log, which has the metadata too.

    Args:
        only: the numbers of the dialogues to hold; all of them where it is None.
        log_buffer: dialogues between two writes of the log, at most; what is not written is lost with the process.

    Raises:
        TurnwiseError: the task cannot be set up with these arguments, a model cannot be had, or a fifth of the
            dialogues failed.
    """
    os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")  # read once, when Inspect is imported
    # Messages live as long as their dialogue, so that looking for cycles often is waste; a dialogue that has ended is one.
    gc.set_threshold(50_000, 5, 1)

    from inspect_ai import eval as inspect_eval
    from inspect_ai.model import get_model
    from inspect_ai.solver import SolverSpec

    registered = registry_lookup("task", f"turnwise/{task}")
    if registered is None:  # Inspect names what it finds by the folder of an installation
        here = Path(__file__).parent
        raise TurnwiseError(f"Turnwise is imported from {here}, not installed: start Python elsewhere, or as python -P")
    known = signature(registered).parameters
    if unknown := [name for name in arguments if name not in known]:  # Inspect would go on without a word
        hint = did_you_mean(unknown[0], known, f"it has {', '.join(known)}")
        raise TurnwiseError(f"{task} has no argument {unknown[0]}: {hint}")
    player = AGENTS[agent] if isinstance(agent, str) else agent
    keep_secrets(player.base_url, player.args, player.agent_args, player.roles)
    options = {"agent": player.agent, **player.agent_args}
    asked_for = arguments.get("scenarios", 1) if only is None else len(only)
    dialogues = asked_for * trials if isinstance(asked_for, int) else 1
    settings = QUIET | ({} if player.rules else paid_settings(dialogues))
    settings |= {"max_samples": 1} if arguments.get("record") else {}
    if log_buffer is not None:
        settings["log_buffer"] = min(log_buffer, settings["log_buffer"])
    with errors_of_inspect():
        logs = inspect_eval(
            f"turnwise/{task}",
            task_args=dict(arguments),
            model=get_model(player.model, base_url=player.base_url, **player.args),
            model_roles={role: _role_model(role, given, player.timeout) for role, given in player.roles.items()},
            solver=SolverSpec("turnwise/converse", options, options),
            metadata=dict(metadata or {}),
            log_dir=str(log_dir),
            epochs=trials,
            sample_id=list(only) if only is not None else None,
            temperature=player.temperature,
            **settings,
            max_retries=player.retries,
            attempt_timeout=player.timeout,
        )
    if not logs or logs[0].status == "cancelled":  # Inspect keeps an interrupt to itself and returns what it has
        raise KeyboardInterrupt
    log = Path(logs[0].location)
    if logs[0].status == "error":
        reason = hidden(_first_line(logs[0].error))
        raise TurnwiseError(f"the run was stopped: {reason} (log: {log})")
    return log


def inspect_command(task: str, arguments: Mapping[str, Any], player: Player, trials: int) -> str:
    """The command of Inspect that holds the same dialogues."""
    note_secrets([player.base_url, player.args, player.roles])
    parts = ["inspect", "eval", f"turnwise/{task}"]
    for flag, given in (("-T", arguments), ("-M", player.args), ("--model-role", player.roles)):
        for name, value in given.items():
            parts += [flag, f"{name}={json.dumps(value) if isinstance(value, (dict, list)) else value}"]
    if player.agent != "turnwise/tool_loop":
        parts += ["--solver", "turnwise/converse", "-S", f"agent={player.agent}"]
        parts += [part for name, value in player.agent_args.items() for part in ("-S", f"{name}={value}")]
    parts += ["--model", player.model]
    parts += ["--model-base-url", player.base_url] if player.base_url else []
    parts += ["--epochs", str(trials)] if trials > 1 else []
    parts += ["--max-samples", "1"] if arguments.get("record") else []
    return hidden(" ".join(shlex.quote(part) for part in parts))


def keep_secrets(*given: Any) -> None:
    """Let the logs of this process hold nothing of what is secret in settings or in the environment."""
    from inspect_ai.log._recorders import eval as recorder_module

    recorder: Any = recorder_module
    note_secrets(given)
    if not hasattr(recorder.to_json_safe, "hides"):
        plain = recorder.to_json_safe

        def to_json(value: Any, *rest: Any, **options: Any) -> bytes:
            return hidden_bytes(plain(value, *rest, **options))

        to_json.hides = True  # type: ignore[attr-defined]
        recorder.to_json_safe = to_json


def clear_unfinished(logs: Path) -> None:
    """Remove what killed processes left of logs that they were writing, from a folder that nobody writes to now."""
    for part in logs.glob(".inspect_tmp_*.writing"):
        part.unlink(missing_ok=True)


def registry_lookup(kind: str, name: str) -> Any:
    """What Inspect knows by a name: a task, solver, agent or scorer; None when there is nothing."""
    from inspect_ai._util import registry

    return registry.registry_lookup(kind, name)  # type: ignore[arg-type]


def load_hooks() -> None:
    """Let Inspect load and announce the hooks that are installed, so that those of a run itself are not announced."""
    from inspect_ai.hooks._startup import init_hooks

    init_hooks()


def registry_names(kind: str) -> list[str]:
    """The names under which Inspect knows tasks, solvers, agents or scorers."""
    from inspect_ai._util import registry

    return [registry.registry_info(found).name for found in registry.registry_find(lambda info: info.type == kind)]


def registry_info(found: object) -> Any:
    """By which type and name Inspect knows something."""
    from inspect_ai._util import registry

    return registry.registry_info(found)


def prerequisite_error(sentence: str) -> Exception:
    """An error that `inspect eval` prints as one line."""
    from inspect_ai._util.error import PrerequisiteError

    return PrerequisiteError(sentence)


def _first_line(error: Any) -> str:
    """The words of an error in a log; those of the last try where it says only that there were enough of them."""
    if error is None:
        return "no reason is known"
    if raised := re.search(r"RetryError\(.* raised (\w+)>", error.message):
        said = re.findall(rf"^(?:[\w.]+\.)?{raised.group(1)}: .*$", error.traceback, re.MULTILINE)
        return str(said[-1] if said else raised.group(1))
    line = str(error.message).strip().partition("\n")[0]
    own = re.fullmatch(r"(?:AgentError|NotRun)\((.*)\)", line)
    if own is not None:  # written for a person
        with suppress(ValueError, SyntaxError):
            line = str(ast.literal_eval(own.group(1)))
    return line + _own_place(error.traceback)


def _own_place(traceback: str) -> str:
    """Where in a person's own code an error was raised; empty where it was not there."""
    home = os.path.dirname(__file__)
    ours = (home, *(os.path.join(os.path.dirname(home), room) for room in ("solvers", "scorers", "tasks")))
    frames = re.findall(r'File "([^"]+)", line (\d+)', traceback)
    for file, line in reversed(frames):
        place = os.path.realpath(file)
        library = place.startswith((*ours, sys.prefix, sys.base_prefix)) or "site-packages" in place
        if not library and os.path.exists(file):
            return f" ({os.path.basename(file)}, line {line})"
    return ""


@contextmanager
def errors_for_people() -> Iterator[None]:
    """Let `inspect eval` print a Turnwise error as one line instead of a traceback."""
    try:
        yield
    except TurnwiseError as error:
        raise prerequisite_error(str(error)) from error


@contextmanager
def errors_of_inspect() -> Iterator[None]:
    """Let what Inspect refuses to begin be an error of Turnwise's."""
    from inspect_ai._util.error import PrerequisiteError
    from rich.text import Text

    try:
        yield
    except (PrerequisiteError, ValueError) as error:
        said = Text.from_markup(str(getattr(error, "message", error))).plain
        raise TurnwiseError(said.removeprefix("ERROR: ")) from error


def within_run() -> bool:
    """Whether Inspect has named its model and roles, as it does before it makes its tasks."""
    from inspect_ai.model._model import active_model

    return active_model() is not None


def _role_model(role: str, given: Any, timeout: int | None) -> Any:
    """The model of a role, as `eval` takes it: roles inherit how often a request is sent again, and not how long one may take."""
    from inspect_ai.model import GenerateConfig, get_model
    from pydantic import ValidationError

    if isinstance(given, str):
        given = {"model": given}
    if not isinstance(given, Mapping):
        return given
    if "model" not in given:
        raise TurnwiseError(f"the role {role} names no model: write {role}=MODEL, or {role}='{{model: MODEL, ...}}'")
    reach = {name: given[name] for name in ("model", "base_url") if name in given}
    settings = {name: value for name, value in given.items() if name not in (*reach, "model_args")}
    try:
        config = GenerateConfig.model_validate({"attempt_timeout": timeout, **settings}, extra="forbid")
    except ValidationError as error:
        problem = error.errors()[0]
        where = "".join(f"{name}: " for name in problem["loc"])
        raise TurnwiseError(f"the role {role}: {where}{problem['msg']}") from error
    return get_model(**reach, config=config, memoize=False, **given.get("model_args", {}))
