"""What a participant does, mostly on a phone: find a course, come to it, leave it in time."""

from fastapi import APIRouter

from services.portal.pages.participant import courses, dates, details, messages, recordings

router = APIRouter()
for part in (courses, dates, recordings, messages, details):
    router.include_router(part.router)
