"""Rights follow from what is declared, and nothing else does."""

from shared.contracts.subscribers import Subscriber
from shared.contracts.topics import OPEN
from shared.messaging import grants
from shared.messaging.grants import Grant


def test_a_service_writes_what_it_announces_and_reads_that_and_what_it_handles() -> None:
    granted = grants.of_service(
        "talent", writes=["talent.pools", "enrolment.learners.dlt.talent"], reads=["enrolment.learners"]
    )
    assert {(g.operation, g.name, g.begins) for g in granted} == {
        ("write", "talent.pools", False),
        ("write", "enrolment.learners.dlt.talent", False),
        ("read", "talent.pools", False),
        ("read", "enrolment.learners.dlt.talent", False),
        ("read", "enrolment.learners", False),
        ("read", "talent", False),
        ("read", "talent.", True),
    }
    assert {g.user for g in granted} == {"talent"}


def test_a_subscriber_reads_open_topics_and_those_it_is_named_for() -> None:
    granted = grants.of_subscriber(Subscriber("register", frozenset({"coaching.practitioners"})))
    assert {g.name for g in granted if g.kind == "topic"} == OPEN | {"coaching.practitioners"}
    assert {g.operation for g in granted} == {"read"}


def test_under_a_prefix_everything_is_what_begins_with_it() -> None:
    assert Grant("ops", "topic", "*", "read").under("t1.") == Grant("t1.ops", "topic", "t1.", "read", begins=True)
    assert Grant("ops", "topic", "*", "read").under("") == Grant("ops", "topic", "*", "read")
    assert Grant("a", "group", "a.", "read", begins=True).under("t1.") == Grant(
        "t1.a", "group", "t1.a.", "read", begins=True
    )
    assert Grant("ops", "cluster", "kafka-cluster", "describe").under("t1.").name == "kafka-cluster"
