"""Whose token holds pays for every request, whatever its answer."""

import pytest

from shared.web.rate import Budgets
from tests.support.services import ServiceUnderTest, problem


@pytest.mark.parametrize(
    ("role", "path", "refusal"),
    [
        ("learner", "/v1/counter", (403, "role_missing")),
        ("learner", "/v1/people/00000000-0000-0000-0000-000000000001", (401, "token_refused")),
        ("programme_lead", "/v1/counter", None),
    ],
)
async def test_a_refusal_costs_what_an_answer_costs(
    service: ServiceUnderTest, role: str, path: str, refusal: tuple[int, str] | None
) -> None:
    service.app.state.budgets = Budgets(0.001, 3)
    caller = service.as_(role)
    method = "PUT" if refusal and refusal[0] == 401 else "GET"
    answers = [await caller.request(method, path, headers={"If-Match": "*"}) for _ in range(5)]
    assert all(a.status_code == 200 if refusal is None else problem(a) == refusal for a in answers[:3])
    assert [problem(answer) for answer in answers[3:]] == [(429, "too_many_requests")] * 2


async def test_a_token_that_does_not_hold_costs_nobody_anything(service: ServiceUnderTest) -> None:
    service.app.state.budgets = Budgets(0.001, 1)
    lead = service.as_("programme_lead")
    right = lead.headers["Authorization"]
    for _ in range(3):
        assert problem(await lead.get("/v1/counter", headers={"Authorization": f"{right}x"})) == (401, "token_refused")
    assert (await lead.get("/v1/counter")).status_code == 200
