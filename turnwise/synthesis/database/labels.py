"""Which columns name a row to a person: a title, a name, a first and a last name. Knows no rows."""

import re
from collections.abc import Collection, Mapping

from turnwise.synthesis.database.phrases import phrases
from turnwise.values.words import is_spoken

_WHOLE = ("name", "title", "label", "full name", "fullname", "display name", "displayname", "subject", "headline")
_LAST_RESORT = ("username", "user name", "login", "nickname", "description")


def name_part(text: str) -> tuple[str, str]:
    """Which part of a person's name a column's words say that it holds, given or family, and the words before that.

    Both are empty where it holds neither: `cust first name` -> (`given`, `cust`).
    """
    parts = text.split(" ")
    for size in (2, 1):
        before, said = " ".join(parts[:-size]), " ".join(parts[-size:])
        for part in ("given", "family"):
            if said in phrases(part) and size <= len(parts):
                return part, before
    return "", ""


def label_columns(
    texts: Mapping[str, str], key: tuple[str, ...], noun: str, telling: Collection[str]
) -> tuple[str, ...]:
    """The columns that name a row, the given name before the family name; none where rows go by number.

    Args:
        texts: the columns of text by the words of their names, in order.
        key: the columns of the primary key.
        noun: what one row is called.
        telling: the columns that hardly ever have a value twice: of names that are not plainly its own, only these count.
    """
    pairs: dict[str, dict[str, str]] = {}
    for said, column in texts.items():
        part, before = name_part(said)
        if part:
            pairs.setdefault(before, {}).setdefault(part, column)
    whole = {before: pair for before, pair in pairs.items() if len(pair) == 2}
    own = [pair for before, pair in whole.items() if _is_of(before, noun)]
    if own:
        return own[0]["given"], own[0]["family"]
    joined = noun.replace(" ", "")
    last = noun.rpartition(" ")[2]
    named = (f"{noun} name", f"{noun} title", noun, f"{joined}name", f"{last} name", f"{last}name")
    for said in (*_WHOLE, *named):
        if said in texts and (texts[said] not in key or len(key) == 1):
            return (texts[said],)
    if last in texts and texts[last] in telling:  # a staff role, by its role
        return (texts[last],)
    # A letter may stand for the noun: `ename`, `dname`, `pname`.
    names = {n: c for n, c in texts.items() if n.endswith((" name", " title")) or re.fullmatch(".name", n)}
    ending = [column for said, column in names.items() if not name_part(said)[0]]
    if not any(c in telling for c in ending) and whole:
        pair = next(iter(whole.values()))
        return pair["given"], pair["family"]
    spare = [texts[said] for said in (*_LAST_RESORT, f"{noun} description") if said in texts]
    return tuple([c for c in (*ending, *spare) if c in telling][:1])


def without_initials(said: str, noun: str) -> str:
    """The words of a column without the initials of its own table before them: `name` for `e name` of an employee."""
    first, _, rest = said.partition(" ")
    initials = len(first) <= 2 and not is_spoken(first) and _is_within(first, noun)
    return rest if initials and len(rest) > 2 else said


def is_of_others(said: str, noun: str) -> bool:
    """Whether a column names whom to speak to, as a `contact first name` does: the row itself is no person then."""
    part, before = name_part(said)
    return said == "contact name" or (before == "contact" and part != "" and not _is_of(before, noun))


def _is_of(before: str, noun: str) -> bool:
    """Whether words before a name, such as `cust` or `emp`, are those of the row itself and of no one else."""
    parts = noun.split(" ")
    return not before or any(
        part.startswith(before) or before.startswith(part) or _is_within(before, part) for part in (*parts, noun)
    )


def _is_within(short: str, long: str) -> bool:
    """Whether the letters of a word stand in another in their order, from the first: `emp`, `cstmr`."""
    letters = iter(long)
    return short[:1] == long[:1] and all(letter in letters for letter in short)
