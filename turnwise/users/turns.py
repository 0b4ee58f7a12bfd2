"""What a user says in one turn, and what it does by saying it."""

from typing import Literal, NamedTuple

from turnwise.goals.model import Goal

DialogueActKind = Literal[
    "greet",  # opens the dialogue
    "request",  # raises a request for the first time
    "repeat",  # asks again for what was missed
    "correct",  # replaces what was said first: a change of mind or a slip put right
    "supply",  # gives a value that was withheld
    "confirm",  # lets the assistant go on
    "check",  # asks whether a change was really made
    "acknowledge",  # reacts to an answer
    "give_up",  # drops a request
    "close",  # ends the dialogue
]


class DialogueAct(NamedTuple):
    """One thing done by a message; `request` is the id of the request it concerns, or empty."""

    kind: DialogueActKind
    request: str = ""


class UserTurn(NamedTuple):
    """One message of the user. `is_task_complete` ends the dialogue; nothing in the text can."""

    message: str
    is_task_complete: bool
    dialogue_acts: tuple[DialogueAct, ...] = ()
    values: tuple[str, ...] = ()
    """the values that the message states, where rules decided on it"""
    by_model: bool = False
    """whether a model wrote the words"""


class PastTurn(NamedTuple):
    """One message of a user that was sent in the past, and what the user knew then."""

    said: tuple[str, ...]
    """what the assistant had written since the user's message before"""
    done: frozenset[str]
    """ids of the requests that were done by then"""
    added: tuple[Goal, ...]
    """goals that the user had got since the message before"""
    message: str
    dialogue_acts: tuple[DialogueAct, ...]
    by_model: bool


UserKind = Literal["agenda", "llm", "hybrid"]
