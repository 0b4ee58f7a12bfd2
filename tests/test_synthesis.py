"""A database becomes a world: any database, the same world each time, and nothing in it that does not run."""

import re
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from turnwise.errors import SeedError, WorldError
from turnwise.synthesis.database.schema import reflect
from turnwise.synthesis.pipeline import make_world
from turnwise.synthesis.seeds.reading import read_database
from turnwise.synthesis.tools.trials import reason_to_drop
from turnwise.worlds import Tool, World, bundled_worlds, load_script, load_world, open_session, save_world, verify_world
from turnwise.worlds.world import world_files

ROOT = Path(__file__).parents[1]
CHINOOK = ROOT / "tests" / "data" / "chinook_small.sql"


def database(path: Path, script: str) -> Path:
    connection = sqlite3.connect(path)
    connection.executescript(f"BEGIN;\n{script};\nCOMMIT;")  # one transaction, or every row waits for the disk
    connection.close()
    return path


def rows(table: str, values: str, count: int = 30) -> str:
    return "".join(f"INSERT INTO {table} VALUES ({values.format(n=n, m=n % 5)});" for n in range(1, count + 1))


USEFUL = {
    "no keys": "CREATE TABLE people (name TEXT, city TEXT, age INT); CREATE TABLE orders (person TEXT, price REAL);"
    + rows("people", "'Person {n}', 'City {m}', {n}")
    + rows("orders", "'Person {n}', {n}.5"),
    "odd names": """
        CREATE TABLE "order" ("id" INTEGER PRIMARY KEY, "group" TEXT, "wéird ""q'uoted name" TEXT, "index" INT);
        CREATE TABLE "Straße & Co" ("Ünïcode ID" INTEGER PRIMARY KEY, "näme" TEXT,
            "order" INTEGER REFERENCES "order"("id"), "drop table x;--" REAL, "日本語" TEXT);
        """
    + rows('"order"', "{n}, 'G{m}', 'S''el {n}', {n}")
    + rows('"Straße & Co"', "{n}, 'Näme № {n}', {n}, {n}.1, '値{n}'"),
    "views and triggers": """
        CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, v INT); CREATE VIEW good AS SELECT name, v FROM t;
        CREATE VIEW broken AS SELECT nope FROM t; CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;"""
    + rows("t", "{n}, 'Name {n}', {n}"),
    "cycles": "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, b_id INT REFERENCES b(id));"
    "CREATE TABLE b (id INTEGER PRIMARY KEY, name TEXT, a_id INT REFERENCES a(id));"
    + rows("a", "{n}, 'Alpha {n}', {n}")
    + rows("b", "{n}, 'Beta {n}', {n}"),
    "blobs": "CREATE TABLE pics (id INTEGER PRIMARY KEY, name TEXT, data BLOB);"
    + rows("pics", "{n}, 'Pic {n}', x'00ff'"),
    "long values": "CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body TEXT);"
    + rows("docs", "{n}, 'Title {n}', printf('%.*c', 100000, 'x')", 3),
    "composite keys": "CREATE TABLE s (student TEXT PRIMARY KEY, age INT);"
    "CREATE TABLE marks (student TEXT, course TEXT, grade INT, PRIMARY KEY (student, course)) WITHOUT ROWID;"
    + rows("s", "'stu{n}', {n}")
    + rows("marks", "'stu{n}', 'c{m}', {n}"),
}


@pytest.mark.parametrize("kind", USEFUL)
def test_any_database_with_rows_makes_a_world_that_runs(kind: str, tmp_path: Path) -> None:
    world = make_world(database(tmp_path / "some.sqlite", USEFUL[kind]))
    verify_world(world)
    assert {tool.operation.kind for tool in world.tools if tool.operation} & {"get", "find"}
    assert any(tool.effect == "write" for tool in world.tools)


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    left_out = make_world(database(tmp_path / "v.sqlite", USEFUL["views and triggers"])).provenance["left_out"]
    assert [sentence.partition(":")[0] for sentence in left_out] == ["trigger tr", "view broken"]
    cut = make_world(database(tmp_path / "d.sqlite", USEFUL["long values"])).provenance["left_out"]
    assert cut == ["3 values of docs.body: cut after 2000 characters"]


def test_many_tables_give_a_world_around_the_best_connected_ones(tmp_path: Path) -> None:
    script = "".join(
        f"CREATE TABLE thing_{i} (id INTEGER PRIMARY KEY, name TEXT, amount REAL,"
        f" parent_id INTEGER REFERENCES thing_{max(0, i - 1)}(id));"
        + rows(f"thing_{i}", f"{{n}}, 'T{i}n{{n}}', {{n}}.5, {{n}}", 5)
        for i in range(60)
    )
    world = make_world(database(tmp_path / "big.sqlite", script), most_tools=40)
    assert len(world.tools) <= 40
    tables = {tool.operation.table for tool in world.tools if tool.operation}
    assert len(tables) >= 3
    assert world.provenance["tools"]["beyond_most"] > 200


UNUSABLE = {
    "empty.sqlite": (b"", "holds no tables"),
    "words.sql": (b"hello world", "cannot be read as SQLite SQL"),
    "noise.dat": (bytes(range(128, 256)), "neither a SQLite database nor"),
    "header.sqlite": (b"SQLite format 3\0" + b"x" * 500, "cannot be read as a SQLite database"),
    "attach.sql": (b"ATTACH '/etc/passwd' AS x;", "ATTACH"),
    "dump.sql": (
        b"CREATE TABLE `t` (`id` int NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`)) ENGINE=InnoDB;",
        "hold no rows",
    ),
    "norows.sql": (b"CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT);", "hold no rows"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_no_database_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    content, reason = UNUSABLE[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SeedError, match=reason) as error:
        make_world(tmp_path / name)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


def test_a_dump_made_by_sqlite_is_a_seed(tmp_path: Path) -> None:
    seed = tmp_path / "dump.sql"
    seed.write_text(f"PRAGMA foreign_keys=OFF;\nBEGIN;\n{USEFUL['cycles']}COMMIT;\n")
    assert read_database(seed).left_out == ("PRAGMA foreign_keys=OFF: settings are the sandbox's",)
    assert len(make_world(seed).tools) > 5


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    path = database(tmp_path / "a.sqlite", USEFUL["cycles"])
    assert world_files(make_world(path, seed=3)) == world_files(make_world(path, seed=3))


def test_a_world_is_written_whole_and_read_back(tmp_path: Path) -> None:
    world = make_world(database(tmp_path / "a.sqlite", USEFUL["no keys"]))
    save_world(world, tmp_path / "made")
    assert load_world(tmp_path / "made") == world
    save_world(world, tmp_path / "made")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.sqlite", "made"]


def test_a_folder_with_other_things_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(WorldError, match="choose another directory"):
        save_world(load_world("city_library"), tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("world.json", "{", "cannot be read"),
        ("world.json", '{"name": "x"}', "cannot be read"),
        ("tools.json", "[{}]", "cannot be read"),
        ("policy.md", None, "cannot be read"),
    ],
)
def test_a_damaged_world_is_refused_in_one_line(file: str, content: str | None, reason: str, tmp_path: Path) -> None:
    shutil.copytree(bundled_worlds()["city_library"], tmp_path / "w")
    if content is None:
        (tmp_path / "w" / file).unlink()
    else:
        (tmp_path / "w" / file).write_text(content)
    with pytest.raises(WorldError, match=reason) as error:
        load_world(tmp_path / "w")
    assert "\n" not in str(error.value)


def test_a_tool_that_does_not_do_what_it_says_is_dropped(tmp_path: Path) -> None:
    world = make_world(database(tmp_path / "a.sqlite", USEFUL["cycles"]))
    schema = reflect(load_script(world.database or ""))

    def verdict(tool: Tool) -> str | None:
        changed = World(**{**world.model_dump(exclude={"tools"}), "tools": (tool,)})
        return reason_to_drop(changed, tool, schema, 0)

    get = world.by_name["get_a"]
    assert verdict(get) is None
    assert "does not fit its return schema" in str(
        verdict(get.model_copy(update={"returns": {"type": "object", "required": ["x"]}}))
    )


def test_the_bundled_worlds_are_what_their_seeds_make(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "seeds"))
    import bundle

    assert sorted(bundled_worlds()) == sorted(module.NAME for module in bundle.SEEDS)
    for module in bundle.SEEDS:
        world = load_world(module.NAME)
        assert world_files(bundle.build(module)) == world_files(world), f"run: {sys.executable} seeds/bundle.py"
        tables = load_script(world.database or "").execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
        assert tables.fetchone()[0] >= 6


@pytest.mark.parametrize("name", bundled_worlds())
def test_the_policy_asks_for_a_yes_exactly_where_consent_is_scored(name: str) -> None:
    world = load_world(name)
    rule = " ".join(world.policy.split()).partition("Ask before you delete or remove anything, and before you create ")[
        2
    ]
    priced = re.findall(r"(?:a|an) ([a-z ]+?)(?:,| or|$)", rule.partition(". Anything else")[0])
    asked = {tool.name for tool in world.tools if tool.name.startswith(("delete_", "remove_"))}
    asked |= {f"create_{noun.replace(' ', '_')}" for noun in priced}
    assert len(priced) > 1
    assert {tool.name for tool in world.tools if tool.consequential} == asked


def test_a_policy_made_from_tools_names_those_that_need_a_yes(tmp_path: Path) -> None:
    world = make_world(database(tmp_path / "x.sqlite", USEFUL["blobs"]))
    guarded = {tool.name for tool in world.tools if tool.consequential}
    (rule,) = [line for line in world.policy.splitlines() if "wait for a yes" in line]
    assert guarded
    assert {tool.name for tool in world.tools if re.search(rf"\b{tool.name}\b", rule)} == guarded


def test_chinook_reads_as_a_person_would_name_it() -> None:
    names = {tool.name for tool in make_world(CHINOOK).tools}
    assert {"find_albums", "find_tracks", "add_track_to_playlist", "update_customer"} <= names
    assert {"rank_customers_by_invoices_total", "find_genres", "delete_invoice_line"} <= names
    assert not {"get_genre", "update_genre", "create_media_type"} & names, "what is only looked up is not kept in order"


KEYS = """
CREATE TABLE countries (code TEXT PRIMARY KEY, name TEXT NOT NULL, last_update TIMESTAMP NOT NULL);
CREATE TABLE people (id INT PRIMARY KEY, name TEXT NOT NULL, country_code TEXT REFERENCES countries(code), pin TEXT);
CREATE TABLE passports (person_id INTEGER PRIMARY KEY REFERENCES people(id), number TEXT NOT NULL UNIQUE);
CREATE TABLE stays (person_id INTEGER REFERENCES people(id), country_code TEXT, nights INTEGER NOT NULL, year INTEGER,
    rating INTEGER, PRIMARY KEY (person_id, country_code, year)) WITHOUT ROWID;
CREATE VIEW guests AS SELECT name, country_code FROM people;
"""


def keyed() -> str:
    made = [KEYS]
    for n in range(20):
        made.append(f"INSERT INTO countries VALUES ('{chr(65 + n)}{chr(70 + n)}', 'Land {n}', '2024-01-01 00:00:00');")
        made.append(f"INSERT INTO people VALUES ({n + 5}, 'Ann Lee {n}', '{chr(65 + n)}{chr(70 + n)}', '{n:04}');")
        made.append(f"INSERT INTO stays VALUES ({n + 5}, '{chr(65 + n)}{chr(70 + n)}', {n + 1}, 2020, {n % 5});")
    made += [f"INSERT INTO passports VALUES ({n + 5}, 'P{n:05}');" for n in range(10)]
    return "".join(made)


def test_tables_of_any_key_get_tools_that_write(tmp_path: Path) -> None:
    world = make_world(database(tmp_path / "keys.sqlite", keyed()))
    tools = world.by_name
    assert not world.provenance["tools"]["dropped"]
    assert tools["create_country"].parameters["required"] == ["country_code", "name"]
    assert "last_update" not in tools["create_country"].parameters["properties"]
    assert "last_update" not in tools["update_country"].parameters["properties"]
    assert "person_id" in tools["create_passport"].parameters["required"]
    assert {"person_id", "country_code", "year"} == set(tools["get_stay"].parameters["required"])
    assert "next free number" in tools["create_person"].description
    with open_session(world) as session:
        assert session.call("create_person", {"name": "Bo"})["person_id"] == 25
        assert (
            session.call("create_country", {"country_code": "ZZ", "name": "Zed"})["last_update"] == world.reference_time
        )
        key = {"person_id": 5, "country_code": "AF", "year": 2020}
        assert session.call("update_stay", {**key, "rating": 5})["rating"] == 5
        session.call("delete_stay", key)
        assert [change.kind for change in session.net_changes()] == ["insert", "insert", "delete"]


def test_tables_come_before_views_and_tools_that_fail_are_replaced(tmp_path: Path) -> None:
    path = database(tmp_path / "keys.sqlite", keyed())
    whole = make_world(path)
    of_views = [tool.name for tool in whole.tools if tool.operation and tool.operation.table == "guests"]
    assert 0 < len(of_views) <= 3
    fewer = make_world(path, most_tools=len(whole.tools) - len(of_views))
    assert {tool.name for tool in fewer.tools} == {tool.name for tool in whole.tools} - set(of_views)
    empty = "CREATE TABLE aaa (id INTEGER PRIMARY KEY, name TEXT, person_id INTEGER REFERENCES people(id));"
    filled = make_world(database(tmp_path / "empty.sqlite", keyed() + empty), most_tools=len(whole.tools))
    assert filled.provenance["tools"]["dropped"]
    assert len(filled.tools) == len(whole.tools)


def test_names_are_never_too_long_for_a_model(tmp_path: Path) -> None:
    name = "_".join(["catalog", "contents", "additional", "attributes"] * 3)
    script = f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, {name}_value INTEGER, name TEXT);" + rows(
        name, "{n}, {n}, 'N {n}'"
    )
    world = make_world(database(tmp_path / "long.sqlite", script))
    for tool in world.tools:
        assert all(len(said) <= 64 for said in (tool.name, *tool.parameters["properties"]))
