"""A plan is carried out: shards are held until each cell has what is wanted, or cannot get there.

    folder/plan.json      what was asked for, and the shards of the round that is under way
    folder/logs/          a log or more for each shard; or anywhere that fsspec knows, and copies of them here
    folder/progress.json  how far it is, for other programs
    folder/data/ ...      the archive

What has been held is read from the logs, so whatever dies, the same command goes on: a shard that is not whole is held
again, without the dialogues that are there, and what a round consists of is written down before it begins. An
interrupted run comes to the same dialogues as one that was not.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from turnwise._inspect import clear_unfinished
from turnwise.errors import HarvestError, LogError
from turnwise.files import atomic_write
from turnwise.harvest.archive import HIDDEN, check_place, locked
from turnwise.harvest.curation import FilterConfig
from turnwise.harvest.harvest import Harvested, harvest
from turnwise.harvest.launchers import LAUNCHERS, Failures, slurm_script, wait_for_others
from turnwise.harvest.overall import BudgetIsSpent, CellState, Overall, affordable
from turnwise.harvest.plan import SEEDS_APART, Cell, Plan, cells_of, differences, dumped
from turnwise.harvest.shards import MARK, Order
from turnwise.harvest.target import BATCH, next_batch, reachable
from turnwise.logs.expected import RunBudget
from turnwise.logs.read import read_info, read_summaries
from turnwise.logs.remote import fetched
from turnwise.logs.usage import cost_of

_PLAN, _PROGRESS, _LOGS, _STATUS = "plan.json", "progress.json", "logs", "status"
_ATTEMPTS = 3
"""Times that a shard may fail without a dialogue more."""
_SECONDS_BETWEEN = 1.0


def carry_out(
    plan: Plan,
    directory: Path,
    config: FilterConfig,
    tell: Callable[[str], None],
    show: Callable[[str], None],
    log_place: str | None = None,
) -> tuple[Harvested | None, list[str], str | None]:
    """Hold what a plan asks for and harvest it.

    Args:
        tell: is given what happens, a line each.
        show: is given how far it is, again and again.
        log_place: where the logs go, a folder or a URL that fsspec knows; the archive's `logs` unless given.

    A budget ends it where the next dialogue would cost more than is left; shards that are under way end their logs.

    Returns:
        The harvest, a sentence for each cell that has not what is wanted, and the script to submit, if that is what
        the plan is launched by.
    """
    cells = {cell.name: cell for cell in cells_of(plan)}
    check_place(directory, beside=directory / _LOGS)
    (directory / HIDDEN / _STATUS).mkdir(parents=True, exist_ok=True)
    (directory / _LOGS).mkdir(exist_ok=True)
    with locked(directory / _LOGS, alone=True):
        wait_for_others(directory / HIDDEN / _STATUS)
        clear_unfinished(directory / _LOGS)
        return _Run(plan, cells, directory, config, tell, show, log_place).to_the_end()


class _Run:
    def __init__(
        self,
        plan: Plan,
        cells: Mapping[str, Cell],
        directory: Path,
        config: FilterConfig,
        tell: Callable[[str], None],
        show: Callable[[str], None],
        log_place: str | None,
    ) -> None:
        self.plan, self.cells, self.directory, self.config = plan, cells, directory, config
        self.tell, self.show = tell, show
        self.logs = directory / _LOGS
        self.place = log_place or str(self.logs.resolve())
        self.round = self._begun()
        self.harvested: Harvested | None = None
        self.shown = 0.0
        self.prices = dict(config.prices)
        if plan.max_cost is not None:
            self.prices = RunBudget(plan.max_cost, config.prices, *(cell.player for cell in cells.values())).prices

    def _begun(self) -> list[dict[str, Any]]:
        """The shards of the round that is under way; HarvestError where the folder was begun for another plan."""
        file, now = self.directory / _PLAN, dumped(self.plan, list(self.cells.values()))
        if file.exists():
            then = json.loads(file.read_text("utf-8"))
            if differ := differences(then["plan"], now):
                raise HarvestError(
                    f"{self.directory} was begun for another plan ({'; '.join(differ)}): name another folder, or put the plan right. "
                    "What may change is target, most, max_cost, shard, launcher, processes, retries and timeout"
                )
            return list(then["round"])
        self._write([])
        return []

    def _write(self, round_: list[dict[str, Any]]) -> None:
        self.round = round_
        with atomic_write(self.directory / _PLAN) as file:
            about = {"plan": dumped(self.plan, list(self.cells.values())), "round": round_}
            file.write(json.dumps(about, indent=1) + "\n")

    def to_the_end(self) -> tuple[Harvested | None, list[str], str | None]:
        """Round after round."""
        tries: Counter[tuple[str, int]] = Counter()
        states = self._read()
        while True:
            orders = self._missing(states)
            if not orders:
                self._harvest(states)
                self._next_round(states)
                if not (orders := self._missing(states)):
                    break
            if self._too_dear(states):
                self._harvest(states)
                break
            if self.plan.launcher == "slurm":
                script = slurm_script(orders, self.plan.processes, self.directory / "orders")
                return self.harvested, self._short(states), script
            self.tell(f"Holding {sum(order.wanted for order in orders):,} dialogues in {len(orders)} shards.")
            failed = self._launched(orders, states)
            after = self._read()
            for place, why in failed.items():
                order = orders[place]
                moved = len(after[order.cell].held[order.number]) > len(states[order.cell].held[order.number])
                tries[order.cell, order.number] = 1 if moved else tries[order.cell, order.number] + 1
                self.tell(f"Shard {order.number} of {order.cell} failed and is held again: {why}")
                if tries[order.cell, order.number] >= _ATTEMPTS:
                    raise HarvestError(
                        f"shard {order.number} of {order.cell} failed {_ATTEMPTS} times: {why}. "
                        "What is held is kept, and the same command goes on"
                    )
            for name, state in after.items():
                state.before = states[name].before
            states = after
        self._note(states, [])
        return self.harvested, self._short(states), None

    def _read(self) -> dict[str, CellState]:
        """What the logs hold, by cell; a dialogue that an error ended is held again."""
        if self.place != str(self.logs.resolve()):
            fetched(self.place, self.logs)
        states = {name: CellState() for name in self.cells}
        for shard in self.round:
            states[shard["cell"]].sizes[shard["shard"]] = shard["size"]
            states[shard["cell"]].before = tuple(shard["before"])
        for path in sorted(self.logs.glob("*.eval")):
            try:
                about = (read_info(path).header.eval.metadata or {}).get(MARK)
                summaries = read_summaries(path)
            except LogError:
                continue  # killed before a dialogue was in it
            if not about or about["cell"] not in states:
                raise HarvestError(f"{path} is not of this plan: name another folder")
            state = states[about["cell"]]
            state.sizes[about["shard"]] = about["size"]
            state.logs.add(path.name)
            state.held[about["shard"]] |= {int(one.id) for one in summaries if one.completed and one.error is None}
            for one in summaries:
                for model, usage in one.model_usage.items():
                    state.tokens += usage.total_tokens
                    state.cost += cost_of(model, usage, self.prices) or 0.0
                state.faults["error"] += one.error is not None
        return states

    def _missing(self, states: Mapping[str, CellState]) -> list[Order]:
        """An order for each shard that is not whole."""
        orders: list[Order] = []
        for name, state in states.items():
            cell = self.cells[name]
            for number, size in sorted(state.sizes.items()):
                there = state.held.get(number, set())
                left = tuple(one for one in range(1, size + 1) if one not in there)
                if not left:
                    continue
                arguments = {**cell.arguments, "seed": cell.seed * SEEDS_APART + number // self.plan.trials}
                status = str((self.directory / HIDDEN / _STATUS / f"{len(orders)}.json").resolve())
                orders.append(
                    Order(
                        name,
                        number,
                        size,
                        cell.task,
                        arguments,
                        asdict(cell.player),
                        self.place,
                        status,
                        left if there else None,
                        str(Path.cwd()),
                    )
                )
        return orders

    def _harvest(self, states: Mapping[str, CellState]) -> None:
        """Make the archive of all logs, and count what is kept of each cell."""
        logs = [self.logs / name for state in states.values() for name in sorted(state.logs)]
        if not logs:
            return
        self.harvested = harvest(logs, self.directory, self.config)
        dropped: dict[str, set[str]] = defaultdict(set)
        for line in (self.directory / "dropped.jsonl").read_text("utf-8").splitlines():
            one = json.loads(line)
            dropped[one["log"]].add(one["sample_id"])
        for state in states.values():
            lost = sum(len(dropped[name]) for name in state.logs)
            state.kept = sum(len(read_summaries(self.logs / name)) for name in state.logs) - lost
        self._note(states, [])

    def _next_round(self, states: dict[str, CellState]) -> None:
        """Write down the next shards of each cell that can still get what is wanted, and can be paid."""
        sizes: dict[str, int] = {}
        for name, state in states.items():
            gained, of = state.kept - state.before[0], state.count - state.before[1]
            hopeful = reachable(self.plan.target, state.kept, state.count, self.plan.limit, gained, of)
            if state.kept >= self.plan.target or (state.count and not hopeful):
                continue
            sizes[name] = next_batch(
                self.plan.target, state.kept, state.count, self.plan.limit, max(BATCH, state.count)
            )
        if self.plan.max_cost is not None:
            sizes = affordable(sizes, states, self.plan.max_cost)
        round_ = []
        for name, size in sizes.items():
            state = states[name]
            first = max(state.sizes, default=-1) + 1
            for number, part in _shards(size, self.plan.shard, self.plan.trials, first):
                round_.append({"cell": name, "shard": number, "size": part, "before": (state.kept, state.count)})
                state.sizes[number] = part
            state.before = (state.kept, state.count)
        self._write(round_)

    def _launched(self, orders: Sequence[Order], states: Mapping[str, CellState]) -> Failures:
        for order in orders:
            Path(order.status).unlink(missing_ok=True)
        began = time.monotonic()
        try:
            return LAUNCHERS[self.plan.launcher](orders, self.plan.processes, lambda: self._note(states, orders, began))
        except BudgetIsSpent:
            return {}

    def _too_dear(self, states: Mapping[str, CellState], now: float = 0.0) -> bool:
        """Whether the budget is spent, with what is being held `now`."""
        spent = sum(state.cost for state in states.values()) + now
        return self.plan.max_cost is not None and spent >= self.plan.max_cost

    def _note(self, states: Mapping[str, CellState], orders: Sequence[Order], began: float = 0.0) -> None:
        """Show how far it is, and write it down."""
        if orders and time.monotonic() - self.shown < _SECONDS_BETWEEN:
            return
        self.shown = time.monotonic()
        cells = {name: {"accepted": state.kept, "held": state.count} for name, state in states.items()}
        found = Overall(self.plan.target * len(cells), cells, accepted=sum(state.kept for state in states.values()))
        for state in states.values():
            found.dialogues += state.count
            found.tokens += state.tokens
            found.cost += state.cost
            found.faults.update(+state.faults)
        now, estimated = 0, 0.0
        for order in orders:
            found.shards_left += 1
            with suppress(OSError, ValueError):
                said = json.loads(Path(order.status).read_text("utf-8"))
                now += said["held"]
                estimated += said["held"] * states[order.cell].cost_each
                found.tokens += said["tokens"]
                found.cost += said["cost"]
                found.faults.update(said["faults"])
                found.shards_left -= said["over"]
        wanted = sum(order.wanted for order in orders)
        found.dialogues += now
        if now:
            found.seconds_left = (time.monotonic() - began) / now * (wanted - now)
        with atomic_write(self.directory / _PROGRESS) as file:
            file.write(json.dumps(found.dump(), indent=1) + "\n")
        if orders:
            self.show(found.line())
            if self._too_dear(states, estimated):
                raise BudgetIsSpent

    def _short(self, states: Mapping[str, CellState]) -> list[str]:
        short = [
            f"{name}: {state.kept:,} of {self.plan.target:,}, of {state.count:,} held"
            for name, state in states.items()
            if state.kept < self.plan.target
        ]
        if short and self.plan.max_cost is not None:
            spent = sum(state.cost for state in states.values())
            left = f"${spent:,.2f} of --max-cost {self.plan.max_cost:,.2f} are spent"
            short.append(f"{left}. If that is why, the same command with a larger one goes on")
        return short


def _shards(size: int, most: int, trials: int, first: int) -> Iterator[tuple[int, int]]:
    """Numbers from `first` on and sizes, of `size` dialogues in all; those of one quotient by `trials` hold the same goals."""
    number, goals = -(-first // trials) * trials, -(-size // trials)
    count = -(-goals // most)
    for part in range(count):
        of_part = goals * (part + 1) // count - goals * part // count
        for trial in range(trials):
            held = min(of_part, size)
            if held:
                yield number + part * trials + trial, held
            size -= held
