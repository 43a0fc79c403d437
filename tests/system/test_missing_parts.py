"""A service that lacks something says what and what to do, in a line, and ends with 1."""

import asyncio
import json
import os
import socket
import sys

import pytest

from academy.local.layout import ROOT
from shared.messaging.cluster import Cluster
from tests.support.databases import fresh_database
from tests.support.delivery import password_of

pytestmark = pytest.mark.timeout(400)

NOWHERE = "127.0.0.1:1"


async def start(role: str, **changes: str | None) -> tuple[int | None, str]:
    """Start talent in that role; its exit code and what it said."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ACADEMY_")} | {
        "ACADEMY_ENV": "development",
        "ACADEMY_KAFKA": NOWHERE,
        "ACADEMY_OIDC_ISSUER": f"http://{NOWHERE}",
        "ACADEMY_PUBLIC_URL": "https://academy.example.nhs.uk",
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


async def test_a_user_whom_kafka_does_not_let_in_is_told_apart_from_a_broker_that_is_away(
    postgres_admin: str, kafka: Cluster
) -> None:
    told = {"ACADEMY_KAFKA": kafka.bootstrap, "ACADEMY_KAFKA_BROKERS": "1"}
    async with fresh_database(postgres_admin, "talent") as database:
        answers = await asyncio.gather(
            start("relay", ACADEMY_TALENT_DATABASE=database, ACADEMY_TALENT_KAFKA_PASSWORD="a guess", **told),
            start("consumer", ACADEMY_TALENT_DATABASE=database, **told),
            start("migrate", ACADEMY_TALENT_DATABASE=database, ACADEMY_KAFKA_ADMIN_PASSWORD=password_of(kafka), **told),
        )
    remedies = (
        "does not let in the user talent",
        "does not let in anybody without",
        "set ACADEMY_TALENT_KAFKA_PASSWORD",
    )
    for (code, said), remedy in zip(answers, remedies, strict=True):
        assert code == 1, said
        assert remedy in said
        assert "Traceback" not in said
        assert "a guess" not in said


async def test_what_is_insecure_by_choice_is_told_at_each_start() -> None:
    code, said = await start("api", ACADEMY_ENV="production", ACADEMY_INSECURE="issuer kafka")
    assert code == 1
    [told] = [line for line in said.splitlines() if "insecure_by_choice" in line]
    assert json.loads(told)["exceptions"] == ["issuer", "kafka"]


async def test_production_does_not_start_with_an_issuer_anyone_may_stand_in_for() -> None:
    code, said = await start("api", ACADEMY_ENV="production")
    assert code == 1
    assert "ACADEMY_OIDC_ISSUER has to be an https:// address in production" in said
    assert "Traceback" not in said
