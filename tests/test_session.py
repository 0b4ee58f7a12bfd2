"""A session: private, faithful about what changed, and polite when it refuses."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tiny import INTEGER, NOW, TEXT, tool, world

from turnwise.errors import CallRefused, ServiceFault, WorldError
from turnwise.worlds import Reads, RowChange, Session, copies, load_world, open_session

CHINOOK = Path(__file__).parents[2] / "shared" / "data" / "chinook.sqlite"

SHOP = world(
    """
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE);
    CREATE TABLE orders (
        id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
        quantity INTEGER NOT NULL CHECK (quantity > 0), placed TEXT DEFAULT CURRENT_TIMESTAMP
    );
    CREATE TABLE notes (order_id INTEGER REFERENCES orders ON DELETE CASCADE, text TEXT);
    INSERT INTO customers VALUES (1, 'Ann', 'ann@example.org'), (2, 'Ben', NULL);
    INSERT INTO orders VALUES (1, 1, 3, '2024-01-01 00:00:00');
    INSERT INTO notes VALUES (1, 'fragile'), (1, 'gift');
    """,
    tool(
        "get_order",
        "read",
        "object",
        "SELECT * FROM orders WHERE id = :order_id",
        {"order_id": INTEGER},
        table="order",
    ),
    tool(
        "find_customers",
        "read",
        "array",
        "SELECT id, name FROM customers WHERE :name IS NULL OR name LIKE '%' || :name || '%' ORDER BY id",
        {"name": TEXT},
        optional=("name",),
    ),
    tool(
        "place_order",
        "write",
        "object",
        "INSERT INTO orders (customer_id, quantity) VALUES (:customer_id, :quantity) RETURNING *",
        {"customer_id": INTEGER, "quantity": INTEGER},
    ),
    tool(
        "set_quantity",
        "write",
        "object",
        "UPDATE orders SET quantity = :quantity WHERE id = :order_id",
        {"order_id": INTEGER, "quantity": INTEGER},
    ),
    tool(
        "cancel_order",
        "write",
        "object",
        "DELETE FROM orders WHERE id = :order_id",
        {"order_id": INTEGER},
        table="order",
    ),
    tool(
        "remove_customer",
        "write",
        "object",
        "DELETE FROM customers WHERE id = :id RETURNING name",
        {"id": INTEGER},
    ),
    tool(
        "add_customer",
        "write",
        "object",
        "INSERT INTO customers (name, email) VALUES (:name, :email) RETURNING id",
        {"name": {"type": ["string", "null"]}, "email": {"type": "string", "maxLength": 40}},
        optional=("email",),
    ),
    tool(
        "flood",
        "write",
        "array",
        "INSERT INTO notes SELECT 1, value FROM json_each(:texts)",
        {"texts": {"type": "array"}},
    ),
    tool(
        "rate",
        "read",
        "object",
        "SELECT :stars AS stars",
        {"stars": {"type": "integer", "minimum": 1, "maximum": 5}},
    ),
    tool("sort", "read", "object", "SELECT :by AS by", {"by": {"enum": ["name", "date"]}}),
    tool("on", "read", "object", "SELECT :day AS day", {"day": {"type": "string", "format": "date"}}),
)


@pytest.fixture
def shop() -> Iterator[Session]:
    with open_session(SHOP) as session:
        yield session


def refusal(session: Session, name: str, /, **arguments: Any) -> str:
    """Why a call is refused, having checked that it changed nothing."""
    tables = ("customers", "orders", "notes")
    before = [session.query(f"SELECT * FROM {table}") for table in tables], session.changes
    with pytest.raises(CallRefused) as refused:
        session.call(name, arguments)
    assert before == ([session.query(f"SELECT * FROM {table}") for table in tables], session.changes)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_state_persists_within_a_session_and_not_beyond(shop: Session) -> None:
    placed = shop.call("place_order", {"customer_id": 2, "quantity": 4})
    assert placed == {"id": 2, "customer_id": 2, "quantity": 4, "placed": NOW}
    assert shop.call("get_order", {"order_id": 2}) == placed
    with open_session(SHOP) as other:
        assert "nothing found" in refusal(other, "get_order", order_id=2)
        assert other.net_changes() == []


def test_an_array_tool_returns_rows_and_absent_arguments_are_null(shop: Session) -> None:
    assert shop.call("find_customers", {}) == [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Ben"}]
    assert shop.call("find_customers", {"name": "nn"}) == [{"id": 1, "name": "Ann"}]
    assert shop.call("find_customers", {"name": "nobody"}) == []


def test_changes_carry_the_number_of_the_call_that_made_them(shop: Session) -> None:
    shop.call("get_order", {"order_id": 1})
    assert shop.changes == []
    shop.call("set_quantity", {"order_id": 1, "quantity": 9})
    refusal(shop, "set_quantity", order_id=77, quantity=9)
    shop.call("cancel_order", {"order_id": 1})
    assert shop.calls == 4
    assert [(c.call, c.table, c.kind) for c in shop.changes] == [
        (2, "orders", "update"),
        (4, "notes", "delete"),
        (4, "notes", "delete"),
        (4, "orders", "delete"),
    ]
    update = shop.changes[0]
    assert (update.key, update.before, update.values) == ({"id": 1}, {"quantity": 3}, {"quantity": 9})


def test_net_changes_are_what_is_left_in_the_end(shop: Session) -> None:
    shop.call("set_quantity", {"order_id": 1, "quantity": 9})
    assert [c.kind for c in shop.net_changes()] == ["update"]
    shop.call("set_quantity", {"order_id": 1, "quantity": 3})
    assert shop.net_changes() == []
    new = shop.call("place_order", {"customer_id": 1, "quantity": 1})["id"]
    shop.call("set_quantity", {"order_id": new, "quantity": 2})
    (inserted,) = shop.net_changes()
    assert (inserted.kind, inserted.values["quantity"]) == ("insert", 2)
    shop.call("cancel_order", {"order_id": new})
    assert shop.net_changes() == []


def test_setting_the_same_value_is_no_change_but_is_no_refusal(shop: Session) -> None:
    assert shop.call("set_quantity", {"order_id": 1, "quantity": 3.0}) == {"changed": 1}
    assert shop.changes == []


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("get_ordr", {}, "there is no tool 'get_ordr': did you mean get_order"),
        ("get_order", {"order_id": 5}, "nothing found: no order with order_id 5"),
        ("cancel_order", {"order_id": 5}, "nothing was changed: no order with order_id 5"),
        ("get_order", {}, "the arguments do not fit: 'order_id' is a required property"),
        ("get_order", {"order_id": "5"}, "the arguments do not fit: order_id: '5' is not of type 'integer'"),
        (
            "get_order",
            {"order_id": 1, "size": 2},
            "the arguments do not fit: Additional properties are not allowed ('size' was unexpected)",
        ),
        ("get_order", {"order_id": 2**70}, "argument order_id is too large a number"),
        (
            "find_customers",
            {"name": "\ud800"},
            "argument name is not valid text: it contains half of a character",
        ),
        ("rate", {"stars": 9}, "the arguments do not fit: stars: 9 is greater than the maximum of 5"),
        ("sort", {"by": "size"}, "the arguments do not fit: by: 'size' is not one of ['name', 'date']"),
        ("on", {"day": "31 May"}, "the arguments do not fit: day: '31 May' is not a 'date'"),
        ("place_order", {"customer_id": 9, "quantity": 1}, "there is no customers with id 9"),
        ("remove_customer", {"id": 1}, "customers with id 1 is still referred to by orders"),
        (
            "place_order",
            {"customer_id": 1, "quantity": 0},
            "the values break a rule of the data: quantity > 0",
        ),
        ("add_customer", {"name": None}, "name needs a value"),
        (
            "add_customer",
            {"name": "A", "email": "ann@example.org"},
            "email has to be unique, and another row already has this value",
        ),
        (
            "flood",
            {"texts": ["x"] * 51},
            "this would change 51 rows, and one call may change 50: narrow it down",
        ),
    ],
)
def test_a_refusal_says_what_to_do(shop: Session, name: str, arguments: Any, sentence: str) -> None:
    assert refusal(shop, name, **arguments).startswith(sentence)


def test_arguments_have_to_be_a_json_object(shop: Session) -> None:
    for arguments in (
        [],
        None,
        {"order_id": float("nan")},
        {"order_id": object()},
        {"order_id": "x" * 70_000},
    ):
        with pytest.raises(CallRefused, match="arguments"):
            shop.call("get_order", arguments)  # type: ignore[arg-type]


def test_a_query_only_reads(shop: Session) -> None:
    assert shop.query("SELECT count(*) AS n FROM orders WHERE id = :id", {"id": 1}) == [{"n": 1}]
    for sql in ("DELETE FROM orders", "SELECT * FROM sqlite_master", "SELECT * FROM turnwise_log"):
        with pytest.raises(CallRefused):
            shop.query(sql)
    assert shop.calls == 0


def test_closing_twice_is_fine() -> None:
    session = open_session(SHOP)
    session.close()
    session.close()


def test_a_constraint_checked_at_the_end_is_refused_as_well() -> None:
    later = world(
        """CREATE TABLE a (id INTEGER PRIMARY KEY);
        CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED);""",
        tool("add", "write", "object", "INSERT INTO b (a) VALUES (:a)", {"a": INTEGER}),
    )
    with open_session(later) as session:
        with pytest.raises(CallRefused, match="there is no a with id 3"):
            session.call("add", {"a": 3})
        assert session.query("SELECT * FROM b") == []


def test_a_world_without_a_database_cannot_be_opened() -> None:
    with pytest.raises(WorldError, match="its tools are simulated"):
        open_session(world(None))


def test_a_real_database_opens() -> None:
    if not CHINOOK.exists():
        pytest.skip("shared/data/chinook.sqlite is not here")
    disk = sqlite3.connect(CHINOOK)
    script = "\n".join(disk.iterdump())
    disk.close()
    music = world(
        script,
        tool(
            "rename",
            "write",
            "object",
            "UPDATE Artist SET Name = :n WHERE ArtistId = :id",
            {"id": INTEGER, "n": TEXT},
        ),
    )
    with open_session(music) as session:
        session.call("rename", {"id": 1, "n": "AC-DC"})
        assert session.net_changes() == [
            RowChange(
                table="Artist",
                kind="update",
                key={"ArtistId": 1},
                values={"Name": "AC-DC"},
                before={"Name": "AC/DC"},
            )
        ]


def test_sessions_of_a_large_world_share_one_file_until_they_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "IN_MEMORY", 0)
    large = load_world("city_library").changed(policy="that of a large library")
    with ExitStack() as stack:
        sessions = [stack.enter_context(open_session(large, seed=seed)) for seed in range(20)]
        folder = sessions[0]._template.original.folder
        assert all(session.call("get_book", {"book_id": 1})["title"] for session in sessions)
        assert [file.name for file in folder.iterdir()] == ["0"]
        for number, session in enumerate(sessions[:10]):
            session.call("update_branch", {"branch_id": 1, "name": f"Branch {number}"})
        assert len(list(folder.iterdir())) == 11
        names = [session.call("get_branch", {"branch_id": 1})["name"] for session in sessions]
        assert names[:10] == [f"Branch {number}" for number in range(10)]
        assert len(set(names[10:])) == 1
        assert not {*names[:10]} & {*names[10:]}
        assert [len(session.net_changes()) for session in sessions] == [1] * 10 + [0] * 10
        for session in (sessions[0], sessions[19]):
            before = session.call("get_branch", {"branch_id": 1})
            with session.fork() as fork:
                assert fork.call("get_branch", {"branch_id": 1}) == before
                fork.call("update_branch", {"branch_id": 1, "name": "Another"})
                assert session.call("get_branch", {"branch_id": 1}) == before
    assert [file.name for file in folder.iterdir()] == ["0"]


def test_a_copy_that_would_fill_the_disk_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "IN_MEMORY", 0)
    large = load_world("city_library").changed(policy="that of another large library")
    with open_session(large, seed=1) as session:
        before = session.call("get_branch", {"branch_id": 1})
        monkeypatch.setattr(copies, "LEFT_FREE", 1 << 60)
        for _ in range(2):
            with pytest.raises(ServiceFault, match="no room for a dialogue's own copy"):
                session.call("update_branch", {"branch_id": 1, "name": "Another"})
        assert session.call("get_branch", {"branch_id": 1}) == before
        assert session.net_changes() == []
        assert [file.name for file in session._template.original.folder.iterdir()] == ["0"]
        monkeypatch.setattr(copies, "LEFT_FREE", 0)
        assert session.call("update_branch", {"branch_id": 1, "name": "Another"})["name"] == "Another"


def test_copies_that_share_what_they_read_return_what_a_copy_of_its_own_returns() -> None:
    chance = world("CREATE TABLE t (a INT)", tool("draw", "read", "object", "SELECT random() AS drawn", {}))
    shared: Reads = {}

    def played(reads: Reads | None) -> list[Any]:
        with open_session(SHOP, reads=reads) as session, open_session(chance, reads={}) as other:
            seen = [session.call("find_customers", {"name": "n"}), session.query("SELECT count(*) AS n FROM orders")]
            seen.append(session.call("place_order", {"customer_id": 2, "quantity": 1}))
            seen.append(session.query("SELECT count(*) AS n FROM orders"))
            assert other.call("draw", {}) != other.call("draw", {})
            return seen

    alone = played(None)
    assert [played(shared), played(shared)] == [alone, alone]
    assert len(shared) == 2
