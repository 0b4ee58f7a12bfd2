"""A message becomes what it asks and remarks: each sentence is read by the first reader that fits it."""

from functools import lru_cache

from turnwise.agents.lexical import commands, comparisons, listings, questions, updates
from turnwise.agents.lexical.asks import Ask, Remark
from turnwise.agents.lexical.catalogue import Catalogue
from turnwise.agents.lexical.cues import SPOKEN, WH
from turnwise.agents.lexical.details import details
from turnwise.agents.lexical.remarks import remark
from turnwise.agents.lexical.sentence import Sentence
from turnwise.agents.lexical.splitting import sentences

_READERS = (
    commands.create,
    commands.link,
    commands.unlink,
    commands.delete,
    updates.update,
    updates.vague,
    questions.count,
    comparisons.rank,
    comparisons.extreme,
    questions.total,
    listings.listing,
    questions.detail,
)


@lru_cache(maxsize=4096)
def read(message: str, known: Catalogue) -> tuple[Ask | Remark, ...]:
    """What a message says, in order."""
    return tuple(_read(sentence) for sentence in sentences(message, known))


def _read(s: Sentence) -> Ask | Remark:
    remarked = remark(s)
    if remarked is not None:
        return remarked
    said = [t.stem for t in s.tokens if t.word not in SPOKEN and not t.word.startswith("'")]
    asks = bool(said) and (s.find(WH) is not None or s.known.nearest(said) is not None)
    if not s.tags and not asks:
        return Remark("talk", s.text)
    for reader in _READERS:
        ask = reader(s)
        if ask is not None:
            return ask
    if asks:
        return Ask("other", s.text)
    found = details(s, 0, len(s))
    return Remark("details", s.text, found) if found else Remark("talk", s.text)
