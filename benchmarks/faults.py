"""200 dialogues in which every tenth model reply is malformed: what became of each.

    python benchmarks/faults.py [--dialogues 200] [--every 10]

User and agent are served by an OpenAI-compatible endpoint on loopback, reached through Inspect's `openai/` provider.
Exits with 1 when a dialogue is lost or its ending does not follow from the replies that it got.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import cast_dialogue
from endpoint import Answer, Body, Say, Status, endpoint, model_at, shape_of
from inspect_ai import eval as inspect_eval
from inspect_ai.log import read_eval_log
from rich.console import Console
from rich.table import Table

MALFORMED: list[Answer] = [
    Say('{"user_message": "He'),
    Say(""),
    Say("Certainly! Here is what I would say."),
    Say('{"user_message": 3, "is_task_complete": "perhaps"}'),
    Say(None, refusal="I cannot help with that."),
    Say(None, calls=[("no_such_tool", '{"a": ')]),
    Say("", finish="length"),
    Status(500, "out of memory"),
]


def main() -> None:
    """Hold the dialogues, and print how each ended and which replies could not be used."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dialogues", type=int, default=200)
    options.add_argument("--every", type=int, default=10)
    options.add_argument("--user", choices=["llm", "hybrid"], default="llm")
    given = options.parse_args()
    sent: Counter[str] = Counter()
    served = 0

    def answer(body: Body, number: int) -> Answer:
        nonlocal served
        served += 1
        if served % given.every == 0:
            bad = MALFORMED[served // given.every % len(MALFORMED)]
            sent["user" if shape_of(body) else "agent"] += 1
            return bad
        return cast_dialogue.speak(body)

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, endpoint(answer) as url:
        model = model_at(url)
        (log,) = inspect_eval(
            "turnwise/user_oriented",
            task_args={"world": "city_library", "scenarios": given.dialogues, "goals": 1, "user": given.user},
            model=model,
            model_roles={"user": model},
            log_dir=folder,
            display="none",
            log_realtime=False,
            log_buffer=100,
            fail_on_error=False,
        )
        samples = read_eval_log(log.location).samples or []
    report(samples, sent, served, time.monotonic() - started)
    if len(samples) != given.dialogues or any(mislabelled(sample) for sample in samples):
        sys.exit(1)


def mislabelled(sample: Any) -> bool:
    """Whether the ending of a dialogue does not follow from its faults, or its scores not from its ending."""
    if sample.error is not None or sample.scores is None:
        return True
    ended = sample.store["DialogueLog:ended"]
    faults = [fault["role"] for fault in sample.store["DialogueLog:ledger"]["faults"]]
    unjudged = sample.scores["success"].value != sample.scores["success"].value
    blamed = {"user_fault": "user", "agent_fault": "agent"}.get(ended)
    if blamed is not None and faults[-1:] != [blamed]:
        return True
    return bool(unjudged != (ended == "user_fault")) or ended not in ("user", "turn_limit", "user_fault", "agent_fault")


def report(samples: list[Any], sent: Counter[str], served: int, seconds: float) -> None:
    """Print the endings and the faults."""
    console = Console()
    ends = Counter(
        (s.store["DialogueLog:ended"] if s.error is None else "error", "mislabelled" if mislabelled(s) else "")
        for s in samples
    )
    table = Table("Ended by", "Dialogues", "")
    for (ended, note), number in ends.most_common():
        table.add_row(ended, str(number), note)
    console.print(table)
    faults = Counter((f["role"], f["kind"]) for s in samples for f in s.store["DialogueLog:ledger"]["faults"])
    table = Table("Role", "ReplyFault", "Replies")
    for (role, kind), number in sorted(faults.items()):
        table.add_row(role, kind, str(number))
    console.print(table)
    console.print(f"{served} replies, {sum(sent.values())} malformed ({dict(sent)}), {seconds:.0f} s")


if __name__ == "__main__":
    main()
