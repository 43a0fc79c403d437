"""Text as people type it: composed, trimmed, one line, and nothing in it that cannot be seen, printed or stored.

Source: Unicode UAX #15 (NFC), UAX #29 (grapheme clusters: what a reader calls a character), UTR #36 (bidi overrides).
"""

import unicodedata
from functools import cache

import regex
from publicsuffixlist import PublicSuffixList

from shared.errors import Invalid

CODE = regex.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

_UNPRINTABLE = regex.compile(r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]")
_OVERRIDE = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
_AROUND = regex.compile(r"^[\s\ufeff\u200b\u2060]+|[\s\ufeff\u200b\u2060]+$")
"""White space, and what files of tables begin with."""

_VISIBLE = regex.compile(r"[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800]")
_LETTER = regex.compile(r"\p{L}")
_CHARACTER = regex.compile(r"\X")

_STOPS = str.maketrans("\u3002\uff61", "..")
"""Full stops of other scripts; in the name of a computer they are dots."""
_HIDDEN = regex.compile(r"[\p{Cf}\p{Default_Ignorable_Code_Point}]")
_MARKS = frozenset(".:@\\0123456789")
_SCHEME_OR_MAILBOX = regex.compile(r"[:@\\]|\bwww\.|\p{N}\.(?=\p{N})|(?:\p{N}[ ()/-]?){7}", regex.IGNORECASE)
"""Also numbers of computers, and of telephones."""

_DOTTED = regex.compile(r"([\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)+)(/?)")
_INITIAL = regex.compile(r"\p{L}\.\p{L}{2}")
"""`M.Li` is a person; what could be had under such a name begins behind a slash."""

_POINTS_A_CHARACTER = 4
"""Letters with their marks have two or three code points; far more than that is no writing."""


class TextUnusable(Invalid):
    """The text is empty, too long or too short, or holds characters nobody can see or print."""

    code = "text_unusable"


class NameUnusable(TextUnusable):
    """A person's name has at least one letter and leads nowhere: it stands in letters, whoever gets them."""

    code = "name_unusable"


class CodeUnusable(TextUnusable):
    """A code has letters, digits, dots, dashes and underscores."""

    code = "code_unusable"


def tidied(text: str) -> str:
    """The text in its one form, whatever it is: what was written before a rule, or by others, is read all the same."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return unicodedata.normalize("NFC", _OVERRIDE.sub("", _UNPRINTABLE.sub(" ", text)).strip())


def escaped(text: str) -> str:
    """The text as every terminal and database takes it: what cannot be printed becomes a backslash escape."""
    return text if text.isprintable() else "".join(map(_printable, text))


def plain(text: str, *, longest: int, shortest: int = 1) -> str:
    """The text in its one form; TextUnusable where it has none. Lengths are in characters as a reader counts them."""
    found = _AROUND.sub("", text)
    if not (found.isascii() and found.isprintable()):
        found = _composed(found)
    length = characters(found)
    if length < shortest:
        raise TextUnusable(f"write at least {shortest} character{'s' if shortest > 1 else ''}")
    if length > longest or len(found) > longest * _POINTS_A_CHARACTER:
        raise TextUnusable(f"write at most {longest} characters")
    return found


def code(text: str) -> str:
    """An entry of a code list, trimmed; CodeUnusable where it has not the form of one."""
    found = _AROUND.sub("", text)
    if not CODE.fullmatch(found):
        raise CodeUnusable("a code has at most 64 letters, digits, dots, dashes and underscores")
    return found


def person_name(text: str, *, longest: int = 200) -> str:
    """A person's name in its one form; NameUnusable where it is none."""
    try:
        name = plain(text, longest=longest)
    except TextUnusable as unusable:
        raise NameUnusable(str(unusable)) from unusable
    if not _LETTER.search(name):
        raise NameUnusable("a name has at least one letter")
    if leads_somewhere(name):
        raise NameUnusable("a name leads to no page and no mailbox: take out : @ and \\, and write a blank after a dot")
    return name


def leads_somewhere(name: str) -> bool:
    """Whether a program that shows the name may make a link of a part of it: it does of what ends as addresses do.

    Source of the endings: the Public Suffix List, as of the release that is installed.
    """
    if name.isascii() and not _MARKS.intersection(name):
        return False
    seen = _HIDDEN.sub("", unicodedata.normalize("NFKC", name)).translate(_STOPS)
    return bool(_SCHEME_OR_MAILBOX.search(seen)) or any(_is_host(*found.groups()) for found in _DOTTED.finditer(seen))


def _is_host(dotted: str, slash: str) -> bool:
    if slash:
        return True
    return not _INITIAL.fullmatch(dotted) and _endings().publicsuffix(dotted.lower()) is not None


@cache
def _endings() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def _printable(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def _composed(text: str) -> str:
    if _UNPRINTABLE.search(text):
        raise TextUnusable("take out line breaks and control characters")
    if _OVERRIDE.search(text):
        raise TextUnusable("take out the invisible characters that turn the direction of writing")
    if not _VISIBLE.search(text):
        raise TextUnusable("there is nothing in this text that can be seen")
    return unicodedata.normalize("NFC", text)


def characters(text: str) -> int:
    """How many characters a reader counts."""
    return len(text) if text.isascii() else sum(1 for _ in _CHARACTER.finditer(text))
