import pytest

from services.portal.pages.people.pasted import MOST, Table, Unreadable, repeated

WORDS = {"band": {"6": "Band 6", "8a": "Band 8a"}, "gender": {"female": "Female"}}


@pytest.mark.parametrize(
    "text",
    [
        "Name\tE-mail\tPay band\nAsha Patel\tasha@example.org\tBand 6\n",
        "name,email,band\r\nAsha Patel, asha@example.org ,6\r\n",
        "name;email;band\r\nAsha Patel;asha@example.org;6\r\n",
        '\n"Name","E-MAIL",BAND\n"Asha Patel",asha@example.org,band 6',
    ],
)
def test_columns_are_known_by_what_they_are_called_and_codes_by_their_words(text: str) -> None:
    [record] = Table.of(text).records(WORDS)
    assert record == {"name": "Asha Patel", "email": "asha@example.org", "band": "6"}


def test_a_cell_with_a_comma_stays_whole_and_one_that_is_empty_says_nothing() -> None:
    assert Table.of('Name,Telephone,Gender\n"Patel, Asha",,unheard of').records(WORDS) == [
        {"name": "Patel, Asha", "gender": "unheard of"}
    ]


def test_a_row_that_is_short_says_what_it_says_and_a_blank_one_is_none() -> None:
    assert Table.of("Name\tE-mail\nAsha\n\t\n").records({}) == [{"name": "Asha"}]


@pytest.mark.parametrize("text", ["Name,E-mail\nA,a@example.org\nB,b@example.org", 'Name\tE-mail\nA\ta\n"B\nC"\tb'])
def test_rows_that_are_left_can_be_pasted_again(text: str) -> None:
    table = Table.of(text)
    [left] = Table.of(table.again([1])).records({})
    assert left == table.records({})[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "at least one person"),
        ("Name,E-mail", "at least one person"),
        ("Name,Shoe size\nAsha,38", "nothing called “Shoe size”"),
        ("Name\n" + "Asha\n" * (MOST + 1), "up to 100 people at once; these are 101"),
        ("Name\nAsha\rPatel", "cannot be read as a table"),
    ],
)
def test_what_is_no_table_of_people_says_why(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        Table.of(text)


def test_an_address_that_stands_twice_is_told_the_second_time() -> None:
    emails = ["a@example.org", "b@example.org", "A@example.org", ""]
    assert repeated([*({"email": email} for email in emails), {}]) == [2]
