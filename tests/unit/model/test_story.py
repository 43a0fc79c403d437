"""A story survives being written into one word, and its command tells it again."""

import shlex

import pytest

from academy.local.layout import ROOT
from tests.support.model.bus import BrokerOutcome
from tests.support.model.handler_faults import HandlerFault
from tests.support.model.readers import Fault
from tests.support.model.story import TEST, VARIABLE, Act, Story, command_of_run

STORY = Story(
    17,
    [
        Act("begin", {}),
        Act("write", {"lines": [(0, HandlerFault.EASY), (3, HandlerFault.TOO_LARGE)], "held": True}),
        Act("relay", {"which": 1, "broker_outcomes": [BrokerOutcome.DELAYED, BrokerOutcome.TAKEN]}),
        Act("poll", {"lane": 5, "most": 8, "fault": Fault.HANG, "overlooks": None}),
        Act("pass_time", {"seconds": 61.0}),
    ],
)


def test_a_story_read_from_its_blob_has_the_same_acts() -> None:
    read = Story.of(STORY.blob())
    assert read.schedule == STORY.schedule
    assert [str(act) for act in read.acts] == [str(act) for act in STORY.acts]
    assert read.blob() == STORY.blob()


def test_what_was_drawn_comes_back_as_what_it_was() -> None:
    read = Story.of(STORY.blob())
    assert [list(line) for line in read.acts[1].arguments["lines"]] == [
        [0, HandlerFault.EASY],
        [3, HandlerFault.TOO_LARGE],
    ]
    assert isinstance(read.acts[1].arguments["lines"][0][1], HandlerFault)
    assert read.acts[2].arguments["broker_outcomes"][0] is BrokerOutcome.DELAYED
    assert read.acts[3].arguments["fault"] is Fault.HANG
    assert read.acts[3].arguments["overlooks"] is None


@pytest.mark.parametrize("other", [Act("poll", {"lane": 5}), Act("poll", {"lane": 0, "most": 8})])
def test_another_act_has_another_blob(other: Act) -> None:
    assert Story(17, [other]).blob() != Story(17, [Act("poll", {"lane": 5, "most": 8})]).blob()


def test_another_schedule_has_another_blob() -> None:
    assert Story(18, STORY.acts).blob() != STORY.blob()


def test_the_command_is_one_line_that_a_shell_leaves_as_it_is() -> None:
    command = STORY.command()
    setting, *words = shlex.split(command)
    name, _, blob = setting.partition("=")
    assert "\n" not in command
    assert name == VARIABLE
    assert [str(act) for act in Story.of(blob).acts] == [str(act) for act in STORY.acts]
    assert words[-1] == TEST
    file, _, test = TEST.partition("::")
    assert f"def {test}(" in (ROOT / file).read_text()


def test_the_command_of_a_run_has_its_seed_and_its_length() -> None:
    settings = shlex.split(command_of_run(12, 300))[:2]
    assert settings == ["ACADEMY_MODEL_SEED=12", "ACADEMY_MODEL_EXAMPLES=300"]
