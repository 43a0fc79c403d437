import pytest

from services.portal.frame.forms import Form
from services.portal.frame.problems import WORDS, problem_page
from tests.unit.portal.pages import a_caller, a_request, text_of

STATUSES = (400, 401, 403, 404, 405, 409, 412, 413, 422, 429, 500, 503)


@pytest.mark.parametrize("status", STATUSES)
def test_a_problem_says_what_happened_and_what_to_do(status: int) -> None:
    response = problem_page(a_request(), status)
    html = text_of(response).replace("&#39;", "'")
    told = WORDS[status]
    assert response.status_code == status
    assert all(words in html for words in (told.title, told.happened, told.what_to_do))


@pytest.mark.parametrize("status", sorted(set(STATUSES) - {404}))
def test_nobody_need_wonder_whether_something_was_lost(status: int) -> None:
    assert any(words in WORDS[status].happened for words in ("was changed", "Nothing was lost", "not saved over"))


def test_a_conflict_gives_its_reason() -> None:
    html = text_of(problem_page(a_request(), 409, happened="All 20 <places> are taken.", code="cohort_full"))
    assert "All 20 &lt;places&gt; are taken." in html
    assert "cohort_full" in html
    assert WORDS[409].happened not in html


def test_who_may_not_see_a_page_learns_as_whom_they_are_signed_in() -> None:
    html = text_of(problem_page(a_request(a_caller("system_lead", "learner")), 403))
    assert "You are signed in as Asha Kaur (participant, system lead)." in html


def test_who_has_been_signed_out_may_sign_in() -> None:
    assert '<p><a href="/sign-in?back=/">Sign in</a></p>' in text_of(problem_page(a_request(), 401))


@pytest.mark.parametrize(("status", "like"), [(418, 400), (507, 500)])
def test_any_other_status_has_words_too(status: int, like: int) -> None:
    assert WORDS[like].title in text_of(problem_page(a_request(), status))


def test_a_problem_is_told_even_where_nobody_knows_who_asks() -> None:
    request = a_request(a_caller())
    del request.state.caller
    assert WORDS[503].title in text_of(problem_page(request, 503))


@pytest.mark.parametrize("code", ["form_out_of_date", "sign_in_refused", "no_person"])
def test_a_refusal_that_is_not_of_the_role_does_not_say_so(code: str) -> None:
    html = text_of(problem_page(a_request(a_caller("learner")), 403, code=code))
    assert WORDS[403].happened not in html
    assert WORDS[403].title not in html
    assert code in html


def test_what_was_typed_is_kept_in_a_form_that_is_sent_again_under_its_key() -> None:
    form = Form({"csrf": ["old"], "idempotency_key": ["k"], "title": ['A "title"'], "day": ["1", "2"]}, key="the-key")
    html = text_of(problem_page(a_request(a_caller("learner")), 503, again=form))
    assert 'name="idempotency_key" value="the-key"' in html
    assert 'name="title" value="A &#34;title&#34;"' in html
    assert html.count('name="day"') == 2
    assert "old" not in html.partition("<form")[2].partition("</form>")[0]


def test_what_was_typed_is_kept_until_somebody_has_signed_in_beside_it() -> None:
    html = text_of(problem_page(a_request(), 401, again=Form({"title": ["Typed"]})))
    assert '<a href="/sign-in?back=/" target="_blank">Sign in (opens in a new tab)</a>' in html
    assert 'name="title" value="Typed"' in html
    assert html.count('href="/sign-in?') == 1
