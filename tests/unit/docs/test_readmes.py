"""A README names what there is: of a service every event and table, of settings and verbs none that nobody reads."""

import re
from pathlib import Path

import pytest

from academy.services import SERVICES
from tests.support.academies import the_service
from tests.support.packages import ROOT

READMES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "services").glob("*/*.md"))]
PAGES = [*READMES, *(ROOT / "docs" / "runbooks").glob("*.md"), ROOT / "docs" / "security.md"]
every_service = pytest.mark.parametrize("name", SERVICES)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
_CODE = [
    path.read_text()
    for folder in ("academy", "services", "shared", "gateway", "deploy", "tests", "bench")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".yml", ".yaml", ".sh", ".toml"}
] + [(ROOT / name).read_text() for name in ("docker-compose.yml", "Makefile")]
_WORDS = frozenset(word.upper() for text in _CODE for word in re.findall(r"\w+", text))


def told(name: str) -> set[str]:
    return set(re.findall(r"\w+", (ROOT / "services" / name / "README.md").read_text()))


@every_service
def test_a_service_names_what_it_publishes_and_listens_to(name: str) -> None:
    service = the_service(name)
    events = {e.__name__ for e in service.announces} | {handler.event.__name__ for handler in service.handlers}
    assert events <= told(name)


@every_service
def test_a_service_names_its_tables(name: str) -> None:
    sql = "\n".join(path.read_text() for path in sorted((ROOT / "services" / name / "migrations").glob("*.sql")))
    tables = set(re.findall(r"^create table (\w+)", sql, re.MULTILINE))
    dropped = set(re.findall(r"^drop table (?:if exists )?(\w+)", sql, re.MULTILINE))
    readme = (ROOT / "services" / name / "README.md").read_text()
    named = set(re.findall(r"`(\w+)`", readme.partition("**Tables**")[2].partition("\n\n")[0]))
    assert tables - dropped <= named


@every_page
def test_a_setting_that_is_named_is_read_somewhere(page: Path) -> None:
    for name in re.findall(r"\bACADEMY_[A-Z_]+[A-Z]\b", page.read_text()):
        assert {name, name.removeprefix("ACADEMY_")} & _WORDS, name


@every_page
def test_a_make_target_that_is_named_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)(?:[A-Z_]+=\S+ )?make ([a-z-]+)", page.read_text(), re.MULTILINE))
    assert named <= targets
