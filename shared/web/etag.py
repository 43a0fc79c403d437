"""Optimistic edits: a record's version leaves as `ETag` and comes back as `If-Match` (RFC 9110, 8.8.3 and 13.1.1)."""

import re
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Depends, Header, Request, Response

from shared.errors import Malformed
from shared.upserts import UNCONDITIONAL, ExpectedVersion, StaleVersion, Upserted, Versioned, VersionMissing
from shared.web.refusals import refuses

R = TypeVar("R", bound=Versioned)

_TAG = r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
_TAGS = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_ONE_TAG = re.compile(_TAG)


class EtagUnusable(Malformed):
    """`If-Match` is neither `*` nor a list of ETags."""

    code = "if_match_unusable"


def read(if_match: str) -> ExpectedVersion:
    """What the header's value expects. Weak ETags are understood and left out: here they match nothing.

    EtagUnusable where it is neither `*` nor a list of ETags.
    """
    text = if_match.strip(" \t")
    if text == "*":
        return ExpectedVersion(frozenset(), any_version=True)
    if not _TAGS.fullmatch(text):
        raise EtagUnusable('send the ETag as it was given, e.g. If-Match: "3"')
    return ExpectedVersion(frozenset(opaque for weak, opaque in _ONE_TAG.findall(text) if not weak))


@refuses(EtagUnusable, StaleVersion, VersionMissing)
async def _expected_version(
    request: Request,
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=16_384,
            description="To edit: the `ETag` last read. To create: leave it out.",
            examples=['"3"'],
        ),
    ] = None,
) -> ExpectedVersion:
    """A header sent in several lines is one list."""
    if if_match is None:
        return UNCONDITIONAL
    return read(",".join(request.headers.getlist("if-match")))


IfMatch: TypeAlias = Annotated[ExpectedVersion, Depends(_expected_version)]


def set_on(response: Response, version: int) -> None:
    """Tell the caller the record's version."""
    response.headers["ETag"] = f'"{version}"'


def is_among(version: str, if_none_match: str | None) -> bool:
    """Whether the caller has what would be answered; weak ETags are as good here (RFC 9110, 13.1.2)."""
    text = (if_none_match or "").strip(" \t")
    return text == "*" or any(opaque == version for _, opaque in _ONE_TAG.findall(text))


def answer(response: Response, upserted: Upserted[R]) -> R:
    """The record that was written: 201 where it is new, 200 else, with its version."""
    response.status_code = 201 if upserted.outcome == "created" else 200
    set_on(response, upserted.record.version)
    return upserted.record
