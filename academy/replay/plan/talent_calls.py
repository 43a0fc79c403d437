"""The year of the talent service as steps."""

from datetime import date, datetime

from academy.replay.plan.pools import Assessment, Member
from academy.replay.plan.steps import YEAR_END, Body, Step

_API = "/talent/v1"


def join(member: Member) -> Step:
    """A member joins a pool with a first assessment."""
    person = member.person
    body: Body = {
        "name": person.name,
        "email": person.email,
        "professional_group": member.professional_group,
        "role_family": "executive",
        "system": person.position.system,
        "service_type": member.service_type,
        **_judgement(member.first),
    }
    return Step(f"member {person.person_id}", member.first.moment, "PUT", f"{_API}/members/{person.person_id}", body)


def assess(assessment: Assessment) -> Step:
    """A member's readiness is reassessed."""
    person_id = assessment.person.person_id
    return Step(
        key=f"assessment {person_id} {assessment.assessed_on}",
        moment=assessment.moment,
        method="POST",
        path=f"{_API}/members/{person_id}/assessments",
        body=_judgement(assessment),
    )


def publish_pools(as_at: date, moment: datetime) -> Step:
    """Publish the pools of every system after disclosure control."""
    body: Body = {"as_at": as_at.isoformat()}
    return Step("pool snapshots", moment, "POST", f"{_API}/reports/pools/snapshots", body, lane=YEAR_END)


def _judgement(assessment: Assessment) -> dict[str, object]:
    return {
        "horizon_months": assessment.months,
        "assessed_on": assessment.assessed_on.isoformat(),
        "decided_by": str(assessment.decided_by),
    }
