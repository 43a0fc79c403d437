from services.portal.frame.problems import problem_page
from tests.unit.portal.pages import a_caller, a_request

PERSONAL, ANYONES = problem_page(a_request(a_caller()), 404), problem_page(a_request(), 404)


def test_a_page_loads_and_sends_nothing_elsewhere() -> None:
    policy = PERSONAL.headers["content-security-policy"]
    assert policy == ANYONES.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_no_browser_keeps_a_page_of_a_person() -> None:
    assert PERSONAL.headers["cache-control"] == "no-store"
    assert ANYONES.headers["cache-control"] == "no-cache"
    assert PERSONAL.headers["referrer-policy"] == "same-origin"
    assert PERSONAL.headers["x-content-type-options"] == "nosniff"
