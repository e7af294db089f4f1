"""Reclamation's HydroData of Lake Mead and Lake Powell by month, as gathered in one table.

One row per reservoir, field and month. Level and storage are those of the **first** of the month; here they are put at
the end of the month before. Against Reclamation's month-end levels of 2000 to 2016 (`usbr_owdi_2016`) this is 0.09 ft
off on average; taken as those of their own month they would be 2.2 ft off.

Volumes are of the whole month. Of the newest month of each reservoir and measure, where it ended after the file was made
or within the source's lag before, it is not known whether all its days are in (Lake Mead's release of August 2026 is a
tenth of any other August's): it is missing. "Total Release", "Inflow"
and "Unregulated Inflow" in cfs are sums of the days' flows and say the same as the volumes beside them; "Area" bears a
wrong unit. They are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.later import np
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.strict import read_csv, table_of
from ambos.sources.shared.water import feet_of, iso_day
from ambos.text import Text

COLUMNS = (
    "",
    "WaterYear",
    "Month",
    "ResID",
    "ResName",
    "ResNameAbbrev",
    "FieldID",
    "FieldName",
    "FieldUnits",
    "MonthlyValue",
    "Year",
    "Date",
)
#: Fields of the state of a reservoir, and those that are not read.
LEVEL, STORAGE, UNREAD = "49", "17", ("29", "33", "42", "89")
#: The reservoir whose table of level and storage the definitions hold (``river/storage.toml``).
TABLED = "mead"
#: Units of the fields that are read.
FEET, MAF = "feet", "million acre-feet"
AF_PER_MAF = 10**6
#: No month's flow and no storage of a reservoir on this river is so large.
LARGEST_MAF = 100


def recognise(name: str, head: bytes) -> str:
    """``monthly`` by its header; else ""."""
    return table_of(head, {"monthly": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``reservoir_levels`` and ``reservoir_flows``."""
    raw = read_csv(file, COLUMNS)
    field = raw["FieldID"]
    yield _state(raw.filter(field == LEVEL), raw.filter(field == STORAGE), catalog, file.as_of)
    yield _flows(raw.filter(~field.is_in([LEVEL, STORAGE, *UNREAD])), catalog, file.as_of)


def _state(levels: pl.DataFrame, storage: pl.DataFrame, catalog: Catalog, known: date | None) -> Rows:
    """Level and storage side by side, at the end of the month before the one they are written for."""
    level = _sheet(levels, FEET, catalog)
    level.values("MonthlyValue", "elevation_ft", feet_of, pl.Decimal(8, 2), Text("a level in feet", "una elevación"))
    stored = _sheet(storage, MAF, catalog)
    stored.values("MonthlyValue", "published_storage_af", _acre_feet, pl.Int64(), Text("a volume", "un volumen"))
    key = ["period", "reservoir"]
    # a key that stands twice stays twice, to be set aside as the conflict it is
    both = level.good().join(stored.good(), on=key, how="full", coalesce=True, maintain_order="left_right")
    both = both.with_columns(
        pl.col("period").dt.offset_by("-1mo"),
        storage_af=_by_table(both, catalog),
    )
    revised = catalog.sources["usbr_reservoirs_monthly"], known
    values = ("published_storage_af", "elevation_ft")
    rows = level.rows(catalog.datasets["reservoir_levels"], *values, revised=revised, frame=both)
    return replace(rows, rejected=pl.concat([rows.rejected, stored.rejected()]).sort("line"))


def _by_table(frame: pl.DataFrame, catalog: Catalog) -> pl.Series:
    """Live storage by the definitions' table where there is one, for older published figures rest on older tables;
    else as published."""
    table = load_river(catalog).storage
    feet = frame["elevation_ft"].cast(pl.Float64).to_numpy()
    nodes = [float(f) for f in table.feet], [float(k) for k in table.kaf]
    kaf = np.interp(feet, *nodes, left=np.nan, right=np.nan)  # a table is never stretched
    by_table = pl.Series("_table", kaf * 1000.0, nan_to_null=True).round().cast(pl.Int64)
    chosen = pl.when(pl.col("reservoir") == TABLED).then("_table").otherwise("published_storage_af")
    return frame.with_columns(by_table).select(storage_af=chosen).to_series()


def _flows(raw: pl.DataFrame, catalog: Catalog, known: date | None) -> Rows:
    sheet = _sheet(raw, MAF, catalog)
    sheet.codes("FieldID", "measure", catalog.codelists["river_measures"], "usbr")
    sheet.values("MonthlyValue", "volume_af", _acre_feet, pl.Int64(), Text("a volume", "un volumen"))
    source = catalog.sources["usbr_reservoirs_monthly"]
    newest = pl.col("period") == pl.col("period").max().over("reservoir", "measure")
    if known is not None:
        newest &= pl.col("period") >= (known - timedelta(days=source.lag_days)).replace(day=1)
    frame = sheet.good().with_columns(volume_af=pl.when(~newest).then("volume_af"))
    return sheet.rows(catalog.datasets["reservoir_flows"], "volume_af", revised=(source, known), frame=frame)


def _sheet(raw: pl.DataFrame, unit: str, catalog: Catalog) -> RawTable:
    """Month and reservoir of rows that should all be in one unit."""
    sheet = RawTable(raw)
    sheet.values("Date", "period", iso_day, pl.Date(), Text("a date", "una fecha"))
    day = sheet.made["period"]
    agrees = (raw["Year"] == day.dt.year().cast(pl.String)) & (raw["Month"] == day.dt.month().cast(pl.String))
    first = Text("the first day of its month", "el primer día de su mes")
    sheet.refuse_values((~(agrees & (day.dt.day() == 1))).fill_null(False), "Date", first)
    sheet.refuse_values(raw["FieldUnits"] != unit, "FieldUnits", Text(f"the unit {unit}", f"la unidad {unit}"))
    sheet.codes("ResID", "reservoir", catalog.codelists["reservoir"], "usbr")
    return sheet


def _acre_feet(text: str) -> int | None:
    """Million acre-feet to whole acre-feet; the binary leftovers of the source are finer than that."""
    number = decimal_of(text)
    return int(rounded(number * AF_PER_MAF)) if number is not None and abs(number) < LARGEST_MAF else None


CONNECTOR = Connector("usbr_reservoirs_monthly", recognise, read)
