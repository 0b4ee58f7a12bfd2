"""The dataset card of an archive: what it is, how it was made and by which models, its numbers, filters and limits.

It is written from what lies in the folder: `funnel.json`, and the columns of the parquet files that hold no dialogue.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from turnwise.errors import HarvestError
from turnwise.harvest.archive import SCHEMA
from turnwise.harvest.extras import library
from turnwise.harvest.parquet import parquet_rows

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGEST = "1M<n<10M"

_BODY = """\
# Dialogues with tools, harvested by Turnwise

{{ dialogues }} dialogues of a simulated person with an agent that calls tools ({{ splits }}), selected from
{{ went_in }} by the scores of their interaction.

## How it was made

[Turnwise](https://pypi.org/project/turnwise/) {{ versions }} held the dialogues: a user who follows goals, an agent, and
tools that run on the world's data. Success was judged by what changed in that data and by what the user was told.

{{ models }}

{{ worlds }}

## What was selected

{{ funnel }}

{{ profile }}

## The rows

`messages` are as OpenAI's API has them, with `arguments` as JSON in a string; `tools`, `scores` and `provenance` are
JSON in strings too. `train` says whether a model should learn to write a message, `turn_quality` how good it is.

    import datasets
    rows = datasets.load_dataset("{{ folder }}")

Trainers differ in what they read, most of them silently: `turnwise harvest export` writes each one's own format, and
`turnwise harvest verify` shows that nothing was lost.

## Limits

- The user is simulated. Register, patience and errors are those of a simulation, and not of people.
- Dialogues were selected by automatic scores: success and quality as Turnwise measures them, with what they do not see.
- What a model wrote may carry that model's mistakes, manner and terms of use; whoever trains on it must heed them.
- Worlds that come with Turnwise are invented; their data is no one's, and is under Turnwise's MIT licence. A world of
  your own is under whatever licence its data has: name it here before you share this.
"""


@dataclass(frozen=True)
class Contents:
    """What is in an archive, by its columns."""

    splits: Mapping[str, int]
    """rows by split"""
    models: Mapping[str, tuple[str, ...]]
    """by role"""
    agents: tuple[str, ...]
    worlds: Mapping[str, int]
    """rows by world"""
    versions: tuple[str, ...]
    """of Turnwise"""
    tokens: float
    """mean of a dialogue"""
    score: float | None
    """mean"""


def write_card(directory: Path) -> None:
    """Write README.md into an archive; the same archive gives the same bytes.

    Raises:
        HarvestError: there is no archive, its funnel cannot be read, or huggingface_hub is missing.
        OSError: it cannot be written.
    """
    try:
        funnel = json.loads((directory / "funnel.json").read_text("utf-8"))
    except FileNotFoundError:
        funnel = {}
    except ValueError as error:
        raise HarvestError(f"{directory / 'funnel.json'} is not JSON: {error}") from error
    (directory / "README.md").write_text(card(funnel, contents(directory)), "utf-8")


def contents(directory: Path) -> Contents:
    """What is in an archive; dialogues are not read.

    Raises:
        HarvestError: there is none, or it cannot be read.
    """
    splits: Counter[str] = Counter()
    worlds: Counter[str] = Counter()
    models: dict[str, set[str]] = {}
    agents: set[str] = set()
    versions: set[str] = set()
    tokens: list[int] = []
    scores: list[float] = []
    for file in sorted((directory / "data").glob("*.parquet")):
        for row in parquet_rows(file, ["split", "provenance", "num_tokens", "score"]):
            splits[row["split"]] += 1
            tokens.append(row["num_tokens"])
            scores += [row["score"]] if row["score"] is not None else []
            made = json.loads(row["provenance"])
            worlds[made.get("world") or "imported"] += 1
            agents |= {made["agent"]} if made.get("agent") else set()
            versions |= {made["turnwise"]} if made.get("turnwise") else set()
            for role, about in (made.get("models") or {}).items():
                if about and about.get("model"):
                    models.setdefault(role, set()).add(about["model"])
    if not splits:
        raise HarvestError(f"{directory} is no archive with dialogues: it has no rows in data/*.parquet")
    return Contents(
        splits={split: splits[split] for split in ("train", "validation") if splits[split]},
        models={role: tuple(sorted(models[role])) for role in sorted(models)},
        agents=tuple(sorted(agents)),
        worlds={world: worlds[world] for world in sorted(worlds)},
        versions=tuple(sorted(versions)),
        tokens=fmean(tokens),
        score=fmean(scores) if scores else None,
    )


def card(funnel: Mapping[str, Any], found: Contents, folder: str = ".") -> str:
    """The text of a card, its metadata first.

    Args:
        funnel: as `Funnel.dump` has it; what it lacks is left out.
        folder: what a reader loads: a folder, or the name of a repository.

    Raises:
        HarvestError: huggingface_hub is missing.
    """
    hub = library("huggingface_hub", "the dataset card", "harvest")
    total = sum(found.splits.values())
    data = hub.DatasetCardData(
        pretty_name="Dialogues with tools, harvested by Turnwise",
        license="other",
        task_categories=["text-generation"],
        tags=["turnwise", "tool-use", "multi-turn", "synthetic"],
        size_categories=[next((name for most, name in _SIZES if total < most), _LARGEST)],
        configs=[
            {
                "config_name": "default",
                "data_files": [{"split": split, "path": f"data/{split}-*.parquet"} for split in found.splits],
            }
        ],
        dataset_info={
            "features": [_feature(field) for field in SCHEMA],
            "splits": [{"name": split, "num_examples": count} for split, count in found.splits.items()],
        },
    )
    made = hub.DatasetCard.from_template(
        data,
        template_str=f"---\n{{{{ card_data }}}}\n---\n\n{_BODY}",
        dialogues=total,
        splits=", ".join(f"{count} for {split}" for split, count in found.splits.items()),
        went_in=funnel.get("dialogues", "more"),
        versions=", ".join(found.versions) or "(version unknown)",
        models=_models(found),
        worlds=_table(("World", "Dialogues"), found.worlds.items()),
        funnel=_funnel(funnel),
        profile=_profile(funnel, found),
        folder=folder,
    )
    return str(made.content).rstrip() + "\n"


def _feature(field: Any) -> dict[str, Any]:
    """A column as the metadata of a card declares it."""
    return {"name": field.name} | _kind(field.type)


def _kind(kind: Any) -> dict[str, Any]:
    import pyarrow as pa

    if pa.types.is_list(kind):
        inner = _kind(kind.value_type)
        return {"list": inner.get("struct", inner.get("dtype"))}
    if pa.types.is_struct(kind):
        return {"struct": [_feature(field) for field in kind]}
    return {"dtype": {"float": "float32", "int32": "int32", "bool": "bool", "string": "string"}[str(kind)]}


def _models(found: Contents) -> str:
    rows = [("agent", ", ".join(found.agents))] if found.agents else []
    rows += [(role, ", ".join(names)) for role, names in found.models.items()]
    return _table(("Role", "Played by"), rows) if rows else "Which models took part is not known."


def _funnel(funnel: Mapping[str, Any]) -> str:
    if not funnel:
        return "How many dialogues went in, and why the others were left out, is not recorded."
    rows: list[tuple[str, Any]] = [("went in", funnel["dialogues"])]
    rows += [(f"left out: {reason}", count) for reason, count in funnel.get("dropped", {}).items()]
    rows += [(f"kept for {split}", count) for split, count in funnel.get("kept", {}).items()]
    return _table(("Dialogues", ""), rows)


def _profile(funnel: Mapping[str, Any], found: Contents) -> str:
    """Numbers of what was kept, beside what was not, where that is known."""
    rows: list[tuple[str, ...]] = [("tokens", f"{found.tokens:.0f}", "")]
    if found.score is not None:
        rows.append(("score", f"{found.score:.3f}", ""))
    profiles = funnel.get("profiles", {})
    for name in ("turns", "user_turns", "calls", "tools"):
        values = [profiles.get(group, {}).get(name) for group in ("kept", "dropped")]
        if values[0] is not None:
            rows.append((name.replace("_", " "), *("" if value is None else f"{value:.1f}" for value in values)))
    return _table(("Mean of a dialogue", "Kept", "Left out"), rows)


def _table(header: tuple[str, ...], rows: Any) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |" for line in lines)


def push_folder(folder: Path, repository: str) -> str:
    """Upload a folder to the Hugging Face hub as a dataset, private when it is new; returns its address.

    Raises:
        HarvestError: huggingface_hub is missing, or the hub refuses.
    """
    hub = library("huggingface_hub", "uploading", "harvest").HfApi()
    try:
        address = hub.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        hub.upload_folder(
            repo_id=address.repo_id, repo_type="dataset", folder_path=folder, ignore_patterns=[".*", ".*/**"]
        )
    except Exception as error:  # its client, and so the errors of the connection, change from version to version
        raise HarvestError(f"{repository} was not uploaded: {' '.join(str(error).split())}") from error
    return str(address)
