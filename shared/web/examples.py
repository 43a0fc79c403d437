"""Examples of whole bodies and answers, made of those their properties have, so that each stands once."""

from collections.abc import Mapping
from typing import Any, cast

_BY_FORMAT: Mapping[str, str] = {
    "uuid": "0192a7c4-7b5e-7c3a-9d1f-3f2b8a6c5e10",
    "date-time": "2020-10-12T09:00:00Z",
    "date": "2020-10-12",
    "email": "asha.patel@example.org",
    "uri": "https://rooms.example.org/1",
}
_REFERENCE = "#/components/schemas/"


class NoExample(LookupError):
    """A property of which nothing tells what it looks like."""


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    """What a value of the schema looks like: the first of its own examples, or made of what it consists of.

    NoExample where a text or an open object has none.
    """
    for given in ("examples", "enum"):
        if schema.get(given):
            return schema[given][0]
    for given in ("const", "example"):
        if given in schema:
            return schema[given]
    if reference := schema.get("$ref"):
        return example(schemas[reference.removeprefix(_REFERENCE)], schemas)
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return example(next((c for c in choices if c.get("type") != "null"), choices[0]), schemas)
    return _of_type(schema, schemas)


def _of_type(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:
    match schema.get("type"):
        case "object" if "properties" in schema:
            properties = cast("Mapping[str, Mapping[str, Any]]", schema["properties"])
            return {name: example(inner, schemas) for name, inner in properties.items()}
        case "array" if "prefixItems" in schema:
            return [example(inner, schemas) for inner in schema["prefixItems"]]
        case "array" if "items" in schema:
            return [example(schema["items"], schemas)]
        case "boolean":
            return schema.get("default", False)
        case "string" if schema.get("format") in _BY_FORMAT:
            return _BY_FORMAT[schema["format"]]
        case "null":
            return None
        case _:
            raise NoExample
