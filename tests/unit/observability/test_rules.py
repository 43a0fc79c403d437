"""The rules as a whole: complete, told in the runbooks, and proved by promtool where there is one."""

import shutil
import subprocess
from pathlib import Path

import yaml

from shared.contracts.topics import PARTITIONS
from tests.support.packages import ROOT
from tests.unit.observability.configuration import PROMETHEUS, alerts, queries, read

TESTS = Path(__file__).with_name("alerts_test.yml")


def _expression(alert: str) -> str:
    [rule] = [rule for rule in alerts() if rule["alert"] == alert]
    return rule["expr"]


def test_services_and_gateway_are_scraped() -> None:
    jobs = read(PROMETHEUS / "prometheus.yml")["scrape_configs"]
    assert [job["job_name"] for job in jobs] == ["services", "gateway"]


def test_lanes_are_as_many_as_partitions() -> None:
    assert _expression("LanesWithoutRelay").endswith(f"< {PARTITIONS}")


def test_an_alert_says_how_urgent_it_is_what_is_the_matter_and_what_to_do() -> None:
    described = (ROOT / "docs" / "runbooks" / "alerts.md").read_text()
    for rule in alerts():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["annotations"]["summary"], rule["alert"]
        runbook = ROOT / rule["annotations"]["runbook"]
        assert runbook.is_file(), rule["alert"]
        assert f"| `{rule['alert']}` | {rule['labels']['severity']} |" in described, rule["alert"]
    assert described.count("\n| `") == len(alerts())


def test_every_alert_is_set_off_by_a_test() -> None:
    cases = [c for test in yaml.safe_load(TESTS.read_text())["tests"] for c in test["alert_rule_test"]]
    assert {c["alertname"] for c in cases if c["exp_alerts"]} == {rule["alert"] for rule in alerts()}


def test_promtool_agrees_where_there_is_one(tmp_path: Path) -> None:
    asked = tmp_path / "asked.yml"
    asked.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": _as_rules()}]}))
    _promtool("check", "config", str(PROMETHEUS / "prometheus.yml"))
    _promtool("check", "rules", str(asked))
    _promtool("test", "rules", str(TESTS))


def _as_rules() -> list[dict[str, str]]:
    """Every expression of the boards as a rule, so that its syntax is looked at."""
    return [{"record": f"asked:{place}", "expr": query.expression} for place, query in enumerate(queries())]


def _promtool(*arguments: str) -> None:
    tool = shutil.which("promtool")
    if tool is not None:
        done = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
