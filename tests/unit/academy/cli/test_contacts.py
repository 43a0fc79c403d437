"""`academy contacts republish`, also before services that do not answer as they should."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import web

from tests.unit.academy.cli.asking import said
from tests.unit.replay.gateways import Asked, serving

REPUBLISH = ("contacts", "republish", "--reason", "a new store")
PEOPLE = [str(UUID(int=n)) for n in (1, 2)]


def page(asked: Asked) -> web.Response:
    """Two full pages and a short one; coaching is away."""
    if asked.path.startswith("/coaching"):
        return web.json_response({"code": "unavailable", "detail": "it is away"}, status=500)
    after, dry_run = asked.body["after"], asked.body["dry_run"]
    place = 0 if after is None else PEOPLE.index(after) + 1
    whole = dry_run or place == len(PEOPLE)
    people = 1_001 if dry_run else 1 if whole else 500
    return web.json_response({"dry_run": dry_run, "people": people, "next": None if whole else PEOPLE[place]})


async def test_without_a_yes_everybody_is_counted_and_nobody_announced(tmp_path: Path) -> None:
    async with serving(page) as server:
        found = await said(server, [*REPUBLISH, "--service", "talent"], tmp_path)
    assert found.exit_code == 0
    assert "talent: 1,001 people to be announced again" in found.output
    assert "nothing was done" in found.output
    assert [asked.body["dry_run"] for asked in server.asked] == [True]


async def test_page_after_page_is_announced_and_who_is_away_hides_nobody(tmp_path: Path) -> None:
    async with serving(page) as server:
        found = await said(server, [*REPUBLISH, "--yes", "--json"], tmp_path)
    document = json.loads(found.stdout)
    assert (found.exit_code, document["done"]) == (1, True)
    assert document["announced"] == {"enrolment": {"people": 1_001}, "talent": {"people": 1_001}}
    assert "it is away" in document["counted"]["coaching"]["error"]
    announced = [a.body["after"] for a in server.asked if not a.body["dry_run"] and a.path.startswith("/talent")]
    assert announced == [None, *PEOPLE]


@pytest.mark.parametrize("words", ["--service notifications", "--service talent --service notifications"])
async def test_a_service_that_announces_nobody_is_a_slip_of_the_pen(words: str, tmp_path: Path) -> None:
    async with serving(page) as server:
        found = await said(server, [*REPUBLISH, *words.split(), "--yes"], tmp_path)
    assert (found.exit_code, server.asked) == (2, [])
    assert "only enrolment, coaching, talent announce how people are reached" in found.output


async def test_a_service_named_twice_is_asked_once(tmp_path: Path) -> None:
    async with serving(page) as server:
        await said(server, [*REPUBLISH, "--service", "talent", "--service", "talent"], tmp_path)
    assert len(server.asked) == 1


def no_json(_: Asked) -> web.Response:
    return web.Response(text="<html>welcome</html>", content_type="text/html")


def another(_: Asked) -> web.Response:
    return web.json_response({"dry_run": False, "count": 3})


def endless(asked: Asked) -> web.Response:
    dry_run = asked.body["dry_run"]
    return web.json_response({"dry_run": dry_run, "people": 500, "next": None if dry_run else PEOPLE[0]})


@pytest.mark.parametrize(
    ("answer", "line", "most"),
    [
        (no_json, "talent: answers what is no JSON: is it behind this gateway? (after 0 people;", 1),
        (another, "talent: answers what is not understood (Republished): is it of another release?", 1),
        (endless, "talent: comes to no end: it names people again (after 500 people; a repeat begins with", 3),
    ],
)
async def test_what_cannot_be_is_said_in_a_line(
    answer: Callable[[Any], web.Response], line: str, most: int, tmp_path: Path
) -> None:
    async with serving(answer) as server:
        found = await said(server, [*REPUBLISH, "--service", "talent", "--yes"], tmp_path)
    assert found.exit_code == 1
    assert isinstance(found.exception, SystemExit)
    assert line in found.output
    assert len(server.asked) == most
