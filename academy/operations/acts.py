"""Acts on events that stand still: always rehearsed first, then done to exactly the events that were shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from academy.operations.answers import Outcome
from academy.operations.services import NotThere, Services, Told
from academy.operations.standing import READING, UNREAD, WRITING, Listed, Side, those

MOST = 1_000
"""How many events a service takes in one act; the next act takes the next."""


class Verb(StrEnum):
    """What can be done; the value is what people read."""

    REPLAY = "replay"
    SKIP = "skip"
    ACCEPT_GAP = "accept-gap"
    RETRY_PARKED = "retry"
    SKIP_PARKED = "skip parked"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants done to which events, and why; every part of the selection that is given must hold."""

    verb: Verb
    reason: str
    event_ids: Sequence[UUID] = ()
    topic: str | None = None
    error_class: str | None = None

    @property
    def selects(self) -> bool:
        """Never everything by accident."""
        return bool(self.event_ids or self.topic or self.error_class)

    @property
    def side(self) -> Side:
        """Where the events stand."""
        if self.verb is Verb.DROP:
            return UNREAD
        return READING if self.verb in {Verb.REPLAY, Verb.SKIP, Verb.ACCEPT_GAP} else WRITING

    @property
    def noun(self) -> str:
        """What it is done to."""
        return "record" if self.verb is Verb.DROP else "event"

    @property
    def listed(self) -> dict[str, str]:
        """How to ask for the list the events stand in."""
        return {"state": "gap"} if self.verb is Verb.ACCEPT_GAP else {}

    @property
    def path(self) -> str:
        """Where the act is asked for."""
        return f"{self.side}/{self.verb.removesuffix(' parked')}"

    def body(self, event_ids: Sequence[UUID], *, dry_run: bool) -> dict[str, Any]:
        """The request, narrowed to the events named; nothing is said of what selects nothing."""
        ids = [str(event_id) for event_id in event_ids]
        selection = {"event_ids": ids, "topic": self.topic, "error_class": self.error_class}
        return {k: v for k, v in selection.items() if v} | {"reason": self.reason, "dry_run": dry_run}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What an act would do in one service."""

    outcome: Outcome
    events: Sequence[Listed]

    @property
    def by_topic(self) -> Counter[str]:
        """How many events of each topic."""
        return Counter(event.topic for event in self.events)

    @property
    def more(self) -> bool:
        """Whether one act may not be enough."""
        return len(self.outcome.event_ids) >= MOST


async def rehearse(services: Services, intent: Intent) -> list[Told[Rehearsal]]:
    """A dry run in every service; nothing is changed."""

    async def ask(service: str) -> Rehearsal:
        body = intent.body(intent.event_ids, dry_run=True)
        outcome = Outcome.model_validate(await services.post(service, intent.path, body, key=str(uuid4())))
        return Rehearsal(outcome, await those(services, intent.side, service, outcome.event_ids, **intent.listed))

    return await services.each(ask)


async def perform(services: Services, intent: Intent, told: Sequence[Told[Rehearsal]]) -> list[Told[Outcome | None]]:
    """Do it to the events that were rehearsed and to no others; None where there were none."""
    keys = {service: str(uuid4()) for service in services.names}
    ids = {t.service: t.value.outcome.event_ids for t in told if t.value is not None}

    async def ask(service: str) -> Outcome | None:
        if not ids.get(service):
            return None
        body = intent.body(ids[service], dry_run=False)
        return Outcome.model_validate(await services.post(service, intent.path, body, key=keys[service]))

    return await services.each(ask)


async def fix(
    services: Services, event_id: UUID, payload: Mapping[str, Any], reason: str, *, dry_run: bool
) -> list[Told[Outcome | None]]:
    """Send a parked event with a mended payload, where it is parked; None from the services where it is not."""
    key, body = str(uuid4()), {"payload": dict(payload), "reason": reason, "dry_run": dry_run}

    async def ask(service: str) -> Outcome | None:
        try:
            return Outcome.model_validate(await services.post(service, f"{WRITING}/{event_id}/fix", body, key=key))
        except NotThere:
            return None

    return await services.each(ask)
