"""The portal as people reach it: behind the real gateway, with the services it asks and the development issuer."""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI
from joserfc import jwt

from academy.local import issuer, problems
from academy.local.addresses import Addresses
from academy.local.layout import GATEWAY, ISSUER, PROBLEMS
from academy.local.processes import Child
from academy.local.readiness import answers
from academy.local.state import StateFolder
from academy.local.traefik import Traefik
from academy.services import PORTAL
from services.portal.app import create_app
from services.portal.settings import Own, Settings
from shared.settings import Serving
from shared.web.keys import IssuerKeys, published
from shared.web.tokens import Verifier
from tests.support.academies import the_service
from tests.support.databases import connected, fresh_database
from tests.support.delivery import PATIENCE
from tests.support.platform import a_plan
from tests.support.services import ServiceUnderTest, serving
from tests.support.serving import served
from tests.support.tokens import Signer

_DEVELOPMENT = {"ACADEMY_ENV": "development"}
_HTML = {"Accept": "text/html,application/xhtml+xml"}


@dataclass(slots=True)
class PortalUnderTest:
    """Where people reach it; what stands behind it is asked and told directly (`services`)."""

    address: str
    app: FastAPI
    provider: issuer.Issuer
    services: dict[str, ServiceUnderTest] = field(default_factory=dict[str, ServiceUnderTest])

    def visitor(self) -> httpx.AsyncClient:
        """A browser without scripts, of somebody nobody knows."""
        return httpx.AsyncClient(base_url=self.address, headers=_HTML, follow_redirects=True, timeout=PATIENCE)

    async def signs_in(self, visitor: httpx.AsyncClient, *, back: str = "/", **who: Any) -> httpx.Response:
        """The visitor chooses at the issuer's page who to be (`persona`, or `person_id`); the page they end on."""
        choosing = await visitor.get("/sign-in", params={"back": back})
        assert choosing.status_code == 200, choosing.text
        return await visitor.get(choosing.url.copy_merge_params({n: str(v) for n, v in who.items()}))

    @asynccontextmanager
    async def somebody(
        self, *, persona: str | None = None, person_id: UUID | None = None
    ) -> AsyncGenerator[httpx.AsyncClient]:
        """A browser of somebody who is signed in."""
        who: dict[str, Any] = {"persona": persona} if persona else {"person_id": person_id}
        async with self.visitor() as visitor:
            assert (await self.signs_in(visitor, **who)).status_code == 200
            yield visitor

    def token(self, **claims: Any) -> str:
        """An access token of the issuer that says this."""
        return jwt.encode({"alg": "RS256", "kid": self.provider.key.kid}, claims, self.provider.key)


@asynccontextmanager
async def a_portal(
    postgres_admin: str, signer: Signer, path: Path, services: Sequence[str]
) -> AsyncGenerator[PortalUnderTest]:
    """All of it, until the block ends; the services named are the real ones, on databases of their own."""
    folder = StateFolder(path)
    folder.create()
    addresses = Addresses(a_plan(path, parts={GATEWAY, PROBLEMS, ISSUER, PORTAL}, services=tuple(services)))
    gateway, iss = addresses.gateway, addresses.issuer
    provider = issuer.Issuer(iss, issuer.load_key(path / "issuer.json"), gateway)
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(_a_service(n, postgres_admin, signer, addresses)) for n in services]
        own = Own(
            database=await stack.enter_async_context(fresh_database(postgres_admin, PORTAL)),
            http_port=addresses.port(PORTAL),
            pool_size=4,
        )
        serving_settings = Serving(env="development", public_url=gateway, oidc_issuer=iss)
        portal = create_app(Settings(serving_settings, own))
        enrolment = addresses.http("enrolment") if "enrolment" in services else None
        apps = {
            PROBLEMS: problems.create_app(),
            ISSUER: issuer.create_app(provider, _DEVELOPMENT, lambda: enrolment),
            PORTAL: portal,
        }
        for name, app in apps.items():
            await stack.enter_async_context(served(app, addresses.port(name)))
        child = Child(Traefik(folder, addresses, (*services, *apps), os.environ).command())
        stack.push_async_callback(child.stop)
        await answers(f"{gateway}/readyz")
        yield PortalUnderTest(gateway, portal, provider, {sut.service.name: sut for sut in running})


@asynccontextmanager
async def _a_service(
    name: str, postgres_admin: str, signer: Signer, addresses: Addresses
) -> AsyncGenerator[ServiceUnderTest]:
    """It believes the issuer that people sign in at, and the tests' signer too."""
    async with (
        fresh_database(postgres_admin, name) as address,
        connected(address, size=8) as db,
        serving(the_service(name), db, signer) as sut,
        served(sut.app, addresses.port(name), f"/{name}"),
    ):
        sut.app.state.verifier = _Either(sut.app.state.verifier, addresses.issuer)
        yield sut


class _Either(Verifier):
    """By the tests' signer or by the issuer."""

    def __init__(self, known: Verifier, iss: str) -> None:
        super().__init__(iss, "academy", IssuerKeys(partial(published, iss)))
        self._signers = known

    async def claims(self, token: str) -> Any:
        """Whoever of the two knows it."""
        try:
            return await self._signers.claims(token)
        except Exception:  # noqa: BLE001 the other one says why not
            return await super().claims(token)
