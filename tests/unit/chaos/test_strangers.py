"""A stranger's records are no events to anybody, and each is passed once by whoever reads its topic."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from shared.messaging.dead_letters import topic_of
from tests.chaos.dumps import Dumps, Seen
from tests.chaos.poison import TOPIC
from tests.chaos.strangers import ELSEWHERE, Stranger, disowned, drawn, passed, places
from tests.unit.chaos.afterwards import event_id, well

SENT = Stranger(b"\xff key", b"nothing", [("ce_id", str(event_id(50)).encode())])
RECORD = Seen(TOPIC, 3, 7, "\ufffd key", event_id(50), -1, "", b"nothing")
PLACE = f"{TOPIC}/3/7"


def letter(number: int, origin: str = PLACE, consumer: str = "talent") -> Seen:
    return Seen(topic_of(TOPIC, consumer), 0, number, "", event_id(900 + number), 1, "", b"", origin)


def left(*letters: Seen) -> Dumps:
    return replace(well(), seen=[*well().seen, RECORD, *letters])


def wrong(*letters: Seen) -> bool:
    return bool(passed(left(*letters), [SENT], lambda topic: ["talent"] * (topic == TOPIC)).violations)


def test_a_record_is_known_by_its_topic_key_and_value() -> None:
    assert places(left(), [SENT]) == {PLACE: RECORD}
    for other in (replace(SENT, key=b"key"), replace(SENT, value=None), replace(SENT, topic=ELSEWHERE)):
        assert not places(left(), [other])


def test_no_record_of_a_stranger_is_an_event_whatever_it_says() -> None:
    marks = {record.mark for record in disowned(left(), [SENT]).seen}
    assert marks == {None, *(record.mark for record in well().seen)}


def test_one_dead_letter_is_right_also_when_its_record_is_there_twice() -> None:
    assert not wrong(letter(1))
    assert not wrong(letter(1), letter(1))


@pytest.mark.parametrize("letters", [(), (letter(1), letter(2))], ids=["none", "two"])
def test_none_or_two_different_ones_are_found(letters: tuple[Seen, ...]) -> None:
    assert wrong(*letters)


def test_a_dead_letter_of_another_record_or_by_another_consumer_does_not_count() -> None:
    assert wrong(letter(1, origin=f"{TOPIC}/3/8"))
    assert wrong(letter(1, consumer="coaching"))


def test_every_record_counts_once_for_each_that_reads_its_topic() -> None:
    assert passed(left(), [SENT], lambda _: ["talent", "coaching"]).checked == 2
    assert passed(left(), [SENT], lambda _: []).checked == 0


def headers_of(stranger: Stranger) -> dict[str, bytes | None]:
    return dict(stranger.headers)


def has_nul(stranger: Stranger, header: str) -> bool:
    return b"\0" in (headers_of(stranger).get(header) or b"")


def numbers(of: Sequence[Stranger]) -> set[bytes | None]:
    return {headers_of(stranger).get("ce_sequence") for stranger in of}


def test_every_kind_that_can_be_told_is_drawn() -> None:
    all_kinds = drawn(random.Random(1))
    assert numbers(all_kinds) > {b"0", b"-1", b"9223372036854775808"}
    assert any(b"\0" in s.key for s in all_kinds)
    assert any(has_nul(s, "ce_source") for s in all_kinds)
    assert any(has_nul(s, "ce_correlationid") for s in all_kinds)
    assert any(len(s.key) == 3_000 for s in all_kinds)
    assert any(s.value is None for s in all_kinds)
    assert [s.topic for s in all_kinds if len(s.value or b"") == 950_000] == [ELSEWHERE]


def test_they_are_the_seeds_but_for_ids_and_no_two_are_alike() -> None:
    faces = [stranger.face for stranger in drawn(random.Random(1))]
    assert faces == [stranger.face for stranger in drawn(random.Random(1))]
    assert len(set(faces)) == len(faces)
