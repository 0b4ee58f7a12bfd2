"""What the whole suite shares."""

import os
import sys
from pathlib import Path

import inspect_ai.model._retry
import rich.live
import tenacity
from hypothesis import settings

ROOT = Path(__file__).parents[1]

os.environ.setdefault("INSPECT_DISPLAY", "none")
os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

# `python -m pytest` puts the checkout on the path. An egg-info there, which `pip install -e .` leaves behind, would
# hide the installation from Inspect, and `turnwise/x` would be found by no name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != ROOT]

# A test that fails must fail for everybody, so the suite draws the same examples each time; `make fuzz` draws new ones.
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("fuzz", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("ci")

# Inspect draws its table of tasks at the end of every eval, even where it is told to show none.
rich.live.Live.refresh = lambda self: None  # type: ignore[method-assign]

# Inspect waits three to six seconds before it first asks a server again; one on loopback needs no such rest.
inspect_ai.model._retry.wait_exponential_jitter = lambda **_: tenacity.wait_fixed(0.05)  # type: ignore[attr-defined]
