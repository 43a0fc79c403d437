"""The keys that links in mails are signed with while tests run."""

from shared.links import Links

LINK_KEYS = "of-the-tests-and-of-nobody-else"
LINKS = Links((LINK_KEYS,))
