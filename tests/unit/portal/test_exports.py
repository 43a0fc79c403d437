from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.portal.clients.enrolment.enrolments import Enrolment
from services.portal.pages.programme_lead.exports import as_csv

AT = datetime(2021, 7, 1, 8, 30, tzinfo=UTC)


def a_place(**given: object) -> Enrolment:
    fields: dict[str, object] = {
        "enrolment_id": uuid4(),
        "cohort_id": uuid4(),
        "person_id": uuid4(),
        "state": "enrolled",
        "method": "self",
        "asked_at": AT,
        "name": "Asha Patel",
        "organisation": "QGH01",
    }
    return Enrolment.model_validate(fields | given)


def test_a_row_says_what_the_page_says_in_london_time() -> None:
    line = as_csv([a_place(enrolled_at=AT)], {"QGH01": "A trust, of two words"}).splitlines()[1]
    assert line == 'Asha Patel,"A trust, of two words",Confirmed,,2021-07-01 09:30,2021-07-01 09:30,,'


@pytest.mark.parametrize("name", ["=1+1", "+44", "-x", "@sum", "\tx"])
def test_a_name_is_no_formula(name: str) -> None:
    assert f"'{name}" in as_csv([a_place(name=name)], {})
