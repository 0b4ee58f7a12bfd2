"""Changes that make a dialogue neither better nor worse: a sub-score that falls under one gives a false alarm."""

import json
import re
from dataclasses import replace
from datetime import date
from random import Random

from turnwise.calibrate import edits
from turnwise.calibrate.bank import benign
from turnwise.calibrate.edits import matches, pick, places, put, spliced, with_text
from turnwise.scoring.quality.transcript import Transcript
from turnwise.values.dates import stamp

_GREETING = re.compile(r"^(?:hi there|hi|hello|hey|good day|good morning|good afternoon)\b", re.I)
_GREETINGS = ("Hi", "Hello", "Hey", "Good day")
_PADDING = ("Feel free to ask if anything is unclear.", "I hope that helps.", "Take your time.")
_POLITE = ("Thank you.", "Thanks a lot.", "Much appreciated.")
_BARE = 16
"""Words in a yes that has nothing else in it, at most."""


@benign("padding")
def padding(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant adds a sentence that says nothing."""
    place = pick(rng, places(transcript, "assistant"))
    return edits.added(transcript, place, rng.choice(_PADDING))


@benign("politeness")
def politeness(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user says thank you."""
    return edits.added(transcript, pick(rng, places(transcript, "user")), rng.choice(_POLITE))


@benign("greeting")
def greeting(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user greets in another word."""
    place = next(iter(places(transcript, "user")), None)
    found = _GREETING.match(transcript.messages[place].text) if place is not None else None
    if place is None or found is None:
        return None
    other = rng.choice([word for word in _GREETINGS if word.lower() != found.group().lower()])
    return with_text(transcript, place, _GREETING.sub(other, transcript.messages[place].text))


@benign("bare_yes")
def bare_yes(transcript: Transcript, rng: Random) -> Transcript | None:
    """The user's yes to a question loses its other words."""
    found = []
    for place in places(transcript, "user")[1:]:
        before, text = transcript.messages[place - 1], transcript.messages[place].text
        plain = re.match(r"\W*yes\W+\w", text, re.I) and not re.search(r"[\d?]|\bbut\b", text)
        if plain and len(text.split()) <= _BARE and before.role == "assistant" and edits.asks(before.text):
            found.append(place)
    yes = pick(rng, found)
    return with_text(transcript, yes, "yes") if yes is not None else None


@benign("reformatted_money")
def reformatted_money(transcript: Transcript, rng: Random) -> Transcript | None:
    """An amount is written in another usual way."""
    match = pick(rng, (m for m in matches(transcript, "money") if m.text.startswith("$")))
    if match is None:
        return None
    bare = match.text.lstrip("$")
    ways = [f"{bare} dollars", f"USD {bare}", *([f"${bare}.00"] if "." not in bare else [])]
    return put(transcript, match, rng.choice(ways))


@benign("reformatted_date")
def reformatted_date(transcript: Transcript, rng: Random) -> Transcript | None:
    """A day is written in words."""
    match = pick(rng, (m for m in matches(transcript, "date") if stamp(m.text)))
    if match is None:
        return None
    day = date.fromisoformat(match.text)
    return put(transcript, match, rng.choice((f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}")))


@benign("plain_text")
def plain_text(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant uses no bold type and no headings."""
    plain = {n: re.sub(r"\*\*|(?m:^#+ )", "", transcript.messages[n].text) for n in places(transcript, "assistant")}
    if all(transcript.messages[n].text == text for n, text in plain.items()):
        return None
    for place, text in plain.items():
        transcript = with_text(transcript, place, text)
    return transcript


@benign("reindented_json")
def reindented_json(transcript: Transcript, rng: Random) -> Transcript | None:
    """Tools return the same data with other white space."""
    messages = tuple(replace(m, text=_indented(m.text)) if m.role == "tool" else m for m in transcript.messages)
    return replace(transcript, messages=messages) if messages != transcript.messages else None


@benign("extra_lookup")
def extra_lookup(transcript: Transcript, rng: Random) -> Transcript | None:
    """The assistant looks up one more record, which it then does not need; what comes back was returned for another."""
    lookups = [e for e in edits.reads(transcript) if e.result is not None and e.result.text.startswith(("{", "["))]
    site = pick(rng, [(e, k) for e in lookups for k, v in e.call.arguments.items() if type(v) in (str, int)])
    if site is None:
        return None
    exchange, key = site
    assert exchange.result is not None
    value = exchange.call.arguments[key]
    asked = {str(e.call.arguments.get(key)) for e in transcript.exchanges}
    place = edits.after_results(transcript, exchange.called_at)
    told = edits.records([message.text for message in transcript.messages[:place] if message.role == "tool"])
    others = sorted({record[key] for record in told if key in record} - asked)
    other = rng.choice(others) if others else edits.other_digits(str(value), rng, edits.everything(transcript))
    if other in asked:  # it has no digits to exchange
        return None
    arguments = {**exchange.call.arguments, key: int(other) if isinstance(value, int) else other}
    return spliced(transcript, place, place, *edits.called(place, exchange.call.tool, arguments, exchange.result.text))


def _indented(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:  # words, not data
        return text
    return json.dumps(value, indent=2, ensure_ascii=False) if isinstance(value, dict | list) else text
