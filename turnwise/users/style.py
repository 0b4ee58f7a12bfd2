"""How a message is typed: capitals, full stops, slips of the fingers. Values pass through untouched."""

import random
import re
from collections.abc import Collection, Sequence
from typing import Any

# Values travel between these marks while a message is made, so that style never touches them.
_OPEN, _CLOSE = "\x02", "\x03"


def value(given: Any) -> str:
    """A value as it is typed, marked so that style leaves it alone."""
    return f"{_OPEN}{plain(given)}{_CLOSE}"


def plain(given: Any) -> str:
    """A value as it is typed."""
    text = f"{given:.2f}" if isinstance(given, float) else str(given)
    return text[:10] if re.fullmatch(r"\d{4}-\d\d-\d\d 00:00:00", text) else text


def stated(message: str) -> tuple[str, ...]:
    """The marked values of a message that has not been typed yet."""
    return tuple(re.findall(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}", message))


def unmarked(message: str) -> str:
    """A message without the marks of its values."""
    return re.sub(f"[{_OPEN}{_CLOSE}]", "", message)


def repeats(part: str, after: str) -> bool:
    """Whether a part of a message states a value that what comes after it states again."""
    return any(given in stated(after) for given in stated(part))


def marked(text: str, values: Sequence[Any]) -> str:
    """A text with the values in it marked, the longest first."""
    known = sorted({plain(v) for v in values if v is not None and plain(v)}, key=lambda v: (-len(v), v))
    if not known:
        return text
    either = "|".join(rf"(?<!\w){re.escape(value)}(?!\w)" for value in known)
    return re.sub(either, lambda match: f"{_OPEN}{match.group()}{_CLOSE}", text)


def ended(part: str) -> str:
    """A part of a message with a mark at its end, so that the next one can follow."""
    return part if part.rstrip().endswith((".", "!", "?", ":", ",")) else f"{part}."


def joined(parts: Sequence[str], made_of: Collection[str]) -> str:
    """The parts of a message one after another; what comes after a comma is small.

    Args:
        made_of: those that put an act into words; a reason, or a lead, is none of them, and takes no comma.
    """
    text, thanks = "", sum("thank" in part.lower() for part in parts) > 1
    for part in filter(None, parts):
        part = re.sub(r",? (?:thanks|thank you)\.?$", ".", part) if thanks and part is not parts[-1] else part
        text = text if part in made_of else re.sub(",$", ".", text)
        text += f" {ended(lowered(part) if text.endswith(',') else part)}" if text else ended(part)
    return re.sub(r",$", ".", text)


def led(lead: str, sentence: str) -> str:
    """A sentence after its lead: `Next, ` takes it in, a lead that ends does not."""
    if not lead:
        return sentence
    if re.match(r"(?i)(?:and|also|plus|but)\b|.{,20}\balso\b", sentence):
        return sentence  # one of them is enough
    if lead.rstrip().endswith(",") and re.match(
        r"I(?:'m (?:not|after|looking|wondering|curious)| don't| was)\b", sentence
    ):
        return sentence  # no lead takes in what is no request in form: then, I don't know
    if lead.rstrip().endswith(":") and ":" in sentence[:30]:
        return sentence
    return f"{lead.rstrip()} {sentence if lead.rstrip().endswith(('.', '!')) else lowered(sentence)}"


def lowered(sentence: str) -> str:
    """A sentence that follows another part of the message: its first letter is small, but for I and for values."""
    return sentence if sentence.startswith(("I ", "I'", "OK", "\x02")) else sentence[:1].lower() + sentence[1:]


_LEADS_IN = re.compile(
    r"(?:what's|what (?:is|are)|get me|I need|I'm after|can I get|could I (?:get|have)) (?=(?:their|its|the|that)\b|\x02)"
    r"|\b(?:I )?(?:need|want) (?:you )?to ",
    re.I,
)


def clipped(message: str) -> str:
    """A message as a telegram: no lead-in, no articles; values stay as they are."""
    values = stated(message)
    text = re.sub(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}", _OPEN, message)
    text = re.sub(
        r"(?<!of )(?<!off )(?<!on )(?<!to )(?<!'s )(?<!who )(?<!what )(?<!where )(?<!when )(?<!much )(?<!long )\b(?:the|an?) (?!few\b)",
        "",
        _LEADS_IN.sub("", text),
        flags=re.I,
    )
    first, *rest = text.split(_OPEN)
    return first + "".join(value(given) + after for given, after in zip(values, rest, strict=True))


def typed(message: str, brevity: float, typos: float, rng: random.Random) -> str:
    """A message as it leaves the fingers: `brevity` drops capitals and full stops, `typos` is the share of slips."""
    values = stated(message)
    message = re.sub(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}", _OPEN, message)
    message = re.sub(r"\s+", " ", message).strip()
    message = re.sub(r"\s+([,.!?])", r"\1", message)
    message = re.sub(r"(?<=[,:] )(?!I\b)([A-Z])(?=[a-z'])", lambda match: match[1].lower(), message)
    message = re.sub(r"(^|[.!?] )([a-z])", lambda match: match[1] + match[2].upper(), message)
    if rng.random() < brevity * 0.5:
        message = re.sub(r"(^|[.!?] )([A-Z])(?=[a-z']*\b)(?!I\b)", lambda m: m[1] + m[2].lower(), message)
        if message.endswith(".") and rng.random() < 0.7:
            message = message[:-1]
    words, *rest = _with_a_slip(message, typos, rng).split(_OPEN)
    for given, after in zip(values, rest, strict=True):
        words += given + (re.sub(r'^("?)\.', r"\1", after) if given.endswith(".") else after)
    return words


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {
    key: [
        _ROWS[r][n]
        for r, n in ((row, at - 1), (row, at + 1), (row - 1, at), (row + 1, at - 1))
        if 0 <= r < 3 and 0 <= n < len(_ROWS[r])
    ]
    for row, keys in enumerate(_ROWS)
    for at, key in enumerate(keys)
}
"""The keys beside each key of a QWERTY keyboard, and those above and below it."""
_SLIPPERY = re.compile(r"(?<![\w'])(?:[a-z]{4,}|[a-z]+'[a-z]+)(?![\w'])")
"""Words in which fingers slip: no names, no short words, no values"""


def _with_a_slip(text: str, share: float, rng: random.Random) -> str:
    """A text with one slip at most; the more words, the likelier."""
    words = list(_SLIPPERY.finditer(text))
    if not words or rng.random() >= 1 - (1 - share) ** len(words):
        return text
    match = rng.choice(words)
    start, end = match.span()
    if rng.random() < 0.08 and re.match(r" [a-z]", text[end : end + 2]):  # the space is missed
        return text[:end] + text[end + 1 :]
    if len(text.split()) < 3:
        return text  # a yes is looked at before it is sent
    return text[:start] + _slip(match.group(), rng) + text[end:]


def _slip(word: str, rng: random.Random) -> str:
    """A word typed wrong: a key beside the right one, two letters the wrong way round, one missed or hit twice."""
    if "'" in word:
        return word.replace("'", "")
    double = re.search(r"([a-z])\1", word)
    at = rng.randrange(1, len(word) - 1)
    draw = rng.random()
    if double is not None and draw < 0.5:
        return word[: double.start()] + word[double.start() + 1 :]
    if draw < 0.35:
        return word[:at] + rng.choice(_NEAR[word[at]]) + word[at + 1 :]
    if draw < 0.7 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if draw < 0.85 else word[:at] + word[at] + word[at:]
