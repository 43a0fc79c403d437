"""The end of a replay: a last tick to every service, then wait until every event and every mail has arrived."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from academy.replay.client import Gateway, Stopped
from academy.replay.plan.draw import stable_id
from academy.services import SERVICES

_EVENTS = ("outbox", "lag", "deferred")
_LOOK_EVERY_SECONDS = 0.5
_STILL_LOOKS = 3
"""Quiet and unchanged at so many looks in a row: a worker pauses between two batches for less."""

_NO_PROGRESS_SECONDS = 90.0


class NotSettled(Stopped):
    """Events or mails are stuck."""


@dataclass(frozen=True, slots=True)
class DeliveryProgress:
    """How far events and mails have come: what services say of both, and what the mailbox has."""

    services: Mapping[str, Mapping[str, Any]]
    mails: Mapping[str, Any]
    messages: Mapping[str, Any]

    def unfinished(self) -> dict[str, str]:
        """What still moves, by service: outbox, lag, events deferred, and mails on their way; all zero at the end."""
        waiting = {name: {what: at[what] for what in _EVENTS} for name, at in self.services.items()}
        waiting["mails"] = {"on their way": self.messages["under_way"]}
        return {
            name: ", ".join(f"{what} {'unknown' if count is None else count}" for what, count in counts.items())
            for name, counts in waiting.items()
            if any(count != 0 for count in counts.values())
        }


async def tick(gateway: Gateway, token: str, moment: datetime) -> None:
    """Tell every service that time has come this far, so that what is due runs."""
    for service in SERVICES:
        headers = {"Academy-Time": moment.isoformat(), "Idempotency-Key": str(stable_id(f"tick {service} {moment}"))}
        await gateway.call("POST", f"/{service}/v1/clock/ticks", token=token, headers=headers)


async def delivery(gateway: Gateway, token: str) -> DeliveryProgress:
    """One look at every service and at the mailbox."""
    looks = [gateway.call("GET", f"/{name}/v1/operations/delivery", token=token) for name in SERVICES]
    services = await asyncio.gather(*looks)
    messages = await gateway.call("GET", "/notifications/v1/reports/messages", token=token)
    mails = await gateway.call("GET", "/mailbox/api/stats")
    return DeliveryProgress(dict(zip(SERVICES, services, strict=True)), mails, messages)


async def settle(gateway: Gateway, token: str) -> DeliveryProgress:
    """The last look, when nothing moves any more; `NotSettled` when something is stuck."""
    last, still, moved_at = await delivery(gateway, token), 0, time.monotonic()
    while still < _STILL_LOOKS:
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
        look = await delivery(gateway, token)
        if look != last:
            last, still, moved_at = look, 0, time.monotonic()
        elif not look.unfinished():
            still += 1
        elif time.monotonic() - moved_at > _NO_PROGRESS_SECONDS:
            raise NotSettled("; ".join(f"{name}: {counts}" for name, counts in look.unfinished().items()))
    return last
