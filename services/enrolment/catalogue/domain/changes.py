"""What was changed in the catalogue: when, by whom, and from what to what."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from services.enrolment.catalogue.domain.cohort_plans import CohortPlan
from services.enrolment.catalogue.domain.programmes import Programme
from services.enrolment.catalogue.domain.sessions import Session, SessionPlan
from shared.ids import new_id

S = TypeVar("S", Programme, CohortPlan, SessionPlan, Session)

Subject = Literal["programme", "cohort", "session"]
Action = Literal["created", "edited", "cancelled", "retired"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field as it was and as it is, as JSON has it: moments in UTC."""

    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One act on one record; `changed_by` is the subject of the caller's token."""

    change_id: UUID
    subject: Subject
    key: str
    version: int
    action: Action
    changed_at: datetime
    changed_by: str
    fields: Mapping[str, FieldChange]

    @classmethod
    def of(
        cls,
        subject: Subject,
        key: object,
        version: int,
        action: Action,
        *,
        by: str,
        at: datetime,
        fields: Mapping[str, FieldChange] | None = None,
    ) -> "Change":
        """What becomes the record's history."""
        return cls(new_id(), subject, str(key), version, action, at, by, fields or {})


def difference(before: S, after: S) -> dict[str, FieldChange]:
    """The fields in which two states of one record differ, but for the version."""
    was, now = asdict(before), asdict(after)
    return {
        name: FieldChange(_plain(was[name]), _plain(now[name]))
        for name in now
        if name != "version" and was[name] != now[name]
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
