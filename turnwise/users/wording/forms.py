"""The sentences that a user can say: every YAML file of this folder, as one mapping."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def forms() -> dict[str, Any]:
    """What can be said, by act; no two files say the same act."""
    merged: dict[str, Any] = {}
    for file in sorted(files(__package__).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            loaded: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
            assert not merged.keys() & loaded.keys(), f"{file.name} says again {merged.keys() & loaded.keys()}"
            merged |= loaded
    return merged
