"""What runs on its own: messages that are due leave by mail, and none waits for ever."""
