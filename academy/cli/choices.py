"""What the verbs of the command have in common: options, the state folder, the plan."""

import os
from enum import StrEnum
from typing import Annotated, Any

import typer

from academy.local.layout import Plan, clock_for
from academy.local.state import StateFolder, state_folder_path

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


class ClockChoice(StrEnum):
    """Whose time the services live in."""

    system = "system"
    replay = "replay"


def state_folder() -> StateFolder:
    """`ACADEMY_STATE`, else `.academy` here."""
    return StateFolder(state_folder_path(os.environ))


def plan_for(*, clock: ClockChoice | None, split: bool = False, **changes: Any) -> Plan:
    """The whole platform, in the time this folder has lived by unless told otherwise."""
    folder = state_folder()
    folder.create()
    asked = None if clock is None else clock.value
    return Plan(folder, clock=clock_for(folder.read(), asked), split=split, **changes)
