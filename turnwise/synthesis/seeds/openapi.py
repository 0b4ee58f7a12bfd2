"""An OpenAPI 3 (or Swagger 2) document becomes tools: one for each operation, its parameters and body in one object."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from turnwise.errors import SeedError
from turnwise.synthesis.seeds.tool_lists import ToolList, specs_of
from turnwise.values.words import snake, words

_METHODS = ("get", "post", "put", "patch", "delete")
_UNSENT = ("header", "cookie")  # what a client sends by itself: keys, agents, traces
_DEEPEST = 12
_MOST_PARTS = 20_000
_KEPT_KEYS = (
    *("type", "properties", "required", "items", "enum", "description", "format", "minimum", "maximum", "default"),
    *("pattern", "minLength", "maxLength", "minItems", "maxItems", "additionalProperties", "anyOf", "oneOf", "allOf"),
    *("exclusiveMinimum", "exclusiveMaximum", "const", "examples", "title"),
)


def is_openapi(document: Any) -> bool:
    return isinstance(document, dict) and bool({"openapi", "swagger"} & document.keys())


def read_openapi(document: Mapping[str, Any], where: str) -> ToolList:
    """The operations of a document as tools; SeedError where it has none. Headers and cookies are no parameters."""
    left_out: list[str] = []
    operations = list(_operations(document, left_out))
    specs = list(specs_of([_entry(*operation, document) for operation in operations], left_out))
    if not specs:
        raise SeedError(f"{where} holds no operations: `paths` with get, post, put, patch or delete are expected")
    about = document.get("info")
    title = str((about.get("title") if isinstance(about, dict) else "") or Path(where).stem)
    return ToolList(tuple(specs), title, words(title), tuple(left_out))


def _operations(document: Mapping[str, Any], left_out: list[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        item = _resolved(item, document)
        if not isinstance(item, dict):
            continue
        shared = item.get("parameters") or []
        for method in _METHODS:
            operation = item.get(method)
            if isinstance(operation, dict):
                if operation.get("deprecated"):
                    left_out.append(f"{method.upper()} {path} was left out: it is deprecated.")
                    continue
                yield str(path), method, {**operation, "parameters": [*shared, *(operation.get("parameters") or [])]}


def _entry(path: str, method: str, operation: dict[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for given in operation["parameters"]:
        parameter = _resolved(given, document)
        if not isinstance(parameter, dict) or not parameter.get("name") or parameter.get("in") in _UNSENT:
            continue
        if parameter.get("in") == "body":  # of Swagger 2
            _add_body(_schema(parameter.get("schema"), document), properties, required, bool(parameter.get("required")))
            continue
        schema = _schema(parameter.get("schema", parameter), document)
        described = parameter.get("description")
        properties[str(parameter["name"])] = {**schema, **({"description": described} if described else {})}
        if parameter.get("required"):
            required.append(str(parameter["name"]))
    body = _resolved(operation.get("requestBody"), document)
    if isinstance(body, dict):
        _add_body(_content(body, document) or {}, properties, required, bool(body.get("required")))
    name = str(operation.get("operationId") or "").strip()
    name = name or f"{method}_{snake(path.replace('{', 'by ').replace('}', ''))}"
    said = operation.get("summary") or operation.get("description") or f"{method.upper()} {path}"
    return {
        "name": name,
        "description": " ".join(str(said).split()),
        "inputSchema": {"type": "object", "properties": properties, "required": required},
        "outputSchema": _returns(operation, document),
        "annotations": {"readOnlyHint": method == "get", "destructiveHint": method == "delete"},
    }


def _add_body(schema: dict[str, Any], properties: dict[str, Any], required: list[str], needed: bool) -> None:
    """The fields of a body beside the other parameters; a body that is no object is the parameter `body`."""
    fields = schema.get("properties")
    if not isinstance(fields, dict):
        if schema:
            properties["body"] = schema
            required += ["body"] if needed else []
        return
    for key, value in fields.items():
        properties.setdefault(str(key), value)
    required += [key for key in schema.get("required") or () if key in properties and key not in required]


def _returns(operation: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema of the answer where all went well; None where there is none."""
    responses = operation.get("responses")
    if not isinstance(responses, dict):
        return None
    for status in sorted(responses, key=str):
        if str(status).startswith("2"):
            response = _resolved(responses[status], document)
            if isinstance(response, dict):
                schema = _content(response, document) or _schema(response.get("schema"), document)
                return schema or None
    return None


def _content(holder: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any] | None:
    content = holder.get("content")
    if not isinstance(content, dict) or not content:
        return None
    kind = next((kind for kind in content if "json" in str(kind)), next(iter(content)))
    media = content[kind]
    return _schema(media.get("schema"), document) if isinstance(media, dict) else None


def _schema(given: Any, document: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with its references written out and `nullable` as JSON Schema has it."""
    plain = _written_out(given, document, _DEEPEST, iter(range(_MOST_PARTS)))
    return plain if isinstance(plain, dict) else {}


def _written_out(given: Any, document: Mapping[str, Any], depth: int, parts: Iterator[int]) -> Any:
    # A document may refer to itself without end: so many parts are written out.
    if depth == 0 or next(parts, None) is None:
        return {}
    schema = _resolved(given, document)
    if not isinstance(schema, dict):
        return schema if isinstance(schema, bool) else {}
    plain: dict[str, Any] = {}
    for key in _KEPT_KEYS:
        value = schema.get(key)
        if value is None:
            continue
        if key == "properties" and isinstance(value, dict):
            plain[key] = {str(name): _written_out(inner, document, depth - 1, parts) for name, inner in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            plain[key] = _written_out(value, document, depth - 1, parts)
        elif key in ("anyOf", "oneOf", "allOf") and isinstance(value, list):
            plain[key] = [_written_out(inner, document, depth - 1, parts) for inner in value]
        else:
            plain[key] = value
    plain = _merged(plain)
    if schema.get("nullable") and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def _merged(schema: dict[str, Any]) -> dict[str, Any]:
    """The parts of `allOf` as one object, as documents write inheritance."""
    parts = schema.get("allOf")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return schema
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    for part in parts:
        for key, value in part.items():
            if key == "properties":
                whole["properties"] = {**value, **whole.get("properties", {})}
            elif key == "required":
                whole["required"] = list(dict.fromkeys([*whole.get("required", []), *value]))
            else:
                whole.setdefault(key, value)
    return whole


def _resolved(given: Any, document: Mapping[str, Any]) -> Any:
    """What a `$ref` within the document points at; anything else as it is."""
    for _ in range(_DEEPEST):
        if not isinstance(given, dict) or not isinstance(given.get("$ref"), str):
            return given
        found: Any = document
        for step in given["$ref"].removeprefix("#/").split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
        given = found
    return None
