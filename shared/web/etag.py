"""Optimistic edits: a record's version leaves as `ETag` and comes back as `If-Match` (RFC 9110)."""

from typing import Annotated, TypeAlias

from fastapi import Depends, Header, Response

from shared.errors import Malformed, PreconditionFailed, PreconditionRequired


class EtagUnusable(Malformed):
    """`If-Match` is not an ETag this service gave."""

    code = "if_match_unusable"


class StaleEtag(PreconditionFailed):
    """The record was changed by someone else in the meantime."""

    code = "stale_etag"


class IfMatchMissing(PreconditionRequired):
    """An edit must say which version it edits."""

    code = "if_match_missing"


async def _version(
    if_match: Annotated[str | None, Header(max_length=1_000, description='The ETag last read, e.g. "3".')] = None,
) -> int | None:
    if if_match is None:
        return None
    text = if_match.strip().removeprefix('"').removesuffix('"')
    if not text.isdecimal():
        raise EtagUnusable('send the ETag as it was given, e.g. If-Match: "3"')
    return int(text)


IfMatch: TypeAlias = Annotated[int | None, Depends(_version)]


def check(if_match: int | None, version: int) -> None:
    """Let an edit of a record at `version` pass only if the caller has seen that version."""
    if if_match is None:
        raise IfMatchMissing("read the record first and send its ETag as If-Match")
    if if_match != version:
        raise StaleEtag("the record was changed in the meantime; read it again")


def set_on(response: Response, version: int) -> None:
    """Tell the caller the record's version."""
    response.headers["ETag"] = f'"{version}"'
