"""What people of operations would do about events that are stuck."""

import random
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.chaos.client import Client
from tests.chaos.scene import an_id


class Ops:
    """Acts on one event at a time, over the services' own addresses."""

    def __init__(self, client: Client, draw: random.Random) -> None:
        self._client = client
        self._draw = draw

    async def perform(self, service: str, verb: str, event_id: UUID) -> Mapping[str, Any]:
        """Ask until it is answered; the outcome names the events that were acted on."""
        body: dict[str, Any] = {"event_ids": [str(event_id)], "reason": "chaos run", "dry_run": False}
        key = an_id(self._draw)
        path = f"/v1/operations/{verb}"
        return await self._client.insist(service, "POST", path, body=body, persona="ops", Idempotency_Key=key)
