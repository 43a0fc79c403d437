"""What the fields of an event may hold, in words: its JSON Schema as people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_FORMATS = MappingProxyType({"uuid": "id (UUID)", "date-time": "moment (UTC)", "date": "day"})
_TYPES = MappingProxyType(
    {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false", "null": "null"}
)
_LOCAL = "#/$defs/"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the payload, or of an entry of a list in it: `cells.people`."""

    name: str
    holds: str
    always: bool


def fields_of(schema: Mapping[str, Any]) -> Sequence[Field]:
    """In the order of the contract; the fields of a list's entries stand below the list."""
    return _fields(schema, schema.get("$defs", {}), "")


def _fields(part: Mapping[str, Any], named: Mapping[str, Any], above: str) -> list[Field]:
    required, found = set(part.get("required", ())), list[Field]()
    for name, told in part["properties"].items():
        found.append(Field(f"{above}{name}", _holds(told, named), name in required))
        entry = _resolved(told.get("items", {}), named)
        if "properties" in entry:
            found += _fields(entry, named, f"{above}{name}.")
    return found


def _holds(told: Mapping[str, Any], named: Mapping[str, Any]) -> str:
    told = _resolved(told, named)
    if "anyOf" in told:
        return " or ".join(_holds(choice, named) for choice in told["anyOf"])
    if "enum" in told:
        return f"one of {', '.join(told['enum'])}"
    if "const" in told:
        return f"always {told['const']}"
    if told.get("type") == "array":
        return f"list: {_holds(told['items'], named)}"
    if "properties" in told:
        return "the fields below"
    return _FORMATS.get(told.get("format", "")) or _TYPES[told["type"]]


def _resolved(told: Mapping[str, Any], named: Mapping[str, Any]) -> Mapping[str, Any]:
    return named[told["$ref"].removeprefix(_LOCAL)] if "$ref" in told else told
