"""Text as a stranger writes it who wants the terminal of whoever looks at it, and what is to be seen of it."""

HOSTILE = (
    ":bomb:\x1b]52;c;cm0=\x07\x1b[2J\x1b[31mwell\x9b1m\u202e[/bold][link=http://x]x[/link][blink]\r\n\t\x7f\u200b\ufeff"
)
SEEN = r":bomb:\x1b]52;c;cm0=\x07\x1b[2J\x1b[31mwell\x9b1m\u202e[/bold][link=http://x]x[/link][blink]\r\n\t\x7f\u200b\ufeff"
WORSE, WORSE_SEEN = f"{HOSTILE}\ud800", rf"{SEEN}\ud800"
"""With half a character, where nothing checks the text before it is shown."""


def harmless(shown: str) -> bool:
    """Nothing in it but lines that can be printed."""
    return shown.replace("\n", "").isprintable()
