"""The development mailbox: an SMTP server that delivers to nobody, and pages that show what it received."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated, Any, cast

from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from academy.local import serving
from academy.local.development import NotInDevelopment, must_be_development
from academy.local.mailreading import FORGIVING, media_type, text_of
from academy.local.mailstore import MailRecord, MailStore, as_row
from academy.local.ports import listening_address
from academy.local.state import StateFolder, state_folder_path
from shared.web.pages import page, templates

_LARGEST_MAIL = 10 * 1024 * 1024
_PAGE = 50
_CALENDAR = "text/calendar"


@dataclass(frozen=True, slots=True)
class _Reception:
    """What aiosmtpd calls when a mail is complete; its answer acknowledges the mail, so it is written first."""

    store: MailStore

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 no content"
        mail = self.store.append(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        return f"250 2.0.0 kept as {mail.id}"


def create_app(file: Path, smtp_port: int, environment: Mapping[str, str]) -> FastAPI:
    """The pages and the SMTP server share one loop and one store; anywhere but in development there is none."""
    must_be_development("mailbox", environment)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        app.state.store = store = MailStore(file)
        server = await asyncio.get_running_loop().create_server(lambda: _smtp(store), listening_address(), smtp_port)
        yield
        server.close()
        store.close()

    app = serving.create_app("Development mailbox", lifespan)
    _add_api(app)
    _add_pages(app)
    return app


def _smtp(store: MailStore) -> SMTP:
    return SMTP(
        _Reception(store),
        data_size_limit=_LARGEST_MAIL,
        enable_SMTPUTF8=True,
        ident="academy mailbox",
        hostname="mailbox",
    )


def _add_api(app: FastAPI) -> None:
    @app.get("/api/messages")
    async def messages(
        to: str | None = None, after: int = 0, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> dict[str, Any]:
        mails = _store(app).page(to=to, after=after, limit=limit)
        return {"messages": [as_row(m) for m in mails], "next_after": mails[-1].id if len(mails) == limit else None}

    @app.get("/api/messages/{number}")
    async def message(number: int) -> dict[str, Any]:
        mail, parsed = _read(app, number)
        headers = [[name, str(value)] for name, value in parsed.items()]
        return as_row(mail) | {"headers": headers, "parts": _parts(parsed), **_bodies(parsed)}

    @app.get("/api/stats")
    async def stats() -> dict[str, Any]:
        return asdict(_store(app).stats())


def _add_pages(app: FastAPI) -> None:
    environment = templates("academy.local")

    @app.get("/", response_class=HTMLResponse)
    async def index(to: str | None = None, before: int | None = None) -> HTMLResponse:
        store = _store(app)
        mails = store.latest(to=to or None, before=before, limit=_PAGE)
        more = mails[-1].id if len(mails) == _PAGE else None
        return page(environment, "mailbox.html.j2", mails=mails, to=to or "", more=more, stats=store.stats())

    @app.get("/messages/{number}", response_class=HTMLResponse)
    async def one(number: int) -> HTMLResponse:
        mail, parsed = _read(app, number)
        return page(environment, "mail.html.j2", mail=mail, parts=_parts(parsed), **_bodies(parsed))

    @app.get("/messages/{number}/parts/{place}")
    async def part(number: int, place: int) -> Response:
        parts = [p for p in _read(app, number)[1].walk() if not p.is_multipart()]
        if not 0 <= place < len(parts):
            raise HTTPException(404, "no such part")
        return _download(parts[place], place)


def _download(part: EmailMessage, place: int) -> Response:
    """Always as a file: what a mail brings is never run on the mailbox's own origin."""
    content = part.get_payload(decode=True)
    kind = media_type(part)
    name = part.get_filename() or ("invitation.ics" if kind == _CALENDAR else f"part-{place}.txt")
    headers = {"Content-Disposition": f'attachment; filename="{_plain(name)}"', "X-Content-Type-Options": "nosniff"}
    return Response(content if isinstance(content, bytes) else b"", media_type=kind, headers=headers)


def _plain(name: str) -> str:
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in "._-")) or "part"


def _store(app: FastAPI) -> MailStore:
    return app.state.store


def _read(app: FastAPI, number: int) -> tuple[MailRecord, EmailMessage]:
    store = _store(app)
    mail = store.get(number)
    if mail is None:
        raise HTTPException(404, "no such mail")
    return mail, cast("EmailMessage", message_from_bytes(store.content(mail), policy=FORGIVING))


def _parts(parsed: EmailMessage) -> list[dict[str, Any]]:
    leaves = (part for part in parsed.walk() if not part.is_multipart())
    return [
        {"place": place, "type": media_type(part), "name": part.get_filename()} for place, part in enumerate(leaves)
    ]


def _bodies(parsed: EmailMessage) -> dict[str, Any]:
    leaves = [part for part in parsed.walk() if not part.is_multipart()]
    kinds = {"text": "text/plain", "html": "text/html", "calendar": _CALENDAR}
    return {
        name: next((text_of(p) for p in leaves if p.get_content_type() == kind), None) for name, kind in kinds.items()
    }


def main() -> None:
    """Takes its folder and ports from the environment."""
    folder = StateFolder(state_folder_path(os.environ))
    try:
        app = create_app(folder.path / "mailbox.mails", int(os.environ["ACADEMY_SMTP_PORT"]), os.environ)
    except NotInDevelopment as refused:
        sys.exit(str(refused))
    asyncio.run(serving.serve({int(os.environ["ACADEMY_MAILBOX_PORT"]): app}))


if __name__ == "__main__":
    main()
