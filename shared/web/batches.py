"""Batches: every row is read and answered by itself, so that a bad one refuses nobody else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, ModelWrapValidatorHandler, ValidationError, WrapValidator
from pydantic.json_schema import SkipJsonSchema

from shared.errors import Invalid
from shared.web.problems import Fault, found_in
from shared.web.views import View

_TOLD = 5
"""Faults of a row that are told; there may be many rows, and each is to be fixed and sent again anyhow."""

B = TypeVar("B", bound=BaseModel)
A = TypeVar("A", bound="RowResult")


@dataclass(frozen=True, slots=True)
class Misread:
    """A row that is not as it should be: whom it is about, if that can be told, and what is wrong with it."""

    person_id: UUID | None
    errors: list[Fault]

    @property
    def code(self) -> str:
        """Of the first fault."""
        return self.errors[0].code

    @property
    def message(self) -> str:
        """All that is told, in a line."""
        return "; ".join(map(_in_words, self.errors))


def _in_words(fault: Fault) -> str:
    field = (fault.pointer or "").removeprefix("#").removeprefix("/").replace("/", ".")
    return f"{field}: {fault.detail}" if field else fault.detail


def _faults(found: Any) -> Any:
    """Of a domain's refusals; those of an answer kept for a repeat are faults already."""
    return [Fault.of(fault) if isinstance(fault, Invalid) else fault for fault in found]


class RowResult(View):
    """What became of one row; a subclass says which outcomes there are, `refused` among them."""

    person_id: UUID | None = Field(description="Whom the row is about; null where it names nobody.")
    code: str | None = Field(
        description="Of a refused row: which rule; stable. Null of every other.", examples=["unknown_code"]
    )
    message: str | None = Field(
        description="Of a refused row: what is wrong, for people. Null of every other.",
        examples=["'8z' is not in force in bands"],
    )
    errors: Annotated[list[Fault], BeforeValidator(_faults)] = Field(
        default_factory=list[Fault], description="All that is wrong with the row; pointers lead into the whole body."
    )

    @classmethod
    def refused(cls, row: Misread) -> Self:
        """A row that is not as it should be is refused by itself."""
        return cls.model_validate({"outcome": "refused", **{name: getattr(row, name) for name in _TOLD_OF_A_ROW}})

    def under(self, place: str) -> Self:
        """As it is told in the whole body, where the row stands at `place`."""
        moved = [
            fault.model_copy(update={"pointer": place + (fault.pointer or "#").removeprefix("#")})
            for fault in self.errors
        ]
        return self.model_copy(update={"errors": moved})


_TOLD_OF_A_ROW = ("person_id", "code", "message", "errors")


def _read(row: Any, read: ModelWrapValidatorHandler[Any]) -> Any:
    try:
        return read(row)
    except ValidationError as error:
        return Misread(_person(row), found_in(error.errors(), row)[:_TOLD])


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


def answered(rows: Sequence[B | Misread], answers: Sequence[A], kind: type[A], *, field: str) -> list[A]:
    """An answer for every row, in order; `answers` are those of the readable ones, `field` is where the rows stand.

    Answers kept for a repeat since before rows were read one by one are of all rows.
    """
    rest: Iterator[A] = iter(answers)
    if len(answers) == len(rows):
        told = list(answers)
    else:
        told = [kind.refused(row) if isinstance(row, Misread) else next(rest) for row in rows]
    return [answer.under(f"#/{field}/{number}") for number, answer in enumerate(told)]
