"""General English: the words and frames of frames.yaml, compiled once. Knows no tools and no dialogue."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from turnwise.values.text import normalised
from turnwise.values.words import singular, words

DATA: dict[str, Any] = yaml.safe_load(files(__package__).joinpath("frames.yaml").read_text("utf-8"))

Label = tuple[str, ...]
"""The stems of a field's name as people say it: `unit price`."""

POSSESSED = "'s"
"""Stands in a field's name between a reference and a field behind it: the album's artist."""

HIGH, LOW = frozenset(DATA["high"].split()), frozenset(DATA["low"].split())
DULL = frozenset(DATA["dull"].split()) | HIGH | LOW
PLACES: tuple[str, ...] = tuple(DATA["places"].split())
VERBS = {verb: kind for kind, verbs in DATA["verbs"].items() for verb in verbs.split()}

_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+"
_WORDS: dict[str, str] = DATA["words"] | {"superlative": f"(?:{'|'.join(sorted(HIGH | LOW))})"}


@lru_cache(maxsize=8192)
def stems(text: str) -> Label:
    """The stems of an identifier or a phrase: `InvoiceLines`, `invoice_lines`, `Invoice lines` -> invoice, line."""
    said = normalised(words(text)).replace("telephone", "phone").split()
    return tuple(word if " " in (one := singular(word)) else one for word in said)


MEASURES = {best: stems(implied) for names, implied in DATA["measures"].items() for best in names.split()}


def _compiled(form: str) -> re.Pattern[str]:
    """A form as a pattern: `<slot>` is a group, and again one with a stroke behind its name; `{words}` are filled in."""
    named: set[str] = set()

    def slot(match: re.Match[str]) -> str:
        name = f"{match[1]}_" if match[1] in named else match[1]
        named.add(name)
        return f"(?P<{name}>{DATA['slots'].get(match[1], '.+?')})"

    form = re.sub(r"(?<!\?P)<([a-z]+)>", slot, form)
    while (filled := re.sub(r"\{([a-z_]+)\}", lambda m: _WORDS[m[1]], form)) != form:  # words may hold words
        form = filled
    return re.compile(form, re.IGNORECASE)


def _forms(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(_compiled(form) for form in DATA[name].splitlines())


FRAMES = tuple((intent, _compiled(form)) for intent, forms in DATA["frames"].items() for form in forms.splitlines())
"""The ways of saying something, with what each says."""
NO_NAME = re.compile(DATA["no_name"])
"""What no name has: a clause goes on with it."""
MENTIONS, DETAILS, CHANGES = _forms("mentions"), _forms("details"), _forms("changes")
ROWS, DOES = _forms("rows"), _forms("does")
NEXT_DETAIL, NEXT_CHANGE = _compiled(DATA["next_detail"]), _compiled(DATA["next_change"])
EVERY = _forms("every")
"""All the rows of something, each of which gets what is said."""
INTRODUCED = re.compile(DATA["introduced"].replace("{name}", _NAME))
"""How someone says who they are."""
SPOKEN = frozenset(
    re.findall(r"[a-z]{4,}", " ".join([*DATA["frames"].values(), *DATA["words"].values(), DATA["leads"]]))
)
"""The words of the frames."""
LEAD = re.compile(rf"(?:{'|'.join(lead.pattern for lead in _forms('leads'))})\b[,:.!]* *", re.IGNORECASE)
TAIL = re.compile(rf"[,]? (?:{'|'.join(DATA['tails'].splitlines())})$", re.IGNORECASE)
