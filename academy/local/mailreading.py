"""Mails as the mailbox shows them: whatever a mail brings is shown, if need be as it stands in the mail."""

import re
from email.message import EmailMessage
from email.policy import EmailPolicy

_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]+/[a-z0-9.+-]+")


class _Forgiving(EmailPolicy):
    """The standard library gives up on some headers, for instance on an encoded word that it finds in a name."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The header decoded, or else as it came in."""
        try:
            header = super().header_fetch_parse(name, value)
            str(header).encode()
        except Exception:  # noqa: BLE001 the parser raises IndexError, AttributeError and others, all for the same reason
            return _showable("".join(value.splitlines()))
        return header


FORGIVING = _Forgiving()


def _showable(text: str) -> str:
    """Bytes that are no text become marks."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def media_type(part: EmailMessage) -> str:
    """What the part says it is, where it says so in the form of a media type."""
    kind = part.get_content_type()
    return kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"


def text_of(part: EmailMessage) -> str:
    """The part as text; in UTF-8 where its own encoding is not known."""
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(str(part.get_content_charset("utf-8")), errors="replace")
    except (LookupError, ValueError):
        return content.decode(errors="replace")
