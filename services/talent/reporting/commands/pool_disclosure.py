"""What is not disclosed of newly closed months, beside all that was published before, which stays known."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from services.talent.reporting.domain.pool_figures import Known, LineId, LineName, Table, breakdown_of, over_time
from services.talent.reporting.domain.pools import Pools
from services.talent.reporting.domain.snapshots import Snapshot
from shared.disclosure.publication import Decision, Line, Publication
from shared.disclosure.suppression import NothingToHide, disclose
from shared.reports.revisions import newest

Release = Mapping[date, Table]
"""The tables in force at one moment."""

Tables = Mapping[tuple[date, int], Table]
"""Every revision of every month."""


def hidden_lines(counted: Sequence[Pools], published: Sequence[Snapshot]) -> dict[date, frozenset[LineName]]:
    """Of these months, the lines that are not disclosed.

    Where what was disclosed before would tell a number together with them whatever stays hidden, nothing new is.
    """
    tables = tables_of(published)
    new = {pools.as_at.day: _next(pools, published, tables) for pools in counted}
    publication = published_with(new, published, tables)
    hidden = set(publication.lines)
    with suppress(NothingToHide):
        found = disclose(publication)
        hidden = {
            i for i, line in publication.lines.items() if line.decision not in {"open", "disclosed"} or i in found
        }
    return {day: _not_disclosed(table, hidden) for day, table in new.items()}


def published_with(new: Release, published: Sequence[Snapshot], tables: Tables) -> Publication[LineId, LineId]:
    """Everything that will have been published, the new months with it."""
    releases: list[Release] = [*_releases(published, tables)]
    releases.append({**(releases[-1] if releases else {}), **new})
    known = (relation for r in releases for relation in (*_within(r), *over_time(r)))
    return Publication(dict(_lines(releases, new, published, tables)), tuple(dict.fromkeys(known)))


def _not_disclosed(table: Table, hidden: set[LineId]) -> frozenset[LineName]:
    return table.merged_upwards(frozenset(name for name in table.lines if table.id_of(name) in hidden))


def tables_of(published: Sequence[Snapshot]) -> dict[tuple[date, int], Table]:
    """Each line with the revision since which it counts what it counts."""
    tables: dict[tuple[date, int], Table] = {}
    for one in sorted(published, key=lambda snapshot: snapshot.revision):
        tables[one.period, one.revision] = Table.of(one.pools, one.revision, tables.get((one.period, one.revision - 1)))
    return tables


def _next(pools: Pools, published: Sequence[Snapshot], tables: Tables) -> Table:
    day = pools.as_at.day
    revision = max((s.revision for s in published if s.period == day), default=0)
    return Table.of(pools, revision + 1, tables.get((day, revision)))


def _releases(published: Sequence[Snapshot], tables: Tables) -> Iterator[Release]:
    for moment in sorted({snapshot.published_at for snapshot in published}):
        yield {day: tables[day, s.revision] for day, s in newest(published, by=moment).items()}


def _within(release: Release) -> Iterator[Known]:
    for table in release.values():
        yield from table.relations()


def _lines(
    releases: Sequence[Release], new: Release, published: Sequence[Snapshot], tables: Tables
) -> Iterator[tuple[LineId, Line[LineId]]]:
    """Every line there is, and what is decided of it; what was merged may be disclosed by a later revision."""
    decided, fresh = _decided(published, tables), {t.id_of(name) for t in new.values() for name in t.lines}
    hidden_before = {(s.period, name) for s in published for name in s.hidden if breakdown_of(name) not in s.merged}
    for release in releases:
        for line_id, line in (one for table in release.values() for one in table.open_lines()):
            decision = decided.get(line_id, line.decision)
            if line_id in fresh and decision == "undisclosed":
                decision = line.decision
            if decision == "open" and line_id[:2] in hidden_before:
                decision = "withheld"
            yield line_id, replace(line, decision=decision)


def _decided(published: Sequence[Snapshot], tables: Tables) -> dict[LineId, Decision]:
    """Of lines that still count the same. What was hidden when it counted otherwise is withheld in later revisions.

    Else somebody who joins learns that there were seven before.
    """
    decided: dict[LineId, Decision] = {}
    hidden_before: set[tuple[date, LineName]] = set()
    for snapshot in sorted(published, key=lambda one: one.revision):
        table, merged = tables[snapshot.period, snapshot.revision], snapshot.merged
        for name in table.lines:
            line_id = table.id_of(name)
            if name not in snapshot.hidden:
                decided[line_id] = "disclosed"
            elif breakdown_of(name) in merged:
                decided.setdefault(line_id, "undisclosed")
            elif decided.get(line_id, "undisclosed") == "undisclosed":
                decided[line_id] = "withheld" if (snapshot.period, name) in hidden_before else "hidden"
                hidden_before.add((snapshot.period, name))
    return decided
