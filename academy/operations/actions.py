"""Actions on events that are stuck: a dry run first, then done to exactly the events that were shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from academy.operations.responses import Outcome
from academy.operations.services import NotThere, ServiceResult, Services
from academy.operations.stuck import Listed, those
from shared.messaging.actions import FIX, MOST, Action


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """What somebody wants done to which events, and why; every part of the selection that is given must hold."""

    action: Action
    reason: str
    event_ids: Sequence[UUID] = ()
    topic: str | None = None
    error_class: str | None = None

    @property
    def selects(self) -> bool:
        """Never everything by accident."""
        return bool(self.event_ids or self.topic or self.error_class)

    @property
    def listed(self) -> dict[str, str]:
        """How to ask for the list the events stand in."""
        return {"state": "gap"} if self.action.heads == "behind_gap" else {}

    def body(self, event_ids: Sequence[UUID], *, dry_run: bool) -> dict[str, Any]:
        """The request, narrowed to the events named; nothing is said of what selects nothing."""
        ids = [str(event_id) for event_id in event_ids]
        selection = {"event_ids": ids, "topic": self.topic, "error_class": self.error_class}
        return {k: v for k, v in selection.items() if v} | {"reason": self.reason, "dry_run": dry_run}


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an action would do in one service."""

    outcome: Outcome
    events: Sequence[Listed]

    @property
    def by_topic(self) -> Counter[str]:
        """How many events of each topic."""
        return Counter(event.topic for event in self.events)

    @property
    def more(self) -> bool:
        """Whether one action may not be enough."""
        return len(self.outcome.event_ids) >= MOST


async def dry_run(services: Services, request: ActionRequest) -> list[ServiceResult[DryRun]]:
    """A dry run in every service; nothing is changed."""

    async def ask(service: str) -> DryRun:
        body = request.body(request.event_ids, dry_run=True)
        outcome = Outcome.model_validate(await services.post(service, request.action.path, body, key=str(uuid4())))
        return DryRun(outcome, await those(services, request.action.side, service, outcome.event_ids, **request.listed))

    return await services.each(ask)


async def perform(
    services: Services, request: ActionRequest, dry_runs: Sequence[ServiceResult[DryRun]]
) -> list[ServiceResult[Outcome | None]]:
    """Do it to the events of the dry runs and to no others; None where there were none."""
    keys = {service: str(uuid4()) for service in services.names}
    ids = {t.service: t.value.outcome.event_ids for t in dry_runs if t.value is not None}

    async def ask(service: str) -> Outcome | None:
        if not ids.get(service):
            return None
        body = request.body(ids[service], dry_run=False)
        return Outcome.model_validate(await services.post(service, request.action.path, body, key=keys[service]))

    return await services.each(ask)


async def fix(
    services: Services, event_id: UUID, payload: Mapping[str, Any], reason: str, *, dry_run: bool
) -> list[ServiceResult[Outcome | None]]:
    """Send a parked event with a corrected payload, where it is parked; None from the services where it is not."""
    key, body = str(uuid4()), {"payload": dict(payload), "reason": reason, "dry_run": dry_run}

    async def ask(service: str) -> Outcome | None:
        try:
            return Outcome.model_validate(
                await services.post(service, f"{FIX.side}/{event_id}/{FIX.verb}", body, key=key)
            )
        except NotThere:
            return None

    return await services.each(ask)
