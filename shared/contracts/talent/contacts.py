"""How pool members are reached, by person; restricted."""

from shared.contracts.contacts import ContactDetails
from shared.contracts.envelope import Contract


class ContactChanged(ContactDetails):
    """A pool member's contact details: new, changed, or said again for a reader that lost them.

    `effective_at` is when they changed last: of what several services say of one person, the latest counts.
    """

    topic = "talent.contacts"


PUBLISHED: tuple[type[Contract], ...] = (ContactChanged,)
