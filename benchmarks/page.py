"""How long the page of many dialogues takes, how large it is and what memory it needs.

    python benchmarks/page.py LOGS [DIALOGUES]

The dialogues of some logs are taken as often as it takes to have so many, as scenarios of their own. Where they are few,
a pack of the page holds some of them twice, and a page of as many different dialogues is larger.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from turnwise.logs.read import find_logs
from turnwise.logs.runs import read_runs
from turnwise.report.page.page import write_page


def main(folder: str, wanted: int) -> None:
    """Write the page and print what it took."""
    begun = time.monotonic()
    runs = read_runs(find_logs([folder])).runs
    held = sum(len(run.dialogues) for run in runs)
    many = [
        replace(run, dialogues=tuple(replace(d, scenario=f"{d.scenario}/{copy}") for d in run.dialogues))
        for copy in range(-(-wanted // held))
        for run in runs
    ]
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "page.html"
        write_page(many, page)
        size = page.stat().st_size / 1e6
    seconds, memory = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    dialogues = sum(len(run.dialogues) for run in many)
    print(f"{dialogues:,} dialogues: {seconds:.1f} s, {size:.2f} MB, {memory:.0f} MB of memory")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
