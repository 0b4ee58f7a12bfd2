"""What changes are made of: finding sites in a transcript, and copies of it with one thing altered."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any, Literal, NamedTuple, TypeVar

from turnwise.scoring.quality.transcript import Exchange, Message, ToolCall, Transcript
from turnwise.values.atoms import atoms, disclosed
from turnwise.values.text import says_something

asks = re.compile(
    r"\b(?:please confirm|confirm (?:if|that|whether|by|this)|let me know if you(?:'d| would) like to proceed)\b"
    r"|\b(?:confirm|proceed|go ahead|shall I|is that (?:right|correct|ok))\b[^.?!]*\?",
    re.I,
).search
"""Whether a text asks for a go-ahead."""
agrees = re.compile(
    r"^\W*(?:yes|yeah|yep|sure|ok|okay|please do|go ahead|confirmed|correct|absolutely|great|sounds good|that works)\b"
    r"|\b(?:please proceed|go ahead|I confirm|proceed with)\b",
    re.I,
).search
"""Whether a text is a yes."""
claims = re.compile(
    r"\b(?:successful(?:ly)?|(?:has|have) been|is (?:now )?(?:done|booked|cancell?ed|updated|added)|I(?:'ve| have) \w+(?:ed|ne)|all set|taken care of)\b|^\W*done\b",
    re.I,
).search
"""Whether a text sounds like a report of something done."""
_PARTING = re.compile(
    r"\b(?:thanks?|thank you|bye|goodbye|appreciate|that(?:'s| is) (?:all|everything|it)|I'll|no,)\b", re.I
)

Item = TypeVar("Item")


def pick(rng: Random, items: Iterable[Item]) -> Item | None:
    found = list(items)
    return rng.choice(found) if found else None


def places(transcript: Transcript, role: Literal["user", "assistant"]) -> list[int]:
    """Where someone says something; for the assistant, messages that only call do not count."""
    return [n for n, m in enumerate(transcript.messages) if m.role == role and says_something(m.text)]


def said_once(transcript: Transcript, place: int) -> bool:
    """Whether nothing like a message is said again: another word in one that is would mend the repetition."""
    mine = frozenset(transcript.messages[place].text.lower().split())
    others = (m.text.lower().split() for n, m in enumerate(transcript.messages) if n != place)
    return not any(2 * len(mine & set(other)) > len(mine | set(other)) for other in others)


def told(transcript: Transcript, before: int) -> list[str]:
    """What the assistant can know at a message: what it was told before the dialogue, by the user and by tools."""
    return [transcript.policy, *(m.text for m in transcript.messages[:before] if m.role != "assistant")]


def everything(transcript: Transcript) -> list[str]:
    """All that stands in a transcript: what is not in it was made up."""
    calls = [json.dumps(dict(c.arguments)) for m in transcript.messages for c in m.calls]
    return [transcript.policy, transcript.instruction, *(m.text for m in transcript.messages), *calls]


def with_text(transcript: Transcript, place: int, text: str) -> Transcript:
    """The transcript with other words in one message."""
    return spliced(transcript, place, place + 1, replace(transcript.messages[place], text=text))


def worded(transcript: Transcript, rng: Random, found: Iterable[int], texts: Sequence[str]) -> Transcript | None:
    """The transcript with one of some texts in the place of one of some messages; None without a message."""
    place = pick(rng, found)
    return None if place is None else with_text(transcript, place, rng.choice(texts))


def added(transcript: Transcript, place: int | None, sentence: str) -> Transcript | None:
    """The transcript with a sentence more in one message; None without a place."""
    if place is None:
        return None
    before = transcript.messages[place].text.rstrip()
    stop = "." if before[-1:].isalnum() else ""
    return with_text(transcript, place, f"{before}{stop} {sentence}")


def spliced(transcript: Transcript, start: int, end: int, *put: Message) -> Transcript:
    """The transcript with others in the place of the messages from `start` up to `end`."""
    return replace(transcript, messages=(*transcript.messages[:start], *put, *transcript.messages[end:]))


def without(transcript: Transcript, exchange: Exchange) -> Transcript:
    """The transcript as if a call had never been made; its message goes too when it says nothing else."""
    caller = transcript.messages[exchange.called_at]
    left = replace(caller, calls=tuple(call for call in caller.calls if call is not exchange.call))
    kept = [m for n, m in enumerate(transcript.messages) if n not in (exchange.called_at, exchange.returned_at)]
    if left.calls or says_something(left.text):
        kept.insert(exchange.called_at, left)
    return replace(transcript, messages=tuple(kept))


def called(place: int, tool: str, arguments: dict[str, Any], text: str, *, error: bool = False) -> list[Message]:
    """A new call that is made at a place, and what comes back for it."""
    call = ToolCall(f"planted{place}", tool, arguments)
    return [Message("assistant", "", calls=(call,)), Message("tool", text, call_id=call.id, error=error)]


def after_results(transcript: Transcript, place: int) -> int:
    """Where the results of the calls of a message end."""
    end = place + 1
    while end < len(transcript.messages) and transcript.messages[end].role == "tool":
        end += 1
    return end


class Match(NamedTuple):
    place: int
    start: int
    end: int
    text: str


def matches(transcript: Transcript, kind: str) -> Iterator[Match]:
    """The atoms of a kind that the assistant says and that were disclosed to it before."""
    for place in places(transcript, "assistant"):
        heard = disclosed(told(transcript, place))
        for atom in atoms(transcript.messages[place].text):
            if atom.kind == kind and atom.known(heard):
                yield Match(place, atom.start, atom.end, atom.text)


def put(transcript: Transcript, match: Match, text: str) -> Transcript:
    """The transcript with something else written in the place of a match."""
    old = transcript.messages[match.place].text
    return with_text(transcript, match.place, old[: match.start] + text + old[match.end :])


def other_digits(text: str, rng: Random, heard: Sequence[str]) -> str:
    """A text with other digits, such that what comes out was never heard: with one more where all others were."""
    for tried in range(400):

        def drawn(match: re.Match[str], more: int = tried // 200) -> str:
            return "".join(str(rng.randint(0 if n else 1, 9)) for n in range(len(match.group()) + more))

        made = re.sub(r"\d+", drawn, text)
        value = re.escape(made.lstrip("$").replace(",", "").removesuffix(".00"))
        if made != text and not any(re.search(rf"(?<![\w.]){value}(?!\w|\.\d)", said) for said in heard):
            break
    return made


def writes(transcript: Transcript, *, consequential: bool = False) -> list[Exchange]:
    """The calls that changed something and succeeded."""
    kinds = {tool for tool, grave in transcript.writes.items() if grave or not consequential}
    return [e for e in transcript.exchanges if e.call.tool in kinds and e.succeeded]


def reads(transcript: Transcript) -> list[Exchange]:
    return [e for e in transcript.exchanges if e.succeeded and e.call.tool not in transcript.writes]


def answer_to(transcript: Transcript, place: int) -> int | None:
    """The first message after a place in which the assistant speaks before the user does."""
    for later in range(place + 1, len(transcript.messages)):
        message = transcript.messages[later]
        if message.role == "user":
            return None
        if message.role == "assistant" and says_something(message.text):
            return later
    return None


def reported(transcript: Transcript, exchange: Exchange) -> bool:
    """Whether the assistant says that something is done in the answer that follows a call."""
    answer = answer_to(transcript, exchange.called_at)
    return answer is not None and bool(claims(transcript.messages[answer].text))


def consent(transcript: Transcript, exchange: Exchange) -> tuple[int, int] | None:
    """The assistant's question and the user's yes right before a call; None when it was not asked for that way."""
    yes = next((n for n in range(exchange.called_at, -1, -1) if transcript.messages[n].role == "user"), 0)
    between = transcript.messages[yes + 1 : exchange.called_at]
    if yes < 2 or any(message.role == "assistant" and says_something(message.text) for message in between):
        return None
    asked, said = transcript.messages[yes - 1], transcript.messages[yes].text
    return (yes - 1, yes) if asked.role == "assistant" and asks(asked.text) and agrees(said) else None


def parting(text: str) -> bool:
    """Whether a text only thanks or takes leave."""
    return _PARTING.search(text) is not None and not re.search(r"\?|\bplease\b", text, re.I)


def records(texts: Sequence[str]) -> list[dict[str, str]]:
    """Every object in some results of tools, its plain values as text."""
    found: list[dict[str, str]] = []
    for text in texts:
        try:
            _collect(json.loads(text), found.append)
        except ValueError:  # words, not data
            continue
    return found


def _collect(value: Any, keep: Callable[[dict[str, str]], None]) -> None:
    if isinstance(value, dict):
        keep({k: str(v) for k, v in value.items() if isinstance(v, str | int | float) and not isinstance(v, bool)})
        value = list(value.values())
    for part in value if isinstance(value, list) else ():
        _collect(part, keep)
