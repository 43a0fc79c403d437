"""What ops can do to many events, by its name."""

from collections.abc import Mapping

from shared.messaging.actions import ON_MANY, Action, Name

BY_NAME: Mapping[Name, Action] = {action.name: action for action in ON_MANY}
