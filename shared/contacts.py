"""How a person is reached, as each service keeps it of the people it meets first."""

from datetime import datetime


def changed_last(edited: datetime, stored: datetime, *, same: bool) -> datetime:
    """When contact details changed last, of a record that is edited: `same` where the edit leaves them as they are.

    Of what several services say of one person the latest counts, so no edit makes it earlier, whatever its clock says.
    """
    return stored if same else max(edited, stored)
