"""To the identity provider, back from it, and out."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, TypeAlias, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from services.portal.frame.page import page
from services.portal.settings import Settings
from services.portal.signing_in import store
from services.portal.signing_in.callers import SignedIn
from services.portal.signing_in.cookies import Cookies
from services.portal.signing_in.provider import Issued, Provider, SignInRefused
from shared.postgres.database import Database
from shared.web.tokens import Claims, TokenRefused, Verifier

TEMPLATES = Path(__file__).with_name("templates")

router = APIRouter()

_LONGEST_PLACE = 8_000
"""The answers of a long form stand in its address, and an accented letter takes six characters there."""

_OWN_PLACE = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*", re.ASCII)
_SIGNING = ("/sign-in", "/signed-in", "/sign-out")


class SigningIn:
    """What the three routes work with."""

    def __init__(self, request: Request) -> None:
        state = request.app.state
        self.settings = cast("Settings", state.settings)
        self.db = cast("Database", state.db)
        self.provider = cast("Provider", state.provider)
        self.verifier = cast("Verifier", state.verifier)
        self.cookies = Cookies(self.settings.sealed)


async def _with(request: Request) -> SigningIn:
    return SigningIn(request)


With: TypeAlias = Annotated[SigningIn, Depends(_with)]


def own_place(asked: str) -> str:
    """Where somebody wanted to go, where that is a page of ours; else the home page."""
    ours = len(asked) <= _LONGEST_PLACE and _OWN_PLACE.fullmatch(asked) is not None
    return asked if ours and not asked.startswith(_SIGNING) else "/"


@router.get("/sign-in")
async def sign_in(request: Request, have: With, back: Annotated[str, Query()] = "/") -> Response:
    """Off to the identity provider; what the answer is compared with stays here."""
    request.state.back = own_place(back)
    sent = await have.provider.send(request)
    browser = have.cookies.attempt.read(request) or store.new_name()
    await have.db.run(store.begin_attempt, browser, sent.state, store.Attempt(sent.compared, request.state.back))
    answer = RedirectResponse(sent.address, HTTPStatus.SEE_OTHER)
    have.cookies.attempt.write(answer, browser)
    return answer


@router.get("/signed-in")
async def signed_in(request: Request, have: With) -> Response:
    """Back from it: under a new name, so that nobody who knew an old one is signed in too.

    The attempt ends once tokens came: while the provider is away, who comes again is not told that they came too late.
    """
    browser, state = have.cookies.attempt.read(request) or "", request.query_params.get("state", "")
    attempt = await have.db.run(store.find_attempt, browser, state)
    if attempt is None:
        return _nowhere(request)
    request.state.back = attempt.back
    issued = await have.provider.issued(request, attempt.sent)
    claims = await _claims(have, issued.access_token)
    if not await have.db.run(store.end_attempt, browser, state):
        return _nowhere(request)
    answer = RedirectResponse(attempt.back, HTTPStatus.SEE_OTHER)
    have.cookies.session.write(answer, await _begun(request, have, issued, claims))
    return answer


async def _begun(request: Request, have: SigningIn, issued: Issued, claims: Claims) -> str:
    """The name of a session that begins; what the browser had before it ends."""
    session = store.Session(issued.name, store.new_csrf(), issued.access_token, issued.id_token, issued.refresh_token)
    await _end(request, have)
    lasts = {"idle": have.settings.idle, "longest": have.settings.longest}
    return await have.db.run(store.begin, session, until=claims.until, **lasts)


async def _claims(have: SigningIn, access_token: str) -> Claims:
    """To sign in again would bring the same: a token that is not for the services is told, and nobody is sent round."""
    try:
        return await have.verifier.claims(access_token)
    except TokenRefused as refused:
        raise SignInRefused("the identity provider issued a token that is not for the services") from refused


def _nowhere(request: Request) -> Response:
    """Who is signed in already came back by their browser's own button: home, as whoever they are."""
    if request.state.caller is None:
        raise SignInRefused("nobody began to sign in from here, or it took too long")
    return RedirectResponse("/", HTTPStatus.SEE_OTHER)


async def _end(request: Request, have: SigningIn) -> str | None:
    name = have.cookies.session.read(request)
    return await have.db.run(store.end, name) if name else None


@router.post("/sign-out")
async def sign_out(request: Request, have: With, caller: SignedIn) -> Response:
    """Out of here; out of the provider by a link, for there may be other things people are signed in to there."""
    id_token = await _end(request, have)
    request.state.caller = None
    leaving = await have.provider.leaving(id_token)
    answer = page(request, "signed_out.html.j2", leaving=leaving, name=caller.name)
    have.cookies.session.delete(answer)
    return answer
