"""Which lines of a publication stay hidden, so that nobody can work out a number of few people."""

from collections.abc import Hashable
from collections.abc import Set as AbstractSet
from typing import TypeVar

from shared.disclosure.audit import Audit
from shared.disclosure.publication import Publication
from shared.disclosure.rules import is_small

F = TypeVar("F", bound=Hashable)
L = TypeVar("L", bound=Hashable)


class NothingToHide(Exception):
    """A number of few people can be worked out from what was published before; none of the new lines would keep it."""


def disclose(publication: Publication[L, F]) -> frozenset[L]:
    """The open lines that may not be disclosed: those of few people, and those that would give a hidden one away.

    Of the lines that give a figure away the one of fewest people is hidden, until no figure can be worked out. A figure
    of more people that can be, from what was disclosed before, is disclosed. NothingToHide when only lines disclosed
    before give away a number of few people: corrections can bring that about.
    """
    counts = publication.counts()
    hidden = {name for name, line in publication.lines.items() if line.decision == "open" and line.is_small}
    disclosed: set[L] = set()
    audit = Audit(publication, hidden)
    while exposed := list(audit.exposed()):
        also: set[L] = set()
        for figure, giving_away in exposed:
            if not giving_away.isdisjoint(also):
                continue
            if chosen := _fewest(publication, giving_away - hidden - disclosed):
                also.update(chosen)
            elif is_small(counts[figure]):
                raise NothingToHide("a number of few people can be worked out from what is published already")
            elif (name := audit.tolerate(figure)) is not None:
                disclosed.add(name)
        for name in also:
            audit.hide(name)
        hidden = (hidden | also) - disclosed
    return frozenset(hidden)


def _fewest(publication: Publication[L, F], names: AbstractSet[L]) -> list[L]:
    """The line whose hiding costs least, if there is one."""
    lines = [(name, line) for name, line in publication.lines.items() if name in names]
    open_ = [(name, line) for name, line in lines if line.decision == "open" and not line.is_empty]
    return [name for name, _ in sorted(open_, key=lambda one: (one[1].dear, sum(one[1].counts.values())))[:1]]
