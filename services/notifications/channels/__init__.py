"""How a message leaves: letters, calendar files, the mail server."""
