"""The kinds of error every service answers with; a broken rule subclasses one and names its `code`.

`shared.web.problems` maps each kind to one HTTP status; domain code never mentions HTTP.
"""

from collections.abc import Iterable
from typing import ClassVar, TypeAlias
from uuid import UUID

Place: TypeAlias = tuple[str | int, ...]
"""Where in a record something stands: names of fields, numbers of rows."""


class DomainError(Exception):
    """A request the service understood and turned down; the message is for people."""

    code: ClassVar[str] = "refused"


class Invalid(DomainError):
    """The request can never be right as it stands (HTTP 422).

    `at` is what is at fault, `beside` what else is: whoever puts one right is to know of all.
    """

    code = "invalid"
    place: ClassVar[Place] = ()
    """Of a kind that is always one field's fault: which, where nothing else is said."""

    def __init__(self, message: str = "", *, at: Place | None = None) -> None:
        """`at` where it is one field's fault."""
        super().__init__(message)
        self.at = self.place if at is None else at
        self.beside: tuple[Invalid, ...] = ()


class Conflict(DomainError):
    """A rule of the academy is broken by the present state (HTTP 409)."""

    code = "conflict"


class Exists(Conflict):
    """The record is there already, under this id; the caller may see it."""

    code = "exists"

    def __init__(self, message: str, existing: UUID) -> None:
        super().__init__(message)
        self.existing = existing


class NotFound(DomainError):
    """No such record, or none the caller may know of (HTTP 404): both are told in the same words."""

    code = "not_found"
    message: ClassVar[str] = "there is no such record"

    def __init__(self, message: str | None = None) -> None:
        """`message` where the record is missed in a place that says more than the usual words."""
        super().__init__(message or self.message)


class Forbidden(DomainError):
    """The caller's role may not do this (HTTP 403)."""

    code = "forbidden"


class Unauthenticated(DomainError):
    """No valid token came with the request (HTTP 401)."""

    code = "unauthenticated"


class Malformed(DomainError):
    """A header or parameter the protocol asks for is missing or unusable (HTTP 400)."""

    code = "malformed"


class PreconditionFailed(DomainError):
    """The record changed since the caller read it (HTTP 412)."""

    code = "precondition_failed"


class PreconditionRequired(DomainError):
    """The caller must say which state it edits, by `If-Match` (HTTP 428)."""

    code = "precondition_required"


class Unavailable(DomainError):
    """Something this service leans on is away for the moment (HTTP 503)."""

    code = "unavailable"


def refuse(faults: Iterable[Invalid | None]) -> None:
    """Raise the first fault, if there is one; it tells of the others."""
    found = [fault for fault in faults if fault is not None]
    if found:
        first, *others = found
        first.beside = tuple(others)
        raise first
