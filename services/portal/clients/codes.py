"""Code lists in words. They change by the year: each is asked for every few minutes, and used on meanwhile."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import ClassVar

from services.portal.clients.api import Api, Page, View, every


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
        self._kept: dict[tuple[str, str], _Kept] = {}

    async def all(self, services: Api, name: str, *, of: str) -> list[Code]:
        """Every code of that service's list, also what is no longer in force: older records name it."""
        kept = self._kept.get((of, name))
        if kept is None or kept.until < time.monotonic():
            codes = await every(partial(services.get, Page[Code], f"/{of}/v1/codes/{name}"))
            kept = self._kept[of, name] = _Kept(codes, time.monotonic() + self.KEPT_SECONDS)
        return kept.codes

    async def words(self, services: Api, name: str, *, of: str) -> Mapping[str, str]:
        """What each code stands for."""
        return {code.code: code.words for code in await self.all(services, name, of=of)}
