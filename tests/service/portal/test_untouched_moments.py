"""A form of something that has a time changes no more than what was typed into it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.service.enrolment.enrolment import NOW, EnrolmentService, a_cohort
from tests.support.html import Html


async def times_of(enrolment: EnrolmentService, session: str) -> tuple[Any, Any]:
    sql = "select {} from session where session_id = $1"
    starts = await enrolment.value(sql.format("starts_at"), UUID(session))
    return starts, await enrolment.value(sql.format("ends_at"), UUID(session))


@pytest.mark.parametrize(
    ("starts_at", "minutes"),
    [
        (datetime(2020, 10, 25, 1, 30, tzinfo=UTC), 120),
        (datetime(2020, 10, 25, 0, 30, tzinfo=UTC), 60),
        (datetime(2020, 11, 5, 10, 0, 30, tzinfo=UTC), 60),
        (datetime(2020, 11, 5, 22, tzinfo=UTC), 120),
        (datetime(2020, 11, 5, 22, tzinfo=UTC), 180),
    ],
    ids=["hour shown twice", "through that hour", "seconds", "until midnight", "after midnight"],
)
async def test_a_new_title_leaves_a_session_where_it_is(
    enrolment: EnrolmentService, lead: httpx.AsyncClient, starts_at: datetime, minutes: int
) -> None:
    session = (await enrolment.session(await enrolment.cohort(), starts_at, minutes))["session_id"]
    before, path = await times_of(enrolment, session), f"/sessions/{session}/edit"
    page = Html(await Html(await lead.get(path)).form(path).send(lead, session_title="Another title"))
    assert "The session was changed." in page.words
    assert await times_of(enrolment, session) == before


async def test_a_new_title_leaves_the_seconds_of_a_cohort(enrolment: EnrolmentService, lead: httpx.AsyncClient) -> None:
    closes_at = "2020-10-05T16:59:59Z"
    answer = await enrolment.lead(NOW).post("/v1/cohorts", json=a_cohort(closes_at=closes_at))
    path = f"/cohorts/{answer.json()['cohort_id']}/edit"
    page = Html(await Html(await lead.get(path)).form(path).send(lead, title="Another title"))
    assert "The cohort was changed." in page.words
    history = Html(await lead.get(path.replace("/edit", "/history"))).words
    assert "Another title" in history
    assert "closes" not in history


async def test_a_moment_that_was_typed_anew_is_what_it_says(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    starts_at = datetime(2020, 11, 5, 22, tzinfo=UTC)
    session = (await enrolment.session(await enrolment.cohort(), starts_at, 180))["session_id"]
    path = f"/sessions/{session}/edit"
    await Html(await lead.get(path)).form(path).send(lead, on="6")
    assert await times_of(enrolment, session) == (
        datetime(2020, 11, 6, 22, tzinfo=UTC),
        datetime(2020, 11, 7, 1, tzinfo=UTC),
    )


async def test_a_session_that_ends_after_midnight_is_added(
    enrolment: EnrolmentService, lead: httpx.AsyncClient
) -> None:
    path = f"/cohorts/{await enrolment.cohort()}/sessions/new"
    typed = {"on": "5", "on-month": "11", "on-year": "2020", "starts": "10pm", "ends": "1am"}
    form = Html(await lead.get(path)).form(path)
    page = Html(await form.send(lead, **typed, join_url="https://rooms.example.org/night"))
    assert "Thursday 5 November 2020, 10pm to Friday 6 November 2020, 1am" in page.words
