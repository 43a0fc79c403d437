"""What the talent service is made of."""

from datetime import timedelta

from services.talent.pools import subscribers
from services.talent.pools.api import assessments, evidence, members
from services.talent.pools.api import codes as pool_codes
from services.talent.pools.commands.contacts import contacts
from services.talent.reporting.api import pools, snapshots
from services.talent.reporting.workers.snapshots import publish
from shared.contracts.talent import PUBLISHED
from shared.messaging.inbox import collect
from shared.service import Service
from shared.web import codes
from shared.workers import Worker

CODES = codes.router(pool_codes.LISTS)

service = Service(
    name="talent",
    title="Talent",
    description="Pool members and their readiness as people decided it; evidence of development; the pools as counts.",
    routers=(members.router, assessments.router, evidence.router, pools.router, snapshots.router, CODES),
    tags={
        "members": "Who is in the pools, with the judgement in force.",
        "assessments": "Judgements on readiness, as people made them.",
        "evidence": "What a member took part in; it carries no score.",
        "reports": "The pools in figures.",
    },
    handlers=collect(subscribers),
    announces=PUBLISHED,
    workers=(Worker("published_pools", every=timedelta(seconds=30), run=publish),),
    contacts=contacts,
)
