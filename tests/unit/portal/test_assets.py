import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from services.portal.frame.assets import ADDRESS, STATIC, Assets, asset

FILES = sorted(str(file.relative_to(STATIC)) for file in STATIC.rglob("*.*") if file.is_file())
FOREIGN = re.compile(r"https?://|//[a-z]|Frutiger|@font-face|@import|sourceMappingURL")
NAMESPACE = "http://www.w3.org/"


@pytest.fixture
async def browser() -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.mount(ADDRESS, Assets())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://portal") as client:
        yield client


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_kept_for_a_year_under_the_address_of_its_version(name: str, browser: AsyncClient) -> None:
    answer = await browser.get(asset(name))
    assert answer.content == (STATIC / name).read_bytes()
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("address", ["/static/portal.css", "/static/portal.css?v=000000000000", "/static/icon.svg?v="])
async def test_a_file_of_another_version_is_kept_by_nobody(address: str, browser: AsyncClient) -> None:
    assert (await browser.get(address)).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["nothing.css", "../frame/page.py", "%2e%2e/app.py", "htmx-2.0.11/", "nhsuk%00"])
async def test_nothing_else_is_served(path: str, browser: AsyncClient) -> None:
    answer = await browser.get(f"/static/{path}")
    assert answer.status_code in {404, 405}
    assert "immutable" not in answer.headers.get("cache-control", "")


def test_a_file_that_is_missing_is_an_error_where_it_is_named() -> None:
    with pytest.raises(FileNotFoundError):
        asset("nhsuk-frontend-1.0.0/nhsuk-frontend.min.css")


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".css")])
def test_a_style_sheet_loads_from_nowhere_else(name: str) -> None:
    style = (STATIC / name).read_text().replace(NAMESPACE, "")
    assert not FOREIGN.search(style)
    for address in re.findall(r"url\(([^)]+)\)", style):
        assert ((STATIC / name).parent / address.strip("\"'")).is_file() or address.startswith("data:")


def test_what_a_script_imports_is_there() -> None:
    for address in re.findall(r'from "/static/([^"]+)"', (STATIC / "portal.js").read_text()):
        assert (STATIC / address).is_file()


@pytest.mark.parametrize("folder", [path for path in STATIC.iterdir() if path.is_dir()], ids=lambda path: path.name)
def test_what_is_of_others_has_its_licence(folder: Path) -> None:
    assert (folder / "LICENSE").read_text()
