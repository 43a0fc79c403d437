"""Registers of sessions: who was there."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.portal.clients.api import Api, Page, View

_PLACE = "/enrolment/v1/sessions"
A_BATCH = 100
"""Rows of one register that are read, or told, at once."""


class Line(View):
    """Somebody who counts in the session, with what was entered of them."""

    person_id: UUID
    name: str
    on_the_day: str | None = None
    apologies: bool = False
    recording: bool = False


class Answer(View):
    """What became of a row; a refused one says why."""

    person_id: UUID | None = None
    outcome: str
    message: str | None = None

    @property
    def refused(self) -> bool:
        """Whether the row was not saved."""
        return self.outcome == "refused"


class Answers(View):
    """One a row, in the order of what was told."""

    rows: list[Answer]


async def page(services: Api, session_id: UUID, *, after: str | None = None) -> Page[Line]:
    """A part of the register, as it stands."""
    return await services.get(Page[Line], f"{_PLACE}/{session_id}/register", after=after, limit=A_BATCH)


async def take(services: Api, session_id: UUID, rows: Sequence[dict[str, Any]], *, key: str) -> list[Answer]:
    """Tell what happened to these people; each row is saved or refused by itself."""
    told = await services.post(Answers, f"{_PLACE}/{session_id}/register", {"rows": list(rows)}, key=key)
    return told.rows
