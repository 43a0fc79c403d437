"""Addresses of pages that nobody means well with."""

NO_NAMES = (
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "0251.0376.0251.0376",
    "169.16689662",
    "0",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    "[::1]",
    "[::ffff:a9fe:a9fe]",
    "localhost",
    "nhs.uk.",
    "-.nhs.uk",
    "a_b.nhs.uk",
    "*.nhs.uk",
)
"""Computers by number, however it is written, by a name of one machine's own, or by none there can be."""

READ_IN_TWO_WAYS = (
    "https://teams.microsoft.com@evil.example/",
    "https://teams.microsoft.com:443@evil.example/",
    "https://@teams.microsoft.com/",
    "https://:@teams.microsoft.com/",
    "https://teams.microsoft.com\\@evil.example/",
    "https://teams.microsoft.com/\\@evil.example/",
    "https://evil.example\\.teams.microsoft.com/",
    "https://teams.microsoft.com#@evil.example/",
    "https://evil.example#.teams.microsoft.com/",
    "https://evil.example?.teams.microsoft.com/",
    "https://teams.microsoft.com%2f@evil.example/",
    "https://teams.microsoft.com%2eevil.example/",
    "https://teams.microsoft.com:8443/",
    "https://teams.microsoft.com:22/",
    "https:teams.microsoft.com/",
    "https:/teams.microsoft.com/",
    "https:///teams.microsoft.com/",
)
"""What an eye, a filter and a browser take for different computers, or that is no page."""

KNOWN_BY_ITS_LOOKS = (
    "https://evil.example/",
    "https://teams.microsoft.com.evil.example/",
    "https://evilnhs.uk/",
    "https://nhs.uk.evil.example/",
    "https://microsoft.com/",
    "https://evil.sharepoint.com/",
    "https://t\u0435ams.microsoft.com.evil.example/",
    "https://nh\u0455.uk/",
    "https://xn--nh-rmc.uk/",
    "https://evil.example/https://teams.microsoft.com/",
    "https://evil.example/?teams.microsoft.com",
)
"""Computers with names like those the academy sends people to."""
