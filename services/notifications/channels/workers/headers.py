"""Header lines as RFC 5322 and RFC 2047 want them: folded at 76 characters, encoded words of at most 75.

Not by the headers of `email.policy`: they read a name again before they write it, so that a name which looks like an
encoded word arrives as another, they leave a long plain word on one line, and they take ten to fifty times as long.
"""

from email.header import Header
from email.headerregistry import Address
from email.utils import formataddr

_LINE = 76
"""RFC 2047, 2: of a line with encoded words; one of 75 fits with the space before it. RFC 5322 allows 78."""
_FOLD = "\r\n "
_LONGEST_WORD = 60
"""A plain word that is longer is encoded, because only encoded words can be broken off anywhere."""


def text_header(name: str, text: str) -> str:
    """The value of a header that people read."""
    return _encoded(name, text, "us-ascii" if _plain(text) else "utf-8")


def address_header(name: str, address: Address) -> str:
    """The value of a header that names one person; the address has a line of its own where both do not fit on one."""
    display, place = address.display_name, address.addr_spec
    if not display:
        return place
    if _plain(display) and len(display) <= _LONGEST_WORD:
        whole = formataddr((display, place))
        shown = whole.removesuffix(f" <{place}>")
    else:
        shown = _encoded(name, display, "utf-8")
        whole = f"{shown} <{place}>"
    last_line = f"{name}: {whole}".rpartition(_FOLD)[2]
    return whole if len(last_line) <= _LINE else f"{shown}{_FOLD}<{place}>"


def _plain(text: str) -> bool:
    """Whether the text may stand as it is; `=?` would be taken for the beginning of an encoded word."""
    return text.isascii() and "=?" not in text and all(len(word) <= _LONGEST_WORD for word in text.split())


def _encoded(name: str, text: str, charset: str) -> str:
    return Header(text, charset, maxlinelen=_LINE, header_name=name).encode(linesep="\r\n")
