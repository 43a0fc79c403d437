"""Where a page starts."""

from uuid import UUID

from shared.errors import Malformed
from shared.web.paging import Pager


class AfterUnusable(Malformed):
    """`after` is the `next` of an earlier page."""

    code = "after_unusable"


def after_id(paging: Pager) -> UUID | None:
    """The id of the last item of the page before."""
    try:
        return UUID(paging.after) if paging.after else None
    except ValueError:
        raise AfterUnusable("send `after` as it was given as `next`") from None


def after_version(paging: Pager) -> int:
    """The version of the last item of the page before; 0 before the first."""
    after = paging.after or "0"
    if not (after.isascii() and after.isdecimal() and len(after) < 10):  # noqa: PLR2004 what an integer column holds
        raise AfterUnusable("send `after` as it was given as `next`")
    return int(after)
