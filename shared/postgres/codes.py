"""The codes that records name, looked up by themselves: a list may have thousands."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import date
from typing import TypeAlias

from shared.codes import Code, CodeLists, Followed, Named
from shared.postgres.database import Transaction

Read: TypeAlias = Callable[[Transaction, str, date], Awaitable[Sequence[Code]]]
"""The codes of the list of that name in force on a day, in the order in which people expect them."""

ReadFollowed: TypeAlias = Callable[[Transaction, str, date], Awaitable[Followed]]
"""What had ended of the list of that name by a day and has successors, with them."""


def codes_of(named: Iterable[Named]) -> list[str]:
    """Each code once, as a query asks for all of them in one round trip."""
    return sorted({code for _, code in named})


async def filled(
    tx: Transaction,
    found: Iterable[tuple[str, str, str]],
    named: Collection[Named],
    day: date,
    *,
    read: Read,
    followed: ReadFollowed | None = None,
) -> CodeLists:
    """What was found (list, code, words) of the codes named; of a list that lacks one all, to tell the nearest.

    Lists whose codes have no successors are read without `followed`.
    """
    lists = CodeLists.collected(found)
    lacking = sorted(lists.lacking(named))
    whole = {name: {code.code: code.words for code in await read(tx, name, day)} for name in lacking}
    successors = {name: await followed(tx, name, day) for name in lacking} if followed else {}
    return CodeLists({**lists.in_force, **whole}, successors)
