from typing import Any

import pytest

from services.portal.clients.operations.delivery import Delivery
from services.portal.pages.operations.delivery import decisions
from services.portal.pages.operations.topics import flows
from shared.contracts.topics import TOPICS

NOTHING: dict[str, Any] = {
    "outbox": 0,
    "parked": 0,
    "oldest_seconds": 0.0,
    "deferred": 0,
    "dead": 0,
    "events_published": {},
    "applied_by_topic": {},
}


def standing(**given: Any) -> Delivery:
    return Delivery.model_validate(NOTHING | given)


def test_where_all_is_well_nothing_needs_a_decision() -> None:
    assert list(decisions({"enrolment": standing(outbox=3, deferred=2, lag=7), "talent": standing()})) == []


@pytest.mark.parametrize(
    ("found", "text", "href"),
    [
        (standing(deferred=1, dead=1), "1 dead event at talent", "/operations/dead?service=talent&state=dead"),
        (standing(parked=2), "2 events of talent that Kafka refuses", "/operations/parked?service=talent"),
        (standing(undecodable=1), "1 record at talent that cannot be read", None),
        (standing(withheld="restored"), "Talent holds its events back since it was restored", "/operations/topics"),
        (None, "Talent does not answer", None),
    ],
)
def test_each_thing_that_needs_a_decision_is_told(found: Delivery | None, text: str, href: str | None) -> None:
    [decision] = decisions({"talent": found})
    assert (decision.text, decision.href) == (text, href)


def test_a_topic_tells_what_was_announced_and_what_each_made_of_it() -> None:
    topic = "enrolment.learners"
    found = flows(
        {
            "enrolment": standing(events_published={topic: 12}),
            "talent": standing(applied_by_topic={topic: 11}),
            "coaching": None,
            "notifications": standing(),
        }
    )
    assert [flow.topic for flow in found] == list(TOPICS)
    [learners] = [flow for flow in found if flow.topic.name == topic]
    assert (learners.announcer, learners.announced, learners.applied) == ("enrolment", 12, [("talent", 11)])
    assert {flow.announced for flow in found if flow.announcer == "coaching"} == {None}
