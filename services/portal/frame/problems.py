"""Pages for what went wrong: what happened, that nothing was lost, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.portal.frame.forms import Form
from services.portal.frame.navigation import ROLE_WORDS
from services.portal.frame.page import caller_of, page


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads; nothing of it is for programs."""

    title: str
    happened: str
    what_to_do: str


_AWAY = "Nothing was lost. What you sent was either done as a whole or not at all."
_AGAIN = "Wait a minute, then try again."

_SIGNED_OUT = frozenset({401, 403})

WORDS: Mapping[int, Words] = MappingProxyType(
    {
        400: Words(
            "That could not be read",
            "The page sent something we could not read. Nothing was changed.",
            "Go back, reload the page and try again.",
        ),
        401: Words(
            "You have been signed out",
            "You were away for a while, so we signed you out to protect people's details. Nothing was changed.",
            "Sign in again. You come back to the page you were on.",
        ),
        403: Words(
            "You cannot see this page",
            "Your role does not include it. Nothing was changed.",
            "If you need it for your work, ask the academy to change your role.",
        ),
        404: Words(
            "Page not found",
            "There is no such page, or it is not yours to see.",
            "Check the address, or start from the home page.",
        ),
        405: Words(
            "That cannot be done here",
            "The page does not take what was sent to it. Nothing was changed.",
            "Go back and use the buttons of the page.",
        ),
        409: Words(
            "That is not possible now",
            "Something else has changed, or a rule does not allow it. Nothing was changed.",
            "Go back and reload the page to see how things stand.",
        ),
        412: Words(
            "Somebody else changed this",
            "It was changed after you opened the page. Your change was not saved over theirs.",
            "Go back, reload the page to see their change, and make yours again.",
        ),
        413: Words(
            "That is too much at once",
            "What you sent is larger than we take. Nothing was changed.",
            "Send less at once: shorten the text, or split the file.",
        ),
        422: Words(
            "Something is not right yet",
            "Some of what you sent cannot be used as it stands. Nothing was changed.",
            "Go back and check what you typed.",
        ),
        429: Words(
            "Too many requests",
            "You sent more in a short time than we can answer. Nothing of the last was changed.",
            "Wait a minute, then reload the page.",
        ),
        500: Words(
            "Sorry, there is a problem",
            f"Something went wrong on our side. {_AWAY}",
            "Go back, reload the page and try again. If it happens again, tell the academy.",
        ),
        503: Words("Sorry, a part of the service is away", _AWAY, _AGAIN),
    }
)


_BY_CODE: Mapping[str, Words] = MappingProxyType(
    {
        "form_out_of_date": Words(
            "This page is out of date",
            "You signed in anew after it was opened, so we did not take what it sent. Nothing was changed.",
            "Go back, reload the page and send it again.",
        ),
        "sign_in_refused": Words(
            "You were not signed in",
            "It took too long, or did not end where it began. Nothing was changed.",
            "Sign in again. If that fails too, tell the academy.",
        ),
        "no_person": Words(
            "There is nothing of yours here",
            "You are signed in as somebody who takes no courses. Nothing was changed.",
            "Choose from the menu what is for you.",
        ),
    }
)
"""Where the status alone says something else."""


def problem_page(
    request: Request,
    status: int,
    *,
    title: str | None = None,
    happened: str | None = None,
    what_to_do: str | None = None,
    code: str | None = None,
    again: Form | None = None,
) -> HTMLResponse:
    """The usual words of the status, where no better ones are given; `code` is what a person may quote.

    `again`: a form that was sent, to be sent again as it was, which is one act however often it is done; where
    nobody is signed in, once somebody is.
    """
    usual = _BY_CODE.get(code or "") or WORDS.get(status) or WORDS[500 if status >= 500 else 400]  # noqa: PLR2004 where faults of ours begin
    return page(
        request,
        "problem.html.j2",
        code=status,
        status=status,
        title=title or usual.title,
        happened=happened or usual.happened,
        what_to_do=what_to_do or usual.what_to_do,
        problem_code=code,
        again=again,
        place=place(request),
        sign_in=_offered(request, status),
        roles=sorted(ROLE_WORDS.get(role, role) for role in _roles(request)),
    )


def place(request: Request) -> str:
    """The address that was asked for, or that a form was sent to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def sign_in(back: str) -> str:
    """The address to sign in at, and to come back from to that page of ours."""
    return f"/sign-in?back={quote(back, safe='/')}"


def _offered(request: Request, status: int) -> str | None:
    """Where to sign in, for whom that helps; back to where they were before, or to the page of the form they sent."""
    began_at = cast("str | None", getattr(request.state, "back", None))
    if caller_of(request) or not (began_at or status in _SIGNED_OUT):
        return None
    sent_from = request.headers.get("referer", "") if request.method == "POST" else ""
    return sign_in(began_at or "/" + sent_from.partition("://")[2].partition("/")[2])


def _roles(request: Request) -> frozenset[str]:
    caller = caller_of(request)
    return caller.roles if caller else frozenset()
