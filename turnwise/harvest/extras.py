"""Libraries that only some commands need: imported when they are, with a sentence where they are missing."""

from importlib import import_module
from typing import Any

from turnwise.errors import HarvestError


def library(name: str, what: str, extra: str = "trainers") -> Any:
    """A library by name; where it is missing, HarvestError says what needs it and what to install."""
    try:
        return import_module(name)
    except ImportError as error:
        raise HarvestError(f"{what} needs {name}: pip install 'turnwise[{extra}]'") from error
