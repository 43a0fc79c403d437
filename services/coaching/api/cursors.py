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
