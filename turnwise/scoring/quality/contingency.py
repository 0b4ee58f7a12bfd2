"""Whether turns connect to what they answer. Lexical and noisy: it points at turns to read, and gates nothing."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from turnwise.scoring.quality.speech import asks, wants
from turnwise.scoring.quality.transcript import Finding, SubScore, Transcript
from turnwise.scoring.quality.turns import (
    Content,
    Turn,
    arguments,
    content,
    given,
    is_heard,
    mentioned,
    named,
    turns,
    words,
)
from turnwise.values.atoms import Value
from turnwise.values.states import mentions

KNOWN = {"assistant": 0.4, "user": 0.25}
"""share of a turn's content words that must have come up for it to be about this dialogue"""
WORDS = {"assistant": 2, "user": 3}
"""content words below which a turn is courtesy, a yes or a no, and connects to anything"""
EXCHANGED = 0.5
"""how much of their content two turns must fit better, taken together, if they changed places, to be out of place"""
REPEATED = 0.7
"""share of a turn's content that another turn of its speaker must hold for the two to be about one thing"""
_PLACED = 3
"""words and values below which a turn fits anywhere"""

_LEAVES = re.compile(
    r"(?i)\bbye\b|\bleave it (?:there|at that)\b|\b(?:we're|i'm|we are|i am|all) (?:done|set)\b|\ball (?:that )?i (?:need(?:ed)?|wanted)\b"
    r"|\b(?:that(?:'s| is| was| will be)|this is) (?:all|it|everything)\b(?! (?:okay|ok|good|fine|right|correct|possible|available))"
)

_Course = Sequence[Turn]
"""All turns of a dialogue."""


def contingency(transcript: Transcript) -> SubScore:
    """Share of the turns, from the first reply on, that take up what came before. What one says in a row is one turn.

    A turn strays when too few of its content words occurred so far, in its own results or in what its speaker was told
    beforehand, or when it and another turn would fit much better if they changed places. One of the user strays when it
    takes leave and the dialogue goes on; after a turn in which nothing was said or done there is nothing to take up. One
    of the assistant strays when it is empty, acts on what the user says only later, names what is returned only later, or
    gives another request's answer and none of its own, where answers are known.
    """
    course = turns(transcript)
    beforehand = {"assistant": content(transcript.policy), "user": content(transcript.instruction)}
    early = _early(transcript)
    links = _links(course)
    heard: Content = frozenset()
    findings: list[Finding] = []
    opening = next((number for number, turn in enumerate(course) if turn.role == "user"), len(course))
    looked_at = 0
    for number, turn in enumerate(course):
        lost = number > opening and _takes_up_nothing(number, course, heard | beforehand[turn.role])
        nothing_said = turn.role == "user" and number > 0 and _is_empty(course[number - 1])
        if number > opening and turn.place >= transcript.start and not nothing_said:
            looked_at += 1
            if why := "takes up nothing" if lost else _strays(number, course, links, transcript, early):
                findings.append(Finding(turn.place, "contingency", f"{why}: {turn.text[:160]}".rstrip(": "), 1))
        if not lost:  # what strays does not make the next stray turn connect
            heard |= turn.said | turn.work
    return SubScore(1 - len(findings) / looked_at if looked_at else None, tuple(findings), looked_at)


def _is_empty(turn: Turn) -> bool:
    return not turn.text and not any(message.calls for message in turn.messages)


def _strays(
    number: int, course: _Course, links: Sequence[Content], transcript: Transcript, early: Mapping[int, str]
) -> str:
    """How a turn is out of place; empty when it is not."""
    turn = course[number]
    if turn.role == "assistant" and _is_empty(turn):
        return "says nothing"
    if _fits_elsewhere(number, course, links):
        return "would fit elsewhere"
    if turn.role == "user":
        return "takes leave, and goes on" if _leaves_too_early(number, course) else ""
    if soon := next((early[n] for n in range(turn.place, turn.place + len(turn.messages)) if n in early), ""):
        return soon
    return "answers something else" if _answers_another(number, course) else ""


def _takes_up_nothing(number: int, course: _Course, known: Content) -> bool:
    """Whether a message of a turn is about nothing that came up; a question is about what its answer takes up."""
    turn = course[number]
    known = known.union(
        turn.work, *(after.said for after in course[number + 1 : number + 2] if turn.role == "assistant")
    )
    for message in turn.messages:
        said = {word for word in content(message.text) if isinstance(word, str)} if message.role != "tool" else set()
        if len(said) >= WORDS[turn.role] and len(said & known) < KNOWN[turn.role] * len(said):
            return True
    return False


def _fits_elsewhere(number: int, course: _Course, links: Sequence[Content]) -> bool:
    """Whether a turn fits another place better, and the turn that is there would not lose as much by the exchange."""
    said = links[number]
    if len(said) < _PLACED:
        return False
    places = [other for other in range(number % 2, len(course), 2) if other != number]
    if any(len(course[other].said & said) >= REPEATED * len(said) for other in places):
        return False  # it says again what was said there, and may do so
    near = 2 if course[number].role == "assistant" else 0
    mine = _fit(said, number, course)
    for other in places:
        gain = _fit(said, other, course) - mine
        if abs(other - number) > near and gain > 0:
            theirs = links[other]
            gain += _fit(theirs, number, course) - _fit(theirs, other, course) if theirs else 0
            if gain >= EXCHANGED:
                return True
    return False


def _links(course: _Course) -> list[Content]:
    """For each turn those of its words and values that come up in another turn at all, or in its own work."""
    times = Counter(mark for turn in course for mark in turn.said | turn.work)
    return [frozenset(mark for mark in turn.said if times[mark] > 1 or mark in turn.work) for turn in course]


def _fit(said: Content, number: int, course: _Course) -> float:
    """The share of some content that a place has: in its work, in the turns beside it, in the assistant's words before."""
    beside = (number - 1, number + 1, *([number - 2] if course[number].role == "assistant" else []))
    there = (course[n].said | course[n].work for n in beside if 0 <= n < len(course))
    return len(said & course[number].work.union(*there)) / len(said)


def _leaves_too_early(number: int, course: _Course) -> bool:
    text = course[number].text.replace("’", "'")
    if not _LEAVES.search(text) or wants(text):
        return False
    served = any(message.calls for turn in course[number + 1 : number + 2] for message in turn.messages)
    return served or any(wants(turn.text) for turn in course[number + 2 :: 2])


def _answers_another(number: int, course: _Course) -> bool:
    """Whether a reply tells what answers another request, and nothing that answers its own.

    What was brought up may be told beside a question, or where its own answer did not come back.
    """
    turn, wish = course[number], course[number - 1]
    mine = {answer for message in wish.messages for answer in message.answers}
    others = {answer for other in course for message in other.messages for answer in message.answers} - mine
    if not mine or any(mentions(turn.text, answer) for answer in mine):
        return False
    near = "" if _came_back(mine, turn) and not asks(turn.text) else "\n".join([wish.text, *turn.arguments])
    return any(mentions(turn.text, answer) and not mentions(near, answer) for answer in others)


def _came_back(answers: Iterable[str], turn: Turn) -> bool:
    return all(any(mentions(result, answer) for result in turn.results) for answer in answers)


def _early(transcript: Transcript) -> dict[int, str]:
    """The messages in which the assistant uses what it is told only later."""
    messages = transcript.messages
    nothing: Content = frozenset()
    says = [given(message.text) if message.role == "user" else nothing for message in messages]
    names = [named(message.text) if message.role != "assistant" else nothing for message in messages]
    says_later = _from_there_on(says)
    names_later = _from_there_on(names)
    heard: set[str | Value] = set(words(transcript.policy))
    found = {}
    for place, message in enumerate(messages):
        acted_on = frozenset[str | Value]().union(*map(words, arguments(message)))
        if (acted_on & says_later[place]) - heard:
            found[place] = "acts on what the user says only later"
        elif message.role == "assistant" and any(
            not is_heard(mark, heard) for mark in mentioned(message.text) & names_later[place]
        ):
            found[place] = "tells what is returned only later"
        heard |= words(message.text) | acted_on
    return found


def _from_there_on(parts: Sequence[Content]) -> list[Content]:
    return [*accumulate(reversed(parts), lambda later, part: later | part)][::-1]
