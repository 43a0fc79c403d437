"""No module reaches itself by its imports, those for types alone counted like the others."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

import grimp
import pytest

GRAPH = grimp.build_graph("academy", "services", "shared", exclude_type_checking_imports=False, cache_dir=None)


def circles(imports: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """A way round for each circle, until what is left has none."""
    left = {module: set(imported) for module, imported in imports.items()}
    while way := _a_circle(left):
        yield way
        left[way[0]].discard(way[1])


def _a_circle(imports: Mapping[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as met:
        return list(reversed(met.args[1]))
    return []


def test_no_modules_import_each_other() -> None:
    imports = {module: GRAPH.find_modules_directly_imported_by(module) for module in GRAPH.modules}
    assert [" → ".join(way) for way in circles(imports)] == []


@pytest.mark.parametrize(
    ("imports", "ways"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set[str]()}, 0),
        ({"a": {"b"}, "b": {"a"}}, 1),
        ({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"e"}, "e": {"d"}}, 2),
    ],
)
def test_a_circle_is_found(imports: dict[str, set[str]], ways: int) -> None:
    found = list(circles(imports))
    assert len(found) == ways
    for way in found:
        assert way[0] == way[-1]
        assert all(after in imports[before] for before, after in pairwise(way))
