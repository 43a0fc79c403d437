from dataclasses import replace
from datetime import UTC, date, datetime

from services.enrolment.reporting.domain.periods import Period
from services.enrolment.reporting.domain.reach import Cell, ProgrammeTotals, Queue, Reach
from services.enrolment.reporting.domain.snapshots import Snapshot
from shared.reports.revisions import changed, newest

OCTOBER = Period(date(2020, 10, 1), date(2020, 10, 31))
CELL = Cell("all", "all", enrolments=20, people=20, session_places=20, attended=20, live=20)
CLS = ProgrammeTotals("CLS1", "series", "A course", interventions=1, planned_cohorts=0, planned_places=None)
REACH = Reach(OCTOBER, [CELL], [CLS], [("QGH", "Herefordshire")], Queue(0, 0))
PUBLISHED = newest([Snapshot(REACH, frozenset(), 1, datetime(2020, 11, 1, tzinfo=UTC))])


def test_what_programmes_and_systems_are_called_is_no_figure() -> None:
    renamed = replace(REACH, deliveries=[replace(CLS, title="Another course")])
    renamed = replace(renamed, system_names=[("QGH", "Herefordshire and Worcestershire")])
    assert changed([REACH, renamed], PUBLISHED) == []


def test_whatever_is_counted_otherwise_is_a_correction() -> None:
    corrected = [
        replace(REACH, cells=[replace(CELL, live=19)]),
        replace(REACH, deliveries=[replace(CLS, interventions=2)]),
        replace(REACH, deliveries=[]),
        replace(REACH, system_names=[]),
        replace(REACH, queue=Queue(1, 0)),
    ]
    assert changed(corrected, PUBLISHED) == corrected


def test_a_period_that_was_never_published_is_due() -> None:
    november = replace(REACH, period=Period(date(2020, 11, 1), date(2020, 11, 30)))
    assert changed([november], PUBLISHED) == [november]
