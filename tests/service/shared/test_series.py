"""What callers write makes no series: each stays in memory and in `/metrics` for as long as the process lives."""

from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from shared.observability import metrics
from tests.support.services import ServiceUnderTest, problem


def series() -> set[tuple[str, ...]]:
    """The labels of every request measured so far."""
    samples = (sample for metric in metrics.REQUESTS.collect() for sample in metric.samples)
    return {tuple(sample.labels[name] for name in ("method", "route", "status")) for sample in samples}


@pytest.mark.parametrize("method", ["M1X", "Q" * 40_000, "CONNECT", "PROPFIND", "GET1"])
async def test_a_method_that_nothing_here_knows_is_told_so_before_anything_else(
    service: ServiceUnderTest, method: str
) -> None:
    for path in ("/v1/counter", "/nowhere", "/v1/numbers?x=%00", "/metrics"):
        answer = await service.as_().request(method, path, headers={"Content-Length": "x"})
        assert problem(answer) == (501, "method_unknown")
        assert len(answer.content) < 500


async def test_methods_paths_hosts_and_ids_that_callers_make_up_add_no_series(service: ServiceUnderTest) -> None:
    lead = service.as_("programme_lead")

    async def made_up() -> None:
        word = uuid4().hex
        told = {"Host": f"{word}.example.org", "X-Correlation-ID": word, "X-Request-ID": word, "User-Agent": word}
        await lead.request(f"M{word}", "/v1/counter", headers=told)
        for path in (f"/{word}", f"/v1/people/{uuid4()}", f"/docs/assets/{word}", f"/v1/numbers?{word}=1"):
            await lead.get(path, headers=told)
            await lead.delete(path, headers=told)

    await made_up()
    known = series()
    for _ in range(50):
        await made_up()
    assert series() == known
    assert ("other", "unrouted", "501") in known
    assert ("GET", "/v1/people/{person_id}", "200") in known


async def test_no_log_line_holds_more_of_a_request_than_an_id(service: ServiceUnderTest) -> None:
    word = "w" * 10_000
    told = {"X-Correlation-ID": word, "X-Request-ID": word, "traceparent": word, "User-Agent": word}
    with capture_logs() as lines:
        answer = await service.as_("programme_lead").get("/v1/broken", headers=told)
        await service.as_("programme_lead").get(f"/v1/broken?{word}", headers=told)
        await service.as_("programme_lead").request(f"M{word}", f"/v1/broken?{word}", headers=told)
    assert problem(answer) == (500, "internal_error")
    assert lines
    assert "wwww" not in str(lines)
