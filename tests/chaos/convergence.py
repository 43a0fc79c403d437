"""After the last fault: wait until all is as it should be, or tell what is not."""

import asyncio
from collections.abc import Sequence

from academy.local.readiness import answers
from tests.chaos import mails, patience, wiretap
from tests.chaos.audit_triggers import connect
from tests.chaos.collect import Sampler, service_of, stirred
from tests.chaos.poison import Poison
from tests.chaos.site import Site
from tests.chaos.writers import LOST

_STEADY = 2
"""How many looks in a row must find nothing left to do and nothing done since."""


async def all_ready(site: Site) -> None:
    """Every process is up and says so."""
    for name in site.deployment.service_processes():
        await answers(f"{site.platform.address(name)}/readyz", seconds=patience.RETURN)


async def settle(site: Site, sampler: Sampler, poisons: Sequence[Poison]) -> None:
    """Until outboxes, lag and deferrals are gone, or patience is; the invariants judge what is left."""
    kept = [poison.key for poison in poisons if poison.stays]
    deadline, steady, before = asyncio.get_running_loop().time() + patience.CALM, 0, -1
    while steady < _STEADY and asyncio.get_running_loop().time() < deadline:
        try:
            idle = await _emptied(site, kept) and await _caught_up(site, sampler) and await _mailed(site)
            now = await stirred(site)
        except (*LOST, *wiretap.UNAVAILABLE):
            idle, now = False, -1
        steady = steady + 1 if idle and now == before else 0
        before = now
        await asyncio.sleep(0.5)


async def _emptied(site: Site, kept: Sequence[str]) -> bool:
    for address in site.databases.values():
        connection = await connect(address)
        try:
            if await connection.fetchval(_LEFT, kept):
                return False
        finally:
            await connection.close()
    return True


async def _mailed(site: Site) -> bool:
    return not (await mails.read(site)).left


async def _caught_up(site: Site, sampler: Sampler) -> bool:
    for group in site.deployment.subscribers:
        ends = await wiretap.ends(site.kafka, service_of(group).listens_to())
        committed = (await sampler.take(group)).committed
        if any(committed.get(place, 0) < end for place, end in ends.items()):
            return False
    return True


_LEFT = """
select (select count(*) from outbox) + (select count(*) from deferred where key <> all($1::text[]))
"""
