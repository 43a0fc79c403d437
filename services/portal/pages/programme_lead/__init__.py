"""What a programme lead does: cohorts, their dates, their places."""

from fastapi import APIRouter

from services.portal.pages.programme_lead import cohorts, dates, editing, exports, mails, opening, places

router = APIRouter()
for part in (opening, cohorts, editing, dates, places, mails, exports):
    router.include_router(part.router)
