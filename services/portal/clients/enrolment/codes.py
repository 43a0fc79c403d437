"""Code lists in words. They change by the year: each is asked for every few minutes, and used on meanwhile."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from services.portal.clients.api import Api, Page, View

_LONGEST = 100
"""Codes of one answer."""


class Code(View):
    """A code and what it stands for."""

    code: str
    words: str
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    codes: list[Code]
    until: float


class CodeLists:
    """Of one process. They are the same for whoever asks."""

    KEPT_SECONDS: ClassVar = 300.0

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    async def all(self, services: Api, name: str) -> list[Code]:
        """Every code of the list, also what is no longer in force: older records name it."""
        kept = self._kept.get(name)
        if kept is None or kept.until < time.monotonic():
            codes = await _every(services, name)
            kept = self._kept[name] = _Kept(codes, time.monotonic() + self.KEPT_SECONDS)
        return kept.codes

    async def words(self, services: Api, name: str) -> Mapping[str, str]:
        """What each code stands for."""
        return {code.code: code.words for code in await self.all(services, name)}


async def _every(services: Api, name: str) -> list[Code]:
    found: list[Code] = []
    after: str | None = None
    while True:
        page = await services.get(Page[Code], f"/enrolment/v1/codes/{name}", after=after, limit=_LONGEST)
        found += page.items
        if page.next is None:
            return found
        after = page.next
