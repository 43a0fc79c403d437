from services.coaching.reporting.domain.register import Cell, RegisterCounts
from shared.postgres.database import Transaction
from shared.postgres.queries import Queries

SQL = Queries(__file__)


async def count(tx: Transaction) -> RegisterCounts:
    """The register in one snapshot: everyone once, by kind, origin and half, and who developed into a kind."""
    rows = await tx.fetch(SQL["counts"])
    return RegisterCounts(
        people=sum(r["people"] for r in rows if r["part"] == "all"),
        cells={Cell(r["kind"], r["origin"], r["half"]): r["people"] for r in rows if r["part"] == "cell"},
        developed={r["kind"]: r["people"] for r in rows if r["part"] == "developed"},
    )
