"""The platform as a person meets it: through the gateway, with tokens of the development issuer."""

from typing import Any
from uuid import uuid4

import httpx

from tests.support.delivery import PATIENCE


class Visitor(httpx.AsyncClient):
    """A client of the gateway as one persona; every POST brings a fresh Idempotency-Key unless it has one."""

    async def post(self, url: Any, *, headers: Any = None, **kwargs: Any) -> httpx.Response:
        """POST with an Idempotency-Key."""
        return await super().post(url, headers={"Idempotency-Key": str(uuid4())} | dict(headers or {}), **kwargs)


async def visitor(gateway: str, persona: str, **claims: Any) -> Visitor:
    """A client with a fresh token for that persona; `person_id` and `systems` may be chosen."""
    async with httpx.AsyncClient(base_url=gateway, timeout=PATIENCE) as anyone:
        answer = (await anyone.post("/issuer/token", json={"persona": persona} | claims)).raise_for_status()
    token = answer.json()["access_token"]
    return Visitor(base_url=gateway, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE)
