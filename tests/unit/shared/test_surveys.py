"""What a topic holds beside what the database knows: what nobody believed moves no counter."""

from uuid import uuid4

import pytest

from shared.contracts.envelope import Envelope
from shared.messaging.streams import Survey
from shared.messaging.wire import Event
from tests.support.delivery import NOW, SOURCE, TOPIC


def an_event(version: int) -> Event:
    return Event(Envelope(uuid4(), SOURCE, "t", NOW, TOPIC, "k", version, "c", None, None), b"{}")


@pytest.mark.parametrize("known", [{}, {"k": 4}])
def test_a_leap_is_no_version_a_counter_follows(known: dict[str, int]) -> None:
    survey, last = Survey(TOPIC, 0, known, frozenset()), known.get("k", 0)
    for version in (2**53, last + 1, last + 1_000_002, last + 2):
        survey.add(an_event(version))
    assert survey.behind == {"k": last + 2}
    assert (survey.undecodable, survey.lost, survey.records) == (2, 2, 4)
