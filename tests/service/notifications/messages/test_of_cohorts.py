"""Those who plan a cohort see who was told what about it, and nothing of what is not about it."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.service.notifications.announcements import (
    AMARA,
    COHORT,
    SESSION,
    coaching_invited,
    cohort_opened,
    contact,
    enrolled,
    missed,
    readiness_changed,
    session_scheduled,
    waitlisted,
)
from tests.service.notifications.conftest import Send
from tests.support.services import ServiceUnderTest

PATH = f"/v1/cohorts/{COHORT}/messages"
READERS = ("programme_lead", "region", "information_governance")


async def told(notifications: ServiceUnderTest, role: str = "programme_lead", **asked: Any) -> dict[str, Any]:
    answer = await notifications.as_(role).get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("role", READERS)
async def test_who_plans_a_cohort_sees_who_got_which_mail(
    notifications: ServiceUnderTest, send: Send, role: str
) -> None:
    other = uuid4()
    await notifications.receive(contact(), cohort_opened(), session_scheduled(), enrolled(), missed(), enrolled(other))
    await send()

    items = (await told(notifications, role))["items"]

    assert {(m["person_id"], m["purpose"], m["state"], m["session_id"]) for m in items} == {
        (str(AMARA), "confirmation", "sent", None),
        (str(AMARA), "recording", "created", str(SESSION)),
        (str(other), "confirmation", "created", None),
    }
    assert {m["cohort_id"] for m in items} == {str(COHORT)}


async def test_they_are_filtered_paged_and_counted(notifications: ServiceUnderTest) -> None:
    await notifications.receive(*(enrolled(uuid4()) for _ in range(3)), waitlisted())

    first = await told(notifications, limit=3, count="true")
    rest = await told(notifications, limit=3, after=first["next"])

    assert [(len(page["items"]), page["count"]) for page in (first, rest)] == [(3, 4), (1, None)]
    assert (await told(notifications, purpose="waiting_list", count="true"))["count"] == 1
    assert (await told(notifications, state="sent", count="true"))["count"] == 0


async def test_what_is_not_about_the_cohort_is_not_shown(notifications: ServiceUnderTest) -> None:
    await notifications.receive(readiness_changed(), coaching_invited(), enrolled())
    assert [m["purpose"] for m in (await told(notifications))["items"]] == ["confirmation"]

    elsewhere = await notifications.as_("programme_lead").get(f"/v1/cohorts/{UUID(int=1)}/messages")
    assert (elsewhere.status_code, elsewhere.json()["items"]) == (200, [])
