from fastapi import APIRouter

from services.portal.pages.operations import actions, acts, deferred_events, delivery, messages, parked_events, topics

router = APIRouter()
for part in (delivery, topics, deferred_events, parked_events, acts, actions, messages):
    router.include_router(part.router)
