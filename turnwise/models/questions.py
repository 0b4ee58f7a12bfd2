"""Questions: what a sentence wants to be told. Each reader gives an Ask, or None when the sentence is not of its kind."""

from turnwise.models.asks import Ask, Detail, Mention
from turnwise.models.cues import (
    ARTICLES,
    BACK,
    BELONG,
    HIGH,
    LESS,
    LISTING,
    LOW,
    MANY,
    MEASURED,
    MORE,
    PLACES,
    SPOKEN,
    SUMS,
    WH,
)
from turnwise.models.details import label_of, stated
from turnwise.models.mentions import mention, speaks_of
from turnwise.models.sentence import Sentence, Tag

_OF = {"of", "for", "on", "from", "in", "about", "by", "at", "with"}
_OVERALL = {"all", "overall", "total", "everything", "we", "there", "database"}
_CLAUSE = {"where", "with", "whose", "having", "who"}
_TRAILING = {
    "have",
    "has",
    "had",
    "got",
    "there",
    "is",
    "are",
    "own",
    "owns",
    "does",
    "do",
    "currently",
    "in",
    "total",
    "overall",
}
_FIELD_OF = {
    ("how", "long"): ("length",),
    ("how", "much"): ("price",),
    ("how", "old"): ("birth", "date"),
}


def count(s: Sentence) -> Ask | None:
    """`how many tracks does the genre Jazz have`"""
    many = s.find(MANY)
    if many is None or (s.words[many] == "many") != s.says(many - 1, {"how"}):
        return None
    if (tag := s.inside(many)) is not None and tag.end - tag.start > 1:
        return None
    noun = next(iter(s.nouns(many)), None)
    if noun is None or noun.start - many > 3:
        return None
    return Ask("count", s.text, noun.noun, _rest(s, noun.end))


def total(s: Sentence) -> Ask | None:
    """`the total over all invoices of that customer`, `average price of all books by ...`"""
    over = s.find({"over", "of", "for", "across"})
    while over is not None:
        noun = next(iter(s.nouns(over)), None)
        if (
            noun is not None
            and noun.plural
            and all(
                s.words[i] in ("all", "the", "its", "their", "his", "her", "every") for i in range(over + 1, noun.start)
            )
        ):
            break
        over = s.find({"over", "of", "for", "across"}, over + 1)
    if over is None or (s.find(set(SUMS) | {"much"}, 0, over) is None and not s.labels(0, over)):
        return None
    noun = next(iter(s.nouns(over)))
    words = tuple(t.stem for t in s.tokens[:over] if t.kind == "word")
    subject = _rest(s, noun.end) or _owner(s, over, noun)
    return Ask("total", s.text, noun.noun, subject, measure=words)


def _owner(s: Sentence, over: int, noun: Tag) -> Mention | None:
    return Mention(back=True) if s.find({"its", "their", "his", "her"}, over, noun.start) is not None else None


def rank(s: Sentence) -> Ask | None:
    """`which artist has the most albums`, `the customer with the highest total over their invoices`"""
    best = _superlative(s)
    if best is None:
        return None
    before = [t for t in s.nouns(0, best) if t.noun]
    after = s.nouns(best)
    if not before or not after:
        return None
    over = s.find({"over", "across", "in", "from", "of"}, best)
    many = s.words[best] in ("most", "fewest", "least", "highest", "lowest", "largest", "biggest", "smallest")
    straight = next((t for t in after if t.start - best <= 3 and t.plural), None)
    counted = straight if many and (over is None or (straight is not None and straight.end <= over)) else None
    summed = next((t for t in after if over is not None and t.start > over and t.plural), None)
    if summed is not None and any(s.words[i] in ("that", "this") for i in range(over or 0, summed.start)):
        summed = None
    child = summed or counted
    if child is None or child.noun == before[-1].noun:
        return None
    words = tuple(t.stem for t in s.tokens[best : child.end] if t.kind == "word")
    return Ask("rank", s.text, before[0].noun, over=child.noun, order=_order(s, best), measure=words)


def extreme(s: Sentence) -> Ask | None:
    """`the longest track of the album X`, `which employee has the latest hire date`"""
    best = _superlative(s)
    if best is None:
        return None
    after = next((t for t in s.nouns(best) if t.start - best <= 2), None)
    before = next((t for t in reversed(s.nouns(0, best)) if t.noun), None)
    label = next((t for t in s.labels(best) if t.start - best <= 2), None)
    named = s.words[best] in MEASURED and s.words[best] not in ("highest", "lowest")
    if (
        after is not None
        and (before is None or named or after.end == best + 1)
        and not (before and label and s.find({"with", "has", "have"}, before.end, best))
    ):
        noun, place, measure = after, after.end, ()
        by = s.find({"by"}, after.end)
        if by is not None and (told := s.tag(by + 1)) is not None and told.label:
            measure, place = label_of(told), after.end
    elif before is not None:
        noun = before
        place = label.end if label is not None else best + 1
        measure = label_of(label) if label is not None else tuple(t.stem for t in s.tokens[best + 1 : best + 3])
        if (
            (with_it := s.find(_OF, before.end, best)) is not None
            and s.words[with_it] != "with"
            and speaks_of(s, with_it + 1)
        ):
            stop = s.find({"with", "has", "have", "is"}, with_it + 1, best) or best
            return Ask(
                "extreme",
                s.text,
                noun.noun,
                mention(s, with_it + 1, stop),
                order=_order(s, best),
                measure=_measure(s, best, measure),
            )
    else:
        return None
    return Ask(
        "extreme", s.text, noun.noun, _scope(s, place), order=_order(s, best), measure=_measure(s, best, measure)
    )


def listing(s: Sentence) -> Ask | None:
    """`which invoice lines belong to invoice 98`, `all employees in Edmonton`, `books where the genre is poetry`"""
    noun = next(iter(s.nouns()), None)
    if noun is None:
        return None
    asked = s.find(WH | LISTING | {"any"}, 0, noun.start + 1) is not None
    if not (
        noun.plural
        or (
            asked
            and s.words[noun.start] == noun.noun.split()[0]
            and s.find({"all", "list", "show"}, 0, noun.start) is not None
        )
    ):
        return None
    if any(s.says(i, {"'s"}) for i in range(noun.start, min(noun.end + 1, len(s)))):
        return None
    early = s.find(_OF, 0, noun.start)
    if early is not None and s.labels(0, early):
        return None
    conditions = _conditions(s, noun)
    subject = None
    if not any(d.label for d in conditions):
        subject = _rest(s, noun.end)
    if subject is not None and (subject.noun or subject.back):
        conditions = tuple(d for d in conditions if d.label)
    return Ask("listing", s.text, noun.noun, subject, details=conditions)


def detail(s: Sentence) -> Ask | None:
    """`the composer and the album of the track X`, `Ana Silva's phone`"""
    possessor = next(
        (i for i in range(1, len(s) - 1) if s.words[i] == "'s" and not s.says(i - 1, SPOKEN) and s.tokens[i + 1].plain),
        None,
    )
    if possessor is not None and (asks := _fields(s, possessor + 1, len(s))):
        named = (i for i in range(possessor) if speaks_of(s, i) and not s.says(i, SPOKEN - BACK - ARTICLES))
        begin = next(named, possessor - 1)
        return Ask("detail", s.text, subject=mention(s, begin, possessor), asks=asks)
    own = s.find({"its", "their", "his", "her"})
    if own is not None and (asks := _fields(s, own + 1, len(s))):
        return Ask("detail", s.text, subject=Mention(back=True), asks=asks)
    place = _boundary(s)
    if place is not None:
        asks = _fields(s, 0, place) or _how(s)
        subject = mention(s, place + 1, _end(s, place))
        if asks and subject is not None:
            return Ask("detail", s.text, subject=subject, asks=asks)
    begin = next((i for i in range(len(s)) if (t := s.tag(i)) is not None and t.noun), None)
    if begin is not None:
        subject = mention(s, begin, _end(s, begin))
        asks = _how(s) or _fields(s, 0, begin)
        return Ask("detail", s.text, subject=subject, asks=asks)
    return None


def _how(s: Sentence) -> tuple[tuple[str, ...], ...]:
    how = s.find({"how"})
    if how is not None and how + 1 < len(s):
        field = _FIELD_OF.get(("how", s.words[how + 1]))
        return (field,) if field else ()
    return (("date",),) if s.find({"when"}) is not None else ()


def _boundary(s: Sentence) -> int | None:
    """The `of` or `for` between what is asked and what it is asked about."""
    places = [i for i in range(1, len(s) - 1) if s.says(i, _OF) and s.inside(i) is None and speaks_of(s, i + 1)]
    for i in places:
        if s.labels(0, i):
            return i
    for i in places:
        if not s.says(i - 1, {"looking", "look", "ask", "asking", "while", "as", "we", "'re"}):
            return i
    last = s.rfind({"of", "for"}, 1, len(s) - 1)
    return last if last is not None and s.inside(last) is None and s.labels(0, last) else None


def _fields(s: Sentence, start: int, end: int) -> tuple[tuple[str, ...], ...]:
    """The fields named between two tokens; a field no tool names is taken from behind the last article."""
    found = [label_of(t) for t in s.tags if start <= t.start and t.end <= end]
    if found:
        return tuple(dict.fromkeys(found))
    the = s.rfind({"the", "what", "is", "'s", "and"}, start, end)
    begin = start if the is None else the + 1
    words = tuple(t.stem for t in s.tokens[begin:end] if t.kind == "word")
    return (words,) if 0 < len(words) <= 4 else ()


def _superlative(s: Sentence) -> int | None:
    return next(
        (
            i
            for i in range(len(s))
            if s.says(i, HIGH | LOW)
            and (s.inside(i) is None)
            and not (s.words[i] in ("most", "least") and s.says(i - 1, {"at"}))
        ),
        None,
    )


def _order(s: Sentence, best: int) -> str:
    word = s.words[best]
    if word in ("most", "least") and best + 1 < len(s) and s.words[best + 1] in HIGH | LOW:
        return "high" if word == "most" else "low"
    return "high" if word in HIGH else "low"


def _measure(s: Sentence, best: int, words: tuple[str, ...]) -> tuple[str, ...]:
    implied = MEASURED.get(s.words[best], "")
    if s.words[best] in ("most", "least") and best + 1 < len(s):
        implied = MEASURED.get(s.words[best + 1], "")
    return (*words, "|", *implied.split())


def _scope(s: Sentence, place: int) -> Mention | None:
    at = s.find(_OF | {"belonging", "among"}, place)
    if at is None or at - place > 4 or s.says(at + 1, _OVERALL):
        return None
    return mention(s, at + 1, _end(s, at))


def _rest(s: Sentence, place: int) -> Mention | None:
    """What stands behind a noun, less the small words that lead to it."""
    end = _end(s, place)
    while place < end and s.says(place, BELONG - ARTICLES) and not (s.says(place, {"all"}) and place + 1 == end):
        place += 1
    if place < end and s.says(place, {"the"}) and place + 1 == end:
        return None
    return mention(s, place, end) if place < end else None


def _end(s: Sentence, start: int) -> int:
    end = len(s)
    while end > 1 and (
        s.says(end - 1, _TRAILING | {"please", "thanks", "right", "now", "then"}) and s.inside(end - 1) is None
    ):
        end -= 1
    best = next(
        (
            i
            for i in range(start, end)
            if s.says(i, {"is", "has"}) and s.says(i + 1, {"the"}) and s.says(i + 2, HIGH | LOW)
        ),
        None,
    )
    return best if best is not None else end


def _conditions(s: Sentence, noun: Tag) -> tuple[Detail, ...]:
    """What the rows of a listing must be like."""
    found: list[Detail] = []
    for i in range(noun.start):
        if s.says(i, WH | LISTING | BELONG | ARTICLES) or s.tokens[i].kind != "word":
            continue
        if any(s.words[i] in p.values_words for p in s.known.fields(s.known.entity(noun.noun)).values()):
            found.append(Detail((), s.raw(i, noun.start), None))
            break
    place = noun.end
    end = _end(s, place)
    while place < end and s.says(
        place, {"are", "there", "do", "we", "have", "exist", "that", "live", "lives", "based", "located"}
    ):
        place += 1
    if place >= end:
        return tuple(found)
    role = s.find({"as"}, place, end)
    if s.says(place, _CLAUSE | {"having", "have"}) or (role is not None and s.says(place, {"with"})):
        if role is not None and (label := _next_label(s, role + 1)) is not None:
            value = s.raw(place + 1, role)
            return (*found, Detail(label_of(label), value, Mention(name=value)))
        label = _next_label(s, place + 1)
        if label is not None:
            return (*found, stated(s, label_of(label), label.end, end))
        return (*found, Detail((), s.raw(place + 1, end), mention(s, place + 1, end)))
    if s.says(place, {"in", "from", "at"}) and place + 1 < end:
        inner = mention(s, place + 1, end)
        if inner is not None and not inner.noun and not inner.back:
            return (*found, Detail(("in",), inner.name, inner))
        if inner is not None and inner.noun and set(inner.noun.split()) & set(PLACES):
            found.append(Detail(("in",), inner.name, inner))
        return tuple(found)
    label = _next_label(s, place)
    if label is not None and label.start == place and s.says(label.end, {"is", "are"} | MORE | LESS):
        return (*found, stated(s, label_of(label), label.end, end))
    return tuple(found)


def _next_label(s: Sentence, place: int) -> Tag | None:
    """The field name that comes next, past small words."""
    while s.says(place, ARTICLES | {"their", "its", "his", "her", "whose", "is"}):
        place += 1
    tag = s.tag(place)
    return tag if tag is not None and tag.label else None
