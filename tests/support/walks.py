"""A walk over the portal by its links, as somebody would take who clicks on everything."""

import re
from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

from tests.support.html import Html

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[\w-]{24,}|uk\.nhs\.[\w.-]+|(?<=/)[A-Z][A-Za-z0-9-]+")
"""An id, a link's own name, the name of an event or programme."""
_ELSEWHERE = re.compile(r"/(issuer|mailbox|static|sign-in|(enrolment|coaching|talent|notifications)/)")
"""The issuer's and the mailbox's pages, and the services' own documents: not pages of the portal."""

SEEN_ENOUGH = 3
"""Pages that differ by their ids alone."""


def kind_of(path: str) -> str:
    """The page whatever it is about: ids and filters stand for any."""
    found = urlsplit(path)
    names = sorted(pair.partition("=")[0] for pair in found.query.split("&") if pair)
    return _ID.sub("…", found.path) + (f"?{'&'.join(names)}" if names else "")


async def walk(visitor: httpx.AsyncClient, start: str = "/") -> dict[str, httpx.Response]:
    """Every page that a link leads to, and those their links lead to; of one kind a few."""
    pages: dict[str, httpx.Response] = {}
    to_see, kinds = deque([start]), Counter([kind_of(start)])
    while to_see:
        path = to_see.popleft()
        pages[path] = answer = await _page(visitor, path)
        if answer.headers.get("content-type", "").startswith("text/html") and answer.status_code < 400:
            for link in links(path, answer):
                if link not in pages and link not in to_see and kinds[kind_of(link)] < SEEN_ENOUGH:
                    kinds[kind_of(link)] += 1
                    to_see.append(link)
    return pages


async def _page(visitor: httpx.AsyncClient, path: str) -> httpx.Response:
    """After redirects within the portal; one that leads elsewhere, as into an online room, is the answer."""
    answer = await visitor.get(path, follow_redirects=False)
    while answer.next_request and answer.next_request.url.host == visitor.base_url.host:
        answer = await visitor.send(answer.next_request, follow_redirects=False)
    return answer


def links(path: str, answer: httpx.Response) -> list[str]:
    """Where the page leads within the portal."""
    found = (urldefrag(urljoin(path, link)).url for link in Html(answer).links)
    return [link for link in found if link.startswith("/") and not _ELSEWHERE.match(link)]
