"""Dialogues are held until so many are worth learning from: a batch, a harvest of all so far, the next batch.

    request = Request("user_oriented", {"world": "shop"}, AGENTS["lexical"])
    generated = generate(request, 100, 1000, Path("dialogues"), Path("dialogues/logs"), config, print)

All it knows of what came before lies in the logs, so an interrupted run goes on when it is started again.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from turnwise._inspect import Player, clear_unfinished, run_task
from turnwise.errors import HarvestError, LogError
from turnwise.harvest.archive import HIDDEN, check_place, locked
from turnwise.harvest.curation import FilterConfig
from turnwise.harvest.filters import UNFIT
from turnwise.harvest.harvest import Harvested, harvest
from turnwise.harvest.rollouts import INTERRUPTED
from turnwise.logs.bulk import sample_names
from turnwise.logs.expected import RunBudget
from turnwise.logs.read import read_info
from turnwise.scoring.quality.health import wilson

_LEAST, BATCH = 5, 250
"""Dialogues of a batch: fewer tell little of their user, and of more a person wants to hear in between."""
_MARGIN = 10
"""Percent more than the yield so far asks for, so that a little less luck does not cost another batch."""
_TELLING = 20
"""Dialogues that tell enough of a user to give it up."""
_MARK = "generated"
"""Where a log says what was asked for."""


@dataclass(frozen=True)
class Request:
    """What is held, batch by batch, each with a seed of its own."""

    task: str
    arguments: Mapping[str, Any]
    """of the task, without `scenarios` and `seed`"""
    player: Player
    seed: int = 0
    """of the first batch; the next one takes the next"""

    def dump(self) -> dict[str, Any]:
        """What two runs must share to be one; where a model is served is no part of it."""
        about = {"task": self.task, "seed": self.seed, "model": self.player.model, "agent": self.player.agent}
        for role, given in self.player.roles.items():
            about[f"role {role}"] = given.get("model") if isinstance(given, Mapping) else given
        about |= {f"-T {name}": value for name, value in self.arguments.items()}
        plain: dict[str, Any] = json.loads(json.dumps(about, default=str))
        return plain


def generate(
    request: Request,
    target: int,
    most: int,
    directory: Path,
    logs: Path,
    config: FilterConfig,
    tell: Callable[[str], None],
    budget: RunBudget | None = None,
) -> tuple[Harvested, int, str]:
    """Hold dialogues until an archive has as many as wanted, or cannot get there; `most` counts those of earlier runs.

    Returns the harvest, the number of logs, and why the target was not reached and what to do (empty when it was).
    """
    check_place(directory, beside=logs)
    logs.mkdir(parents=True, exist_ok=True)
    with _removed_if_empty(directory), _removed_if_empty(logs), locked(logs, alone=True):
        clear_unfinished(logs)
        found, seed = _earlier(logs, request)
        result, before = None, (0, 0)
        while True:
            if found:
                (directory / HIDDEN).mkdir(parents=True, exist_ok=True)
                result = harvest(found, directory, config)
            kept, held = _counts(result)
            if result is not None:
                tell(f"{kept:,} of {target:,} are there, of {held:,} held.")
                hopeful = reachable(target, kept, held, most, kept - before[0], held - before[1])
                if kept >= target or _unfit(result) or not hopeful:
                    return result, len(found), _short(result, target, most)
            before = kept, held
            size = next_batch(target, kept, held, most)
            if budget is not None and (size := budget.affords(found, held, size)) < 1:
                spent = f"${budget.spent(found):,.2f} of --max-cost {budget.most:,.2f} are spent"
                if result is None:
                    raise HarvestError(f"nothing can be held: {spent}")
                return result, len(found), f"Stopped at {kept:,} of {target:,}: {spent}, and no dialogue more fits in."
            tell(f"Holding {size:,} dialogues, seed {seed}.")
            arguments = {**request.arguments, "scenarios": size, "seed": seed}
            found.append(run_task(request.task, arguments, request.player, logs, {_MARK: request.dump()}))
            seed += 1


@contextmanager
def _removed_if_empty(folder: Path) -> Iterator[None]:
    try:
        yield
    finally:
        with suppress(OSError):  # it is not empty
            folder.rmdir()


def next_batch(target: int, kept: int, held: int, most: int, at_once: int = BATCH) -> int:
    """How many dialogues to hold next: as many as the yield so far asks for, and a few more."""
    wanted = target if not held else math.ceil((target - kept) * held * (100 + _MARGIN) / (max(kept, 1) * 100))
    return min(max(wanted, _LEAST), at_once, most - held)


def reachable(target: int, kept: int, held: int, most: int, gained: int, of: int) -> bool:
    """Whether the dialogues that may still be held can be enough, if the last batch (gained, of) was an unlucky one.

    It counts and not all: the more there is, the more of what is new is like something that is there.
    """
    gained = max(gained, 0)
    upper = 1.0 if gained >= of else wilson(gained / of, of)[1]
    return held < most and kept + upper * (most - held) >= target


def _counts(result: Harvested | None) -> tuple[int, int]:
    """Dialogues that are kept, and those that were held to their end."""
    if result is None:
        return 0, 0
    return result.funnel.accepted, result.funnel.dialogues - result.funnel.dropped.get(INTERRUPTED, 0)


def _unfit(result: Harvested) -> bool:
    """Whether nothing is kept for the sake of the user, and that is no accident of the first few dialogues."""
    kept, held = _counts(result)
    return not kept and UNFIT in result.funnel.dropped and held >= _TELLING


def _short(result: Harvested, target: int, most: int) -> str:
    kept, held = _counts(result)
    if kept >= target:
        return ""
    reason, count = max(result.funnel.dropped.items(), key=lambda item: item[1], default=("", 0))
    why = f"{most:,} held would hardly give the rest"
    if held >= most:
        why = f"{held:,} were held, the most allowed"
    elif _unfit(result):
        why = "the simulated user is unfit"
    then = f"{result.directory}/dropped.jsonl says why. The same command with a higher --most goes on."
    if reason == UNFIT:
        then = "--force takes them all the same; another --task or other -T make another user, in other folders."
    if reason == "near-duplicate":
        then = f"a larger world, -T difficulty or -T goals would make them differ more; {then}"
    return f"Stopped at {kept:,} of {target:,}: {why}. Most were lost to '{reason}' ({count:,}); {then}"


def _earlier(logs: Path, request: Request) -> tuple[list[Path], int]:
    """The logs of this request that hold dialogues, and the next seed; HarvestError where others lie there."""
    found, seed, now = [], request.seed, request.dump()
    for path in sorted(logs.glob("*.eval")):
        try:
            header = read_info(path).header
        except LogError:
            continue  # killed before a dialogue was in it: its seed is taken again
        asked = (header.eval.metadata or {}).get(_MARK)
        if not asked:
            raise HarvestError(f"{path} was not made by turnwise generate: name other folders")
        for name in sorted({*asked, *now}):
            if (then := asked.get(name)) != now.get(name):
                differ = f"{name}: {then}, and now {now.get(name)}"
                raise HarvestError(f"{path} was made for something else ({differ}): name other folders")
        seed = max(seed, int(header.eval.task_args["seed"]) + 1)
        if sample_names(path):
            found.append(path)
    return found, seed
