"""Whom people work for: organisations of the list, in their own system."""

from itertools import product
from typing import Any
from uuid import UUID

import httpx

from shared.ids import new_id
from tests.service.enrolment.enrolment import EnrolmentService, a_learner
from tests.service.test_codes import SYSTEMS
from tests.support.services import problem

_WORKPLACES = range(1, 13)
"""Of each system in the replayed year."""


async def put(enrolment: EnrolmentService, person: UUID, *, version: int = 0, **given: Any) -> httpx.Response:
    headers = {"If-Match": f'"{version}"'} if version else {}
    return await enrolment.lead().put(f"/v1/learners/{person}", json=a_learner(**given), headers=headers)


async def test_everywhere_the_replayed_year_works_is_in_the_list(enrolment: EnrolmentService) -> None:
    replayed = [f"{system}{number:02}" for system, number in product(SYSTEMS, _WORKPLACES)]
    there = "select count(*) from organisation where code = any($1) and system = left(code, 3)"
    assert await enrolment.value(there, replayed) == len(replayed)


async def test_a_made_up_organisation_is_refused_and_the_nearest_are_named(enrolment: EnrolmentService) -> None:
    answer = await put(enrolment, new_id(), organisation="QGH1")
    assert problem(answer) == (422, "unknown_code")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["codes"]) == ("#/organisation", "/v1/codes/organisations")
    assert {"code": "QGH01", "words": "Malvern Vale Hospitals NHS Trust"} in fault["nearest"]


async def test_an_organisation_of_another_system_is_refused_and_one_of_the_region_is_not(
    enrolment: EnrolmentService,
) -> None:
    answer = await put(enrolment, new_id(), system="QHL", organisation="QGH01")
    assert problem(answer) == (422, "organisation_elsewhere")
    assert [(e["pointer"], e["detail"]) for e in answer.json()["errors"]] == [
        ("#/organisation", "QGH01 (Malvern Vale Hospitals NHS Trust) lies in system QGH")
    ]
    for system in ("QHL", "QGH"):
        assert (await put(enrolment, new_id(), system=system, organisation="MID01")).status_code == 201


async def test_what_a_record_said_before_the_list_was_there_stays_until_it_is_changed(
    enrolment: EnrolmentService,
) -> None:
    person = new_id()
    await put(enrolment, person)
    await enrolment.value("update learner set organisation = 'RXX' where person_id = $1 returning 1", person)

    kept = await put(enrolment, person, version=1, organisation="RXX", band="7")
    assert (kept.status_code, kept.json()["organisation"]) == (200, "RXX")
    moved = await put(enrolment, person, version=2, organisation="RXX", system="QHL")
    assert problem(moved) == (422, "unknown_code")
    assert problem(await put(enrolment, new_id(), organisation="RXX")) == (422, "unknown_code")
