"""Batches: every row is read and answered by itself, so that a bad one refuses nobody else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, ModelWrapValidatorHandler, ValidationError, WrapValidator
from pydantic.json_schema import SkipJsonSchema

from shared.web.problems import found_in

_TOLD = 5
"""Faults of a row that are told; there may be many rows, and each is to be fixed and sent again anyhow."""

B = TypeVar("B", bound=BaseModel)
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Misread:
    """A row that is not as it should be: whom it is about, if that can be told, and what is wrong with it."""

    person_id: UUID | None
    code: str
    message: str


def _read(row: Any, read: ModelWrapValidatorHandler[Any]) -> Any:
    try:
        return read(row)
    except ValidationError as error:
        found = found_in(error.errors())
        message = "; ".join(f"{e['field']}: {e['message']}" if e["field"] else e["message"] for e in found[:_TOLD])
        return Misread(_person(row), found[0]["code"], message)


def _person(row: Any) -> UUID | None:
    """The person a row names; None where it names none."""
    try:
        return UUID(cast("Mapping[str, Any]", row)["person_id"])
    except (TypeError, ValueError, KeyError, AttributeError):
        return None


Row: TypeAlias = Annotated[B, WrapValidator(_read)] | SkipJsonSchema[Misread]
"""A row of a batch; to the API's documents it is what it should be."""


def readable(rows: Sequence[B | Misread]) -> list[B]:
    """The rows that are as they should be."""
    return [row for row in rows if not isinstance(row, Misread)]


def answered(rows: Sequence[B | Misread], answers: Sequence[A], refused: Callable[[Misread], A]) -> list[A]:
    """An answer for every row, in order; `answers` are those of the readable ones.

    Answers kept for a repeat since before rows were read one by one are of all rows.
    """
    if len(answers) == len(rows):
        return list(answers)
    rest: Iterator[A] = iter(answers)
    return [refused(row) if isinstance(row, Misread) else next(rest) for row in rows]
