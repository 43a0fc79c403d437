"""What the cluster should hold, and where it drifts."""

from datetime import timedelta

from shared.contracts.topics import TOPICS, Topic
from shared.messaging import topics
from shared.messaging.kafka import TopicState

KEPT_A_WEEK = Topic("a.contacts", "restricted", "", timedelta(days=7))


def test_three_brokers_mean_three_replicas_of_which_two_must_be_in_sync() -> None:
    assert [(t.replication, t.in_sync) for t in topics.wanted([KEPT_A_WEEK], prefix="", brokers=3)] == [(3, 2)]
    assert [(t.replication, t.in_sync) for t in topics.wanted([KEPT_A_WEEK], prefix="", brokers=1)] == [(1, 1)]


def test_events_are_kept_for_ever_and_contacts_for_a_week() -> None:
    retention = {t.name: t.retention_ms for t in topics.wanted(TOPICS, prefix="p.", brokers=1)}
    assert retention["p.enrolment.learners"] == -1
    assert {ms for name, ms in retention.items() if name.endswith("contacts")} == {7 * 24 * 3600 * 1000}


def test_drift_is_told_in_words() -> None:
    [wanted] = topics.wanted([KEPT_A_WEEK], prefix="", brokers=3)
    as_wanted = TopicState(12, 3, wanted.config())
    assert topics.drift(wanted, as_wanted) == []
    assert topics.drift(wanted, None) == ["missing"]
    drifted = TopicState(6, 1, wanted.config() | {"min.insync.replicas": "1"})
    assert topics.drift(wanted, drifted) == [
        "6 partitions, not 12",
        "1 replicas, not 3",
        "min.insync.replicas is 1, not 2",
    ]


def test_dead_letter_topics_follow_from_what_a_group_reads() -> None:
    [dead] = topics.dead_letters("talent", ["enrolment.learners"])
    assert dead.name == "enrolment.learners.dlt.talent"
    assert dead.retention == timedelta(days=90)


def test_a_dead_letter_topic_is_kept_no_longer_than_its_topic() -> None:
    [dead] = topics.dead_letters("notifications", ["enrolment.contacts"])
    assert dead.retention == timedelta(days=7)
