"""Is this installation sound? Each finding says what to do; the exit code is the number of findings."""

import sys
from importlib.metadata import PackageNotFoundError, distribution, requires, version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("tasks", "solvers", "scorers")


def interpreter() -> list[str]:
    """The Python that runs this is new enough, and is the environment's."""
    found = (
        [] if sys.version_info >= (3, 11) else [f"Python {sys.version.split()[0]} is older than 3.11: use a newer one"]
    )
    if Path(sys.prefix).resolve() != (ROOT / ".venv").resolve():
        found.append(f"this is the Python of {sys.prefix} and not of .venv: run make doctor")
    return found


def installation() -> list[str]:
    """Turnwise is installed, editable, from this checkout, and no egg-info hides that from Inspect."""
    found = []
    try:
        distribution("turnwise")
    except PackageNotFoundError:
        return ["turnwise is not installed here: make dev"]
    spec = find_spec("turnwise")
    where = Path(spec.origin).resolve() if spec is not None and spec.origin else None
    if where != ROOT / "turnwise" / "__init__.py":
        found.append(f"turnwise is imported from {where} and not from this checkout: make dev")
    found += [f"{path.name} hides the installation from Inspect: remove it" for path in ROOT.glob("*.egg-info")]
    return found


def links() -> list[str]:
    """The links that lead type checkers to the mapped packages are whole, or are not there."""
    found = []
    for room in ROOMS:
        link = ROOT / "turnwise" / room
        if link.is_symlink() and link.resolve() != ROOT / room:
            found.append(f"turnwise/{room} leads to {link.readlink()} and not to ../{room}: make links")
        elif link.exists() and not link.is_symlink():
            found.append(f"turnwise/{room} is a folder and has to be a link: remove it, then make links")
    return found


def versions() -> list[str]:
    """Every dependency is there in a version that pyproject.toml allows."""
    from packaging.requirements import Requirement

    found = []
    for text in requires("turnwise") or []:
        wanted = Requirement(text)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(wanted.name)
        except PackageNotFoundError:
            found.append(f"{wanted.name} is missing: make dev")
            continue
        if there not in wanted.specifier:
            found.append(f"{wanted.name} is {there}, and Turnwise needs {wanted.specifier}: make dev")
    return found


def registration() -> list[str]:
    """Inspect finds what Turnwise registers."""
    from importlib.metadata import entry_points

    entries = [entry for entry in entry_points(group="inspect_ai") if entry.name == "turnwise"]
    if not entries:
        return ["Inspect is not told of turnwise/user_oriented and the others: make dev"]
    try:
        registry = entries[0].load()
    except Exception as error:  # whatever it is, it is the finding
        return [f"turnwise._registry does not import ({type(error).__name__}: {error})"]
    return [] if hasattr(registry, "user_oriented") else ["turnwise._registry does not name user_oriented"]


def main() -> int:
    """Print what was looked at and what was found."""
    found = []
    for check in (interpreter, installation, links, versions, registration):
        problems = check()
        print(f"{'bad ' if problems else 'good'}  {check.__name__}: {check.__doc__}")
        found += problems
    for problem in found:
        print(f"  - {problem}", file=sys.stderr)
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
