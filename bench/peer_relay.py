# pyright: reportMissingImports=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUntypedFunctionDecorator=false
"""faststream-outbox, relaying rows to Kafka as its documentation shows; runs in an environment of its own.

`python peer_relay.py ARGUMENTS` (JSON): fills the peer's table from the rows laid aside in the same database, relays
them, and prints how many seconds it took from the start of its broker until the table was empty.
"""

import asyncio
import json
import sys
import time
from typing import Annotated, Any

from faststream import Context
from faststream.kafka import KafkaBroker, KafkaResponse
from faststream.security import SASLScram512
from faststream_outbox import OutboxBroker, make_outbox_table
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_TABLE, _QUEUE = "peer_outbox", "learners"
_CONNECTIONS = 40
_FILL = f"""
insert into {_TABLE} (queue, payload, headers)
select '{_QUEUE}', payload, headers || jsonb_build_object('key', key, 'content-type', 'application/json')
from (select * from stock limit :rows) s
"""
_LEFT = f"select exists (select from {_TABLE})"


async def relay(arguments: dict[str, Any]) -> float:
    """Seconds for so many rows, with the subscriber's `settings`."""
    address = arguments["database"].replace("postgresql://", "postgresql+asyncpg://", 1)
    engine = create_async_engine(address, pool_size=_CONNECTIONS)
    metadata = MetaData()
    table = make_outbox_table(metadata, table_name=_TABLE)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        await connection.execute(text(_FILL), {"rows": arguments["rows"]})
    login = SASLScram512(arguments["user"], arguments["password"])
    kafka = KafkaBroker(arguments["kafka"], security=login, acks="all", enable_idempotence=True, logger=None)
    rows = OutboxBroker(engine, outbox_table=table, logger=None)

    @kafka.publisher(arguments["topic"])
    @rows.subscriber(_QUEUE, **arguments["settings"])
    async def forward(body: dict[str, Any], message: Annotated[Any, Context()]) -> KafkaResponse:
        headers = message.headers
        return KafkaResponse(body, key=headers["key"].encode(), headers=headers)

    await kafka.start()
    began = time.perf_counter()
    await rows.start()
    await _emptied(engine)
    seconds = time.perf_counter() - began
    await rows.stop()
    await kafka.stop()
    await engine.dispose()
    return seconds


async def _emptied(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        while await connection.scalar(text(_LEFT)):
            await connection.rollback()
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(relay(json.loads(sys.argv[1])))) + "\n")
