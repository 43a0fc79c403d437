"""Somebody's record as forms tell it and pages show it: of oneself, and of others."""

import asyncio
from collections.abc import Mapping
from types import MappingProxyType

from services.portal.clients.enrolment.learners import Learner
from services.portal.frame.forms import Form
from services.portal.pages.visit import Visit

LISTS = {
    "system": "systems",
    "organisation": "organisations",
    "staff_group": "staff-groups",
    "profession": "professions",
    "band": "bands",
    "gender": "genders",
    "ethnic_category": "ethnic-categories",
}
"""Fields that are codes, and the list of each."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "Name",
        "email": "E-mail",
        "phone": "Telephone",
        "system": "Integrated care system",
        "organisation": "Organisation",
        "staff_group": "Staff group",
        "profession": "Profession",
        "band": "Pay band",
        "gender": "Gender",
        "ethnic_category": "Ethnic category",
    }
)


async def words(visit: Visit) -> dict[str, Mapping[str, str]]:
    """Of each field that is a code what its codes stand for."""
    lists = await asyncio.gather(*(visit.words(name) for name in LISTS.values()))
    return dict(zip(LISTS, lists, strict=True))


async def choices(visit: Visit, form: Form, words: Mapping[str, Mapping[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Of each field that is a code what to choose from."""
    lists = await asyncio.gather(*(visit.choices(codes) for codes in LISTS.values()))
    in_force = dict(zip(LISTS, lists, strict=True))
    return {name: with_own(found, form.value(name), words[name]) for name, found in in_force.items()}


def read(form: Form, required: Mapping[str, str]) -> dict[str, str | None]:
    """The record as the form tells it; a telephone number may be left out. `required`: what to say of each field."""
    told: dict[str, str | None] = {name: form.required(name, says) for name, says in required.items()}
    return {**told, "phone": form.value("phone").strip() or None}


def typed(learner: Learner) -> dict[str, str]:
    """What stands in the form of a record that is there."""
    return {name: str(value or "") for name, value in learner if name != "person_id"}


def shown(learner: Learner, words: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Each field under its label, codes in words."""
    told = typed(learner)
    return [(label, words.get(name, {}).get(told[name], told[name])) for name, label in LABELS.items()]


def with_own(choices: list[tuple[str, str]], own: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """A code that is no longer in force may stay where it stands."""
    return choices if not own or own in dict(choices) else [*choices, (own, words.get(own, own))]
