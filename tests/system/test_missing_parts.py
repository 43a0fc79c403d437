"""A service that lacks something says what and what to do, in a line, and ends with 1."""

import asyncio
import os
import socket
import sys

import pytest

from academy.local.layout import ROOT
from tests.support.databases import fresh_database

pytestmark = pytest.mark.timeout(400)

NOWHERE = "127.0.0.1:1"


async def start(role: str, **changes: str | None) -> tuple[int | None, str]:
    """Start talent in that role; its exit code and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")} | {
        "ACADEMY_ENV": "development",
        "ACADEMY_KAFKA": NOWHERE,
        "ACADEMY_OIDC_ISSUER": f"http://{NOWHERE}",
        "ACADEMY_TALENT_DATABASE": f"postgresql://talent@{NOWHERE}/talent",
        "ACADEMY_TALENT_HTTP_PORT": "0",
    }
    for name, value in changes.items():
        environment |= {name: value} if value else {}
        if value is None:
            del environment[name]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.talent", role),
        env=environment,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


async def test_each_missing_part_is_named_with_its_remedy_and_no_stack_trace(postgres_admin: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        async with fresh_database(postgres_admin, "talent") as database:
            answers = await asyncio.gather(
                start("all"),
                start("all", ACADEMY_TALENT_DATABASE=database),
                start("api", ACADEMY_TALENT_DATABASE=database, ACADEMY_TALENT_HTTP_PORT=port),
                start("migrate"),
                start("migrate", ACADEMY_TALENT_DATABASE=database),
                start("api", ACADEMY_KAFKA=None, ACADEMY_TALENT_DATABASE=None),
            )
    expected = (
        ("no Postgres answers", "ACADEMY_TALENT_DATABASE"),
        ("no Kafka answers", "ACADEMY_KAFKA"),
        (f"port {port} is taken", "ACADEMY_TALENT_HTTP_PORT"),
        ("no Postgres answers", "ACADEMY_TALENT_DATABASE"),
        ("Kafka would not", "ACADEMY_KAFKA"),
        ("the environment lacks", "ACADEMY_KAFKA"),
    )
    for (code, said), (what, remedy) in zip(answers, expected, strict=True):
        assert code == 1, said
        assert what in said
        assert remedy in said
        assert "Traceback" not in said
