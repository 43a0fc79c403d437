"""The small strict renderer."""

import pytest

from services.notifications.channels.domain import letters
from services.notifications.channels.domain.templates import Template, TemplateBroken
from services.notifications.channels.store import templates
from services.notifications.messages.domain.messages import Purpose

HEAD = "version: 3\nsubject: About ((offer))\n---\n"


def test_a_template_states_its_version_subject_and_placeholders() -> None:
    template = Template.parse("confirmation", HEAD + "Dear ((name)), ((late??hurry))\n")
    assert template.label == "confirmation@3"
    assert template.placeholders() == {"offer", "name", "late"}


def test_words_stand_only_where_their_flag_is_true() -> None:
    template = Template.parse("x", HEAD + "a((late?? very)) b")
    assert template.render({"offer": "it", "late": True}).body == "a very b\n"
    assert template.render({"offer": "it", "late": False}).body == "a b\n"


def test_paragraphs_that_fall_away_leave_no_gap() -> None:
    template = Template.parse("x", HEAD + "a\n\n((late??b))\n\nc")
    assert template.render({"offer": "it", "late": False}).body == "a\n\nc\n"


@pytest.mark.parametrize("values", [{}, {"offer": True}, {"offer": "it", "late": "yes"}])
def test_a_missing_value_or_one_of_the_wrong_kind_is_an_error(values: dict[str, str | bool]) -> None:
    with pytest.raises(TemplateBroken):
        Template.parse("x", HEAD + "((late??b))").render(values)


def test_a_value_is_never_taken_for_a_placeholder() -> None:
    assert Template.parse("x", HEAD + "b").render({"offer": "((name))"}).subject == "About ((name))"


def test_no_value_can_break_the_subject_line() -> None:
    assert Template.parse("x", HEAD + "b").render({"offer": "it\r\nBcc: all"}).subject == "About it Bcc: all"


@pytest.mark.parametrize("text", ["Dear ((name))", "version: 1\nsubject: x\n---\nDear ((name)", HEAD + "((a b))"])
def test_a_file_that_is_not_a_template_is_refused(text: str) -> None:
    with pytest.raises(TemplateBroken):
        Template.parse("x", text)


def test_every_purpose_has_a_template_that_asks_only_for_what_is_offered() -> None:
    assert set(templates.load()) == set(Purpose)


def test_a_template_that_asks_for_more_keeps_the_service_from_starting() -> None:
    asking = dict(templates.load())
    asking[Purpose.TALENT_UPDATE] = Template.parse("talent_update", "version: 1\nsubject: x\n---\n((readiness))")
    with pytest.raises(TemplateBroken, match="readiness"):
        letters.check(asking)


def test_a_purpose_without_a_template_keeps_the_service_from_starting() -> None:
    with pytest.raises(TemplateBroken, match="confirmation"):
        letters.check({})
