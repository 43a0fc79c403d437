"""Who may see what was sent, and where messages go."""

from uuid import UUID, uuid4

import pytest

from tests.service.notifications.announcements import (
    AMARA,
    NOW,
    cohort_opened,
    contact,
    enrolled,
    missed,
    session_scheduled,
    waitlisted,
)
from tests.service.notifications.conftest import Send
from tests.support.services import ServiceUnderTest, problem

OFFER = (cohort_opened(), session_scheduled())
STRANGER = uuid4()
GOVERNANCE = "information_governance"


async def test_information_governance_sees_what_was_sent_and_what_the_rest_waits_for(
    notifications: ServiceUnderTest, send: Send
) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), missed())
    await send()
    answer = await notifications.as_(GOVERNANCE).get("/v1/messages")
    by_purpose = {m["purpose"]: m for m in answer.json()["items"]}
    assert by_purpose["confirmation"]["state"] == "sent"
    assert by_purpose["confirmation"]["template"] == "confirmation@5"
    assert by_purpose["confirmation"]["sent_at"] == "2020-09-12T09:00:00Z"
    assert by_purpose["confirmation"]["waiting_for"] == []
    assert by_purpose["recording"]["state"] == "created"
    assert by_purpose["recording"]["waiting_for"] == ["recording"]


async def test_everything_a_confirmation_waits_for_is_named(notifications: ServiceUnderTest) -> None:
    await notifications.receive(enrolled())
    (message,) = (await notifications.as_(GOVERNANCE).get("/v1/messages")).json()["items"]
    assert message["waiting_for"] == ["contact", "cohort", "session"]


async def test_messages_are_paged_and_filtered(notifications: ServiceUnderTest) -> None:
    await notifications.receive(*(enrolled(uuid4()) for _ in range(3)), waitlisted())
    reader = notifications.as_(GOVERNANCE)
    first = await reader.get("/v1/messages", params={"limit": 3})
    rest = await reader.get("/v1/messages", params={"limit": 3, "after": first.json()["next"]})
    assert [len(a.json()["items"]) for a in (first, rest)] == [3, 1]
    assert rest.json()["next"] is None
    assert 'rel="next"' in first.headers["link"]
    filtered = await reader.get("/v1/messages", params={"purpose": "waiting_list", "person_id": str(AMARA)})
    assert [m["purpose"] for m in filtered.json()["items"]] == ["waiting_list"]


async def test_the_newest_comes_first_where_it_is_asked_for(notifications: ServiceUnderTest) -> None:
    await notifications.receive(*(enrolled(AMARA) for _ in range(3)), enrolled(STRANGER))
    amara = notifications.as_("learner", person_id=AMARA)
    asked = [m["message_id"] for m in (await amara.get("/v1/messages")).json()["items"]]
    assert len(asked) == 3
    first = await amara.get("/v1/messages", params={"order": "newest", "limit": 2})
    rest = await amara.get("/v1/messages", params={"order": "newest", "limit": 2, "after": first.json()["next"]})
    assert [m["message_id"] for page in (first, rest) for m in page.json()["items"]] == asked[::-1]
    assert "order=newest" in first.headers["link"]


async def test_a_cursor_that_is_none_is_a_problem(notifications: ServiceUnderTest) -> None:
    answer = await notifications.as_(GOVERNANCE).get("/v1/messages", params={"after": "x"})
    assert problem(answer) == (400, "cursor_unusable")


async def test_participants_see_their_own_messages_only(notifications: ServiceUnderTest) -> None:
    await notifications.receive(enrolled(), enrolled(STRANGER))
    amara = notifications.as_("learner", person_id=AMARA)
    (own,) = (await amara.get("/v1/messages")).json()["items"]
    assert own["person_id"] == str(AMARA)
    assert (await amara.get(f"/v1/messages/{own['message_id']}")).json() == own
    assert (await amara.get("/v1/messages", params={"person_id": str(STRANGER)})).status_code == 404
    stranger = notifications.as_("learner", person_id=STRANGER)
    assert (await stranger.get(f"/v1/messages/{own['message_id']}")).status_code == 404
    assert problem(await notifications.as_("learner").get("/v1/messages")) == (401, "token_refused")


async def test_there_is_no_message_of_an_unknown_id(notifications: ServiceUnderTest) -> None:
    answer = await notifications.as_(GOVERNANCE).get(f"/v1/messages/{uuid4()}")
    assert problem(answer) == (404, "message_unknown")


async def test_contact_details_are_shown_to_their_person_and_to_information_governance(
    notifications: ServiceUnderTest,
) -> None:
    await notifications.receive(contact())
    for caller in (notifications.as_("information_governance"), notifications.as_("learner", person_id=AMARA)):
        answer = (await caller.get(f"/v1/contacts/{AMARA}")).json()
        assert answer["name"] == "Amara Okafor"
        assert answer.keys() == {"person_id", "name", "email", "as_of", "unconfirmed"}
        assert answer["as_of"] == NOW.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize(("role", "status"), [("ops", 403), ("region", 403), ("service", 403), ("learner", 404)])
async def test_contact_details_are_shown_to_nobody_else(
    notifications: ServiceUnderTest, role: str, status: int
) -> None:
    await notifications.receive(contact())
    answer = await notifications.as_(role, person_id=STRANGER).get(f"/v1/contacts/{AMARA}")
    assert answer.status_code == status


async def test_contact_details_nobody_announced_are_not_found(notifications: ServiceUnderTest) -> None:
    answer = await notifications.as_("information_governance").get(f"/v1/contacts/{uuid4()}")
    assert problem(answer) == (404, "contact_unknown")


async def test_the_report_counts_messages_by_purpose_and_state(notifications: ServiceUnderTest, send: Send) -> None:
    await notifications.receive(contact(), *OFFER, enrolled(), enrolled(STRANGER))
    await send()
    for role in ("region", "ops", "programme_lead", "service"):
        report = (await notifications.as_(role).get("/v1/reports/messages")).json()
        assert report["sent"] == 1
        assert report["counts"] == [
            {"purpose": "confirmation", "state": "created", "messages": 1},
            {"purpose": "confirmation", "state": "sent", "messages": 1},
        ]


@pytest.mark.parametrize("path", ["/v1/messages", f"/v1/messages/{UUID(int=1)}", "/v1/reports/messages"])
async def test_a_role_the_route_does_not_name_is_turned_away(notifications: ServiceUnderTest, path: str) -> None:
    assert (await notifications.as_("provider").get(path)).status_code == 403
