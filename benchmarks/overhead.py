"""What Turnwise adds to Inspect: CPU per model call of whole dialogues, against a bare loop of the same calls.

    python benchmarks/overhead.py

One run records dialogues once, then replays them from a model without latency: in the bare loop and in
Turnwise, in turns, each time in a fresh process. See README.md beside this file for what the columns mean.
"""

import argparse
import cProfile
import gc
import json
import os
import pstats
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Self

os.environ["INSPECT_TRACE_LEVEL"] = "error"  # read when Inspect is imported

from inspect_ai import Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    execute_tools,
    get_model,
    modelapi,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.solver._task_state import sample_state
from inspect_ai.tool import ToolCall, ToolChoice, ToolDef, ToolError, ToolInfo, ToolParams
from inspect_ai.util import registry_create

from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import Tool, World, load_world, open_session, verify_world

CHINOOK = Path(__file__).parents[2] / "shared" / "data" / "chinook.sqlite"
ARMS = ("bare", "unscored", "scored")
TITLES = {"bare": "bare Inspect loop", "unscored": "Turnwise, not scored", "scored": "Turnwise, scored"}
TARGET = 1.15
SETTINGS: dict[str, Any] = {
    "display": "none",
    "score_display": False,
    "log_realtime": False,
    "log_model_api": False,
    "log_buffer": 100,
    "max_samples": 20,
    "max_connections": 20,
}


class Recording(NamedTuple):
    """Dialogues to be held again: by scenario id, what the user said and what the assistant generated."""

    world: str
    seed: int
    users: dict[int, list[str]]
    outputs: dict[int, list[dict[str, Any]]]

    @classmethod
    def read(cls, path: Path) -> Self:
        """The recording in a file."""
        world, seed, *dialogues = json.loads(path.read_text("utf-8"))
        users, outputs = ({int(key): said for key, said in part.items()} for part in dialogues)
        return cls(world, seed, users, outputs)

    def calls(self, dialogues: int) -> int:
        """Model calls of the first so many dialogues."""
        return sum(len(self.outputs[number]) for number in sorted(self.outputs)[:dialogues])


def held(task: Task, folder: Path, **settings: Any) -> EvalLog:
    """The log of an eval; anything that fails in it fails the benchmark."""
    (log,) = eval(task, log_dir=str(folder), **SETTINGS, **settings)
    if log.status != "success":
        raise SystemExit(f"an eval ended with status {log.status}: {log.error and log.error.message}")
    return log


def turnwise_task(world: str, seed: int, dialogues: int) -> Task:
    """The task as anyone would run it."""
    made: Task = registry_create("task", "turnwise/user_oriented", world=world, seed=seed, scenarios=dialogues)
    return made


def record(world: str, seed: int, dialogues: int, folder: Path) -> Recording:
    """Dialogues between the agenda user and the oracle."""
    oracle = registry_create("solver", "turnwise/converse", agent="turnwise/oracle")
    log = held(turnwise_task(world, seed, dialogues), folder, model="none", solver=oracle, score=False)
    users: dict[int, list[str]] = {}
    outputs: dict[int, list[dict[str, Any]]] = {}
    for sample in log.samples or []:
        number = int(sample.id)
        users[number] = [message.text for message in sample.messages if message.role == "user"]
        outputs[number] = [
            {"content": message.text, "calls": [[c.id, c.function, c.arguments] for c in message.tool_calls or []]}
            for message in sample.messages
            if isinstance(message, ChatMessageAssistant)
        ]
    return Recording(world, seed, users, outputs)


class Replay(ModelAPI):
    """A model that says what the recording says next, at once."""

    def __init__(self, model_name: str, *inspects: Any, recording: str, **options: Any) -> None:
        super().__init__(model_name, *inspects, **options)
        self.calls = 0
        self._outputs = Recording.read(Path(recording)).outputs

    async def generate(
        self, input: list[ChatMessage], tools: list[ToolInfo], tool_choice: ToolChoice, config: GenerateConfig
    ) -> ModelOutput:
        """The output that follows as many assistant messages as there are."""
        self.calls += 1
        state = sample_state()
        assert state is not None
        said = sum(isinstance(message, ChatMessageAssistant) for message in input)
        output = self._outputs[int(state.sample_id)][said]
        calls = [ToolCall(id=id, function=name, arguments=given) for id, name, given in output["calls"]]
        message = ChatMessageAssistant(content=output["content"], tool_calls=calls or None, source="generate")
        choice = ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else "stop")
        usage = ModelUsage(input_tokens=100, output_tokens=10, total_tokens=110)
        return ModelOutput(model="replay", choices=[choice], usage=usage)


@modelapi(name="replay")
def replay() -> type[ModelAPI]:
    """Inspect finds the provider by this name."""
    return Replay


class SharedParams(ToolParams):
    """Parameters that are not copied at every generation: the bare loop is given the fastest tools there are."""

    def __deepcopy__(self, memo: Any = None) -> Self:
        return self


@cache
def shared_params(parameters: str) -> SharedParams:
    """The parameters of a tool, one object for all samples."""
    return SharedParams.model_validate_json(parameters)


def bare_task(recording: Recording) -> Task:
    """The same dialogues in plain Inspect: recorded user messages, the same tools on a plain SQLite copy."""
    world = load_world(recording.world)
    template = sqlite3.connect(":memory:")
    template.executescript(world.database or "")
    samples = [Sample(id=number, input=said[0]) for number, said in recording.users.items()]
    return Task(dataset=MemoryDataset(samples), solver=bare_loop(recording, world, template.serialize()))


@solver
def bare_loop(recording: Recording, world: World, image: bytes) -> Solver:
    """Generate and call until there is a reply, for each user message: nothing else."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        model = get_model()
        connection = sqlite3.connect(":memory:", isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.deserialize(image)
        tools = [plain_tool(tool, connection) for tool in world.tools]
        state.messages = [ChatMessageSystem(content=world.policy)]
        *answered, last = recording.users[int(state.sample_id)]
        for said in answered:
            state.messages.append(ChatMessageUser(content=said))
            while True:
                state.output = await model.generate(state.messages, tools=tools)
                state.messages.append(state.output.message)
                if not state.output.message.tool_calls:
                    break
                state.messages.extend((await execute_tools(state.messages, tools)).messages)
        state.messages.append(ChatMessageUser(content=last))
        connection.close()
        return state

    return solve


def plain_tool(tool: Tool, connection: sqlite3.Connection) -> ToolDef:
    """A tool that runs its statement, unchecked."""
    properties = tool.parameters.get("properties", {})

    async def execute(**given: Any) -> str:
        try:
            cursor = connection.execute(tool.sql or "", {name: given.get(name) for name in properties})
            return json.dumps([dict(row) for row in cursor], ensure_ascii=False)
        except sqlite3.Error as error:
            raise ToolError(str(error)) from error

    parameters = shared_params(json.dumps(tool.parameters))
    return ToolDef(execute, tool.name, tool.description, parameters, max_output=0, parallel=False)


class Work(NamedTuple):
    """What is measured: an eval of so many dialogues, and the model that counts its calls."""

    hold: Callable[[int], EvalLog]
    model: Replay


def replayed(condition: str, path: Path) -> Work:
    """The eval of a condition; preparing its task is not part of what is measured."""
    recording = Recording.read(path)
    every = len(recording.users)
    task = bare_task(recording) if condition == "bare" else turnwise_task(recording.world, recording.seed, every)
    model = get_model("replay/replay", recording=str(path), memoize=False)
    assert isinstance(model.api, Replay)
    gc.set_threshold(50_000, 5, 1)
    work = Work(lambda n: held(task, path.parent, model=model, limit=n, score=condition == "scored"), model.api)
    work.hold(1)  # the first eval of a process also imports and compiles
    work.model.calls = 0
    return work


def measure(condition: str, small: int, large: int, path: Path) -> float:
    """Marginal CPU milliseconds per model call, all threads of this process together."""
    work = replayed(condition, path)
    recording = Recording.read(path)
    spent = []
    for dialogues in (small, large):
        started = time.process_time()
        work.hold(dialogues)
        spent.append(time.process_time() - started)
    recorded = [recording.calls(dialogues) for dialogues in (small, large)]
    if work.model.calls != sum(recorded):
        raise SystemExit(f"{condition}: {work.model.calls} model calls, and {sum(recorded)} were recorded")
    return 1000 * (spent[1] - spent[0]) / (recorded[1] - recorded[0])


def profile(dialogues: int, path: Path) -> None:
    """Print where the time of the scored condition goes."""
    work = replayed("scored", path)
    profiler = cProfile.Profile()
    profiler.runcall(work.hold, dialogues)
    calls = work.model.calls
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    own = sorted(stats.items(), key=lambda item: -item[1][2])[:5]
    ours = [item for item in stats.items() if "/turnwise/" in item[0][0].replace(os.sep, "/")]
    below = sorted(ours, key=lambda item: -item[1][3])[:10]
    print("\nmost own time, scored, under a profiler    ms per model call")
    for place, (_, _, spent, _, _) in own:
        print(f"  {spot(place):<62}{1000 * spent / calls:8.3f}")
    print("most time with what they call, Turnwise's own functions")
    for place, (_, _, _, spent, _) in below:
        print(f"  {spot(place):<62}{1000 * spent / calls:8.3f}")


def spot(place: tuple[str, int, str]) -> str:
    """A function as a profile names it, shortened."""
    file, line, name = place
    return name if file == "~" else f"{'/'.join(Path(file).parts[-2:])}:{line} {name}"


def print_sessions() -> None:
    """Print how long opening and closing a session of a 1 MB database takes."""
    if not CHINOOK.is_file():
        print(f"\nsession: skipped, there is no {CHINOOK}")
        return
    world = make_world(CHINOOK)
    verify_world(world)
    took = []
    for _ in range(200):
        started = time.perf_counter()
        open_session(world).close()
        took.append(1000 * (time.perf_counter() - started))
    typical = statistics.median(took)
    megabytes = CHINOOK.stat().st_size / 1e6
    print(f"\nsession of a {megabytes:.1f} MB database, opened and closed: {typical:.2f} ms (target < 1)")


def in_a_fresh_process(*arguments: object) -> str:
    """What this file prints when it is run with other arguments."""
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def compare(small: int, large: int, repeats: int, path: Path) -> None:
    """Measure the conditions in turns and print the comparison."""
    recording = Recording.read(path)
    costs: dict[str, list[float]] = {condition: [] for condition in ARMS}
    for _ in range(repeats):
        for condition in ARMS:
            costs[condition].append(float(in_a_fresh_process("--measure", condition, small, large, path)))
    print(
        f"{recording.world}: {large} dialogues, {recording.calls(large)} model calls; marginal CPU from {small} to {large}"
    )
    print(f"\n{'condition':<24}{'ms per model call':>18}{'ratio':>8}   each round: ms (ratio)")
    for condition in ARMS:
        ratios = [cost / bare for cost, bare in zip(costs[condition], costs["bare"], strict=True)]
        each = "  ".join(f"{cost:.2f} ({ratio:.2f})" for cost, ratio in zip(costs[condition], ratios, strict=True))
        typical, ratio = statistics.median(costs[condition]), statistics.median(ratios)
        print(f"{TITLES[condition]:<24}{typical:>18.2f}{ratio:>8.2f}   {each}")
    print(f"target: a ratio of at most {TARGET}")


def main() -> None:
    """Run the benchmark, or the part of it that a fresh process is for."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--world", default="city_library", help="a bundled world or a world directory")
    options.add_argument("--seed", type=int, default=0, help="drives goals and users")
    options.add_argument("--small", type=int, default=20, help="dialogues in the smaller eval")
    options.add_argument("--large", type=int, default=80, help="dialogues in the larger eval")
    options.add_argument("--repeats", type=int, default=3, help="measurements per condition; the median counts")
    options.add_argument("--measure", nargs=4, help=argparse.SUPPRESS)
    options.add_argument("--profile", nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.measure:
        condition, small, large, recorded = given.measure
        print(measure(condition, int(small), int(large), Path(recorded)))
    elif given.profile:
        profile(int(given.profile[0]), Path(given.profile[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "recording.json"
            path.write_text(json.dumps(record(given.world, given.seed, given.large, Path(folder))), "utf-8")
            compare(given.small, given.large, given.repeats, path)
            print_sessions()
            print(in_a_fresh_process("--profile", given.large // 2, path), end="")


if __name__ == "__main__":
    main()
