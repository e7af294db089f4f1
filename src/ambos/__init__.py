"""Ambos: an open, bilingual observatory and planning desk for a cross-border region."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ambos.session import open as open

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the Python door when it is asked for: the terminal starts without it."""
    if name == "open":
        from ambos.session import open

        return open
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
