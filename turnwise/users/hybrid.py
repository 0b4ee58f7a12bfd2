"""A user whose agenda decides what is said, and whose words are a model's.

The words are checked: every value of the turn is in them, and nothing else that the user should not say yet.
"""

import re
from collections.abc import Sequence

from pydantic import BaseModel

from turnwise.errors import ModelFault
from turnwise.goals.model import Goal
from turnwise.llm.chat import Chat, InvalidReply
from turnwise.users.agenda import Agenda
from turnwise.users.behaviour import acts_in_words
from turnwise.users.facts import facts, leaks, untold
from turnwise.users.hearing import listen
from turnwise.users.llm import YES, heard
from turnwise.users.turns import PastTurn, UserTurn
from turnwise.values.atoms import Atom, atoms
from turnwise.values.dates import durations
from turnwise.values.relative import with_days
from turnwise.values.states import mentions
from turnwise.values.text import FORMULAS, content_words, normalised

_TRIES = 2
_LONGEST = 3
"""Times the length of the agenda's own wording (and a sentence to spare) that the model's may have."""


_READINGS = 3  # that "Friday" or "the 3rd" may have
_NOTHING_YET = "(Nothing yet: the person writes first.)"
_SIGNS = re.compile(r"[\W_]+")
_DAYS = r"(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_WEEKDAY = re.compile(rf"{_DAYS}\b,? +(?=\S)", re.I)
_WEEKDAY_WITHIN = re.compile(rf"\b{_DAYS}\b", re.I)
_NO = re.compile(r"\W*(?:no|nope|not that|wrong)\b(?! (?:problem|worries|idea|rush))", re.I)
_SPEAKS_AS_ASSISTANT = re.compile(
    r"(?i)\b(?:how (?:can|may) i (?:help|assist)|(?:can|may) i help you|anything else i can|i(?: have|'ve) (?:now )?\w+ed your|your \w+ (?:has|have) been)\b"
)


class WordedTurn(BaseModel):
    """One message in words."""

    user_message: str


class HybridUser:
    """The user of one dialogue. Where the model's words do not pass, the agenda's own are said, and that is counted."""

    def __init__(self, chat: Chat, agenda: Agenda, goals: Sequence[Goal], now: str = "") -> None:
        """Make a user; `now`, "YYYY-MM-DD HH:MM:SS", is by what "tomorrow" is a day."""
        self._chat = chat
        self._now = now
        self._agenda = agenda
        self._requests = [request for goal in goals for request in goal.requests]
        self._secrets = untold(goals)
        self._said: list[str] = []
        self._began = False
        self._instead = ""

    async def speak(self, said: Sequence[str], done: frozenset[str]) -> UserTurn:
        """The user's next message; see `Agenda`."""
        turn = await self._agenda.speak(said, done)
        try:
            worded = await self._chat.ask(
                self._told(said, turn),
                WordedTurn,
                lambda reply: self._checked(reply.user_message.strip(), turn),
                attempts=_TRIES,
            )
        except ModelFault:
            self._chat.ledger.fallbacks += 1
            worded = turn.message
            self._instead = f"What the person said in the end: {worded}\n\n"
        else:
            turn = turn._replace(by_model=True)
            self._instead = ""
        self._said.append(worded)
        return turn._replace(message=worded)

    def add(self, goals: Sequence[Goal]) -> None:
        """See `Agenda`."""
        self._agenda.add(goals)
        self._requests += [request for goal in goals for request in goal.requests]
        self._secrets = (*self._secrets, *untold(goals))

    def join(self, past: Sequence[PastTurn], decided: Sequence[UserTurn] | None) -> None:
        """Continue a recorded dialogue: the model reads what the user said in it as its own replies.

        Where it is not known what the agenda decided turn by turn, what was said stands for it.
        """
        for place, turn in enumerate(past):
            was = decided[place] if decided is not None else UserTurn(turn.message, False)
            self._chat.remember(self._told(turn.said, was), WordedTurn(user_message=turn.message))
            self._said.append(turn.message)

    def _told(self, said: Sequence[str], turn: UserTurn) -> str:
        """What the model is told, so that it words a turn."""
        wrote = heard(said, self._began) if self._began else _NOTHING_YET
        self._began = True
        self._said += said
        does = ", and ".join(dict.fromkeys(acts_in_words(act.kind for act in turn.dialogue_acts))) or "answers"
        keep = f"\nValues in it: {' | '.join(dict.fromkeys(turn.values))}" if turn.values else ""
        end = "\nThis ends the conversation." if turn.is_task_complete else ""
        said_now = f"The assistant wrote:\n{wrote}\n\nThe person now {does}.\nSay this: {turn.message}{keep}{end}"
        return f"{self._instead}{said_now}"

    def _values(self, turn: UserTurn) -> tuple[str, ...]:
        """The values in a turn, also those that its draft says in other words than they are kept in."""
        raised = {act.request for act in turn.dialogue_acts}
        kept = [fact for request in self._requests if request.id in raised for fact in facts(request)]
        said = [fact for fact in kept if fact not in turn.message and means(turn.message, fact, self._now)]
        return tuple(dict.fromkeys([*turn.values, *said]))

    def _checked(self, worded: str, turn: UserTurn) -> str:
        """The words, when they may be said: they mean what was decided, no less and no more, and are the person's."""
        if not worded:
            raise InvalidReply("user_message is empty")
        values = self._values(turn)
        if missing := [value for value in values if not means(worded, value, self._now)]:
            raise InvalidReply(
                f"it has to hold the value {missing[0]!r}, written in any usual way: {worded!r} does not"
            )
        decided = " | ".join([turn.message, *values])
        if told := leaks(worded, [decided, _twelve_hours(decided), *self._said], self._secrets):
            raise InvalidReply(f"{worded!r} says {told[0]!r}, which is not to be said here: leave it out")
        if problem := differs(worded, turn.message):
            raise InvalidReply(f"{worded!r} {problem}. Put this into words: {turn.message}")
        if len(worded) > _LONGEST * len(turn.message) + 80:
            raise InvalidReply(f"it is too long: say it in at most {2 * len(turn.message.split()) + 5} words")
        return worded


def means(text: str, value: str, now: str = "") -> bool:
    """Whether a text states a value, however it is written: 12.50 as £12.50, LX-22 as lx 22, tomorrow, 1.5 hours."""
    return any(
        _means(said, value) for said in dict.fromkeys([text, *(with_days(text, now, n) for n in range(_READINGS))])
    )


def _means(text: str, value: str) -> bool:
    bare = _SIGNS.sub("", value.casefold())
    if mentions(text, value) or (len(bare) > 3 and bare in _SIGNS.sub("", text.casefold())):
        return True
    if (day := _WEEKDAY.match(value)) is not None:
        others = {found.lower()[:3] for found in _WEEKDAY_WITHIN.findall(text)} - {day[1].lower()[:3]}
        return not others and _means(text, value[day.end() :])
    parts = [atom for atom in atoms(value) if atom.kind in ("date", "time")]
    if parts and len(parts) == len(atoms(value)) and len(parts) <= 2:  # 17 March 2026 at 14:30
        return all(_names(text, part) for part in parts)
    if lasts := [seconds for *_, seconds in durations(value)]:
        told = [seconds for *_, seconds in durations(text)]
        return any(abs(seconds - lasts[0]) < 1 for seconds in told)
    wanted = normalised(value).split()
    said = normalised(text).split()
    if len(wanted) > 1 and "," in value:  # Silva, Ana
        return all(word in said for word in wanted)
    plain = len(wanted) == 1 and value.islower() and value.isalpha()
    return plain and any(_same_stem(word, wanted[0]) for word in said)


def _names(text: str, moment: Atom) -> bool:
    """Whether a text names a day or a time; who says 2:30 of an afternoon need not say so."""
    if moment.kind == "date":
        return mentions(text, moment.text)
    hour, minute = divmod(int(moment.value[1]), 60)
    return mentions(text, f"{hour:02}:{minute:02}") or re.search(_on_the_clock(hour, minute), text) is not None


def _on_the_clock(hour: int, minute: int) -> str:
    return rf"(?i)(?<![\d:.]){hour - 12}:{minute:02}(?!\d|\W*(?:a\.?m\b|in the morning))" if hour > 12 else r"(?!)"


def _twelve_hours(text: str) -> str:
    """The afternoon times of a text as a clock on the wall shows them."""
    hours = [divmod(int(atom.value[1]), 60) for atom in atoms(text) if atom.kind == "time"]
    return " ".join(f"{hour - 12}:{minute:02}" for hour, minute in hours if hour > 12)


def differs(worded: str, draft: str) -> str:
    """In which way words do not say what a draft says, for the model to read; empty where they do."""
    if (YES.match(worded) and _NO.match(draft)) or (_NO.match(worded) and YES.match(draft)):
        return "says yes where it is no, or no where it is yes"
    strange = {act.kind for act in listen(worded, ())} - {act.kind for act in listen(draft, ())}
    if strange & {"offer", "report"} and _SPEAKS_AS_ASSISTANT.search(worded):
        return "is what the assistant would say, and you are the person"
    wanted = content_words(draft) - FORMULAS
    if len(wanted) > 1 and not any(_same_stem(word, other) for word in content_words(worded) for other in wanted):
        return "does not say it"
    return ""


def _same_stem(one: str, other: str) -> bool:
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one == other or (shared >= 4 and max(len(one), len(other)) - shared <= 3)
