"""Addresses of mailboxes and of web pages: the one rule at every door, and at the sender.

What mail servers of the NHS take: an ASCII part before the @, unquoted; behind it a domain, written in punycode where
it has other letters (RFC 5321, RFC 5891). Of web addresses those that all programs, and people, read alike.
"""

import re

from email_validator import EmailNotValidError, validate_email
from pydantic import HttpUrl, TypeAdapter, ValidationError

from shared.errors import Invalid

LONGEST = 254
"""Octets of an address (RFC 5321, erratum 1690)."""


_WEB = TypeAdapter(HttpUrl)
_PLAIN = re.compile(r"https://[^/?#\\@:%\[\]]+(:443)?(/[^\\]*)?", re.IGNORECASE)
"""Between scheme and path the computer alone: no user, which may look like another computer, and no other port."""

_COMPUTER = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""A name with a dot in it, in punycode. What ends in a number is an IP address, however it was written."""


class EmailUnusable(Invalid):
    """No mail can be sent to this address."""

    code = "email_unusable"


class WebAddressUnusable(Invalid):
    """This leads to no page."""

    code = "web_address_unusable"


def email_address(text: str) -> str:
    """The address as mail is sent to it; EmailUnusable says what is wrong with it."""
    found = text.strip()
    if "|" in found or found.count("@") > 1:  # allowed by the letter, meant by nobody
        raise EmailUnusable("write one e-mail address, without anything around it")
    try:
        checked = validate_email(found, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as refused:
        raise EmailUnusable(f"no mail can be sent to this address: {refused}") from None
    if checked.ascii_email is None or len(checked.ascii_email) > LONGEST:
        raise EmailUnusable(f"an e-mail address has at most {LONGEST} characters")
    return checked.ascii_email


def web_address(text: str) -> str:
    """The address of a page as a browser takes it, in ASCII; WebAddressUnusable where it is none."""
    try:
        page = _WEB.validate_python(text)
    except ValidationError:
        raise _unusable() from None
    if not (_PLAIN.fullmatch(text) and _COMPUTER.fullmatch(page.host or "")):
        raise _unusable()
    return str(page)


def _unusable() -> WebAddressUnusable:
    return WebAddressUnusable(
        "write a whole address with the name of a computer, as https://meet.example.nhs.uk/room, without user or port"
    )
