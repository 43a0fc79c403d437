"""A consumer as a process of its own, for tests that kill or freeze it: `python -m tests.support.consuming`."""

import asyncio
import sys

from shared.messaging.cluster import Cluster
from tests.support.databases import connected
from tests.support.delivery import consuming


async def main(address: str, kafka: str, prefix: str) -> None:
    """Consume until killed."""
    async with connected(address) as db, consuming(db, Cluster.heard(kafka), prefix):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
