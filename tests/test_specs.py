"""Lists of tools become worlds: every shape they come in, what is mended, and sixty real servers."""

import json
import random
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from inspect_ai.tool import ToolParams
from jsonschema import Draft202012Validator

from turnwise.cli import main
from turnwise.errors import CallRefused, SeedError, WorldError
from turnwise.synthesis.pipeline import make_world
from turnwise.synthesis.seeds.files import read_document
from turnwise.synthesis.seeds.tool_lists import ToolList, read_tool_list
from turnwise.synthesis.tools.specified import effect_of, repaired, specified_tools
from turnwise.worlds import SimulatedSession, Tool, load_world, verify_world
from turnwise.worlds.arguments import Signature
from turnwise.worlds.json_schema import fits
from turnwise.worlds.simulated.memory import Answered, contradiction
from turnwise.worlds.simulated.sampling import sample

SERVERS = Path(__file__).parents[2] / "shared" / "data" / "mcp_tool_lists.json"
REAL = range(1, 61)

ID = {"type": "object", "properties": {"order_id": {"type": "integer"}}, "required": ["order_id"]}


def spec(name: str, parameters: Any = None, **more: Any) -> dict[str, Any]:
    """A tool as MCP has it."""
    return {
        "name": name,
        "description": f"Does {name}.",
        "inputSchema": ID if parameters is None else parameters,
        **more,
    }


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Writes a JSON file and gives its path."""

    def write(content: Any) -> Path:
        path = tmp_path / "orders.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write


class Read(NamedTuple):
    """A list of tools, the tools made of it, and all that was mended or left out."""

    list: ToolList
    tools: list[Tool]
    left_out: list[str]


def read_specs(path: Path, server: str | None = None) -> Read:
    """The tools of a list, and a sentence for each thing that was changed."""
    found = read_tool_list(read_document(path, []), path, server)
    tools, mended = specified_tools(found.specs)
    return Read(found, tools, [*found.left_out, *mended])


def only(path: Path) -> Tool:
    """The one tool of a list."""
    (tool,) = read_specs(path).tools
    return tool


bare = {"name": "get_order", "description": "Does get_order.", "parameters": ID}


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "function", "function": bare}],
        [bare],
        bare,
        {"type": "function", "function": bare},
        {"tools": [spec("get_order")]},
        [spec("get_order")],
        [{"name": "get_order", "description": "Does get_order.", "input_schema": ID}],
        {"server": "Orders", "domain": "a shop", "tools": [spec("get_order")]},
        [{"server": "Orders", "domain": "a shop", "tools": [spec("get_order")]}],
    ],
)
def test_every_shape_of_a_list_is_read(written: Any, content: Any) -> None:
    tool = only(written(content))
    assert (tool.name, tool.description, tool.effect, tool.sql) == ("get_order", "Does get_order.", "read", None)
    assert tool.parameters == {**ID, "additionalProperties": False}


def test_the_name_and_the_domain_are_the_servers(written: Any) -> None:
    path = written({"server": "Orders", "domain": "a shop", "tools": [spec("get_order")]})
    specs = read_tool_list(read_document(path, []), path)
    assert (specs.name, specs.domain) == ("Orders", "a shop")
    path = written([spec("get_order")])
    assert read_tool_list(read_document(path, []), path).name == "orders"


def test_one_of_several_servers_is_chosen_by_name_or_number(written: Any) -> None:
    path = written([{"server": name, "tools": [spec(f"get_{name}")]} for name in ("one", "two")])
    assert [read_specs(path, chosen).tools[0].name for chosen in ("two", "1")] == ["get_two", "get_one"]
    with pytest.raises(
        SeedError, match="holds 2 servers: choose one with --server, by its name or number: 'one' or 'two'"
    ):
        read_specs(path)
    with pytest.raises(SeedError, match="no server 'three'"):
        read_specs(path, "three")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ([], "holds neither tools nor rows"),
        ({"openapi": "3.1.0"}, "holds neither tools nor rows"),
        (3, "holds neither tools nor rows"),
        ([1, "x"], "none of its 2 entries is a tool: Entry 1 was dropped: it is no object."),
        ([{"description": "x"}], "it has no name"),
    ],
)
def test_what_is_no_list_of_tools_is_refused_in_one_line(written: Any, content: Any, reason: str) -> None:
    with pytest.raises(SeedError, match=reason) as refused:
        read_specs(written(content))
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="No such file"):
        read_specs(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("parameters", "properties", "note"),
    [
        ({"properties": {"a": {"type": "string"}}}, {"a": {"type": "string"}}, "names no type"),
        ({"type": "object"}, {}, ""),
        ({"type": "object", "properties": []}, {}, "properties was left out"),
        ("nonsense", {}, "no object"),
        ({"type": "string"}, {}, "not that of an object"),
        (
            {"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "integer"}}},
            {"a": {"type": "integer"}},
            "",
        ),
        (
            {
                "type": "object",
                "properties": {"a": {"$ref": "#/$defs/A"}},
                "$defs": {"A": {"type": "object", "properties": {"next": {"$ref": "#/$defs/A"}}}},
            },
            {"a": {"type": "object", "properties": {"next": {}}, "required": []}},
            "refers to itself",
        ),
        ({"type": "object", "properties": {"a": {"$ref": "https://x.org/a"}}}, {"a": {}}, "cannot be followed"),
        (
            {"type": "object", "properties": {"a": {"oneOf": [{"type": "integer"}, {"type": "null"}]}}},
            {"a": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
            "",
        ),
        ({"type": "object", "properties": {"a": {"allOf": [{"type": "integer"}], "title": "A"}}}, {"a": {"type": "integer", "title": "A"}}, ""),
        ({"type": "object", "properties": {"a": {"type": "array", "uniqueItems": True}}}, {"a": {"type": "array"}}, "uniqueItems was left out"),
        ({"type": "object", "properties": {"a": {"type": "string", "pattern": "(a+)+$"}}}, {"a": {"type": "string"}}, "slow to match"),
        ({"type": "object", "properties": {"a": {"type": "int"}}}, {"a": {"type": "integer"}}, "read as integer"),
        ({"type": "object", "properties": {"a": {"type": "integer", "minimum": "3"}}}, {"a": {"type": "integer"}}, "minimum was left out"),
        ({"type": "object", "properties": {"a": {"type": "integer", "minimum": 3, "exclusiveMinimum": True}}}, {"a": {"type": "integer", "minimum": 3}}, "exclusiveMinimum was left out"),
        ({"type": "object", "properties": {"a": {}}, "required": ["a", "b"]}, {"a": {}}, "required what it does not have: b"),
        ({"type": "object", "properties": {"a": {"const": 3}}}, {"a": {"enum": [3]}}, ""),
    ],
)  # fmt: skip
def test_a_broken_schema_is_mended_and_what_was_done_is_told(
    written: Any, parameters: Any, properties: Any, note: str
) -> None:
    specs = read_specs(written([spec("get_x", parameters)]))
    (tool,) = specs.tools
    assert tool.parameters["properties"] == properties
    assert note in "".join(specs.left_out)
    assert bool(specs.left_out) is bool(note)
    Signature(tool)
    ToolParams.model_validate(tool.parameters)


words = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "items",
        "enum",
        "const",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "$defs",
        "additionalProperties",
        "minimum",
        "maxLength",
        "pattern",
        "format",
        "default",
        "description",
        "exclusiveMinimum",
        "if",
        "uniqueItems",
        "prefixItems",
        "not",
        "a",
    ]
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(
        [*("object", "array", "integer", "number", "string", "#/$defs/a", "#", "[", "(a|b)*", "a{9999999}", "regex", "date"),
         *("", 0, 3, 1e-320, 1e308, 10**400, 10**9)]
    ),
)  # fmt: skip
garbage = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=4)),
    max_leaves=12,
)
schemas = st.dictionaries(words, garbage, max_size=5)


@given(schemas)
@settings(max_examples=80, deadline=None)
def test_whatever_a_schema_says_it_is_mended_to_one_that_calls_are_checked_against(parameters: dict[str, Any]) -> None:
    mended, _ = repaired(parameters)
    tool = Tool(name="x", description="x", parameters=mended, returns={"type": "object"}, effect="read")
    with suppress(CallRefused):
        Signature(tool).check({"a": 10**400, "type": "[", "properties": [1.5, None]})
    assert mended["required"] == [name for name in mended["required"] if name in mended["properties"]]


@given(st.one_of(schemas, garbage), st.one_of(st.none(), schemas), st.integers(0, 3))
@settings(max_examples=30, deadline=None)
def test_whatever_its_schemas_say_a_tool_can_be_called_or_is_dropped_with_the_reason(
    parameters: Any, returns: Any, seed: int
) -> None:
    tool = {"name": "get_order", "inputSchema": parameters, **({} if returns is None else {"outputSchema": returns})}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tools.json"
        path.write_text(json.dumps([spec("get_other"), tool]), "utf-8")
        world = make_world(path, seed=seed)
    told = " ".join([*world.provenance["tools"]["dropped"], *world.provenance["left_out"]])
    assert "get_order" in world.by_name or "get_order" in told
    verify_world(world)
    if "get_order" in world.by_name:
        rng, properties = random.Random(seed), world.by_name["get_order"].parameters["properties"]
        session = SimulatedSession(world, seed=seed)
        try:
            arguments = {name: sample(name, schema, rng, datetime(2026, 1, 5)) for name, schema in properties.items()}
            result = session.call("get_order", arguments)
        except (WorldError, CallRefused):  # what cannot be made up for an optional argument
            result = session.call("get_order", {})
        assert fits(result, world.by_name["get_order"].returns)


@given(garbage, garbage)
@settings(max_examples=30, deadline=None)
def test_a_schema_that_nobody_mended_is_checked_or_refused_with_the_reason(schema: Any, value: Any) -> None:
    tool = {"name": "x", "description": "x", "effect": "read", "returns": {"type": "object"}}
    with suppress(WorldError, CallRefused):
        Signature(Tool(**tool, parameters={"type": "object", "properties": {"a": schema}})).check({"a": value})


def test_names_are_made_valid_and_none_comes_twice(written: Any) -> None:
    twice = spec("get order!")
    specs = read_specs(written([twice, spec("get order?"), twice, spec("x" * 80), {"inputSchema": ID}, 7]))
    assert [tool.name for tool in specs.tools] == ["get_order_", "get_order__2", "x" * 64]
    assert [sentence.split(":")[0] for sentence in specs.left_out] == [
        "'get order!' is called get_order_",
        "'get order?' is called get_order__2",
        "A second get_order_ was dropped",
        f"'{'x' * 80}' is called {'x' * 64}",
        "Entry 5 was dropped",
        "Entry 6 was dropped",
    ]


@pytest.mark.parametrize(
    ("name", "hints", "effect", "consequential"),
    [
        ("get_order", {}, "read", False),
        ("searchOrders", {}, "read", False),
        ("weather", {}, "read", False),
        ("create_order", {}, "write", False),
        ("delete_order", {}, "write", True),
        ("send-email", {}, "write", True),
        ("book_hotel", {}, "write", True),
        ("delete_order", {"readOnlyHint": True}, "read", False),
        ("get_order", {"destructiveHint": True}, "write", True),
        ("update_order", {"destructiveHint": False}, "write", False),
    ],
)
def test_what_a_tool_does_is_told_by_hints_else_by_its_verb(
    written: Any, name: str, hints: dict[str, Any], effect: str, consequential: bool
) -> None:
    tool = only(written([spec(name, annotations=hints)]))
    assert (tool.effect, tool.consequential) == (effect, consequential)


def test_what_a_tool_returns_is_read_off_its_name_and_the_other_tools(written: Any) -> None:
    make = {"type": "object", "properties": {"product": {"type": "string"}, "quantity": {"type": "integer"}}, "required": ["product"]}  # fmt: skip
    find = {"type": "object", "properties": {"product": {"type": "string"}, "limit": {"type": "integer"}}}
    path = written([spec("get_order"), spec("list_orders", find), spec("create_order", make)])
    get, several, create = (tool.returns for tool in read_specs(path).tools)
    assert several["type"] == "array"
    assert {"order_id", "product", "quantity", "status"} <= get["properties"].keys() & several["items"][
        "properties"
    ].keys()
    assert "limit" not in several["items"]["properties"]
    assert create["required"] == ["order_id", "status", "product"]
    for shown in (get, several["items"], create):
        assert shown["properties"]["order_id"] == {"type": "integer"}, "one type in all tools"


def test_a_return_schema_that_is_given_is_kept(written: Any) -> None:
    given = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
    assert only(written([spec("get_order", outputSchema=given)])).returns == given


def test_a_tool_that_cannot_be_simulated_is_dropped_with_a_reason(written: Any) -> None:
    never = {"type": "object", "properties": {"a": {"not": {}}}, "required": ["a"]}
    world = make_world(written([spec("get_order"), spec("get_x", outputSchema=never)]))
    assert [tool.name for tool in world.tools] == ["get_order"]
    assert "return schema" in world.provenance["tools"]["dropped"]["get_x"]
    with pytest.raises(SeedError, match="none of its 1 tools can be simulated"):
        make_world(written([spec("get_x", outputSchema=never)]))


def test_the_policy_does_not_tell_the_time(written: Any) -> None:
    world = make_world(written([spec("delete_order")]), name="shop", domain="a shop")
    assert "a shop" in world.policy
    assert "2026" not in world.policy
    assert "before you call delete_order" in world.policy
    assert (world.name, world.database, world.reference_time) == ("shop", None, "2026-01-05 09:00:00")
    verify_world(world)


@pytest.mark.skipif(not SERVERS.is_file(), reason="the lists of real servers lie beside the checkout, in ../shared")
@pytest.mark.parametrize("number", REAL)
def test_real_servers_become_worlds_whose_tools_answer(number: int) -> None:
    world = make_world(SERVERS, server=str(number))
    assert number % 10 or world == make_world(SERVERS, server=str(number))
    assert len(world.tools) == len(json.loads(SERVERS.read_text("utf-8"))[number - 1]["tools"])
    assert world.provenance["tools"]["dropped"] == {}
    verify_world(world)
    session, rng, answered = SimulatedSession(world, seed=number), random.Random(number), list[Answered]()
    for tool in world.tools * 3:
        ToolParams.model_validate(tool.parameters)
        arguments = {
            name: sample(name, schema, rng, datetime(2026, 1, 5))
            for name, schema in tool.parameters["properties"].items()
            if name in tool.parameters["required"] or rng.random() < 0.3
        }
        try:
            new = Answered(tool, arguments, session.call(tool.name, arguments))
        except CallRefused:
            assert any(each.tool.effect == "write" for each in answered), "only what was deleted is not found"
            continue
        assert not list(Draft202012Validator(tool.returns).iter_errors(new.result))
        assert contradiction(answered, new) is None
        answered.append(new)
    assert answered


def test_the_command_line_makes_and_shows_a_simulated_world(written: Any, tmp_path: Path) -> None:
    path = written([{"server": name, "tools": [spec("get_order")]} for name in ("one", "two")])
    made = CliRunner().invoke(main, ["synth", str(path), "-o", str(tmp_path / "w"), "--server", "two"])
    assert made.exit_code == 0, made.output
    assert "simulated: there is no database" in made.output
    assert load_world(tmp_path / "w").name == "two"
    shown = CliRunner().invoke(main, ["show", str(tmp_path / "w")])
    assert shown.exit_code == 0, shown.output
    assert "simulated" in shown.output
    assert "get_order(order_id)" in shown.output
    refused = CliRunner().invoke(main, ["synth", str(written({"a": 1})), "-o", str(tmp_path / "w")])
    assert refused.exit_code == 1
    assert "holds neither tools nor rows" in refused.output


@pytest.mark.parametrize(("name", "effect"), [
    ("top_customers_by_order", "read"), ("summarize_payments_by_update", "read"), ("rank_books_by_reserve", "read"),
    ("compareOrders", "read"), ("preview_order", "read"), ("validate_transfer", "read"), ("lookup_order", "read"),
    ("describe_purchase", "read"), ("estimate_refund", "read"), ("sales_by_order", "read"), ("look_up_order", "read"),
    ("cancel_order", "write"), ("bookHotel", "write"), ("modify_pending_order_items", "write"), ("order", "write"),
])  # fmt: skip
def test_a_tool_without_annotations_writes_only_where_its_verb_does(name: str, effect: str) -> None:
    assert effect_of(name, {}) == effect
    assert effect_of(name, {"readOnlyHint": True}) == "read"


@pytest.mark.parametrize(
    ("schema", "parameters", "required"),
    [
        ({"type": {"type": "str", "default": "game"}}, {"type": {"type": "string", "default": "game"}}, []),
        (
            {"area": {"type": "int"}, "extras": {"type": "List[str], optional"}},
            {"area": {"type": "integer"}, "extras": {"type": "array", "items": {"type": "string"}}},
            ["area"],
        ),
        (
            {"type": "dict", "properties": {"od": {"type": "Optional[float]"}, "any": {"type": "any"}}, "required": ["od"]},
            {"od": {"type": "number"}, "any": {}},
            ["od"],
        ),
        (
            {"type": "object", "properties": {"a": {"type": "string", "required": True}, "b": {"required": False}}},
            {"a": {"type": "string"}, "b": {}},
            ["a"],
        ),
        (
            {"type": "object", "properties": {"x": {"$ref": "#thing"}, "y": {"$ref": "#/$defs/a~1b%20c"}},
             "$defs": {"T": {"$anchor": "thing", "type": "integer"}, "a/b c": {"type": "string"}}},
            {"x": {"type": "integer"}, "y": {"type": "string"}},
            [],
        ),
        (
            {"anyOf": [{"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"]},
                       {"type": "object", "properties": {"a": {}, "c": {}}, "required": ["a", "c"]}]},
            {"a": {}, "c": {}, "b": {}},
            ["a"],
        ),
    ],
)  # fmt: skip
def test_what_is_no_schema_but_means_one_is_mended(schema: Any, parameters: Any, required: list[str]) -> None:
    mended, _ = repaired(schema)
    assert mended["properties"] == parameters
    assert mended["required"] == required
