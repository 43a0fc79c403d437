"""How many a list holds on all its pages: told to who asks, of what the filters find and the caller may see."""

from typing import Any

from shared.ids import new_id
from tests.service.enrolment.enrolment import EnrolmentService
from tests.support.services import Client


async def cohorts(enrolment: EnrolmentService) -> Client:
    """Three, of which two are about oneself; the client is somebody who looks for one."""
    for code, levels in (("ILM5", ["I"]), ("CLS7", ["I", "We"]), ("CLS9", ["Us"])):
        await enrolment.programme(code, levels=levels)
        await enrolment.cohort(programme=code)
    return enrolment.as_("learner")


async def counted(caller: Client, path: str, **asked: Any) -> tuple[int, int | None]:
    """How many are on the first page, and how many there are in all."""
    answer = await caller.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return len(answer.json()["items"]), answer.json()["count"]


async def test_a_list_of_cohorts_tells_how_many_the_filters_find_where_it_is_asked(enrolment: EnrolmentService) -> None:
    caller = await cohorts(enrolment)
    assert await counted(caller, "/v1/cohorts", limit=1) == (1, None)
    assert await counted(caller, "/v1/cohorts", limit=1, count="false") == (1, None)
    assert await counted(caller, "/v1/cohorts", limit=1, count="true") == (1, 3)
    assert await counted(caller, "/v1/cohorts", limit=1, count="true", level="I") == (1, 2)
    assert await counted(caller, "/v1/cohorts", count="true", family="nothing_such") == (0, 0)


async def test_the_number_is_that_of_all_pages_on_each(enrolment: EnrolmentService) -> None:
    caller = await cohorts(enrolment)
    first = (await caller.get("/v1/cohorts", params={"limit": 2, "count": "true"})).json()
    second = (await caller.get("/v1/cohorts", params={"limit": 2, "count": "true", "after": first["next"]})).json()
    assert [(len(page["items"]), page["count"]) for page in (first, second)] == [(2, 3), (1, 3)]
    assert second["next"] is None


async def test_of_a_cohorts_people_those_are_counted_whom_the_caller_may_see(enrolment: EnrolmentService) -> None:
    await enrolment.programme()
    cohort = await enrolment.cohort(places=3)
    people = [*await enrolment.people(2), *await enrolment.people(1, system="QHL"), *await enrolment.people(1)]
    for person in people[:3]:
        await enrolment.enrol(cohort, person)
    await enrolment.wait_for(cohort, people[3])
    path = f"/v1/cohorts/{cohort}/enrolments"

    assert await counted(enrolment.lead(), path, count="true", limit=2) == (2, 4)
    assert await counted(enrolment.lead(), path, count="true", state="waitlisted") == (1, 1)
    assert await counted(enrolment.as_("system_lead", systems=["QHL"]), path, count="true") == (1, 1)
    assert await counted(enrolment.as_("system_lead", systems=["QUA"]), path, count="true") == (0, 0)


async def test_a_search_for_people_tells_how_many_it_finds(enrolment: EnrolmentService) -> None:
    for name in ("Asha Patel", "Asha Khan", "Bo Li"):
        await enrolment.people(1, name=name)
    assert await counted(enrolment.lead(), "/v1/learners", name="asha", limit=1) == (1, None)
    assert await counted(enrolment.lead(), "/v1/learners", name="asha", count="true", limit=1) == (1, 2)
    assert await counted(enrolment.lead(), "/v1/learners", organisation="QGH01", count="true", limit=1) == (1, 3)
    assert await counted(enrolment.lead(), "/v1/learners", email=f"{new_id()}@example.org", count="true") == (0, 0)
