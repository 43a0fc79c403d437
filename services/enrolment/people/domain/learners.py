"""A learner's own record: who the person is, where they work, how to reach them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import regex
from anyascii import anyascii

from services.enrolment.people.domain.organisations import Workplace, Workplaces
from shared.codes import CodeLists, Named
from shared.contacts import changed_last
from shared.errors import Conflict, Exists, Invalid, NotFound, refuse
from shared.ids import PersonId

Gender = Literal["female", "male", "other", "not_stated"]

LISTS: Mapping[str, str] = MappingProxyType(
    {
        "system": "systems",
        "staff_group": "staff-groups",
        "profession": "professions",
        "band": "bands",
        "ethnic_category": "ethnic-categories",
    }
)
"""Which field has its codes from which list."""

SHORTEST_SEARCH = 2
"""Fewer letters would list half the region; one sign of Chinese, Japanese or Korean is a whole name."""

_PHONE = re.compile(r"\+?[0-9 ()-]{7,20}")
_WORD = re.compile(r"[a-z0-9]+")
_LETTERS = re.compile(r"[^\W_]+")
_SIGN = regex.compile(r"[\p{Ideographic}\p{Hangul}\p{Hiragana}\p{Katakana}]")
_IDEOGRAPH = regex.compile(r"\p{Ideographic}")
_APOSTROPHE = re.compile(r"['`]")


class LearnerNotFound(NotFound):
    """No learner has this id, or not within the caller's scope."""

    code = "learner_not_found"
    message = "there is no such learner"


class LearnerExists(Exists):
    """Somebody is known under this e-mail, which the academy stands by: it is the same person, or another address."""

    code = "learner_exists"


class LearnerMayExist(Conflict):
    """Somebody gave this e-mail for themselves: it is the same person, or a stranger; people look, no program chooses.

    If it is the person, their id is the one to use; if not, the record is put under an id of your own.
    """

    code = "learner_may_exist"


class SearchEmpty(Invalid):
    """A search names something: a name, an e-mail or an organisation."""

    code = "search_empty"


class PhoneUnusable(Invalid):
    """The telephone number has no usable form."""

    code = "phone_unusable"
    place = ("phone",)


class SearchTooShort(Invalid):
    """A search needs at least two letters of one word."""

    code = "search_too_short"


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person works and as what, in codes; events carry it."""

    system: str
    organisation: str
    staff_group: str
    profession: str
    band: str


@dataclass(frozen=True, slots=True)
class Learner:
    """A person the academy teaches. Gender and ethnic category stay in this record and are read for counts only.

    `contact_as_of` is when name, e-mail or telephone changed last; of what several services know the latest counts.
    `email_given_at` is when the person gave the e-mail, which its holder then confirms; None where the academy gave it,
    or stands by it.
    """

    person_id: PersonId
    name: str
    email: str
    phone: str | None
    system: str
    organisation: str
    staff_group: str
    profession: str
    band: str
    gender: str
    ethnic_category: str
    contact_as_of: datetime
    email_given_at: datetime | None = None
    version: int = 1

    def check(self, codes: CodeLists, workplaces: Workplaces, *, before: "Learner | None" = None) -> None:
        """Refuse a record no list or form allows, with all that is wrong about it.

        A code may stay as it was `before`, whatever is known of it today; so may where somebody works.
        """
        lists = codes.keeping(before)
        refuse(
            (
                self._phone_fault(),
                *(lists.fault(listed, getattr(self, field), at=(field,)) for field, listed in LISTS.items()),
                None if before and before.workplace == self.workplace else workplaces.fault(self.workplace),
            )
        )

    @property
    def codes(self) -> list[Named]:
        """What the record names of code lists, but for the organisation."""
        return [(listed, getattr(self, field)) for field, listed in LISTS.items()]

    @property
    def workplace(self) -> Workplace:
        """Where the person works."""
        return Workplace(self.organisation, self.system)

    def _phone_fault(self) -> PhoneUnusable | None:
        if self.phone is None or _PHONE.fullmatch(self.phone):
            return None
        return PhoneUnusable("this is no telephone number")

    def already_known(self) -> Conflict:
        """What whoever registers somebody under this record's e-mail is told."""
        if self.email_given_at is None:
            return LearnerExists("somebody is known under this e-mail; see `existing`", self.person_id)
        return LearnerMayExist(
            f"{self.person_id} gave this e-mail for themselves: look among those found under it"
            " (`GET /v1/learners?email=`), and use the id of whoever is the same person;"
            " if nobody is, put the record under an id of your own"
        )

    def same_content_as(self, other: "Learner") -> bool:
        """Whether only the version, its moments differ."""
        moments = {"contact_as_of": other.contact_as_of, "email_given_at": other.email_given_at}
        return replace(self, version=other.version, **moments) == other

    def same_contact_as(self, other: "Learner") -> bool:
        """Whether name, e-mail and telephone are the same."""
        return (self.name, self.email, self.phone) == (other.name, other.email, other.phone)

    def next_version_of(self, stored: "Learner") -> "Learner":
        """This content as the next version of what is stored; an e-mail that stays was given when it was.

        Who puts something else right says nothing of the e-mail beside it, staff neither.
        """
        contact_as_of = changed_last(self.contact_as_of, stored.contact_as_of, same=self.same_contact_as(stored))
        given_at = stored.email_given_at if self.email == stored.email else self.email_given_at
        return replace(self, version=stored.version + 1, contact_as_of=contact_as_of, email_given_at=given_at)

    def announced_again(self, stored: "Learner") -> "Learner | None":
        """What is stored, as it is to be announced once more because the same was written; None where it is not.

        Of an e-mail that the person gave it is: the person perhaps never got to confirm it, and staff who save the
        record as it is stand by it.
        """
        if stored.email_given_at is None:
            return None
        if self.email_given_at is not None:
            return replace(stored, email_given_at=self.email_given_at)
        return replace(
            stored,
            email_given_at=None,
            contact_as_of=changed_last(self.contact_as_of, stored.contact_as_of, same=False),
        )


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row of a batch; a refused row says why and holds up no other."""

    person_id: PersonId
    outcome: Literal["created", "unchanged", "refused"]
    code: str | None = None
    message: str | None = None
    errors: Sequence[Invalid] = ()


def folded(text: str) -> str:
    """Text as it is searched: in plain Latin letters, whatever it is written in, and in no case.

    Łukasz and lukasz are one, गीता is found by gita; every apostrophe is one of two, and what cannot be seen is gone.
    """
    return anyascii(text).lower()


def words_of(name: str) -> list[str]:
    """The words a name is found by, folded: O'Brien-Śmith by o, brien, obrien, smith; 王伟 by wang, wei, wangwei."""
    text = folded(name)
    apart = folded(_IDEOGRAPH.sub(r" \g<0> ", name))
    words = {*_WORD.findall(text), *_WORD.findall(apart), *_WORD.findall(_APOSTROPHE.sub("", text))}
    return sorted(words or _as_written(name))


def search_words(text: str) -> list[str]:
    """The words of a search, longest first; refused when none has two letters or is a sign of its own."""
    found = set(_WORD.findall(_APOSTROPHE.sub("", folded(text))) or _as_written(text))
    words = sorted(found, key=lambda word: (-len(word), word))
    if not words or (len(words[0]) < SHORTEST_SEARCH and not _SIGN.search(text)):
        raise SearchTooShort("type at least two letters of a name")
    return words


def _as_written(text: str) -> list[str]:
    """The words of a script that has no Latin letters to be folded to."""
    return _LETTERS.findall(text.casefold())
