"""Which headers an answer has, for the API's documents: it follows from what a route takes and answers."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeAlias, cast

from shared.web.terms import VERSION

Json: TypeAlias = dict[str, Any]


def _text(description: str, example: str) -> Json:
    return {"description": description, "schema": {"type": "string", "examples": [example]}}


HEADERS: Mapping[str, Json] = MappingProxyType(
    {
        "Cache-Control": _text("How long the answer may be kept; no other may.", "private, max-age=3600"),
        "Content-Disposition": _text("The file's name.", 'attachment; filename="lines.csv"'),
        "ETag": _text("What is answered, as of now: to be sent as `If-Match` or `If-None-Match`.", '"3"'),
        "Link": _text("The next page (RFC 8288); not on the last.", '</v1/codes/bands?after=8a&limit=50>; rel="next"'),
        "Location": _text("Where to go.", "https://rooms.example.org/1"),
        "Retry-After": {
            "description": "In how many seconds to try again.",
            "schema": {"type": "integer", "minimum": 1, "examples": [2]},
        },
        "WWW-Authenticate": _text("How to say who calls.", "Bearer"),
    }
)
_OF_REFUSALS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
        HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
        HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
    }
)


def of_refusal(status: int) -> Json:
    """The headers of a problem."""
    return _referred(_OF_REFUSALS.get(status, ()))


def of_answer(operation: Json, status: str, schemas: Json) -> Json:
    """The headers of what is no problem."""
    return _referred(_of_answer(operation, status, schemas))


def _of_answer(operation: Json, status: str, schemas: Json) -> Iterator[str]:
    taken = {parameter["name"] for parameter in operation.get("parameters", ())}
    content = cast("Mapping[str, Json]", operation["responses"][status].get("content", {}))
    if "If-None-Match" in taken:
        yield from ("Cache-Control", "ETag")
    elif any(_has_version(media.get("schema", {}), schemas) for media in content.values()):
        yield "ETag"
    if "after" in taken:
        yield "Link"
    if status == str(int(HTTPStatus.FOUND)):
        yield "Location"
    if not content.keys().isdisjoint(("text/calendar", "text/csv")):
        yield "Content-Disposition"


def _has_version(schema: Json, schemas: Json) -> bool:
    """Whether it is a record of our own that is edited; an event's version is something else."""
    record = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
    return record.get("properties", {}).get("version", {}).get("description") == VERSION


def _referred(names: tuple[str, ...] | Iterator[str]) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
