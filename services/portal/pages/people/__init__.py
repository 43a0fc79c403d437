"""People the academy knows: found, looked at, added, put right."""

from fastapi import APIRouter

from services.portal.pages.people import adding, looking

router = APIRouter()
for part in (adding, looking):
    router.include_router(part.router)
