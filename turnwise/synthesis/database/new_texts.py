"""New texts for a column, of the kind that it holds and in the shape of its other texts. Knows no rows."""

import random
import re
import string
import threading
from collections.abc import Callable, Sequence
from functools import partial

from faker import Faker

from turnwise.synthesis.database.moments import read_moment
from turnwise.synthesis.database.phrases import lists, phrases
from turnwise.synthesis.database.tables import Column
from turnwise.worlds.simulated.sampling import invented

_LOCALE = "en_US"
_TRIES = 12
_LONGEST = 120
_LONGEST_CODE = 24
_CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_TAIL = 4
"""digits at the end of a phone number that differ between neighbours"""

_local = threading.local()


def people_and_places(rng: random.Random) -> Faker:
    """Faker, seeded by one draw: what it says next depends on `rng` alone."""
    if not hasattr(_local, "faker"):
        _local.faker = Faker(_LOCALE, use_weighting=False)
    faker: Faker = _local.faker
    faker.seed_instance(rng.getrandbits(32))
    return faker


def new_text(column: Column, seen: Sequence[str], current: str | None, rng: random.Random) -> str | None:
    """A text that differs from the current one, and from all seen where the column is unique; None where none is found."""
    make = _maker(column, seen, current, rng)
    if current is not None and not seen and column.text_kind in ("", "name", "title", "note", "group", "unit"):
        return None
    alone = column.declared_unique or (column.unique and column.text_kind not in ("", "note"))
    taken = {current, *seen} if alone else {current}
    for _ in range(_TRIES):
        text = make()
        if text is not None and text not in taken and 0 < len(text) <= _LONGEST:
            return text
    return None


def _maker(column: Column, seen: Sequence[str], current: str | None, rng: random.Random) -> Callable[[], str | None]:
    short = [text for text in seen if len(text) <= _LONGEST]

    def another() -> str | None:
        others = [text for text in short if text != current]
        return rng.choice(others) if others else None

    def cased(make: Callable[[Faker], str]) -> str:
        return _like(str(make(people_and_places(rng))), short)

    def of_neighbours(make: Callable[[Faker], str]) -> str | None:
        return another() if short and not column.unique else cased(make)

    remarked = column.label.split()[-1] in phrases("remarks")
    made: dict[str, Callable[[], str | None]] = {
        "given": partial(cased, lambda faker: faker.first_name()),
        "family": partial(cased, lambda faker: faker.last_name()),
        "person": partial(cased, partial(_person, short)),
        "company": partial(cased, lambda faker: faker.company()),
        "email": partial(_email, short, current, rng),
        "phone": lambda: _last_digits(current or rng.choice(short), rng) if short else str(people_and_places(rng).numerify("555-0###")),
        "street": lambda: _street(another(), rng),
        "city": partial(of_neighbours, lambda faker: faker.city()),
        "language": partial(of_neighbours, lambda faker: faker.language_name()),
        "country": partial(of_neighbours, lambda faker: faker.country()),
        "region": partial(of_neighbours, lambda faker: faker.state()),
        "job": partial(of_neighbours, _job),
        "username": partial(cased, lambda faker: faker.user_name()),
        "url": partial(cased, lambda faker: f"https://www.{faker.domain_word()}.example"),
        "postcode": lambda: another() if len(short) > 2 and not column.unique else recoded(current or rng.choice(short or ["12345"]), rng),
        "note": lambda: (another() if not remarked else None) or rng.choice(lists()["sentences"]),
        "group": lambda: _like(rng.choice(lists()["group_names"]), short),
        "unit": lambda: _like(rng.choice(lists()["unit_names"]), short),
        "title": lambda: _like(rng.choice(invented()["titles"]), short),
        "name": lambda: _recombined(short, rng) or _like(rng.choice(invented()["titles"]), short),
    }  # fmt: skip
    if column.text_kind in made:
        return made[column.text_kind]
    return lambda: _by_shape(column, short, current, another, rng)


def _job(faker: Faker) -> str:
    """A job that people would call so: a surveyor, and no `Engineer, civil (consulting)`."""
    jobs = [str(faker.job()) for _ in range(_TRIES)]
    return next((job for job in jobs if job.replace(" ", "").isalpha()), jobs[0])


def _by_shape(
    column: Column, seen: Sequence[str], current: str | None, another: Callable[[], str | None], rng: random.Random
) -> str | None:
    """A text for a column whose name tells nothing, as its texts look: a date, a time of day, a code, or another's."""
    if not seen and current is None:
        return str(rng.choice(invented()["titles"]))
    text = current or rng.choice(list(seen))
    if (moment := read_moment(text)) is not None:
        return moment.moved(rng.randrange(1, 29))
    if _CLOCK.fullmatch(text):
        return another() or f"{rng.randrange(9, 18)}:{rng.choice(('00', '15', '30', '45'))}"
    if column.declared_unique or (column.unique and _is_code(text, seen)):
        return (
            recoded(text, rng) if _is_code(text, seen) else _recombined(seen, rng) or rng.choice(invented()["titles"])
        )
    return another() or (recoded(text, rng) if _is_code(text, seen) and re.search(r"\d", text) else None)


def _is_code(text: str, seen: Sequence[str]) -> bool:
    """Whether a text of one word has digits in it, or all are capitals and of one length."""
    if len(text) > _LONGEST_CODE or " " in text.strip():
        return False
    if "_" in text:
        return True
    return any(c.isdigit() for c in text) or (text.isupper() and len({len(other) for other in seen}) == 1)


def recoded(text: str, rng: random.Random) -> str:
    """The same shape with other digits, the first of each group kept; without digits, with other letters."""
    if not re.search(r"\d", text):
        vowels, others = "AEIOU", "BCDFGHKLMNPRSTVW"
        letters = "".join(rng.choice(vowels if c.upper() in vowels else others) if c.isalpha() else c for c in text)
        return letters if text.isupper() else letters.lower()
    other = re.sub(r"(?<=\d)\d", lambda _: rng.choice(string.digits), text)
    if other == text:
        return re.sub(r"\d(?=\D*$)", lambda _: rng.choice(string.digits), text)
    return other


def _last_digits(text: str, rng: random.Random) -> str:
    """A phone number near by: other digits at the end."""
    left = _TAIL if sum(c.isdigit() for c in text) > _TAIL + 2 else 0
    if not left:
        return recoded(text, rng)
    signs = list(text)
    for place in [n for n, sign in enumerate(signs) if sign.isdigit()][-_TAIL:]:
        signs[place] = rng.choice(string.digits)
    return "".join(signs)


def _like(text: str, seen: Sequence[str]) -> str:
    """A text in the case of the others."""
    if len(seen) > 2 and all(other.isupper() for other in seen):
        return text.upper()
    return text.lower() if len(seen) > 2 and all(other.islower() for other in seen) else text


def _person(seen: Sequence[str], faker: Faker) -> str:
    first, last = faker.first_name(), faker.last_name()
    if seen and all("," in other for other in seen):
        return f"{last}, {first}"
    return last if len(seen) > 2 and all(" " not in other for other in seen) else f"{first} {last}"


def _email(seen: Sequence[str], current: str | None, rng: random.Random) -> str:
    """An address at a host that others have; who has one already keeps their name in it."""
    if (seen or current) and not any("@" in other for other in (*seen, current or "")):  # what one logs in by: SKING
        faker = people_and_places(rng)
        made = f"{current}{rng.randrange(2, 99)}" if current else f"{faker.first_name()[0]}{faker.last_name()}"
        return _like(made, seen or [current or ""] * 3)
    hosts = sorted({other.rpartition("@")[2] for other in seen if "@" in other}) or ["example.org"]
    name, _, host = (current or "").rpartition("@")
    if not name:
        faker = people_and_places(rng)
        return f"{faker.first_name()}.{faker.last_name()}@{rng.choice(hosts)}".lower()
    parts = [part for part in re.split(r"[._+-]", name) if part]
    ways = (
        [f"{parts[0][0]}.{parts[-1]}", f"{parts[0]}{parts[-1][:1]}", f"{name}{rng.randrange(2, 99)}"]
        if len(parts) > 1
        else []
    )
    others = [f"{way}@{host}" for way in ways or [f"{name}{rng.randrange(2, 99)}"]]
    others += [f"{name}@{other}" for other in hosts if other != host and len(hosts) <= 6]
    return rng.choice(others).lower()


def _street(other: str | None, rng: random.Random) -> str:
    """A street that others live in, at another number."""
    if other is None:
        return str(people_and_places(rng).street_address())
    return re.sub(r"\d+", lambda m: str(rng.randrange(2, 10 ** min(3, len(m.group())))), other, count=1)


def _recombined(seen: Sequence[str], rng: random.Random) -> str | None:
    """A name made of the first words of one and the last word of another, or of one and what sets it apart."""
    several = [text for text in seen if 2 <= len(text.split()) <= 6]
    if len(several) < min(4, len(seen)):
        return _like(f"{rng.choice(lists()['qualifiers'])} {rng.choice(list(seen))}", seen)
    if not several:
        return None
    head, tail = rng.choice(several).split(), rng.choice(several).split()
    if tail[-1] in head[:-1] or tail[-1].rstrip("s") in head[:-1]:
        return None
    return " ".join([*head[:-1], tail[-1]])
