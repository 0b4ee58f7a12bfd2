"""How long a comparison of many different dialogues takes, what memory, how large its page is and how soon it shows something.

    python benchmarks/page.py LOGS [DIALOGUES]

The dialogues of some logs are written down again until there are so many, no two alike: words, names and numbers of every
message are drawn anew, so that what follows what is as in the logs and no sentence comes twice. `turnwise compare` then
reads them from disk, and Chromium opens the page, where both are installed.
"""

import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from turnwise.logs.bulk import read_samples, sample_names
from turnwise.logs.read import find_logs

_PART = re.compile(r'"[^"]*":|\d|[^\W\d_]{3,}')
"""Keys of JSON, which stay; digits; words."""


class Wording:
    """Texts with other words: each follows what came before it in some text that was learnt."""

    def __init__(self, seed: int) -> None:
        self._draws = random.Random(seed)
        self._next: dict[str, list[str]] = defaultdict(list)
        self._words: list[str] = []

    def learn(self, text: str) -> None:
        """Take up the words of a text."""
        words = [word for word in _PART.findall(text) if word[0].isalpha()]
        self._words += words
        for word, following in pairwise(words):
            self._next[word].append(following)

    def anew(self, value: Any) -> Any:
        """A text, or whatever holds texts, in other words."""
        if isinstance(value, str):
            last = ""

            def other(found: re.Match[str]) -> str:
                nonlocal last
                part = found[0]
                if part.isdigit():
                    return str(self._draws.randrange(10))
                if not part[0].isalpha():
                    return part
                # One word in four is drawn from all of them: a chain alone would say whole sentences again.
                known = self._next.get(last) if self._draws.random() < 0.75 else None
                last = self._draws.choice(known or self._words)
                return last

            return value if value.startswith("attachment://") else _PART.sub(other, value)
        if isinstance(value, dict):
            return {key: self.anew(part) for key, part in value.items()}
        return [self.anew(part) for part in value] if isinstance(value, list) else value


def main(folder: str, wanted: int) -> None:
    """Write the logs and the page, open it, and print what it took."""
    logs = find_logs([folder])
    with tempfile.TemporaryDirectory() as place:
        made = Path(place) / "logs"
        made.mkdir()
        dialogues, messages, distinct = written_anew(logs, made, wanted)
        print(f"{dialogues:,} dialogues; {distinct / messages:.1%} of {messages:,} messages stand once", flush=True)
        page, begun = Path(place) / "page.html", time.monotonic()
        code = "from turnwise.cli import main; main()"
        command = [sys.executable, "-c", code, "compare", str(made), "--page", str(page)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - begun
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1e3
        size = page.stat().st_size / 1e6
        print(
            f"turnwise compare --page: {seconds:.1f} s ({cpu:.1f} s of CPU), {memory:.0f} MB of memory, {size:.2f} MB of page"
        )
        if soon := first_view(page):
            print(f"Chromium: first view after {soon[0] / 1e3:.2f} s, a dialogue read after {soon[1] / 1e3:.2f} s more")


def written_anew(logs: list[Path], made: Path, wanted: int) -> tuple[int, int, int]:
    """Write logs until there are so many dialogues: how many there are, and how many messages, and different ones."""
    read = {log: list(read_samples(log, sample_names(log))) for log in logs}
    wording = Wording(0)
    for samples in read.values():
        for sample in samples:
            for message in sample["messages"]:
                wording.learn(str(message.get("content")))
    dialogues = messages = copy = 0
    seen: set[int] = set()
    while dialogues < wanted:
        for log, samples in read.items():
            kept = samples[: wanted - dialogues]
            said = _write(log, kept, made / f"{copy}-{log.name}", copy, wording)
            dialogues, messages = dialogues + len(kept), messages + len(said)
            seen.update(map(hash, said))
            if dialogues >= wanted:
                break
        copy += 1
    return dialogues, messages, len(seen)


def _write(log: Path, samples: list[Mapping[str, Any]], target: Path, copy: int, wording: Wording) -> list[str]:
    said: list[str] = []
    header, summaries = (json.loads(_member(log, name)) for name in ("header.json", "summaries.json"))
    header["eval"]["task_id"] = header["eval"]["eval_id"] = f"{header['eval']['task_id']}{copy}"
    header["eval"]["task_args"]["seed"] = copy
    kept = {(sample["id"], sample["epoch"]) for sample in samples}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        for sample in samples:
            messages = [
                {**m, **{key: wording.anew(m.get(key)) for key in ("content", "tool_calls") if m.get(key)}}
                for m in sample["messages"]
            ]
            for message, old in zip(messages, sample["messages"], strict=True):
                for call, before in zip(message.get("tool_calls") or [], old.get("tool_calls") or [], strict=True):
                    call.update(id=before["id"], function=before["function"], type=before.get("type"))
            said += [str(m["content"]) for m in messages if m["role"] in ("user", "assistant") and m["content"]]
            metadata = dict(sample["metadata"])
            metadata["scenario"] = {
                **metadata["scenario"],
                "goals": [{**g, "description": wording.anew(g["description"])} for g in metadata["scenario"]["goals"]],
            }
            anew = {
                **sample,
                "messages": messages,
                "metadata": metadata,
                "uuid": f"{sample['uuid']}{copy}",
                "events": [],
            }
            file.writestr(f"samples/{sample['id']}_epoch_{sample['epoch']}.json", json.dumps(anew))
        file.writestr("summaries.json", json.dumps([s for s in summaries if (s["id"], s["epoch"]) in kept]))
        file.writestr("header.json", json.dumps(header))
    return said


def _member(log: Path, name: str) -> bytes:
    from turnwise.logs.bounds import content

    with log.open("rb") as file, zipfile.ZipFile(file) as members:
        return content(file, members.getinfo(name))


def first_view(page: Path) -> tuple[float, float] | None:
    """Milliseconds until the list stands, and until the last dialogue is there to read; None without a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        return None
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        return None
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        view = browser.new_page()
        view.goto(page.as_uri())
        view.wait_for_selector("#view tbody tr")
        soon = float(view.evaluate("performance.now()"))
        last = view.evaluate("index.rows.length - 1")
        begun = time.monotonic()
        view.evaluate(f"location.hash = 'read?d={last}'")
        view.wait_for_selector(".chat")
        took = 1e3 * (time.monotonic() - begun)
        browser.close()
    return soon, took


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
