from datetime import UTC, date, datetime

import pytest

from services.talent.reporting.domain.pools import AsAt, DayAhead, Pools
from tests.unit.talent.builders import AS_AT, a_cell

NOW = datetime(2021, 3, 31, 22, 30, tzinfo=UTC)


def test_what_is_not_asked_means_now_in_london() -> None:
    late = datetime(2021, 3, 31, 23, 30, tzinfo=UTC)
    assert AsAt.asked(None, None, now=late) == AsAt(date(2021, 4, 1), late)


def test_a_day_or_a_knowledge_to_come_is_refused() -> None:
    with pytest.raises(DayAhead):
        AsAt.asked(date(2021, 4, 1), None, now=NOW)
    with pytest.raises(DayAhead):
        AsAt.asked(None, datetime(2021, 4, 1, tzinfo=UTC), now=NOW)


def test_each_person_is_counted_once_in_every_breakdown() -> None:
    cells = {a_cell(): 3, a_cell("ready_soon"): 4, a_cell(system="QHL", group="CNO"): 5}
    pools = Pools(AS_AT, cells)
    assert pools.people == 12
    assert pools.by("readiness") == {"ready_now": 8, "ready_soon": 4}
    assert pools.by("system") == {"QGH": 7, "QHL": 5}
    assert pools.by("professional_group") == {"CNO": 5, "COO": 7}
    assert pools.crossed("system") == {
        a_cell(group="all", service="all"): 3,
        a_cell("ready_soon", group="all", service="all"): 4,
        a_cell(system="QHL", group="all", service="all"): 5,
    }
    assert pools.crossed() == {
        a_cell(group="all", system="all", service="all"): 8,
        a_cell("ready_soon", group="all", system="all", service="all"): 4,
    }
