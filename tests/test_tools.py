"""The tools of a database: few, told apart, and each answering a person's question in one call."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from test_synthesis import database

from turnwise.errors import CallRefused
from turnwise.synthesis.goals.context import schema_of
from turnwise.synthesis.pipeline import MOST_TOOLS, make_world
from turnwise.synthesis.tools.reads import PAGE_ROWS
from turnwise.worlds import World, bundled_worlds, load_world, open_session

WORLDS = sorted(bundled_worlds())
CLINIC = """
CREATE TABLE vets (id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL);
CREATE TABLE pets (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE visits (id INTEGER PRIMARY KEY, pet_id INTEGER NOT NULL REFERENCES pets(id),
    surgeon_id INTEGER REFERENCES vets(id), fee REAL NOT NULL, paid_on DATE);
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> World:
    made = [CLINIC]
    made += [f"INSERT INTO vets VALUES ({n}, 'Ann{n}', 'Lee{n}');" for n in range(1, 5)]
    made += [f"INSERT INTO pets VALUES ({n}, 'Rex {n}', '{('cat', 'dog')[n % 2]}');" for n in range(1, 31)]
    for n in range(1, 41):
        paid = "NULL" if n % 4 == 0 else f"'2026-01-{n % 28 + 1:02}'"
        made.append(f"INSERT INTO visits VALUES ({n}, {n % 3 + 1}, {n % 4 + 1}, {n}.5, {paid});")
    return make_world(database(tmp_path_factory.mktemp("clinic") / "clinic.sqlite", "".join(made)))


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_has_few_tools_none_like_another_and_says_little_of_them(name: str) -> None:
    world = load_world(name)
    does = [(t.operation.kind, t.operation.table) for t in world.tools if t.operation and t.operation.kind != "rank"]
    assert len(world.tools) <= MOST_TOOLS
    assert len(does) == len(set(does)) >= MOST_TOOLS - 3
    shown = [{"name": t.name, "description": t.description, "parameters": t.parameters} for t in world.tools]
    assert len(json.dumps(shown)) + len(world.policy) < 20_000
    for table in (t for t in schema_of(world.database or "").tables.values() if not t.link):
        assert {("find", table.name), ("get", table.name), ("update", table.name)} <= set(does)


@pytest.mark.parametrize("name", WORLDS)
def test_pages_hold_every_row_once_in_the_order_asked_for(name: str) -> None:
    world = load_world(name)
    schema = schema_of(world.database or "")
    with open_session(world) as session:
        for tool in (t for t in world.tools if t.operation and t.operation.kind == "find"):
            assert tool.operation is not None
            key = schema.tables[tool.operation.table].key_columns[0].field
            for way in [None, *tool.parameters["properties"].get("sort", {}).get("enum", ())]:
                wanted = {"sort": way} if way else {}
                first = session.call(tool.name, wanted)
                pages = -(-first["count"] // PAGE_ROWS)
                rows = [r for n in range(1, pages + 1) for r in session.call(tool.name, {**wanted, "page": n})["rows"]]
                assert len({row[key] for row in rows}) == len(rows) == first["count"]
                assert rows[:PAGE_ROWS] == first["rows"]
                if way:
                    in_order(rows, way)
            with pytest.raises(CallRefused, match=f"there is no page {pages + 1}"):
                session.call(tool.name, {"page": pages + 1})


def in_order(rows: list[dict[str, object]], way: str) -> None:
    """Whether rows are sorted as `price_desc` says, those without a value last."""
    field, _, direction = way.rpartition("_")
    values = [row[field] for row in rows]
    known = [value for value in values if value is not None]
    assert values[: len(known)] == known
    for one, next_one in pairwise(known):
        assert one >= next_one if direction == "desc" else one <= next_one  # type: ignore[operator]


def test_one_call_answers_with_names_counts_and_totals(clinic: World) -> None:
    with open_session(clinic) as session:
        pet = session.call("find_pets", {"name": "rex 2"})["rows"][0]
        assert pet["name"] == "Rex 2", "the one that is called so comes first"
        page = session.call("find_visits", {"pet_id": pet["pet_id"], "has_paid_on": False, "sort": "fee_desc"})
        assert page["count"] == len(page["rows"]) > 1
        assert page["fee_sum"] == sum(row["fee"] for row in page["rows"])
        assert {row["pet_name"] for row in page["rows"]} == {"Rex 2"}
        assert {row["paid_on"] for row in page["rows"]} == {None}
        made = session.call("create_visit", {"pet_id": 7, "surgeon_id": 2, "fee": 10})
        assert (made["pet_name"], made["surgeon_name"]) == ("Rex 7", "Ann2 Lee2")
        assert session.call("find_visits", {"pet_id": 29}) == {"count": 0, "fee_sum": None, "rows": []}


def test_a_parameter_is_described_where_its_name_does_not_tell(clinic: World) -> None:
    visit = clinic.by_name["create_visit"].parameters["properties"]
    assert visit["surgeon_id"]["description"] == "vet_id of the surgeon"
    assert visit["paid_on"]["description"] == "YYYY-MM-DD"
    assert "description" not in visit["pet_id"]
    assert "total fee" in clinic.by_name["find_visits"].description


def test_what_its_situations_ask_for_is_kept_first(clinic: World, tmp_path: Path) -> None:
    asked = """
- {name: thanks, role: a nurse, reason: "A pet is to be thanked.", requests: [{rank: pets, of: visits, as: pet}]}
"""
    script = tmp_path / "clinic.sql"
    script.write_text(clinic.database or "")
    assert "rank_pets_by_visits_fee" in make_world(script, most_tools=1, situations=asked).by_name
    assert "rank_pets_by_visits_fee" not in make_world(script, most_tools=8).by_name


def test_a_table_without_rows_takes_no_tools_from_others(tmp_path: Path) -> None:
    rows = "".join(f"INSERT INTO pets VALUES ({n}, 'Rex {n}', '{('cat', 'dog')[n % 2]}');" for n in range(1, 31))
    world = make_world(database(tmp_path / "x.sqlite", CLINIC + rows), most_tools=3)
    assert {tool.operation.table for tool in world.tools if tool.operation} == {"pets"}


def test_a_line_of_an_order_takes_the_next_number_that_is_free_there(tmp_path: Path) -> None:
    script = """CREATE TABLE orders (id INTEGER PRIMARY KEY, placed DATE); CREATE TABLE parts (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE order_parts (order_id INTEGER REFERENCES orders(id), part_id INTEGER REFERENCES parts(id),
            quantity INTEGER NOT NULL, order_line_number INTEGER NOT NULL, PRIMARY KEY (order_id, part_id));"""
    rows = "".join(
        f"INSERT INTO orders VALUES ({n}, '2026-01-0{n}'); INSERT INTO parts VALUES ({n}, 'Part {n}');"
        f"INSERT INTO order_parts VALUES ({n}, {n}, 2, 1);"
        for n in range(1, 6)
    )
    world = make_world(database(tmp_path / "x.sqlite", script + rows))
    tool = world.by_name["add_part_to_order"]
    assert set(tool.parameters["properties"]) == {"order_id", "part_id", "quantity"}
    with open_session(world) as session:
        assert session.call(tool.name, {"order_id": 3, "part_id": 1, "quantity": 4})["order_line_number"] == 2
