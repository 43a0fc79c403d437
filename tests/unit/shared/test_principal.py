"""How far a token reaches on a route; what it does not say never makes it reach further."""

from typing import Any
from uuid import UUID

import pytest

from shared.ids import PersonId
from shared.web.principal import OWN, PUBLISHED, REGION, ROLES, SYSTEM, Allowed, RoleMissing, Scope
from shared.web.tokens import Claims, TokenRefused
from shared.whose import EVERYONE, Own, Provider, Systems, person, provider, systems

ROUTE = Allowed(
    {"learner": OWN, "provider": OWN, "system_lead": SYSTEM, "programme_lead": REGION, "service": PUBLISHED}
)
ME = PersonId(UUID(int=7))


def claims(*roles: str, **said: Any) -> Claims:
    told: dict[str, Any] = {"iss": "i", "aud": "a", "exp": 1, "sub": "s", "roles": frozenset(roles)}
    return Claims(**told, **said)


@pytest.mark.parametrize(
    ("roles", "said"),
    [
        (["learner"], {}),
        (["learner"], {"organisation": "Northfield", "systems": frozenset({"QGH"})}),
        (["provider"], {}),
        (["provider"], {"person_id": ME}),
        (["learner", "provider"], {}),
    ],
)
def test_the_own_records_of_nobody_are_refused(roles: list[str], said: dict[str, Any]) -> None:
    with pytest.raises(TokenRefused, match="whose it is"):
        ROUTE.principal(claims(*roles, **said))


@pytest.mark.parametrize(
    ("roles", "said", "scope"),
    [
        (["learner"], {"person_id": ME}, OWN),
        (["provider"], {"organisation": "Northfield"}, OWN),
        (["learner", "provider"], {"organisation": "Northfield"}, OWN),
        (["learner", "service"], {}, PUBLISHED),
        (["learner", "system_lead"], {}, SYSTEM),
        (["learner", "programme_lead"], {}, REGION),
    ],
)
def test_a_role_grants_its_scope_where_the_token_says_whose_it_is(
    roles: list[str], said: dict[str, Any], scope: int
) -> None:
    assert ROUTE.principal(claims(*roles, **said)).scope == scope


def test_a_role_the_route_does_not_name_is_none() -> None:
    with pytest.raises(RoleMissing):
        ROUTE.principal(claims("ops", person_id=ME))


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        ({"programme_lead": REGION}, "programme leads"),
        ({"programme_lead": REGION, "region": REGION, "ops": REGION}, "region leads, programme leads and ops"),
        ({"programme_lead": REGION, "learner": OWN}, "learners, for themselves; programme leads, everywhere"),
        ({"practitioner": OWN}, "practitioners, for themselves"),
        (
            {"system_lead": SYSTEM, "provider": OWN, "region": REGION},
            "providers, for what they provide; system leads, for their systems; region leads, everywhere",
        ),
        (dict.fromkeys(ROLES, REGION), "everybody with a token"),
        (dict.fromkeys(ROLES, PUBLISHED), "everybody with a token"),
        (
            dict.fromkeys(ROLES, PUBLISHED) | {"region": REGION},
            "region leads, everywhere; everybody else with a token, for what is published",
        ),
        ({"service": PUBLISHED, "region": REGION}, "region leads, everywhere; other systems, for what is published"),
    ],
)
def test_who_may_call_is_said_in_words_for_people(scopes: dict[str, Scope], said: str) -> None:
    assert str(Allowed(scopes)) == said


def test_every_role_has_a_word_for_people() -> None:
    for role in ROLES:
        assert str(Allowed({role: REGION})).strip()


def test_everyone_is_reached_by_the_region_only() -> None:
    region, lead = ROUTE.principal(claims("programme_lead")), ROUTE.principal(claims("system_lead"))
    learner = ROUTE.principal(claims("learner", person_id=ME))
    run = ROUTE.principal(claims("provider", organisation="Northfield"))
    assert {region.own(), region.in_systems(), region.provided()} == {EVERYONE}
    assert lead.in_systems() == learner.in_systems() == Systems(frozenset())
    assert (learner.own(), run.provided()) == (Own(ME), Provider("Northfield"))
    for nobodys in (lead.own, run.own, lead.provided, learner.provided):
        with pytest.raises(TokenRefused):
            nobodys()


def test_sql_is_told_everyone_by_null_and_nobody_by_an_empty_list() -> None:
    assert (person(EVERYONE), provider(EVERYONE), systems(EVERYONE)) == (None, None, None)
    assert (person(Own(ME)), provider(Provider("Northfield"))) == (ME, "Northfield")
    assert (systems(Systems(frozenset())), systems(Systems(frozenset({"QHL", "QGH"})))) == ([], ["QGH", "QHL"])
