"""Any turn of any dialogue is a new start: verified by its calls, true to the user, and blind to what came after."""

import json
import re
import shutil
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from endpoint import Body
from holding import easy, hold, role_of
from inspect_ai import eval
from inspect_ai.agent import AgentState
from inspect_ai.log import EvalLog, EvalSample, read_eval_log
from inspect_ai.model import ChatMessage, ChatMessageAssistant, ChatMessageSystem, ChatMessageTool, ChatMessageUser
from inspect_ai.solver import Generate, Solver, TaskState, solver
from test_cli import refused, turnwise
from test_simulated import SHOP

from turnwise._inspect import run_task
from turnwise.dialogue.conversation import Conversation, play
from turnwise.dialogue.inspect_adapter import InspectAgent, live_episode, write_log
from turnwise.dialogue.messages import UserMessage
from turnwise.dialogue.resume import ResumePoint, load_starts
from turnwise.dialogue.trajectory import Trajectory
from turnwise.goals.model import Call, Checkpoint, Goal, Request, Slot
from turnwise.goals.pool import GoalFile, save_goals
from turnwise.logs.scores import values_of
from turnwise.solvers.converse import make_candidate
from turnwise.synthesis.goals.followup_by_rules import compose_followup
from turnwise.synthesis.pipeline import make_goals
from turnwise.tasks.resume import resume
from turnwise.tasks.user_oriented import user_oriented
from turnwise.worlds import bundled_worlds, load_world, save_world

LIBRARY = bundled_worlds()["city_library"]

HELD = {
    "lexical user_oriented": {"scenarios": 1, "goals": 1, "difficulty": "hard", "seed": 2},
    "lexical task_oriented": {"scenarios": 3, "seed": 1},
    "oracle user_oriented": {"scenarios": 1, "seed": 2, "behaviour": "corrects_often"},
    "oracle user_oriented followup_goals": {"scenarios": 1, "goals": 1, "difficulty": "easy", "followup_goals": 2},
}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Logs of embedded dialogues, by agent and task."""
    folder = tmp_path_factory.mktemp("held")
    return {name: run_task(name.split()[1], options, name.split()[0], folder) for name, options in HELD.items()}


def branched(log: Path, folder: Path, *options: Any) -> list[ResumePoint]:
    result = turnwise("branch", log, "-o", folder / "starts.jsonl", *options)
    assert result.exit_code == 0, result.output
    assert "were made again and returned the same" in result.output or "cannot be compared" in result.output
    return load_starts(folder / "starts.jsonl")


def resumed(folder: Path, agent: str, **arguments: Any) -> list[EvalSample]:
    log = read_eval_log(str(run_task("resume", {"starts": str(folder / "starts.jsonl"), **arguments}, agent, folder)))
    assert [sample.error for sample in log.samples or [] if sample.error] == []
    return log.samples or []


def said(messages: list[ChatMessage]) -> list[Any]:
    """All that was said, called and returned, without Inspect's own ids."""
    found: list[Any] = []
    for message in messages:
        calls = message.tool_calls if isinstance(message, ChatMessageAssistant) else None
        error = message.error.message if isinstance(message, ChatMessageTool) and message.error else None
        found.append((message.role, message.text, [(c.function, c.arguments) for c in calls or []], error))
    return found


def value(sample: EvalSample, scorer: str, key: str | None = None) -> Any:
    assert sample.scores is not None
    score = sample.scores[scorer]
    return score.value if key is None else values_of(score)[key]


def record(sample: EvalSample, name: str) -> Any:
    return sample.store[f"DialogueLog:{name}"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        *((name, "agent") for name in HELD),
        ("oracle user_oriented", "user"),
        ("oracle user_oriented followup_goals", "user"),
    ],
)
def test_with_nothing_changed_every_start_goes_on_as_the_dialogue_did(
    name: str, first: str, held: dict[str, Path], tmp_path: Path
) -> None:
    whole = {sample.id: sample for sample in read_eval_log(str(held[name])).samples or []}
    starts = branched(held[name], tmp_path, "--at", "every:2", "--next", first)
    again = resumed(tmp_path, name.split()[0])
    assert len(again) == len(starts) >= 2
    for start, sample in zip(starts, again, strict=True):
        source = whole[start.source.sample_id]
        assert said(sample.messages) == said(source.messages)
        assert record(sample, "changes") == record(source, "changes")
        assert record(sample, "restored") == "replayed"
        assert value(sample, "counts", "turns") == len(source.messages) - 1 - len(start.history)
        trajectory, original = Trajectory.of(sample), Trajectory.of(source)
        assert trajectory is not None
        assert original is not None
        assert trajectory.done == original.done
        assert {g.id for g in trajectory.goals if trajectory.completed(g)} == {
            g.id for g in trajectory.goals if original.completed(g)
        }


def test_nothing_of_what_came_after_is_in_a_start(held: dict[str, Path], tmp_path: Path) -> None:
    whole = {s.id: s for s in read_eval_log(str(held["lexical user_oriented"])).samples or []}
    for start in branched(held["lexical user_oriented"], tmp_path, "--at", "every:3"):
        messages = whole[start.source.sample_id].messages[1:]
        known = start.model_dump_json(exclude={"scenario"})
        later = messages[len(start.history) :]
        before = "\n".join(message.text for message in messages[: len(start.history)])
        texts = [message.text for message in later if len(message.text) > 12 and message.text not in before]
        texts += [call.id for m in later if isinstance(m, ChatMessageAssistant) for call in m.tool_calls or []]
        assert texts
        assert not [text for text in texts if json.dumps(text)[1:-1] in known]
        assert not [word for word in ("score", "finding", "progress", "success") if f'"{word}' in known]
        assert "/" not in "".join([start.place, start.source.file])


def test_a_start_is_the_same_by_way_of_an_earlier_one(held: dict[str, Path], tmp_path: Path) -> None:
    log = held["oracle user_oriented"]
    direct = branched(log, tmp_path, "--at", "4")
    by_source = {start.source.sample_id: start for start in direct}
    branched(log, tmp_path, "--at", "2")
    samples = resumed(tmp_path, "oracle")
    went = {sample.id: sample.metadata["start"]["source"]["sample_id"] for sample in samples}
    (again,) = tmp_path.glob("*.eval")
    compared = 0
    for start in branched(again, tmp_path, "--at", "4"):
        other = by_source[went[start.source.sample_id]]
        left = {"id", "source", "history", "scenario"}
        assert start.model_dump(exclude=left) == other.model_dump(exclude=left)
        assert said(start.chat_history) == said(other.chat_history)
        assert start.scenario.model_copy(update={"id": 0}) == other.scenario.model_copy(update={"id": 0})
        compared += 1
    assert compared == len(direct) > 0


def test_a_world_changed_by_one_row_is_refused_and_the_row_named(held: dict[str, Path], tmp_path: Path) -> None:
    log = held["lexical task_oriented"]
    script = (LIBRARY / "database.sql").read_text("utf-8")
    messages = [message for sample in read_eval_log(str(log)).samples or [] for message in sample.messages]
    results = [json.loads(m.text) for m in messages if isinstance(m, ChatMessageTool) and m.error is None]
    asked = [call.arguments for m in messages if isinstance(m, ChatMessageAssistant) for call in m.tool_calls or []]
    shown = [row for result in results for row in (result if isinstance(result, list) else [result])]
    field, old = next(
        (field, text)
        for row in shown
        for field, text in row.items()
        if isinstance(text, str) and len(text) > 8 and script.count(f"'{text}'") == 1 and text not in str(asked)
    )
    shutil.copytree(LIBRARY, tmp_path / "library")
    (tmp_path / "library" / "database.sql").write_text(script.replace(f"'{old}'", "'Another'"), "utf-8")
    line = refused("branch", log, "-o", tmp_path / "x.jsonl", "--world", tmp_path / "library", "--at", "every:3")
    assert re.search(r"call \d+, \w+\(.*\), does not return what it returned: the row of \w+ with \w+ \d+: ", line)
    assert f'{field.split("_")[-1]} was "{old}", and is "Another"' in line, "it may stand in another table's row"
    assert not (tmp_path / "x.jsonl").exists()
    branched(log, tmp_path, "--at", "first")
    with pytest.raises(Exception, match="starts in the world city_library as of"):
        resume(str(tmp_path / "starts.jsonl"), world=str(tmp_path / "library"))


def test_a_changed_world_is_refused_even_where_no_call_shows_the_change(held: dict[str, Path], tmp_path: Path) -> None:
    log = held["lexical user_oriented"]
    world = tmp_path / "library"
    shutil.copytree(LIBRARY, world)
    (world / "policy.md").write_text((world / "policy.md").read_text("utf-8") + "\n- Be kind.\n", "utf-8")
    line = refused("branch", log, "-o", tmp_path / "x.jsonl", "--at", "first", "--world", world)
    assert "no call in it shows where they differ" in line


def test_a_tampered_history_stops_the_sample_at_its_first_call_that_differs(
    held: dict[str, Path], tmp_path: Path
) -> None:
    branched(held["oracle user_oriented"], tmp_path, "--at", "3")
    file = tmp_path / "starts.jsonl"
    lines = file.read_text("utf-8").splitlines()
    start = json.loads(lines[0])
    result = next(message for message in start["history"] if message["role"] == "tool")
    result["content"] = "[]"
    file.write_text("\n".join([json.dumps(start), *lines[1:]]), "utf-8")
    log = read_eval_log(str(run_task("resume", {"starts": str(file)}, "oracle", tmp_path)))
    failed = [sample for sample in log.samples or [] if sample.error]
    assert [sample.id for sample in failed] == [1]
    assert failed[0].error is not None
    assert "call 1, " in failed[0].error.message
    assert "does not return what it returned" in failed[0].error.message


def test_a_new_goal_is_composed_where_the_dialogue_stands_and_can_be_completed(
    held: dict[str, Path], tmp_path: Path
) -> None:
    starts = branched(held["lexical user_oriented"], tmp_path, "--at", "every:3", "--at", "end", "--goals", "new")
    for sample in resumed(tmp_path, "oracle"):
        start = starts[int(sample.id) - 1]
        (goal,) = start.scenario.goals
        assert goal.id not in {
            act[1][:2] for m in start.history for act in (m.get("metadata") or {}).get("dialogue_acts", [])
        }
        assert start.pursued[0]["since"] == sum(message["role"] == "tool" for message in start.history)
        assert (value(sample, "success"), value(sample, "collateral")) == (1, 0)
        assert value(sample, "completion", "assigned") == 1
        spoken = [m for m in sample.messages[1 + len(start.history) :] if isinstance(m, ChatMessageUser)]
        assert ["greet", ""] not in (spoken[0].metadata or {})["dialogue_acts"]


def test_goals_from_a_file_are_those_that_hold_where_the_dialogue_stands(held: dict[str, Path], tmp_path: Path) -> None:
    pool = make_goals(load_world("city_library"), 6, difficulty="easy", seed=5)
    save_goals(pool, tmp_path / "goals.json")
    starts = branched(held["oracle user_oriented"], tmp_path, "--at", "end", "--goals", tmp_path / "goals.json")
    assert {start.scenario.goals[0].description for start in starts} <= {goal.description for goal in pool.goals}
    assert [(value(s, "success"), value(s, "collateral")) for s in resumed(tmp_path, "oracle")] == [(1, 0)] * len(
        starts
    )


def test_a_need_for_a_tool_is_a_goal_whose_solution_uses_it(held: dict[str, Path], tmp_path: Path) -> None:
    starts = branched(held["oracle user_oriented"], tmp_path, "--at", "end", "--need", "update_member")
    for start in starts:
        assert "update_member" in [c.tool for g in start.scenario.goals for r in g.requests for c in r.solution]
    for sample in resumed(tmp_path, "oracle"):
        assert value(sample, "success") == 1
        calls = [c.function for m in sample.messages if isinstance(m, ChatMessageAssistant) for c in m.tool_calls or []]
        assert "update_member" in calls


def test_another_user_joins_and_asks_only_for_what_is_left(held: dict[str, Path], tmp_path: Path) -> None:
    seeded = branched(held["lexical user_oriented"], tmp_path, "--at", "every:3", "--seed", 9)
    assert {start.scenario.seed.split()[0] for start in seeded} == {"9"}
    starts = branched(held["lexical user_oriented"], tmp_path, "--at", "every:3", "--behaviour", "task_oriented")
    assert [start.session_seed for start in seeded] == [start.session_seed for start in starts]
    original = {s.id: s for s in read_eval_log(str(held["lexical user_oriented"])).samples or []}
    went_on = differs = 0
    for start, sample in zip(starts, resumed(tmp_path, "oracle"), strict=True):
        assert record(sample, "restored") == "joined"
        acts = [act for m in start.history for act in (m.get("metadata") or {}).get("dialogue_acts", [])]
        later = [m for m in sample.messages[1 + len(start.history) :] if isinstance(m, ChatMessageUser)]
        further = [act for m in later for act in (m.metadata or {})["dialogue_acts"]]
        if "give_up" in {kind for kind, _ in (*acts, *further)}:
            continue  # the agent before refused it
        went_on += 1
        asked = [request for kind, request in acts if kind == "request"]
        again = [request for kind, request in further if kind == "request"]
        assert not set(asked) & set(again)
        assert value(sample, "completion", "rate") == 1
        assert value(sample, "collateral") == 0
        differs += said(sample.messages) != said(original[start.source.sample_id].messages)
    assert differs == went_on >= 1


def test_starts_are_made_where_something_went_wrong(held: dict[str, Path], tmp_path: Path) -> None:
    whole = {s.id: s for s in read_eval_log(str(held["lexical task_oriented"])).samples or []}
    for start in branched(held["lexical task_oriented"], tmp_path, "--at", "failed"):
        trajectory = Trajectory.of(whole[start.source.sample_id])
        assert trajectory is not None
        assert any(request.id not in trajectory.done for goal in trajectory.goals for request in goal.requests)
        assert "give_up" not in [
            act[0] for m in start.history for act in (m.get("metadata") or {}).get("dialogue_acts", [])
        ]
    saved = [value(sample, "success") for sample in resumed(tmp_path, "oracle")]
    assert saved == [1] * len(saved)


FOREIGN: list[dict[str, Any]] = [
    {"role": "system", "content": "You are of another house."},
    {"role": "user", "content": "Where is Old Town?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "get_branch", "arguments": '{"branch_id": 2}'}}
        ],
    },
    {
        "role": "tool",
        "tool_call_id": "c1",
        "content": '{"branch_id": 2, "name": "Old Town", "street_address": "41 Minster Street", '
        '"phone_number": "01632 960020", "opening_year": 1904}',
    },
    {"role": "assistant", "content": "41 Minster Street."},
]


def foreign(folder: Path, *dialogues: list[dict[str, Any]]) -> Path:
    file = folder / "foreign.jsonl"
    file.write_text("\n".join(json.dumps({"messages": messages}) for messages in dialogues), "utf-8")
    return file


def test_a_foreign_dialogue_goes_on_where_its_results_are_the_worlds(tmp_path: Path) -> None:
    talk = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Yes?"}]
    wrong = [{**m, "content": (m["content"] or "").replace("Minster Street", "Minster Road")} for m in FOREIGN]
    unanswered = [message for message in FOREIGN if message["role"] != "tool"]
    unknown = json.loads(json.dumps(FOREIGN).replace("get_branch", "teleport"))
    file = foreign(tmp_path, FOREIGN, talk, wrong, unanswered, unknown)
    result = turnwise(
        *("branch", file, "-o", tmp_path / "starts.jsonl"), "--at", "end", "--goals", "new", "--world", "city_library"
    )
    assert result.exit_code == 0, result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith("Left out: ")]
    assert len(lines) == 3
    assert (
        "dialogue 3: call 1, get_branch(branch_id=2), does not return what it returned: the row of branches" in lines[0]
    )
    assert "dialogue 4: a call has no result: get_branch" in lines[1]
    assert "dialogue 5: call 1 is of teleport, and city_library has no such tool" in lines[2]
    samples = resumed(tmp_path, "oracle")
    assert [(value(s, "success"), value(s, "collateral")) for s in samples] == [(1, 0)] * 2
    assert samples[0].messages[0].text.startswith(load_world("city_library").policy)
    assert [m.text for m in samples[0].messages[1:5]] == [m["content"] or "" for m in FOREIGN[1:]]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--at", "soon"), "--at soon: it takes every:N, first, finding, failed, end or the number of a user turn"),
        (("--at", "end", "--next", "agent"), "after the last reply the user speaks"),
        (("--at", "2", "--goals", "new", "--seed", 3), "--goals and --seed were given: one thing is changed at a time"),
        (("--at", "2", "--need", "teleport"), "--need teleport: city_library has no such tool"),
        (("--at", "99"), "no dialogue comes to such a turn"),
        (("--at", "2", "--goals", "nowhere.json"), "nowhere.json cannot be read as goals"),
        (("--at", "2", "--behaviour", "rude"), "rude is neither a behaviour"),
        (("--at", "2", "--world", "atlantis"), "atlantis is not a world"),
    ],
)
def test_what_cannot_be_branched_is_said_in_one_line(
    options: tuple[Any, ...], sentence: str, held: dict[str, Path], tmp_path: Path
) -> None:
    line = refused("branch", held["lexical user_oriented"], "-o", tmp_path / "starts.jsonl", *options)
    assert sentence in line
    assert not (tmp_path / "starts.jsonl").exists()


def test_inputs_of_other_kinds_are_refused_in_one_line(held: dict[str, Path], tmp_path: Path) -> None:
    out = ("-o", tmp_path / "starts.jsonl", "--at", "2")
    assert "several behaviours (task_oriented, user_oriented)" in refused(
        "branch", held["lexical user_oriented"], held["lexical task_oriented"], *out
    )
    file = foreign(tmp_path, FOREIGN)
    assert "name the world in which they continue with --world DIR" in refused("branch", file, *out)
    assert "say what is wanted from there on with --goals" in refused("branch", file, *out, "--world", "city_library")
    half = tmp_path / "half.eval"
    half.write_bytes(held["lexical user_oriented"].read_bytes()[:5000])
    assert "cannot be read as an Inspect log" in refused("branch", half, *out)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "cannot be read as starts"),
        ("", "holds no starts"),
        ("{}", "line 1 is not a start: id"),
        ("x", "not a start"),
    ],
)
def test_a_file_that_holds_no_starts_is_refused_in_one_line(text: str | None, sentence: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "starts.jsonl").write_text(text, "utf-8")
    with pytest.raises(Exception, match=sentence) as raised:
        run_task("resume", {"starts": str(tmp_path / "starts.jsonl")}, "oracle", tmp_path)
    assert len(str(raised.value).splitlines()) == 1


def shop_goals(folder: Path) -> Path:
    """Goals in a shop whose tools are simulated."""
    goals = []
    for number, order in enumerate((41, 52), 1):
        requests = tuple(
            Request(
                id=f"g{number}r{place}",
                intent="ask",
                slots=(Slot(label="order", value=order),),
                phrases={"question": f"{words} order {order}?"},
                solution=(Call(tool=tool, arguments={"order_id": order}),),
                checkpoint=Checkpoint(calls=(Call(tool=tool, arguments={"order_id": order}),)),
            )
            for place, (tool, words) in enumerate((("get_order", "What is"), ("cancel_order", "Can you cancel")), 1)
        )
        goals.append(
            Goal(id=f"g{number}", difficulty="easy", description=f"Order {order}.", requests=requests, shape=str(order))
        )
    save_goals(GoalFile(world=SHOP.name, world_hash=SHOP.hash, goals=tuple(goals)), folder / "goals.json")
    save_world(SHOP, folder / "shop")
    return folder / "goals.json"


def test_results_that_rules_made_up_are_made_up_again(tmp_path: Path) -> None:
    goals = shop_goals(tmp_path)
    arguments = {"world": str(tmp_path / "shop"), "goal_file": str(goals), "scenarios": 1, "goals": 2}
    log = run_task("user_oriented", arguments, "oracle", tmp_path)
    (whole,) = read_eval_log(str(log)).samples or []
    starts = branched(log, tmp_path, "--at", "every:2")
    for sample in resumed(tmp_path, "oracle"):
        assert said(sample.messages) == said(whole.messages)
        assert record(sample, "tools") == "simulated by rules"
        assert value(sample, "success") == 1
    assert starts
    branched(log, tmp_path, "--at", "end", "--goals", goals)
    (sample,) = resumed(tmp_path, "oracle")
    assert value(sample, "completion", "completed") == 1


@pytest.mark.parametrize("user", ["llm", "hybrid"])
def test_a_model_that_plays_the_user_reads_its_own_past(user: Any, tmp_path: Path) -> None:
    def chats(run: Callable[[list[Body]], EvalLog]) -> tuple[EvalLog, list[list[Any]]]:
        received: list[Body] = []
        log = run(received)
        bodies = [body["messages"] for body in received if role_of(body) == "user"]
        return log, [[(m["role"], _content(m["content"])) for m in messages] for messages in bodies]

    log, first = chats(lambda got: hold(tmp_path, easy(user=user, seed=3), received=got))
    branched(Path(log.location), tmp_path, "--at", "2")
    again, later = chats(lambda got: hold(tmp_path, resume(str(tmp_path / "starts.jsonl"), user=user), received=got))
    assert len(first) > 2
    # The last of them holds what the assistant answers after the branch, which is its own affair.
    assert later[0][:-1] == first[2][:-1], "up to its third message, the model of the user reads the same"
    (other,) = again.samples or []
    assert record(other, "restored") == ("replayed" if user == "hybrid" else "joined")


def _content(text: str) -> Any:
    """What a message holds; a reply in JSON as its value, however it was spaced."""
    try:
        return json.loads(text)
    except ValueError:
        return text


class AddsAGoal(InspectAgent):
    """An agent after whose answer a goal is added when all was done, composed where the dialogue stands."""

    async def answer(self, said: UserMessage, conversation: Conversation) -> None:
        await super().answer(said, conversation)
        state, session = conversation.state, self._episode.backend.session
        if {request.id for goal in state.goals for request in goal.requests} == state.done and len(state.goals) == 1:
            assert session is not None
            goal = compose_followup(session, state.goals, difficulty="medium", seed="1").goal
            conversation.take_stock()
            self._episode.user.begin_goal_phase(conversation, [goal])


@solver
def going_on() -> Solver:
    """The oracle, in dialogues to which a goal is added on the way."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        episode = live_episode(state)
        oracle = make_candidate("turnwise/oracle", episode, {}, AsyncExitStack(), (state, generate))
        agent = AddsAGoal(episode, AgentState(messages=state.messages), oracle)
        await play(episode.conversation, episode.user, agent)
        agent.tell(episode.conversation)
        state.messages = agent.record
        write_log(episode)
        return state

    return solve


def test_a_goal_that_is_added_on_the_way_counts_from_where_it_was_added(tmp_path: Path) -> None:
    task = user_oriented(scenarios=1, goals=1, difficulty="easy")
    (log,) = eval(task, model="none", solver=going_on(), log_dir=str(tmp_path), display="none", log_realtime=False)
    whole = {sample.id: sample for sample in log.samples or []}
    for sample in whole.values():
        assert (value(sample, "success"), value(sample, "collateral")) == (1, 0)
        assert value(sample, "completion", "completed") == 2
        first, second = record(sample, "goal_phases")
        assert (first["since"], first["goals"], second["goals"]) == (0, ["g1"], ["g2"])
        assert second["since"] > 0
        assert [goal["id"] for goal in record(sample, "added")] == ["g2"]
    starts = branched(Path(log.location), tmp_path, "--at", "4")
    assert starts
    for start, sample in zip(starts, resumed(tmp_path, "oracle"), strict=True):
        assert len(start.pursued) == 2
        assert said(sample.messages) == said(whole[start.source.sample_id].messages)
        assert value(sample, "success") == 1


def test_continuations_of_one_start_share_their_prefix(held: dict[str, Path], tmp_path: Path) -> None:
    starts = branched(held["oracle user_oriented"], tmp_path, "--at", "2")
    one, other = resumed(tmp_path, "oracle"), resumed(tmp_path, "silent")
    for start, first, second in zip(starts, one, other, strict=True):
        offset = 1 + len(start.history)
        prefix = [[m.model_dump() for m in sample.messages[:offset]] for sample in (first, second)]
        assert prefix[0][1:] == prefix[1][1:]
        assert isinstance(first.messages[0], ChatMessageSystem)
        assert value(first, "completion", "rate") > value(second, "completion", "rate")
