"""What tells the dialogues of a log from those of others: by it logs are chosen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from turnwise.errors import LogError, did_you_mean
from turnwise.logs.read import LogInfo, read_info


def chosen(paths: Sequence[Path], only: Mapping[str, str]) -> list[Path]:
    """The logs whose conditions are these; one that cannot be read stays, for whoever reads it says so.

    Args:
        only: by task, behaviour, agent, world or user, the name that it has to have.

    Raises:
        LogError: a condition is none, or no log has them.
    """
    if not only:
        return list(paths)
    if unknown := [name for name in only if name not in CONDITIONS]:
        known = did_you_mean(unknown[0], CONDITIONS, f"it takes {', '.join(CONDITIONS)}")
        raise LogError(f"--only {unknown[0]}: {known}")
    kept: list[Path] = []
    seen: dict[str, set[str]] = {name: set() for name in only}
    for path in paths:
        try:
            info = read_info(path)
            if info.kind not in ("ours", "imported"):
                continue
            conditions = conditions_of(info)
        except LogError:
            kept.append(path)
            continue
        for name in only:
            seen[name].add(conditions[name])
        if all(conditions[name] == wanted for name, wanted in only.items()):
            kept.append(path)
    if not kept:
        name = next(iter(only))
        raise LogError(f"no log has {name}={only[name]}: there are {', '.join(sorted(seen[name])) or 'no dialogues'}")
    return kept


CONDITIONS = ("task", "behaviour", "agent", "world", "user")


def conditions_of(info: LogInfo) -> dict[str, str]:
    """What tells the dialogues of a log from those of others, by the names of CONDITIONS."""
    behaviour = str(info.about.get("behaviour") or info.task)
    return dict(zip(CONDITIONS, (info.task, behaviour, info.candidate, info.world, info.user), strict=True))
