"""What is said to whom sends a code that is not in force."""

import pytest

from shared.codes import CodeLists, UnknownCode, Vocabulary
from shared.errors import Invalid, refuse

BANDS = {
    "7": "Band 7",
    "8a": "Band 8a",
    "8b": "Band 8b",
    "8c": "Band 8c",
    "8d": "Band 8d",
    "VSM": "Very senior manager",
}
PROFESSIONS = {"NUR": "Nurse", "MID": "Midwife", "PMA": "Practice manager", "MAN": "Manager"}


@pytest.mark.parametrize(
    ("wanted", "codes", "first"),
    [
        ("8A", BANDS, "8a"),
        ("vsm", BANDS, "VSM"),
        ("Band-7", BANDS, "7"),
        ("nurse", PROFESSIONS, "NUR"),
        ("NURS", PROFESSIONS, "NUR"),
        ("practice_manager", PROFESSIONS, "PMA"),
        ("mid.wive", PROFESSIONS, "MID"),
    ],
)
def test_the_nearest_is_found_by_the_code_and_by_its_words(wanted: str, codes: dict[str, str], first: str) -> None:
    assert Vocabulary(codes).nearest(wanted)[0].code == first


def test_at_most_four_are_named_and_none_that_is_unlike() -> None:
    assert [code.code for code in Vocabulary(BANDS).nearest("band_8")] == ["8a", "8b", "8c", "8d"]
    assert Vocabulary(PROFESSIONS).nearest("xyz") == []


def test_what_takes_the_place_of_what_has_ended_comes_first_and_each_is_named_once() -> None:
    merged = {"band_8": ["8c", "8x"], "8x": ["8d", "band_8"]}
    assert [code.code for code in Vocabulary(BANDS, merged).nearest("band_8")] == ["8c", "8d", "8a", "8b"]
    assert Vocabulary(BANDS, {"xyz": ["8z"]}).nearest("xyz") == []


def test_the_refusal_names_what_may_have_been_meant_and_where_the_list_is() -> None:
    fault = CodeLists({"professions": PROFESSIONS}).fault("professions", "NURS", at=("profession",))
    assert (
        str(fault)
        == "'NURS' is not in force in professions; the nearest: NUR (Nurse); all are at /v1/codes/professions"
    )
    with pytest.raises(UnknownCode, match=r"^'xyz' is not in force in professions; all are at /v1/codes/professions$"):
        CodeLists({"professions": PROFESSIONS}).check("professions", "xyz", at=("profession",))


def test_a_list_is_lacking_where_one_code_named_of_it_is_not_there() -> None:
    lists = CodeLists({"bands": BANDS, "professions": PROFESSIONS})
    named = [("bands", "7"), ("professions", "NUR"), ("professions", "NURS"), ("systems", "QGH")]
    assert lists.lacking(named) == {"professions", "systems"}


def test_the_first_fault_is_raised_and_tells_of_the_others() -> None:
    first, second = Invalid("one", at=("a",)), Invalid("two", at=("b",))
    with pytest.raises(Invalid, match="one") as raised:
        refuse([None, first, None, second])
    assert (raised.value, raised.value.beside) == (first, (second,))
    refuse([None])
