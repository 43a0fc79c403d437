"""The event catalogue: pages for people, and for programs the files under the addresses that records name."""

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from services.portal.pages.catalogue.announced import DOCUMENTS, by_topic, whole
from services.portal.pages.visit import Anybody
from shared.contracts.envelope import TYPE_PREFIX, EventSkipped
from shared.web.pages import read_by_people

router = APIRouter(prefix="/events")
_FILES = StaticFiles(directory=DOCUMENTS)


@router.get("/")
async def events(visit: Anybody) -> Response:
    """Every event by its topic; a program that asks for no HTML gets the same as Markdown."""
    if not read_by_people(visit.request):
        media_type = "text/markdown; charset=utf-8"
        return FileResponse(DOCUMENTS / "README.md", media_type=media_type, headers={"Vary": "Accept"})
    answer = visit.page("events.html.j2", topics=by_topic(), skipped=EventSkipped.TYPE)
    answer.headers["Vary"] = "Cookie, Accept"
    return answer


@router.get(f"/{TYPE_PREFIX}.{{kind}}")
async def event(visit: Anybody, kind: str) -> Response:
    """One event, at its `ce_type`: what a record of it says, and how to be told of it."""
    found = whole(kind)
    if found is None:
        raise HTTPException(404)
    return visit.page("event.html.j2", event=found.event, fields=found.fields, record=found)


@router.get("/asyncapi.yaml")
async def asyncapi() -> Response:
    """For tools."""
    return FileResponse(DOCUMENTS / "asyncapi.yaml", media_type="application/yaml")


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
async def file(visit: Anybody, path: str) -> Response:
    """Schemas, records and consumers to copy."""
    return await _FILES.get_response(path, visit.request.scope)
