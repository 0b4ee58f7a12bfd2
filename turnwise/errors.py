"""The errors Turnwise raises; the command line shows one as one line."""

from collections.abc import Iterable
from difflib import get_close_matches

from pydantic import ValidationError


class TurnwiseError(Exception):
    """Base of every error that Turnwise raises on purpose; its text is written for a person."""


class SeedError(TurnwiseError):
    """Raised when a seed cannot become a world."""


class WorldError(TurnwiseError):
    """Raised when a world directory is missing, incomplete or contradicts itself."""


class CompositionError(TurnwiseError):
    """Raised when the goals or scenarios asked for cannot be composed from a world."""


class GoalError(TurnwiseError):
    """Raised when a goal file cannot be read, or its goals do not run in the world they are wanted for."""


class SituationError(TurnwiseError):
    """Raised when a file of situations cannot be read, or speaks of tables, columns or rows that are not there."""


class BehaviourError(TurnwiseError):
    """Raised when a behaviour is unknown or its file does not describe one."""


class LogError(TurnwiseError):
    """Raised when a log cannot be read or holds no Turnwise dialogue."""


class HarvestError(TurnwiseError):
    """Raised when a gate, a benchmark or an archive of harvested dialogues cannot be read."""


class StartError(TurnwiseError):
    """Raised when a dialogue cannot be taken up at a turn, or a file of starts cannot be read."""


class PromptError(TurnwiseError):
    """Raised when a prompt file of a user's own cannot replace the one it is named after."""


class ModelFault(TurnwiseError):
    """Raised when a model gave no usable answer in the replies it was allowed."""


class ServiceFault(ModelFault):
    """Raised when a live server that answers calls is gone, or silent."""


class AgentError(TurnwiseError):
    """Raised when an agent cannot be found, or returns what is no reply."""


class CallRefused(TurnwiseError):
    """Raised when a session refuses a tool call; nothing has changed, and the agent sees the message."""


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The name that a misspelt one is nearest to, as a question; `otherwise` where none is near."""
    close = get_close_matches(name, list(known), 1)
    return f"did you mean {close[0]}?" if close else otherwise


def first_problem(error: Exception, whole: str = "it") -> str:
    """Where and how data is not what it should be: the first thing that pydantic found, or the error's own words."""
    if not isinstance(error, ValidationError):
        return str(error)
    problem = error.errors()[0]
    where = ".".join(str(part) for part in problem["loc"]) or whole
    return f"{where}: {problem['msg']}"
