# mypy: disable-error-code="import-not-found, misc, untyped-decorator"
"""One harness beside Turnwise, timed in an environment of its own; peers.py runs this file and Turnwise is not imported.

    PYTHON peer_arms.py HARNESS SMALL LARGE FOLDER

The folder holds `recording.json`, as overhead.py writes it, and `world.json`: policy, database and tools. Prints, as its last
line, the marginal milliseconds of CPU per model call and the version. A harness is imported where it is used, since each
environment holds one of them.
"""

import asyncio
import gc
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

CONCURRENT = 20
READS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "airline": [
        ("get_user_details", {"user_id": "emma_kim_9957"}),
        ("get_reservation_details", {"reservation_id": "EHGLP3"}),
        ("search_direct_flight", {"origin": "JFK", "destination": "SEA", "date": "2024-05-20"}),
        ("list_all_airports", {}),
    ],
    "telecom": [
        ("get_customer_by_phone", {"phone_number": "555-123-2002"}),
        ("get_details_by_id", {"id": "L1002"}),
        ("get_bills_for_customer", {"customer_id": "C1001"}),
        ("get_data_usage", {"customer_id": "C1001", "line_id": "L1002"}),
    ],
}


class Script:
    """The recorded dialogues, in order, and how often a model was asked for them."""

    def __init__(self, folder: Path) -> None:
        _, _, users, outputs = json.loads((folder / "recording.json").read_text("utf-8"))
        self.users: dict[int, list[str]] = {int(key): said for key, said in users.items()}
        self.outputs: dict[int, list[dict[str, Any]]] = {int(key): said for key, said in outputs.items()}
        self.folder = folder
        self.asked = 0

    def spoken(self, dialogues: int) -> tuple[int, int]:
        """What agents generated and users said in the first so many dialogues."""
        return tuple(sum(len(part[number]) for number in list(part)[:dialogues]) for part in (self.outputs, self.users))  # type: ignore[return-value]


def marginal(hold: Callable[[int], None], script: Script, small: int, large: int, calls: Callable[[int], int]) -> float:
    """CPU of the larger run less that of the smaller, over the calls that the larger has more, in milliseconds."""
    gc.set_threshold(50_000, 5, 1)
    hold(1)
    script.asked = 0
    spent = []
    for dialogues in (small, large):
        started = time.process_time()
        hold(dialogues)
        spent.append(time.process_time() - started)
    if script.asked != calls(small) + calls(large):
        raise SystemExit(f"{script.asked} model calls, and {calls(small) + calls(large)} were scripted")
    return 1000 * (spent[1] - spent[0]) / (calls(large) - calls(small))


def verifiers(script: Script, small: int, large: int) -> float:
    """The recorded dialogues in a StatefulToolEnv: its tools run their statements on an SQLite copy for each dialogue."""
    import verifiers as vf

    if not hasattr(vf, "StatefulToolEnv"):
        raise SystemExit(
            f"verifiers {version('verifiers')} holds no dialogue in its own process: a harness is a program that it starts "
            "and serves over HTTP. Install verifiers<0.4, which has StatefulToolEnv"
        )
    from verifiers.types import AssistantMessage, Response, ResponseMessage, Tool, ToolCall, Usage, UserMessage

    world = json.loads((script.folder / "world.json").read_text("utf-8"))
    template = sqlite3.connect(":memory:")
    template.executescript(world["database"])
    image = template.serialize()

    class Replay(vf.Client):
        """Says what the recording says next, at once; nothing is converted, as in the replay of Inspect."""

        async def get_native_response(self, prompt: Any, *_: Any, state: Any, **__: Any) -> Any:
            script.asked += 1
            said = sum(message.role == "assistant" for message in prompt)
            return script.outputs[state["example_id"]][said]

        async def from_native_response(self, response: Any) -> Any:
            calls = [ToolCall(id=id, name=name, arguments=json.dumps(given)) for id, name, given in response["calls"]]
            message = ResponseMessage(
                content=response["content"],
                tool_calls=calls or None,
                finish_reason="tool_calls" if calls else "stop",
                is_truncated=False,
            )
            usage = Usage(prompt_tokens=100, reasoning_tokens=0, completion_tokens=10, total_tokens=110)
            return Response(id="replay", created=0, model="replay", usage=usage, message=message)

        async def to_native_prompt(self, messages: Any) -> Any:
            return messages, {}

        async def to_native_tool(self, tool: Any) -> Any:
            return tool

        async def raise_from_native_response(self, response: Any) -> None: ...

        def setup_client(self, config: Any) -> Any: ...

        async def close(self) -> None: ...

    def tool_of(tool: dict[str, Any]) -> Callable[..., str]:
        """A function that runs the statement of a tool."""

        def execute(connection: sqlite3.Connection, **given: Any) -> str:
            cursor = connection.execute(
                tool["sql"], {name: given.get(name) for name in tool["parameters"]["properties"]}
            )
            return json.dumps([dict(row) for row in cursor], ensure_ascii=False)

        execute.__name__ = tool["name"]
        return execute

    class Dialogue(vf.StatefulToolEnv):
        """The user says the next recorded message whenever the assistant called no tool."""

        async def setup_state(self, state: Any) -> Any:
            connection = sqlite3.connect(":memory:", isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.deserialize(image)
            state["connection"] = connection
            state["rest"] = script.users[state["example_id"]][1:]
            return state

        def update_tool_args(self, tool_name: str, tool_args: Any, messages: Any, state: Any, **_: Any) -> Any:
            return {**tool_args, "connection": state["connection"]}

        @vf.stop
        async def no_tools_called(self, state: Any) -> bool:
            return False

        async def env_response(self, messages: Any, state: Any, **given: Any) -> Any:
            last = messages[-1]
            assert isinstance(last, AssistantMessage)
            if last.tool_calls:
                return await super().env_response(messages, state, **given)
            answer = [UserMessage(content=state["rest"].pop(0))]
            if not state["rest"]:
                state["final_env_response"] = answer
                state.pop("connection").close()
            return answer

    rows = [
        {
            "example_id": number,
            "prompt": [{"role": "system", "content": world["policy"]}, {"role": "user", "content": said[0]}],
        }
        for number, said in script.users.items()
    ]
    env = Dialogue(tools=[], max_turns=-1, dataset=lambda: None)
    env.tool_map = {tool["name"]: tool_of(tool) for tool in world["tools"]}
    env.tool_defs = [
        Tool(**{key: tool[key] for key in ("name", "description", "parameters")}) for tool in world["tools"]
    ]
    client = Replay(object())

    def hold(dialogues: int) -> None:
        held = asyncio.run(
            env.generate(
                rows[:dialogues],
                client,
                "replay",
                max_concurrent=CONCURRENT,
                on_start=lambda *_: None,
                save_results=True,
                results_path=script.folder / f"verifiers-{time.time_ns()}",
            )
        )
        failed = [one["error"] for one in held["outputs"] if one.get("error")]
        if failed:
            raise SystemExit(f"a dialogue failed: {failed[0]}")

    return marginal(hold, script, small, large, lambda dialogues: script.spoken(dialogues)[0])


def tau2(domain: str, script: Script, small: int, large: int) -> float:
    """The tasks of a domain with their own loop, tools and scorer; who says what, and how many tools are called, is recorded."""
    from inspect_ai import eval
    from inspect_ai.dataset import MemoryDataset
    from inspect_ai.model import (
        ChatCompletionChoice,
        ChatMessageAssistant,
        ModelAPI,
        ModelOutput,
        ModelUsage,
        get_model,
        modelapi,
    )
    from inspect_ai.solver._task_state import sample_state
    from inspect_ai.tool import ToolCall
    from inspect_evals.tau2.tau2 import tau2_airline, tau2_telecom

    @modelapi(name="script")
    class Scripted(ModelAPI):
        """The agent calls reads of the domain where the recorded one called tools; the user ends as the simulator would."""

        async def generate(self, input: Any, tools: Any, tool_choice: Any, config: Any) -> ModelOutput:
            script.asked += 1
            state = sample_state()
            assert state is not None
            number = int(state.sample_id)
            said = sum(isinstance(message, ChatMessageAssistant) for message in input)
            calls: list[ToolCall] = []
            if self.model_name == "user":
                last = said == len(script.users[number]) - 1
                content = script.users[number][said] + (" ###STOP###" if last else "")
            else:
                output = script.outputs[number][said]
                content = output["content"]
                for at, (id, _, _) in enumerate(output["calls"]):
                    name, given = reads[(said + at) % len(reads)]
                    calls.append(ToolCall(id=id, function=name, arguments=given))
            message = ChatMessageAssistant(content=content, tool_calls=calls or None, source="generate")
            choice = ChatCompletionChoice(message=message, stop_reason="tool_calls" if calls else "stop")
            usage = ModelUsage(input_tokens=100, output_tokens=10, total_tokens=110)
            return ModelOutput(model="script", choices=[choice], usage=usage)

    reads = READS[domain]
    task = {"airline": tau2_airline, "telecom": tau2_telecom}[domain](shuffle=False)
    own = list(task.dataset)
    task.dataset = MemoryDataset(
        [own[at % len(own)].model_copy(update={"id": number}) for at, number in enumerate(script.users)]
    )
    agent, user = (get_model(f"script/{role}", memoize=False) for role in ("agent", "user"))

    def hold(dialogues: int) -> None:
        (log,) = eval(
            task,
            model=agent,
            model_roles={"user": user},
            limit=dialogues,
            log_dir=str(script.folder),
            display="none",
            score_display=False,
            log_realtime=False,
            log_model_api=False,
            log_buffer=100,
            max_samples=CONCURRENT,
            max_connections=CONCURRENT,
        )
        if log.status != "success":
            raise SystemExit(f"an eval ended with status {log.status}: {log.error and log.error.message}")
        events = [event for one in log.samples or [] for event in one.events]
        failed = [event.error.message for event in events if event.event == "tool" and event.error]
        if failed:
            raise SystemExit(f"a tool failed: {failed[0]}")

    return marginal(hold, script, small, large, lambda dialogues: sum(script.spoken(dialogues)))


def main() -> None:
    """Time one harness and print its cost and version."""
    name, small, large, folder = sys.argv[1:]
    arm = verifiers if name == "verifiers" else partial(tau2, name)
    cost = arm(Script(Path(folder)), int(small), int(large))
    print(json.dumps({"ms": cost, "version": version("verifiers" if name == "verifiers" else "inspect-evals")}))


if __name__ == "__main__":
    main()
