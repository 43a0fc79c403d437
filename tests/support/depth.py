"""How deep attacks go: as deep as there is time for in `make test`, and so many times deeper in `make attack`."""

import os

DEPTH = int(os.environ.get("ATTACK_DEPTH", "1"))
