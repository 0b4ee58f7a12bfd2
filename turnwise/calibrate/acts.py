"""Defects of what is done: claims without acts and acts without reports or consent, waste, calls that come to nothing."""

from dataclasses import replace
from random import Random
from typing import NamedTuple

from turnwise.calibrate import edits
from turnwise.calibrate.bank import TEXTS, defect
from turnwise.calibrate.edits import pick, places, spliced
from turnwise.scoring.quality.speech import offers, topics
from turnwise.scoring.quality.transcript import Exchange, Message, Transcript
from turnwise.values.words import words


@defect("invented_claim", seen_by="claim_action")
def invented_claim(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant says that it has done something that it never did."""
    made = {call.tool for message in transcript.messages for call in message.calls}
    tool, place = pick(rng, sorted(set(transcript.writes) - made)), pick(rng, places(transcript, "assistant"))
    return edits.added(transcript, place, claim(tool, rng)) if tool else None


def claim(tool: str, rng: Random) -> str:
    """`cancel_reservation` -> `I have also cancelled the reservation.`, in one of several ways to say it."""
    verb, _, thing = words(tool).partition(" ")
    form: str = rng.choice(TEXTS["claims"] if thing else TEXTS["bare_claims"])
    return form.format(past=past(verb), thing=thing)


def past(verb: str) -> str:
    """The past participle of a verb: `modify` -> `modified`."""
    if verb in TEXTS["past"]:
        return str(TEXTS["past"][verb])
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    short = len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in "aeiou" and verb[-3] not in "aeiou"
    doubles = short and (len(verb) < 5 or verb.endswith(("mit", "fer", "cel")))
    return f"{verb}{verb[-1]}ed" if doubles else f"{verb}ed"


@defect("removed_write", seen_by="claim_action")
def removed_write(transcript: Transcript, rng: Random) -> Transcript | None:
    """The change that the assistant reports was never made."""
    made = edits.writes(transcript)
    twice = [e for n, e in enumerate(made) if any(e.call[1:] == other.call[1:] for other in made[:n])]
    site = pick(rng, [e for e in _reported_alone(transcript) if e not in twice])  # what is so already stays true
    return edits.without(transcript, site) if site else None


@defect("failed_write_claimed", seen_by="claim_action")
def failed_write_claimed(transcript: Transcript, rng: Random) -> Transcript | None:
    """The change that the assistant reports was refused."""
    return _failed(transcript, rng, pick(rng, _reported_alone(transcript)))


@defect("unreported_write", seen_by="claim_action")
def unreported_write(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant changes something and never speaks of it."""
    found = []
    for exchange in edits.writes(transcript):
        answer = edits.answer_to(transcript, exchange.called_at)
        if answer is not None and not any(edits.claims(m.text) for m in transcript.messages[answer + 1 :]):
            found.append(answer)
    return edits.worded(transcript, rng, found, TEXTS["neutral"])


@defect("dropped_consent", seen_by="consent")
def dropped_consent(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant neither asks before a grave change nor is it told yes."""
    site = pick(rng, _asked(transcript))
    return spliced(transcript, site.question, site.question + 2) if site else None


@defect("write_before_consent", seen_by="consent")
def write_before_consent(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant makes a grave change first and asks then."""
    alone = [(s.question, s.exchange.called_at) for s in _asked(transcript) if _alone(transcript, s.exchange)]
    if (site := pick(rng, alone)) is None:
        return None
    question, made_at = site
    pair = transcript.messages[made_at : made_at + 2]
    return spliced(spliced(transcript, made_at, made_at + 2), question, question, *pair)


@defect("withdrawn_consent", seen_by="consent")
def withdrawn_consent(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user takes the yes back, and the assistant makes the grave change all the same."""
    site = pick(rng, _asked(transcript))
    return edits.added(transcript, site.question + 1, rng.choice(TEXTS["withdrawals"])) if site else None


@defect("raw_data", seen_by="economy")
def raw_data(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant pastes what a tool returned."""
    found = []
    for exchange in edits.reads(transcript):
        answer = edits.answer_to(transcript, exchange.called_at)
        if answer is None or exchange.result is None or not edits.records([exchange.result.text]):
            continue
        if edits.said_once(transcript, answer):
            found.append((answer, exchange.result.text))
    site = pick(rng, found)
    return edits.added(transcript, site[0], site[1]) if site else None


@defect("duplicate_call", seen_by="economy")
def duplicate_call(transcript: Transcript, rng: Random) -> Transcript | None:
    """Something is looked up that was looked up the moment before."""
    if (site := pick(rng, edits.reads(transcript))) is None:
        return None
    assert site.result is not None
    place = edits.after_results(transcript, site.called_at)
    again = edits.called(place, site.call.tool, dict(site.call.arguments), site.result.text)
    return spliced(transcript, place, place, *again)


@defect("repeated_message", seen_by="economy")
def repeated_message(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant says again what it has just said, and is told so."""
    said = [n for n in places(transcript, "user")[1:] if len(transcript.messages[n - 1].text.split()) > 4]
    before = {n: transcript.messages[n - 1] for n in said}
    place = pick(rng, [n for n, last in before.items() if last.role == "assistant" and not offers(last.text)])
    if place is None:
        return None
    again = (
        Message("assistant", transcript.messages[place - 1].text),
        Message("user", rng.choice(TEXTS["told_already"])),
    )
    return spliced(transcript, place + 1, place + 1, *again)


@defect("repeated_user_message", seen_by="user_integrity")
def repeated_user_message(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user says again what was just answered."""
    found = []
    for place in places(transcript, "user"):
        answer = edits.answer_to(transcript, place)
        whole = answer is not None and not transcript.messages[answer].calls
        if answer is not None and whole and len(transcript.messages[place].text.split()) > 4:
            found.append((place, answer + 1))
    if (site := pick(rng, found)) is None:
        return None
    said, end = site
    return spliced(
        transcript, end, end, transcript.messages[said], Message("assistant", rng.choice(TEXTS["said_already"]))
    )


@defect("tool_error_ignored", seen_by="tool_validity")
def tool_error_ignored(transcript: Transcript, rng: Random) -> Transcript | None:
    """A lookup fails, and the assistant goes on as if it had not."""
    return _failed(transcript, rng, pick(rng, edits.reads(transcript)))


@defect("unknown_tool_call", seen_by="tool_validity")
def unknown_tool_call(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant calls a tool that is not there."""
    answers = [edits.answer_to(transcript, n) for n in places(transcript, "user")]
    place = pick(rng, [n for n in answers if n is not None])
    if place is None:
        return None
    text = "Error: there is no tool named find_everything"
    return spliced(transcript, place, place, *edits.called(place, "find_everything", {}, text, error=True))


@defect("call_without_result", seen_by="tool_validity")
def call_without_result(transcript: Transcript, rng: Random) -> Transcript | None:
    """Nothing ever comes back for a call."""
    site = pick(rng, [e.returned_at for e in edits.reads(transcript) if e.returned_at is not None])
    return spliced(transcript, site, site + 1) if site is not None else None


def _reported_alone(transcript: Transcript) -> list[Exchange]:
    """The changes that are reported, each the only one since the user spoke: a report of two is still true of the other."""
    made = edits.writes(transcript)
    parts = [transcript.segment(e.called_at) for e in made]
    return [e for e, part in zip(made, parts, strict=True) if parts.count(part) == 1 and edits.reported(transcript, e)]


def _failed(transcript: Transcript, rng: Random, exchange: Exchange | None) -> Transcript | None:
    if exchange is None or exchange.result is None or exchange.returned_at is None:
        return None
    refused = replace(exchange.result, text=rng.choice(TEXTS["refusals"]), error=True)
    return spliced(transcript, exchange.returned_at, exchange.returned_at + 1, refused)


class _Asked(NamedTuple):
    """A grave change right after the one question and the one yes that it rests on."""

    exchange: Exchange
    question: int


def _asked(transcript: Transcript) -> list[_Asked]:
    """The grave changes whose only consent can be taken away: no other yes was given since the last one before it, nor
    any to nearly the same question."""
    grave = edits.writes(transcript, consequential=True)
    found = []
    for exchange in grave:
        pair = edits.consent(transcript, exchange)
        if pair is not None:
            start = max((e.called_at for e in grave if e.called_at < pair[0]), default=0)
            earlier = [place for place in range(pair[0]) if _agreed(transcript, place)]
            if not any(place >= start or _asked_alike(transcript, place - 1, pair[0]) for place in earlier):
                found.append(_Asked(exchange, pair[0]))
    return found


def _asked_alike(transcript: Transcript, one: int, other: int) -> bool:
    """Whether half of what the second message is about was in the first."""
    before, after = topics(transcript.messages[one].text), topics(transcript.messages[other].text)
    return 2 * len(before & after) >= len(after)


def _agreed(transcript: Transcript, place: int) -> bool:
    """Whether a message is the user's yes to whatever was asked."""
    yes, asked = transcript.messages[place], transcript.messages[place - 1] if place else None
    return yes.role == "user" and asked is not None and bool(edits.asks(asked.text) and edits.agrees(yes.text))


def _alone(transcript: Transcript, exchange: Exchange) -> bool:
    """Whether a call is the only one of its message, and answered at once."""
    return exchange.returned_at == exchange.called_at + 1 and len(transcript.messages[exchange.called_at].calls) == 1
