"""What the whole suite shares."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

os.environ.setdefault("INSPECT_DISPLAY", "none")
os.environ.setdefault("INSPECT_TRACE_LEVEL", "error")

# `python -m pytest` puts the checkout on the path. An egg-info there, which `pip install -e .` leaves behind, would
# hide the installation from Inspect, and `turnwise/x` would be found by no name.
sys.path[:] = [entry for entry in sys.path if Path(entry).resolve() != ROOT]
