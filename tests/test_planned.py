"""A plan is carried out by many processes, and whatever dies, it comes to the same dialogues."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import fsspec
import pytest
import yaml
from click.testing import CliRunner, Result
from endpoint import Answer, Body, Say, endpoint
from hypothesis import given
from hypothesis import strategies as st
from inspect_ai.log import read_eval_log

from turnwise.cli import main
from turnwise.errors import HarvestError, TurnwiseError
from turnwise.harvest import launchers, overall, planned
from turnwise.harvest.archive import archive_rows
from turnwise.harvest.filters import Filter
from turnwise.harvest.launchers import Failures, local, slurm_script, wait_for_others
from turnwise.harvest.plan import SEEDS_APART, cells_of, load_plan
from turnwise.harvest.shards import MARK, Order, hold
from turnwise.logs.read import find_logs

PLAN: dict[str, Any] = {
    "target": 3,
    "worlds": ["city_library", "bike_workshop"],
    "agents": ["oracle"],
    "arguments": {"goals": 1, "difficulty": "easy"},
    "shard": 3,
}
SMALL = {"worlds": ["city_library"], "target": 1}
EASY = ("--set", "similarity=null", "--force")


def written(folder: Path, **changed: Any) -> Path:
    place = folder / "plan.yaml"
    place.write_text(yaml.safe_dump({**PLAN, **changed}))
    return place


def turnwise(*args: Any) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(main, [str(arg) for arg in args])


def dialogues(folder: Path) -> dict[tuple[str, int, int], list[str]]:
    """What was said in each dialogue, by cell, seed and number; one that is held twice fails."""
    found: dict[tuple[str, int, int], list[str]] = {}
    for path in find_logs([folder / "logs"]):
        log = read_eval_log(str(path))
        for sample in log.samples or []:
            if sample.error is None:
                about = (log.eval.metadata or {})[MARK]
                key = about["cell"], log.eval.task_args["seed"], int(sample.id)
                assert key not in found, f"{key} was held twice"
                found[key] = [message.text for message in sample.messages]
    return found


def here(orders: Sequence[Order], _processes: int, tick: Callable[[], None]) -> Failures:
    """A launcher without processes."""
    for order in orders:
        hold(order.dump())
        tick()
    return {}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(launchers.LAUNCHERS, "local", here)
        done = turnwise("generate", written(folder), "-o", folder / "made", *EASY)
    assert done.exit_code == 0, done.output
    return folder / "made"


def test_each_cell_has_what_is_wanted_and_seeds_of_its_own(undisturbed: Path) -> None:
    cells = json.loads((undisturbed / "progress.json").read_text())["cells"]
    assert len(cells) == 2
    assert all(cell["accepted"] >= 3 for cell in cells.values())
    assert sum(cell["accepted"] for cell in cells.values()) == len(list(archive_rows(undisturbed)))
    assert len(dialogues(undisturbed)) == sum(cell["held"] for cell in cells.values())


def test_trials_share_their_goals_and_are_dialogues_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(launchers.LAUNCHERS, "local", here)
    turnwise("generate", written(tmp_path, target=5, most=5, trials=2), "-o", tmp_path / "made", *EASY)
    cells = json.loads((tmp_path / "made" / "progress.json").read_text())["cells"]
    assert [cell["held"] for cell in cells.values()] == [5, 5]
    by_seed = Counter(
        (log.eval.task_args["world"], log.eval.task_args["seed"], len(log.samples or []))
        for path in find_logs([tmp_path / "made" / "logs"])
        if (log := read_eval_log(str(path)))
    )
    assert by_seed == {(world, 0, size): 1 for world in PLAN["worlds"] for size in (3, 2)}


@given(size=st.integers(1, 2000), most=st.integers(1, 300), trials=st.integers(1, 12), first=st.integers(0, 50))
def test_shards_of_a_round_are_as_many_dialogues_as_it_takes(size: int, most: int, trials: int, first: int) -> None:
    shards = list(planned._shards(size, most, trials, first))
    numbers = [number for number, _ in shards]
    assert sum(held for _, held in shards) == size
    assert all(0 < held <= most for _, held in shards)
    assert numbers == sorted(set(numbers))
    assert numbers[0] >= first
    largest = {number // trials: held for number, held in reversed(shards)}
    assert all(held <= largest[number // trials] for number, held in shards)


def test_a_shard_that_dies_is_held_again_alone_and_without_what_it_had_held(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int, tuple[int, ...] | None]] = []

    def dying(orders: Sequence[Order], processes: int, tick: Callable[[], None]) -> Failures:
        asked.extend((order.cell, order.number, order.only) for order in orders)
        if len(asked) == len(orders):  # the first time: the first holds one dialogue, and the last none
            hold({**orders[0].dump(), "only": (1,)})
            for order in orders[1:-1]:
                hold(order.dump())
            return {0: "killed", len(orders) - 1: "never begun"}
        return here(orders, processes, tick)

    monkeypatch.setitem(launchers.LAUNCHERS, "local", dying)
    done = turnwise("generate", written(tmp_path), "-o", tmp_path / "made", *EASY)
    assert done.exit_code == 0, done.output
    assert "failed and is held again: killed" in done.output
    again = [one for place, one in enumerate(asked) if one[:2] in [earlier[:2] for earlier in asked[:place]]]
    assert again == [(*asked[0][:2], (2,)), (*again[-1][:2], None)]
    assert dialogues(tmp_path / "made") == dialogues(undisturbed)


def test_what_cannot_be_held_is_given_up_and_goes_on_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = written(tmp_path, **SMALL)
    rounds = 0

    def hopeless(orders: Sequence[Order], _processes: int, _tick: Callable[[], None]) -> Failures:
        nonlocal rounds
        rounds += 1
        return dict.fromkeys(range(len(orders)), "no such machine")

    monkeypatch.setitem(launchers.LAUNCHERS, "local", hopeless)
    done = turnwise("generate", plan, "-o", tmp_path / "made", *EASY)
    assert done.exit_code == 1
    assert "failed 3 times: no such machine" in done.output
    assert rounds == 3
    monkeypatch.setitem(launchers.LAUNCHERS, "local", here)
    assert turnwise("generate", plan, "-o", tmp_path / "made", *EASY).exit_code == 0
    assert len(dialogues(tmp_path / "made")) == 5


def test_a_plan_that_was_edited_afterwards_is_explained(undisturbed: Path, tmp_path: Path) -> None:
    other = written(tmp_path, worlds=["city_library"], seeds=[7])
    done = turnwise("generate", other, "-o", undisturbed, *EASY)
    assert done.exit_code == 1
    assert 'seeds: [0], and now [7]; worlds: ["city_library", "bike_workshop"], and now ["city_library"]' in done.output
    again = turnwise("generate", written(tmp_path, target=2, processes=1), "-o", undisturbed, *EASY)
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"target": 0}, "target: Input should be greater than or equal to 1"),
        ({"goal": 3}, "goal: Extra inputs are not permitted"),
        ({"worlds": ["nowhere"]}, "nowhere is not a world"),
        ({"behaviours": ["odd"]}, "odd"),
        ({"agents": [{"roles": {}}]}, "names neither an agent nor a model"),
        ({"agents": ["oracle", "oracle"]}, "two cells of the plan are the same"),
        ({"arguments": {"seed": 3}}, "seed is what the plan says elsewhere"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(changed: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(TurnwiseError, match=said.replace("[", r"\[")):
        cells_of(load_plan(written(tmp_path, **changed)))


def test_keys_of_a_plan_are_written_nowhere(tmp_path: Path) -> None:
    agents = [{"model": "openai-api/x/m", "args": {"api_key": "CANARY-KEY"}, "temperature": 0.5}]
    wanted = load_plan(written(tmp_path, agents=agents))
    (cell, _) = cells_of(wanted)
    assert cell.player.temperature == 0.5
    assert "CANARY" not in json.dumps(planned.dumped(wanted, [cell])) + cell.name
    with pytest.raises(TurnwiseError, match="give keys by the environment"):
        slurm_script([order_of(cell, tmp_path)], 4, tmp_path / "orders")


def order_of(cell: Any, folder: Path, **changed: Any) -> Order:
    about = {"cell": cell.name, "number": 0, "size": 2, "task": cell.task, "player": planned.asdict(cell.player)}
    arguments = {**cell.arguments, "seed": cell.seed * SEEDS_APART}
    places = {"logs": str(folder / "logs"), "status": str(folder / "status.json")}
    return Order(**{**about, "arguments": arguments, **places, **changed})


def test_slurm_gets_an_array_whose_jobs_hold_the_orders(tmp_path: Path) -> None:
    made = turnwise("generate", written(tmp_path), "-o", tmp_path / "made", "--launcher", "slurm", *EASY)
    assert made.exit_code == 0, made.output
    assert "#SBATCH --array=0-3%2" in made.stdout
    assert f" -P -m turnwise.harvest.shards {tmp_path}/made/orders/" in made.stdout
    hold(json.loads((tmp_path / "made" / "orders" / "3.json").read_text()))
    assert {cell.split(" / ")[0] for cell, _, _ in dialogues(tmp_path / "made")} == {"bike_workshop"}


def with_a_checkout(folder: Path) -> Path:
    """A folder in which `import turnwise` fails, unless the folder is not looked at."""
    (folder / "turnwise").mkdir()
    (folder / "turnwise" / "__init__.py").write_text("raise ImportError('the checkout was imported')")
    return folder


def test_a_process_that_is_killed_costs_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(with_a_checkout(tmp_path))
    (cell, _) = cells_of(load_plan(written(tmp_path)))
    killed: list[int] = []
    popen = subprocess.Popen

    def started(*args: Any, **options: Any) -> Any:
        process = popen(*args, **options)
        if not killed:
            killed.append(process.pid)
            os.kill(process.pid, signal.SIGKILL)
        return process

    orders = [order_of(cell, tmp_path), order_of(cell, tmp_path, arguments={**cell.arguments, "seed": 5})]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", started)
        failed = local(orders, 2, lambda: None)
    assert failed == {0: "its process ended with -9"}
    assert {seed for _, seed, _ in dialogues(tmp_path)} == {5}
    assert json.loads((tmp_path / "status.json").read_text())["over"] is True


def test_shards_that_outlive_their_command_are_waited_for(tmp_path: Path) -> None:
    (cell, _) = cells_of(load_plan(written(tmp_path)))
    code = "import sys; from turnwise.harvest.launchers import local; from turnwise.harvest.shards import Order; import json"
    given = json.dumps(order_of(cell, tmp_path).dump())
    command = subprocess.Popen(
        [sys.executable, "-c", f"{code}; local([Order(**json.loads(sys.argv[1]))], 1, lambda: print('under way', flush=True))", given],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert command.stdout is not None
    with command, command.stdout as said:
        assert said.readline() == "under way\n"
        command.kill()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launchers, "_PATIENCE", 0.0)
        with pytest.raises(HarvestError, match="are still held"):
            wait_for_others(tmp_path)
    wait_for_others(tmp_path)
    assert not list(tmp_path.rglob("*.eval")), "it had not begun, and ended with who ordered it"


def test_a_model_is_asked_as_the_plan_says_and_what_it_takes_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received: list[Body] = []

    def answer(body: Body, _number: int) -> Answer:
        received.append(body)
        return Say("I cannot do that.")

    with endpoint(answer) as url:
        monkeypatch.setenv("SERVER_OF_THIS_NODE", url)
        agents = [
            {"model": "turnwise/chat/m", "base_url": "$SERVER_OF_THIS_NODE"},
            {"model": "turnwise/chat/m", "temperature": 0.9},
        ]
        cell, other = cells_of(load_plan(written(tmp_path, agents=agents, worlds=["city_library"], temperature=0.3)))
        hold(order_of(cell, tmp_path).dump())
        monkeypatch.delenv("SERVER_OF_THIS_NODE")
        with pytest.raises(HarvestError, match=r"\$SERVER_OF_THIS_NODE is not known on"):
            hold(order_of(cell, tmp_path).dump())
    assert other.player.temperature == 0.9
    assert {body["temperature"] for body in received} == {0.3}
    said = json.loads((tmp_path / "status.json").read_text())
    assert said["held"] == 2
    assert said["tokens"] > 0
    shown = turnwise("plan", written(tmp_path, agents=agents[1:], worlds=["city_library"]))
    assert shown.exit_code == 0, shown.output
    assert "unknown" in shown.output
    assert "about 0.0 hours on 2 processes" in shown.output


def test_faults_are_told_by_kind() -> None:
    found = overall.Overall(3, {}, dialogues=4, faults=Counter({"error": 2, "user failed": 1}))
    assert json.loads(json.dumps(found.dump()))["faults"] == {"error": 2, "user failed": 1}
    assert found.line() == "0 of 3 accepted, 4 held, 2 error, 1 user failed"


def test_a_shard_ends_with_who_gave_the_order(tmp_path: Path) -> None:
    given = "import subprocess, sys, os; p = subprocess.Popen([sys.executable, '-c', CHILD]); print(p.pid, flush=True); os._exit(0)"
    child = "import os, time; from turnwise.harvest.shards import _end_with; _end_with(int(os.environ['PARENT']))"
    told = f"import os; os.environ['PARENT'] = str(os.getpid()); CHILD = {child!r}; {given}"
    number = int(subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout)
    state = Path(f"/proc/{number}/status")
    with suppress(FileNotFoundError):  # it is gone
        for _ in range(600):
            if "zombie" in state.read_text():
                break
            time.sleep(0.1)
        else:
            raise AssertionError("it goes on")


def test_logs_may_lie_anywhere_that_fsspec_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(launchers.LAUNCHERS, "local", here)
    elsewhere = f"file://{tmp_path}/elsewhere"
    done = turnwise("generate", written(tmp_path, **SMALL), "-o", tmp_path / "made", "--logs", elsewhere, *EASY)
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "elsewhere").glob("*.eval"))) == 2
    assert len(dialogues(tmp_path / "made")) == 5


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a session of a loop that is over
def test_a_plan_stops_when_its_budget_is_spent_and_goes_on_with_a_larger_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("m: {input: 2, output: 10, input_cache_read: 1, input_cache_write: 2}\n")
    monkeypatch.setitem(launchers.LAUNCHERS, "local", here)
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}  # a third of a cent

    def progress() -> tuple[int, float]:
        said = json.loads((tmp_path / "made" / "progress.json").read_text())
        return said["dialogues"], said["cost"]

    with endpoint(lambda _body, _number: Say("I cannot do that.", usage=usage)) as url:
        agents = [{"model": "turnwise/chat/m", "base_url": url}]
        plan = written(tmp_path, agents=agents, worlds=["city_library"], target=20, most=30, shard=20)
        anything = tmp_path / "anything.yaml"
        off = {name: None for name, field in Filter.model_fields.items() if type(None) in get_args(field.annotation)}
        anything.write_text(yaml.safe_dump({**off, "success": False, "ended_by_user": False}))
        asked = ("generate", plan, "-o", tmp_path / "made", "--cost", prices, "--filter", anything, "--force")
        unpriced = turnwise("generate", plan, "-o", tmp_path / "made", "--max-cost", 1)
        assert "needs the price of turnwise/chat/m" in unpriced.output
        first = turnwise(*asked, "--max-cost", 0.04)
        assert first.exit_code == 1
        assert "of --max-cost 0.04 are spent" in first.output
        held, cost = progress()
        assert 5 <= held < 20
        assert cost < 0.12
        again = turnwise(*asked, "--max-cost", 0.04)
        assert again.exit_code == 1
        assert progress() == (held, cost)
        larger = turnwise(*asked, "--max-cost", 50)
        assert "Holding" in larger.output
        assert progress()[0] > held
        assert progress()[1] > cost


def test_what_is_left_of_a_budget_is_shared_by_cells() -> None:
    states = {"a": overall.CellState(cost=2.0), "b": overall.CellState(cost=1.0), "c": overall.CellState()}
    states["a"].held[0] = set(range(4))
    states["b"].held[0] = set(range(10))
    wanted = {"a": 8, "b": 20, "c": 50}
    assert overall.affordable(wanted, states, 100.0) == {"a": 8, "b": 20, "c": 5}
    assert overall.affordable(wanted, states, 6.0) == {"a": 4, "b": 10, "c": 5}
    assert overall.affordable(wanted, states, 3.0) == {}


def test_copies_of_logs_behind_a_url_lie_as_there_and_go_with_them(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store = fsspec.filesystem("memory")
    log = sorted((undisturbed / "logs").glob("*.eval"))[0]
    for place in ("one/x.eval", "two/x.eval", ".hidden/x.eval", "one/notes.txt", "../outside.eval"):
        store.pipe(f"/twice/{place}", log.read_bytes() + place.encode())
    found = find_logs(["memory://twice"])
    assert ["/".join(path.parts[-2:]) for path in found] == ["one/x.eval", "two/x.eval"]
    assert [path.read_bytes()[-10:] for path in found] == [b"one/x.eval", b"two/x.eval"]
    store.rm("/twice/one/x.eval")
    assert find_logs(["memory://twice"]) == found[1:]
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


def test_logs_behind_a_url_are_read_as_copies(
    undisturbed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    store = fsspec.filesystem("memory")
    names = sorted(path.name for path in (undisturbed / "logs").glob("*.eval"))
    store.put(str(undisturbed / "logs"), "/dialogues", recursive=True)
    assert [path.name for path in find_logs(["memory://dialogues"])] == names
    assert [path.name for path in find_logs([f"memory://dialogues/{names[0]}"])] == names[:1]
    shown = turnwise("compare", "memory://dialogues")
    assert shown.exit_code == 0, shown.output
    for wrong in (
        ("compare", "memory://nothing"),
        ("harvest", "memory://dialogues", "-o", "memory://made"),
        ("compare", "memory://dialogues", "--csv", "memory://made.csv"),
        ("generate", "--target", 1, "--agent", "oracle", "-o", tmp_path / "made", "--logs", "memory://made"),
    ):
        refused = turnwise(*wrong)
        assert refused.exit_code == 1, refused.output
        assert len(refused.output) < 400
        assert "Traceback" not in refused.output
