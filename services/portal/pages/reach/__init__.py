"""Who was reached, and what became of places by organisation: figures, and the same numbers as CSV."""

from fastapi import APIRouter

from services.portal.pages.reach import organisations, routes

router = APIRouter()
for part in (routes, organisations):
    router.include_router(part.router)
