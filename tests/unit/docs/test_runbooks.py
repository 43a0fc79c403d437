"""What a runbook or README says to type can be typed: verbs with their options, routes, files and links there are."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from academy.__main__ import app
from academy.services import SERVICES
from tests.support.packages import ROOT

FOLDER = ROOT / "docs/runbooks"
RUNBOOKS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")
READMES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "services").glob("*/*.md"))]
PAGES = [*RUNBOOKS, FOLDER / "README.md", *READMES]
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))

_FENCED = re.compile(r"^ *```\w*\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`")
_ROUTE = re.compile(r"\b(GET|PUT|POST) (?:/(\w+))?(/v1/[^\s`'\"?]+)")
_CALLED = re.compile(r"-X (PUT|POST) .*?\$ACADEMY_URL/(\w+)(/v1/[^\s'\"?]+)")
_READ = re.compile(r"\$ACADEMY_URL/(\w+)(/v1/[^\s'\"?]+)")
_FILE = re.compile(r"(?<![\w./])((?:docs|deploy|shared|services|academy|tests)/[\w./-]*\w\.\w+)")
_LINK = re.compile(r"\]\(([^)#]+?)(?:#([\w-]+))?\)")


def code(page: Path) -> list[str]:
    """What stands as code: whole blocks with their lines joined, and words within a sentence."""
    text = page.read_text()
    blocks = [line for block in _FENCED.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    return blocks + [" ".join(word.split()) for word in _INLINE.findall(_FENCED.sub("", text))]


def verbs(page: Path) -> Iterator[list[str]]:
    """The words behind each `academy`, also where settings or a shell's `$(` stand before it."""
    for line in code(page):
        if found := re.search(r"(?:^|[ (])academy ((?!/)[^|>)]+)", line):
            yield shlex.split(found[1].rstrip(".:,"))


def refused(words: list[str]) -> str:
    """What its own parser says against a command; nothing is run, for what is asked is help."""
    answer = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"})
    return answer.output if answer.exit_code else ""


def typed() -> list[tuple[Path, list[str]]]:
    return [(page, words) for page in PAGES for words in verbs(page)]


@pytest.mark.parametrize(("page", "words"), typed(), ids=lambda value: value.stem if isinstance(value, Path) else "")
def test_a_verb_is_understood_as_it_stands(page: Path, words: list[str]) -> None:
    assert not refused(words), f"{page.name}: academy {shlex.join(words)}"


def test_verbs_are_found_in_sentences_and_in_blocks_and_wrong_ones_refused() -> None:
    assert len(typed()) > len(RUNBOOKS)
    assert not refused(["dlq", "list", "--service", "SERVICE"])
    assert "No such command" in refused(["dlq", "lst"])
    assert "No such option" in refused(["events", "tail", "--topic", "TOPIC"])


def routes() -> set[tuple[str, str, str]]:
    """Method, service and path of every documented route, with `*` for what is filled in."""
    documents = {name: json.loads((ROOT / "docs/api" / f"{name}.json").read_text()) for name in SERVICES}
    return {
        (method.upper(), name, re.sub(r"\{\w+\}", "*", path))
        for name, document in documents.items()
        for path, item in document["paths"].items()
        for method in item
    }


def asked(page: Path) -> Iterator[tuple[str, str | None, str]]:
    for line in code(page):
        found = [*_ROUTE.findall(line), *_CALLED.findall(line)]
        reads = [] if _CALLED.search(line) else [("GET", *read) for read in _READ.findall(line)]
        for method, service, path in [*found, *reads]:
            filled = re.sub(r"\{\w+\}|\$\w+|\b[A-Z]{2,}\b", "*", path.rstrip("`.,"))
            yield method, service or None, filled


@every_page
def test_a_route_that_is_named_is_there(page: Path) -> None:
    known = routes()
    for method, service, path in asked(page):
        there = [r for r in known if r[0] == method and r[2] == path and service in {None, r[1]}]
        assert there, f"{page.name}: {method} {path} of {service or 'any service'}"


@every_page
def test_files_and_links_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    for name in _FILE.findall(text):
        assert (ROOT / name).exists() or "secrets/" in name, f"{page.name} names {name}"
    for target, anchor in _LINK.findall(text):
        if target.startswith("http"):
            continue
        found = (page.parent / target).resolve()
        assert found.exists(), f"{page.name} links {target}"
        assert not anchor or anchor in _anchors(found), f"{page.name} links {target}#{anchor}"


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_list_names_every_runbook() -> None:
    listed = re.findall(r"^- \[.+?\]\((.+?)\)", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == [page.name for page in RUNBOOKS]


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_begins_with_what_is_seen_and_ends_with_how_one_knows_that_it_is_over(page: Path) -> None:
    text = page.read_text()
    if page.name != "containers.md":
        assert re.search(r"^\*\*You see\*\* ", text, re.MULTILINE)
        assert "**It is over** when " in text


def test_every_sql_file_is_named_by_a_runbook() -> None:
    pages = "".join(page.read_text() for page in PAGES)
    for file in FOLDER.glob("*/*.sql"):
        service, _, what = file.name.partition("-")
        assert file.name in pages or (service in SERVICES and f"SERVICE-{what}" in pages), file.name
