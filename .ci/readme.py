"""The README's examples: run, compared, and written anew.

    python .ci/readme.py            those that take seconds
    python .ci/readme.py --all      the demo with its picture, and the bounds on Chinook, as well (needs chinook.sqlite)

A block between `<!-- NAME -->` and `<!-- end of NAME -->` holds lines that begin with `$`, which are commands, and what they print.
"""

import os
import re
import shlex
import shutil
import sys
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


def called(*arguments: str, width: str = _WIDTH) -> str:
    """What a command prints, without what differs from run to run."""
    from click.testing import CliRunner

    from turnwise.cli import main

    done = CliRunner(env={"COLUMNS": width, "NO_COLOR": "1"}).invoke(main, list(arguments))
    assert done.exit_code == 0, done.output
    return str(done.stdout)


def table_in(output: str) -> str:
    """The table of a comparison, from the line that says what all rows share to the explanation."""
    found = re.search(r"^(?:Agent|World): .*?(?=^Step: )", output, re.DOTALL | re.MULTILINE)
    assert found, output
    return found.group(0)


def put(text: str, name: str, new: str) -> str:
    """The README with other contents in a block."""
    indented = "\n".join(f"    {line}".rstrip() for line in new.strip("\n").splitlines())
    pattern = rf"(<!-- {name} -->\n\n).*?(\n\n<!-- end of {name} -->)"
    return re.sub(pattern, lambda found: found.group(1) + indented + found.group(2), text, flags=re.DOTALL)


def with_demo(text: str, world: str, number: str) -> str:
    """The README with the table, the picture and one dialogue of a demo."""
    with tempfile.TemporaryDirectory() as place:
        text = put(text, "demo", table_in(called("demo", "--logs", place, width="160")))
        shutil.copy(Path(place) / "conditions.png", ROOT / "docs" / "conditions.png")
        for log in sorted(Path(place).glob("*user-oriented*.eval")):
            shown = called("show", str(log), number, width="110")
            if f", {world}" in shown.splitlines()[0]:
                text = put(text, "dialogue", shown)
    return text


def with_bounds(text: str, database: Path) -> str:
    """The README with the bounds on Chinook."""
    with tempfile.TemporaryDirectory() as place:
        world, logs = f"{place}/chinook", f"{place}/logs"
        called("synth", str(database), "-o", world)
        for agent in ("lexical", "oracle", "silent"):
            called("run", "--agent", agent, "--world", world, "--task", "both", "--scenarios", "100", "--log-dir", logs)
        return put(text, "bounds", table_in(called("compare", logs)))


if __name__ == "__main__":
    written = renewed(README.read_text("utf-8"), QUICK)
    if "--all" in sys.argv:
        written = with_demo(written, "housing_association", "4")
        written = with_bounds(written, ROOT.parent / "shared" / "data" / "chinook.sqlite")
    README.write_text(written, "utf-8")
