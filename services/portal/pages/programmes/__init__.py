"""What the academy offers: looked at, added, changed, retired and offered again."""

from fastapi import APIRouter

from services.portal.pages.programmes import editing, looking, offering

router = APIRouter()
for part in (editing, offering, looking):
    router.include_router(part.router)
