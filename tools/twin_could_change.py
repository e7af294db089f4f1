"""Play the what-ifs of the dossier's section of ports again, with the region's calibration.

    .venv/bin/python tools/twin_could_change.py

writes ``could_change.csv`` of the region: to be run after `tools/twin_calibration.py`. It takes two minutes on two cores.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from ambos.catalog.could_change import write_could_change
from ambos.flows.twin.could_change_play import could_change
from ambos.flows.workspace import open_workspace

#: Months with reported waits.
MONTHS = (*((2025, m) for m in range(7, 13)), (2026, 1), *((2026, m) for m in range(4, 7)))


def days() -> tuple[date, ...]:
    """List 28 days: each weekday four times, each month at least twice."""
    made = []
    for n in range(28):
        first = date(*MONTHS[n % len(MONTHS)], 1)
        made.append(first + timedelta((n - first.weekday()) % 7 + 7 * (n // len(MONTHS))))
    return tuple(made)


def main() -> None:
    """Write the file."""
    began = time.monotonic()

    def tell(label: str, done: int, of: int) -> None:
        sys.stderr.write(f"\r{time.monotonic() - began:6.0f} s  {done}/{of}  {label!s:40s}")

    with tempfile.TemporaryDirectory() as empty:
        workspace = open_workspace(Path(empty))
        write_could_change(workspace.catalog.snapshot_folder.parent, could_change(workspace, days(), progress=tell))
    sys.stderr.write("\n")


if __name__ == "__main__":
    main()
