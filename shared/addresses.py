"""Addresses of mailboxes and of web pages: the one rule at every door, and at the sender.

What mail servers of the NHS take: an ASCII part before the @, unquoted; behind it a domain, written in punycode where
it has other letters (RFC 5321, RFC 5891).
"""

from email_validator import EmailNotValidError, validate_email
from pydantic import HttpUrl, TypeAdapter, ValidationError

from shared.errors import Invalid

LONGEST = 254
"""Octets of an address (RFC 5321, erratum 1690)."""


_WEB = TypeAdapter(HttpUrl)


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
        return str(_WEB.validate_python(text))
    except ValidationError:
        raise WebAddressUnusable("write a whole address, as https://meet.example.nhs.uk/room") from None
