"""A seeded client: enrols, waits, withdraws, takes registers and assesses, and repeats itself until it is answered."""

import asyncio
import itertools
import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.chaos import patience
from tests.chaos.client import Client
from tests.chaos.history import Answer, Command, History, Kind
from tests.chaos.scene import AFTERWARDS, BOOKING, Scene, an_id

CLIENTS = 8
PAUSE = 0.22
"""Mean seconds a client rests between two commands: some 25 commands a second when all is well."""

IMPATIENT = 0.08
"""The share of commands whose client gives up at the first silence, and never learns what became of them."""

_MOMENTS = 8 * 60 * 60 * 1000
"""Milliseconds of a day's work: its moment tells an assessment from the others, and an invitation by it."""

_REST_FIRST, _REST_LAST = 0.1, 2.0
_SKEW = 1.1
_KINDS: Mapping[Kind, int] = {"enrol": 40, "withdraw": 18, "attend": 30, "assess": 12}


class Zipf:
    """Draws the first of a list most often, the n-th 1/n^1.1 times as often."""

    def __init__(self, count: int) -> None:
        self._weights = list(itertools.accumulate(1 / rank**_SKEW for rank in range(1, count + 1)))

    def of(self, draw: random.Random, items: Sequence[Any]) -> Any:
        return draw.choices(items, cum_weights=self._weights[: len(items)])[0]


class Load:
    """Clients that work side by side until told to stop; `history` is what they remember."""

    def __init__(self, client: Client, scene: Scene, seed: int) -> None:
        self.history = History()
        self._client = client
        self._scene = scene
        self._seed = seed
        self._people, self._cohorts = Zipf(len(scene.people)), Zipf(len(scene.cohorts))
        self._places: list[str] = []
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """No new commands; those under way are seen through."""
        self._stopping.set()

    async def run(self) -> None:
        """All clients, each with a stream of its own out of the seed."""
        draws = (random.Random(f"{self._seed}/client/{n}") for n in range(CLIENTS))
        await asyncio.gather(*(self._send_commands(draw) for draw in draws))

    async def _send_commands(self, draw: random.Random) -> None:
        while not self._stopping.is_set():
            if command := self._form(draw):
                await self._see_through(command, impatient=draw.random() < IMPATIENT)
                if _code(command.answer) == "cohort_full":
                    await self._see_through(self._waiting(draw, command), impatient=False)
            await asyncio.sleep(draw.expovariate(1 / PAUSE))

    def _form(self, draw: random.Random) -> Command | None:
        [kind] = draw.choices(list(_KINDS), list(_KINDS.values()))
        match kind:
            case "enrol":
                return self._enrol(draw)
            case "withdraw":
                return self._withdraw(draw)
            case "attend":
                return self._attend(draw)
            case "assess":
                return self._assess(draw)
            case "wait":
                return None

    def _enrol(self, draw: random.Random) -> Command:
        cohort, person = self._cohorts.of(draw, self._scene.cohorts), self._people.of(draw, self._scene.people)
        body = {"person_id": person, "method": "self"}
        return _intent(draw, "enrol", f"/v1/cohorts/{cohort.cohort_id}/enrolments", body)

    def _waiting(self, draw: random.Random, refused: Command) -> Command:
        return _intent(draw, "wait", refused.path.replace("/enrolments", "/waiting-list"), refused.body)

    def _withdraw(self, draw: random.Random) -> Command | None:
        if not self._places:
            return None
        enrolment = self._places.pop(draw.randrange(len(self._places)))
        return _intent(draw, "withdraw", f"/v1/enrolments/{enrolment}/withdrawal", {"reason": "workload"})

    def _attend(self, draw: random.Random) -> Command:
        cohort = self._cohorts.of(draw, self._scene.cohorts)
        people = sorted({self._people.of(draw, self._scene.people) for _ in range(draw.randint(2, 12))})
        modes = ("live", "live", "part", "missed", "recording")
        rows = [{"person_id": person, "mode": draw.choice(modes)} for person in people]
        path = f"/v1/sessions/{draw.choice(cohort.sessions)}/register"
        return _intent(draw, "attend", path, {"rows": rows}, moment=AFTERWARDS.isoformat())

    def _assess(self, draw: random.Random) -> Command:
        member = self._people.of(draw, self._scene.members)
        judgement = {
            "horizon_months": draw.choice((0, 6, 15, 24)),
            "assessed_on": "2021-01-02",
            "decided_by": "0190a000-0000-7000-8000-0000000000aa",
        }
        path, moment = f"/v1/members/{member}/assessments", BOOKING + timedelta(milliseconds=draw.randrange(_MOMENTS))
        return _intent(draw, "assess", path, judgement, moment=moment.isoformat(), service="talent")

    async def _see_through(self, command: Command, *, impatient: bool) -> None:
        """Repeat under the same key until an answer settles it, or patience ends."""
        self.history.begin(command)
        deadline, rest = asyncio.get_running_loop().time() + patience.RETURN, _REST_FIRST
        while command.answer is None:
            command.answers.append(await self._try(command))
            if command.answer is None:
                if impatient or asyncio.get_running_loop().time() > deadline:
                    return
                await asyncio.sleep(rest)
                rest = min(rest * 2, _REST_LAST)
        if command.accepted and command.kind in {"enrol", "wait"}:
            self._places.append(command.answer.body["enrolment_id"])

    async def _try(self, command: Command) -> Answer:
        return await self._client.ask(
            command.service,
            "POST",
            command.path,
            body=command.body,
            Academy_Time=command.moment,
            Idempotency_Key=command.key,
            X_Correlation_ID=command.key,
        )


def _intent(
    draw: random.Random,
    kind: Kind,
    path: str,
    body: Mapping[str, Any],
    *,
    moment: str = BOOKING.isoformat(),
    service: str = "enrolment",
) -> Command:
    return Command(kind, service, path, body, moment, an_id(draw))


def _code(answer: Answer | None) -> str | None:
    return answer.body.get("code") if answer else None
