"""What make calls: set-up, assets, services for tests, the test run. Standard library only."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the one place that meets older interpreters
    sys.exit(
        "Python 3.11 or newer is needed, this is {}.{}. Name one, for example: make run PYTHON=python3.12".format(
            *sys.version_info[:2]
        )
    )
