"""`academy streams`: services that publish nothing because their database was set back, and how they go on."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from academy.cli.actions import OutputOptions, ReasonOption, YesOption, agreed, check_reason
from academy.cli.choices import AsJson
from academy.cli.output import MISMATCH, OK, console, print_json
from academy.cli.reaching import ServiceOption, ask, kafka, topic_prefix
from academy.cli.screen import Screen, coloured
from academy.cli.telling import document, figures, many, plain, show_errors
from academy.hints import as_called
from academy.operations.responses import Standing
from academy.operations.rewinding import Rewinding
from academy.operations.services import NoAnswer, ServiceResult, Services
from academy.operations.streams import Broker, Findings, ReconcileRequest, compare, go_on, standings, to_read_again

_MEANS = {
    "restored": "its database was set back: `academy streams reconcile`",
    "recovering": "its database still recovers: let it come to its end, and promote it",
}
_FIGURES = {
    "records": "records",
    "keys_behind": "keys behind",
    "already_published": "sent already",
    "renumbered": "renumbered",
    "lost": "lost here",
}

app = typer.Typer(help="After a restore: status, reconcile.", no_args_is_help=True)


@app.command()
def status(*, service: ServiceOption = None, as_json: AsJson = False) -> None:
    """Show which services publish; 1 where one waits to be reconciled or does not answer."""
    out = console(as_json=as_json)
    results = ask(service, out, standings)
    if as_json:
        print_json({"services": document(results, "standing")})
    else:
        _show_standings(results, out)
    raise typer.Exit(show_errors(results, out) or (MISMATCH if _withheld(results) else OK))


def _show_standings(results: Sequence[ServiceResult[Standing]], out: Screen) -> None:
    for t in results:
        if t.value is None:
            continue
        if t.value.withheld is None:
            out.print(f"{t.service}: publishes and reads")
        else:
            left = f"; {t.value.lanes_left} of {t.value.lanes} lanes left" if t.value.withheld == "restored" else ""
            means = f": neither publishes nor reads; {as_called(_MEANS[t.value.withheld])}{left}"
            out.print(coloured((t.service, "red"), means))


def _withheld(results: Sequence[ServiceResult[Standing]]) -> list[tuple[str, Standing]]:
    return [(t.service, t.value) for t in results if t.value and t.value.withheld]


@app.command()
def reconcile(
    *,
    reason: ReasonOption,
    service: ServiceOption = None,
    wait: Annotated[float, typer.Option(min=0, help="Seconds to wait for members of its group to leave.")] = 30,
    yes: YesOption = False,
    as_json: AsJson = False,
) -> None:
    """Let every service whose database was set back follow on what its topics hold, then publish and read again.

    Its topics are read to their ends. What stands in the outbox and in the topic has left before; what stands in the
    outbox alone gets the next version. What it reads is read again: what was applied is passed over. See the runbook.
    """
    out = console(as_json=as_json)
    check_reason(reason, out)
    broker, options = Broker(kafka(out), topic_prefix(), wait), OutputOptions(service, yes=yes, as_json=as_json)

    async def work(services: Services) -> int:
        return await _Reconciling(services, broker, out, options, reason).run()

    raise typer.Exit(ask(service, out, work))


class _Reconciling:
    """Count, ask, do, for one service after the other; a repeat goes on where it was cut short."""

    def __init__(self, services: Services, broker: Broker, out: Screen, options: OutputOptions, reason: str) -> None:
        self._services = services
        self._broker = broker
        self._out = out
        self._options = options
        self._reason = reason
        self._document: dict[str, Any] = {}

    async def run(self) -> int:
        """The exit code."""
        results = await standings(self._services)
        code = show_errors(results, self._out)
        _show_standings(results, self._out)
        for name, standing in _withheld(results):
            try:
                code = await self._reconcile(name, standing) or code
            except NoAnswer as error:
                self._out.print(f"{name}: {error}")
                self._document[name] = {"error": str(error)}
                code = MISMATCH
        if self._options.as_json:
            print_json({"services": self._document})
        return code

    async def _reconcile(self, name: str, standing: Standing) -> int:
        if standing.withheld != "restored":
            return MISMATCH
        request = ReconcileRequest(name, standing.topics, standing.lanes, self._reason, dry_run=True)
        findings = await self._compare(request)
        reading = await to_read_again(self._broker, name)
        self._show(findings, reading)
        done = agreed(self._options, self._out)
        if done:
            findings = await self._compare(
                ReconcileRequest(name, standing.topics, standing.lanes, self._reason, dry_run=False)
            )
            await go_on(self._services, self._broker, request, reading)
            self._out.print(coloured((name, "green"), " publishes and reads again"))
        self._document[name] = _as_document(findings, reading, done=done)
        return OK if done else MISMATCH

    async def _compare(self, request: ReconcileRequest) -> Findings:
        with self._out.status(coloured(request.service, " ...")) as waiting:
            return await compare(self._services, request, lambda said: waiting.update(coloured(said)))

    def _show(self, findings: Findings, reading: Rewinding) -> None:
        rows = [
            (topic, *(f"{findings.total(figure, topic):,}" for figure in _FIGURES))
            for topic in findings.topics
            if findings.total("records", topic)
        ]
        self._out.print(figures(("topic", *_FIGURES.values()), rows, texts=("topic",)))
        if lost := findings.total("lost"):
            self._out.print(
                f"subscribers have {many(lost, 'event')} that {reading.service} knows nothing of any more: "
                "--json names them; see the runbook `restore-a-database` for whom to tell"
            )
        self._out.print(f"{reading.service} reads {many(reading.records, 'record')} again and passes over what it has")


def _as_document(findings: Findings, reading: Rewinding, *, done: bool) -> dict[str, Any]:
    totals = {figure: findings.total(figure) for figure in _FIGURES}
    topics = {topic: {figure: findings.total(figure, topic) for figure in _FIGURES} for topic in findings.topics}
    lost = [plain(event) for event in findings.lost_events]
    return {"done": done, **totals, "read_again": reading.records, "topics": topics, "lost_events": lost}
