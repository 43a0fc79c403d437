"""Sessions and attempts to sign in, by the name in the browser's cookie; rows know that name's digest only."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)

ATTEMPT_LASTS = timedelta(minutes=10)
"""How long somebody may take at the identity provider."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody is signed in."""

    display_name: str
    csrf: str
    access_token: str
    id_token: str
    refresh_token: str | None = None
    due: bool = False
    """Whether its access token is about to end, and has to be renewed first."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody was sent to the identity provider: what is to be compared when they come back, and where they were."""

    sent: Mapping[str, Any]
    back: str


async def begin_attempt(tx: Transaction, browser: str, state: str, attempt: Attempt) -> None:
    """Of that browser, which may have begun others in other tabs: `state` tells them apart."""
    await tx.execute(SQL["forget_attempts"])
    name = _digest(browser, state)
    await tx.execute(SQL["insert_attempt"], name, dict(attempt.sent), attempt.back, ATTEMPT_LASTS)


async def find_attempt(tx: Transaction, browser: str, state: str) -> Attempt | None:
    """What was begun, in time, and has not ended."""
    row = await tx.fetchrow(SQL["find_attempt"], _digest(browser, state))
    return Attempt(**row) if row else None


async def end_attempt(tx: Transaction, browser: str, state: str) -> bool:
    """Whether it was there: of two who come back with the same answer one ends it."""
    return await tx.fetchval(SQL["delete_attempt"], _digest(browser, state)) is not None


async def begin(tx: Transaction, session: Session, *, idle: timedelta, longest: timedelta, until: datetime) -> str:
    """The name it is known by: one that nobody knew before; its access token ends at `until`."""
    name = new_name()
    await tx.execute(SQL["forget_sessions"], idle)
    fields = (session.display_name, session.csrf, session.access_token, session.id_token, session.refresh_token)
    await tx.execute(SQL["insert_session"], _digest(name), *fields, until, longest)
    return name


async def locked(tx: Transaction, name: str) -> Session | None:
    """The session, kept from everybody else until the transaction ends: its refresh token is good for one."""
    row = await tx.fetchrow(SQL["lock_session"], _digest(name))
    return Session(**row) if row else None


async def renew(tx: Transaction, name: str, access_token: str, refresh_token: str | None, *, until: datetime) -> None:
    """From now on with these tokens."""
    await tx.execute(SQL["update_tokens"], _digest(name), access_token, refresh_token, until)


async def find(tx: Transaction, name: str, *, idle: timedelta) -> Session | None:
    """Whoever is signed in under that name, and was seen lately."""
    row = await tx.fetchrow(SQL["find_session"], _digest(name), idle)
    return Session(**row) if row else None


async def end(tx: Transaction, name: str) -> str | None:
    """Their id token, by which the provider knows who signs out."""
    return await tx.fetchval(SQL["delete_session"], _digest(name))


def new_csrf() -> str:
    """What stands in the forms of one session."""
    return secrets.token_urlsafe(32)


def new_name() -> str:
    """What a cookie bears, and nobody guesses."""
    return secrets.token_urlsafe(32)


def _digest(*names: str) -> bytes:
    return sha256("\n".join(names).encode()).digest()
