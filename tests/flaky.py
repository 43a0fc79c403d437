"""After a red run: each test that failed runs once more, alone. One that passes then is flaky, and told; CI goes on.

`python -m tests.flaky FILE …` takes what runs of `pytest --failures FILE` wrote. A line `FLAKY <test>` is a fault to
be fixed before anything else. Nothing but a failed test is tried again, and only a few: many do not fail by chance.
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
    files = [Path(name) for name in sys.argv[1:]]
    runs = [Ending.read(file) for file in files]
    ended = [run for run in runs if run is not None]
    if len(ended) < len(runs):
        return _red("a run did not come to its end")
    first = Ending(max(run.exit_code for run in ended), [failure for run in ended for failure in run.failures])
    if why := _hopeless(first):
        return _red(why)
    return _judge(first, _alone(first.tests, files[0].with_suffix(".again.json")))


def _hopeless(first: Ending) -> str | None:
    """Why nothing is to be tried again."""
    if first.exit_code != 1 or not first.failures:
        return f"a run ended with {first.exit_code}, and not for tests that failed"
    if unread := [failure.test for failure in first.failures if not failure.collected]:
        return f"cannot be read: {', '.join(unread)}"
    if len(first.tests) > MOST:
        return f"{len(first.tests)} tests failed; more than {MOST} do not fail by chance"
    return None


def _alone(tests: list[str], file: Path) -> Ending | None:
    """In this one process, one after another, on a platform of their own."""
    print(f"\n{len(tests)} failed; each runs once more, alone", flush=True)
    file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", "-p", failures.__name__, "--failures", str(file), *tests]
    code = subprocess.run(command, check=False).returncode
    ending = Ending.read(file)
    return ending if ending and ending.exit_code == code else None


def _judge(first: Ending, second: Ending | None) -> int:
    if second is None or second.exit_code not in {0, 1}:
        return _red("the second run did not come to its end")
    sound = set(second.passed) - set(second.tests)
    for test in first.tests:
        if test in sound:
            _tell(test, first)
    left = [test for test in first.tests if test not in sound]
    return _red(f"did not pass alone either: {', '.join(left)}") if left or second.exit_code else 0


def _tell(test: str, first: Ending) -> None:
    print(f"\nFLAKY {test}")
    said: list[Failure] = [failure for failure in first.failures if failure.test == test]
    print(indent(said[0].said, "    "), flush=True)


def _red(why: str) -> int:
    print(f"\nRED: {why}", flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
