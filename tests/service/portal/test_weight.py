"""What a browser has to load before it shows a page, as it comes over the wire."""

import re

import httpx

from tests.support.portals import PortalUnderTest

FIRST_PAINT = 150_000
"""Bytes: a page on a slow line within some seconds."""


async def wire(visitor: httpx.AsyncClient, path: str) -> tuple[int, httpx.Response]:
    """How many bytes came, compressed or not."""
    async with visitor.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    return len(raw), answer


async def test_a_first_page_is_light(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    await portal.signs_in(visitor, persona="programme-lead")
    page = await visitor.get("/cohorts")
    beside = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(beside) > 4
    sizes = {path: (await wire(visitor, path))[0] for path in ["/cohorts", *beside]}
    assert sum(sizes.values()) <= FIRST_PAINT, sizes


async def test_files_come_compressed_and_pages_do_not(portal: PortalUnderTest, visitor: httpx.AsyncClient) -> None:
    """Of a page that repeats what an address says, the compressed length would tell what else stands in it."""
    await portal.signs_in(visitor, persona="programme-lead")
    style = re.findall(r'href="(/static/nhsuk[^"]+\.css)"', (await visitor.get("/")).text)[0]
    assert (await wire(visitor, style))[1].headers["content-encoding"] == "gzip"
    assert "content-encoding" not in (await wire(visitor, "/cohorts"))[1].headers
