"""The house stands as it was drawn: packages, doors between them, and what Inspect finds by name.

Who may import whom is kept by the import-linter contracts in pyproject.toml (`make imports`).
"""

import ast
import importlib
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from inspect_ai import list_tasks

import turnwise._registry as registry
from turnwise._inspect import registry_info, registry_lookup

ROOT = Path(__file__).parents[1]
ROOMS = ("tasks", "solvers", "scorers")
CONTRACTS = {"task", "solver", "agent", "scorer"}

NO_INSPECT = ("errors", "values", "worlds", "goals", "users", "dialogue.state", "dialogue.episode")
LOOSE = {
    "__init__.py", "__main__.py", "_inspect.py", "_inspect_sample.py", "_registry.py", "errors.py", "files.py", "secrets.py",
    "untrusted.py",
}  # fmt: skip
"""Modules of the library that lie in no room."""
NOT_FOR_CANDIDATES = ("goals", "synthesis", "users", "dialogue.trajectory", "dialogue.state", "scoring")
SEES_GOALS = {"solvers/oracle.py"}
LONGEST = 350
"""Lines of a file."""


def source_files(*folders: str) -> list[Path]:
    """Python files of some folders; the links that type checkers use are not followed."""
    files = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    links = [ROOT / "turnwise" / room for room in ROOMS]
    return [path for path in files if not any(link in path.parents for link in links)]


def module_name(path: Path) -> str:
    """The name a file is imported by."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    parts = ("turnwise", *parts) if parts[0] in ROOMS else parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it; `from a import b` counts as `a.b`."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def shown(path: Path) -> str:
    """A file as a message names it."""
    return path.relative_to(ROOT).as_posix()


LIBRARY = source_files("turnwise")
IN_ROOMS = source_files(*ROOMS)
ENTRIES = [path for path in IN_ROOMS if path.name != "__init__.py"]


def contracts(path: Path) -> dict[str, str]:
    """Functions under a bare `@task`, `@solver`, `@agent` or `@scorer`, with or without options, by name."""
    found = {}
    for node in ast.parse(path.read_text("utf-8")).body:
        for decorator in getattr(node, "decorator_list", []):
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Name) and called.id in CONTRACTS and isinstance(node, ast.FunctionDef):
                found[node.name] = called.id
    return found


def entry_contract(path: Path) -> str | None:
    """The kind of what a file of a room is named after; None when it only helps its neighbours."""
    return contracts(path).get(path.stem)


def test_pyproject_lists_exactly_the_packages_that_are_there() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    folders = {module_name(path / "__init__.py") for path in {file.parent for file in LIBRARY + IN_ROOMS}}
    assert sorted(settings["packages"]) == sorted(folders)
    assert settings["package-dir"] == {f"turnwise.{room}": room for room in ROOMS}
    for package in settings["packages"]:
        folder = ROOT / settings["package-dir"].get(package, package.replace(".", "/"))
        assert (folder / "__init__.py").is_file(), f"{folder} has no __init__.py"


def test_importing_what_lies_below_the_dialogue_loads_no_inspect() -> None:
    """Their tests run in milliseconds, and a training environment needs no Inspect."""
    names = ", ".join(f"turnwise.{name}" for name in NO_INSPECT)
    code = (
        f"import sys, turnwise, {names}; sys.exit(', '.join(m for m in sys.modules if m.startswith('inspect_ai')) or 0)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_private_names_of_inspect_are_imported_in_two_modules_and_by_what_extends_its_provider() -> None:
    private = {
        shown(path)
        for path in LIBRARY + IN_ROOMS
        if any(name.startswith("inspect_ai.") and "._" in name for name in imports(path))
    }
    assert private == {"turnwise/_inspect.py", "turnwise/_inspect_sample.py", "turnwise/llm/provider.py"}


def test_few_modules_lie_in_no_room() -> None:
    assert {path.name for path in (ROOT / "turnwise").glob("*.py")} == LOOSE


def test_a_room_says_in_one_line_what_it_is_for() -> None:
    for path in LIBRARY:
        if path.name == "__init__.py" and path.parent.name != "turnwise":
            said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
            assert said.partition("\n")[0].endswith("."), f"{shown(path)} does not say what the room is for"


@pytest.mark.parametrize("path", source_files("solvers"), ids=shown)
def test_a_candidate_never_sees_goals(path: Path) -> None:
    if shown(path) not in SEES_GOALS:
        hidden = [name for name in imports(path) if name.removeprefix("turnwise.").startswith(NOT_FOR_CANDIDATES)]
        assert not hidden


@pytest.mark.parametrize("path", [*ENTRIES, *source_files("benchmarks", "examples")], ids=shown)
def test_files_run_by_path_hold_functions_and_import_absolutely(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    if path in ENTRIES:
        assert not [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)], "types live in turnwise/"


@pytest.mark.parametrize("path", source_files("tasks"), ids=shown)
def test_a_task_is_written_in_the_file_named_after_it(path: Path) -> None:
    """Inspect finds tasks by their syntax, so one that is imported into a file is not found there."""
    written = {name for name, kind in contracts(path).items() if kind == "task"}
    assert written <= {path.stem}
    named = {name.rpartition(".")[2] for name in imports(path) if name.startswith("turnwise.tasks.")}
    assert not named & {entry.stem for entry in ENTRIES if entry_contract(entry) == "task"}


def test_every_module_imports() -> None:
    for path in LIBRARY + IN_ROOMS:
        importlib.import_module(module_name(path))


def test_the_registry_names_everything_that_inspect_may_find() -> None:
    assert registry.__all__ == sorted(registry.__all__)
    public = {name for name in vars(registry) if not name.startswith("_")}
    assert public == set(registry.__all__)
    assert {path.stem for path in ENTRIES if entry_contract(path)} <= public


@pytest.mark.parametrize("name", registry.__all__)
def test_inspect_finds_by_name_what_is_registered(name: str) -> None:
    there = getattr(registry, name)
    info = registry_info(there)
    # A provider goes by what stands before the slash of `--model turnwise/lexical`.
    assert info.name == f"turnwise/{'turnwise' if info.type == 'modelapi' else name}"
    assert registry_lookup(info.type, info.name) is there


def test_inspect_finds_tasks_by_file() -> None:
    found = {task.name for task in list_tasks("tasks", root_dir=ROOT)}
    assert found == {path.stem for path in ENTRIES if entry_contract(path) == "task"}


def test_the_front_door_offers_exactly_what_it_lists() -> None:
    front = importlib.import_module("turnwise")
    assert front.__all__ == sorted(front.__all__)
    assert all(getattr(front, name) is not None for name in front.__all__)
    written = {name for name, there in vars(front).items() if getattr(there, "__module__", "") == "turnwise"}
    assert {name for name in written if not name.startswith("_")} <= set(front.__all__)
    tree = ast.parse((ROOT / "turnwise" / "__init__.py").read_text("utf-8"))
    assert {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"} == written - {
        name for name in written if name.startswith("_")
    }
    assert dir(front) == front.__all__
    with pytest.raises(AttributeError, match="turnwise has no"):
        _ = front.load_wrold


def test_no_file_is_longer_than_one_sitting() -> None:
    lines = {shown(path): len(path.read_text("utf-8").splitlines()) for path in LIBRARY + IN_ROOMS}
    assert not {name: count for name, count in lines.items() if count > LONGEST}
