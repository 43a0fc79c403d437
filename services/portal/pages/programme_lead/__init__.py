"""What a programme lead does: cohorts, their dates, their places, and the mails about them."""

from fastapi import APIRouter

from services.portal.pages.programme_lead import cohorts, dates, editing, messages, opening, place_list, places

router = APIRouter()
for part in (opening, cohorts, editing, dates, places, place_list, messages):
    router.include_router(part.router)
