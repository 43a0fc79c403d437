"""The runbooks, step by step, on a real platform: what is stuck is found, fixed and gone."""

import asyncio
import json
import os
import pty
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner

from academy.__main__ import app
from academy.local.layout import PARTS, ROOT
from academy.local.platform import Platform
from academy.services import SERVICES
from shared.contracts.enrolment.cohorts import RecordingPublished
from shared.contracts.enrolment.learners import SessionAttended
from shared.contracts.envelope import Contract
from shared.ids import new_id
from shared.messaging import outbox
from shared.postgres.database import Transaction
from tests.support.cohorts import LEARNER, a_cohort, at
from tests.support.databases import connected
from tests.support.delivery import PATIENCE, configure, eventually
from tests.support.folders import folder_anyone_may_cross
from tests.support.gateway import visitor
from tests.support.platform import a_plan

pytestmark = pytest.mark.timeout(600)

AT = datetime(2021, 8, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LEARNERS, COHORTS = SessionAttended.topic, RecordingPublished.topic
ENTRY = {"kinds": ["coach"], "origin": "added", "qualification": "ilm_5", "system": "QGH", "capacity": 3}
ONE_EACH = {"api": 1, "consumer": 1, "relay": 1}
WHY = ("--reason", "rehearsed with the runbook")


@dataclass(slots=True)
class PlatformUnderTest:
    """A running academy, and the command as ops use it."""

    managed: Platform
    state: Path

    async def command(self, *words: str, code: int | None = 0, environment: Mapping[str, str] | None = None) -> str:
        """The output of `academy <words>`, 80 columns wide; the exit code must be `code`, where one is named."""
        told = {"ACADEMY_STATE": str(self.state), "COLUMNS": "80"} | dict(environment or {})
        result = await asyncio.to_thread(CliRunner().invoke, app, words, env=told)
        assert code in {None, result.exit_code}, f"{words}: {result.exit_code}\n{result.output}\n{result.exception!r}"
        return result.stdout

    async def json(self, *words: str, code: int | None = 0) -> Any:
        """The one document of `academy <words> --json`."""
        return json.loads(await self.command(*words, "--json", code=code))

    async def query(self, service: str, sql: str, *arguments: Any) -> list[tuple[Any, ...]]:
        """As that service's own role."""
        connection = await asyncpg.connect(self.database(service))
        try:
            return [tuple(row.values()) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    async def run_file(self, service: str, name: str) -> None:
        """What `psql -f` does with an SQL file of the runbooks."""
        connection = await asyncpg.connect(self.database(service))
        try:
            await connection.execute((ROOT / "docs" / "runbooks" / "rebuild" / name).read_text())
        finally:
            await connection.close()

    def database(self, service: str) -> str:
        return self.managed.environment(service)[f"ACADEMY_{service.upper()}_DATABASE"]

    async def announce(self, *events: Contract | outbox.Pending) -> None:
        """Commit the events to enrolment's outbox, each in a transaction of its own."""

        async def write(tx: Transaction, event: Contract | outbox.Pending) -> None:
            if isinstance(event, Contract):
                outbox.append(tx, event, at=AT)
            else:
                outbox.append_raw(tx, event)

        async with connected(self.database("enrolment"), size=2) as db:
            for event in events:
                await db.run(write, event)

    async def standing(self, state: str = "dead", *, service: str = "talent") -> list[dict[str, Any]]:
        """What the service has deferred."""
        found = await self.json("dlq", "list", "--service", service, "--state", state, "-n", "1000")
        return found["services"][service]["events"]

    async def pass_over_elsewhere(self, event: outbox.Pending) -> None:
        """Notifications reads the topic too, and what it makes of the event is no matter of the test."""

        async def is_held() -> bool:
            return str(event.event_id) in {e["event_id"] for e in await self.standing(service="notifications")}

        await eventually(is_held)
        words = ("dlq", "skip", "--service", "notifications", "--event", str(event.event_id))
        await self.command(*words, *WHY, "--yes")

    async def evidence(self, person: UUID | None = None) -> list[tuple[Any, ...]]:
        sql = "select person_id, kind, programme_code, happened_at from evidence"
        found = await self.query("talent", f"{sql} order by person_id, happened_at")
        return [row for row in found if person in {None, row[0]}]


@pytest.fixture(scope="module")
async def platform() -> AsyncGenerator[PlatformUnderTest]:
    """Every service; talent's roles as processes of their own, so that its consumer can be stopped alone."""
    with folder_anyone_may_cross() as folder:
        plan = a_plan(folder, parts=PARTS, services=SERVICES, clock="replay", scale={"talent": ONE_EACH})
        async with Platform(plan) as platform:
            yield PlatformUnderTest(platform, folder)


def attended(person: UUID, number: int) -> SessionAttended:
    """A person's attendance on day `number`."""
    return SessionAttended(
        effective_at=AT + number * DAY,
        person_id=person,
        session_id=uuid4(),
        cohort_id=uuid4(),
        programme_code="CLS7",
        mode="live",
        minutes=90,
        source="register",
    )


def unreadable(person: UUID) -> outbox.Pending:
    """An event that breaks its contract, as a faulty release would write it."""
    headers = {"time": AT.isoformat(), "correlationid": "faulty-release"}
    return outbox.Pending(LEARNERS, str(person), new_id(), SessionAttended.event_type(), b'{"nonsense": true}', headers)


def recording(cohort: UUID, ref: str) -> RecordingPublished:
    return RecordingPublished(effective_at=AT, cohort_id=cohort, session_id=uuid4(), recording_ref=ref)


async def all_arrived(platform: PlatformUnderTest) -> bool:
    """Whether the audit finds nothing missing, on the way or standing still."""
    found = await platform.json("events", "audit", code=None)
    return all(line["verdict"] in {"well", "exempt"} for line in found["lines"])


async def test_an_event_that_breaks_its_contract_is_found_shown_and_skipped(platform: PlatformUnderTest) -> None:
    person = uuid4()
    broken = unreadable(person)
    await platform.announce(attended(person, 1), broken, attended(person, 2), attended(person, 3))

    async def is_dead() -> bool:
        return [(e["event_id"], e["waiting_behind"]) for e in await platform.standing()] == [(str(broken.event_id), 2)]

    await eventually(is_dead)
    await platform.pass_over_elsewhere(broken)
    listed = await platform.command("dlq", "list")
    assert "talent: 1 event is dead" in listed
    assert "ValidationError after 1 try" in listed
    assert max(map(len, listed.splitlines())) <= 80
    shown = await platform.command("dlq", "show", str(broken.event_id))
    assert "faulty-release" in shown
    assert '"nonsense": true' in shown
    assert "deferred" in await platform.command("events", "audit", code=1)
    only_counted = await platform.command("dlq", "skip", "--event", str(broken.event_id), *WHY)
    assert "1 event; 2 wait behind" in only_counted
    assert "nothing was done" in only_counted
    assert await is_dead()
    await platform.command("dlq", "skip", "--event", str(broken.event_id), *WHY, "--yes")

    async def goes_on() -> bool:
        return len(await platform.evidence(person)) == 3

    await eventually(goes_on)
    assert await platform.standing() == []
    actions = await platform.command("dlq", "actions", "--service", "talent")
    assert "rehearsed with the runbook" in actions
    await eventually(lambda: all_arrived(platform))


async def test_a_dead_event_is_replayed_once_its_reason_is_fixed(platform: PlatformUnderTest) -> None:
    people = [uuid4() for _ in range(3)]
    await platform.query("talent", "alter table evidence rename to evidence_away")
    await platform.announce(*(attended(person, day) for person in people for day in (1, 2)))

    async def waits() -> bool:
        return len(await platform.standing("retry")) == len(await platform.standing("behind")) == 3

    await eventually(waits)
    assert "next try" in await platform.command("dlq", "list", "--state", "retry")
    await platform.query(
        "talent", "update deferred set attempts = 11, next_at = now() where attempts > 0 or version = 1"
    )

    async def dies() -> bool:
        return len(await platform.standing()) == 3

    await eventually(dies)
    assert {e["error"] for e in await platform.standing()} == {"UndefinedTableError"}
    await platform.query("talent", "alter table evidence_away rename to evidence")
    selection = ("--topic", LEARNERS, "--error-class", "UndefinedTableError")
    told = await platform.json("dlq", "replay", *selection, *WHY, "--yes")
    assert told["planned"]["talent"]["plan"]["by_topic"] == {LEARNERS: 3}
    assert told["planned"]["coaching"]["plan"]["event_ids"] == []
    assert len(told["outcome"]["talent"]["outcome"]["event_ids"]) == 3

    async def applied() -> bool:
        return all([len(await platform.evidence(person)) == 2 for person in people])

    await eventually(applied)
    assert "no event that is stuck matches" in await platform.command("dlq", "replay", *selection, *WHY, "--yes")
    await eventually(lambda: all_arrived(platform))


async def test_refused_events_are_fixed_skipped_or_sent_again(platform: PlatformUnderTest, tmp_path: Path) -> None:
    cohorts = [uuid4(), uuid4(), uuid4()]
    fixed, skipped = cohorts[:2]
    await configure(platform.managed.kafka_as_admin, COHORTS, {"max.message.bytes": "60000"})
    await platform.announce(*(recording(c, "x" * 80_000) for c in cohorts), *(recording(c, "small") for c in cohorts))

    async def are_parked() -> bool:
        return len((await platform.json("outbox", "parked"))["services"]["enrolment"]["events"]) == 3

    await eventually(are_parked)
    ids = {
        e["key"]: e["event_id"] for e in (await platform.json("outbox", "parked"))["services"]["enrolment"]["events"]
    }
    assert "MessageSizeTooLargeError" in await platform.command("outbox", "parked")
    rows = (await platform.command("outbox", "status", code=1)).splitlines()
    assert " 3 " in next(row for row in rows if row.startswith("enrolment"))
    whole = (await platform.json("outbox", "show", ids[str(fixed)]))["services"]["enrolment"]["event"]
    corrected = tmp_path / "corrected.json"
    corrected.write_text(json.dumps(whole["payload"] | {"cohort_id": str(uuid4())}))
    await platform.command("outbox", "fix", ids[str(fixed)], "--payload", str(corrected), *WHY, "--yes", code=1)
    corrected.write_text(json.dumps(whole["payload"] | {"recording_ref": "proper"}))
    fix = ("outbox", "fix", ids[str(fixed)], "--payload", str(corrected), *WHY)
    assert "nothing was done" in await platform.command(*fix)
    await platform.command(*fix, "--yes")
    await platform.command("outbox", "skip", "--event", ids[str(skipped)], *WHY, "--yes")
    assert COHORTS in await platform.command("topics", "check", code=1)
    await platform.command("topics", "apply")
    await platform.command("topics", "check")
    await platform.command("outbox", "retry", "--topic", COHORTS, *WHY, "--yes")
    await eventually(lambda: all_arrived(platform))
    await platform.command("outbox", "status")
    found = await platform.query(
        "notifications", "select length(recording_ref), recording_ref from recording order by 1"
    )
    assert [(length, ref[:6]) for length, ref in found] == [(5, "small")] * 3 + [(6, "proper"), (80_000, "xxxxxx")]
    counted = await platform.json("events", "count", COHORTS)
    [cohorts_] = counted["topics"]
    assert (cohorts_["missing"], cohorts_["skipped"], cohorts_["well"]) == (0, 1, True)
    tailed = [
        json.loads(line)
        for line in (await platform.command("events", "tail", COHORTS, "--key", str(skipped), "--json")).splitlines()
    ]
    assert [(line["name"], line["version"]) for line in tailed] == [("EventSkipped", 1), ("RecordingPublished", 2)]


async def test_the_log_is_shown_a_line_an_event_and_nothing_restricted_of_it(platform: PlatformUnderTest) -> None:
    person = uuid4()
    replay = await visitor(platform.managed.address("gateway"), "replay")
    await platform.announce(attended(person, 1), attended(person, 2))
    contact = LEARNER | {"name": "Ada Made-Up", "email": f"{person.hex}@example.nhs.uk"}
    (
        await replay.put(f"/enrolment/v1/learners/{person}", json=contact, headers={"Academy-Time": AT.isoformat()})
    ).raise_for_status()
    await eventually(lambda: all_arrived(platform))
    lines = (await platform.command("events", "tail", LEARNERS, "--key", str(person), "--payload")).splitlines()
    assert [line.split()[4:6] for line in lines[::2]] == [["SessionAttended", "v1"], ["SessionAttended", "v2"]]
    assert all('"programme_code":"CLS7"' in line for line in lines[1::2])
    secret = await platform.command("events", "tail", "enrolment.contacts", "--from-start", "--payload")
    assert "withheld" in secret
    assert person.hex not in secret
    assert str(person) not in secret
    assert len((await platform.command("events", "tail", "-n", "3")).splitlines()) == 3


async def test_a_record_that_is_no_event_is_found_shown_and_dropped(platform: PlatformUnderTest) -> None:
    stranger: Any = AIOKafkaProducer(**platform.managed.kafka_as_admin.client())
    await stranger.start()
    place = await stranger.send_and_wait(
        LEARNERS, key=b"no\0key", value=b"no\x1b[31m event", headers=[("from", b"\xff")]
    )
    await stranger.stop()
    listing = ("dlq", "list", "--service", "talent", "--state", "undecodable")

    async def records() -> list[dict[str, Any]]:
        return (await platform.json(*listing))["services"]["talent"]["records"]

    await eventually(records)
    [record] = await records()
    assert (record["topic"], record["offset"], record["bytes"]) == (LEARNERS, place.offset, 13)
    listed = await platform.command(*listing)
    assert "talent: 1 undecodable record" in listed
    assert r"key no\x00key" in listed
    shown = await platform.command("dlq", "show", record["event_id"])
    assert r"payload: no\x1b[31m event" in shown
    assert r"from: \xff" in shown
    delivery = (await platform.json("outbox", "status"))["services"]["talent"]["delivery"]
    assert delivery["undecodable"] == 1
    drop = ("dlq", "drop", "--service", "talent", "--event", record["event_id"], *WHY)
    assert "talent: 1 record" in await platform.command(*drop)
    assert await records() == [record]
    assert "dropped for good" in await platform.command(*drop, "--yes")
    assert "nothing is undecodable" in await platform.command(*listing)
    assert "drop_undecodable" in await platform.command("dlq", "actions", "--service", "talent")
    await platform.command("dlq", "drop", "--topic", LEARNERS, *WHY, "--yes")


async def test_who_may_not_or_cannot_is_told_in_a_line_what_to_do(platform: PlatformUnderTest, tmp_path: Path) -> None:
    gateway = platform.managed.address("gateway")
    nobody = {"ACADEMY_STATE": str(tmp_path)}
    reader = await visitor(gateway, "subscriber")
    token = reader.headers["Authorization"].removeprefix("Bearer ")
    cases: list[tuple[dict[str, str], str]] = [
        (nobody, "academy up"),
        (nobody | {"ACADEMY_URL": gateway}, "ACADEMY_TOKEN"),
        ({"ACADEMY_TOKEN": "nonsense"}, "take a new one"),
        ({"ACADEMY_TOKEN": token}, "role ops"),
    ]
    for environment, remedy in cases:
        told = await platform.command("dlq", "list", code=1, environment=environment)
        assert remedy in told
        assert len(told.splitlines()) == 1
    elsewhere = {"ACADEMY_URL": gateway, "ACADEMY_TOKEN": (await visitor(gateway, "ops")).headers["Authorization"][7:]}
    assert "nothing is dead" in await platform.command("dlq", "list", environment=nobody | elsewhere)


async def test_a_service_that_is_away_hides_no_other(platform: PlatformUnderTest) -> None:
    platform.managed.kill("coaching")
    told = await platform.command("outbox", "status", code=1)
    assert "coaching: does not answer" in told
    assert "enrolment" in told.splitlines()[1]
    await platform.managed.restart("coaching")
    await platform.command("outbox", "status")


async def test_on_a_terminal_the_action_is_asked_for(platform: PlatformUnderTest) -> None:
    person = uuid4()
    broken = unreadable(person)
    await platform.announce(broken)

    async def is_dead() -> bool:
        return bool(await platform.standing())

    await eventually(is_dead)
    await platform.pass_over_elsewhere(broken)
    words = ("dlq", "skip", "--service", "talent", "--event", str(broken.event_id), *WHY)
    assert "nothing was done" in await at_a_terminal(platform, b"n\n", *words)
    assert await is_dead()
    assert "skipped for good" in await at_a_terminal(platform, b"y\n", *words)
    assert await platform.standing() == []


async def at_a_terminal(platform: PlatformUnderTest, typed: bytes, *words: str) -> str:
    """The command as a process of its own, with somebody at the keyboard."""
    ours, theirs = pty.openpty()
    os.write(ours, typed)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "academy",
        *words,
        stdin=theirs,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"ACADEMY_STATE": str(platform.state), "NO_COLOR": "1"},
    )
    output, _ = await process.communicate()
    os.close(ours)
    os.close(theirs)
    assert process.returncode == 0, output
    return output.decode()


async def test_a_read_model_is_rebuilt_from_the_first_event(platform: PlatformUnderTest) -> None:
    person = uuid4()
    broken = unreadable(person)
    await platform.announce(attended(person, 1), broken, attended(person, 2))

    async def one_is_dead() -> bool:
        return len(await platform.standing()) == 1

    await eventually(one_is_dead)
    await platform.pass_over_elsewhere(broken)
    await platform.command("dlq", "skip", "--service", "talent", "--topic", LEARNERS, *WHY, "--yes")

    async def both_there() -> bool:
        return len(await platform.evidence(person)) == 2

    await eventually(both_there)
    before = await platform.evidence()
    rewind = ("events", "rewind", "talent", "--topic", LEARNERS, "--yes")
    assert "still runs" in await platform.command(*rewind, code=1)
    platform.managed.kill("talent-consumer", signal.SIGTERM)
    await platform.run_file("talent", "talent-evidence.sql")
    await platform.command(*rewind, "--wait", str(PATIENCE))
    late = attended(person, 3)
    await platform.announce(late)
    assert await platform.evidence() == []
    await platform.managed.restart("talent-consumer")

    async def those_skipped_are_back() -> bool:
        state = await platform.json("events", "audit", "--service", "talent", code=None)
        return [line["lag"] for line in state["lines"]] == [0] and len(await platform.standing()) >= 1

    await eventually(those_skipped_are_back)
    await platform.command("dlq", "skip", "--service", "talent", "--error-class", "ValidationError", *WHY, "--yes")
    await eventually(lambda: all_arrived(platform))
    expected = [*before, (person, "session_attended", "CLS7", late.effective_at)]
    assert sorted(await platform.evidence(), key=str) == sorted(expected, key=str)


async def test_what_a_reader_lost_is_seen_by_the_audit_alone_and_read_again(platform: PlatformUnderTest) -> None:
    person = uuid4()
    await platform.announce(attended(person, 1), attended(person, 2))

    async def both_there() -> bool:
        return len(await platform.evidence(person)) == 2

    await eventually(both_there)
    await eventually(lambda: all_arrived(platform))
    platform.managed.kill("talent-consumer", signal.SIGTERM)
    rewind = ("events", "rewind", "talent", "--topic", LEARNERS, "--yes", "--wait", str(PATIENCE))
    await platform.query("talent", "delete from evidence where person_id = $1 and happened_at > $2", person, AT + DAY)
    await platform.query(
        "talent", "update consumer_cursor set version = 1, event_id = null where key = $1", str(person)
    )
    assert "1 missing" in await platform.command("events", "audit", code=1)
    await platform.command("events", "count")
    await platform.command(*rewind)
    await platform.managed.restart("talent-consumer")
    await eventually(both_there)
    await eventually(lambda: all_arrived(platform))


async def test_contacts_that_a_store_lost_are_announced_again_and_the_last_change_counts(
    platform: PlatformUnderTest,
) -> None:
    """Two services know the person; the one that spoke first speaks last now, and still yields."""
    gateway, person = platform.managed.address("gateway"), uuid4()
    replay = await visitor(gateway, "replay")
    learner = LEARNER | {"name": "Bea Made-Up", "email": f"old.{person.hex}@example.nhs.uk"}
    entry = ENTRY | {"name": "Bea Made-Up", "email": f"new.{person.hex}@example.nhs.uk"}
    record, on_the_register = f"/enrolment/v1/learners/{person}", f"/coaching/v1/practitioners/{person}"
    (await replay.put(record, json=learner, headers=at(AT))).raise_for_status()
    (await replay.put(on_the_register, json=entry, headers=at(AT + DAY))).raise_for_status()
    kept = "select * from contact order by person_id"

    async def is_reached_at_the_newer() -> bool:
        known = await platform.query("notifications", kept)
        return (person, entry["email"], "coaching") in [(row[0], row[2], row[3]) for row in known]

    await eventually(is_reached_at_the_newer)
    before = await platform.query("notifications", kept)
    await platform.query("notifications", "delete from contact")
    counted = await platform.json("contacts", "republish", *WHY)
    assert not counted["done"]
    assert await platform.query("notifications", kept) == []
    for service in ("coaching", "talent", "enrolment"):
        await platform.command("contacts", "republish", "--service", service, *WHY, "--yes")

    async def all_are_back() -> bool:
        return await platform.query("notifications", kept) == before

    await eventually(all_are_back)
    await platform.command("contacts", "republish", "--service", "notifications", *WHY, code=2)


async def test_a_rebuild_of_what_mails_are_made_from_sends_none_again(platform: PlatformUnderTest) -> None:
    gateway, person = platform.managed.address("gateway"), uuid4()
    replay = await visitor(gateway, "replay")
    participant = await visitor(gateway, "participant", person_id=str(person))
    cohort = await a_cohort(replay, f"CLS-{person.hex[-6:]}", starts=AT + 60 * DAY)
    learner = LEARNER | {"name": "Ada Made-Up", "email": f"{person.hex}@example.nhs.uk"}
    (await replay.put(f"/enrolment/v1/learners/{person}", json=learner)).raise_for_status()
    place = await participant.post(f"/enrolment/v1/cohorts/{cohort}/enrolments", json={"person_id": str(person)})
    place.raise_for_status()
    messages = "select message_id, purpose, state, attempts from message order by message_id"

    async def confirmed() -> bool:
        return ("confirmation", "sent", 1) in [row[1:] for row in await platform.query("notifications", messages)]

    await eventually(confirmed)
    known = {t: await platform.query("notifications", f"select * from {t} order by 1") for t in ("cohort", "session")}
    sent = await platform.query("notifications", messages)
    await platform.run_file("notifications", "notifications-cohorts.sql")
    rewind = ("events", "rewind", "notifications", "--topic", "enrolment.programmes", "--topic", COHORTS, "--yes")
    waiting = asyncio.create_task(platform.command(*rewind, "--wait", str(PATIENCE)))
    await asyncio.sleep(1)  # it begins while a consumer still runs; where it does not, it has nobody to wait for
    platform.managed.kill("notifications", signal.SIGTERM)
    await waiting
    await platform.managed.restart("notifications")
    await eventually(lambda: all_arrived(platform))
    for table, rows in known.items():
        assert await platform.query("notifications", f"select * from {table} order by 1") == rows
    assert await platform.query("notifications", messages) == sent
