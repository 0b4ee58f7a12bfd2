"""A shard: some dialogues of a cell, held by one process into one log.

    python -P -m turnwise.harvest.shards ORDER.json
    python -P -m turnwise.harvest.shards - PID           # the order on standard input; ends when the process PID is gone

While it is held it tells how far it is in a small file, for whoever waits; it knows nothing of who that is.
"""

import json
import os
import platform
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from inspect_ai.log import EvalSample

from turnwise._inspect import Player, run_task
from turnwise.errors import HarvestError, TurnwiseError
from turnwise.files import atomic_write
from turnwise.logs.progress import Progress, told_of_dialogues
from turnwise.secrets import hidden

MARK = "planned"
"""Where a log says of which shard it is."""
_SECONDS_BETWEEN = 0.5
_BUFFER = 10
"""dialogues by rules that may be lost with the process"""


@dataclass(frozen=True)
class Order:
    """What one process is asked for; plain data, so that it can go anywhere."""

    cell: str
    number: int
    size: int
    """dialogues of the shard, those included that are held already"""
    task: str
    arguments: Mapping[str, Any]
    player: Mapping[str, Any]
    logs: str
    status: str
    """the file that says how far it is"""
    only: tuple[int, ...] | None = None
    """the samples that are missing; all of them where it is None"""
    folder: str = ""
    """where the order was given: what it names by a path may be relative to that"""

    @property
    def wanted(self) -> int:
        """Dialogues to hold now."""
        return self.size if self.only is None else len(self.only)

    def dump(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def hold(given: Mapping[str, Any]) -> None:
    """Hold the dialogues of an order; TurnwiseError where they cannot be held."""
    order = Order(**given)
    if order.folder and os.path.isdir(order.folder):
        os.chdir(order.folder)
    counts = Progress(order.wanted)
    told = 0.0

    def tell(over: bool = False) -> None:
        nonlocal told
        if over or time.monotonic() - told > _SECONDS_BETWEEN:
            told = time.monotonic()
            said = {"held": counts.held, "succeeded": counts.succeeded, "tokens": counts.tokens, "cost": counts.cost}
            with suppress(OSError), atomic_write(order.status) as file:
                json.dump({**said, "faults": counts.faults, "over": over}, file)

    def add(sample: EvalSample) -> None:
        counts.add(sample)
        tell()

    with told_of_dialogues(add):
        run_task(
            order.task,
            {**order.arguments, "scenarios": order.size},
            _served_here(Player(**order.player)),
            order.logs,
            {MARK: {"cell": order.cell, "shard": order.number, "size": order.size}},
            only=order.only,
            log_buffer=_BUFFER,
        )
    tell(over=True)


def _served_here(player: Player) -> Player:
    """A player whose servers are those of this node: `$NAME` in a base URL is what its environment says."""

    def url(given: Any) -> Any:
        here = os.path.expandvars(given) if isinstance(given, str) else given
        if isinstance(here, str) and "$" in here:
            raise HarvestError(f"base_url {given} is not known on {platform.node()}: set that in its environment")
        return here

    roles = {
        role: {**given, "base_url": url(given["base_url"])}
        if isinstance(given, Mapping) and "base_url" in given
        else given
        for role, given in player.roles.items()
    }
    return replace(player, base_url=url(player.base_url), roles=roles)


def _end_with(parent: int) -> None:
    """End when the process that gave the order is gone, or was before this one began: nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def main() -> None:
    """Hold what an order says; ends with 1 and a line where that fails, and with 130 where it is interrupted."""
    place, *parent = sys.argv[1:]
    if parent:
        threading.Thread(target=_end_with, args=(int(parent[0]),), daemon=True).start()
    try:
        hold(json.loads(sys.stdin.read() if place == "-" else Path(place).read_text("utf-8")))
    except TurnwiseError as error:
        print(hidden(str(error)), file=sys.stderr, flush=True)
        os._exit(1)  # what objects complain of as they go would be taken for the reason
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
