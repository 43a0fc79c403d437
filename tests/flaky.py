"""After a red run: each test that failed runs once more, alone. One that passes then is flaky, and told; CI goes on.

`python -m tests.flaky FILE` takes what `pytest --failures FILE` wrote. A line `FLAKY <test>` is a fault to be mended
before anything else. Nothing but a failed test is tried again, and no more than a few: many do not fail by chance.
"""

import subprocess
import sys
from pathlib import Path
from textwrap import indent

from tests.support import failures
from tests.support.failures import Ending, Failure

MOST = 10


def main() -> int:
    """The exit code: 0 where every failed test passed alone."""
    [file] = map(Path, sys.argv[1:])
    first = Ending.read(file)
    if first is None:
        return _red("the run did not come to its end")
    if first.exit_code != 1 or not first.failures:
        return _red(f"the run ended with {first.exit_code}, and not for tests that failed")
    if unread := [failure.test for failure in first.failures if not failure.collected]:
        return _red(f"cannot be read: {', '.join(unread)}")
    if len(first.tests) > MOST:
        return _red(f"{len(first.tests)} tests failed; more than {MOST} do not fail by chance")
    return _judge(first, _alone(first.tests, file.with_suffix(".again.json")))


def _alone(tests: list[str], file: Path) -> Ending | None:
    """In this one process, one after another, on a platform of their own."""
    print(f"\n{len(tests)} failed; each runs once more, alone", flush=True)
    subprocess.run(
        [sys.executable, "-m", "pytest", "-p", failures.__name__, "--failures", str(file), *tests], check=False
    )
    return Ending.read(file)


def _judge(first: Ending, second: Ending | None) -> int:
    if second is None or second.exit_code not in {0, 1}:
        return _red("the second run did not come to its end")
    for test in first.tests:
        if test not in second.tests:
            _tell(test, first)
    return _red(f"failed twice: {', '.join(second.tests)}") if second.failures else 0


def _tell(test: str, first: Ending) -> None:
    print(f"\nFLAKY {test}")
    said: list[Failure] = [failure for failure in first.failures if failure.test == test]
    print(indent(said[0].said, "    "), flush=True)


def _red(why: str) -> int:
    print(f"\nRED: {why}", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
