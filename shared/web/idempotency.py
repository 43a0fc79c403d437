"""`Idempotency-Key` on every POST: the same key and body get the first answer, whatever happened in between.

Bodies are the same that say the same, however they are laid out (`canonical`).

The key's row is written in the command's own transaction: if the command does not commit, the key was never used;
a parallel twin waits on the row and then reads the answer.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Annotated, Any, Concatenate, ParamSpec, TypeAlias, TypeVar

from fastapi import Depends, Header, Request
from pydantic import TypeAdapter

from shared.errors import Invalid, Malformed
from shared.postgres.database import Database, Transaction
from shared.postgres.queries import Queries
from shared.web.app import Db
from shared.web.principal import Verified
from shared.web.refusals import refuses

SQL = Queries(__file__)

P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")


class IdempotencyKeyMissing(Malformed):
    """Every POST carries an Idempotency-Key, so that it can be repeated safely."""

    code = "idempotency_key_missing"


class IdempotencyKeyReused(Invalid):
    """The key was used for a different request before."""

    code = "idempotency_key_reused"


class Once:
    """Runs a command at most once for the request's key."""

    def __init__(self, db: Database, caller: str, path: str, key: str, body: bytes) -> None:
        """`caller` is the token's subject: a key is one caller's, and tells nothing of another's requests."""
        self._db = db
        self._caller = caller
        self._path = path
        self._key = key
        self._body_hash = self._hash(canonical(body))
        self._hash_of_bytes = self._hash(body)  # What older releases kept; their rows live for thirty days.

    async def run(
        self,
        view: type[V],
        command: Callable[Concatenate[Transaction, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> V:
        """Claim the key, run `command(tx, …)` and store its result as `view`, in one retried transaction."""
        adapter: TypeAdapter[V] = _adapter(view)

        async def once(tx: Transaction) -> V:
            answer = await self._claim(tx)
            if answer is not None:
                return adapter.validate_python(answer[0])
            result = adapter.validate_python(await command(tx, *args, **kwargs), from_attributes=True)
            await tx.execute(SQL["answer"], self._caller, self._key, [adapter.dump_python(result, mode="json")])
            return result

        return await self._db.run(once)

    async def _claim(self, tx: Transaction) -> list[Any] | None:
        """None when the key is ours now; else the stored answer, in a list of one."""
        if await tx.fetchval(SQL["claim"], self._caller, self._key, self._body_hash):
            return None
        row = await tx.fetchrow(SQL["claimed"], self._caller, self._key)
        if row is None or row["body_hash"] not in (self._body_hash, self._hash_of_bytes):
            raise IdempotencyKeyReused("this Idempotency-Key was used for another request; use a new one")
        return row["answer"]

    def _hash(self, body: bytes) -> bytes:
        return hashlib.sha256(self._path.encode() + b"\n" + body).digest()


def canonical(body: bytes) -> bytes:
    """The JSON value that the API reads, written in one way; as it is where it is no JSON.

    1 and 1.0 stay apart; of a key given twice the last counts, as everywhere.
    """
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body


@cache
def _adapter(view: type[Any]) -> TypeAdapter[Any]:
    """Building an adapter costs more than the request."""
    return TypeAdapter(view)


@refuses(IdempotencyKeyMissing, IdempotencyKeyReused)
async def _once(
    request: Request,
    claims: Verified,
    db: Db,
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            max_length=200,
            pattern="^[ -~]*$",
            description="Any text that is new for a new request; who repeats a request repeats it, and gets the first "
            "answer.",
            examples=["cf5c2e0e-6a0b-4a3d-8d0f-6f1b0f3c9a51"],
        ),
    ] = "",
) -> Once:
    if not idempotency_key:
        raise IdempotencyKeyMissing("send an Idempotency-Key header, so that the request can be repeated safely")
    return Once(db, claims.sub, request.url.path, idempotency_key, await request.body())


Idempotent: TypeAlias = Annotated[Once, Depends(_once)]
