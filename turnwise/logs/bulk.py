"""The samples of an Inspect log as plain JSON, fast: no models of Inspect's are made, and no event is parsed.

Events are most of a sample's bytes and say nothing that its messages do not.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from turnwise.dialogue.shapes import check_sample
from turnwise.logs.bounds import content
from turnwise.untrusted import load_json, read_bytes

_EVENTS, _BEHIND_EVENTS = b',"events":[', b'],"model_usage":'
_ATTACHMENT = "attachment://"

Sample = Mapping[str, Any]


def sample_names(path: Path) -> list[str]:
    """What names the samples of a log for `read_samples`, in the order of the log; one for all of a JSON log."""
    if path.suffix == ".json":
        return ["*"]
    with zipfile.ZipFile(path) as members:
        # A sample that was written again stands in the list of members twice, and the later one counts.
        return [name for name in members.NameToInfo if name.startswith("samples/") and name.endswith(".json")]


def read_samples(path: Path, names: Sequence[str]) -> Iterator[Sample]:
    """Some samples of a log, attachments resolved, events left out; a ValueError or LogError where one is damaged."""
    if path.suffix == ".json":
        whole = load_json(read_bytes(path))
        samples = whole.get("samples") if isinstance(whole, dict) else None
        yield from map(_resolved, samples if isinstance(samples, list) else [])
        return
    with path.open("rb") as file, zipfile.ZipFile(file) as members:
        for name in names:
            yield _resolved(_parsed(content(file, members.getinfo(name))))


def _parsed(text: bytes) -> dict[str, Any]:
    """A sample without its events.

    No text in JSON holds a bare quote, so what is looked for is a key, and if both halves parse, a key of the sample
    itself. Where they do not, all of it is parsed.
    """
    start, end = text.find(_EVENTS), text.rfind(_BEHIND_EVENTS)
    if 0 < start < end:
        try:
            before: dict[str, Any] = load_json(text[:start] + b"}")
            behind: dict[str, Any] = load_json(b"{" + text[end + 2 :])
        except ValueError:
            pass
        else:
            return before | behind
    whole: dict[str, Any] = load_json(text)
    return whole


def _resolved(sample: dict[str, Any]) -> Sample:
    """A sample whose messages, metadata and scores hold the texts that Inspect keeps apart as attachments."""
    if not (isinstance(sample, dict) and sample.keys() >= {"id", "epoch"}):
        raise ValueError("a sample is no object with id and epoch")
    check_sample(sample)
    if attachments := sample.get("attachments") or {}:
        _attach({part: sample.get(part) for part in ("messages", "metadata", "scores")}, attachments)
    return sample


def _attach(values: dict[str, Any] | list[Any], attachments: Mapping[str, str]) -> None:
    """Put attachments in their places, all the way down; in place, which is twice as fast as making a copy."""
    places: Any = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in places:
        if isinstance(value, str):
            if value.startswith(_ATTACHMENT):
                values[key] = attachments.get(value.removeprefix(_ATTACHMENT), value)
        elif isinstance(value, dict | list):
            _attach(value, attachments)
