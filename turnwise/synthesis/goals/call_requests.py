"""One request for a call: its arguments, what the user says of it, and how it is known to be done."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from turnwise.goals.calls import field_of
from turnwise.goals.model import NEW, Answer, Call, Checkpoint, Mention, Request, Slot, resolve
from turnwise.synthesis.goals.call_phrases import Deed, deed_of, one_of, things_of
from turnwise.synthesis.goals.call_values import Given, can_be_said, descriptions, drawn, is_asked_for
from turnwise.synthesis.goals.context import reject_if
from turnwise.synthesis.goals.written import answer_of
from turnwise.values.text import normalised
from turnwise.values.words import article, column_label, is_spoken, listed, said
from turnwise.worlds import SimulatedSession, Tool, World
from turnwise.worlds.json_schema import fits
from turnwise.worlds.simulated.examples import examples_of
from turnwise.worlds.simulated.naming import identity, is_id, noun_of, spoken, word_set

_LASTING = word_set("lasting")
_TRIES_UNLIKE = 6
_OPTIONAL = (0, 0, 0, 1, 1, 2)
_MOST_ROWS, _MOST_ASKED, _LONGEST_ANSWER = 5, 2, 60
_BARE = ("more ", "all ", "random ", "some ")
_AS_RECORDED = 0.8
"""how often a call is one that a real service has answered, where there are any"""
_SAME = 0.75
"""how often a key or a place that was given before is meant again"""
_NAMES = ("name", "title", "subject", "summary")


class _Found(NamedTuple):
    """A key that an earlier call of the goal has returned."""

    kind: str
    value: Any
    call: int
    path: tuple[int | str, ...]
    request: str


class Draft:
    """A goal in the making, on a session where what came before it was played."""

    def __init__(
        self, world: World, session: SimulatedSession, rng: random.Random, goal_id: str, before: Iterable[str]
    ) -> None:
        self.world, self.session, self.rng, self.goal_id = world, session, rng, goal_id
        self.made = set(before)
        """calls that were asked for already, by this goal or one before it"""
        self.requests: list[Request] = []
        self.results: list[Any] = []
        self.found: list[_Found] = []
        self.used: Counter[str] = Counter()
        self.said: dict[str, Given] = {}
        """what the user has given so far, by what it is called"""

    def calls(self) -> list[Call]:
        return [call for request in self.requests for call in request.solution]


def as_text(tool: str, arguments: dict[str, Any]) -> str:
    return f"{tool} {normalised(str(sorted(arguments.items())))}"


def links(draft: Draft, tool: Tool) -> dict[str, _Found]:
    """The parameters of a tool that take what an earlier call returned."""
    found: dict[str, _Found] = {}
    noun = noun_of(tool.name)
    for name in tool.parameters.get("properties", {}):
        key = identity([name], noun)
        if key is not None and is_id(name):
            same = [one for one in draft.found if one.kind == key.kind]
            if same:
                found[name] = same[-1]
    return found


def next_call(draft: Draft, tool: Tool) -> Request:
    """One call with values for what it needs and now and then for what it may be given."""
    rng, now, about = draft.rng, draft.session.world.moment(), descriptions(tool)
    fields, required = tool.parameters.get("properties", {}), tool.parameters.get("required", [])
    optional = [name for name in fields if name not in required and is_asked_for(name, fields[name])]
    bare = required or deed_of(tool, draft.world).many  # all the orders; the order alone says nothing
    count = rng.choice(_OPTIONAL) if required else rng.choice((0, 1, 1, 1, 2) if bare else (1, 1, 1, 2))
    chosen = {*required, *rng.sample(optional, min(count, len(optional)))}
    recorded = _recorded(draft, tool)
    chosen = {*recorded} or chosen
    linked = {name: found for name, found in links(draft, tool).items() if name in chosen}
    request_id = f"{draft.goal_id}r{len(draft.requests) + 1}"
    given: dict[str, Given] = {}
    pointers: dict[str, _Found] = {}
    for name in (name for name in fields if name in chosen):
        if name in recorded:
            given[name] = drawn(tool, name, fields[name], rng, now, about, recorded=recorded[name])
        elif name in linked:
            link = pointers[name] = linked[name]
            noun = f"{'first ' if link.path[0] == 0 else ''}{column_label(link.kind)}"
            mention = Mention(noun=noun, name=str(link.value), numbered=True, told_by=link.request)
            given[name] = Given(
                {NEW: [link.call, *link.path]}, (Slot(label=noun, value=None, mention=mention),), mention
            )
        else:
            for _ in range(_TRIES_UNLIKE):
                given[name] = drawn(tool, name, fields[name], rng, now, about)
                others = [part.value for other, part in given.items() if other != name]
                if not isinstance(given[name].value, str) or given[name].value not in others:
                    break
            called = " ".join(slot.label for slot in given[name].slots)
            known = draft.said.get(called)
            if known is not None and fits(known.value, fields[name]) and rng.random() < _SAME:
                given[name] = known
    arguments = {name: part.value for name, part in given.items()}
    fresh = as_text(tool.name, arguments)
    reject_if(fresh in draft.made, "it asks for the same again")
    draft.made.add(fresh)
    result = draft.session.call(tool.name, resolve(arguments, draft.results))
    request = _worded(draft, tool, given, pointers, result, request_id)
    place = len(draft.results)
    draft.results.append(result)
    draft.used[tool.name] += 1
    for name, part in given.items():
        if name not in pointers and (part.mention is not None or set(spoken(name).split()) & _LASTING):
            draft.said[" ".join(slot.label for slot in part.slots)] = part
    listing = isinstance(result, list)
    row = result[0] if listing and len(result) > 1 else result  # of several one may mean the first
    for name, value in row.items() if isinstance(row, dict) else ():
        key = identity([name], noun_of(tool.name))
        told = value in [slot.value for slot in request.slots] or name in arguments
        if key is not None and is_id(name) and isinstance(value, int | str) and not told:
            path = (0, name) if listing else (name,)
            draft.found.append(_Found(key.kind, value, place, path, request_id))
    return request


def _recorded(draft: Draft, tool: Tool) -> dict[str, Any]:
    """What a real service has been called with and answered, now and then: values that it is known to have."""
    answered = examples_of(draft.world).answered(tool.name)
    if not answered or draft.rng.random() > _AS_RECORDED:
        return {}
    arguments = draft.rng.choice(answered).arguments
    fields, needed = tool.parameters.get("properties", {}), tool.parameters.get("required", [])
    plain = all(
        name in fields and type(value) in (str, int, float) and can_be_said(name, fields[name])
        for name, value in arguments.items()
    )
    return arguments if plain and {*needed} <= {*arguments} else {}


def _worded(
    draft: Draft, tool: Tool, given: dict[str, Given], pointers: dict[str, _Found], result: Any, request_id: str
) -> Request:
    deed = deed_of(tool, draft.world)
    subject = _subject(given, deed)
    reject_if(
        not given and not deed.thing and deed.verb in ("search for", "look up", "set"), "nothing can be said of it"
    )
    slots = tuple(
        slot for part in given.values() for slot in part.slots if slot.mention is None or slot.mention != subject
    )
    stated = [normalised(str(slot.value)) for slot in slots] + ([normalised(subject.name)] if subject else [])
    answers = tuple(_answers(draft.rng, deed, result, stated)) if tool.effect == "read" and tool.declared else ()
    own = _literal({name: part.value for name, part in given.items() if part.slots and name not in pointers})
    needed = [draft.calls()[found.call] for found in pointers.values()]
    before = [call for number, call in enumerate(needed) if call not in needed[:number]]
    points = {name: {NEW: [before.index(draft.calls()[found.call]), *found.path]} for name, found in pointers.items()}
    used = [[found.path for found in pointers.values() if draft.calls()[found.call] == call] for call in before]
    plain_before = [
        call.model_copy(
            update={"arguments": _literal(call.arguments), "gives": _gives(draft.world.by_name[call.tool], paths)}
        )
        for call, paths in zip(before, used, strict=True)
    ]
    told = [answer.returned for answer in answers if answer.returned]
    wanted = Call(tool=tool.name, arguments=own | points, gives=_gives(tool, told))
    return Request(
        id=request_id,
        intent="do" if tool.effect == "write" else "look",
        subject=subject,
        asks=tuple(dict.fromkeys(answer.label for answer in answers)),
        slots=slots,
        phrases={
            "verb": deed.verb,
            "one": one_of(deed),
            "many": things_of(deed),
            "thing": _the(deed, subject),
        },
        solution=(Call(tool=tool.name, arguments={name: part.value for name, part in given.items()}),),
        checkpoint=Checkpoint(calls=(*plain_before, wanted), answers=answers),
        needs=tuple(dict.fromkeys(found.request for found in pointers.values())),
    )


def _gives(tool: Tool, paths: Sequence[tuple[int | str, ...]]) -> tuple[str, ...] | None:
    """The fields of a result that are relied on, where another tool that shows them would do as well."""
    fields = tuple(dict.fromkeys(map(field_of, paths)))
    return fields if tool.effect == "read" and fields and all(fields) else None


def _literal(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments without those that an earlier call returned, and without what was for the agent to choose."""
    plain = {name: value for name, value in arguments.items() if value is not True}
    plain = {name: _literal(value) if isinstance(value, dict) else value for name, value in plain.items()}
    return {name: value for name, value in plain.items() if name != NEW and value != {}}


def _subject(given: dict[str, Given], deed: Deed) -> Mention | None:
    """The thing that a request is about: of the keys given the one that is called as the tool's thing, else the first."""
    mentions = [part.mention for part in given.values() if part.mention is not None]
    own = [mention for mention in mentions if mention.noun.split()[-1:] == one_of(deed).split()[-1:]]
    return next(iter([*own, *mentions]), None)


def _the(deed: Deed, subject: Mention | None) -> str:
    """The thing as it is spoken of: an order that is made, the orders, the order."""
    if deed.thing.startswith(_BARE):
        return deed.thing
    if not deed.thing or deed.many or not is_spoken(deed.thing):
        return f"the {deed.thing}" if deed.thing and not deed.makes else deed.thing
    return article(deed.thing) if deed.makes and subject is None else f"the {deed.thing}"


def _answers(rng: random.Random, deed: Deed, result: Any, stated: Sequence[str]) -> Iterator[Answer]:
    """What must be told of a result: one or two of its values, or what the rows of a short list are called."""
    if isinstance(result, list):
        if 0 < len(result) <= _MOST_ROWS:
            for number, row in enumerate(result):
                name = next((n for n in _NAMES if isinstance(row, dict) and isinstance(row.get(n), str)), None)
                value = row[name] if name else row
                if isinstance(value, str | int) and normalised(str(value)) and not isinstance(value, bool):
                    path: tuple[int | str, ...] = (number, name) if name else (number,)
                    yield answer_of(one_of(deed) or "result", value).model_copy(update={"returned": path})
        return
    fields = [
        (path, value)
        for path, value in _leaves(result)
        if isinstance(value, int | float | str)
        and not isinstance(value, bool)
        and not is_id(str(path[-1]))
        and is_spoken(column_label(str(path[-1])))
        and 0 < len(normalised(str(value))) <= _LONGEST_ANSWER
        and normalised(str(value)) not in stated
    ]
    for place, value in rng.sample(fields, min(len(fields), rng.choice((1, 1, _MOST_ASKED)))):
        label = " ".join(dict.fromkeys(" ".join(column_label(str(p)) for p in place if isinstance(p, str)).split()))
        yield answer_of(label, value).model_copy(update={"returned": place})


def _leaves(result: Any) -> Iterator[tuple[tuple[int | str, ...], Any]]:
    """The plain values of an object and of the objects in it."""
    for name, value in result.items() if isinstance(result, dict) else ():
        if isinstance(value, dict):
            yield from (((name, inner), v) for inner, v in value.items())
        elif not isinstance(value, list):
            yield (name,), value


def described(request: Request) -> str:
    """What a request is for, in plain words."""
    phrases, subject = request.phrases, request.subject
    about = (
        f" {subject.noun} {subject.name}"
        if subject and not subject.told_by
        else f" that {subject.noun}"
        if subject
        else ""
    )
    stated = listed([f"{slot.label} {said(slot.value)}" for slot in request.slots if slot.value is not None])
    asks = f", to know {listed([f'the {ask}' for ask in request.asks])}" if request.asks else ""
    sentence = f"{phrases['verb']} {phrases['thing']}{' of' if about else ''}{about}"
    sentence = " ".join(f"{sentence}{' with ' if stated else ''}{stated}{asks}".split())
    return f"{sentence[:1].upper()}{sentence[1:]}."
