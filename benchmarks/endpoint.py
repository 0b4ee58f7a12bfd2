"""What a model call costs through a real client: CPU per call and calls per second, over an endpoint on loopback.

    python benchmarks/endpoint.py

One run records dialogues once; then a server in its own process says what was recorded, each reply after a latency, and
the same dialogues are held over it by each client, in a bare Inspect loop and in Turnwise. See README.md beside this file.
"""

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

os.environ["INSPECT_TRACE_LEVEL"] = "error"  # read when Inspect is imported

from inspect_ai import eval
from inspect_ai.log import EvalLog
from inspect_ai.model import Model, get_model

from benchmarks.loopback import WRITTEN
from benchmarks.overhead import Recording, bare_task, record, turnwise_task
from turnwise._inspect import QUIET

CLIENTS = {
    "openai": ("openai/gpt-4o-mini", {"responses_api": False}),
    "openai-api": ("openai-api/loopback/gpt-4o-mini", {}),
    "turnwise/chat": ("turnwise/chat/gpt-4o-mini", {}),
}
LOOPS = {"bare": "bare Inspect loop", "turnwise": "Turnwise, scored"}
TARGET_MS = 8.0


class Spent(NamedTuple):
    """What one process spent on some dialogues."""

    cpu: float
    """seconds, of all threads"""
    calls: int
    memory: float
    """MB at most"""


@contextmanager
def served(recording: Path, latency: float) -> Iterator[str]:
    """The base URL of a server of these dialogues."""
    command = [sys.executable, str(Path(__file__).with_name("loopback.py")), str(recording), str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.stdin.close()


def client(name: str, url: str) -> Model:
    """The model behind a server, reached through a client."""
    model, options = CLIENTS[name]
    return get_model(model, base_url=f"{url}/v1", api_key="none", memoize=False, **options)


def hold(loop: str, name: str, urls: Sequence[str], recording: Path, slots: int, copies: int) -> Spent:
    """Hold the recorded dialogues over a server, `copies` times, so many at a time; a second server plays their users."""
    gc.set_threshold(50_000, 5, 1)
    recorded = Recording.read(recording)
    task = bare_task(recorded) if loop == "bare" else turnwise_task(recorded.world, recorded.seed, len(recorded.users))
    about: dict[str, Any] = {**QUIET, "max_samples": slots, "max_connections": slots, "log_dir": str(recording.parent)}
    about["score"] = loop != "bare"

    def held(**more: Any) -> EvalLog:
        roles = {"user": client(name, urls[1])} if urls[1:] else {}
        (log,) = eval(task, model=client(name, urls[0]), model_roles=roles, **about, **more)
        return log

    held(limit=1)  # the first eval also imports and compiles
    started = time.process_time()
    log = held(epochs=copies)
    cpu = time.process_time() - started
    if log.status != "success":
        raise SystemExit(f"{loop} through {name} ended with status {log.status}: {log.error and log.error.message}")
    calls = sum(usage.output_tokens for usage in log.stats.model_usage.values()) // WRITTEN
    return Spent(cpu, calls, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def moments(url: str) -> list[tuple[float, str]]:
    """When requests reached a server, and which of them began a dialogue with the agent or with the user."""
    with urllib.request.urlopen(f"{url}/moments") as answer:
        found: list[tuple[float, str]] = json.load(answer)
    return found


def share(seen: list[tuple[float, str]], slots: int, latency: float) -> tuple[float, float, float]:
    """Calls per second while all slots were taken; their share of what would be without any CPU; that of the whole run."""
    opening = "user" if any(began == "user" for _, began in seen) else "agent"
    firsts = [moment for moment, began in seen if began == opening]
    begun, last = firsts[min(slots, len(firsts) - 1)], firsts[-1]
    whole = len(seen) * latency / slots / (seen[-1][0] + latency - seen[0][0])
    if last - begun < 2 * latency:
        return float("nan"), float("nan"), whole
    rate = sum(begun <= moment < last for moment, _ in seen) / (last - begun)
    return rate, rate * latency / slots, whole


def measure(loop: str, name: str, given: argparse.Namespace, recording: Path, processes: int, latency: float) -> None:
    """Hold the dialogues in fresh processes at the same time, and print a line."""
    with ExitStack() as servers:
        urls = [servers.enter_context(served(recording, latency)) for _ in range(max(1, given.endpoints))]
        asked = [*urls, urls[0]][:2] if given.user == "model" else urls[:1]
        own = [sys.executable, "-m", "benchmarks.endpoint", "--hold", loop, name, ",".join(asked), str(recording)]
        command = [*own, "--slots", str(given.slots), "--copies", str(given.copies)]
        root = Path(__file__).parents[1]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(processes)]
        lines = [process.communicate()[0] for process in running]
        if any(process.returncode for process in running):
            raise SystemExit(f"{loop} through {name} failed")
        seen = sorted((moment, began) for url in urls for moment, began in moments(url))
    spent = [Spent(*json.loads(line)) for line in lines]
    calls = sum(one.calls for one in spent)
    rate, of_ideal, whole = share(seen[len(seen) - calls :], given.slots * processes, latency)
    each = 1000 * sum(one.cpu for one in spent) / calls
    memory = max(one.memory for one in spent)
    print(
        f"{LOOPS[loop]:<20}{name:<16}{processes:>9}{latency:>9}{each:>13.2f}{rate:>10.0f}{of_ideal:>10.0%}{whole:>8.0%}{memory:>9.0f}",
        flush=True,
    )


def main() -> None:
    """Run the benchmark, or the part of it that a fresh process is for."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--world", default="city_library", help="a bundled world or a world directory")
    options.add_argument("--seed", type=int, default=0, help="drives goals and users")
    options.add_argument("--dialogues", type=int, default=60, help="different ones")
    options.add_argument("--copies", type=int, default=2, help="how often each is held")
    options.add_argument("--slots", type=int, default=50, help="held at a time, by each process")
    options.add_argument("--latency", type=float, nargs="*", default=[1.0, 0.2], help="seconds before each reply")
    options.add_argument("--clients", nargs="*", default=["openai", "turnwise/chat"], choices=CLIENTS)
    options.add_argument("--loops", nargs="*", default=list(LOOPS), choices=LOOPS)
    options.add_argument("--processes", type=int, nargs="*", default=[1, 2], help="at the same time")
    options.add_argument("--user", default="rules", choices=["rules", "model"], help="who plays the user of Turnwise")
    options.add_argument("--endpoints", type=int, default=1, choices=[1, 2], help="2: one for agents, one for users")
    options.add_argument("--hold", nargs=4, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.hold:
        loop, name, urls, recorded = given.hold
        print(json.dumps(hold(loop, name, urls.split(","), Path(recorded), given.slots, given.copies)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.json"
        path.write_text(json.dumps(record(given.world, given.seed, given.dialogues, Path(folder))), "utf-8")
        recording = Recording.read(path)
        calls = recording.calls(given.dialogues) * given.copies
        users = "rules" if given.user == "rules" else f"a model, {given.endpoints} endpoints"
        print(
            f"{given.world}: {given.dialogues * given.copies} dialogues, {calls} calls of the agent, {given.slots} slots, users: {users}\n"
        )
        print(
            f"{'loop':<20}{'client':<16}{'processes':>9}{'latency':>9}{'ms per call':>13}{'calls/s':>10}{'of ideal':>10}{'whole':>8}{'MB':>9}"
        )
        for latency in given.latency:
            for processes in given.processes:
                for name in given.clients:
                    for loop in given.loops:
                        measure(loop, name, given, path, processes, latency)
    print(f"target: Turnwise through turnwise/chat, at most {TARGET_MS:.0f} ms of CPU per call")


if __name__ == "__main__":
    main()
