"""One router per noun, its bodies and views beside it."""
