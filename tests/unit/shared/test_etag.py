"""`If-Match` as RFC 9110 has it: lists, the asterisk, strong comparison, and anything at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.upserts import UNCONDITIONAL, StaleVersion, VersionMissing
from shared.web.etag import EtagUnusable, read


@pytest.mark.parametrize(
    "said", ['"3"', ' "3" ', '"3", "4"', '"4","3"', ', "4" ,, "3",', 'W/"3", "3"', '"a,b", "3"', '"\x80", "3"', "*"]
)
def test_the_version_named_is_allowed(said: str) -> None:
    read(said).must_allow(3)


@pytest.mark.parametrize("said", ['"4"', 'W/"3"', 'W/"3", "4"', '"03"', '""', '"\xb3"', f'"{"9" * 5_000}"'])
def test_another_version_is_stale_and_a_weak_etag_never_matches(said: str) -> None:
    with pytest.raises(StaleVersion):
        read(said).must_allow(3)


@pytest.mark.parametrize(
    "said", ["", ",", "3", '"3', '3"', 'w/"3"', "W/3", '"3" "4"', '"3";', '*, "3"', '"a b"', '"\x7f"']
)
def test_what_is_no_etag_is_unusable(said: str) -> None:
    with pytest.raises(EtagUnusable):
        read(said)


@pytest.mark.parametrize("said", ['"1"', "*", 'W/"1"'])
def test_nothing_matches_a_record_that_does_not_exist(said: str) -> None:
    with pytest.raises(StaleVersion):
        read(said).must_allow(None)


def test_who_says_nothing_may_create_and_not_edit() -> None:
    UNCONDITIONAL.must_allow(None)
    with pytest.raises(VersionMissing):
        UNCONDITIONAL.must_allow(1)


@given(st.text(st.characters(max_codepoint=0xFF)) | st.text('"W/*, 3'), st.integers(1))
def test_whatever_a_header_says_is_a_refusal_at_worst(said: str, version: int) -> None:
    try:
        read(said).must_allow(version)
    except (EtagUnusable, StaleVersion):
        return
    assert said.strip(" \t") == "*" or f'"{version}"' in said
