"""Texts that would be more than text wherever somebody forgets what they are."""

NO_LINE_OF_TEXT = {
    "a header of its own": "Leading\r\nBcc: everybody@evil.example",
    "a line": "Leading\nEND:VEVENT",
    "a line of its script": "Leading\u2028END:VEVENT",
    "the end of a string": "Leading\0",
    "an escape of a terminal": "Leading\x1b[2J",
    "the other direction": "Leading \u202egnp.exe",
    "the other direction, apart": "Leading \u2066\u2069",
    "nothing to be seen": "\u200b\u200d",
}

STANDS_THERE = (
    "'; drop table learner; --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}${7*7}#{7*7}",
    "((home_link)) ((one_date??shown))",
    "%0d%0aBcc: everybody@evil.example",
    r"Leading\r\nBcc: everybody@evil.example\nEND:VEVENT",
    "=?utf-8?q?=0D=0ABcc:_everybody=40evil.example?=",
    'Leading;ATTENDEE="mailto:everybody@evil.example":,x',
    "%s %(name)s {0.__class__} $(id) `id`",
)

LEADS_SOMEWHERE = (
    "Your account is locked: sign in",
    "evil.example.com",
    "www.evil",
    "a@evil.example",
    r"\\evil",
    "ev\u200bil.com",
    "evil\uff0ecom",
    "sign-in\u3002nhs.uk",
    "https\uff1a//evil",
)
