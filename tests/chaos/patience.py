"""How long is waited for what must come; a wait runs out only when something is wrong, never on a busy machine.

None of these is a criterion of anything: what was waited for is looked at, not how long it took.
"""

CONNECTION = 60.0
"""For a broker or Postgres to take a connection that it does not refuse."""

ANSWER = 120.0
"""For one answer of a broker, a database or a service."""

RETURN = 300.0
"""For what is down, frozen or electing to be at work again."""

CALM = 900.0
"""For everything to be worked off after the last fault."""
