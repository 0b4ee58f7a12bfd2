"""The README's examples: run, compared, and written anew.

    python .ci/readme.py

A block between `<!-- NAME -->` and `<!-- end of NAME -->` holds lines that begin with `$`, which are commands, and what they print.
"""

import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
QUICK = ("agent", "database")
_LOG = re.compile(r"\S*?(\d{4}-\d\d-\d\dT\S+?)_([a-z-]+)_\w{22}\.eval")
_TIMES = re.compile(r"\b\d+\.\d s\b")
_WIDTH = "150"


def block(text: str, name: str) -> str:
    """What stands between a block's marks."""
    found = re.search(rf"<!-- {name} -->\n\n(.*?)\n\n<!-- end of {name} -->", text, re.DOTALL)
    assert found, f"README.md has no block {name}"
    return found.group(1)


def agent_file(text: str) -> str:
    """The agent that the README shows."""
    found = re.search(r"```python\n# my_agent\.py\n(.*?)```", text, re.DOTALL)
    assert found, "README.md has no my_agent.py"
    return found.group(1)


def printed(shown: str, folder: Path) -> str:
    """A block with what its commands print now, run one after the other in a folder."""
    from click.testing import CliRunner

    from turnwise.cli import main

    lines: list[str] = []
    before = Path.cwd()
    os.chdir(folder)
    try:
        for line in shown.splitlines():
            command = line.strip()
            if not command.startswith("$ turnwise "):
                continue
            done = CliRunner(env={"COLUMNS": _WIDTH, "NO_COLOR": "1"}).invoke(main, shlex.split(command)[2:])
            assert done.exit_code == 0, f"{command}: {done.output}"
            lines += [
                *([""] if lines else []),
                line,
                *(f"    {said}".rstrip() for said in plain(done.output, folder).splitlines()),
            ]
    finally:
        os.chdir(before)
    return "\n".join(lines).rstrip()


def plain(output: str, folder: Path) -> str:
    """What a command printed, without what differs from run to run: the names of logs, folders and times."""
    output = output.replace(f"{folder.resolve()}/", "").replace(f"{folder}/", "")
    return _TIMES.sub("N s", _LOG.sub(r"logs/LOG_\2.eval", output)).strip("\n")


def prepared(text: str, folder: Path) -> None:
    """Put into a folder what the README speaks of."""
    (folder / "my_agent.py").write_text(agent_file(text))
    shutil.copytree(ROOT / "examples" / "tea_shop", folder / "examples" / "tea_shop")


def renewed(text: str, names: tuple[str, ...]) -> str:
    """The README with blocks written anew."""
    for name in names:
        with tempfile.TemporaryDirectory() as place:
            prepared(text, Path(place))
            new = printed(block(text, name), Path(place))
        text = re.sub(
            rf"(<!-- {name} -->\n\n).*?(\n\n<!-- end of {name} -->)",
            lambda found, new=new: found.group(1) + new + found.group(2),
            text,
            flags=re.DOTALL,
        )
    return text


if __name__ == "__main__":
    README.write_text(renewed(README.read_text("utf-8"), QUICK), "utf-8")
