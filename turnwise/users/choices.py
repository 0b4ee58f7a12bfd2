"""What a question offers: one of several, or two questions joined by or."""

import re

from turnwise.users.signs import sign

_ALTERNATIVES_FOLLOW = re.compile(
    r"^.*?(?::|\b(?:mean|prefer|want|like|change|set|make it|is (?:it|that|this)|was it|should it be|go for|between|whether(?: \w+){1,3} (?:is|are))\b"
    r"(?: me to| it to| it)?)"
    r",?\s+(?=.*\bor\b)",
    re.I | re.DOTALL,
)
_ASKS = r"shall|should|would|will|can|do|does|did|is|are|was|were|(?:has|have) (?:you|he|she|they|it|that|this|we|the)"
OR_ELSE = re.compile(rf",?\s+\bor (?=(?:{_ASKS})\b)", re.I)
"""What joins two questions for yes or no: is that all, or has the city changed, too?"""


def offers_choice(part: str, items: bool) -> bool:
    """Whether a question wants one of several: `A or B?`, `which of these?`, `did you mean A, B or C?`."""
    *_, last = options = re.split(r"\bor\b", part, flags=re.I)
    if len(options) == 1:
        return items and re.search(r"\bwhich\b", part, re.I) is not None
    if all(sign("asks_what", option) for option in options):
        return False  # what's wrong with it, or what should we do?
    if sign("left_open", last) or (sign("single", part) and sign("several", part)):
        return True  # all of them, or just this one?
    if re.match(r"\W*(?:and |so )?(?:did|has|have|had)\b.*\b(?:as well|too|also|along)\b", part, re.I):
        return False  # did she send a new phone number or address as well?
    no_choice = re.search(
        r"\bor not\b|\bmore or less\b|\bsooner or later\b|\bor so\b|\byes or no\b|(?<!,) \bor (?:something|anything)\b",
        part,
        re.I,
    )
    return not no_choice and OR_ELSE.search(part) is None


def options_of(part: str) -> list[str]:
    """The alternatives that a question names."""
    if not re.search(r"\bor\b", part, re.I):
        return []
    asked = _ALTERNATIVES_FOLLOW.sub("", _SO_THAT.sub("", part))
    found = re.split(r",\s+(?:or\s+)?|\s+or\s+", asked.strip(" ?\"'"))
    found = [part.rpartition("(")[2] if "(" in part and ")" not in part else part for part in found]
    return [option.strip(" \"'.,)") for option in found if re.search(r"\w", option) and option.lower() != "if so"]


_SO_THAT = re.compile(
    r", (?:so (?:that )?(?:there|it|i|we|you|he|she|they)|say (?:to|for|if|so)|like (?:your|the|his|her|their) (?:other|last|previous|first))\b[^,?]*",
    re.I,
)
"""What an alternative is good for, or is like: cancel it, so there's still a trace of it; five again, like your other one."""


def as_planned(option: str) -> str:
    """How an option to leave something as it is planned is said back, keep the 19th, or Sunday anyway; empty where it is none."""
    kept = re.search(
        r"\b(?:keep|leave it at)\b.*|\w+day (?:anyway|all the same)\b", re.sub(r" ?\(.*$", "", option), re.I
    )
    return kept[0].strip(" ?.") if kept and len(kept[0].split()) < 6 else ""
