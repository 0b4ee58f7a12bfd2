"""Skipping without importing: a worker collects every module, and imports what only a few of them use when it gets there."""

from importlib.util import find_spec

import pytest


def needs(module: str, reason: str) -> None:
    """Skip the rest of this module where another is not installed."""
    if find_spec(module) is None:
        pytest.skip(reason, allow_module_level=True)
