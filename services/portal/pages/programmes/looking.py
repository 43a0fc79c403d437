"""Programmes as a list, and one by itself with what was changed of it."""

import asyncio

from fastapi import APIRouter, Response

from services.portal.clients.enrolment import programmes
from services.portal.frame.navigation import LEADS
from services.portal.pages.changes import entries
from services.portal.pages.sending import Done
from services.portal.pages.visit import Somebody

router = APIRouter()

A_PAGE = 50


@router.get("/programmes")
async def index(visit: Somebody) -> Response:
    """By their codes."""
    found = await programmes.page(visit.services, after=visit.after, limit=A_PAGE)
    return visit.page(
        "programmes.html.j2", programmes=found.items, plans=visit.is_of(LEADS), pages=visit.pages(found.next)
    )


@router.get("/programmes/{code}")
async def one(visit: Somebody, code: str, did: Done) -> Response:
    """What it is, and what can be done to it."""
    found, changes, levels = await asyncio.gather(
        programmes.one(visit.services, code),
        programmes.history(visit.services, code, after=visit.after),
        visit.words("levels"),
    )
    return visit.page(
        "programme.html.j2",
        programme=found.record,
        levels=[levels.get(level, level) for level in found.record.levels],
        entries=entries(changes.items),
        pages=visit.pages(changes.next),
        done=did,
    )
