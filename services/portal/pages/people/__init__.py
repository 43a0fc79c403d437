"""People the academy knows: found, looked at, added, changed."""

from fastapi import APIRouter

from services.portal.pages.people import adding, editing, pasting, people

router = APIRouter()
for part in (adding, pasting, people, editing):
    router.include_router(part.router)
