"""The parts of the ops verbs that can be told without a platform."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from typer.testing import CliRunner

from academy.__main__ import app
from academy.cli.events import Lines
from academy.cli.screen import Screen
from academy.cli.telling import age, moment, waiting
from academy.operations import access
from academy.operations.access import CliError, RunningPlatform
from academy.operations.counts import TopicCount
from academy.operations.kafka_log import LogRecord
from academy.operations.responses import StuckEvent, WholeEvent, short_type
from academy.operations.tail import Wish, document, shown_payload
from academy.operations.wiring import reading, readings
from shared.contracts.enrolment.learners import LearnerEnrolled
from shared.contracts.envelope import Envelope, EventSkipped
from shared.messaging.cluster import Cluster, Login
from shared.messaging.wire import Event, Undecodable

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GATEWAY = "http://127.0.0.1:8080"


def a_record(
    version: int,
    *,
    key: str = "asha",
    event_id: UUID | None = None,
    kind: str | None = None,
    topic: str = "enrolment.learners",
) -> LogRecord:
    envelope = Envelope(
        id=event_id or uuid4(),
        source="/test",
        type=kind or LearnerEnrolled.event_type(),
        time=NOW,
        topic=topic,
        key=key,
        sequence=version,
        correlation_id="c",
        causation_id=None,
        traceparent=None,
    )
    return LogRecord(topic, 3, version, NOW, key.encode(), Event(envelope, b'{"person_id": "asha"}'))


def an_unreadable_record(topic: str) -> LogRecord:
    return LogRecord(topic, 0, 0, NOW, b"asha", Undecodable(topic, 0, 0, b"asha", b"?", ()))


def counted(*records: LogRecord, has_retention: bool = False) -> TopicCount:
    count = TopicCount("enrolment.learners", has_retention=has_retention)
    for record in records:
        count.add(record)
    return count


class TestAccess:
    def test_the_environment_goes_before_the_platform_here(self) -> None:
        told = {"ACADEMY_URL": "https://academy.example.org/", "ACADEMY_TOKEN": "t"}
        found = access.access(told, RunningPlatform(gateway=GATEWAY))
        assert (found.address, found.token) == ("https://academy.example.org", "t")

    def test_without_either_the_remedy_is_named(self) -> None:
        with pytest.raises(CliError, match=r"ACADEMY_URL.*academy up"):
            access.access({}, RunningPlatform())

    def test_an_issuer_elsewhere_gives_no_token_to_strangers(self) -> None:
        with pytest.raises(CliError, match="ACADEMY_TOKEN"):
            access.access({}, RunningPlatform(gateway=GATEWAY))

    def test_an_issuer_that_is_gone_is_said_to_be(self) -> None:
        with pytest.raises(CliError, match="gives no token"):
            access.access({}, RunningPlatform(gateway=GATEWAY, issuer="http://127.0.0.1:9"))

    def test_every_broker_of_a_cluster_is_known(self) -> None:
        here = RunningPlatform(brokers=("a:1", "b:2"), kafka_password="secret of {}".format)
        assert access.kafka({}, lambda: here) == Cluster("a:1,b:2", Login("ops", "secret of ops"))

    def test_another_kafka_is_entered_with_the_password_that_is_told(self) -> None:
        told = {
            "ACADEMY_KAFKA": "k:9092",
            "ACADEMY_OPS_KAFKA_PASSWORD": "theirs",
            "ACADEMY_KAFKA_ADMIN_PASSWORD": "all",
        }
        assert access.kafka(told, RunningPlatform) == Cluster("k:9092", Login("ops", "theirs"))
        assert access.kafka(told, RunningPlatform, "admin") == Cluster("k:9092", Login("admin", "all"))
        assert access.kafka({"ACADEMY_KAFKA": "k:9092"}, RunningPlatform) == Cluster("k:9092")
        with pytest.raises(CliError, match="ACADEMY_KAFKA"):
            access.kafka({}, RunningPlatform)

    def test_a_cluster_is_as_large_as_told_else_as_was_started_here_else_as_in_production(self) -> None:
        here = RunningPlatform(brokers=("127.0.0.1:1",), kafka_password=str)
        elsewhere = RunningPlatform(brokers=("k:9092",))
        assert access.brokers({"ACADEMY_KAFKA_BROKERS": "5"}, here) == 5
        assert access.brokers({}, here) == 1
        assert access.brokers({"ACADEMY_KAFKA": "k:9092"}, here) == 3
        assert access.brokers({}, elsewhere) == 3
        with pytest.raises(CliError, match="ACADEMY_KAFKA_BROKERS"):
            access.brokers({"ACADEMY_KAFKA_BROKERS": "many"}, here)


class TestTopicCount:
    def test_a_log_without_faults_is_well(self) -> None:
        count = counted(a_record(1), a_record(1, key="bea"), a_record(2), a_record(3))
        assert (count.records, count.events, count.keys, count.repeats, count.well) == (4, 4, 2, 0, True)

    def test_a_repeat_is_no_second_event(self) -> None:
        one, two = a_record(1), a_record(2)
        count = counted(one, two, one, two, a_record(3))
        assert (count.records, count.events, count.repeats, count.well) == (5, 3, 2, True)

    def test_missing_versions_are_counted_and_the_count_goes_on_behind_them(self) -> None:
        count = counted(a_record(2), a_record(5), a_record(6))
        assert (count.events, count.missing, count.well) == (3, 3, False)

    def test_a_topic_that_forgets_may_begin_anywhere(self) -> None:
        assert counted(a_record(7), a_record(9), has_retention=True).well

    def test_one_version_for_two_events_is_seen(self) -> None:
        count = counted(a_record(1), a_record(1))
        assert (count.twice, count.well) == (1, False)

    def test_markers_and_undecodable_records_are_told_apart(self) -> None:
        broken = LogRecord(
            "enrolment.learners", 0, 0, NOW, None, Undecodable("enrolment.learners", 0, 0, None, b"?", ())
        )
        count = counted(a_record(1), a_record(2, kind=EventSkipped.TYPE), broken)
        assert (count.records, count.events, count.skipped, count.undecodable) == (3, 2, 1, 1)
        assert json.loads(json.dumps(count.document()))["keys"] == 1


class TestWhatIsShown:
    def test_a_payload_of_an_open_topic_only(self) -> None:
        assert shown_payload(a_record(1)) == '{"person_id": "asha"}'
        for topic in ("enrolment.contacts", "talent.members", "enrolment.learners.dlt.talent"):
            assert "asha" not in shown_payload(a_record(1, topic=topic))

    @pytest.mark.parametrize("topic", ["talent.members", "enrolment.learners.dlt.talent"])
    def test_a_key_of_an_open_topic_only(self, topic: str) -> None:
        in_lines = Lines(Wish((topic,)), Screen(width=200), payload=True, as_json=False)
        for record in (a_record(1, topic=topic), an_unreadable_record(topic)):
            assert "asha" not in json.dumps(document(record, payload=True)) + in_lines(record)
        for record in (a_record(1), an_unreadable_record("enrolment.learners")):
            assert "asha" in in_lines(record)
        assert document(a_record(1), payload=False)["key"] == "asha"

    def test_a_record_for_programs_says_where_it_stands_and_what_it_is(self) -> None:
        found = document(a_record(2), payload=False)
        assert (found["partition"], found["offset"], found["name"], found["version"]) == (3, 2, "LearnerEnrolled", 2)
        assert "payload" not in found
        broken = LogRecord(
            "enrolment.learners", 0, 0, NOW, None, Undecodable("enrolment.learners", 0, 0, None, b"?", ())
        )
        assert document(broken, payload=True)["undecodable"]

    @pytest.mark.parametrize(
        ("seconds", "said"), [(-1, "0 s"), (0.4, "0 s"), (59, "59 s"), (60, "1 min"), (7_300, "2 h"), (200_000, "2 d")]
    )
    def test_an_age_has_its_largest_unit(self, seconds: float, said: str) -> None:
        assert age(seconds) == said

    def test_a_moment_is_utc_as_in_the_logs(self) -> None:
        summer = datetime.fromisoformat("2026-07-01T10:00:00+01:00")
        assert moment(summer) == "2026-07-01 09:00:00Z"

    @pytest.mark.parametrize(("count", "said"), [(0, "nothing waits"), (1, "1 waits"), (2, "2 wait")])
    def test_who_waits_behind_is_said_in_english(self, count: int, said: str) -> None:
        assert waiting(count) == f"{said} behind"

    @pytest.mark.parametrize(
        ("ce_type", "name"),
        [
            (LearnerEnrolled.event_type(), "LearnerEnrolled"),
            (EventSkipped.TYPE, "EventSkipped"),
            ("odd", "odd"),
            ("", ""),
        ],
    )
    def test_an_event_is_called_by_its_name(self, ce_type: str, name: str) -> None:
        assert short_type(ce_type) == name


def listed(**more: object) -> dict[str, object]:
    """An event as a service lists it, with what only one side tells."""
    always = {
        "event_id": str(uuid4()),
        "topic": "enrolment.learners",
        "key": "asha",
        "version": 2,
        "type": LearnerEnrolled.event_type(),
        "waiting_behind": 1,
    }
    return always | more


class TestAnswers:
    def test_both_sides_are_read_alike(self) -> None:
        at = NOW.isoformat()
        read = listed(state="dead", error_class="KeyError", deferred_at=at, attempts=12, added_later=1)
        written = listed(last_error="TooLarge", parked_at=at, bytes=9)
        dead, parked = StuckEvent.model_validate(read), StuckEvent.model_validate(written)
        assert (dead.error, dead.since, dead.state) == ("KeyError", NOW, "dead")
        assert (parked.error, parked.since, parked.state) == ("TooLarge", NOW, "parked")

    def test_headers_stand_for_the_envelope_of_a_parked_event(self) -> None:
        whole = listed(last_error="TooLarge", parked_at=NOW.isoformat(), headers={"time": "t"}, payload={"a": 1})
        assert WholeEvent.model_validate(whole).envelope == {"time": "t"}


class TestWiring:
    def test_every_reading_has_an_owner_that_is_another_service(self) -> None:
        assert all(r.owner != r.reader for r in readings())
        by_reader = Counter(r.reader for r in readings())
        assert by_reader["notifications"] >= 8

    def test_who_reads_what_comes_from_the_services_themselves(self) -> None:
        found = reading("talent", "enrolment.learners")
        assert found is not None
        assert (found.owner, found.retention) == ("enrolment", None)
        assert reading("talent", "coaching.practitioners") is None
        contacts = reading("notifications", "enrolment.contacts")
        assert contacts is not None
        assert contacts.retention == timedelta(days=7)


class TestUsage:
    """A slip in the command is code 2, told before anybody is asked."""

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("dlq replay --reason fixed", "say which events"),
            ("dlq replay --topic enrolment.learners --reason x", "--reason wants"),
            ("dlq skip --topic enrolment.learners", "--reason"),
            ("dlq skip --event nonsense --reason fixed", "--event"),
            ("outbox skip --reason fixed", "say which events"),
            ("dlq list --service nobody", "no service is called"),
            ("dlq list --state sleepy", "sleepy"),
            ("events tail nothing.here", "no topic is called"),
            ("events tail talent.members --key asha", "keys of talent.members are withheld"),
            ("events rewind nobody --topic enrolment.learners", "no service is called"),
            (f"outbox fix {UUID(int=1)} --reason fixed --payload /nowhere.json", "cannot be read"),
        ],
    )
    def test_is_told(self, words: str, said: str, tmp_path: Path) -> None:
        known = {"ACADEMY_STATE": str(tmp_path), "ACADEMY_URL": "http://127.0.0.1:9", "ACADEMY_TOKEN": "t"}
        result = CliRunner().invoke(app, words.split(), env=known | {"ACADEMY_KAFKA": "127.0.0.1:9"})
        assert result.exit_code == 2, result.output
        assert said in result.output

    @pytest.mark.parametrize(
        ("content", "said"), [("{", "is no JSON"), ("[1]", "holds no JSON object")], ids=["broken", "a list"]
    )
    def test_of_a_corrected_payload_too(self, content: str, said: str, tmp_path: Path) -> None:
        file = tmp_path / "corrected.json"
        file.write_text(content)
        words = ["outbox", "fix", str(uuid4()), "--reason", "fixed", "--payload", str(file)]
        result = CliRunner().invoke(app, words, env={"ACADEMY_STATE": str(tmp_path)})
        assert result.exit_code == 2, result.output
        assert said in " ".join(result.output.split())

    @pytest.mark.parametrize("words", ["topics check", "events count", "events tail"])
    def test_a_kafka_that_is_away_is_said_in_a_line(self, words: str, tmp_path: Path) -> None:
        known = {"ACADEMY_STATE": str(tmp_path), "ACADEMY_KAFKA": "127.0.0.1:9"}
        result = CliRunner().invoke(app, words.split(), env=known)
        assert result.exit_code == 1, result.output
        assert "does not answer" in result.output
        assert len(result.output.splitlines()) == 1
