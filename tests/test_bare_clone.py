"""What the README claims, on small real inputs that every clone has: a database, tool lists and transcripts of others."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import turnwise
from turnwise.cli import main
from turnwise.errors import SeedError
from turnwise.synthesis.pipeline import make_world
from turnwise.worlds import World, verify_world

DATA = Path(__file__).parent / "data"
SERVERS = json.loads((DATA / "mcp_tool_lists.json").read_text("utf-8"))


def say(*arguments: object) -> str:
    """What a command prints; it has to succeed."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> World:
    directory = tmp_path_factory.mktemp("worlds") / "shop"
    say("synth", DATA / "chinook_small.sql", "-o", directory)
    return turnwise.load_world(directory)


@pytest.mark.parametrize(("agent", "success"), [("oracle", 1.0), ("silent", 0.0)])
def test_the_bounds_hold_on_a_database_of_somebody_else(
    shop: World, agent: str, success: float, tmp_path: Path
) -> None:
    results = turnwise.run(shop, agent=agent, scenarios=6, log_dir=tmp_path)
    assert [turnwise.score(trajectory)["success"] for trajectory in results] == [success] * 6


@pytest.fixture(scope="module")
def airline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("airline")
    say("import", DATA / "tau_bench_airline.jsonl.gz", "-o", folder)
    return folder


def test_transcripts_of_others_are_imported_whole_and_scored(airline: Path) -> None:
    assert "12" in say("compare", airline)


@pytest.mark.parametrize("server", SERVERS, ids=[server["server"] for server in SERVERS])
def test_a_tool_list_as_its_author_wrote_it_becomes_a_world_whose_tools_answer(server: dict, tmp_path: Path) -> None:  # type: ignore[type-arg]
    path = tmp_path / "tools.json"
    path.write_text(json.dumps(server), "utf-8")
    try:
        world = make_world(str(path), name=None, seed=0, most_tools=80, server=None)
    except SeedError as error:
        pytest.fail(str(error))
    assert world.tools
    verify_world(world)
