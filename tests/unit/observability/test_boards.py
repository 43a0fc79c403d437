"""Boards load wherever they are put: no address of one installation in them, every panel asks and is explained."""

from typing import Any

from tests.unit.observability.configuration import FOLDER, boards, read

ANY = {"type": "prometheus", "uid": "${datasource}"}


def _asking(board: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def test_boards_are_told_apart() -> None:
    assert set(boards()) == {"delivery.json", "services.json", "year.json"}
    assert len({board["uid"] for board in boards().values()}) == len(boards())
    assert len({board["title"] for board in boards().values()}) == len(boards())
    for board in boards().values():
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_boards_take_whatever_prometheus_there_is() -> None:
    for board in boards().values():
        variables = {variable["name"]: variable for variable in board["templating"]["list"]}
        assert variables["datasource"]["type"] == "datasource"
        assert variables["datasource"]["query"] == "prometheus"
        sources = [panel["datasource"] for panel in _asking(board)]
        sources += [target["datasource"] for panel in _asking(board) for target in panel["targets"]]
        sources += [annotation["datasource"] for annotation in board["annotations"]["list"]]
        sources += [v["datasource"] for v in variables.values() if v["type"] == "query"]
        assert all(source == ANY for source in sources)
    [source] = read(FOLDER / "grafana/provisioning/datasources/prometheus.yml")["datasources"]
    assert source["isDefault"]
    assert "uid" not in source


def test_every_panel_asks_and_is_explained() -> None:
    for name, board in boards().items():
        for panel in _asking(board):
            assert panel["description"].endswith("."), (name, panel["title"])
            assert panel["targets"], (name, panel["title"])
            assert panel["fieldConfig"]["defaults"]["unit"], (name, panel["title"])


def test_panels_do_not_lie_on_one_another() -> None:
    for name, board in boards().items():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            at = panel["gridPos"]
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            assert at["x"] + at["w"] <= 24, (name, panel["title"])
            assert not cells & taken, (name, panel["title"])
            taken |= cells


def test_grafana_is_told_where_the_boards_lie() -> None:
    compose = read(FOLDER / "compose.yml")["services"]["grafana"]
    [provider] = read(FOLDER / "grafana/provisioning/dashboards/boards.yml")["providers"]
    folder = provider["options"]["path"]
    assert f"./grafana/boards:{folder}:ro" in compose["volumes"]
    home = compose["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home.removeprefix(f"{folder}/") in boards()
