"""What a room may import beyond what is ours, and what stands in no room: the import contracts see neither."""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import grimp
import pytest

from tests.support.packages import PORTAL, ROOT, SERVICES

GRAPH = grimp.build_graph(
    "services", exclude_type_checking_imports=False, include_external_packages=True, cache_dir=None
)
OURS = frozenset({"services", "shared"})
LIBRARIES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "domain": frozenset({"anyascii", "holidays", "icalendar", "regex"}),
        "store": frozenset({"pydantic"}),
        "events": frozenset(),
        "commands": frozenset(),
        "subscribers": frozenset(),
        "workers": frozenset({"aiosmtplib", "prometheus_client"}),
        "api": frozenset({"annotated_types", "fastapi", "pydantic"}),
    }
)
OUTSIDE = frozenset(
    {"asyncio", "ftplib", "http", "os", "pathlib", "random", "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl"}
    | {"subprocess", "tempfile", "threading", "time"}
)
"""Of the standard library what reaches out of the process, or is another at the next call."""


def _room(module: str) -> str:
    _service, *below = module.split(".")[1:]
    return below[1] if len(below) > 1 else ""


def imported(room: str) -> Iterator[tuple[str, str]]:
    """Each module of that room, with the names of packages it imports."""
    for module in sorted(GRAPH.modules):
        if re.match(rf"services\.(?!{PORTAL}\b)", module) and _room(module) == room:
            for name in GRAPH.find_modules_directly_imported_by(module):
                yield module, name.partition(".")[0]


@pytest.mark.parametrize("room", LIBRARIES)
def test_a_room_imports_the_libraries_that_are_named_for_it(room: str) -> None:
    found = {(module, name) for module, name in imported(room) if name not in OURS | sys.stdlib_module_names}
    assert {(module, name) for module, name in found if name not in LIBRARIES[room]} == set()
    assert {name for _, name in found} == LIBRARIES[room]


def test_the_domain_reaches_nothing_outside_the_process() -> None:
    assert {(module, name) for module, name in imported("domain") if name in OUTSIDE} == set()


def test_no_module_of_a_service_is_imported_by_a_name_made_while_it_runs() -> None:
    """No contract would see it."""
    assert "importlib" not in GRAPH.modules


@pytest.mark.parametrize("name", SERVICES)
def test_what_stands_in_no_package_is_a_migration_that_knows_its_own_domain_at_most(name: str) -> None:
    """Its name begins with a number, so that no module can import it."""
    folder, seen = ROOT / "services" / name, {ROOT.joinpath(*module.split(".")) for module in GRAPH.modules}
    for file in sorted(folder.rglob("*.py")):
        if (file.parent if file.name == "__init__.py" else file.with_suffix("")) not in seen:
            assert re.fullmatch(r"migrations/\d{4}_\w+\.py", str(file.relative_to(folder))), file
            unknown = [
                m for m in _modules(file) if not re.match(rf"shared\.|alembic$|services\.{name}\.\w+\.domain\.", m)
            ]
            assert unknown == [], file


def _modules(file: Path) -> Iterator[str]:
    """What it imports, but for the standard library."""
    for node in ast.walk(ast.parse(file.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in names if name.partition(".")[0] not in sys.stdlib_module_names)


def test_a_folder_of_services_is_a_service() -> None:
    """It has an `app.py`; without one nothing that reads the list of services would see it."""
    folders = {file.relative_to(ROOT / "services").parts[0] for file in (ROOT / "services").rglob("*.py")}
    assert folders - {"__init__.py"} == {*SERVICES, PORTAL}
