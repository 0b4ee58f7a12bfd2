"""Files of rows as people have them: what is plain is read, what is not is named, and nothing is taken for what it is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.reading import read_seed
from turnwise.synthesis.tools.specified import specified_tools
from turnwise.worlds import load_script

READ: dict[str, tuple[str | bytes, list[tuple[Any, ...]], str]] = {
    "mac.csv": ("id,n\r1,a\r2,b\r", [(1, "a"), (2, "b")], ""),
    "excel.csv": ("sep=;\r\nid;price\r\n1;2,50\r\n2;1.234,5\r\n", [(1, 2.5), (2, 1234.5)], ""),
    "commented.csv": ("# exported\n# twice\nid,n\n1,a\n2,b\n", [(1, "a"), (2, "b")], ""),
    "twice.csv": ("id,n,n,\n1,a,b,c\n", [(1, "a", "b", "c")], "column 3 of twice.csv is called 'n 3': another is called n"),
    "account.csv": ("id,n\n99999999999999999999,1\n88888888888888888888,2\n", [("99999999999999999999", 1), ("88888888888888888888", 2)], ""),
    "years.csv": ("country,2019,2020\nPeru,1,2\nLaos,3,4\n", [("Peru", 1, 2), ("Laos", 3, 4)], ""),
    "quoted.csv": ('id,n\n1,"say ""hi"",\nthen go"\n2,b\n', [(1, 'say "hi",\nthen go'), (2, "b")], ""),
    "lines.json": ('{"id": 1, "n": "a"}\n{"id": 2, "n": "b"}\n', [(1, "a"), (2, "b")], ""),
    "big.json": ('[{"id": 123456789012345678901, "n": 1}, {"id": 2, "n": 1}]', [("123456789012345678901", 1), ("2", 1)], ""),
    "half.json": ('[{"id": 1, "n": "\\ud83d!"}]', [(1, "?!")], ""),
    "wide.json": (json.dumps([{"id": 1, "n": "é"}], ensure_ascii=False).encode("utf-16"), [(1, "é")], ""),
}  # fmt: skip
REFUSED: dict[str, tuple[str | bytes, str]] = {
    "empty.csv": ("", "holds no rows: it is empty"),
    "names.csv": ("id,name\n", "holds no rows: a line with the columns' names"),
    "bare.csv": ("1,Ann,2.5\n2,Bob,3\n", r"its first line holds values \(1 and 2.5\) and no names"),
    "ragged.csv": ("id,a\n1,2\n3\n4,5,6\n", "row 4: 3 values for 2 columns"),
    "open.csv": ('id,n\n1,"abc\n2,d\n', "a double quote is opened and never closed"),
    "noise.csv": (bytes(range(128, 256)) * 3, "neither UTF-8 nor Windows-1252"),
    "nothing.json": ("[]", "holds nothing: a list of rows, a list of tools or an OpenAPI document"),
    "columns.json": ('{"id": [1, 2]}', "holds neither tools nor rows"),
    "trailing.json": ('[{"id": 1},]', "is not JSON"),
    "old.xls": (b"\xd0\xcf\x11\xe0\x00", "save it as .xlsx"),
    "rows.csv.gz": (b"\x1f\x8b\x08\x00\x00", "damaged, and cannot be unpacked"),
    "page.html": ("<html>", "neither a SQLite database nor a SQL script: save its text as .txt"),
    "notes": ("id,name\n1,a\n", "neither a SQLite database nor a SQL script. Known are"),
}


@pytest.mark.parametrize("name", READ)
def test_rows_are_read_as_they_are(name: str, tmp_path: Path) -> None:
    content, rows, remark = READ[name]
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    seed = read_seed(tmp_path / name)
    (table,) = load_script(seed.script or "").execute("SELECT name FROM sqlite_master").fetchone()
    assert load_script(seed.script or "").execute(f'SELECT * FROM "{table}"').fetchall() == rows
    assert not remark or remark in seed.left_out


@pytest.mark.parametrize("name", REFUSED)
def test_what_holds_no_rows_is_refused_with_the_reason(name: str, tmp_path: Path) -> None:
    content, reason = REFUSED[name]
    (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SeedError, match=reason) as refused:
        read_seed(tmp_path / name)
    assert name in str(refused.value)


def test_a_folder_is_read_though_one_of_its_files_is_empty(tmp_path: Path) -> None:
    for name, text in (("a.csv", "id,n\n1,x\n"), ("b.csv", ""), ("~$c.xlsx", "x"), (".DS_Store", "x"), ("d.txt", "x")):
        (tmp_path / name).write_text(text)
    notes = read_seed(tmp_path).left_out
    assert "b.csv: holds no rows" in notes
    assert any(note.startswith("d.txt: it is no csv") for note in notes)
    assert not any("xlsx: " in note or "DS_Store" in note for note in notes if not note.startswith("d.txt"))
    (tmp_path / "e.json").write_text("{")
    with pytest.raises(SeedError, match=r"e\.json is not JSON"):
        read_seed(tmp_path)


PARAMETERS = {"type": "object", "properties": {"x": {"type": "string"}}}
DIALECTS: dict[str, Any] = {
    "Bedrock": {"toolConfig": {"tools": [{"toolSpec": {"name": "get_a", "inputSchema": {"json": PARAMETERS}}}]}},
    "Cohere": [{"name": "get_a", "parameter_definitions": {"x": {"type": "str", "required": True}}}],
    "Gemini": {"tools": [{"functionDeclarations": [{"name": "get_a", "parameters": {**PARAMETERS, "type": "OBJECT"}}]}]},
    "LangChain": [{"name": "get_a", "args_schema": PARAMETERS}],
    "MCP over JSON-RPC": {"jsonrpc": "2.0", "id": 1, "result": {"tools": [{"name": "get_a", "inputSchema": PARAMETERS}]}},
    "by name": {"get_a": {"description": "A.", "parameters": PARAMETERS}},
    "functions": {"functions": [{"name": "get_a", "parameters": PARAMETERS}]},
    "in a string": json.dumps([{"name": "get_a", "parameters": json.dumps(PARAMETERS)}]),
    "smolagents": [{"name": "get_a", "inputs": {"x": {"type": "string"}}, "output_type": "string"}],
}  # fmt: skip


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_list_of_tools_is_one_whoever_wrote_it(dialect: str, tmp_path: Path) -> None:
    (tmp_path / "tools.json").write_text(json.dumps(DIALECTS[dialect]))
    (spec,) = read_seed(tmp_path / "tools.json").specs
    tools, _ = specified_tools([spec])
    assert [(tool.name, [*tool.parameters["properties"]]) for tool in tools] == [("get_a", ["x"])]


def test_rows_with_a_column_called_inputs_are_rows(tmp_path: Path) -> None:
    (tmp_path / "runs.json").write_text('[{"name": "a", "inputs": 3}, {"name": "b", "inputs": 4}]')
    assert read_seed(tmp_path / "runs.json").script
