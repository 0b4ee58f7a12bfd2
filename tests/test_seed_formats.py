"""What people have becomes the same tables, whatever form it comes in; what is wrong with it is said in one line."""

import datetime
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import mariadb, postgres

from turnwise.errors import SeedError
from turnwise.synthesis.pipeline import make_world
from turnwise.synthesis.seeds.reading import Seed, read_seed
from turnwise.synthesis.seeds.records import tables_of_records
from turnwise.synthesis.seeds.splitting import split_dump
from turnwise.synthesis.seeds.tables import build
from turnwise.worlds import load_script, verify_world

CASES = Path(__file__).parents[2] / "shared" / "data" / "cases"

POSTGRES = r"""
CREATE TYPE kind AS ENUM ('dog', 'cat', 'it''s else');
CREATE DOMAIN grams AS integer CHECK (VALUE > 0);
CREATE TABLE owners (id serial PRIMARY KEY, full_name varchar(80) NOT NULL, mail text UNIQUE, since date NOT NULL);
CREATE TABLE pets (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner_id int NOT NULL REFERENCES owners (id) ON DELETE CASCADE,
  name text NOT NULL, kind kind NOT NULL DEFAULT 'dog', weight grams, price numeric(8,2) DEFAULT 0.50, chipped boolean NOT NULL DEFAULT false,
  seen timestamptz, tags text[], search tsvector, note text DEFAULT E'a\nb', CHECK (kind IN ('dog', 'cat', 'it''s else')));
CREATE TABLE visits (pet_id bigint REFERENCES pets, on_day date, fee money, PRIMARY KEY (pet_id, on_day)) PARTITION BY RANGE (on_day);
CREATE TABLE visits_old PARTITION OF visits FOR VALUES FROM ('2020-01-01') TO ('2024-01-01');
CREATE TABLE visits_new PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2030-01-01');
CREATE VIEW heavy AS SELECT p.name, o.full_name FROM pets p JOIN owners o ON o.id = p.owner_id WHERE p.weight > 5000;
CREATE FUNCTION touch() RETURNS trigger AS $$ BEGIN NEW.seen := now(); RETURN NEW; END; $$ LANGUAGE plpgsql;
CREATE TRIGGER touched BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO owners (full_name, mail, since) VALUES ('Brigid O''Hara', 'b@x.example', '2021-03-05'), ('Teo "Ted" \Marsh', NULL, '2022-01-01'),
  (E'Ana\tSosa; ', 'a@x.example', '2023-12-31');
INSERT INTO pets (owner_id, name, kind, weight, price, chipped, seen, tags) VALUES (1, 'Rex', 'dog', 12500, 10.25, true, '2024-05-01 10:00:00+00', '{big,old}'),
  (1, 'Lula', 'cat', 4000, 0, false, NULL, NULL), (2, 'Bo', 'it''s else', NULL, NULL, true, '2024-05-02 09:30:00+00', '{}');
INSERT INTO visits VALUES (1, '2023-05-01', 1200.50), (1, '2024-05-01', 35), (3, '2024-06-01', 7);
"""
MYSQL = r"""
CREATE TABLE owners (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, full_name varchar(80) NOT NULL COMMENT 'as on the ID; card',
  mail varchar(80) UNIQUE, since date NOT NULL, KEY ix (full_name(20))) ENGINE=InnoDB;
CREATE TABLE pets (id bigint NOT NULL AUTO_INCREMENT, owner_id int unsigned NOT NULL, name text NOT NULL,
  kind enum('dog','cat','it''s else') NOT NULL DEFAULT 'dog', weight mediumint, price decimal(8,2) DEFAULT '0.50', chipped tinyint(1) NOT NULL DEFAULT 0,
  seen datetime ON UPDATE CURRENT_TIMESTAMP, note text DEFAULT 'a', PRIMARY KEY (id), FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);
CREATE TABLE visits (pet_id bigint NOT NULL, on_day date NOT NULL, fee decimal(10,2), PRIMARY KEY (pet_id, on_day), FOREIGN KEY (pet_id) REFERENCES pets (id));
CREATE VIEW heavy AS SELECT concat(p.name, ' ', o.full_name) AS who FROM pets p JOIN owners o ON o.id = p.owner_id WHERE p.weight > 5000;
DELIMITER ;;
CREATE TRIGGER touched BEFORE UPDATE ON pets FOR EACH ROW BEGIN SET NEW.seen = now(); SET NEW.note = 'x;y'; END ;;
CREATE PROCEDURE clean() BEGIN DELETE FROM visits; DELETE FROM pets; END ;;
DELIMITER ;
INSERT INTO owners (full_name, mail, since) VALUES ('Brigid O''Hara', 'b@x.example', '2021-03-05'), ('Teo "Ted" \\Marsh', NULL, '2022-01-01'),
  ('Ana\tSosa; ', 'a@x.example', '2023-12-31');
INSERT INTO pets (owner_id, name, kind, weight, price, chipped, seen) VALUES (1, 'Rex', 'dog', 12500, 10.25, 1, '2024-05-01 10:00:00'),
  (1, 'Lula', 'cat', 4000, 0, 0, NULL), (2, 'Bo', 'it''s else', NULL, NULL, 1, '2024-05-02 09:30:00');
INSERT INTO visits VALUES (1, '2023-05-01', 1200.50), (1, '2024-05-01', 35), (3, '2024-06-01', 7);
"""
OWNERS = [(1, "Brigid O'Hara", "b@x.example", "2021-03-05"), (2, 'Teo "Ted" \\Marsh', None, "2022-01-01"),
          (3, "Ana\tSosa; ", "a@x.example", "2023-12-31")]  # fmt: skip
PETS = [
    (1, 1, "Rex", "dog", 12500, 10.25, 1, "2024-05-01 10:00:00"),
    (2, 1, "Lula", "cat", 4000, 0, 0, None),
    (3, 2, "Bo", "it's else", None, None, 1, "2024-05-02 09:30:00"),
]
VISITS = [(1, "2023-05-01", 1200.5), (1, "2024-05-01", 35), (3, "2024-06-01", 7)]


def rows(seed: Seed, sql: str) -> list[tuple[Any, ...]]:
    return load_script(seed.script or "").execute(sql).fetchall()


def holds_the_clinic(seed: Seed) -> None:
    assert rows(seed, "SELECT id, full_name, mail, since FROM owners ORDER BY id") == OWNERS
    assert rows(seed, "SELECT id, owner_id, name, kind, weight, price, chipped, seen FROM pets ORDER BY id") == PETS
    assert rows(seed, "SELECT pet_id, on_day, fee FROM visits ORDER BY 1, 2") == VISITS
    keys = rows(seed, 'SELECT "table", "from", "to" FROM pragma_foreign_key_list(\'pets\')')
    assert keys == [("owners", "owner_id", "id")]
    assert rows(seed, "SELECT name FROM pragma_table_info('visits') WHERE pk ORDER BY pk") == [("pet_id",), ("on_day",)]
    tables = {name for (name,) in rows(seed, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"owners", "pets", "visits"}


def test_what_pg_dump_writes_and_what_the_server_itself_says_are_one_database(tmp_path: Path) -> None:
    with postgres(POSTGRES) as (url, dump):
        live = read_seed(url)
    (tmp_path / "clinic.sql").write_text(dump)
    seed = read_seed(tmp_path / "clinic.sql")
    holds_the_clinic(seed)
    assert rows(seed, "SELECT * FROM heavy") == [("Rex", "Brigid O'Hara")]
    assert {note.split(" (")[0] for note in seed.left_out} >= {"function public.touch", "trigger touched"}
    assert not any("search" in name for (name,) in rows(seed, "SELECT name FROM pragma_table_info('pets')"))
    connection = load_script(seed.script or "")
    with pytest.raises(sqlite3.IntegrityError):  # the values of an enumeration are kept as a check
        connection.execute("INSERT INTO pets (owner_id, name, kind, chipped) VALUES (1, 'x', 'bird', 0)")
    assert rows(live, "SELECT id, full_name, mail, since FROM owners ORDER BY id") == OWNERS
    assert rows(live, "SELECT id, owner_id, name, kind, weight, price, chipped FROM pets ORDER BY id") == [
        row[:7] for row in PETS
    ]
    verify_world(make_world(tmp_path / "clinic.sql"))


def test_what_mysqldump_writes_and_what_the_server_itself_says_are_one_database(tmp_path: Path) -> None:
    with mariadb(MYSQL) as (url, dump):
        live = read_seed(url)
        few = read_seed(url, rows=1)
    (tmp_path / "clinic.sql").write_text(dump)
    seed = read_seed(tmp_path / "clinic.sql")
    holds_the_clinic(seed)
    assert rows(seed, "SELECT * FROM heavy") == [("Rex Brigid O'Hara",)]
    assert [note.split(" (")[0] for note in seed.left_out] == ["trigger touched", "procedure clean"]
    assert all(note.split("(line ")[1].split(")")[0].isdigit() for note in seed.left_out)
    holds_the_clinic(live)
    assert rows(few, "SELECT count(*) FROM pets") == [(1,)]
    assert rows(few, "SELECT count(*) FROM owners") == [(1,)]  # Rex's
    assert "password" not in str(few)


def test_a_dump_is_refused_with_the_line_of_the_file(tmp_path: Path) -> None:
    broken = "-- PostgreSQL database dump\n\nSET x = 1;\n/* two\nlines */\nCREATE TABLE a (id integer,\n  name ((;\n"
    (tmp_path / "broken.sql").write_text(broken)
    with pytest.raises(SeedError, match=r"broken\.sql, line 6: this statement of PostgreSQL cannot be read"):
        read_seed(tmp_path / "broken.sql")
    (tmp_path / "own.sql").write_text(
        "PRAGMA foreign_keys=OFF;\nCREATE TABLE a (id INTEGER);\n\nINSERT INTO b VALUES (1);\n"
    )
    with pytest.raises(SeedError, match="line 4: no such table: b"):
        read_seed(tmp_path / "own.sql")
    (tmp_path / "custom.dump").write_bytes(b"PGDMP\x01\x0e")
    with pytest.raises(SeedError, match="pg_dump --format=plain"):
        read_seed(tmp_path / "custom.dump")


def test_triggers_of_a_sqlite_script_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.sql").write_text(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER);\nCREATE TRIGGER up AFTER INSERT ON a BEGIN\n"
        "  UPDATE a SET n = CASE WHEN n > 1 THEN 1 ELSE 0 END;\n  DELETE FROM a WHERE n = 9;\nEND;\nINSERT INTO a VALUES (1, 5);\n"
    )
    seed = read_seed(tmp_path / "t.sql")
    assert rows(seed, "SELECT * FROM a") == [(1, 5)]
    assert seed.left_out == ("trigger up (line 2): a world holds plain tables and views",)


@given(
    st.lists(
        st.sampled_from(["'a;b'", "'it''s'", '"x;y"', "1", "-- c;d\n", "/* e;\nf */", "\n", "name", "E'q\\';'"]),
        max_size=8,
    )
)
def test_statements_are_split_at_their_semicolons_alone(parts: list[str]) -> None:
    sql = "SELECT " + " , ".join(parts)
    found = list(split_dump(f"{sql}\n;\nSELECT 2;", "postgres"))
    assert len(found) == 2
    assert found[1].line == sql.count("\n") + 3


SHOP = {
    "customers.csv": "id;name;joined;vat\n1;Zoë Müller;03.04.2024;007\n2;Li Wei;15.04.2024;012\n3;Al Roy;01.02.2023;\n",
    "orders.csv": 'order no,customer_id,placed,total,paid\n10,1,2024-05-01 10:00:00,"$1,200.50",true\n'
    '11,2,2024-05-02T09:30:00Z,"$35.00",false\n12,1,2024-05-03 08:00:00,"$7.25",true\n',
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "corner shop"
    folder.mkdir()
    (folder / "customers.csv").write_bytes(SHOP["customers.csv"].encode("cp1252"))
    (folder / "orders.csv").write_text(SHOP["orders.csv"])
    (folder / "read me.txt").write_text("hello")
    return folder


def test_a_folder_of_csv_files_is_a_database(shop: Path) -> None:
    seed = read_seed(shop)
    assert rows(seed, "SELECT * FROM customers ORDER BY id") == [
        (1, "Zoë Müller", "2024-04-03", "007"), (2, "Li Wei", "2024-04-15", "012"), (3, "Al Roy", "2023-02-01", None)
    ]  # fmt: skip
    assert rows(seed, "SELECT * FROM orders LIMIT 2") == [
        (10, 1, "2024-05-01 10:00:00", 1200.5, 1), (11, 2, "2024-05-02 09:30:00", 35, 0)
    ]  # fmt: skip
    said = " | ".join(seed.left_out)
    for part in ("customers.csv: read as Windows-1252", "read me.txt", "keys: customers.id and orders.order no",
                 "customers.joined: read as day first"):  # fmt: skip
        assert part in said
    world = make_world(shop)
    verify_world(world)
    assert world.name == "corner_shop"
    assert "orders.customer_id points at customers.id" in " ".join(world.provenance["left_out"])


def test_excel_parquet_json_and_data_frames_give_the_same_tables(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("pyarrow")
    people = [{"id": n, "name": f"P{n}", "born": datetime.date(1990, 1, n), "score": n + 0.5} for n in (1, 2, 3)]
    frame = pandas.DataFrame(people)
    book = openpyxl.Workbook()
    book.active.title = "people"
    for row in (list(people[0]), *(list(person.values()) for person in people)):
        book.active.append(row)
    book.save(tmp_path / "people.xlsx")
    frame.to_parquet(tmp_path / "people.parquet")
    as_text = [{**person, "born": person["born"].isoformat()} for person in people]
    (tmp_path / "people.json").write_text(json.dumps(as_text))
    (tmp_path / "people.jsonl").write_text("\n".join(map(json.dumps, as_text)))
    expected = [(n, f"P{n}", f"1990-01-0{n}", n + 0.5) for n in (1, 2, 3)]
    for seed in (*(tmp_path / f"people.{kind}" for kind in ("xlsx", "parquet", "json", "jsonl")), {"people": frame}):
        assert rows(read_seed(seed), "SELECT * FROM people ORDER BY id") == expected


def test_lists_inside_rows_are_tables_that_point_at_them() -> None:
    seed = read_seed({"orders": [{"id": 1, "to": {"city": "Ghent"}, "items": [{"sku": "a", "n": 2}, {"sku": "b", "n": 1}]},
                                 {"id": 2, "to": {"city": "Lyon"}, "items": []}]})  # fmt: skip
    assert rows(seed, "SELECT * FROM orders") == [(1, "Ghent"), (2, "Lyon")]
    assert rows(seed, "SELECT order_id, sku, n FROM order_items") == [(1, "a", 2), (1, "b", 1)]


cells = st.one_of(st.none(), st.integers(-(2**60), 2**60), st.floats(-1e9, 1e9), st.text(max_size=12), st.booleans())


@given(
    st.dictionaries(st.text(min_size=1, max_size=8), st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4)
)
def test_any_rows_become_a_table_or_a_reason(columns: dict[str, list[Any]]) -> None:
    records = [{name: values[at] for name, values in columns.items()} for at in range(3)]
    notes: list[str] = []
    (table,) = tables_of_records({"things": records}, notes)
    connection = build([table], (), notes)
    assert connection.execute("SELECT count(*) FROM things").fetchone() == (3,)


PETSTORE: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Pet desk"},
    "paths": {
        "/pets/{petId}": {
            "parameters": [{"name": "petId", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "getPet", "summary": "One pet.", "responses": {"200": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/Pet"}}}}}},
            "delete": {"summary": "Remove a pet.", "responses": {"204": {"description": "gone"}}},
        },
        "/pets": {"post": {"operationId": "addPet", "requestBody": {"required": True, "content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Pet"}}}}, "responses": {}},
            "get": {"operationId": "old", "deprecated": True}},
    },
    "components": {"schemas": {"Pet": {"type": "object", "required": ["name"], "properties": {
        "name": {"type": "string"}, "tag": {"type": "string", "nullable": True}, "parent": {"$ref": "#/components/schemas/Pet"}}}}},
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_an_openapi_document_is_a_list_of_tools(suffix: str, tmp_path: Path) -> None:
    import yaml

    path = tmp_path / f"desk.{suffix}"
    path.write_text(json.dumps(PETSTORE) if suffix == "json" else yaml.safe_dump(PETSTORE, sort_keys=False))
    seed = read_seed(path)
    assert [spec.name for spec in seed.specs] == ["getPet", "delete_pets_by_pet_id", "addPet"]
    get, delete, add = seed.specs
    assert get.parameters["required"] == ["petId"]
    assert get.returns["properties"]["tag"]["type"] == ["string", "null"]
    assert (get.hints["readOnlyHint"], delete.hints["destructiveHint"]) == (True, True)
    assert set(add.parameters["properties"]) == {"name", "tag", "parent"}
    assert add.parameters["required"] == ["name"]
    assert "GET /pets was left out: it is deprecated." in seed.left_out
    world = make_world(path)
    assert {tool.name: tool.effect for tool in world.tools}["getPet"] == "read"


SERVER = '''
from mcp.server.mcpserver import MCPServer
server = MCPServer("Parcel desk")
@server.tool()
def find_parcel(tracking: str) -> dict[str, str]:
    """Find a parcel."""
    return {"tracking": tracking}
server.run()
'''


def test_a_live_mcp_server_is_asked_for_its_tools(tmp_path: Path) -> None:
    import sys

    pytest.importorskip("mcp")
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    seed = read_seed(f"mcp:{sys.executable} {script}")
    assert (seed.name, [spec.name for spec in seed.specs]) == ("parcel_desk", ["find_parcel"])
    assert str(tmp_path) not in seed.label
    configured = tmp_path / "clients.json"
    configured.write_text(
        json.dumps({"mcpServers": {"one": {"command": sys.executable, "args": [str(script)]}, "two": {"url": "x"}}})
    )
    assert read_seed(configured, "one").specs == seed.specs
    with pytest.raises(SeedError, match="names 2 servers: choose one with --server: one or two"):
        read_seed(configured)


def wrong(tmp_path: Path) -> Iterator[tuple[Any, str]]:
    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    (tmp_path / "nothing").mkdir()
    yield file("only.csv", "a,b\n"), "only.csv holds no rows"
    yield file("wide.csv", "a,b\n1,2\n1,2,3,4\n"), "row 3: 4 values for 2 columns"
    yield file("zero.csv", b"a,b\n1,\x00\n"), "zero bytes"
    yield file("bad.jsonl", '{"a": 1}\n{"a": \n'), "line 2, is not JSON"
    yield file("bad.xlsx", "no zip"), "no Excel file"
    yield file("bad.parquet", "no parquet"), "no Parquet file"
    yield file("bad.yaml", "a: [1"), "is not YAML"
    yield file("empty.yaml", "openapi: 3.0.0\npaths: {}\n"), "holds no operations"
    yield tmp_path / "nothing", "holds no file of rows"
    yield {"a": 3}, "a data frame or a list of dictionaries is expected"
    yield {"a": []}, "there are no rows"
    yield "sqlite:///nowhere/x.db", "cannot be read"
    yield "oracle+nothing://u:secret@h/x", "cannot be read"
    yield "mcp:surely-no-such-program", "cannot be asked for its tools"
    yield "mcp:", "followed by the command"
    yield "nosuch.csv", "is not a file: name a SQLite file"


def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path) -> None:
    for seed, reason in wrong(tmp_path):
        with pytest.raises(SeedError, match=reason) as refused:
            read_seed(seed)
        assert "\n" not in str(refused.value)
        assert "secret" not in str(refused.value)


@pytest.mark.skipif(not CASES.is_dir(), reason="the cases lie beside the checkout, in ../shared")
@pytest.mark.parametrize(
    "path", sorted((CASES / "databases").glob("*")) if CASES.is_dir() else [], ids=lambda p: p.name
)
def test_the_small_databases_that_failed_are_read(path: Path) -> None:
    verify_world(make_world(path))


def test_personal_data_is_masked_the_same_everywhere() -> None:
    people = [
        {"id": n, "name": name, "email": f"{name.split()[0].lower()}@mail.example", "phone": f"+44 20 7946 00{n:02}"}
        for n, name in enumerate(["Ann Lee", "Bob Ray", "Cy Dow"], 1)
    ]
    notes = [
        {"id": 1, "member_email": "ann@mail.example", "text": "Call Ann Lee (ann@mail.example) on +44 20 7946 0001."}
    ]
    sources = {"members": people, "notes": notes}
    world = make_world(sources, mask=True, seed=4)
    script = str(world.database)
    for private in ("Ann", "Bob Ray", "Dow", "ann@", "7946 0001"):
        assert private not in script
    ((name, mail, phone),) = (
        load_script(script).execute("SELECT name, email, phone FROM members WHERE id = 1").fetchall()
    )
    ((told, text),) = load_script(script).execute("SELECT member_email, text FROM notes").fetchall()
    assert told == mail
    assert text == f"Call {name} ({mail}) on {phone}."
    assert phone.startswith("+44 ")
    assert make_world(sources, mask=True, seed=4) == world
