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


async def begin_attempt(tx: Transaction, attempt: Attempt) -> str:
    """The name it is known by."""
    name = _new_name()
    await tx.execute(SQL["forget_attempts"])
    await tx.execute(SQL["insert_attempt"], _digest(name), dict(attempt.sent), attempt.back, ATTEMPT_LASTS)
    return name


async def end_attempt(tx: Transaction, name: str) -> Attempt | None:
    """What was begun; it can be ended once, and in time."""
    row = await tx.fetchrow(SQL["take_attempt"], _digest(name))
    return Attempt(row["sent"], row["back"]) if row and row["in_time"] else None


async def begin(tx: Transaction, session: Session, *, idle: timedelta, longest: timedelta, until: datetime) -> str:
    """The name it is known by: one that nobody knew before; its access token ends at `until`."""
    name = _new_name()
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


def _new_name() -> str:
    return secrets.token_urlsafe(32)


def _digest(name: str) -> bytes:
    return sha256(name.encode()).digest()
