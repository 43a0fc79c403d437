"""A person's record as a form tells it, for who keeps their own and who keeps that of others."""

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import Response

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

LABELS = {
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
"""Every field, in the order in which it is asked for."""

_REQUIRED = {
    "name": "Enter {} name",
    "email": "Enter {} e-mail address",
    "system": "Choose {} integrated care system",
    "organisation": "Choose {} organisation",
    "staff_group": "Choose {} staff group",
    "profession": "Choose {} profession",
    "band": "Choose {} pay band",
    "gender": "Choose {} gender",
    "ethnic_category": "Choose {} ethnic category",
}


def read(form: Form, *, whose: str) -> dict[str, str | None]:
    """The record as the form tells it; a telephone number may be left out. `whose` is asked: your, their."""
    told: dict[str, str | None] = {name: form.required(name, words.format(whose)) for name, words in _REQUIRED.items()}
    return {**told, "phone": form.value("phone").strip() or None}


def typed(learner: Learner) -> dict[str, str]:
    """What stands in the form of a record that is there."""
    return {name: str(value or "") for name, value in learner if name != "person_id"}


async def words_of(visit: Visit) -> dict[str, Mapping[str, str]]:
    """What the codes of each field stand for."""
    lists = await asyncio.gather(*(visit.words(name) for name in LISTS.values()))
    return dict(zip(LISTS, lists, strict=True))


async def asking(visit: Visit, template: str, form: Form, **more: Any) -> Response:
    """A page that asks for a record."""
    choices, words = await choices_of(visit, form), await words_of(visit)
    return visit.page(template, form=form, labels=LABELS, choices=choices, words=words, **more)


async def choices_of(visit: Visit, form: Form) -> dict[str, list[tuple[str, str]]]:
    """What each field may be, and what it is."""
    words = await words_of(visit)
    in_force = {name: await visit.choices(codes) for name, codes in LISTS.items()}
    return {name: with_own(choices, form.value(name), words[name]) for name, choices in in_force.items()}


def with_own(choices: list[tuple[str, str]], own: str, words: Mapping[str, str]) -> list[tuple[str, str]]:
    """A code that is no longer in force may stay where it stands."""
    return choices if not own or own in dict(choices) else [*choices, (own, words.get(own, own))]
