"""Lake Mead by day in 2026, and Reclamation's August and September 2026 24-Month Studies, as read by others.

``daily``: level of each day at the Power House datum. ``study``: level, live storage and release at the end of each month,
by study and run. The rows of a study that are observations are official month-end levels; the others are projections,
known from the day on which the study was published (the code list of studies). What was read off a chart (within 0.3 ft)
has the status E.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.strict import read_csv, table_of
from ambos.sources.shared.water import feet_of, iso_day, month_of_end
from ambos.text import Text

SHAPES = {
    "daily": ("date", "elevation_ft"),
    "study": (
        "reservoir",
        "study",
        "run",
        "month_end",
        "elevation_ft",
        "storage_kaf",
        "release_kaf",
        "how_read",
    ),
}
RESERVOIR = "mead"
OBSERVED = "observed"
#: Start of the remark on a level that was read off a chart.
DIGITISED = "digitised"
_FEET = Text("a level in feet with two decimals", "una elevación en pies con dos decimales")
_VOLUME = Text("a volume", "un volumen")


def recognise(name: str, head: bytes) -> str:
    """Identify the kind of file by its header, and the daily one of Lake Mead also by its name; else ""."""
    kind = table_of(head, SHAPES)
    of_mead = RESERVOIR in name.lower().rpartition("/")[2]
    return "" if kind == "daily" and not of_mead else kind


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``reservoir_days``, or of ``reservoir_month_ends`` and ``reservoir_projections``."""
    raw = read_csv(file, SHAPES[kind])
    if kind == "daily":
        yield _days(raw, catalog, file.as_of)
        return
    observed = raw["run"] == OBSERVED
    yield _month_ends(raw.filter(observed), catalog)
    yield _projections(raw.filter(~observed), catalog)


def _days(raw: pl.DataFrame, catalog: Catalog, known: date | None) -> Rows:
    sheet = RawTable(raw)
    sheet.values("date", "date", iso_day, pl.Date(), Text("a date", "una fecha"))
    sheet.values("elevation_ft", "elevation_ft", _feet, pl.Decimal(8, 2), _FEET)
    sheet.fill("reservoir", RESERVOIR)
    dataset = catalog.datasets["reservoir_days"]
    others = [name for name in dataset.values if name != "elevation_ft"]  # these files do not have them
    frame = sheet.good().with_columns(pl.lit(None, pl.Int64()).alias(name) for name in others)
    revised = catalog.sources["usbr_mead_24ms"], known
    return sheet.rows(dataset, "elevation_ft", revised=revised, frame=frame)


def _levels(raw: pl.DataFrame, catalog: Catalog) -> RawTable:
    sheet = RawTable(raw)
    sheet.codes("reservoir", "reservoir", catalog.codelists["reservoir"], "usbr_name")
    sheet.values(
        "month_end", "period", month_of_end, pl.Date(), Text("the last day of a month", "el último día de un mes")
    )
    sheet.values("elevation_ft", "elevation_ft", _feet, pl.Decimal(8, 2), _FEET)
    return sheet


def _month_ends(raw: pl.DataFrame, catalog: Catalog) -> Rows:
    sheet = _levels(raw, catalog)
    return sheet.rows(catalog.datasets["reservoir_month_ends"], "elevation_ft")


def _projections(raw: pl.DataFrame, catalog: Catalog) -> Rows:
    sheet = _levels(raw, catalog)
    studies = catalog.codelists["studies"]
    sheet.codes("study", "study", studies, "usbr")
    sheet.codes("run", "run", catalog.codelists["study_runs"], "usbr")
    for column, ours in (("storage_kaf", "storage_af"), ("release_kaf", "release_af")):
        sheet.values(column, ours, _acre_feet, pl.Int64(), _VOLUME, missing=("",))
    sheet.made["read"] = raw["how_read"].alias("read")
    known = {code.id: date.fromisoformat(code.attributes["published"]) for code in studies.codes.values()}
    frame = sheet.good().with_columns(
        as_of=pl.col("study").replace_strict(list(known), list(known.values()), return_dtype=pl.Date)
    )
    rows = sheet.rows(catalog.datasets["reservoir_projections"], "elevation_ft", frame=frame)
    digitised = pl.col("read").str.starts_with(DIGITISED)
    return replace(rows, frame=rows.frame.with_columns(status=pl.when(digitised).then(pl.lit("E")).otherwise("status")))


def _feet(text: str) -> Decimal | None:
    """A level with the two decimals that it always has: with fewer the line was cut."""
    return feet_of(text) if text[-3:-2] == "." else None


def _acre_feet(text: str) -> int | None:
    """Acre-feet of thousands of them."""
    number = decimal_of(text)
    return int(rounded(number * 1000)) if number is not None and number >= 0 else None


CONNECTOR = Connector("usbr_mead_24ms", recognise, read)
