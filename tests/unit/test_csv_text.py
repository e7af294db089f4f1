"""CSV text: exact cells, and none that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ambos
from ambos.csv_text import csv_text


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://example.invalid","see")', '\'=HYPERLINK("http://example.invalid","see")'),
        ("@SUM(1,1)", "'@SUM(1,1)"),
        ("+1+1", "'+1+1"),
        ("-1-cmd", "'-1-cmd"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(1)", "'＠SUM(1)"),
        ("-0.4", "-0.4"),
        ("+12", "+12"),
        ("-1.5e-3", "-1.5e-3"),
        (-110.94, "-110.94"),
        (Decimal("-0.40"), "-0.40"),
        ("Nogales, Sonora", "Nogales, Sonora"),
        ("–", "–"),
        (None, ""),
        (True, "true"),
    ],
)
def test_a_text_that_would_run_is_written_as_a_text(cell: object, written: str) -> None:
    assert list(csv.reader(io.StringIO(csv_text(["a"], [[cell, "x"]]), newline="")))[1] == [written, "x"]


@given(cell=st.text(max_size=8))
def test_no_written_text_begins_like_a_formula(cell: str) -> None:
    ((written, _),) = csv.reader(io.StringIO(csv_text([cell, "x"], []), newline=""))
    assert written.lstrip("'") == cell.lstrip("'")
    assert not written.startswith(("=", "@", "\t", "\r")) and not re.match(r"[-+](?![\d.])", written)


def test_every_table_is_written_in_this_one_place() -> None:
    """A door with a writer of its own would write formulas again; only whole tables are written by Polars, by the same rule."""
    own = re.compile(r"csv\.(writer|DictWriter)|\.write_csv\(")
    folder = Path(ambos.__file__).parent
    found = {p.name for p in folder.rglob("*.py") if own.search(p.read_text(encoding="utf-8"))}
    assert found == {"bulk.py"}
    assert "FORMULA" in (folder / "flows" / "data" / "bulk.py").read_text(encoding="utf-8")
