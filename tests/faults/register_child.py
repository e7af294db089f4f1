"""A process that imports records into a register, to be killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ambos.catalog import load
from ambos.flows.register.transfer import import_records
from ambos.flows.workspace import Workspace, open_workspace
from ambos.register import csv_file, desk, store  # noqa: F401 - loaded before the process begins
from register_samples import NOW

load()


def workspace_at(folder: Path) -> Workspace:
    return replace(open_workspace(folder), clock=lambda: NOW)


def write_file(path: Path, count: int) -> None:
    """Write a file of records, each with a step."""
    lines = ["record,id,name.en,due,text.es"]
    for i in range(count):
        lines += [f"commitment,c-{i},Name {i},2027-06,", f"commitment.step,c-{i},,2027,Paso {i}"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(folder: Path, file: Path) -> None:
    """Import the file as an office."""
    import_records(workspace_at(folder), file, office="adot", propose=True)
