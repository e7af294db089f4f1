"""Natural flow of the Colorado at Lees Ferry, Reclamation's workbook of annual figures since 1906.

Two of its sheets hold a year and its flow in acre-feet in columns A and B, below a
title in B2 that says which year is meant (`year_bases`) and the unit in B3; averages below the last year are left out.
The large workbook of all nodes of the river is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import PurePosixPath

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import ZIP
from ambos.sources.shared.strict import table, wrong
from ambos.sources.shared.water import year_of
from ambos.sources.shared.workbook import sheets
from ambos.text import Text

NAMES = "lfnatflow*.xlsx"
UNIT = "(AF)"
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)


def recognise(name: str, head: bytes) -> str:
    """``lees_ferry`` for a workbook of that name: the first bytes of a zip do not show what it holds; else ""."""
    own = PurePosixPath(name.lower()).name
    return "lees_ferry" if head.startswith(ZIP) and fnmatch(own, NAMES) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``natural_flow``."""
    known = catalog.codelists["year_bases"].from_system("usbr")
    cells, lines = [], []
    for sheet in sheets(file):
        title = sheet.get("B2", "")
        if title not in known:
            continue
        if sheet.get("B3") != UNIT:
            raise wrong(file, f"B3 is not “{UNIT}”.", f"B3 no es «{UNIT}».")
        rows = sorted(int(at[1:]) for at in sheet if at[0] == "A" and at[1:].isdigit())
        years = [n for n in rows if n > 3 and year_of(sheet[f"A{n}"])]
        cells += [(title, sheet[f"A{n}"], sheet.get(f"B{n}", "")) for n in years]
        lines += years
    if not cells:
        raise wrong(
            file,
            f"no sheet has one of these titles in B2: {', '.join(known)}.",
            f"ninguna hoja tiene en B2 uno de estos títulos: {', '.join(known)}.",
        )
    made = RawTable(table(file, ("basis", "year", "flow"), cells).with_columns(line=pl.Series(lines, dtype=pl.Int64)))
    made.codes("basis", "year_basis", catalog.codelists["year_bases"], "usbr")
    made.values("year", "period", year_of, pl.Date(), Text("a year", "un año"))
    whole = Text("a whole number", "un número entero")
    made.values(
        "flow", "volume_af", lambda t: int(t) if _WHOLE.fullmatch(t) else None, pl.Int64(), whole, missing=("",)
    )
    revised = catalog.sources["usbr_natural_flow"], file.as_of
    yield made.rows(catalog.datasets["natural_flow"], "volume_af", revised=revised)


CONNECTOR = Connector("usbr_natural_flow", recognise, read)
