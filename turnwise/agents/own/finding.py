"""What `--agent` names: something that Inspect knows, Python code, a command, or an endpoint."""

import ast
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from turnwise._inspect import registry_lookup, registry_names
from turnwise.agents.own.code import ClassAgent, FunctionAgent
from turnwise.agents.own.messages import Message, Turn
from turnwise.agents.own.remote import A2AEndpoint, ChatEndpoint, CommandAgent
from turnwise.errors import AgentError, did_you_mean
from turnwise.values.words import listed
from turnwise.worlds import Tool

COMMAND, A2A = "command:", "a2a:"
FORMS = "pkg/name of an Inspect agent, file.py@name, module:name, command:PROGRAM, an http(s):// URL, or a2a:URL"


class OwnAgent(Protocol):
    """An agent that is none of Inspect's, for one dialogue."""

    async def play(self, history: Sequence[Message], turn: Turn, tools: Sequence[Tool]) -> None:
        """Play one assistant turn into `turn`."""
        ...

    async def close(self) -> None:
        """Free what it holds."""
        ...


def named_elsewhere(name: str) -> bool:
    """Whether a name is not one of Inspect's registry but leads to code, a command or an endpoint."""
    return name.startswith((COMMAND, A2A, "http://", "https://")) or bool(re.search(r"\.py@|^[\w.]+:\w+$", name))


def find_agent(name: str) -> Callable[[], OwnAgent] | Any:
    """A maker of agents, one for each dialogue; or the object in Python that Inspect knows. AgentError where nothing is.

    Args:
        name: see `FORMS`; an OpenAI-compatible URL may name its model after a `#`.
    """
    if name.startswith(COMMAND):
        command = name.removeprefix(COMMAND).strip()
        if not command:
            raise AgentError("command: is followed by a program and its arguments, as in 'command:python my_agent.py'")
        return lambda: CommandAgent(command)
    if name.startswith(A2A):
        return lambda: A2AEndpoint(name.removeprefix(A2A))
    if name.startswith(("http://", "https://")):
        url, _, model = name.partition("#")
        if not urlsplit(url).hostname:
            raise AgentError(f"{name} names no host: an endpoint is http://host:port/v1, perhaps with #model")
        return lambda: ChatEndpoint(url, model or "agent")
    found = load_object(name)
    if is_inspects(found):
        return found
    if inspect.isclass(found):
        if callable(getattr(found, "play", None)):
            return found
        if not callable(getattr(found, "reply", None)):
            raise AgentError(f"{name} is a class without a method reply(message): it cannot answer")
        return lambda: ClassAgent(found)
    if not callable(found):
        raise AgentError(f"{name} is a {type(found).__name__}, which cannot be called: name a function or a class")
    return lambda: FunctionAgent(found)


def check_agent(name: str) -> None:
    """Raise AgentError where a name leads to no agent, before a dialogue begins."""
    if named_elsewhere(name):
        find_agent(name)
    elif Path(name).is_file():
        raise AgentError(_in_file(Path(name)))
    elif registry_lookup("agent", name) is None:
        hint = did_you_mean(name, registry_names("agent"), f"an agent is named {FORMS}")
        raise AgentError(f"There is no agent {name}: {hint}")


def _in_file(path: Path) -> str:
    """How to name what answers in a file, for whoever named the file alone."""
    if path.suffix != ".py":
        return f"{path} is a file and no Python: a program is named command:{path}"
    try:
        lines = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError) as error:
        return f"{path} cannot be imported: {error}"
    defined = [line.name for line in lines if isinstance(line, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    public = [name for name in defined if not name.startswith("_")] or ["NAME"]
    return f"{path} is a file: name what answers in it: {listed([f'{path}@{name}' for name in public[:5]], 'or')}"


_given: dict[str, Any] = {}
"""functions and classes that Python code has given, by the names that logs have for them"""


def name_of_given(found: Any) -> str:
    """The name under which a function or class of this process can be found from now on."""
    name = f"given:{getattr(found, '__name__', type(found).__name__)}"
    _given[name] = found
    return name


def is_inspects(found: object) -> bool:
    """Whether something was decorated as Inspect's agents and solvers are."""
    return hasattr(found, "__registry_info__")


def load_object(name: str) -> Any:
    """What file.py@name or module:name leads to; AgentError names what is not there, and what may be meant."""
    if name in _given:
        return _given[name]
    file, at, attribute = name.rpartition("@") if "@" in name else name.rpartition(":")
    module = _module(Path(file)) if at == "@" else _imported(file)
    if hasattr(module, attribute):
        return getattr(module, attribute)
    known = [
        n
        for n, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__
    ]
    hint = did_you_mean(attribute, known, f"it has {', '.join(known[:8]) or 'no function of its own'}")
    raise AgentError(f"{file} has no {attribute}: {hint}")


def _module(path: Path) -> Any:
    if not path.is_file():
        raise AgentError(f"{path} is not a file: an agent is named {FORMS}")
    name = f"turnwise_agent_{path.stem}"
    known = sys.modules.get(name)
    if known is not None and getattr(known, "__file__", None) == str(path.resolve()):
        return known
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    beside = str(path.resolve().parent)
    if beside not in sys.path:
        sys.path.insert(0, beside)  # its own neighbours are imported as they are when the file is run
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise AgentError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return module


def _imported(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise AgentError(f"{name} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:
        raise AgentError(f"{name} cannot be imported: {type(error).__name__}: {error}") from error
