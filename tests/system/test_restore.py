"""The runbook `restore-a-database`, step by step: each service's Postgres is lost and restored to a moment before."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from typer.testing import CliRunner

from academy.__main__ import app
from academy.local.layout import PARTS
from academy.local.platform import Platform
from academy.local.ports import any_free_port
from academy.services import SERVICES
from shared.messaging.kafka import end_offsets
from tests.support.clusters import Cluster
from tests.support.cohorts import LEARNER, a_cohort
from tests.support.delivery import PATIENCE, eventually
from tests.support.folders import folder_anyone_may_cross
from tests.support.gateway import visitor
from tests.support.platform import a_plan

pytestmark = pytest.mark.timeout(900)

STARTS = datetime(2021, 9, 7, 9, tzinfo=UTC)
WHY = ("--reason", "rehearsed with the runbook")


@dataclass(slots=True)
class PlatformUnderTest:
    """A running academy each of whose services has a Postgres of its own, and the people who enrol in it."""

    managed: Platform
    state: Path
    clusters: Mapping[str, Cluster]
    cohort: UUID
    emails: dict[UUID, str] = field(default_factory=dict[UUID, str])

    async def json(self, *words: str, code: int | None = 0) -> Any:
        """The one document of `academy <words> --json`."""
        told = {"ACADEMY_STATE": str(self.state)}
        result = await asyncio.to_thread(CliRunner().invoke, app, (*words, "--json"), env=told)
        assert code in {None, result.exit_code}, f"{words}: {result.exit_code}\n{result.output}\n{result.exception!r}"
        return json.loads(result.stdout)

    async def people_enrol(self, number: int) -> list[UUID]:
        """So many people take a place."""
        people = [uuid4() for _ in range(number)]
        for person in people:
            await self.enrols(person)
        return people

    async def enrols(self, person: UUID) -> None:
        email = f"ada.{person.hex[-8:]}@example.nhs.uk"
        learner = LEARNER | {"name": "Ada Made-Up", "email": email}
        gateway = self.managed.address("gateway")
        staff, client = await visitor(gateway, "replay"), await visitor(gateway, "participant", person_id=str(person))
        (await staff.put(f"/enrolment/v1/learners/{person}", json=learner)).raise_for_status()
        path = f"/enrolment/v1/cohorts/{self.cohort}/enrolments"
        (await client.post(path, json={"person_id": str(person)})).raise_for_status()
        self.emails[person] = email

    async def told(self, person: UUID) -> set[str]:
        """The ids of the mails that confirmed this person's place."""
        async with httpx.AsyncClient(base_url=self.managed.address("mailbox"), timeout=PATIENCE) as reader:
            found = (await reader.get("/api/messages", params={"to": self.emails[person]})).json()["messages"]
        return {mail["message_id"] for mail in found}

    async def settled(self) -> bool:
        """Whether everybody has everything."""
        found = await self.json("events", "audit", code=None)
        return not found["errors"] and all(line["verdict"] in {"well", "exempt"} for line in found["lines"])

    async def withheld(self, service: str) -> bool:
        """Whether it says that it waits."""
        found = await self.json("streams", "status", "--service", service, code=None)
        return found["services"][service].get("standing", {}).get("withheld") == "restored"

    async def ends(self, service: str) -> Mapping[Any, int]:
        """How far the topics it writes have come."""
        return await end_offsets(
            self.managed.kafka_as_admin, import_module(f"services.{service}.app").service.writes_to()
        )

    async def query(self, service: str, sql: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(self.clusters[service].url)
        try:
            return [tuple(row.values()) for row in await connection.fetch(sql)]
        finally:
            await connection.close()


@pytest.fixture(scope="module")
async def platform() -> AsyncGenerator[PlatformUnderTest]:
    """What dies is started again, as anywhere."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(folder_anyone_may_cross())
        clusters = {name: Cluster(name, folder / f"of-{name}", any_free_port()) for name in SERVICES}
        for cluster in clusters.values():
            await cluster.start_new()
            stack.push_async_callback(cluster.stop)
        plan = a_plan(folder, parts=PARTS, services=SERVICES, clock="replay")
        databases = {f"ACADEMY_{name.upper()}_DATABASE": cluster.url for name, cluster in clusters.items()}
        plan = a_plan(
            folder, parts=PARTS, services=SERVICES, clock="replay", environment={**plan.environment, **databases}
        )
        platform = await stack.enter_async_context(Platform(plan))
        watching = asyncio.create_task(platform.watch())
        stack.callback(watching.cancel)
        replay = await visitor(platform.address("gateway"), "replay")
        cohort = await a_cohort(replay, "RST-1", starts=STARTS, places=200)
        yield PlatformUnderTest(platform, folder, clusters, cohort)


@pytest.mark.parametrize("services", [("enrolment",), tuple(s for s in SERVICES if s != "enrolment")], ids="+".join)
async def test_restored_services_go_on_with_nothing_lost_or_dropped(
    platform: PlatformUnderTest, services: tuple[str, ...]
) -> None:
    """The owner of most events alone, as the runbook has it; then the others, all at once."""
    clusters = [platform.clusters[service] for service in services]
    await platform.people_enrol(3)
    await asyncio.gather(*(cluster.back_up() for cluster in clusters))
    kept = await platform.people_enrol(2)
    await eventually(platform.settled)
    for cluster in clusters:
        await cluster.name_moment("before_the_loss")
    lost = await platform.people_enrol(4)
    await eventually(platform.settled)

    await asyncio.gather(*(cluster.lose() for cluster in clusters))
    await asyncio.gather(*(cluster.restore("before_the_loss") for cluster in clusters))
    for service in services:
        await eventually(lambda service=service: platform.withheld(service))
    ends = [await platform.ends(service) for service in services]
    new = await platform.people_enrol(2)
    if "enrolment" in services:
        await platform.enrols(lost[0])
    await asyncio.sleep(3)  # a relay looks every other second whether it may; a late one only hides what it must not do
    assert [await platform.ends(service) for service in services] == ends

    for service in services:
        await is_reconciled(platform, service, lost)
    await eventually(platform.settled)
    assert (await platform.json("events", "count"))["well"]
    for person in (*kept, *lost[1:], *new):
        assert len(await platform.told(person)) == 1


async def is_reconciled(platform: PlatformUnderTest, service: str, lost: Sequence[UUID]) -> None:
    """Counted first, and nothing done; then done, and written down."""
    counted = await reconciled(platform, service, code=1)
    assert not counted["done"]
    assert await platform.withheld(service)
    done = await reconciled(platform, service, "--yes")
    assert done["done"]
    assert done["lost"] == counted["lost"]
    if service == "enrolment":
        assert {event["key"] for event in done["lost_events"]} >= {str(person) for person in lost}
        assert done["renumbered"] > 0
    taken = [row[0] for row in await platform.query(service, "select act from operator_act")]
    assert "resume_publishing" in taken


async def reconciled(platform: PlatformUnderTest, service: str, *words: str, code: int = 0) -> dict[str, Any]:
    found = await platform.json("streams", "reconcile", "--service", service, *WHY, *words, code=code)
    return found["services"][service]
