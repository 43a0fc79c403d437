"""A relay as a process of its own, for tests that kill or freeze it: `python -m tests.support.relaying`."""

import asyncio
import sys

from shared.messaging.cluster import Cluster
from tests.support.delivery import relaying


async def main(address: str, kafka: str, prefix: str) -> None:
    """Relay until killed."""
    async with relaying(address, Cluster.heard(kafka), prefix):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
