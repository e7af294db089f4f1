"""How fast files of records are imported into a register, and exported, by processor time.

::

    .venv/bin/python benchmarks/register_import.py

Twice in each form: 20,000 commitments in a row each, and 5,000 commitments with three rows more (a step, an organisation, a
source). In a new file of SQLite that has the region's records; a row is a row of the spreadsheet.
"""

from __future__ import annotations

import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from ambos.flows.register.transfer import export_records, import_records, written
from ambos.flows.workspace import open_workspace
from ambos.register.rows import spread

Kept = list[tuple[str, str, dict[str, Any]]]


def flat(count: int) -> Kept:
    """Commitments of one row each."""
    return [("commitment", f"flat-{i}", _single(i)) for i in range(count)]


def deep(count: int) -> Kept:
    """Commitments of four rows each."""
    more = {
        "step": [{"text": {"en": "Agree on the form", "es": "Acordar el formato"}, "due": "2027-01"}],
        "organisation": [{"name": {"en": "ADOT"}, "side": "US-AZ"}],
        "source": [{"en": "Plan 2027", "es": "Plan 2027"}],
    }
    return [("commitment", f"deep-{i}", _single(i) | more) for i in range(count)]


def _single(i: int) -> dict[str, Any]:
    return {
        "name": {"en": f"Extend the pilot of permits to port {i}", "es": f"Extender el piloto de permisos al puerto {i}"},
        "action": {"en": "Agree, train, measure", "es": "Acordar, capacitar, medir"},
        "committee": "tourism-2025",
        "responsible": ["adot"],
        "made": "2026",
        "due": "2027-06-01",
        "status": "planned",
    }  # fmt: skip


def seconds_of(kept: Kept, ending: str, folder: Path) -> list[float]:
    """Import new records, import them again, export them."""
    workspace, file, out = open_workspace(folder), folder / f"records{ending}", folder / f"out{ending}"
    file.write_bytes(written(ending, kept[:1]))
    import_records(workspace, file, office="adot")  # makes the register
    file.write_bytes(written(ending, kept))
    seconds = []
    for act in (
        partial(import_records, workspace, file, office="adot", propose=True),
        partial(import_records, workspace, file, office="adot"),
        partial(export_records, workspace, out, kinds=["commitment"]),
    ):
        begin = time.process_time()
        act()
        seconds.append(time.process_time() - begin)
    return seconds


def main() -> None:
    """Write files, import and export them."""
    for name, kept in (("one row each", flat(20_000)), ("four rows each", deep(5_000))):
        rows = sum(1 for _ in spread(kept))
        for ending in (".csv", ".xlsx", ".toml"):
            with tempfile.TemporaryDirectory() as folder:
                new, again, out = (f"{rows / one:,.0f}" for one in seconds_of(kept, ending, Path(folder)))
            print(
                f"{name}, {ending}: {rows:,} rows; a second of one processor: {new} new, {again} as they were, {out} exported"
            )


if __name__ == "__main__":
    main()
