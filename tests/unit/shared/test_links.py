from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from pydantic import ValidationError

from shared.ids import PersonId, new_id
from shared.links import LinkExpired, Links, LinkSettings

ADA, OLD, NEW = PersonId(new_id()), "the-key-of-last-year-0001", "the-key-of-this-year-0002"


def test_a_link_tells_whose_it_is() -> None:
    links = Links((NEW,))
    assert links.holder("r00m", links.signed("r00m", ADA)) == ADA


def test_a_link_to_one_place_is_none_to_another() -> None:
    links = Links((NEW,))
    assert links.holder("0ther", links.signed("r00m", ADA)) is None


def test_what_any_known_key_signed_holds_and_the_last_one_signs() -> None:
    signed = Links((OLD,)).signed("r00m", ADA)
    assert Links((OLD, NEW)).holder("r00m", signed) == ADA
    assert Links((NEW,)).holder("r00m", signed) is None
    assert Links((OLD, NEW)).signed("r00m", ADA) == Links((NEW,)).signed("r00m", ADA)


def test_not_a_letter_of_it_can_be_changed() -> None:
    links = Links((NEW,))
    signed = links.signed("r00m", ADA)
    changed = [signed[:at] + letter + signed[at + 1 :] for at, letter in product(range(len(signed) - 1), "Ax.")]
    assert {links.holder("r00m", text) for text in changed if text != signed} == {None}


@pytest.mark.parametrize("text", ["", ".", "a.b", "é", "AAAAAAAAAAAAAAAAAAAAAA", "\0", "." * 5_000])
def test_anything_else_is_nobodys(text: str) -> None:
    assert Links((NEW,)).holder("r00m", text) is None


KEY = "a-key-of-the-academy-0123456789"


@pytest.mark.parametrize("keys", ["", "short", f"{KEY},", f",{KEY}", f"{KEY},x", f"{KEY}, ,{KEY}", f"{KEY} {KEY}"])
def test_a_key_that_could_be_guessed_is_refused_at_the_start(keys: str) -> None:
    assert LinkSettings(link_keys=f"{KEY}, {KEY}2").links().keys == (KEY, f"{KEY}2")
    with pytest.raises(ValidationError):
        LinkSettings(link_keys=keys)


def test_a_stamped_link_tells_what_it_says_for_its_time_and_for_its_place() -> None:
    links, made, lasts = Links((OLD, NEW)), datetime(2026, 11, 30, 9, tzinfo=UTC), timedelta(hours=48)
    stamped = Links((OLD,)).stamped("address", b"\0ada.", at=made)
    assert links.about("address", stamped, lasts=lasts, now=made + lasts) == b"\0ada."
    assert links.about("0ther", stamped, lasts=lasts, now=made) is None
    assert Links((NEW,)).about("address", stamped, lasts=lasts, now=made) is None
    assert links.about("address", links.signed("address", ADA), lasts=lasts, now=made) is None
    for moment in (made + lasts + timedelta(seconds=1), made - timedelta(seconds=1)):
        with pytest.raises(LinkExpired):
            links.about("address", stamped, lasts=lasts, now=moment)
