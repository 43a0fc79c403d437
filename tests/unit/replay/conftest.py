import pytest

from academy.replay.plan.script import script
from academy.replay.plan.steps import Step
from academy.replay.plan.year import Year, reach_2020_21


@pytest.fixture(scope="session")
def year() -> Year:
    return reach_2020_21()


@pytest.fixture(scope="session")
def steps(year: Year) -> list[Step]:
    return script(year)
