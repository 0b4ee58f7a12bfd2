"""Logs that lie behind a URL of fsspec (`s3://`, `gs://`, ...): what reads them reads copies on this machine."""

import hashlib
import os
import re
from pathlib import Path, PurePosixPath

from turnwise.errors import LogError
from turnwise.files import atomic_path

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(place: str | Path) -> bool:
    """Whether a place is a URL and no path of this machine."""
    return bool(_URL.match(str(place)))


def fetched(url: str, folder: Path | None = None) -> Path:
    """Copies of a log, or of all in a folder, behind a URL, in folders as there.

    Args:
        folder: where the copies go, beside what is there; unset, in the user's cache, where nothing else stays.

    Raises:
        LogError: the URL cannot be read.
    """
    place = folder or _cache() / hashlib.sha256(url.encode()).hexdigest()[:16]
    try:
        import fsspec

        files, root = fsspec.core.url_to_fs(url)
        files.invalidate_cache()
        found = {name: about["size"] for name, about in files.find(root, detail=True).items()}
        logs = {name: inside for name in found if (inside := _within(name, root)) is not None}
        place.mkdir(parents=True, exist_ok=True)
        for source, inside in logs.items():
            target = place / inside
            if not target.exists() or target.stat().st_size != found[source]:
                with atomic_path(target) as made:
                    files.get_file(source, str(made))
    except Exception as error:  # each kind of storage fails in its own way
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise LogError(f"the logs at {url} cannot be read: {said}") from error
    if folder is None:
        for copy in place.rglob("*"):
            if copy.is_file() and copy.relative_to(place) not in logs.values():
                copy.unlink()
    return place / logs[root] if list(logs) == [root] else place


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "turnwise" / "logs"


def _within(name: str, root: str) -> Path | None:
    """Where a log lies in a folder; None where it is no log, or hidden."""
    path = PurePosixPath(name)
    inside = PurePosixPath(path.name) if name == root else path.relative_to(root)
    hidden = any(part.startswith(".") for part in inside.parts)  # and so is what leads out of the folder
    return None if hidden or path.suffix not in (".eval", ".json") else Path(inside)
