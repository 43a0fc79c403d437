"""What every service answers to a caller who does not keep to the protocol."""

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from httpx import Response

from shared.clock import ReplayClock
from tests.service.shared.counters import value
from tests.support.services import ServiceUnderTest, problem
from tests.support.tokens import Signer


@pytest.mark.parametrize("body", [{"by": "x"}, {"by": 1, "also": 2}, {}, []])
async def test_malformed_bodies_are_described_and_never_echoed(service: ServiceUnderTest, body: object) -> None:
    answer = await service.as_("programme_lead").post("/v1/increments", json=body)
    assert problem(answer) == (422, "malformed_body")
    assert answer.json()["errors"][0].keys() == {"pointer", "code", "detail"}
    assert await value(service.db) == 0


async def test_roles_and_scopes(service: ServiceUnderTest) -> None:
    me, other = uuid4(), uuid4()
    assert problem(await service.as_("learner").get("/v1/counter")) == (403, "role_missing")
    learner = service.as_("learner", person_id=me)
    assert problem(await learner.put(f"/v1/people/{other}")) == (403, "not_yours")
    nobody = service.as_()
    del nobody.headers["Authorization"]
    answer = await nobody.get("/v1/counter")
    assert problem(answer) == (401, "token_refused")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"iss": "http://evil.test"}, {"exp": 1}])
async def test_foreign_and_expired_tokens_are_refused(
    service: ServiceUnderTest, signer: Signer, claims: dict[str, Any]
) -> None:
    token = signer.token("programme_lead", **claims)
    answer = await service.as_().get("/v1/counter", headers={"Authorization": f"Bearer {token}"})
    assert problem(answer) == (401, "token_refused")


async def test_a_token_signed_by_somebody_else_is_refused(service: ServiceUnderTest) -> None:
    token = Signer().token("programme_lead")
    answer = await service.as_().get("/v1/counter", headers={"Authorization": f"Bearer {token}"})
    assert problem(answer) == (401, "token_refused")


@pytest.mark.parametrize(
    ("if_match", "expected"),
    [(None, (428, "if_match_missing")), ('"2"', (412, "stale_etag")), ("x", (400, "if_match_unusable"))],
)
async def test_edits_need_the_version_last_read(
    service: ServiceUnderTest, if_match: str | None, expected: tuple[int, str]
) -> None:
    me = uuid4()
    headers = {"If-Match": if_match} if if_match else {}
    answer = await service.as_("learner", person_id=me).put(f"/v1/people/{me}", headers=headers)
    assert problem(answer) == expected


async def test_an_edit_of_the_version_last_read_passes(service: ServiceUnderTest) -> None:
    me = uuid4()
    answer = await service.as_("learner", person_id=me).put(f"/v1/people/{me}", headers={"If-Match": '"3"'})
    assert (answer.status_code, answer.headers["etag"]) == (200, '"4"')


async def test_paging_walks_to_the_end(service: ServiceUnderTest) -> None:
    lead, seen, after = service.as_("programme_lead"), list[int](), None
    while True:
        answer = await lead.get("/v1/numbers", params={"limit": 3} | ({"after": after} if after else {}))
        seen += answer.json()["items"]
        after = answer.json()["next"]
        if after is None:
            break
        assert f'after={after}>; rel="next"' in answer.headers["link"] or f"after={after}&" in answer.headers["link"]
    assert seen == [1, 2, 3, 4, 5, 6, 7]


async def test_only_a_replay_may_say_what_time_it_is(service: ServiceUnderTest) -> None:
    moment = datetime(2020, 10, 25, 1, 30, tzinfo=UTC)
    answer = await service.as_("service", at=moment).get("/v1/now")
    assert datetime.fromisoformat(answer.json()) == moment
    for role in ("programme_lead", "service"):
        refused = await service.as_(role).get("/v1/now", headers={"Academy-Time": moment.isoformat()})
        assert problem(refused) == (403, "time_shift_refused")


async def test_a_replay_moves_the_clock_by_little_more_than_a_year_and_never_far_past_today(
    service: ServiceUnderTest,
) -> None:
    year, today = datetime(2020, 4, 1, tzinfo=UTC), datetime.now(UTC)

    async def told(moment: datetime) -> Response:
        return await service.as_("service", at=moment).get("/v1/now")

    assert problem(await told(today + timedelta(days=401))) == (422, "moment_too_far")
    assert (await told(year)).status_code == 200
    assert problem(await told(year + timedelta(days=401))) == (422, "moment_too_far")
    assert (await told(year + timedelta(days=400))).status_code == 200
    assert (await told(year)).status_code == 200
    assert service.clock.now() == year + timedelta(days=400)
    await service.clock.advance_to(today + timedelta(days=300))
    assert problem(await told(today + timedelta(days=401))) == (422, "moment_too_far")


async def test_a_replay_that_is_ended_goes_on_in_real_time_for_every_process_and_is_told_no_other(
    service: ServiceUnderTest,
) -> None:
    year = datetime(2021, 3, 31, 20, tzinfo=UTC)
    elsewhere = ReplayClock(service.db)
    await service.clock.advance_to(year)
    assert (await service.as_().get("/readyz")).json() == {
        "status": "ready",
        "clock": "replaying: it is 31 March 2021 here",
        "moment": year.isoformat(),
    }
    ticking = asyncio.create_task(elsewhere.wait_for_tick(0.05))
    ended = await service.as_("replay").post("/v1/clock/end")
    await ticking

    assert (await service.as_().get("/readyz")).json() == {"status": "ready"}
    for clock in (service.clock, elsewhere, await freshly_started(service)):
        before = datetime.now(UTC)
        assert datetime.fromisoformat(ended.json()["moment"]) <= before <= clock.now() <= datetime.now(UTC)
        await clock.advance_to(datetime.now(UTC) + timedelta(days=1))
        assert clock.now() <= datetime.now(UTC)
    refused = await service.as_("service", at=year).get("/v1/now")
    assert problem(refused) == (403, "replay_ended")


async def test_the_end_of_a_replay_never_sets_the_clock_back(service: ServiceUnderTest) -> None:
    later = datetime.now(UTC) + timedelta(days=2)
    await service.clock.advance_to(later)
    await service.as_("replay").post("/v1/clock/end")
    assert service.clock.now() == (await freshly_started(service)).now() == later


async def test_a_process_that_has_not_heard_of_the_end_moves_nobody_elses_clock(service: ServiceUnderTest) -> None:
    year = datetime(2021, 3, 31, 20, tzinfo=UTC)
    await service.clock.advance_to(year)
    stale = await freshly_started(service)
    await service.as_("replay").post("/v1/clock/end")

    await stale.advance_to(datetime.now(UTC) + timedelta(days=300))

    assert (await freshly_started(service)).now() <= datetime.now(UTC)


async def test_where_nothing_is_replayed_there_is_no_replay_to_end(service: ServiceUnderTest) -> None:
    service.app.state.replaying = False
    refused = await service.as_("replay").post("/v1/clock/end")
    assert problem(refused) == (403, "time_shift_refused")


async def freshly_started(service: ServiceUnderTest) -> ReplayClock:
    clock = ReplayClock(service.db)
    await clock.refresh()
    return clock


async def test_a_process_that_has_seen_nothing_yet_knows_how_far_the_others_moved_the_clock(
    service: ServiceUnderTest,
) -> None:
    year = datetime(2020, 4, 1, tzinfo=UTC)
    await ReplayClock(service.db).advance_to(year)
    answer = await service.as_("service", at=year + timedelta(days=401)).get("/v1/now")
    assert problem(answer) == (422, "moment_too_far")


@pytest.mark.parametrize("path", ["/v1/counter", "/v1/nothing", "/v1/broken", "/v1/people/x", "/livez", "/docs"])
async def test_no_answer_is_kept_on_its_way(service: ServiceUnderTest, path: str) -> None:
    answer = await service.as_("programme_lead").get(path)
    assert answer.headers.get_list("cache-control") == ["no-store"]


async def test_a_browser_may_keep_the_scripts_of_the_api_docs(service: ServiceUnderTest) -> None:
    file = "/docs/assets/favicon.png"
    whole = await service.as_().get(file)
    same = await service.as_().get(file, headers={"If-None-Match": whole.headers["etag"]})
    assert (whole.status_code, same.status_code) == (200, 304)
    assert {a.headers["cache-control"] for a in (whole, same)} == {"public, max-age=86400"}


@pytest.mark.parametrize("path", ["/v1/counter/", "/v1/numbers/", "/docs/", "/docs/assets", "/v1//counter"])
async def test_nobody_is_sent_to_another_host_for_the_sake_of_a_slash(service: ServiceUnderTest, path: str) -> None:
    answer = await service.as_("programme_lead").get(path, headers={"Host": "evil.test"})
    assert problem(answer) == (404, "not_found")
    assert "location" not in answer.headers


@pytest.mark.parametrize("wrong", ["fields", "rows", "deep", "wide"])
async def test_an_answer_to_what_is_malformed_is_short_however_much_is_wrong(
    service: ServiceUnderTest, wrong: str
) -> None:
    bodies: dict[str, object] = {
        "fields": {f"{'made_up' * 5}{n}": n for n in range(5_000)},
        "rows": {"by": 1, "rows": [{"amount": "x"}] * 2_000},
        "deep": {"by": 1, "nested": {f"{'k' * 39}{n}": {f"{'j' * 39}{n}": "x"} for n in range(1_000)}},
        "wide": {"by": 1, "nested": {"é" * 200: {"\U0001f600" * 100: "x"}}},
    }
    answer = await service.as_("programme_lead").post("/v1/batches", json=bodies[wrong])
    assert problem(answer) == (422, "malformed_body")
    assert len(answer.content) <= 8_192
    assert len(answer.json()["errors"]) <= 21
    if wrong in {"rows", "deep"}:
        assert re.fullmatch(r"and \d+ more", answer.json()["errors"][-1]["detail"])


async def test_the_unexpected_is_a_problem_that_tells_nothing(
    service: ServiceUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await service.as_("programme_lead").get("/v1/broken")
    assert problem(answer) == (500, "internal_error")
    said = capsys.readouterr()
    assert "ada@example" not in answer.text + said.err + said.out
    assert "RuntimeError at counters.py" in said.err + said.out


async def test_ids_are_accepted_echoed_or_made(service: ServiceUnderTest) -> None:
    lead = service.as_("programme_lead")
    given = await lead.get("/v1/counter", headers={"X-Correlation-ID": "abc", "X-Request-ID": "def"})
    assert (given.headers["x-correlation-id"], given.headers["x-request-id"]) == ("abc", "def")
    made = await lead.get("/v1/counter", headers={"X-Request-ID": "bad\x7f" * 40})
    assert UUID(made.headers["x-request-id"])


async def test_unknown_paths_are_problems_too(service: ServiceUnderTest) -> None:
    assert problem(await service.as_("programme_lead").get("/v1/nothing")) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/counter", "/v1/numbers", "/livez", "/openapi.json", "/docs", "/v1/nothing"])
async def test_head_answers_as_get_does_without_the_body(service: ServiceUnderTest, path: str) -> None:
    lead = service.as_("programme_lead")
    head, got = await lead.head(path), await lead.get(path)
    ours = {"x-request-id", "x-correlation-id"}
    assert head.content == b""
    assert head.status_code == got.status_code
    assert dict(head.headers, **dict.fromkeys(ours, "")) == dict(got.headers, **dict.fromkeys(ours, ""))


@pytest.mark.parametrize("wanted", ["bytes=zz", "bytes=0-1", "bytes=999999999-", "pages=1"])
async def test_a_file_is_served_whole_whatever_range_is_asked_for(service: ServiceUnderTest, wanted: str) -> None:
    file = "/docs/assets/favicon.png"
    answer = await service.as_().get(file, headers={"Range": wanted})
    assert answer.status_code == 200
    assert answer.content == (await service.as_().get(file)).content


async def test_head_asks_who_calls(service: ServiceUnderTest) -> None:
    assert (await service.as_("learner").head("/v1/counter")).status_code == 403
    nobody = service.as_()
    del nobody.headers["Authorization"]
    assert (await nobody.head("/v1/counter")).status_code == 401


async def test_head_is_no_operation_of_its_own(service: ServiceUnderTest) -> None:
    document = (await service.as_().get("/openapi.json")).json()
    assert all("head" not in operations for operations in document["paths"].values())


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("POST", "/v1/counter", "GET, HEAD"),
        ("HEAD", "/v1/increments", "POST"),
        ("OPTIONS", "/v1/increments", "POST"),
        ("TRACE", f"/v1/people/{UUID(int=1)}", "GET, HEAD, PUT"),
        ("DELETE", "/livez", "GET, HEAD"),
        ("POST", "/docs/assets/favicon.png", "GET, HEAD"),
    ],
)
async def test_a_method_that_is_not_allowed_is_told_which_are(
    service: ServiceUnderTest, method: str, path: str, allow: str
) -> None:
    answer = await service.as_("programme_lead").request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allow)
    if method != "HEAD":
        assert problem(answer) == (405, "method_not_allowed")


async def test_a_body_above_256_kib_or_of_unknown_length_is_refused(service: ServiceUnderTest) -> None:
    lead = service.as_("programme_lead")
    assert problem(await lead.post("/v1/increments", json={"by": 1, "x": "y" * 300_000})) == (413, "body_too_large")

    async def chunks() -> AsyncGenerator[bytes]:
        yield b"{}"

    assert problem(await lead.post("/v1/increments", content=chunks())) == (411, "length_required")
