"""Defects of what is said: wrong or unsupported values, words that answer nothing, a user who knows too much, bad ends."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from turnwise.calibrate import edits
from turnwise.calibrate.bank import JUDGE, TEXTS, defect
from turnwise.calibrate.edits import Match, matches, pick, places, put, spliced, with_text
from turnwise.scoring.quality.speech import topics
from turnwise.scoring.quality.transcript import Message, Transcript
from turnwise.values.atoms import atoms, days, disclosed


def _wrong(kind: str) -> None:
    @defect(f"wrong_{kind}", seen_by="grounding")
    def other_digits(transcript: Transcript, rng: Random) -> Transcript | None:
        """A value is told with other digits, which stand nowhere in the dialogue, in any writing."""
        heard = edits.everything(transcript)
        known = disclosed(heard)
        match = pick(rng, (m for m in matches(transcript, kind) if sum(map(str.isdigit, m.text)) > 1))
        made = edits.other_digits(match.text, rng, heard) if match else ""
        if match is None or any(atom.known(known) for atom in atoms(made)):
            return None
        return put(transcript, match, made)


for _kind in ("id", "number", "money"):
    _wrong(_kind)


@defect("wrong_date", seen_by="grounding")
def wrong_date(transcript: Transcript, rng: Random) -> Transcript | None:
    """A day is told as another that was never spoken of."""
    if (match := pick(rng, matches(transcript, "date"))) is None:
        return None
    year, month, of_month = (int(part) for part in atoms(match.text)[0].value[1:])
    day = date(year or _year(edits.told(transcript, match.place)), month, of_month)
    taken = {value[1:] for value in disclosed(edits.everything(transcript)) if value[0] == "day"}
    free = [d for n in range(3, 60) if ((d := day + timedelta(days=n)).month, d.day) not in taken]
    other = rng.choice(free)
    if "-" in match.text:
        return put(transcript, match, other.isoformat())
    return put(transcript, match, f"{other:%B} {other.day}" + (f", {other.year}" if "," in match.text else ""))


@defect("wrong_time", seen_by="grounding")
def wrong_time(transcript: Transcript, rng: Random) -> Transcript | None:
    """A time of day is told as another."""
    heard = "\n".join(edits.everything(transcript))
    free = [f"{hour:02}:{minute:02}" for hour in range(1, 12) for minute in range(1, 60)]
    free = [time for time in free if time not in heard]
    match = pick(rng, matches(transcript, "time"))
    return put(transcript, match, rng.choice(free)) if match else None


@defect("wrong_entity", seen_by=JUDGE)
def wrong_entity(transcript: Transcript, rng: Random) -> Transcript | None:
    """A value is told that another record has under the same name."""
    found = []
    for place in places(transcript, "assistant"):
        text = transcript.messages[place].text
        seen = edits.records([m.text for m in transcript.messages[:place] if m.role == "tool"])
        for mine in seen:
            for key, value in mine.items():
                others = {r[key] for r in seen if key in r} - {value}
                written = rf"(?<![\w.:/-]){re.escape(value)}(?![\w%:/-]|\.\d)"
                site = re.search(written, text) if _checkable(value) else None
                wrong = sorted(other for other in others if _checkable(other) and other not in text)
                if site and wrong:
                    found.append((Match(place, *site.span(), value), wrong))
    picked = pick(rng, found)
    return put(transcript, picked[0], rng.choice(picked[1])) if picked else None


@defect("skipped_lookup", seen_by="grounding")
def skipped_lookup(transcript: Transcript, rng: Random) -> Transcript | None:
    """What a stated value rests on was never looked up."""
    found = []
    for exchange in edits.reads(transcript):
        assert exchange.result is not None
        shorter = edits.without(transcript, exchange)
        answer = edits.answer_to(transcript, exchange.called_at)
        if answer is None:
            continue
        rest = disclosed(edits.told(shorter, answer - (len(transcript.messages) - len(shorter.messages))))
        only = disclosed([exchange.result.text]) - rest
        said = [atom for atom in atoms(transcript.messages[answer].text) if atom.kind in ("id", "money", "number")]
        if any(atom.known(only) and not atom.known(rest) for atom in said if _checkable(atom.text)):
            found.append(shorter)
    return pick(rng, found)


@defect("silent_reply", seen_by="contingency")
def silent_reply(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant answers with nothing but blanks."""
    said = [n for n in places(transcript, "assistant")[1:] if transcript.messages[n - 1].role == "user"]
    return edits.worded(transcript, rng, [n for n in said if not transcript.messages[n].calls], TEXTS["blanks"])


@defect("other_domain_reply", seen_by=JUDGE)
def other_domain_reply(transcript: Transcript, rng: Random) -> Transcript | None:
    """An answer is about something from another world."""
    return edits.worded(transcript, rng, places(transcript, "assistant"), TEXTS["elsewhere"])


@defect("off_topic_reply", seen_by=JUDGE)
def off_topic_reply(transcript: Transcript, rng: Random) -> Transcript | None:
    """Two answers change places: each is about something else that was asked."""
    said = [n for n in places(transcript, "assistant") if len(topics(transcript.messages[n].text)) > 2]
    pairs = [(a, b) for a in said for b in said if transcript.segment(a) + 1 < transcript.segment(b)]
    if (pair := pick(rng, pairs)) is None:
        return None
    first, second = (transcript.messages[n].text for n in pair)
    return with_text(with_text(transcript, pair[0], second), pair[1], first) if first != second else None


@defect("shuffled_user_turns", seen_by=JUDGE)
def shuffled_user_turns(transcript: Transcript, rng: Random) -> Transcript | None:
    """What the user says after the opening comes in another order."""
    said = places(transcript, "user")[1:]
    texts = [transcript.messages[n].text for n in said]
    if len(set(texts)) < 3:
        return None
    mixed = texts[:]
    while mixed == texts:
        rng.shuffle(mixed)
    for place, text in zip(said, mixed, strict=True):
        transcript = with_text(transcript, place, text)
    return transcript


@defect("invented_user_fact", seen_by="user_integrity")
def invented_user_fact(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user states a number that nobody gave them."""
    place = pick(rng, [n for n in places(transcript, "user")[:-1] if edits.said_once(transcript, n)])
    made = edits.other_digits("48213977", rng, edits.everything(transcript))
    return edits.added(transcript, place, f"My reference number is {made}.")


@defect("leaked_tool_value", seen_by="user_integrity")
def leaked_tool_value(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user knows a value that only a tool has told the assistant."""
    found = []
    for place in places(transcript, "user")[1:]:
        if not edits.said_once(transcript, place):
            continue
        before = transcript.messages[:place]
        heard = "\n".join([transcript.instruction, *(m.text for m in before if m.role != "tool")])
        for record in edits.records([m.text for m in before if m.role == "tool"]):
            secret = [(key, value) for key, value in record.items() if len(value) > 3 and value not in heard]
            found += [(place, key, value) for key, value in secret if re.fullmatch(r"(?=.*\d)\w+", value)]
    if (site := pick(rng, found)) is None:
        return None
    place, key, value = site
    return edits.added(transcript, place, f"The {key.replace('_', ' ')} is {value}.")


@defect("user_role_flip", seen_by="user_integrity")
def user_role_flip(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user speaks as if they were the assistant."""
    return edits.worded(transcript, rng, places(transcript, "user")[1:], TEXTS["flips"])


@defect("all_at_once", seen_by="pacing")
def all_at_once(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user says at once all that they say later."""
    said = places(transcript, "user")
    rest = [text for n in said[1:] if len((text := transcript.messages[n].text).split()) > 3]
    return edits.added(transcript, said[0], " ".join(rest)) if rest else None


@defect("early_stop", seen_by="closure")
def early_stop(transcript: Transcript, rng: Random) -> Transcript | None:
    """The dialogue breaks off before the last request is answered."""
    asked = [n for n in places(transcript, "user") if not edits.parting(transcript.messages[n].text)]
    ends = [end for n in asked if (end := edits.answer_to(transcript, n)) is not None]
    return replace(transcript, messages=transcript.messages[: ends[-1]]) if ends and not _open(transcript) else None


@defect("stop_with_question_pending", seen_by="closure")
def stop_with_question_pending(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user leaves when they were asked for a go-ahead, and gives none."""
    said = [n for n in places(transcript, "assistant") if not transcript.messages[n].calls]
    place = pick(rng, [n for n in said if edits.asks(transcript.messages[n].text)])
    if place is None or _open(transcript):
        return None
    return replace(
        spliced(transcript, place + 1, len(transcript.messages), Message("user", rng.choice(TEXTS["byes"]))),
        ended="user",
    )


@defect("agent_ends", seen_by="closure")
def agent_ends(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant takes leave in the middle, and that is the end."""
    asked = next(iter(places(transcript, "user")), len(transcript.messages))
    said = [n for n in places(transcript, "assistant") if n > asked]
    place = pick(rng, said[: len(said) // 2])
    if place is None or _open(transcript):
        return None
    goodbye = Message("assistant", rng.choice(TEXTS["goodbyes"]))
    return replace(spliced(transcript, place, len(transcript.messages), goodbye), ended="agent")


def _open(transcript: Transcript) -> bool:
    """Whether a dialogue breaks off as it is: the last word is a request."""
    last = transcript.messages[-1]
    return last.role == "user" and not edits.parting(last.text)


def _checkable(value: str) -> bool:
    """Whether a value is a number, an identifier or a day, long enough to be no chance: names are beyond the scores."""
    return len(value) > 1 and any(map(str.isdigit, value))


def _year(texts: Sequence[str]) -> int:
    return next((day.year for text in reversed(texts) for day in reversed(days(text))), 2000)
