"""What shares a worker, and in what order it comes."""

from pathlib import Path

from tests.support import scheduling
from tests.unit.suite.runs import python

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def academy():
    pass
"""
TELLING = """
def pytest_collection_finish(session):
    for item in session.items:
        print("planned", item.name, item.get_closest_marker("xdist_group").args[0])
"""
FILES = {
    "unit/test_sums.py": "def test_sum(): pass",
    "service/test_orders.py": "import pytest\n@pytest.mark.alone\ndef test_greedy(): pass\ndef test_modest(): pass",
    "conftest.py": TELLING,
    "system/conftest.py": CONFTEST,
    "system/test_alone.py": "import pytest\n@pytest.mark.alone\ndef test_storm(academy): pass",
    "system/test_own.py": (
        "import pytest\n@pytest.fixture(scope='module')\ndef academy(): pass\ndef test_own(academy): pass"
    ),
    "system/test_shared.py": "def test_shared(academy): pass",
}


def test_long_ones_come_first_and_those_that_need_the_machine_last(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = alone\n")
    for name, content in FILES.items():
        file = tmp_path / "tests" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    run = python(tmp_path, "pytest", "--collect-only", "-p", scheduling.__name__)
    assert run.returncode == 0, run.stdout + run.stderr
    assert [tuple(line.split()[1:]) for line in run.stdout.splitlines() if line.startswith("planned")] == [
        ("test_shared", "academy"),
        ("test_own", "tests/system/test_own.py"),
        ("test_modest", "tests/service/test_orders.py"),
        ("test_sum", "tests/unit/test_sums.py"),
        ("test_storm", "alone"),
        ("test_greedy", "alone"),
    ]
