"""A list by its filters, which stay with what was typed where one of them cannot be read."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pydantic import BaseModel

from services.portal.clients.api import Page
from services.portal.frame.forms import Form
from services.portal.pages.sending import act
from services.portal.pages.visit import Visit

V = TypeVar("V", bound=BaseModel)
MONTH = "month"


async def listed(visit: Visit, form: Form, ask: Callable[..., Awaitable[Page[V]]], *of: Any, **more: Any) -> Page[V]:
    """The part that was chosen, counted; nothing, and what is wrong at its filter, where that is no choice."""
    chosen: dict[str, Any] = dict(form.answers)
    if MONTH in chosen and (month := form.month(MONTH, "Month")):
        chosen[MONTH] = f"{month:%Y-%m}"
    asked = {**chosen, **more, "after": visit.after, "count": "true"}
    return await act(form, lambda: ask(visit.services, *of, **asked)) or Page(items=[])
