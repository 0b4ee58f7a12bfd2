"""What a user says in one turn, and what it does by saying it."""

from typing import Literal, NamedTuple

from turnwise.goals.model import Goal, Slot

DialogueActKind = Literal[
    "greet",  # opens the dialogue
    "request",  # raises a request for the first time
    "known",  # drops a request with a word, since its answer has been told already
    "repeat",  # asks again for what was missed, or says it in other words
    "correct",  # replaces what was said first, or what the assistant took for it
    "supply",  # gives a value: one that was withheld, or one that was asked for
    "choose",  # picks one of what is offered
    "confirm",  # lets the assistant go on
    "decline",  # says no to what is proposed
    "withdraw",  # takes a yes back for now
    "dont_know",  # has no answer to a question
    "dont_mind",  # has no preference
    "explain",  # says why
    "note",  # takes note of a warning, and stays with what it wants
    "push_back",  # does not accept a refusal at once
    "ask_meaning",  # asks what a word of the assistant's means
    "check",  # asks whether a change was really made
    "acknowledge",  # reacts to an answer
    "digress",  # speaks of something else
    "ask_impossible",  # asks for something that no tool does
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


UserKind = Literal["agenda", "llm", "hybrid", "person"]
UNANNOUNCED: tuple[UserKind, ...] = ("llm", "person")
"""Those whose requests are read off their words."""


class Reply(NamedTuple):
    """One answer of the user, before it is worded."""

    kind: DialogueActKind
    form: str
    """how it is worded; see wording/answers.yaml"""
    slots: tuple[Slot, ...] = ()
    """whose values it gives"""
    text: str = ""
    """what is chosen, or taken for what is wanted"""


ONE_OF_SEVERAL = "one of several"
"""Given as an answer to one of the questions that were asked."""
LABELLED = "labelled"
"""The text of a reply that says what its values are of, since the question did not."""
