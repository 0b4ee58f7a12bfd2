"""Tools without a database: their results are made up, and agree with each other through one dialogue.

    session = SimulatedSession(world, seed=1)
    session.call("get_order", {"order_id": 7})       # {"order_id": 7, "status": "pending", ...}
    session.call("cancel_order", {"order_id": 7})
    session.call("get_order", {"order_id": 7})       # {"order_id": 7, "status": "cancelled", ...}

An entity is known by its key, such as `order_id`; what has been shown of it, or written to it, is remembered. Rules
make the results, not a language model: they are typed and consistent, and no more plausible than their names allow.
"""

import json
import random
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from turnwise.errors import CallRefused, WorldError
from turnwise.worlds.arguments import Signature, find_tool
from turnwise.worlds.json_schema import check_schema, fits
from turnwise.worlds.simulated.filters import filters
from turnwise.worlds.simulated.memory import EntityKey, named_by
from turnwise.worlds.simulated.moments import stated_moment
from turnwise.worlds.simulated.naming import CHANGES, ERASES, SETTLES, identity, noun_of, verb_of
from turnwise.worlds.simulated.results import SimulatedCall, SimulatedResults, settled
from turnwise.worlds.simulated.sampling import sample
from turnwise.worlds.world import World


@lru_cache(maxsize=16)
def verify_simulated(world: World) -> dict[str, Signature]:
    """The signatures of a world's tools, once every tool has one and a return schema that results can be made for.

    Raises:
        WorldError: a tool's parameters or its return schema will not do; the message names the tool.
    """
    signatures = {}
    for tool in world.tools:
        try:
            signatures[tool.name] = Signature(tool)
            check_schema(tool.returns, "its returns")
        except WorldError as error:
            raise WorldError(f"tool {tool.name}: {error}") from error
    return signatures


class SimulatedSession:
    """The made-up results of one dialogue. Use it from one thread at a time.

    Raises:
        WorldError: a tool of the world does not pass `verify_world`, or the time is not a time.
    """

    def __init__(self, world: World, reference_time: str | None = None, seed: int = 0) -> None:
        self.world = world
        self.calls = 0
        self._signatures = verify_simulated(world)
        self._seed = seed
        self._results = SimulatedResults(seed, world.moment(reference_time))

    def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """The result of a call: it fits the tool's return schema, and what was shown before.

        Raises:
            CallRefused: there is no such tool, the arguments do not fit, or they name what was deleted.
            WorldError: nothing that fits the tool's return schema can be made up.
        """
        self.calls += 1
        tool = find_tool(self.world, name)
        self._signatures[name].check(arguments)
        said = json.dumps(arguments, sort_keys=True)
        noun = noun_of(name)
        call = SimulatedCall(
            tool,
            json.loads(said),
            noun,
            named_by(arguments, noun),
            filters(arguments, noun),
            f"{self._seed} {name} {said} {self.calls if tool.effect == 'write' else ''}",
        )
        self._refuse_the_gone(call)
        if call.writes:
            self._write(call)
        with suppress(WorldError):  # a part of it that cannot be sampled alone
            result = self._results.of(call)
            if fits(result, tool.returns):
                return result
        # The same for every call and seed, so that a tool that passed a trial always has a result.
        try:
            return sample(noun, tool.returns, random.Random(name), self.world.moment())
        except WorldError as error:
            raise WorldError(f"tool {name}: nothing that fits its return schema can be made up") from error

    def hear(self, text: str) -> None:
        """Take note of what the user said: a date or time said to be the present one is it from then on."""
        self._results.now = stated_moment(text, self._results.now) or self._results.now

    def net_changes(self) -> list[Any]:
        """No rows, so none that changed."""
        return []

    def close(self) -> None:
        """Nothing is held."""

    def _refuse_the_gone(self, call: SimulatedCall) -> None:
        gone = self._results.gone
        for kind, value in call.named.items():
            if (entity := EntityKey(kind, str(value))) in gone:
                if not call.writes or verb_of(call.tool.name) in CHANGES | ERASES or kind != call.noun:
                    raise CallRefused(f"nothing found: there is no {kind} {value!r}")
                gone.discard(entity)  # made anew under its old name

    def _write(self, call: SimulatedCall) -> None:
        """What a write's arguments say of the entity that they name is so from now on."""
        verb = verb_of(call.tool.name)
        key = identity(call.arguments, call.noun)
        if key is None or key.kind not in call.named or (verb not in CHANGES | ERASES and key.kind != call.noun):
            return
        entity = EntityKey(key.kind, str(call.named[key.kind]))
        if verb in ERASES or (verb == "remove" and key.kind == call.noun):
            self._results.known.pop(entity, None)
            self._results.gone.add(entity)
            return
        stated = {name.removeprefix("new_"): v for name, v in call.arguments.items() if name != key.field}
        if verb in SETTLES:
            stated = {**settled(call.tool, call.tool.returns.get("properties", {}).get("status", {})), **stated}
        self._results.known.setdefault(entity, {}).update(stated)
