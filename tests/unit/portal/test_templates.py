"""Every template of the portal, wherever it stands, read as text and as Jinja reads it."""

import re
from collections import Counter
from pathlib import Path

import pytest
from jinja2 import nodes

import services.portal
from services.portal.frame.templates import templates

PORTAL = Path(services.portal.__file__).parent
FILES = sorted(PORTAL.rglob("*.j2"))
AREAS = sorted([*PORTAL.glob("pages/*/templates"), PORTAL / "signing_in" / "templates"])
ENVIRONMENT = templates(AREAS)
REFERENCES = (nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)

each = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PORTAL)))


def tree(file: Path) -> nodes.Template:
    return ENVIRONMENT.parse(file.read_text())


@each
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"<style|\sstyle=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<[^>{]*\son\w+=", text)
    assert not re.search(r"(?:src|href|action|data-hx-\w+)=[\"']?(?:https?:)?//", text)
    assert "javascript:" not in text
    assert "hx-on" not in text


@each
def test_what_is_data_is_escaped(file: Path) -> None:
    filters = {found.name for found in tree(file).find_all(nodes.Filter)}
    assert not filters & {"safe", "xmlattr", "forceescape"}
    assert not list(tree(file).find_all(nodes.ScopedEvalContextModifier)), "autoescape is switched off"


@each
def test_templates_it_names_exist(file: Path) -> None:
    named = [found.template for found in tree(file).find_all(REFERENCES)]
    names = [node.value for node in named if isinstance(node, nodes.Const)]
    assert len(names) == len(named)
    for name in names:
        ENVIRONMENT.get_template(name)


@each
def test_a_block_that_is_called_does_not_ask_for_the_caller(file: Path) -> None:
    """There Jinja's own `caller` hides the person of that name: it would be nobody, in silence."""
    for block in tree(file).find_all(nodes.CallBlock):
        asked = {name.name for part in block.body for name in part.find_all(nodes.Name)}
        assert "caller" not in asked


@each
def test_a_form_that_changes_something_is_made_by_the_macro(file: Path) -> None:
    by_hand = [form for form in re.findall(r"<form[^>]*>", file.read_text()) if 'method="post"' in form]
    assert not by_hand or file.name in {"form.html.j2", "header.html.j2"}


def test_no_two_templates_have_one_name() -> None:
    roots = [PORTAL / "frame/templates", *AREAS]
    names = Counter(str(file.relative_to(root)) for root in roots for file in root.rglob("*.j2"))
    assert [name for name, count in names.items() if count > 1] == []


def test_templates_named_in_code_exist() -> None:
    named = {name for file in PORTAL.rglob("*.py") for name in re.findall(r'"([\w/]+\.html\.j2)"', file.read_text())}
    assert named
    for name in named:
        ENVIRONMENT.get_template(name)
