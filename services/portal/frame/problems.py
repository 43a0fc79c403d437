"""Pages for what went wrong: what happened, that nothing was lost, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.portal.frame.page import caller_of, page


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads; nothing of it is for programs."""

    title: str
    happened: str
    what_to_do: str


_AWAY = "Nothing was lost. What you sent was either done as a whole or not at all."
_AGAIN = "Go back, reload the page and send it again: it is done once, however often you send it."

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
            "Sign in again, then go back to where you were.",
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
        502: Words("Sorry, a part of the service did not answer", _AWAY, _AGAIN),
        503: Words("Sorry, a part of the service is away", _AWAY, f"Wait a minute. {_AGAIN}"),
        504: Words("Sorry, that took too long", _AWAY, _AGAIN),
    }
)


def problem_page(
    request: Request,
    status: int,
    *,
    title: str | None = None,
    happened: str | None = None,
    what_to_do: str | None = None,
    code: str | None = None,
) -> HTMLResponse:
    """The usual words of the status, where no better ones are given; `code` is what a person may quote."""
    usual = WORDS.get(status) or WORDS[500 if status >= 500 else 400]  # noqa: PLR2004 where faults of ours begin
    return page(
        request,
        "problem.html.j2",
        code=status,
        status=status,
        title=title or usual.title,
        happened=happened or usual.happened,
        what_to_do=what_to_do or usual.what_to_do,
        problem_code=code,
        roles=sorted(_in_words(role) for role in _roles(request)),
    )


def _roles(request: Request) -> frozenset[str]:
    caller = caller_of(request)
    return caller.roles if caller else frozenset()


def _in_words(role: str) -> str:
    return role.replace("_", " ")
