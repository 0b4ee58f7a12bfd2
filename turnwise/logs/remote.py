"""Logs that lie behind a URL of fsspec (`s3://`, `gs://`, ...): what reads them reads copies on this machine."""

import hashlib
import os
import re
from pathlib import Path

from turnwise.errors import LogError
from turnwise.files import atomic_path

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_url(place: str | Path) -> bool:
    """Whether a place is a URL and no path of this machine."""
    return bool(_URL.match(str(place)))


def fetched(url: str, folder: Path | None = None) -> Path:
    """Copies of a log, or of all in a folder, behind a URL: in `folder`, or the user's cache; what is there is kept.

    Raises:
        LogError: the URL cannot be read.
    """
    if folder is None:
        cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "turnwise" / "logs"
        folder = cache / hashlib.sha256(url.encode()).hexdigest()[:16]
    try:
        import fsspec

        files, root = fsspec.core.url_to_fs(url)
        files.invalidate_cache()
        found = {name: about["size"] for name, about in files.find(root, detail=True).items()}
        logs = [name for name in found if name.endswith((".eval", ".json")) and not Path(name).name.startswith(".")]
        folder.mkdir(parents=True, exist_ok=True)
        for source in logs:
            target = folder / Path(source).name
            if not target.exists() or target.stat().st_size != found[source]:
                with atomic_path(target) as made:
                    files.get_file(source, str(made))
    except Exception as error:  # each kind of storage fails in its own way
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise LogError(f"the logs at {url} cannot be read: {said}") from error
    return folder / Path(logs[0]).name if logs == [root] else folder
