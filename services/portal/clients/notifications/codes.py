"""Notifications' code lists in words."""

from collections.abc import Mapping

from services.portal.clients.api import Api, Page, View

_LONGEST = 100
"""Codes of one answer; notifications has no longer list."""


class Code(View):
    """A code and what it stands for."""

    code: str
    words: str


async def words(services: Api, name: str) -> Mapping[str, str]:
    """What each code of the list stands for."""
    found = await services.get(Page[Code], f"/notifications/v1/codes/{name}", limit=_LONGEST)
    return {code.code: code.words for code in found.items}
