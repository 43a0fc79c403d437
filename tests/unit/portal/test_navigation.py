import pytest

from services.portal.frame.navigation import ROLE_WORDS, navigation
from services.portal.frame.problems import problem_page
from shared.web.principal import ROLES
from tests.unit.portal.pages import a_caller, a_request, text_of

ANYONE = ["Events", "Review"]
LEAD = ["Cohorts", "Programmes", "People", "Reports"]
OPS = ["Health", "Topics", "Dead events", "What was done", "Mails"]
MENUS = {
    "programme_lead": LEAD,
    "region": ["Cohorts", "Programmes", "Reports"],
    "learner": ["Find a course", "My dates", "My recordings", "Messages", "My details"],
    "system_lead": ["Our people", "Pools", "Reports"],
    "provider": ["My sessions"],
    "talent_lead": ["Pools"],
    "ops": OPS,
    "information_governance": ["Mails to people"],
}


def menu(*roles: str) -> list[str]:
    return [link.text for link in navigation(a_caller(*roles), "/")]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_offered_its_own_work(role: str) -> None:
    assert menu(role) == MENUS.get(role, []) + ANYONE


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_called_by_words_and_not_by_its_code(role: str) -> None:
    page = text_of(problem_page(a_request(a_caller(role)), 403))
    assert f"You are signed in as Asha Kaur ({ROLE_WORDS[role]})." in page
    assert "_" not in ROLE_WORDS[role]


def test_who_has_not_signed_in_is_offered_what_is_anyones() -> None:
    assert [link.text for link in navigation(None, "/")] == ANYONE


def test_several_roles_are_offered_each_item_once() -> None:
    assert menu("programme_lead", "system_lead") == [
        "Cohorts",
        "Programmes",
        "People",
        "Our people",
        "Pools",
        "Reports",
        *ANYONE,
    ]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/cohorts", [("Cohorts", "page")]),
        ("/cohorts/17/register", [("Cohorts", "true")]),
        ("/cohorts-of-old", []),
        ("/operations", [("Health", "page")]),
        ("/operations/dead/3", [("Dead events", "true")]),
        ("/events/", [("Events", "page")]),
        ("/events/asyncapi", [("Events", "true")]),
        ("/", []),
    ],
)
def test_the_menu_says_where_one_is(path: str, current: list[tuple[str, str]]) -> None:
    links = navigation(a_caller("programme_lead", "ops"), path)
    assert [(link.text, link.current) for link in links if link.current] == current


def test_the_header_offers_to_sign_in_or_out() -> None:
    signed_in = text_of(problem_page(a_request(a_caller("learner"), "/my/dates"), 404))
    assert "Asha Kaur" in signed_in
    assert '<form class="nhsuk-header__account-form" action="/sign-out" method="post">' in signed_in
    assert 'href="/my/dates" aria-current="page"' in signed_in
    assert "Sign in" not in signed_in
    assert 'href="/sign-in"' in text_of(problem_page(a_request(), 404))
