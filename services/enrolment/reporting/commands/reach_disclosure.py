"""What stays hidden of newly closed periods, beside all that was published before, which stays known."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import LineName, Reach
from services.enrolment.reporting.domain.reach_figures import Figure, Known, LineId, Table, over_time
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.disclosure.publication import Decision, Line, Publication
from shared.disclosure.suppression import NothingToHide, disclose
from shared.reports.revisions import newest

Release = Mapping[Period, Table]
"""The tables in force at one moment."""


def hidden_lines(counted: Sequence[Reach], published: Sequence[Snapshot]) -> dict[Period, frozenset[LineName]]:
    """Of these periods of one financial year, the lines that are not disclosed.

    Where what was disclosed before would tell a number together with them whatever stays hidden, nothing new is.
    """
    before = _tables(published)
    new = {reach.period: _next(reach, published, before) for reach in counted}
    releases = [*_releases(published, before)]
    releases.append({**(releases[-1] if releases else {}), **new})
    lines = dict(_lines(releases, published, before))
    hidden = {i for i, line in lines.items() if line.decision in {"hidden", "withheld"} or _is_new(line)}
    with suppress(NothingToHide):
        known = (relation for r in releases for relation in (*_within(r), *over_time(r)))
        found = disclose(Publication(lines, tuple(dict.fromkeys(known))))
        hidden = {line_id for line_id in hidden if lines[line_id].decision != "open" or line_id in found}
    return {p: frozenset(name for name in table.lines if table.id_of(name) in hidden) for p, table in new.items()}


def _is_new(line: Line[Figure]) -> bool:
    return line.decision == "open" and not line.is_empty


def _tables(published: Sequence[Snapshot]) -> dict[tuple[Period, int], Table]:
    """Every revision of every period."""
    tables: dict[tuple[Period, int], Table] = {}
    for one in sorted(published, key=lambda snapshot: snapshot.revision):
        tables[one.period, one.revision] = Table.of(one.reach, one.revision, tables.get((one.period, one.revision - 1)))
    return tables


def _next(reach: Reach, published: Sequence[Snapshot], before: Mapping[tuple[Period, int], Table]) -> Table:
    revision = max((s.revision for s in published if s.period == reach.period), default=0)
    return Table.of(reach, revision + 1, before.get((reach.period, revision)))


def _releases(published: Sequence[Snapshot], tables: Mapping[tuple[Period, int], Table]) -> Iterator[Release]:
    for moment in sorted({snapshot.published_at for snapshot in published}):
        yield {period: tables[period, s.revision] for period, s in newest(published, by=moment).items()}


def _lines(
    releases: Sequence[Release], published: Sequence[Snapshot], tables: Mapping[tuple[Period, int], Table]
) -> Iterator[tuple[LineId, Line[Figure]]]:
    """Every line there is, and what is decided of it."""
    decided = _decided(published, tables)
    ever_hidden = {(snapshot.period, name) for snapshot in published for name in snapshot.hidden}
    for release in releases:
        for line_id, line in (one for table in release.values() for one in table.open_lines()):
            undecided: Decision = "withheld" if line_id[:2] in ever_hidden else "open"
            decision = decided.get(line_id, undecided)
            yield line_id, line if line.decision == "undisclosed" else replace(line, decision=decision)


def _decided(published: Sequence[Snapshot], tables: Mapping[tuple[Period, int], Table]) -> dict[LineId, Decision]:
    """Of lines that still count the same. What was hidden when it counted otherwise is withheld in later revisions.

    Else somebody who enters one person more learns that there were seven before.
    """
    decided: dict[LineId, Decision] = {}
    was_hidden: set[tuple[Period, LineName]] = set()
    for snapshot in sorted(published, key=lambda one: one.revision):
        table = tables[snapshot.period, snapshot.revision]
        for name in table.lines:
            if name not in snapshot.hidden:
                decided[table.id_of(name)] = "disclosed"
            elif table.id_of(name) not in decided:
                decided[table.id_of(name)] = "withheld" if (snapshot.period, name) in was_hidden else "hidden"
                was_hidden.add((snapshot.period, name))
    return decided


def _within(release: Release) -> Iterator[Known]:
    for table in release.values():
        yield from table.relations()
