"""Which tests of a parallel run share a worker, and in what order they come.

A file is a group, so that its fixtures are made once. What stands on the shared academy is one group: it is started
once. Tests marked `alone` are one group and come last, one after another, when the other workers have run out of work.
The longest come first, so that no worker is left with a long one at the end.
"""

from typing import TYPE_CHECKING, cast

import pytest

if TYPE_CHECKING:
    from _pytest.fixtures import FuncFixtureInfo

ALONE = "alone"
_ACADEMY = "academy"
_ORDER = ("system", "service", "contracts", "unit")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before xdist writes the groups into the tests' ids."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=_turn)


def _group(item: pytest.Item) -> str:
    if item.get_closest_marker(ALONE):
        return ALONE
    if _stands_on_the_academy(item):
        return _ACADEMY
    return _file(item)


def _stands_on_the_academy(item: pytest.Item) -> bool:
    """Only a fixture of the whole session is shared; some files have an academy of their own."""
    wanted = cast("FuncFixtureInfo | None", getattr(item, "_fixtureinfo", None))
    definitions = wanted.name2fixturedefs.get(_ACADEMY, ()) if wanted else ()
    return any(definition.scope == "session" for definition in definitions[-1:])


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _turn(item: pytest.Item) -> tuple[bool, int, bool]:
    rooms = _file(item).split("/")
    place = next((place for place, room in enumerate(_ORDER) if room in rooms), len(_ORDER))
    return item.get_closest_marker(ALONE) is not None, place, not _stands_on_the_academy(item)
