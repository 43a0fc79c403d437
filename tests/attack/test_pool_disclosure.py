"""An attacker reads everything that is published of made-up pools, and does sums."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

import pytest

from services.talent.pools.domain.assessments import Readiness
from services.talent.reporting.api.pools import PoolReportView
from services.talent.reporting.commands.snapshots import RELEASES
from services.talent.reporting.domain.closed_months import closed_months
from services.talent.reporting.domain.pools import AsAt, Cell, Pools
from services.talent.reporting.domain.snapshots import Snapshot
from shared.reports.releases import Due
from shared.reports.revisions import changed, newest
from tests.support.attack import pools as attack
from tests.support.depth import DEPTH

FIRST = date(2020, 9, 1)
CLOSED = [datetime(2020 + (n > 12), (n - 1) % 12 + 1, 1, 8, tzinfo=UTC) for n in range(10, 17)]
KINDS: tuple[Readiness, ...] = get_args(Readiness)


@dataclass(frozen=True, slots=True)
class Member:
    joined: date
    cell: Cell


def a_member(rng: random.Random) -> Member:
    return Member(
        FIRST + timedelta(days=rng.randrange(200)),
        Cell(
            rng.choices(KINDS, [40, 30, 5, 25])[0],
            rng.choices(["COO", "CFO", "CNO"], [60, 37, 3])[0],
            rng.choices(["QGH", "QHL", "QNC", "QUA"], [50, 30, 18, 2])[0],
            rng.choices(["ACU", "MHL", "AMB"], [70, 27, 3])[0],
        ),
    )


def counted(members: Sequence[Member], day: date, known_at: datetime) -> Pools:
    return Pools(AsAt(day, known_at), Counter(member.cell for member in members if member.joined <= day))


def publish(members: Sequence[Member], moment: datetime, before: Sequence[Snapshot]) -> list[Snapshot]:
    """As `publish_due` does it."""
    pools = [counted(members, day, moment) for day in closed_months(FIRST, moment)]
    return RELEASES.decide(Due(changed(pools, newest(before)), before), moment)


def recovered(snapshots: Sequence[Snapshot]) -> dict[Any, Any]:
    """What may not be: whatever is hidden; once records were corrected, numbers of few people."""
    views = [PoolReportView.of(s.disclosed(), "published").model_dump(mode="json") for s in snapshots]
    known = attack.learn(views)
    few = {
        (str(s.period), line)
        for s in snapshots
        for dimension in ("readiness", *attack.CROSSED)
        for line, people in ((((dimension, code),), n) for code, n in s.pools.by(dimension).items())
        if people < 8
    }
    found = known.recovered(also=few)
    corrected = any(snapshot.revision > 1 for snapshot in snapshots)
    return {figure: ends for figure, ends in found.items() if not corrected or figure in few}


@pytest.mark.parametrize("seed", range(12 * DEPTH))
def test_nothing_hidden_is_recovered_month_by_month_while_records_are_corrected(seed: int) -> None:
    rng = random.Random(seed)
    members = [a_member(rng) for _ in range(rng.choice([10, 40, 96, 300]))]
    snapshots: list[Snapshot] = []
    for moment in CLOSED:
        snapshots += publish(members, moment, snapshots)
        assert recovered([s for _, s in sorted(newest(snapshots).items())]) == {}, moment
        if rng.random() < 0.4:
            members[rng.randrange(len(members))] = a_member(rng)


def test_nobody_learns_when_one_person_joined_by_asking_two_neighbouring_months() -> None:
    rng = random.Random(1)
    members = [a_member(rng) for _ in range(60)]
    one_more = Member(date(2020, 11, 30), Cell("ready_now", "CNO", "QUA", "AMB"))
    with_, without = (publish([*members, *more], CLOSED[2], []) for more in ([one_more], []))

    assert recovered(with_) == recovered(without) == {}
