"""Behind a proxy: whose address counts, and that nobody makes up another."""

import asyncio

import pytest

from tests.support.edge import Edge

_TRUSTED = "TRAEFIK_ENTRYPOINTS_WEB_FORWARDEDHEADERS_TRUSTEDIPS"


@pytest.mark.parametrize(
    ("told", "caller", "through"),
    [
        ({_TRUSTED: "127.0.0.1"}, "192.0.2.{}", 10),
        ({_TRUSTED: "127.0.0.1"}, "198.51.100.{}, 192.0.2.1", 1),
        ({_TRUSTED: "127.0.0.1"}, "2001:db8::{}", 1),
        ({_TRUSTED: "127.0.0.1"}, "2001:db8:0:{}::1", 10),
        ({_TRUSTED: "192.0.2.99"}, "192.0.2.{}", 1),
        ({_TRUSTED: ""}, "192.0.2.{}", 1),
        ({}, "192.0.2.{}", 1),
    ],
)
async def test_behind_a_proxy_that_is_trusted_each_caller_has_a_budget_and_makes_up_no_other(
    edge: Edge, told: dict[str, str], caller: str, through: int
) -> None:
    few = {"ACADEMY_GATEWAY_PROXIES": "1", "ACADEMY_GATEWAY_RATE": "1", "ACADEMY_GATEWAY_BURST": "1"}
    async with edge.another_gateway(**few, **told) as gateway:
        forwarded = [{"X-Forwarded-For": caller.format(n)} for n in range(1, 11)]
        asked = [gateway.get("/enrolment/v1/cohorts", headers=headers) for headers in forwarded]
        answers = [answer.status_code for answer in await asyncio.gather(*asked)]
    assert set(answers) <= {401, 429}
    assert through <= answers.count(401) <= through + 1
