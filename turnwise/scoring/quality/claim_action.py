"""Whether the assistant says what it did, and did what it says."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile
from typing import NamedTuple

from turnwise.scoring.quality.speech import identifiers, kind_of, kinds, sentences, topics
from turnwise.scoring.quality.transcript import Exchange, Finding, SubScore, Transcript
from turnwise.values.atoms import disclosed
from turnwise.values.text import says_something

_ADVERBS = r"(?:(?:\w+ly|now|also|just|then|both|all|gone ahead and) )*"
_PARTICIPLE = r"(?P<verb>\w+(?<!e)ed|set|put|sent|made|taken|given|paid|built|bought|sold|written|cut|drawn|withdrawn|held|found)\b"
_CLAIM = re.compile(
    rf"\b(?:i|we)(?:'ve| have)? {_ADVERBS}{_PARTICIPLE}"
    rf"|(?:\b(?:has|have)|'s|'ve) {_ADVERBS}been {_ADVERBS}{_PARTICIPLE.replace('verb', 'been')}"
    rf"|\b(?:is|are) now {_ADVERBS}{_PARTICIPLE.replace('verb', 'now')}",
    re.I,
)
_BASES = {
    "sent": "send", "made": "make", "taken": "take", "given": "give", "paid": "pay", "built": "build", "bought": "buy",
    "sold": "sell", "written": "write", "drawn": "draw", "withdrawn": "withdraw", "held": "hold", "found": "find",
}  # fmt: skip
_CARRIED_OUT = re.compile(
    r"(?:submit|process|complet|start|initiat|arrang|finali|made|make|plac|issu|fil|confirm|request|appli|carri|approv|set)\w*"
)
"""Participles that say of any act, named by a noun, that it was done: the exchange has been processed."""
_DONE = re.compile(
    r"^\W*(?:all )?(?:done|set|sorted)\b|\bgone ahead with (?:that|this|it)\b|\b(?:that|this|it|everything|all)(?:'s| is| has been|'s been)(?: all| now)*"
    r" (?:done|in|set|taken care of|sorted)\b|\b(?:i|we)(?:'ve| have)(?: now| just| already)* (?:done|taken care of|seen to|dealt with|sorted|handled)"
    r" (?:that|this|it|so|both|everything|all)\b",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:no|none|nothing|neither)\b(?=[\w ]* (?:has|have|is|are)\b)|\b(?:not|never|cannot|\w+n't|unable|can|could|would|will|shall|may(?! \d)|might|should|must|once|if|when|until|unless|whether"
    r"|to be|said|told|stated?|accord\w*|appears?|seems?|shows?|see that|found)\b|'ll\b",
    re.I,
)
_FAILED = re.compile(
    r"n't\b|\b(?:could|can|was|were|did|has|have|is|are) ?not\b|unable|fail|error|unfortunately",
    re.I,
)
_ITEM = re.compile(r"^\s*(?:(?:[-*•]|\d{1,2}[.)])\s|$)")
"""a line of a list, or an empty one between two"""
_BY_OTHERS = re.compile(r" by (?!me\b|us\b)", re.I)
_CONFIRMS = re.compile(r"\bi can (?:now |also )?(?:confirm|see|tell)\b", re.I)
_DETAILED = 3
"""topics from which on a claim that is said again word for word is about the same write"""


class _Claim(NamedTuple):
    """A sentence in which the assistant says to have done what some tools do."""

    message: int
    words: str
    tools: frozenset[str]
    codes: frozenset[str]
    """those in it that some call was about"""


def claim_action(transcript: Transcript) -> SubScore:
    """Share of claims that rest on a successful write, and of successful writes that are reported, taken together.

    A claim is a sentence that says something has been done, in a verb that a tool which writes is named by. It rests on a
    write by the tools that fit its words best, in this segment or the last, or on an earlier one whose values it states;
    every code in it that calls were about has to be one of such a write; and it rests on none where one by these tools
    has failed in this segment, was not made again, and the message says nothing of that. A report is a sentence in the
    segment of the write that states a value of it, its tool's verb or thing, or that it is done; or in the next one that
    says what was done, or states what no lookup there has returned. None when there is neither.
    """
    if not transcript.writes:
        return SubScore(None)
    tried = [exchange for exchange in transcript.exchanges if exchange.call.tool in transcript.writes]
    made = [exchange for exchange in tried if exchange.succeeded]
    segments = list(accumulate(message.role == "user" for message in transcript.messages))
    claims = list(_claims(transcript, tried, segments))
    reported = [_reported_in(exchange, transcript, segments) for exchange in made]
    told = list(zip(made, reported, strict=True))
    findings = []
    acted = {segments[exchange.called_at] for exchange in tried}
    true_before: set[str] = set()
    for claim in claims:
        idle = segments[claim.message] not in acted
        again = idle and claim.words in true_before and len(topics(claim.words)) >= _DETAILED
        if again or _rests(claim, tried, told, transcript, segments):
            true_before.add(claim.words)
        else:
            evidence = f"claimed, not done: {claim.words[:160]}"
            findings.append(Finding(claim.message, "claim_action", evidence, 3))
    findings += [
        Finding(exchange.called_at, "claim_action", f"done, not reported: {exchange.call.tool}", 2)
        for exchange, told_in in zip(made, reported, strict=True)
        if told_in is None and _spoke_after(exchange, transcript)
    ]
    looked_at = sum(place >= transcript.start for place in (*(c.message for c in claims), *(e.called_at for e in made)))
    findings = [finding for finding in findings if finding.message >= transcript.start]
    value = 1 - len(findings) / looked_at if looked_at else None
    return SubScore(value, tuple(sorted(findings)), looked_at)


def _claims(transcript: Transcript, tried: Sequence[Exchange], segments: Sequence[int]) -> Iterator[_Claim]:
    acted = {segments[exchange.called_at] for exchange in tried}
    given = {str(value) for e in transcript.exchanges for value in e.call.arguments.values()}
    about = {code for value in given if not re.search(r"\s", value) for code in codes(value)}
    returned: dict[int, str] = defaultdict(str)
    for segment, message in zip(segments, transcript.messages, strict=True):
        returned[segment] += f" {message.text.lower()}" if message.role == "tool" else ""
    for place, message in enumerate(transcript.messages):
        lines = message.text.split("\n") if message.role == "assistant" else []
        for at, line in enumerate(lines):
            for sentence in sentences(line):
                if _says_done(sentence) and (tools := _meant_by_done(sentence, place, tried, transcript, segments)):
                    yield _Claim(place, sentence, tools, codes(sentence) & about)
                    continue
                verb, active = _claimed(sentence)
                read = not active and segments[place] not in acted and verb[:5] in returned[segments[place]]
                if not verb or read:  # what a lookup says is passed on, and nobody claims to have done it
                    continue
                listed = takewhile(_ITEM.match, lines[at + 1 :]) if line.rstrip(" *").endswith(":") else ()
                words = " ".join([sentence, *listed])
                if tools := _fitting(verb, sentence, transcript):
                    yield _Claim(place, words, tools, codes(words) & about)


def _says_done(sentence: str) -> bool:
    done = _DONE.search(sentence)
    return done is not None and not sentence.endswith("?") and not _HEDGED.search(sentence[: done.start()])


def _meant_by_done(
    sentence: str, place: int, tried: Sequence[Exchange], transcript: Transcript, segments: Sequence[int]
) -> frozenset[str]:
    """The tools that a "done" speaks of: those tried since the user spoke, else those that do what the user just asked for.

    That is said in a verb of theirs. Where nothing was ever tried, or it tells what is new, it may be any: what only the
    user has said is new.
    """
    before = [exchange for exchange in transcript.exchanges if exchange.called_at < place]
    here = frozenset(e.call.tool for e in tried if e.called_at < place and segments[e.called_at] == segments[place])
    nothing = all(segments[e.called_at] != segments[place] and e.call.tool not in transcript.writes for e in before)
    said = [n for n, message in enumerate(transcript.messages[:place]) if message.role == "user"]
    last = max((e.called_at for e in tried if e.called_at < place), default=-1)
    heard = " ".join(transcript.messages[n].text for n in said if n > last or n in said[-2:])
    since = topics(" ".join(transcript.messages[n].text for n in said if n > last))
    told = topics(" ".join([*map(_text, before), *transcript.writes]))
    anything = nothing or re.search(r"\bnow\b", sentence) is not None or (topics(sentence) & since) - told
    wanted = kinds(heard) | topics(heard)
    verbs = {tool: tool.partition("_")[0] for tool in transcript.writes}
    asked = {tool for tool, verb in verbs.items() if kind_of(verb) in wanted or verb[:5] in wanted}
    return here or frozenset(transcript.writes if anything else asked)


def _claimed(sentence: str) -> tuple[str, bool]:
    """The verb of what a sentence says was done, and whether it says that the speaker did it; empty without one."""
    if sentence.endswith("?"):
        return "", False
    for clause in re.split(r";|,? (?:but|however|although|while)\b", _CONFIRMS.sub("", sentence)):
        for found in _CLAIM.finditer(clause):
            if not _HEDGED.search(clause[: found.end()]) and not _BY_OTHERS.match(clause, found.end()):
                return (found["verb"] or found["been"] or found["now"]).lower(), found["verb"] is not None
    return "", False


def _fitting(verb: str, sentence: str, transcript: Transcript) -> frozenset[str]:
    """The tools that write whose names fit a participle and, of these, fit the things in its sentence best.

    Of those that fit them alike, the ones with the very verb: what was created is not what was updated.
    """
    about = topics(sentence)
    fits = {
        tool: (sum(_named(noun, about) for noun in nouns), _is_verb(verb, own))
        for tool in transcript.writes
        for own, *nouns in [tool.split("_")]
        if _same_verb(verb, own) or (_CARRIED_OUT.fullmatch(verb) and _named(own, about))
    }
    return frozenset(tool for tool, likeness in fits.items() if likeness == max(fits.values()))


def _named(word: str, about: frozenset[str]) -> bool:
    """Whether a word of a tool's name is among topics, which are cut to five letters: baggages, for a bag."""
    return len(word) > 2 and any(word.startswith(topic) or topic.startswith(word) for topic in about)


def _same_verb(participle: str, verb: str) -> bool:
    one, other = kind_of(_BASES.get(participle, participle)), kind_of(verb)
    # What is added to a thing is a change of it.
    alike = one is not None and (one == other or {one, other} == {"make", "change"})
    return alike or _is_verb(participle, verb)


def _is_verb(participle: str, verb: str) -> bool:
    length = max(3, min(len(verb) - 1, 5))
    return _BASES.get(participle, participle)[:length] == verb[:length]


def _rests(
    claim: _Claim,
    tried: Sequence[Exchange],
    made: Sequence[tuple[Exchange, int | None]],
    transcript: Transcript,
    segments: Sequence[int],
) -> bool:
    """Whether a claim rests on one of the writes that were made, each with the segment in which it is reported."""
    here = segments[claim.message]
    before = [(exchange, told_in) for exchange, told_in in made if exchange.called_at < claim.message]
    fitting = [(exchange, told_in) for exchange, told_in in before if exchange.call.tool in claim.tools]
    for failed in tried:
        fresh = not failed.succeeded and segments[failed.called_at] == here and failed.called_at < claim.message
        mended = any(e.call.tool == failed.call.tool and e.called_at > failed.called_at for e, _ in fitting)
        if fresh and failed.call.tool in claim.tools and not mended:
            return bool(_FAILED.search(transcript.messages[claim.message].text))
    if _states_unmade(claim, before, transcript):
        return False
    named = [e for e, _ in before if stated(e, claim.words) and not _of_later_request(claim, e, transcript)]
    if claim.codes - frozenset[str]().union(*(codes(_text(e)) for e in [*(e for e, _ in fitting), *named])):
        return False
    return bool(named) or any(here in (segments[e.called_at], told_in) for e, told_in in fitting)


def _states_unmade(claim: _Claim, before: Sequence[tuple[Exchange, int | None]], transcript: Transcript) -> bool:
    """Whether a claim states a value that the user gave since the last write, and that no write was made with."""
    last = max((exchange.called_at for exchange, _ in before), default=0)
    asked = disclosed(m.text for m in transcript.messages[last : claim.message] if m.role == "user")
    definite = {
        v for v in disclosed([claim.words]) & asked if v[0] in ("id", "date") or (v[0] == "number" and float(v[1]) > 31)
    }
    return bool(definite - disclosed(_text(exchange) for exchange, _ in before))


def _of_later_request(claim: _Claim, exchange: Exchange, transcript: Transcript) -> bool:
    """Whether most of what a claim names is what the user asked for after a write, and is nothing of that write.

    What both the write and the later request speak of tells nothing of either.
    """
    tools = topics(" ".join((*claim.tools, exchange.call.tool)))
    keys = topics(" ".join(re.findall(r'"(\w+)":', _text(exchange))))  # what its fields are called is in every row
    later = transcript.messages[exchange.called_at : claim.message]
    since = next((n for n, message in enumerate(later) if message.role == "user"), len(later))
    # What was then looked up is what the user meant: The Last -> The Last Analogue Town.
    asked = topics(" ".join(message.text for message in later[since:] if message.role != "assistant"))
    written = topics(_text(exchange))
    named = topics(claim.words) - tools - keys - (asked & written)
    about = {word for word in named if not word.isdigit() and kind_of(word) is None}
    return 2 * len(about & asked - written) > len(about)


def _reported_in(exchange: Exchange, transcript: Transcript, segments: Sequence[int]) -> int | None:
    """The segment in which a write is reported: its own or the next."""
    verb, *_ = words = exchange.call.tool.split("_")
    things = frozenset(word[:5] for word in words if len(word) > 2)
    here = segments[exchange.called_at]
    later = [e for e in transcript.exchanges if segments[e.called_at] == here + 1]
    next_is_idle = not later
    looked_up = any(stated(exchange, _text(e)) for e in later if e.call.tool not in transcript.writes)
    for place in range(exchange.called_at + 1, len(transcript.messages)):
        message, segment = transcript.messages[place], segments[place]
        if segment > here + 1:
            return None
        for sentence in sentences(message.text) if message.role == "assistant" else ():
            if sentence.endswith("?"):
                continue
            claimed = _claimed(sentence)[0]
            said = bool(claimed) and (segment == here or _same_verb(claimed, verb))
            said = said or (segment == here and bool(things & topics(sentence)))
            told = stated(exchange, sentence) and (segment == here or not looked_up)
            if said or told or (_DONE.search(sentence) and (segment == here or next_is_idle)):
                return segment
    return None


def _spoke_after(exchange: Exchange, transcript: Transcript) -> bool:
    """Whether there was time to report a write: the dialogue did not break off at once."""
    after = transcript.messages[exchange.called_at + 1 :]
    return any(message.role == "assistant" and says_something(message.text) for message in after)


def stated(exchange: Exchange, words: str) -> bool:
    """Whether words state a value that a write was made with, or a code that came back."""
    given = json.dumps(list(exchange.call.arguments.values()), ensure_ascii=False, default=str)
    said = {value for value in disclosed([words]) if value[0] != "day"}
    return bool(topics(given) & topics(words) or disclosed([given]) & said or codes(_text(exchange)) & codes(words))


def codes(text: str) -> frozenset[str]:
    """Codes, and numbers that are long enough to be a key."""
    return identifiers(text) | frozenset(re.findall(r"(?<![\w.,$-])\d{4,}(?![\w-]|[.,]\d)", text))


def _text(exchange: Exchange) -> str:
    result = exchange.result.text if exchange.result else ""
    return f"{json.dumps(dict(exchange.call.arguments), ensure_ascii=False, default=str)} {result}"
