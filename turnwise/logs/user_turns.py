"""What users said in recorded dialogues, by who played them; and what to compare that with."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

from turnwise.errors import LogError
from turnwise.logs.importing.logs import read_dialogues
from turnwise.logs.read import damage_named, find_logs, is_log, read_info, read_samples
from turnwise.logs.transcripts import read_transcripts, transcript_of
from turnwise.untrusted import load_json, read_text, read_yaml
from turnwise.users.fingerprint import fingerprint
from turnwise.users.people import Reference, read, references

Turns = tuple[str, ...]
"""What a user said in one dialogue."""
Spoken = list[tuple[Literal["user", "assistant"], str]]
"""What was said in one dialogue, by whom."""


class Player(NamedTuple):
    """Who played the user, and how."""

    user: str
    """agenda, llm or hybrid; empty where something else did"""
    behaviour: str


def user_turns(logs: Sequence[Path]) -> dict[Player, list[Turns]]:
    """The user's turns in the dialogues of some logs (a LogError without any); those of a resumed one's history are not."""
    found: dict[Player, list[Turns]] = defaultdict(list)
    for log in logs:
        info = read_info(log)
        if info.kind in ("synthesis", "calibration"):
            continue
        player = Player(info.user, str(info.about.get("behaviour", "")))
        for sample in read_samples(log):
            with damage_named(log):
                transcript = transcript_of(sample)
            if transcript is not None:
                said = tuple(m.text for m in transcript.messages[transcript.start :] if m.role == "user")
                found[player] += [said] if said else []
    if not found:
        raise LogError("these logs hold no dialogue")
    return dict(found)


def dialogues_in(path: Path) -> list[Spoken]:
    """What was said in transcripts: logs, a folder of them, or a file that `turnwise import` reads."""
    if not path.exists():
        raise LogError(f"{path} does not exist: name transcripts as turnwise import reads them, or logs")
    if path.is_dir() or is_log(path):
        transcripts = (transcript for _, transcript in read_transcripts(find_logs([path])))
        return [[(m.role, m.text) for m in t.messages[t.start :] if m.role != "tool"] for t in transcripts]
    return [
        [(message.role, message.text) for message in dialogue.messages if message.role in ("user", "assistant")]
        for dialogue in read_dialogues(path).dialogues
    ]


def read_reference(source: str) -> tuple[Reference, list[Turns] | None]:
    """What to compare with: a reference by name, a file of means, or transcripts; of transcripts also what was said."""
    if source in references():
        return references()[source], None
    path = Path(source)
    if not path.exists():
        raise LogError(f"{source} is neither a file nor a reference ({', '.join(references())})")
    if (means := _means_in(path)) is not None:
        return read(path.name, means), None
    said = [tuple(text for role, text in spoken if role == "user") for spoken in dialogues_in(path)]
    means, count = fingerprint(said)
    return Reference(path.name, str(source), means, count), said


def _means_in(path: Path) -> Any:
    """What a file of means holds; None where it is something else."""
    if path.suffix not in (".yaml", ".yml", ".json") or is_log(path) or path.is_dir():
        return None
    try:
        held = load_json(read_text(path)) if path.suffix == ".json" else read_yaml(path)
    except (ValueError, yaml.YAMLError) as error:
        raise LogError(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    return held if path.suffix != ".json" or (isinstance(held, dict) and "features" in held) else None
