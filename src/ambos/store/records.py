"""Snapshots and findings as rows, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable

import polars as pl

from ambos.model import Finding, LeftOut, Snapshot
from ambos.store.schema import FINDINGS, SEQUENCE, SNAPSHOTS
from ambos.text import Text

#: Beside the counts in their JSON: what was left out of the file. Only where something was.
LEFT_OUT = "left_out"
#: Beside them too: the versions of the tables.
TABLES = "tables"
#: The fields of a snapshot that are columns of its row.
_AS_THEY_ARE = [column for column in SNAPSHOTS if column not in ("counts", SEQUENCE)]


class UnknownEntry(ValueError):
    """The record of a file is not in the shape of this version; carries the file's name."""


def from_snapshots(snapshots: Iterable[Snapshot], sequence: int) -> pl.DataFrame:
    """Make a row per snapshot."""
    rows = [
        {
            **{column: getattr(s, column) for column in _AS_THEY_ARE},
            "counts": json.dumps({**s.counts, **_left_out(s), **_tables(s)}, sort_keys=True),
            SEQUENCE: sequence,
        }
        for s in snapshots
    ]
    return pl.DataFrame(rows, schema=SNAPSHOTS)


def to_snapshots(frame: pl.DataFrame) -> list[Snapshot]:
    """The last recorded of each id, in the order of their date of knowledge, source and file."""
    rows = frame.sort(SEQUENCE, maintain_order=True).unique("id", keep="last").sort("as_of", "source", "file", "id")
    snapshots = []
    for r in rows.iter_rows(named=True):
        try:
            counts = json.loads(r["counts"])
            left_out = [LeftOut(o["name"], o["kind"], Text(o["en"], o["es"])) for o in counts.pop(LEFT_OUT, [])]
            tables = counts.pop(TABLES, {})
            if not all(isinstance(n, int) for n in [*counts.values(), *tables.values()]):
                raise TypeError
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnknownEntry(r["file"]) from error
        own = {column: r[column] for column in _AS_THEY_ARE}
        snapshots.append(Snapshot(**own, counts=counts, left_out=tuple(left_out), tables=tables))
    return snapshots


def _left_out(snapshot: Snapshot) -> dict[str, list[dict[str, str]]]:
    parts = [{"name": o.name, "kind": o.kind, "en": o.reason.en, "es": o.reason.es} for o in snapshot.left_out]
    return {LEFT_OUT: parts} if parts else {}


def _tables(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    return {TABLES: dict(snapshot.tables)} if snapshot.tables else {}


def from_findings(findings: Iterable[Finding]) -> pl.DataFrame:
    """Make a row per finding."""
    own = [column for column in FINDINGS if column not in ("text_en", "text_es", "events")]
    rows = [
        {
            **{column: getattr(f, column) for column in own},
            "text_en": f.text.en,
            "text_es": f.text.es,
            "events": json.dumps(f.events),
        }
        for f in findings
    ]
    return pl.DataFrame(rows, schema=FINDINGS)
