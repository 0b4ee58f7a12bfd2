"""Arguments for any tool at all, from the words of one sentence: by field name, by preposition, by the look of a value."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from turnwise.agents.lexical.asks import Detail
from turnwise.agents.lexical.catalogue import Ability
from turnwise.agents.lexical.cues import SPOKEN, word_set
from turnwise.agents.lexical.details import stated
from turnwise.agents.lexical.parameters import Parameter
from turnwise.agents.lexical.sentence import Sentence
from turnwise.agents.lexical.values import converted, day_of

_BEHIND = {
    "from": word_set("origin from source start departure sender begin"),
    "to": word_set("destination to target recipient end arrival until"),
    "in": word_set("city location place country region where area language currency unit"),
    "at": word_set("location place time address venue"),
    "on": word_set("date day when"),
    "for": word_set("name query user customer topic person"),
}
_CODE = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z_])\w+|[A-Z]{2,}\w*|\w+_\w+|\d+")


def filled(s: Sentence, ability: Ability, given: tuple[Detail, ...], today: str) -> dict[str, Any]:
    """What a sentence says of a tool's parameters; those it does not speak of are left out."""
    found: dict[str, Any] = {}
    taken: set[str] = set()
    for way in (_given(given), _labelled, _listed, _behind, _alike):
        for parameter in ability.parameters:
            if parameter.name in found or (way is _alike and not parameter.required):
                continue
            for text in way(s, parameter):
                value = converted(text, parameter, today) if text and text not in taken else None
                if value is not None:
                    found[parameter.name] = value
                    taken.add(text)
                    break
    return found


def _given(details: tuple[Detail, ...]) -> "Callable[[Sentence, Parameter], Iterator[str]]":
    """What was answered when it was asked for."""

    def way(s: Sentence, parameter: Parameter) -> Iterator[str]:
        yield from (d.value for d in details if d.label in parameter.labels)

    return way


def _labelled(s: Sentence, parameter: Parameter) -> Iterator[str]:
    """`subject Hello`, `with the rate 4.5`"""
    labels = {" ".join(label) for label in parameter.labels}
    for tag in s.tags:
        if tag.phrase in labels and tag.end < len(s):
            stop = next((t.start for t in s.tags if t.start > tag.end and s.opens(t.start)), len(s))
            while s.says(stop - 1, {"and", "with", "the"}):
                stop -= 1
            yield stated(s, (), tag.end, stop).value


def _listed(s: Sentence, parameter: Parameter) -> Iterator[str]:
    """One of the values a parameter allows, wherever it stands."""
    words = set(s.words)
    yield from (str(v) for v in parameter.enum if set(re.findall(r"[a-z0-9]+", str(v).lower())) <= words)


def _behind(s: Sentence, parameter: Parameter) -> Iterator[str]:
    """`from Boston`, `in Paris`"""
    names = {word for label in parameter.labels for word in label}
    for place in range(len(s) - 1):
        for preposition, kinds in _BEHIND.items():
            if names & kinds and s.says(place, {preposition}):
                stop = next((i for i in range(place + 1, len(s)) if s.tokens[i].plain), len(s))
                yield s.raw(place + 1, stop)


def _alike(s: Sentence, parameter: Parameter) -> Iterator[str]:
    """Values that look right: days for dates, codes for keys, quoted or capitalised words for names."""
    dated = re.search(r"YYYY|\bdate\b", parameter.description) or ("date",) in parameter.labels
    kinds = {"integer": ("number",), "number": ("number",)}.get(parameter.kind, ("quote", "email", "word"))
    if dated:
        yield day_of(s.text, "") or ""
        return
    keyed = parameter.refers or re.search(r"(?i)(id|code|number|key)$", parameter.name)
    for token in s.tokens:
        if token.kind in kinds and token.word not in SPOKEN:
            if keyed and token.kind == "word" and not _CODE.fullmatch(token.raw):
                continue
            if (token.kind == "email") == ("email" in parameter.name or "address" in parameter.description) and (
                token.kind != "word" or keyed or (token.raw[:1].isupper() and token.start > 0)
            ):
                yield token.raw
