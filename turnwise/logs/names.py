"""What those are called who answered in a log: the same agent has several names there, by the way it was started."""

from pathlib import Path


def no_model(name: str) -> bool:
    """Whether a name in a log stands for no model."""
    return name in ("none", "none/none") or name.startswith("turnwise/agent:")


def plain(name: str) -> str:
    """A name as a person gives it: without the file and the package."""
    return name.rsplit("@", 1)[-1].removeprefix("turnwise/")


def who(name: str) -> str:
    """What an agent is called: of a person's own file it is the file's name that tells it from others."""
    file, _, made = name.rpartition("@")
    path = Path(file)
    if path.suffix != ".py" or path.parent.name == "solvers":
        return plain(name) if path.suffix == ".py" else name.removeprefix("turnwise/")
    return path.stem if made in (path.stem, "agent") else f"{path.stem}@{made}"
