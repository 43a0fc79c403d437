"""What the academy offers: looked at, added, changed, retired and offered again."""

from fastapi import APIRouter

from services.portal.pages.programmes import editing, looking

router = APIRouter()
for part in (editing, looking):
    router.include_router(part.router)
