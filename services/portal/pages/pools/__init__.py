from fastapi import APIRouter

from services.portal.pages.pools import members, report

router = APIRouter()
for part in (report, members):
    router.include_router(part.router)
