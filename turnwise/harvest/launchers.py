"""Who runs shards, and where: processes of this machine, a Ray cluster, or Slurm.

A launcher takes orders, calls `tick` now and then, and returns why orders failed, by their place; one that is not named
is held. A process that dies costs no other.
"""

import fcntl
import json
import logging
import os
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import chdir, suppress
from pathlib import Path
from typing import IO

from turnwise.errors import HarvestError
from turnwise.harvest.shards import Order, hold
from turnwise.secrets import hidden

Failures = dict[int, str]
Launcher = Callable[[Sequence[Order], int, Callable[[], None]], Failures]
_SHARD = (sys.executable, "-P", "-m", "turnwise.harvest.shards")
"""-P: a folder `turnwise` where the command is given, such as a checkout, is not the installation"""
_PAUSE = 0.2
_PATIENCE = 60.0


def local(orders: Sequence[Order], processes: int, tick: Callable[[], None]) -> Failures:
    """At most so many processes of this machine at a time, one for each order."""
    if not orders:
        return {}
    waiting, failed = list(enumerate(orders)), dict[int, str]()
    running: dict[int, tuple[subprocess.Popen[str], IO[str]]] = {}
    under_way = os.open(Path(orders[0].status).parent, os.O_RDONLY)
    fcntl.flock(under_way, fcntl.LOCK_SH)  # the processes inherit it, and hold it when this one is killed
    try:
        while waiting or running:
            while waiting and len(running) < processes:
                place, order = waiting.pop(0)
                errors: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115
                started = subprocess.Popen(
                    [*_SHARD, "-", str(os.getpid())],
                    pass_fds=(under_way,), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, text=True,
                    start_new_session=True,  # Ctrl-C in a terminal is for this process, which passes it on
                )  # fmt: skip
                assert started.stdin is not None
                with suppress(BrokenPipeError), started.stdin as channel:
                    json.dump(order.dump(), channel)  # not as an argument, which others could read: it may hold keys
                running[place] = started, errors
            tick()
            time.sleep(_PAUSE)
            for place, (process, said) in list(running.items()):
                if (code := process.poll()) is not None:
                    del running[place]
                    if code:
                        said.seek(0)
                        lines = said.read().strip().splitlines()
                        failed[place] = hidden(lines[-1] if lines else f"its process ended with {code}")
                    said.close()
    finally:
        for process, _ in running.values():  # interrupted: each ends its log
            process.send_signal(2)
        for process, _ in running.values():
            process.wait()
        os.close(under_way)
    return failed


def wait_for_others(folder: Path) -> None:
    """Wait until the shards of a killed process, which tell in this folder how far they are, have ended too.

    Raises:
        HarvestError: they have not in a minute.
    """
    until = time.monotonic() + _PATIENCE
    number = os.open(folder, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise HarvestError(
                        f"shards of an earlier command are still held ({folder}): wait until they have ended"
                    ) from error
                time.sleep(_PAUSE)
    finally:
        os.close(number)


def on_ray(orders: Sequence[Order], processes: int, tick: Callable[[], None]) -> Failures:
    """Tasks of a Ray cluster: the one that is connected or named by RAY_ADDRESS, else one of this machine."""
    try:
        import ray
    except ImportError as error:
        raise HarvestError("the launcher ray needs Ray: pip install 'turnwise[ray]'") from error
    if not ray.is_initialized():
        with chdir(tempfile.gettempdir()):  # where it is called, its workers look for modules first
            ray.init(num_cpus=None if _cluster_named() else processes, log_to_driver=False, logging_level=logging.ERROR)
    remote = ray.remote(max_retries=0, max_calls=1, num_cpus=1)(hold)  # one eval for each process
    running = {remote.remote(order.dump()): place for place, order in enumerate(orders)}
    failed: Failures = {}
    try:
        while running:
            tick()
            done, _ = ray.wait(list(running), timeout=_PAUSE)
            for one in done:
                place = running.pop(one)
                try:
                    ray.get(one)
                except Exception as error:  # whatever became of its node, its process or itself
                    failed[place] = hidden(str(error).strip().splitlines()[-1])
    finally:
        for one in running:
            ray.cancel(one)
    return failed


def _cluster_named() -> bool:
    return bool(os.environ.get("RAY_ADDRESS"))


def slurm_script(orders: Sequence[Order], processes: int, folder: Path) -> str:
    """An array script that holds the orders, which are written beside it; it is submitted by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, order in enumerate(orders):
        raw = json.dumps(order.dump())
        if hidden(raw) != raw:
            raise HarvestError("the plan holds keys, and orders for Slurm are files: give keys by the environment")
        (folder / f"{number}.json").write_text(raw, "utf-8")
    shard, place = shlex.join(_SHARD), shlex.quote(str(folder.resolve()))
    return (
        f"#!/bin/sh\n#SBATCH --job-name=turnwise\n#SBATCH --array=0-{len(orders) - 1}%{processes}\n"
        f"#SBATCH --cpus-per-task=1\n#SBATCH --output={place}/%a.out\n"
        f'exec {shard} {place}/"$SLURM_ARRAY_TASK_ID".json\n'
    )


LAUNCHERS: dict[str, Launcher] = {"local": local, "ray": on_ray}
