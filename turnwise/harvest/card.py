"""The dataset card of an archive, filled from the numbers of its harvest; and sharing a folder."""

from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from turnwise.errors import HarvestError
from turnwise.harvest.extras import library
from turnwise.harvest.funnel import Funnel

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(funnel: Funnel) -> str:
    """The text of a card: what the archive is, how it was made and by which models, its numbers, filters and limits."""
    if not funnel.accepted:
        return "No dialogue was kept.\n"
    kept = {split: count for split, count in funnel.kept.items() if count}
    return Template(files(__package__).joinpath("card.md").read_text("utf-8")).substitute(
        size=next((name for most, name in _SIZES if funnel.accepted < most), "1M<n<10M"),
        files="\n".join(f"  - {{split: {split}, path: data/{split}-*.parquet}}" for split in kept),
        splits="\n".join(f"  - {{name: {split}, num_examples: {count}}}" for split, count in kept.items()),
        dialogues=funnel.accepted,
        kept=", ".join(f"{count} for {split}" for split, count in kept.items()),
        read=funnel.dialogues,
        versions=", ".join(funnel.versions) or "(version unknown)",
        models=_table(("Role", "Played by"), ((role, ", ".join(names)) for role, names in funnel.models.items())),
        steps=_table(("Dialogues", "", ""), funnel.steps()),
        comparison=_table(("Mean of a dialogue, share of all", "Kept", "Dropped"), funnel.comparison()),
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def push_folder(folder: Path, repository: str) -> str:
    """Upload a folder to the Hugging Face hub as a dataset, private when it is new; returns its address."""
    hub = library("huggingface_hub", "uploading", "harvest").HfApi()
    try:
        address = hub.create_repo(repository, repo_type="dataset", private=True, exist_ok=True)
        hub.upload_folder(
            repo_id=address.repo_id, repo_type="dataset", folder_path=folder, ignore_patterns=[".*", ".*/**"]
        )
    except Exception as error:  # its client, and so the errors of the connection, change from version to version
        raise HarvestError(f"{repository} was not uploaded: {' '.join(str(error).split())}") from error
    return str(address)
