"""The code lists of learners' records."""

from types import MappingProxyType

from services.enrolment.people.store import codes, organisations
from shared.web.codes import CodeList, fixed

GENDERS = MappingProxyType({"female": "Female", "male": "Male", "other": "Other", "not_stated": "Not stated"})

LISTS = (
    CodeList("systems", "Integrated care systems of the region.", codes.listed),
    CodeList("organisations", "Who people work for: trusts, practices and others, by ODS code.", organisations.listed),
    CodeList("staff-groups", "Staff groups of the NHS workforce.", codes.listed),
    CodeList("professions", "What people work as.", codes.listed),
    CodeList("bands", "Pay bands of Agenda for Change, and beside it.", codes.listed),
    CodeList("ethnic-categories", "Ethnic categories of the NHS, 2001.", codes.listed),
    fixed("genders", "Gender as people state it.", GENDERS),
)
