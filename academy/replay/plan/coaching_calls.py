"""The year of the coaching service as steps."""

from collections.abc import Iterator

from academy.replay.plan.practitioners import Practitioner, Request
from academy.replay.plan.steps import Body, Step

_API = "/coaching/v1"


def register(practitioner: Practitioner) -> Step:
    """A coach or mentor enters the register."""
    person = practitioner.person
    body: Body = {
        "name": person.name,
        "email": person.email,
        "kinds": [practitioner.kind],
        "origin": practitioner.origin,
        "qualification": practitioner.qualification,
        "system": person.position.system,
        "capacity": practitioner.capacity,
    }
    path = f"{_API}/practitioners/{person.person_id}"
    return Step(f"practitioner {person.person_id}", practitioner.moment, "PUT", path, body)


def ask(request: Request) -> Iterator[Step]:
    """The person asks, in their own name; who was invited, only once they can see the invitation: nobody else can."""
    person_id = request.person.person_id
    lane = f"request {person_id}"
    if request.invited:
        yield Step(
            key=f"invitation {person_id}",
            moment=request.moment,
            method="GET",
            path=f"{_API}/people/{person_id}/relationships",
            lane=lane,
            on_behalf=person_id,
            until=("invited_for", "ready_soon"),
        )
    yield Step(
        key=f"request {request.form} {person_id}",
        moment=request.moment,
        method="POST",
        path=f"{_API}/requests",
        body={"person_id": str(person_id), "form": request.form},
        lane=lane,
        on_behalf=person_id,
    )
