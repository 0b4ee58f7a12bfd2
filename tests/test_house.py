"""The house stands as it was drawn: packages, doors between them, and what Inspect finds by name."""

import ast
import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from inspect_ai import list_tasks
from inspect_ai._util.registry import registry_info, registry_lookup

import turnwise._registry as registry

ROOT = Path(__file__).parents[1]
ROOMS = ("tasks", "solvers", "scorers")
CONTRACTS = {"task", "solver", "agent", "scorer"}

CORE = {
    "errors": set[str](),
    "words": set[str](),
    "worlds": {"errors"},
    "goals": {"errors", "worlds"},
    "answers": {"errors", "worlds", "goals", "words"},
    "progress": {"errors", "worlds", "goals", "words", "answers"},
    "prompts": {"errors"},
    "chat": {"errors"},
    "users": {"errors", "worlds", "goals", "words", "answers", "progress", "chat", "prompts"},
    "synthesis": {"errors", "worlds", "goals", "words", "answers", "progress", "chat", "prompts"},
    "simulator": {"errors", "worlds", "chat", "prompts"},
    "backends": {"errors", "worlds", "chat", "prompts", "simulator"},
    "goal_file": {"errors", "worlds", "goals", "answers", "progress", "synthesis"},
    "followups": {"errors", "worlds", "goals", "chat", "prompts", "synthesis"},
    "record": set[str](),
    "scenario": {"errors", "worlds", "goals", "words", "answers", "progress", "users", "synthesis", "goal_file"},
    "starts": {"errors", "worlds", "goals", "progress", "scenario", "backends"},
    "differences": {"worlds", "goals", "simulator"},
    "history": {
        *(
            "errors",
            "worlds",
            "goals",
            "progress",
            "users",
            "synthesis",
            "simulator",
            "backends",
            "starts",
            "differences",
        ),
    },
}
"""Who may import whom below the dialogue. What stands above may import any of it, but no room."""

QUALITY = {"errors", "worlds", "goals", "words", "answers", "progress", "users", "scenario", "chat", "prompts"}
"""What `quality` may import beside its own; its scores know no Inspect, `reading` alone does."""

NO_INSPECT = {"errors", "words", "worlds", "goals", "answers", "progress", "users", "statistics"}
NOT_FOR_CANDIDATES = {"goals", "plans", "scenario", "synthesis", "users"}
SEES_GOALS = {"solvers/oracle.py"}


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


def neighbours(path: Path) -> set[str]:
    """The parts of turnwise that a file imports, its own left out: `turnwise.worlds.session` is `worlds`."""
    parts = {name.split(".")[1] for name in imports(path) if name.startswith("turnwise.")}
    return parts - {part_of(path)}


def part_of(path: Path) -> str:
    """The part of turnwise that a file belongs to: `worlds`, `dialogue`, `tasks`; `turnwise` for the front door."""
    name = module_name(path)
    return name.split(".")[1] if "." in name else name


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


@pytest.mark.parametrize("path", LIBRARY, ids=shown)
def test_the_library_imports_only_what_lies_below_it(path: Path) -> None:
    if path.name == "_registry.py":
        assert neighbours(path) <= {*ROOMS, "models"}
        return
    assert not neighbours(path) & set(ROOMS), "the library knows no task, solver or scorer"
    assert "_registry" not in neighbours(path)
    if part_of(path) in CORE:
        assert neighbours(path) <= CORE[part_of(path)]
    if part_of(path) == "quality":
        assert neighbours(path) <= QUALITY
    if part_of(path) == "importing":
        assert neighbours(path) <= {"errors", "quality", "synthesis", "report", "measures"}
    if part_of(path) == "calibrate":
        assert neighbours(path) <= {"quality", "answers", "errors", "words", "report", "prompts", "stages"}
    if part_of(path) == "dialogue":
        assert neighbours(path) <= {*CORE, "dialogue"}
    if part_of(path) == "models":
        assert not neighbours(path) & {*NOT_FOR_CANDIDATES, "dialogue"}, "a candidate may not see goals"


@pytest.mark.parametrize("path", [p for p in LIBRARY if {part_of(p), p.stem} & NO_INSPECT], ids=shown)
def test_what_is_below_the_dialogue_knows_no_inspect(path: Path) -> None:
    assert not [name for name in imports(path) if name.split(".")[0] == "inspect_ai"]


@pytest.mark.parametrize("path", IN_ROOMS, ids=shown)
def test_rooms_know_the_library_and_only_tasks_know_other_rooms(path: Path) -> None:
    room = part_of(path)
    allowed = set() if room in ("solvers", "scorers") else {"solvers", "scorers"}
    assert neighbours(path) & {*ROOMS, "_registry"} <= allowed
    if room == "solvers" and shown(path) not in SEES_GOALS:
        assert not neighbours(path) & NOT_FOR_CANDIDATES, "a candidate may not see goals"


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


def test_only_the_registry_imports_tasks() -> None:
    others = source_files("turnwise", "solvers", "scorers", "seeds", "examples", "benchmarks")
    importing = {shown(path) for path in others if "tasks" in neighbours(path)}
    assert importing == {"turnwise/_registry.py"}


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


def test_the_front_door_lists_what_it_offers() -> None:
    front = importlib.import_module("turnwise")
    offered = getattr(front, "__all__", [])
    assert offered == sorted(offered)
    assert not [name for name in offered if not hasattr(front, name)]


@pytest.mark.parametrize("path", LIBRARY + IN_ROOMS, ids=shown)
def test_no_file_is_longer_than_one_sitting(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 400
