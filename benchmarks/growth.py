"""Does time grow with the number of dialogues, and nothing else with it?

    python benchmarks/growth.py [--sizes 100,1000,10000] [--shard 500]

For each size the baseline made of rules holds so many dialogues in shards, one process after the other, and the logs are
compared and harvested, each in a process of its own. Printed are CPU seconds, the memory of the largest process, and
the bytes of a log. Exits with 1 where the last size takes more than 1.3 times the CPU per dialogue of the first.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

SHARD = """
import sys
from turnwise._inspect import run_task
seed, size, place = sys.argv[1:]
run_task("user_oriented", {"world": "city_library", "scenarios": int(size), "seed": int(seed)}, "lexical", place)
"""
MOST_GROWTH = 1.3


def spent(command: list[str]) -> tuple[float, float]:
    """CPU seconds of a command, and the megabytes that it held at most."""
    number = os.fork()
    if not number:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        os._exit(done.returncode)
    _, status, used = os.wait4(number, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{' '.join(command[:4])} ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Hold, compare and harvest each size."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="100,1000,10000")
    options.add_argument("--shard", type=int, default=500)
    given = options.parse_args()
    table = Table(
        "Dialogues", "ms CPU each: held", "compared", "harvested", "MB: a shard", "compare", "harvest", "KB of log each"
    )
    each = []
    for size in map(int, given.sizes.split(",")):
        with tempfile.TemporaryDirectory() as place:
            held, largest = 0.0, 0.0
            for seed, first in enumerate(range(0, size, given.shard)):
                part = min(given.shard, size - first)
                seconds, memory = spent([sys.executable, "-P", "-c", SHARD, str(seed), str(part), f"{place}/logs"])
                held, largest = held + seconds, max(largest, memory)
            turnwise = [sys.executable, "-P", "-m", "turnwise"]
            compared, compare_memory = spent([*turnwise, "compare", f"{place}/logs"])
            harvested, harvest_memory = spent([*turnwise, "harvest", f"{place}/logs", "-o", f"{place}/made", "--force"])
            stored = sum(path.stat().st_size for path in Path(place, "logs").iterdir()) / size / 1024
            each.append((held + compared + harvested) / size)
            costs = (f"{1000 * seconds / size:.1f}" for seconds in (held, compared, harvested))
            table.add_row(
                f"{size:,}",
                *costs,
                *(f"{one:,.0f}" for one in (largest, compare_memory, harvest_memory)),
                f"{stored:.1f}",
            )
    Console(width=120).print(table)
    print(f"The last size takes {each[-1] / each[0]:.2f} times the CPU per dialogue of the first")
    sys.exit(each[-1] > MOST_GROWTH * each[0])


if __name__ == "__main__":
    main()
