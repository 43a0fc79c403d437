"""What a run fails with: the first failure in full, how to see it again, and what was not deterministic."""

import pytest
from hypothesis.errors import FlakyReplay

from tests.support.model.journal import Journal
from tests.support.model.story import Act, Story
from tests.support.model.telling import Chronicle, Told, account, assert_same

RUN = "the command of the run"


def _told(*lines: str, fails: str | None = None, act: str = "write") -> Told:
    failure = AssertionError(fails) if fails else None
    return Told(Story(1, [Act("begin", {}), Act(act, {})]), Journal(lines=list(lines)), failure)


def _chronicle(*told: Told) -> Chronicle:
    chronicle = Chronicle()
    for each in told:
        chronicle.keep(each)
    return chronicle


def _never(_: Story) -> Told:
    raise AssertionError("nothing is to be told again")


def _notes(error: Exception | None) -> str:
    return "\n".join(getattr(error, "__notes__", ()))


def test_a_run_without_a_failure_fails_with_nothing() -> None:
    assert _chronicle(_told("a")).failure(None, _never, run=RUN) is None


def test_what_was_raised_outside_of_a_story_stays_as_it_is() -> None:
    raised = RuntimeError("no story was told")
    assert _chronicle(_told("a")).failure(raised, _never, run=RUN) is raised
    assert not _notes(raised)


def test_a_repeated_failure_is_raised_with_the_shortest_story_and_its_command() -> None:
    long, short = _told("a", "b", fails="long", act="poll"), _told("a", fails="short")
    raised = AssertionError("short")
    chronicle = _chronicle(long, _told("passed"), short)
    assert chronicle.failure(raised, lambda _: _told("a", fails="short"), run=RUN) is raised
    assert short.story.command() in _notes(raised)
    assert long.story.command() not in _notes(raised)
    assert RUN in _notes(raised)
    assert "to the letter" in _notes(raised)


def test_a_failure_that_hypothesis_could_not_repeat_is_raised_instead_of_its_complaint() -> None:
    first = _told("a", "went left", fails="a promise")
    raised = FlakyReplay("Inconsistent data generation!")
    failure = _chronicle(first, _told("a")).failure(raised, lambda _: _told("a", "went right"), run=RUN)
    assert failure is first.failure
    notes = _notes(failure)
    assert first.story.command() in notes
    assert "did not fail" in notes
    assert "went left" in notes
    assert "went right" in notes


def test_what_failed_once_fails_the_test_though_nothing_was_raised() -> None:
    first = _told("a", fails="a promise")
    assert _chronicle(first, _told("b")).failure(None, lambda _: _told("a"), run=RUN) is first.failure


def test_an_account_tells_a_second_failure_that_came_another_way() -> None:
    text = account(_told("a", "b", fails="x"), _told("a", "c", fails="x"), run=RUN)
    assert "failed too" in text
    assert "line 2" in text
    assert "to the letter" not in text


def test_two_tellings_of_a_story_have_to_be_the_same() -> None:
    assert_same(_told("a", "b"), _told("a", "b"))
    with pytest.raises(AssertionError, match="part in line 2"):
        assert_same(_told("a", "b"), _told("a", "c"))


def test_the_liveliest_stories_are_those_in_which_most_stood() -> None:
    calm, lively, livelier = _told("a"), _told("  under way: x"), _told("  under way: x", "  under way: y")
    assert _chronicle(calm, lively, livelier).liveliest(2) == [livelier, lively]
