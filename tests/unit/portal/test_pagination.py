import pytest
from starlette.datastructures import URL

from services.portal.frame.pagination import Pages, as_file, pages


@pytest.mark.parametrize(
    ("query", "cursor", "first", "following"),
    [
        ("", None, None, None),
        ("?state=open", "c2", None, "/cohorts?state=open&after=c2"),
        ("?state=open&after=c2", "c&3", "/cohorts?state=open", "/cohorts?state=open&after=c%263"),
        ("?after=c2", None, "/cohorts", None),
    ],
)
def test_filters_are_kept_from_page_to_page(
    query: str, cursor: str | None, first: str | None, following: str | None
) -> None:
    assert pages(URL(f"http://elsewhere.example/cohorts{query}"), cursor) == Pages(first, following)


@pytest.mark.parametrize(
    ("query", "address"), [("", "/cohorts.csv"), ("?state=open&after=c2", "/cohorts.csv?state=open")]
)
def test_a_file_is_of_the_whole_list_that_the_filters_find(query: str, address: str) -> None:
    assert as_file(URL(f"http://elsewhere.example/cohorts{query}")) == address
