from datetime import UTC, datetime
from uuid import uuid4

from services.coaching.register.domain.codes import Kind, RegisterCodes
from services.coaching.register.domain.practitioners import Entry, Practitioner
from shared.codes import CodeLists
from shared.ids import PersonId

NOW = datetime(2020, 10, 5, 10, tzinfo=UTC)

LISTS = RegisterCodes(
    CodeLists(
        {
            "systems": {"QGH": "Herefordshire and Worcestershire", "QJM": "Lincolnshire"},
            "qualifications": {
                "ilm_3": "ILM level 3",
                "ilm_5": "ILM level 5",
                "emcc_practitioner": "EMCC Practitioner",
                "mentoring_skills": "Mentoring Skills",
            },
        }
    ),
    halves={"QGH": "west", "QJM": "east"},
    qualifies_for={
        "ilm_3": frozenset(),
        "ilm_5": frozenset({"coach"}),
        "emcc_practitioner": frozenset({"coach"}),
        "mentoring_skills": frozenset({"mentor"}),
    },
)


def an_entry(*kinds: Kind, holding: tuple[str, ...] = ("ilm_5",), system: str = "QGH") -> Entry:
    return Entry(
        name="Colm Reid",
        email="colm.reid@example.nhs.uk",
        kinds=kinds or ("coach",),
        origin="added",
        qualifications=holding,
        system=system,
        capacity=3,
    )


def a_practitioner(entry: Entry | None = None) -> Practitioner:
    return Practitioner.registered(PersonId(uuid4()), entry or an_entry(), LISTS, at=NOW)
