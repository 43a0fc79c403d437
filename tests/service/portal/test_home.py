"""The page at the root, for whoever comes and however the services are."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.support.html import Html
from tests.support.portals import PortalUnderTest

PATIENCE = 3.0
"""Seconds; a service itself is waited for much longer."""


@asynccontextmanager
async def silence(portal: PortalUnderTest) -> AsyncGenerator[None]:
    """Whatever the pages ask takes their question and says nothing."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    state, server = portal.app.state, await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    usual = state.http
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=usual.timeout) as state.http:
            yield
    finally:
        state.http = usual
        server.close()


@pytest.mark.parametrize("path", ["/", "/api"])
async def test_a_service_that_hangs_keeps_nobody_from_what_they_came_for(
    portal: PortalUnderTest, visitor: httpx.AsyncClient, path: str
) -> None:
    async with silence(portal):
        began = time.monotonic()
        page = await visitor.get(path)
        assert (page.status_code, time.monotonic() - began < PATIENCE) == (200, True)


@pytest.mark.parametrize(("persona", "told"), [("coach", False), ("participant", True), ("ops", True)])
async def test_nobody_is_asked_what_they_want_to_do_where_there_is_nothing_for_them(
    portal: PortalUnderTest,
    persona: str,
    told: bool,  # noqa: FBT001
) -> None:
    async with portal.somebody(persona=persona) as visitor:
        words = Html(await visitor.get("/")).words
        assert ("What do you want to do?" in words) is told
        assert ("There are no pages for your role yet." in words) is not told
