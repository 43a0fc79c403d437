from datetime import timedelta
from uuid import uuid4

import pytest

from services.coaching.relationships.domain.relationships import AlreadyRequested, Relationship
from shared.ids import PersonId
from tests.unit.coaching.builders import NOW

PERSON = PersonId(uuid4())


def test_an_invitation_taken_up_is_the_same_relationship_and_goes_first() -> None:
    relationship = Relationship.invitation(PERSON, "mentoring", "ready_soon", at=NOW)
    invited_as = relationship.relationship_id
    relationship.take_up(at=NOW + timedelta(days=3))
    assert relationship.relationship_id == invited_as
    assert (relationship.state, relationship.prioritised, relationship.reason) == ("requested", True, "invited")
    assert relationship.requested_at == NOW + timedelta(days=3)


def test_who_asks_uninvited_waits_in_turn() -> None:
    relationship = Relationship.request(PERSON, "coaching", at=NOW)
    assert (relationship.state, relationship.prioritised, relationship.reason) == ("requested", False, "none")


def test_what_was_asked_for_cannot_be_asked_for_again() -> None:
    with pytest.raises(AlreadyRequested):
        Relationship.request(PERSON, "coaching", at=NOW).take_up(at=NOW)
