"""What processes that refresh a source do instead; apart, so that they load nothing else."""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection
from pathlib import Path

from ambos.text import Text

WAITS = "cbp_border_waits"


def good(_folder: Path, _region: Path, source: str, pipe: Connection) -> None:
    """Refuse the waits, and refresh the others."""
    pipe.send(Text.same("refused") if source == WAITS else None)


def hangs(_folder: Path, _region: Path, _source: str, pipe: Connection) -> None:
    """Never answer."""
    time.sleep(600)


def dies(_folder: Path, _region: Path, _source: str, pipe: Connection) -> None:
    """End without an answer."""
    os._exit(9)
