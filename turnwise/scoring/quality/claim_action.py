"""Whether the assistant says what it did, and did what it says."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, takewhile
from typing import NamedTuple

from turnwise.scoring.quality.speech import identifiers, kind_of, kinds, sentences, topics
from turnwise.scoring.quality.transcript import Exchange, Finding, SubScore, Transcript

_ADVERBS = r"(?:(?:\w+ly|now|also|just|already|then|both|all|gone ahead and) )*"
_ACTED = (
    r"((?:re)?booked|reserved|created|added|placed|opened|registered|scheduled|ordered|entered|recorded|cancell?ed|deleted"
    r"|removed|voided|updated|changed|modified|upgraded|downgraded|switched|moved|set|adjusted|corrected|edited|renamed"
    r"|extended|replaced|exchanged|rescheduled|sent|issued|granted|credited|refunded|charged|processed|completed"
    r"|finali[sz]ed|submitted|applied|saved|arranged|taken(?=.* off\b)|made(?! an? (?:mistake|error)))\b"
)
_ACTIVE = re.compile(rf"\b(?:i|we)(?:'ve| have)? {_ADVERBS}{_ACTED}", re.I)
_PASSIVE = re.compile(
    rf"(?:\b(?:has|have)|'s|'ve) {_ADVERBS}been {_ADVERBS}{_ACTED}|(?:\b(?:is|are)|'s|'re) now {_ADVERBS}{_ACTED}"
    rf"|\bsuccessfully {_ACTED}",
    re.I,
)
_DONE = re.compile(
    r"^(?:all )?done\b|\b(?:that|this|it|everything|all)(?:'s| is| has been|'s been)(?: all| now)* (?:done|taken care of|sorted)\b",
    re.I,
)
_HEDGED = re.compile(
    r"\b(?:not|never|cannot|\w+n't|unable|could|would|will|shall|may(?! \d)|might|should|must|once|if|when|until|unless|whether|to be"
    r"|can(?! (?:now |also )?(?:confirm|see|tell))|said|mention\w*|told|stated?|accord\w*|appears?|seems?|shows?|see that|found)\b|'ll\b",
    re.I,
)
_BY_OTHERS = re.compile(r"^ by (?!me\b|us\b)(?:the|your|our|its|an?|another)\b|^ (?:on|in|at) \d", re.I)
_WONDERS = re.compile(
    r"(?:^|[.!?,;:]\s+|\b(?:and|so|but) )(?:(?:is|are|has|have|did|was|were) (?:it|that|this|all|everything|the|my|you)\b"
    r"|(?:it|that|this|everything)(?:'s| is| has)\b)[^?.]*\?",
    re.I,
)
_NAMED = re.compile(r"\b(?:the|a|an|this|that|your|another|new) (\w+)")
"""Nouns, even those of any conversation: the fine, the service."""
_ALL = re.compile(r"\b(?:both|all|everything|each)\b", re.I)
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s")
_FAILED = re.compile(
    r"n't\b|\bnot\b|cannot|unable|fail|error|\bissues?\b|problem|unfortunately|already|apolog|sorry|declin|reject", re.I
)


class Claim(NamedTuple):
    """One thing the assistant says to have done; `kind` is None where the words fit any act, such as done."""

    message: int
    words: str
    kind: str | None
    named: frozenset[str]


def claim_action(transcript: Transcript) -> SubScore:
    """Share of claims that rest on a successful write, and of successful writes that are reported, taken together.

    A claim rests on writes since the user last spoke, on earlier ones not reported yet, and on one reported before whose
    values are spoken of again; where one since then fits, an earlier one is reported only by a value of it, or by words
    such as both. A reply may report in the segment of the write or in the next.
    """
    if not transcript.writes:
        return SubScore(None)
    tried = [exchange for exchange in transcript.exchanges if exchange.call.tool in transcript.writes]
    made = [exchange for exchange in tried if exchange.result is not None and not exchange.result.error]
    segments = list(accumulate(message.role == "user" for message in transcript.messages))
    reported: dict[int, int] = {}
    findings = []
    claims = list(_claims(transcript, tried, segments))
    for claim in claims:
        here = segments[claim.message]
        asked = next((m.text for m in reversed(transcript.messages[: claim.message]) if m.role == "user"), "")
        fitting = []
        for number, exchange in enumerate(made if not _denied(claim, tried, made, transcript, segments) else ()):
            if exchange.called_at >= claim.message or not _fits(claim, exchange, transcript):
                continue
            fresh = segments[exchange.called_at] == here or reported.get(number, here) == here
            if fresh or _WONDERS.search(asked) or _spoken_of_again(claim, asked, exchange, transcript):
                fitting.append(number)
        fitting = _nearest(fitting, claim, [n for n in fitting if segments[made[n].called_at] == here], made)
        missing = claim.named - frozenset[str]().union(*(identifiers(_text(made[number])) for number in fitting))
        if fitting and not missing:
            for number in fitting:
                reported.setdefault(number, here)
        else:
            findings.append(Finding(claim.message, "claim_action", f"claimed, not done: {claim.words[:160]}", 3))
    for number, exchange in enumerate(made):
        late = reported.get(number, len(segments)) > segments[exchange.called_at] + 1
        if late and not _spoken_of(exchange, transcript, segments):
            findings.append(Finding(exchange.called_at, "claim_action", f"done, not reported: {exchange.call.tool}", 2))
    looked_at = sum(place >= transcript.start for place in (*(c.message for c in claims), *(e.called_at for e in made)))
    findings = [finding for finding in findings if finding.message >= transcript.start]
    value = 1 - len(findings) / looked_at if looked_at else None
    return SubScore(value, tuple(sorted(findings)), looked_at)


def _nearest(fitting: Sequence[int], claim: Claim, fresh: Sequence[int], made: Sequence[Exchange]) -> list[int]:
    """The writes that a claim reports: those of its own segment, where there are any, and older ones only by a value."""
    if not fresh or _ALL.search(claim.words):
        return [*fitting]
    said = topics(claim.words)
    return [number for number in fitting if number in fresh or _values(made[number]) & said]


def _claims(transcript: Transcript, tried: Sequence[Exchange], segments: Sequence[int]) -> Iterator[Claim]:
    entities = {
        value
        for exchange in transcript.exchanges
        for value in exchange.call.arguments.values()
        if isinstance(value, str) and value in identifiers(value)
    }
    read = {
        n: " ".join(m.text for m, s in zip(transcript.messages, segments, strict=True) if s == n and m.role == "tool")
        for n in {segments[e.called_at] for e in transcript.exchanges} - {segments[e.called_at] for e in tried}
    }
    for place, message in enumerate(transcript.messages):
        lines = message.text.split("\n") if message.role == "assistant" else []
        for at, line in enumerate(lines):
            for sentence in sentences(line):
                verb, passive = _claimed(sentence) or (None, False)
                if verb is None or (passive and verb[:5].lower() in read.get(segments[place], "").lower()):
                    continue  # a lookup says so, and nothing was tried: the assistant passes it on
                listed = takewhile(_in_list, lines[at + 1 :]) if line.rstrip(" *").endswith(":") else ()
                words = " ".join([sentence, *listed])
                yield Claim(place, words, kind_of(verb.lower()), identifiers(words) & entities)


def _claimed(sentence: str) -> tuple[str, bool] | None:
    """The verb that a sentence claims, and whether in the passive; no verb for a bare done."""
    if sentence.endswith("?"):
        return None
    done = _DONE.search(sentence)
    if done and not _HEDGED.search(sentence[: done.start()]):
        return "", False
    for clause in re.split(r";|,? (?:but|however|although|while)\b", sentence):
        for pattern in (_ACTIVE, _PASSIVE):
            found = pattern.search(clause)
            if not found or _HEDGED.search(clause[: found.end()]):
                continue
            verb = found.group().split()[-1]
            if pattern is _PASSIVE and (_BY_OTHERS.search(clause[found.end() :]) or "already" in found.group()):
                continue
            return verb, pattern is _PASSIVE
    return None


def _in_list(line: str) -> bool:
    return not line.strip() or bool(_ITEM.match(line))


def _fits(claim: Claim, exchange: Exchange, transcript: Transcript) -> bool:
    """Whether a claim may be about a write: no other tool that writes fits its words better."""
    if claim.kind is None and not claim.named:
        return True
    acts = frozenset([claim.kind] if claim.kind else [])
    best = max(_likeness(acts, claim.words, tool) for tool in transcript.writes)
    mine = _likeness(acts, claim.words, exchange.call.tool) + bool(_values(exchange) & topics(claim.words))
    return mine > 0 and mine >= best


def _spoken_of_again(claim: Claim, asked: str, exchange: Exchange, transcript: Transcript) -> bool:
    """Whether a value of a write comes again: in the claim, or for a bare done in what the user asked for just then.

    A new wish may name what an earlier one has made; then it is best served by another tool.
    """
    if not _values(exchange) & topics(f"{claim.words} {asked}"):
        return False
    likest = max(_likeness(kinds(asked), asked, tool) for tool in transcript.writes)
    return bool(claim.kind or claim.named) or _likeness(kinds(asked), asked, exchange.call.tool) == likest


def _likeness(dialogue_acts: frozenset[str], said: str, tool: str) -> int:
    """How well words fit a tool: one for its kind of act, one for every noun in the tool's name."""
    verb, *nouns = tool.split("_")
    about = topics(said) | {word[:5] for word in _NAMED.findall(said.lower())}
    shared = sum(any(_same(noun, word) for word in about) for noun in nouns)
    return (not dialogue_acts or kind_of(verb) in dialogue_acts) + shared


def _same(noun: str, word: str) -> bool:
    return len(noun) > 2 and (noun.startswith(word) or word.startswith(noun) or noun[:3] == word.rstrip("s") != "")


def _denied(
    claim: Claim, tried: Sequence[Exchange], made: Sequence[Exchange], transcript: Transcript, segments: Sequence[int]
) -> bool:
    """Whether a write of the claim's segment failed for good, fits the claim, and the message says nothing of failing."""
    if _FAILED.search(transcript.messages[claim.message].text):
        return False
    here = segments[claim.message]
    failed = [e for e in tried if e not in made and segments[e.called_at] == here and e.called_at < claim.message]
    return any(
        _fits(claim, e, transcript) and not any(_mends(m, e) for m in made if m.called_at < claim.message)
        for e in failed
    )


def _mends(later: Exchange, failed: Exchange) -> bool:
    """Whether a write did what an earlier one had failed to do: to the same things, by their ids, with a value in common."""
    same = later.call.tool.split("_")[1:] == failed.call.tool.split("_")[1:] and later.called_at > failed.called_at
    one, other = (e.call.arguments for e in (failed, later))
    things = all(other.get(name, value) == value for name, value in one.items() if name.endswith("_id"))
    return same and things and bool(_values(later) & _values(failed))


def _spoken_of(exchange: Exchange, transcript: Transcript, segments: Sequence[int]) -> bool:
    """Whether a statement after a write, in its segment or the next, names a value of it."""
    named = identifiers(_text(exchange))
    return any(
        not sentence.endswith("?") and bool(named & identifiers(sentence))
        for place, message in enumerate(transcript.messages)
        if place > exchange.called_at
        and message.role == "assistant"
        and segments[place] <= segments[exchange.called_at] + 1
        for sentence in sentences(message.text)
    )


def _values(exchange: Exchange) -> frozenset[str]:
    return topics(json.dumps(list(exchange.call.arguments.values()), ensure_ascii=False, default=str))


def _text(exchange: Exchange) -> str:
    result = exchange.result.text if exchange.result else ""
    return f"{json.dumps(dict(exchange.call.arguments), ensure_ascii=False, default=str)} {result}"
