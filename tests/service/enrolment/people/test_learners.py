import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.enrolment.people.store import learners
from shared.contracts.enrolment.contacts import ContactChanged
from shared.ids import new_id
from shared.postgres.database import Transaction
from tests.service.enrolment.enrolment import NOW, EnrolmentService, a_learner, a_programme
from tests.support.services import problem

JSON = {"Content-Type": "application/json"}


async def put(enrolment: EnrolmentService, person: UUID, **given: Any) -> Any:
    headers = {"If-Match": given.pop("if_match")} if "if_match" in given else {}
    return await enrolment.lead().put(f"/v1/learners/{person}", json=a_learner(**given), headers=headers)


async def test_contact_details_are_announced_when_new_or_changed_and_only_then(enrolment: EnrolmentService) -> None:
    person = new_id()

    created = await put(enrolment, person)
    same = await put(enrolment, person)
    promoted = await put(enrolment, person, band="7", if_match='"1"')
    moved = await put(enrolment, person, band="7", email="a.patel@example.nhs.uk", if_match='"2"')

    assert [a.status_code for a in (created, same, promoted, moved)] == [201, 200, 200, 200]
    assert [a.headers["ETag"] for a in (same, promoted, moved)] == ['"1"', '"2"', '"3"']
    told = await enrolment.announced(ContactChanged)
    assert [c.email for c in told] == ["asha.patel@example.nhs.uk", "a.patel@example.nhs.uk"]


async def test_of_an_address_that_people_give_themselves_it_is_announced_when_they_did(
    enrolment: EnrolmentService,
) -> None:
    person, minute = new_id(), timedelta(minutes=1)

    async def keeps(minutes: int, *, staff: bool = False, **given: Any) -> None:
        await enrolment.it_is(NOW + minutes * minute)
        caller = enrolment.lead(NOW + minutes * minute) if staff else enrolment.as_("learner", person_id=str(person))
        record, headers = a_learner(**given), {} if minutes == 0 else {"If-Match": "*"}
        assert (await caller.put(f"/v1/learners/{person}", json=record, headers=headers)).is_success

    await keeps(0)
    await keeps(1, name="Asha Patel-Reid")
    await keeps(2, name="Asha Patel-Reid")  # once more
    await keeps(3, name="Asha Patel-Reid", band="7")  # of which nobody is told
    await keeps(4, name="Asha Patel-Reid", band="7", staff=True)  # the same, which the academy stands by
    await keeps(5, name="Asha Patel-Reid", band="7", staff=True)
    await keeps(6, name="Asha Patel-Reid", band="7")  # the academy's by now
    await keeps(7, email="a.patel@example.nhs.uk", staff=True)
    await keeps(8, email="a.patel@example.nhs.uk", name="Asha Patel-Reid")
    await keeps(9, email="asha.patel@example.nhs.uk")

    told = await enrolment.announced(ContactChanged)
    assert [(c.email_given_at - NOW) // minute if c.email_given_at else None for c in told] == [
        *(0, 0, 2),
        *(None, None, None),
        9,
    ]
    assert [(c.effective_at - NOW) // minute for c in told] == [0, 1, 1, 4, 7, 8, 9]
    again = {"reason": "a new store of contacts", "dry_run": False}
    answer = await enrolment.as_("ops").post("/v1/operations/contacts/republish", json=again)
    assert answer.is_success, answer.text
    assert await enrolment.announced(ContactChanged) == [*told, told[-1]]


@pytest.mark.parametrize(
    ("edit", "theirs"),
    [({}, [True, False]), ({"band": "7"}, [True, False]), ({"name": "Asha Patel-Reid"}, [True, True, False])],
    ids=["nothing", "band", "name"],
)
async def test_staff_who_save_a_record_as_it_is_stand_by_the_address_the_person_gave(
    enrolment: EnrolmentService, edit: dict[str, str], theirs: list[bool]
) -> None:
    """Who puts something else right does not: the second time it is the record as it is."""
    person = new_id()
    await enrolment.as_("learner", person_id=str(person)).put(f"/v1/learners/{person}", json=a_learner())
    for _ in range(3):
        assert (await put(enrolment, person, if_match="*", **edit)).is_success
    told = await enrolment.announced(ContactChanged)
    assert [c.email_given_at is not None for c in told] == theirs


async def test_who_enters_a_person_anew_stands_by_the_address_the_person_gave(enrolment: EnrolmentService) -> None:
    person, other = new_id(), new_id()
    for own in (person, other):
        await enrolment.as_("learner", person_id=str(own)).put(f"/v1/learners/{own}", json=a_learner())
    rows = [a_learner() | {"person_id": str(person)}, a_learner(band="7") | {"person_id": str(other)}]
    for key in ("first", "again"):
        headers = JSON | {"Idempotency-Key": key}
        answer = await enrolment.lead().post("/v1/learners/batch", json={"learners": rows}, headers=headers)
        assert [row["outcome"] for row in answer.json()["learners"]] == ["unchanged", "refused"]
    told = await enrolment.announced(ContactChanged)
    assert [(c.person_id, c.email_given_at is None) for c in told[2:]] == [(person, True)]


async def test_who_enters_many_at_once_gives_their_addresses_for_the_academy(enrolment: EnrolmentService) -> None:
    await enrolment.people(2)
    assert [c.email_given_at for c in await enrolment.announced(ContactChanged)] == [None, None]


async def test_an_edit_must_say_which_version_it_edits(enrolment: EnrolmentService) -> None:
    person = new_id()
    await put(enrolment, person)

    assert problem(await put(enrolment, person, band="7"))[0] == 428
    assert problem(await put(enrolment, person, band="7", if_match='"9"'))[0] == 412


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("system", "QXX", "unknown_code"),
        ("staff_group", "XXX", "unknown_code"),
        ("profession", "XXX", "unknown_code"),
        ("band", "10", "unknown_code"),
        ("ethnic_category", "Q", "unknown_code"),
        ("phone", "call me", "phone_unusable"),
        ("organisation", "QGH99", "unknown_code"),
        ("organisation", "QHL01", "organisation_elsewhere"),
    ],
)
async def test_a_record_no_list_or_form_allows_is_refused(
    enrolment: EnrolmentService, field: str, value: str, code: str
) -> None:
    assert problem(await put(enrolment, new_id(), **{field: value})) == (422, code)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("gender", "unknown", "literal_error"),
        ("email", "nobody", "email_unusable"),
        ("name", "-- .", "name_unusable"),
        ("name", "Asha www.example.org", "name_unusable"),
        ("name", "Asha\x00Patel", "name_unusable"),
        ("name", "\ud800", "string_unicode"),
        ("name", 7, "string_type"),
        ("name", "A" * 201, "name_unusable"),
        ("system", "\x00", "code_unusable"),
        ("organisation", "the trust", "code_unusable"),
    ],
)
async def test_what_cannot_be_a_persons_record_is_refused_at_the_door(
    enrolment: EnrolmentService, field: str, value: object, code: str
) -> None:
    body = json.dumps(a_learner() | {field: value})
    answer = await enrolment.lead().put(f"/v1/learners/{new_id()}", content=body, headers=JSON)

    assert problem(answer) == (422, "malformed_body")
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"#/{field}", code)]


async def test_all_that_is_wrong_is_told_at_once_with_its_place(enrolment: EnrolmentService) -> None:
    answer = await put(enrolment, new_id(), band="8A", profession="nurse", phone="call me", organisation="QHL01")

    assert problem(answer) == (422, "phone_unusable")
    assert answer.json()["detail"] == "this is no telephone number (and 3 more; see `errors`)"
    told = {e["pointer"]: e for e in answer.json()["errors"]}
    assert {pointer: e["code"] for pointer, e in told.items()} == {
        "#/phone": "phone_unusable",
        "#/profession": "unknown_code",
        "#/band": "unknown_code",
        "#/organisation": "organisation_elsewhere",
    }
    assert told["#/band"]["nearest"][0] == {"code": "8a", "words": "Band 8a"}
    assert told["#/band"]["codes"] == "/v1/codes/bands"
    assert told["#/profession"]["nearest"] == [{"code": "NUR", "words": "Nurse"}]


async def test_faults_of_path_header_and_body_are_told_together(enrolment: EnrolmentService) -> None:
    body = a_learner(name=7) | {"also": 1}
    answer = await enrolment.lead().put("/v1/learners/nobody", json=body, headers={"Academy-Time": "soon"})

    assert problem(answer) == (422, "malformed_body")
    places = [(e.get("pointer"), e.get("parameter"), e.get("header"), e["code"]) for e in answer.json()["errors"]]
    assert sorted(places, key=str) == [
        ("#", None, None, "extra_forbidden"),
        ("#/name", None, None, "string_type"),
        (None, "person_id", None, "uuid_parsing"),
        (None, None, "academy-time", "moment_unusable"),
    ]


async def test_a_fault_of_a_choice_is_told_of_the_field_and_not_of_its_sides(enrolment: EnrolmentService) -> None:
    body = a_programme() | {"completion": {"attend": "some", "recordings_count": False}}
    answer = await enrolment.lead().put("/v1/programmes/CLS7", json=body)
    assert {e["pointer"] for e in answer.json()["errors"]} == {"#/completion/attend"}


async def test_what_is_no_json_is_told_of_the_body(enrolment: EnrolmentService) -> None:
    answer = await enrolment.lead().put(f"/v1/learners/{new_id()}", content=b'{"name": ', headers=JSON)
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("#", "json_invalid")]


async def test_rows_tell_where_in_the_body_they_are_wrong(enrolment: EnrolmentService) -> None:
    rows = [
        a_learner(person_id=str(new_id())),
        a_learner(person_id=str(new_id()), name=7, email="nobody"),
        a_learner(person_id=str(new_id()), band="8A", ethnic_category="Q"),
    ]
    lead, key = enrolment.lead(), {"Idempotency-Key": "of-these-rows"}

    for _ in range(2):
        answer = await lead.post("/v1/learners/batch", json={"learners": rows}, headers=key)
        assert [[e["pointer"] for e in row["errors"]] for row in answer.json()["learners"]] == [
            [],
            ["#/learners/1/name", "#/learners/1/email"],
            ["#/learners/2/band", "#/learners/2/ethnic_category"],
        ]
        assert answer.json()["learners"][2]["errors"][0]["nearest"][0]["code"] == "8a"
        told = [fault for row in answer.json()["learners"] for fault in row["errors"]]
        assert [fault for fault in told if None in fault.values()] == []


async def test_badly_formed_rows_of_a_batch_refuse_only_themselves(enrolment: EnrolmentService) -> None:
    good, long, astray, nul, same = (str(new_id()) for _ in range(5))
    rows = [
        a_learner(person_id=good),
        a_learner(person_id=long, system="Q" * 65),
        None,
        a_learner(person_id=astray, also=1),
        a_learner(person_id="somebody"),
        a_learner(person_id=nul, name="Asha\x00Patel"),
        a_learner(person_id=same) | {"email": None},
        a_learner(),
    ]

    answer = await enrolment.lead().post("/v1/learners/batch", json={"learners": rows})

    assert [(r["person_id"], r["outcome"], r["code"]) for r in answer.json()["learners"]] == [
        (good, "created", None),
        (long, "refused", "code_unusable"),
        (None, "refused", "model_attributes_type"),
        (astray, "refused", "extra_forbidden"),
        (None, "refused", "uuid_parsing"),
        (nul, "refused", "name_unusable"),
        (same, "refused", "string_type"),
        (None, "refused", "missing"),
    ]
    assert answer.json()["learners"][5]["message"] == "name: take out line breaks and control characters"
    assert [str(c.person_id) for c in await enrolment.announced(ContactChanged)] == [good]


async def test_a_batch_answered_before_rows_were_read_one_by_one_is_answered_alike(enrolment: EnrolmentService) -> None:
    """Then every row had its answer, the bad ones too."""
    people = [str(new_id()) for _ in range(2)]
    body = {"learners": [a_learner(person_id=people[0], email="jo..x@example.org"), a_learner(person_id=people[1])]}
    lead, key = enrolment.lead(), {"Idempotency-Key": "of-before"}
    await lead.post("/v1/learners/batch", json=body, headers=key)
    bad, good = (
        {"person_id": person, "outcome": outcome, "code": None, "message": None}
        for person, outcome in zip(people, ("refused", "created"), strict=True)
    )
    await enrolment.value("update idempotency_key set answer = $1::jsonb returning 1", [[bad, good]])

    again = await lead.post("/v1/learners/batch", json=body, headers=key)

    assert again.json()["learners"] == [{**row, "errors": []} for row in (bad, good)]


async def test_a_batch_of_bad_rows_only_is_answered_too(enrolment: EnrolmentService) -> None:
    answer = await enrolment.lead().post("/v1/learners/batch", json={"learners": [{}, 1]})

    assert [r["outcome"] for r in answer.json()["learners"]] == ["refused", "refused"]
    assert await enrolment.announced() == []


@pytest.mark.parametrize("typed", ["a\x07b", "\u200b", "a", "", "a" * 101])
async def test_a_search_nothing_can_be_found_by_is_refused(enrolment: EnrolmentService, typed: str) -> None:
    answer = await enrolment.lead().get("/v1/learners", params={"name": typed})

    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łukasz Ørsted", "lukasz orsted"),
        ("Ayşe Yıldız", "yildiz"),
        ("Æsa Guðmundsdóttir", "gudmund"),
        ("Aoife O\u02bcBrien", "o'brien"),
        ("Aoife O\u00b4Brien", "O\u2019Brien"),
        ("An\u00adna Vo\u00adgel", "vogel"),
        ("गीता", "गीता"),
        ("王 伟", "王"),
        ("王伟", "伟"),
        ("王伟", "王伟"),
        ("\u0294\u0295", "\u0294\u0295"),
        ("\u02bbOkina", "okina"),
        ("이 민준", "이"),
        ("Zoe\u0308 Smith", "zoë"),
    ],
)
async def test_people_are_found_however_their_name_is_written(
    enrolment: EnrolmentService, name: str, typed: str
) -> None:
    person = new_id()
    await put(enrolment, person, name=name)

    answer = await enrolment.lead().get("/v1/learners", params={"name": typed})

    assert [found["person_id"] for found in answer.json()["items"]] == [str(person)]


async def test_a_bad_row_of_a_batch_refuses_only_itself(enrolment: EnrolmentService) -> None:
    known, edited, fresh, bad = (str(new_id()) for _ in range(4))
    await put(enrolment, UUID(known))
    await put(enrolment, UUID(edited))
    rows = [
        a_learner(person_id=known),
        a_learner(person_id=edited, band="7"),
        a_learner(person_id=fresh),
        a_learner(person_id=bad, system="QXX"),
    ]

    answer = await enrolment.lead().post("/v1/learners/batch", json={"learners": rows})

    assert [(r["person_id"], r["outcome"], r["code"]) for r in answer.json()["learners"]] == [
        (known, "unchanged", None),
        (edited, "refused", "precondition_required"),
        (fresh, "created", None),
        (bad, "refused", "unknown_code"),
    ]
    assert [str(c.person_id) for c in await enrolment.announced(ContactChanged)] == [known, edited, fresh]
    assert problem(await enrolment.lead().get(f"/v1/learners/{bad}")) == (404, "learner_not_found")


async def test_a_batch_sent_again_announces_nothing(enrolment: EnrolmentService) -> None:
    rows = [a_learner(person_id=str(new_id())) for _ in range(3)]
    for _ in range(2):
        await enrolment.lead().post("/v1/learners/batch", json={"learners": rows})

    assert len(await enrolment.announced(ContactChanged)) == 3


async def test_a_person_twice_in_a_batch_is_registered_once(enrolment: EnrolmentService) -> None:
    person = str(new_id())
    rows = [a_learner(person_id=person), a_learner(person_id=person, band="9")]

    answer = await enrolment.lead().post("/v1/learners/batch", json={"learners": rows})

    assert [r["outcome"] for r in answer.json()["learners"]] == ["created", "refused"]
    assert (await enrolment.lead().get(f"/v1/learners/{person}")).json()["band"] == "6"


async def test_people_write_their_own_record_only(enrolment: EnrolmentService) -> None:
    await enrolment.it_is(NOW)
    own, other = new_id(), new_id()
    person = enrolment.as_("learner", person_id=own)

    assert (await person.put(f"/v1/learners/{own}", json=a_learner())).status_code == 201
    assert problem(await person.put(f"/v1/learners/{other}", json=a_learner())) == (403, "not_yours")


async def test_out_of_scope_looks_like_does_not_exist(enrolment: EnrolmentService) -> None:
    (person,) = await enrolment.people(1, system="QGH")
    (stranger,) = await enrolment.people(1, system="QHL")
    lead = enrolment.as_("system_lead", systems=["QGH"])

    assert (await enrolment.as_("learner", person_id=person).get(f"/v1/learners/{person}")).status_code == 200
    outside = await lead.get(f"/v1/learners/{stranger}")
    nobody = await lead.get(f"/v1/learners/{new_id()}")
    assert (outside.status_code, outside.json()) == (404, nobody.json())


async def test_system_leads_do_not_see_special_categories(enrolment: EnrolmentService) -> None:
    (person,) = await enrolment.people(1, system="QGH")

    seen = (await enrolment.as_("system_lead", systems=["QGH"]).get(f"/v1/learners/{person}")).json()

    assert (seen["name"], seen["gender"], seen["ethnic_category"]) == ("Asha Patel", None, None)


async def test_who_is_a_system_lead_too_is_shown_the_whole_of_their_own_record(enrolment: EnrolmentService) -> None:
    own, other = await enrolment.people(2, system="QGH")
    both = enrolment.as_("learner", "system_lead", systems=["QGH"], person_id=own)

    mine, theirs = [(await both.get(f"/v1/learners/{person}")).json() for person in (own, other)]

    assert None not in (mine["gender"], mine["ethnic_category"])
    assert (theirs["gender"], theirs["ethnic_category"]) == (None, None)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("obr", ["Siân O'Brien"]),
        ("brien", ["Siân O'Brien"]),
        ("o\u2019brien", ["Siân O'Brien"]),
        ("SIAN", ["Siân O'Brien"]),
        ("zoe s", ["Zoë Smith-Jones"]),
        ("jon", ["Zoë Smith-Jones", "Joan Jones"]),
        ("smith zo", ["Zoë Smith-Jones"]),
        ("oan", []),
    ],
)
async def test_a_prefix_of_any_word_finds_a_name_whatever_accents_or_case(
    enrolment: EnrolmentService, typed: str, expected: list[str]
) -> None:
    for name in ("Siân O'Brien", "Zoë Smith-Jones", "Joan Jones"):
        await put(enrolment, new_id(), name=name)

    found = await enrolment.as_("programme_lead").get("/v1/learners", params={"name": typed})

    assert [f["name"] for f in found.json()["items"]] == expected


async def test_a_changed_name_is_found_under_the_new_one_only(enrolment: EnrolmentService) -> None:
    person = new_id()
    await put(enrolment, person, name="Asha Patel")
    await put(enrolment, person, name="Asha Verma", if_match='"1"')
    lead = enrolment.as_("programme_lead")

    assert len((await lead.get("/v1/learners?name=verma")).json()["items"]) == 1
    assert (await lead.get("/v1/learners?name=patel")).json()["items"] == []


async def found(
    enrolment: EnrolmentService, name: str, limit: int, after: str | None = None
) -> tuple[list[str], str | None]:
    """One page of a search: whom it shows, and the next one's cursor."""
    params: dict[str, str | int] = {"name": name, "limit": limit} | ({} if after is None else {"after": after})
    page = (await enrolment.as_("programme_lead").get("/v1/learners", params=params)).json()
    return [person["person_id"] for person in page["items"]], page["next"]


async def test_a_search_is_paged_by_person_and_needs_two_letters(enrolment: EnrolmentService) -> None:
    people = sorted(str(new_id()) for _ in range(3))
    for person, name in zip(people, ("Cy Cole", "Bob Cole", "Ann Cole"), strict=True):
        await put(enrolment, UUID(person), name=name)

    first, after = await found(enrolment, "cole", 2)
    rest, end = await found(enrolment, "cole", 2, after)

    assert (first + rest, end) == (people, None)
    assert problem(await enrolment.as_("programme_lead").get("/v1/learners?name=c.c")) == (422, "search_too_short")


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("renamed", ["Aa Cole", "Zz Cole"])
async def test_who_is_renamed_between_two_pages_is_shown_once(
    enrolment: EnrolmentService, place: int, renamed: str
) -> None:
    people = [new_id() for _ in range(4)]
    for person, name in zip(people, ("Ann Cole", "Bob Cole", "Cy Cole", "Di Cole"), strict=True):
        await put(enrolment, person, name=name)

    first, after = await found(enrolment, "cole", 2)
    await put(enrolment, people[place], name=renamed, if_match='"1"')
    rest, _ = await found(enrolment, "cole", 4, after)

    assert sorted(first + rest) == sorted(map(str, people))


async def test_a_search_goes_on_behind_a_person_who_is_no_longer_found(enrolment: EnrolmentService) -> None:
    people = sorted(new_id() for _ in range(3))
    for person in people:
        await put(enrolment, person, name="Ann Cole")

    first, after = await found(enrolment, "cole", 1)
    await put(enrolment, people[0], name="Ann Verma", if_match='"1"')
    rest, _ = await found(enrolment, "cole", 3, after)

    assert first + rest == list(map(str, people))


@pytest.mark.parametrize("after", ["x", "%00", "9" * 200, '["Cole","x"]'])
async def test_a_cursor_that_never_was_one_is_refused(enrolment: EnrolmentService, after: str) -> None:
    answer = await enrolment.as_("programme_lead").get("/v1/learners", params={"name": "cole", "after": after})
    assert problem(answer) == (400, "cursor_unusable")


@pytest.mark.parametrize("after", [None, UUID(int=2**127)])
@pytest.mark.parametrize("words", [("ab12",), ("a",), ("a", "b")])
async def test_a_search_looks_names_up_by_index(
    enrolment: EnrolmentService, words: tuple[str, ...], after: UUID | None
) -> None:
    async def plan(tx: Transaction) -> str:
        await tx.execute(
            "insert into learner select gen_random_uuid(), n::text, 'a@example.org', null, 'QGH', 'QGH01',"
            " 'NMR', 'NUR', '6', 'female', 'A', 1 from generate_series(1, 5000) n"
        )
        await tx.execute("insert into learner_name_word select md5(name), person_id from learner")
        await tx.execute("analyze learner, learner_name_word")
        first, *others = words
        lows, highs = others, [f"{word}\U0010ffff" for word in others]
        asked = (first, f"{first}\U0010ffff", lows, highs, None, None)
        page = await tx.fetch(f"explain {learners.SQL['of_name']}", *asked, after, 51)
        counted = await tx.fetch(f"explain {learners.SQL['count_of_name']}", *asked)
        return "\n".join(row[0] for row in (*page, *counted))

    explained = await enrolment.db.run(plan)

    assert "learner_name_word_p" in explained
    assert "Seq Scan on learner" not in explained


@pytest.mark.parametrize(
    ("name", "index", "asked"),
    [
        ("of_email", "learner_email", ("n77@example.org", None, None, 51)),
        ("of_emails", "learner_email", ([f"n{n}@example.org" for n in range(100)],)),
        ("count_of_email", "learner_email", ("n77@example.org", None)),
        ("count_of_organisation", "learner_organisation", ("QGH01",)),
        ("known_under", "learner_email", ("n77@example.org",)),
        ("of_organisation", "learner_organisation", ("QGH01", None, 51)),
    ],
)
async def test_a_search_looks_addresses_and_organisations_up_by_index(
    enrolment: EnrolmentService, name: str, index: str, asked: tuple[Any, ...]
) -> None:
    async def plan(tx: Transaction) -> str:
        await tx.execute(
            "insert into learner select gen_random_uuid(), n::text, 'n' || n || '@example.org', null, 'QGH',"
            " 'QGH' || n % 500, 'NMR', 'NUR', '6', 'female', 'A', 1 from generate_series(1, 5000) n"
        )
        await tx.execute("analyze learner")
        return "\n".join(row[0] for row in await tx.fetch(f"explain {learners.SQL[name]}", *asked))

    assert index in await enrolment.db.run(plan)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("programme_lead", 200),
        ("information_governance", 200),
        ("region", 403),
        ("system_lead", 403),
        ("learner", 403),
        ("ops", 403),
    ],
)
async def test_people_are_looked_for_by_those_who_register_them_or_answer_for_their_data(
    enrolment: EnrolmentService, role: str, status: int
) -> None:
    assert (await enrolment.as_(role).get("/v1/learners?name=asha")).status_code == status
