"""Optimistic edits: a record's version leaves as `ETag` and comes back as `If-Match` (RFC 9110, 8.8.3 and 13.1.1)."""

import re
from dataclasses import dataclass
from typing import Annotated, Self, TypeAlias

from fastapi import Depends, Header, Request, Response

from shared.errors import Malformed, PreconditionFailed, PreconditionRequired

_TAG = r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"'
_TAGS = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_ONE_TAG = re.compile(_TAG)


class EtagUnusable(Malformed):
    """`If-Match` is neither `*` nor a list of ETags."""

    code = "if_match_unusable"


class StaleEtag(PreconditionFailed):
    """The record is not as the caller last saw it: changed by someone else, or not there."""

    code = "stale_etag"


class IfMatchMissing(PreconditionRequired):
    """An edit must say which version it edits."""

    code = "if_match_missing"


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a caller says of the record they write to: one of these ETags, any at all, or (no `tags`) nothing."""

    tags: frozenset[str] | None
    any_version: bool = False

    @classmethod
    def read(cls, if_match: str) -> Self:
        """Of the header's value. Weak ETags are understood and left out: in this comparison they match nothing."""
        text = if_match.strip(" \t")
        if text == "*":
            return cls(frozenset(), any_version=True)
        if not _TAGS.fullmatch(text):
            raise EtagUnusable('send the ETag as it was given, e.g. If-Match: "3"')
        return cls(frozenset(opaque for weak, opaque in _ONE_TAG.findall(text) if not weak))

    def must_allow(self, version: int | None) -> None:
        """Let a write pass only if it is meant for the record as it stands; `version` is None where there is none.

        Who says nothing may create a record, and not edit one.
        """
        if self.tags is None:
            if version is not None:
                raise IfMatchMissing("read the record first and send its ETag as If-Match")
        elif version is None:
            raise StaleEtag("there is no such record; send no If-Match to create it")
        elif not self.any_version and str(version) not in self.tags:
            raise StaleEtag("the record was changed in the meantime; read it again")


UNCONDITIONAL = Precondition(None)


async def _precondition(
    request: Request,
    if_match: Annotated[str | None, Header(max_length=16_384, description='The ETag last read, e.g. "3".')] = None,
) -> Precondition:
    """A header sent in several lines is one list."""
    if if_match is None:
        return UNCONDITIONAL
    return Precondition.read(",".join(request.headers.getlist("if-match")))


IfMatch: TypeAlias = Annotated[Precondition, Depends(_precondition)]


def set_on(response: Response, version: int) -> None:
    """Tell the caller the record's version."""
    response.headers["ETag"] = f'"{version}"'
