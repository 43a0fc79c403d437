import pytest

from services.enrolment.people.domain.learners import SearchTooShort, folded, search_words, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Zoë Smith-Jones", ["jones", "smith", "zoe"]),
        ("Siân O'Brien", ["brien", "o", "obrien", "sian"]),
        ("Ana ana", ["ana"]),
        ("Nguyễn Văn", ["nguyen", "van"]),
        ("李 明", ["li", "ming"]),
    ],
)
def test_a_name_is_found_by_each_of_its_words_without_accents_or_case(name: str, words: list[str]) -> None:
    assert words_of(name) == sorted(words)


def test_a_search_starts_from_its_longest_word() -> None:
    assert search_words("o\u2019br zo") == ["obr", "zo"]


@pytest.mark.parametrize("text", ["", "a", "a b c", "- '"])
def test_a_search_needs_two_letters_of_one_word(text: str) -> None:
    with pytest.raises(SearchTooShort):
        search_words(text)


def test_folding_drops_case_and_accents() -> None:
    assert folded("STRAẞE É") == "strasse e"
