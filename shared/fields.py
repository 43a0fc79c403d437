"""The fields of bodies, queries and events: each rule on what is typed stands here once, for every door.

JSON Schema cannot say all of a rule; its lengths count code points, where a rule counts what a reader does.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, LiteralString, TypeAlias, TypeVar, cast
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared import addresses, moments, text
from shared.errors import DomainError

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)

T = TypeVar("T")
V = TypeVar("V")


def _told(rule: Callable[[V], T], value: V) -> T:
    """A refusal of a rule becomes an error of the field, under the rule's code."""
    try:
        return rule(value)
    except DomainError as error:
        raise PydanticCustomError(cast("LiteralString", error.code), "{words}", {"words": str(error)}) from None


@dataclass(frozen=True, slots=True)
class Typed:
    """Marks a `str` that people type: the rule gives it its one form or refuses it; clients are told the `schema`."""

    rule: Callable[[str], str]
    schema: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A string, then the rule."""
        return core_schema.no_info_after_validator_function(partial(_told, self.rule), handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The string, with what can be told of the rule."""
        return {**handler(schema), **self.schema}


def words(longest: int, *, shortest: int = 1) -> Typed:
    """One line of text; lengths in characters, of which each is one code point or more."""
    rule = partial(text.plain, longest=longest, shortest=shortest)
    return Typed(rule, {"minLength": shortest, "maxLength": longest})


def _moment(value: object) -> object:
    if isinstance(value, str):
        return _told(moments.moment, value)
    return _told(moments.within_years, value) if isinstance(value, datetime) else value


def _number(value: object) -> object:
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise PydanticCustomError("number_unusable", "a whole number is written in digits")
    return value


def _flag(value: object) -> object:
    if isinstance(value, str) and value not in {"true", "false"}:
        raise PydanticCustomError("flag_unusable", "write true or false")
    return value


def _day(value: object) -> object:
    return _told(moments.day, value) if isinstance(value, str) else value


Title: TypeAlias = Annotated[str, words(200)]
"""What something is called."""

Text: TypeAlias = Annotated[str, Typed(text.tidied)]
"""Text of an event: doors refuse what breaks the rules, a reader makes the best of what was let in before them."""

PersonName: TypeAlias = Annotated[str, Typed(text.person_name, {"minLength": 1, "maxLength": 200})]
"""A person's name as that person writes it."""

Email: TypeAlias = Annotated[str, Typed(addresses.email_address, {"format": "email", "maxLength": addresses.LONGEST})]
"""Where mail goes; the domain in punycode."""

WebAddress: TypeAlias = Annotated[str, words(2_000), Typed(addresses.web_address, {"format": "uri"})]
"""A page; in ASCII."""

Reason: TypeAlias = Annotated[str, words(500, shortest=3)]
"""Why somebody of ops did something; kept with the action."""

Moment: TypeAlias = Annotated[datetime, Strict(), BeforeValidator(_moment)]
"""RFC 3339 with an offset, in the years 2000 to 2100; UTC from here on. No number is a moment."""

Day: TypeAlias = Annotated[
    date, Strict(), BeforeValidator(_day), AfterValidator(partial(_told, moments.day_within_years))
]
"""A day as 2026-11-28, in the years 2000 to 2100. No number is a day."""

Month: TypeAlias = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
"""A month as 2026-11."""

IN_DIGITS = BeforeValidator(_number)
"""Behind a whole number's bounds in a query, where all is text: `10`, neither `+10` nor `1_0`."""

Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]
"""Yes or no in a query: `true` or `false`, neither `yes` nor `1`."""

Code: TypeAlias = Annotated[str, Typed(text.code, {"pattern": f"^{text.CODE.pattern}$"})]
"""An entry of a code list. A refusal may repeat what has this form: it is no name and no address."""

Id: TypeAlias = Annotated[UUID, Strict(strict=False)]
"""A UUID; in a strict body it still comes as text."""
