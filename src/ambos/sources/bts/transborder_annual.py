"""BTS TransBorder Freight, 1993 onward, as added up by the University of North Texas for TxDOT.

Six files from the raw monthly tables of BTS, recognised by their header. `TradeValue` is whole dollars written as a
float (``80125.0``).

`Weight` is in short tons, and `WeightLb` is `Weight` × 2.20462, which is a weight in no unit at all.
Measured on all 1,138 cells of state × mode × flow with Mexico of 2021–2023: each `Weight` is BTS's sum in
kilograms divided by 907.185 and rounded to two decimals. `weight_kg` undoes that and is within 5 kg of
BTS's sum. Blank: not collected.

Faults of the files, which are read as they are and tested on the real ones. Figures that the first of them touches, and
those of a year of which the source covers a part, have status B (break in the series): they do not compare with others.

* Some count exports twice before 2003, for the old tables gave each flow by commodity and by state. To Mexico by
  surface modes in 2001: 88.9 bn USD in `us_state_trade` and `monthly_trends`, 170.5 in `us_transborder`. The
  latter and `commodity_mexstate_trade` are too high from 1994 to 2002, the others from April 1993 to March 1994 (6.0
  to 7.6 bn USD a month to Mexico, 3.5 in April 1994). From 2003 all agree to the dollar, and imports agree in all years (but one cell of Canada in 1993).
* Nayarit ends in 2006 in both files of Mexican states: BTS's code for it, NA, was taken for a missing value.
* `containerization_trade` is of trade with Mexico alone, though it does not say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

#: Grams in one of the files' tons; 2,000 international pounds (0.45359237 kg) as the project rounds them.
GRAMS_PER_TON = 907_185
_COMMON = {"Year", "Mode", "TradeType", "TradeValue", "Weight", "WeightLb"}
#: Each file: its columns and its dataset.
FILES = {
    "us_state_trade": (_COMMON | {"StateCode", "State", "Country"}, "freight_annual_state"),
    "us_transborder": (_COMMON | {"Country"}, "freight_annual_state"),
    "mexican_state_trade": (_COMMON | {"MexState"}, "freight_annual_mexstate"),
    "commodity_mexstate_trade": (_COMMON | {"MexState", "CommodityGroup"}, "freight_annual_mexstate"),
    "monthly_trends": (_COMMON | {"Month", "Country"}, "freight_national_month"),
    "containerization_trade": (_COMMON | {"Scope", "ContCode", "DF"}, "freight_annual_container"),
}
#: The first month that the source covers, and that of its air and vessel freight (BTS, notes on the data fields).
BEGINS, BEGINS_BY = date(1993, 4, 1), {"air": date(2003, 11, 1), "vessel": date(2003, 11, 1)}
#: The first and last month in which a file counts exports twice.
TWICE = {
    "us_transborder": (date(1994, 1, 1), date(2002, 12, 1)),
    "commodity_mexstate_trade": (date(1994, 1, 1), date(2002, 12, 1)),
    **dict.fromkeys(
        ("us_state_trade", "mexican_state_trade", "monthly_trends", "containerization_trade"),
        (date(1993, 4, 1), date(1994, 3, 1)),
    ),
}
#: Columns of codes: our name, the code list, the system of its codes, and codes of a total.
CODES = {
    "TradeType": ("flow", "flows", "unt", None),
    "StateCode": ("us_state", "state", "usps", None),
    "Scope": ("us_state", "state", "unt", {"National": TOTAL}),
    "MexState": ("mex_state", "state", "unt", None),
    "CommodityGroup": ("commodity_group", "commodity_groups", "unt", None),
    "Mode": ("mode", "modes", "unt", None),
    "Country": ("country", "country", "unt", None),
    "DF": ("origin", "origins", "unt", None),
    "ContCode": ("container", "containers", "unt", None),
}


def recognise(name: str, head: bytes) -> str:
    """Which of the six files has this header; "" if none."""
    return table_of(head, {kind: columns for kind, (columns, _) in FILES.items()})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of one of the four datasets; dimensions that a file adds over are totals (``_T``)."""
    columns, dataset = FILES[kind]
    sheet = RawTable(read_csv(file, sorted(columns), columns - {"TradeValue", "Weight", "WeightLb"}))
    sheet.month("Year", "Month" if "Month" in columns else None, "period")
    for column, (into, codelist, system, total) in CODES.items():
        if column in columns:
            sheet.codes(column, into, catalog.codelists[codelist], system, total)
    sheet.whole("TradeValue", "value_usd")
    _weight(sheet)
    totals = [pl.lit(TOTAL).alias(c) for c in catalog.datasets[dataset].keys if c not in sheet.made]
    frame = sheet.good().with_columns(totals)
    revised = catalog.sources["bts_transborder_annual"], file.as_of
    rows = sheet.rows(catalog.datasets[dataset], "value_usd", revised=revised, frame=frame)
    status = pl.when(_breaks(kind, annual="Month" not in columns) & (pl.col("status") != "M")).then(pl.lit("B"))
    yield replace(rows, frame=rows.frame.with_columns(status=status.otherwise("status")))


def _breaks(kind: str, *, annual: bool) -> pl.Expr:
    """Mark figures not comparable with others: a part of a year, or exports that the file counts twice."""
    first, last = TWICE[kind]
    first = first.replace(month=1) if annual else first
    twice = (pl.col("flow") == "export") & pl.col("period").is_between(first, last)
    if not annual:
        return twice
    year = pl.col("period").dt.year()
    begins = (
        pl.col("mode")
        .cast(pl.String)
        .replace_strict({mode: day.year for mode, day in BEGINS_BY.items()}, default=BEGINS.year, return_dtype=pl.Int32)
    )
    return twice | (year == begins)


def _weight(sheet: RawTable) -> None:
    """Tons with up to two decimals to whole kilograms, in whole numbers all the way."""
    text = sheet.raw["Weight"]
    parts = pl.DataFrame({"text": text}).select(
        whole=pl.col("text").str.extract(r"^([0-9]{1,11})(?:\.[0-9]{1,2})?$").cast(pl.Int64),
        hundredths=pl.col("text")
        .str.extract(r"^[0-9]{1,11}\.([0-9]{1,2})$")
        .str.pad_end(2, "0")
        .cast(pl.Int64)
        .fill_null(0),
    )
    hundredths = parts["whole"] * 100 + parts["hundredths"]
    sheet.made["weight_kg"] = (hundredths * GRAMS_PER_TON + 50_000) // 100_000
    sheet.refuse_values(
        hundredths.is_null() & (text != ""),
        "Weight",
        Text("a weight with two decimals at most", "un peso con dos decimales como máximo"),
    )


CONNECTOR = Connector("bts_transborder_annual", recognise, read)
