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
from services.portal.signing_in.provider import Provider, SignInRefused
from shared.postgres.database import Database
from shared.web.tokens import Claims, TokenRefused, Verifier

TEMPLATES = Path(__file__).with_name("templates")

router = APIRouter()

_LONGEST_PLACE = 2_000
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
    sent = await have.provider.send(request)
    name = await have.db.run(store.begin_attempt, store.Attempt(sent.compared, own_place(back)))
    answer = RedirectResponse(sent.address, HTTPStatus.SEE_OTHER)
    have.cookies.attempt.write(answer, name)
    return answer


@router.get("/signed-in")
async def signed_in(request: Request, have: With) -> Response:
    """Back from it: under a new name, so that nobody who knew an old one is signed in too."""
    attempt = await _attempt(request, have)
    issued = await have.provider.issued(request, attempt.sent)
    claims = await _claims(have, issued.access_token)
    session = store.Session(issued.name, store.new_csrf(), issued.access_token, issued.id_token, issued.refresh_token)
    await _end(request, have)
    lasts = {"idle": have.settings.idle, "longest": have.settings.longest}
    name = await have.db.run(store.begin, session, until=claims.until, **lasts)
    answer = RedirectResponse(attempt.back, HTTPStatus.SEE_OTHER)
    have.cookies.attempt.delete(answer)
    have.cookies.session.write(answer, name)
    return answer


async def _claims(have: SigningIn, access_token: str) -> Claims:
    """To sign in again would bring the same: a token that is not for the services is told, and nobody is sent round."""
    try:
        return await have.verifier.claims(access_token)
    except TokenRefused as refused:
        raise SignInRefused("the identity provider issued a token that is not for the services") from refused


async def _attempt(request: Request, have: SigningIn) -> store.Attempt:
    name = have.cookies.attempt.read(request)
    attempt = await have.db.run(store.end_attempt, name) if name else None
    if attempt is None:
        raise SignInRefused("nobody began to sign in from here, or it took too long")
    return attempt


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
