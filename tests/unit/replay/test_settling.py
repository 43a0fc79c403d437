"""A replay is over when nothing moves any more."""

from typing import Any

import pytest
from aiohttp import web

from academy.replay import settling
from academy.replay.client import Gateway
from academy.replay.settling import DeliveryProgress, NotSettled, settle
from academy.services import SERVICES
from tests.unit.replay.gateways import Asked, serving

MESSAGES = "/notifications/v1/reports/messages"


def at(**counts: int | None) -> dict[str, Any]:
    zero: dict[str, Any] = {"outbox": 0, "lag": 0, "deferred": 0, "dead": 0, "events_published": {}}
    return zero | counts


def test_anything_above_zero_or_unknown_is_unfinished() -> None:
    look = DeliveryProgress({"talent": at(), "coaching": at(lag=None), "enrolment": at(outbox=3)}, {}, {"under_way": 2})
    assert look.unfinished() == {
        "coaching": "outbox 0, lag unknown, deferred 0",
        "enrolment": "outbox 3, lag 0, deferred 0",
        "mails": "on their way 2",
    }


async def test_a_replay_settles_once_events_and_mails_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_LOOK_EVERY_SECONDS", 0.01)
    mails, under_way = iter([1, 2, 3]), iter([9] * 20)

    def moving(asked: Asked) -> web.Response:
        if asked.path == "/mailbox/api/stats":
            return web.json_response({"total": next(mails, 4)})
        if asked.path == MESSAGES:
            return web.json_response({"under_way": next(under_way, 0)})
        return web.json_response(at())

    async with serving(moving) as server, Gateway(server.address) as gateway:
        assert await settle(gateway, "t") == DeliveryProgress(
            dict.fromkeys(SERVICES, at()), {"total": 4}, {"under_way": 0}
        )


async def test_what_is_stuck_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_LOOK_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(settling, "_NO_PROGRESS_SECONDS", 0.1)
    async with (
        serving(lambda _: web.json_response(at(deferred=2) | {"under_way": 0})) as server,
        Gateway(server.address) as gateway,
    ):
        with pytest.raises(NotSettled, match="notifications: outbox 0, lag 0, deferred 2"):
            await settle(gateway, "t")
