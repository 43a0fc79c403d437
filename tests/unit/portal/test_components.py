import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound, UndefinedError
from starlette.datastructures import FormData

from services.portal.frame.forms import Form
from services.portal.frame.pagination import Pages
from services.portal.frame.states import STATES
from services.portal.frame.templates import templates
from tests.unit.portal.pages import HERE, a_caller, shown

HOSTILE = """<script>alert(1)</script>" onload="x' {{ 7*7 }} &amp;"""
WRONG = ("title", "reason", "system", "pays", "needs", "starts_on", "starts_at")
AT = datetime(2021, 3, 3, 10, tzinfo=UTC)


def a_wrong_form(words: str) -> Form:
    fields = [(name, words) for name in (*WRONG, "starts_on-month", "starts_on-year", "name", "state")]
    form = Form.of(FormData([*fields, ("pays", "b"), ("needs", "b")]))
    for name in WRONG:
        form.fault(name, f"Mend {name}: {words}")
    form.others.append(words)
    return form


def a_gallery(words: str) -> str:
    caller = a_caller("programme_lead", "learner", name=words)
    return shown(
        "gallery.html.j2",
        caller=caller,
        path="/people",
        words=words,
        form=a_wrong_form(words),
        states=STATES,
        at=AT,
        pages=Pages("/people", f"/people?after={words}"),
        done=words,
    )


def test_no_component_lets_markup_of_others_through() -> None:
    html = a_gallery(HOSTILE)
    assert html.count("&lt;script&gt;alert(1)") > 50
    assert "<script>" not in html
    assert 'onload="' not in html
    assert not re.search(r"&amp;lt;|&amp;#", html), "escaped twice"


def test_every_component_is_in_the_gallery() -> None:
    used = set(re.findall(r'"components/(\w+)\.html\.j2"', (HERE / "gallery.html.j2").read_text()))
    frame = {"banner", "footer", "header"}
    components = {file.name.split(".")[0] for file in components_of_the_frame()}
    assert components - frame == used


def components_of_the_frame() -> list[Path]:
    return [Path(name) for name in templates().list_templates() if name.startswith("components/")]


def test_the_summary_leads_to_each_field_that_is_wrong() -> None:
    html = a_gallery("plain")
    anchors = re.findall(r'<a href="#([^"]+)">\s*Mend', html)
    assert anchors == list(WRONG)
    for anchor in anchors:
        assert len(re.findall(rf'<(?:input|select|textarea)[^>]* id="{anchor}"', html)) == 1
    assert "<title>Error: plain" in html


def test_a_field_says_which_words_are_about_it() -> None:
    html = a_gallery("plain")
    ids = set(re.findall(r' id="([^"]+)"', html))
    assert len(re.findall(r' id="([^"]+)"', html)) == len(ids)
    described = {word for told in re.findall(r'aria-describedby="([^"]+)"', html) for word in told.split()}
    assert {"title-hint", "title-error", "needs-error", "starts_at-error"} <= described <= ids


def test_fields_keep_what_was_typed() -> None:
    html = a_gallery("typed & kept")
    kept = re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="typed &amp; kept"', html)
    assert {"title", "name", "starts_on", "starts_on-month", "starts_on-year", "starts_at"} <= set(kept)
    assert re.search(r"<textarea[^>]*>typed &amp; kept</textarea>", html)
    assert re.search(r'name="needs" type="checkbox" value="b" checked', html)


def test_a_line_typed_into_a_text_area_stays_as_it_is() -> None:
    assert "one\n  two\nthree</textarea>" in a_gallery("one\n  two\nthree")


def test_every_form_that_changes_something_has_its_keys() -> None:
    html = a_gallery("plain")
    for form in re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL):
        assert 'name="csrf" value="the-csrf-token"' in form
    assert html.count('name="idempotency_key"') == 1


@pytest.mark.parametrize(
    ("component", "call", "told"),
    [
        ("banner.banner", 'banner("Saved")', ["Success", "Saved"]),
        ("bar.bar", "bar(15, 20)", ["15 of 20 taken", 'taken" width="75.0"', 'room" width="100.0"']),
        ("bar.bar", "bar(20, 20, 5)", ["20 of 20 taken, 5 waiting", 'taken" width="80.0"', 'x="80.0" width="20.0"']),
        ("bar.bar", "bar(25, 20)", ["25 of 20 taken", 'taken" width="100.0"', 'room" width="80.0"']),
        ("bar.bar", "bar(0, 0)", ["0 of 0 taken", 'taken" width="0.0"']),
        ("breadcrumbs.breadcrumbs", 'breadcrumbs([("/a", "One")])', ['href="/"', "Home", 'href="/a"', "One"]),
        ("buttons.warning", 'warning("Cancel it")', ["nhsuk-button--warning", "Cancel it", "prevent-double-click"]),
        ("card.card", 'card("One", "/a")', ["One", 'href="/a"', "nhsuk-card--clickable"]),
        ("card.figure", 'figure(1234, "people", "/a")', ["1,234", "people", 'href="/a"']),
        ("empty.empty", 'empty("No one", "/a", "Add one")', ["No one", 'href="/a"', "Add one"]),
        ("fields.date", 'date(form, "on", "Day")', ['id="on"', 'id="on-month"', 'name="on-month"', 'name="on-year"']),
        ("form.error_summary", "error_summary(form)", ["There is a problem", 'href="#on"', "Mend it"]),
        ("history.history", 'history([(at, "Edited", "Asha")])', ["Wednesday 3 March 2021, 10am", "Edited", "Asha"]),
        ("panel.panel", 'panel("Done", "What next")', ["Done", "What next"]),
        ("summary_list.summary_list", 'summary_list([("A", "B", "/c"), ("D", "")])', [">A<", ">B<", "/c", "Not given"]),
        ("table.table", 'table("T", ["A", ("B", "numeric")], [["x", 0]])', ["T", "A", "B", ">x<", ">0<"]),
        ("tag.tag", 'tag("cohort", "over")', ["nhsuk-tag--grey", "Over"]),
    ],
)
def test_a_component_shows_what_it_is_given(component: str, call: str, told: list[str]) -> None:
    file, macro = component.split(".")
    form = Form.showing(on="3")
    form.fault("on", "Mend it")
    source = f'{{% from "components/{file}.html.j2" import {macro} %}}{{{{ {call} }}}}'
    html = templates().from_string(source).render(at=AT, form=form)
    assert [words for words in told if words not in html] == []


def test_a_form_is_sent_under_the_key_it_has() -> None:
    source = '{% from "components/form.html.j2" import post_form %}{% call post_form("/x", "c", "k") %}B{% endcall %}'
    html = templates().from_string(source).render()
    assert 'name="idempotency_key" value="k"' in html
    assert 'name="csrf" value="c"' in html


def test_what_was_done_is_told_in_the_banner() -> None:
    assert "nhsuk-notification-banner--success" in a_gallery("plain")


def test_a_card_shows_what_it_is_called_with() -> None:
    assert "<p>In the card: plain</p>" in a_gallery("plain")


def test_a_nought_is_shown() -> None:
    html = a_gallery("plain")
    assert re.search(r'<td class="nhsuk-table__cell nhsuk-table__cell--numeric">0</td>', html)
    assert '<p class="academy-figure">0</p>' in html
    assert "0 of 20 taken" in html


def test_a_wrong_name_is_an_error() -> None:
    environment = templates()
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nobody }}").render()
    with pytest.raises(UndefinedError):
        environment.from_string("{{ caller.surname }}").render(caller=a_caller())
    with pytest.raises(TemplateNotFound):
        environment.get_template("nowhere.html.j2")


def test_the_gallery_can_be_looked_at() -> None:
    """`GALLERY=<file>` keeps it, for a browser and a validator."""
    html = a_gallery("Leading with compassion")
    assert html.rstrip().endswith("</html>")
    if kept := os.environ.get("GALLERY"):
        Path(kept).write_text(html)
