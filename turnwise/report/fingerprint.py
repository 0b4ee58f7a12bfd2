"""The fingerprint of users as a person reads it: their features beside a reference, and how alike they are."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from turnwise.errors import TurnwiseError
from turnwise.files import atomic_write
from turnwise.logs.user_turns import Player, Turns
from turnwise.report.tables import plain_table
from turnwise.users.discriminator import discriminate
from turnwise.users.fingerprint import FEATURES, GROUPS, NO_RATES, Fingerprint, features, fingerprint, likeness
from turnwise.users.people import Reference
from turnwise.values.text import says_something

_TELLING = 3
"""features that are named as the most telling"""


def print_fingerprint(
    console: Console, players: Mapping[Player, Sequence[Turns]], reference: Reference, said: Sequence[Turns] | None
) -> None:
    """Print the features of every kind of user beside a reference, the likeness, and where there is text the AUC."""
    prints = {player: fingerprint(turns) for player, turns in players.items()}
    counts = "" if reference.dialogues is None else f", {reference.dialogues:,} dialogues"
    console.print(Text(f"How they talk, beside {reference.name} ({reference.source}{counts})", style="bold"))
    table = plain_table("Feature", *map(_name, prints), reference.name)
    for group, names in GROUPS.items():
        for name in names:
            cells = [_shown(name, each.means) for each in prints.values()]
            table.add_row(name.replace("_", " "), *cells, _shown(name, reference.means), end_section=name == names[-1])
        scores = [likeness(each.means, reference.means).groups.get(group) for each in prints.values()]
        table.add_row(
            Text(f"{group.replace('_', ' ')}: likeness", style="bold"), *map(_score, scores), "", end_section=True
        )
    whole = [likeness(each.means, reference.means) for each in prints.values()]
    table.add_row(Text("likeness", style="bold"), *(_score(found.mean) for found in whole), "")
    table.add_row(
        "dialogues", *(f"{each.dialogues:,}" for each in prints.values()), counts.strip(", ").partition(" ")[0]
    )
    console.print(table)
    covered = max((found.covered for found in whole), key=len, default=())
    note = f"Likeness: Dice 2 min / (sum) of each feature, averaged by group, x 100. {len(covered)} of {len(FEATURES)} features are compared."
    console.print(Text(note, style="dim"))
    for player, turns in players.items() if said is not None else ():
        console.print(Text(f"{_name(player)}: {_told_apart(turns, said or ())}"))


def fingerprint_json(players: Mapping[Player, Sequence[Turns]]) -> dict[str, Any]:
    """The means over all dialogues, and those of each kind of user, in the form of a reference."""
    whole = fingerprint([turns for told in players.values() for turns in told])
    users = [{**player._asdict(), **_dump(fingerprint(turns))} for player, turns in players.items()]
    return {"source": "turnwise health", **_dump(whole), "users": users}


def write_fingerprint(players: Mapping[Player, Sequence[Turns]], file: Path) -> None:
    with atomic_write(file) as out:
        json.dump(fingerprint_json(players), out, indent=2)
        out.write("\n")


def _dump(found: Fingerprint) -> dict[str, Any]:
    return {"dialogues": found.dialogues, "features": {name: round(value, 6) for name, value in found.means.items()}}


def _told_apart(ours: Sequence[Turns], theirs: Sequence[Turns]) -> str:
    """Whether a classifier tells users apart from those of a reference, in a sentence."""
    sides = [[features(turns) for turns in side if any(map(says_something, turns))] for side in (ours, theirs)]
    try:
        found = discriminate(*sides)
    except TurnwiseError as error:
        return f"AUC not known: {error}."
    by = ", ".join(f"{name.replace('_', ' ')} {share:.2f}" for name, share in found.by[:_TELLING])
    return f"a classifier tells them from the reference at AUC {found.auc:.2f} (0.5: not at all), most by {by}."


def _name(player: Player) -> str:
    return " ".join(filter(None, player)) or "imported"


def _shown(feature: str, means: Mapping[str, float]) -> str:
    if feature not in means:
        return "-"
    return f"{means[feature]:.2f}" if feature in NO_RATES else f"{means[feature]:.1%}"


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
