"""On how many examples a property is tried: all of them with the slow tests (`make test-slow`), a third on a push."""

from __future__ import annotations

#: Whether the slow tests run too; `conftest.py` says so before a module of tests is read.
SLOW_TOO = False


def examples(number: int) -> int:
    """The number of examples of this run, of the number that `make test-slow` tries."""
    return number if SLOW_TOO else number // 3
