"""Who asks for a page, found once a request; and that a form which was sent is one of ours."""

import asyncio
import secrets
from typing import Annotated, TypeAlias, cast

from fastapi import Depends, Request

from services.portal.caller import Caller
from services.portal.settings import Settings
from services.portal.signing_in import renewals, store
from services.portal.signing_in.cookies import Cookies
from services.portal.signing_in.provider import Provider
from shared.errors import Forbidden, Unauthenticated
from shared.postgres.database import Database
from shared.web.tokens import TokenRefused, Verifier

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})
"""What a browser says of a request that no other site caused."""


class SignInNeeded(Unauthenticated):
    """The page is for people who are signed in."""

    code = "sign_in_needed"


class FormForged(Forbidden):
    """The form does not bear what stands in this person's forms: another site sent it, or it is of an older sign-in."""

    code = "form_out_of_date"


async def identify(request: Request) -> None:
    """Let the request know its caller; None where nobody is signed in."""
    request.state.caller = None
    request.state.caller = await _caller(request)


async def _caller(request: Request) -> Caller | None:
    settings = cast("Settings", request.app.state.settings)
    name = Cookies(settings.sealed).session.read(request)
    if name is None:
        return None
    db, verifier = cast("Database", request.app.state.db), cast("Verifier", request.app.state.verifier)
    session = await db.run(store.find, name, idle=settings.idle)
    if session and session.due and session.refresh_token:
        provider = cast("Provider", request.app.state.provider)
        async with cast("asyncio.Semaphore", request.app.state.renewing):
            session = await db.run(renewals.renewed, name, provider, verifier)
    if session is None:
        return None
    try:
        claims = await verifier.claims(session.access_token)
    except TokenRefused:
        await db.run(store.end, name)
        return None
    return Caller.of(claims, name=session.display_name, csrf=session.csrf, token=session.access_token)


async def unforged(request: Request) -> None:
    """FormForged unless what changes something was sent by a form of the caller's own pages."""
    if request.method in _SAFE:
        return
    caller = cast("Caller | None", request.state.caller)
    if request.headers.get("sec-fetch-site", "none") not in _OURS:
        raise FormForged("another site sent this form")
    if caller is None:
        raise SignInNeeded("your sign-in has ended")
    sent = (await request.form()).get("csrf")
    if not (isinstance(sent, str) and secrets.compare_digest(sent.encode(), caller.csrf.encode())):
        raise FormForged("this form is of an older sign-in")


async def _signed_in(request: Request) -> Caller:
    caller = cast("Caller | None", request.state.caller)
    if caller is None:
        raise SignInNeeded("sign in to see this page")
    return caller


SignedIn: TypeAlias = Annotated[Caller, Depends(_signed_in)]
"""Whoever asks; a page that names it is for nobody else."""
