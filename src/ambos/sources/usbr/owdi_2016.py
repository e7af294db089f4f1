"""Files of the drought visualisation that USGS and Reclamation made in 2016.

``levels`` and ``levels_2016``: Lake Mead on the last day of each month, 2000 to 2015 and to July 2016. ``projection``: the levels that one 24-Month
Study projected. ``decree``: decree accounting by contractor, of which the totals of the states are taken; one contractor
can stand in it several times, and its names are in no code list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.strict import read_csv, table_of
from ambos.sources.shared.water import feet_of, month_of_end, year_of
from ambos.text import Text

SHAPES = {
    "levels_2016": ("Object.Name", "Slot.Name", "units", "Value", "Model", "RunType", "posDate"),
    "levels": ("Object.Name", "Slot.Name", "units", "Timestep", "Value", "Model"),
    "projection": ("Object.Name", "Slot.Name", "units", "Timestep", "Value", "Model", "RunType"),
    "decree": ("Year", "Variable", "Value", "WaterUser", "State", "ContractorID"),
}
#: What is read of those of levels.
SLOT, UNIT = "Pool Elevation", "ft"
#: The model of levels that were observed; that of a projection is named after its month.
OBSERVED = "Historical"
#: How the users that are totals of a state end.
TOTALS = " TOTALS"


def recognise(name: str, head: bytes) -> str:
    """Which of the four it is by its header; else ""."""
    return table_of(head, SHAPES)


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``reservoir_month_ends``, ``reservoir_projections`` or ``river_state_use``."""
    raw = read_csv(file, SHAPES[kind])
    if kind == "decree":
        yield _decree(raw.filter(pl.col("WaterUser").str.ends_with(TOTALS)), catalog)
        return
    sheet = RawTable(raw)
    sheet.codes("Object.Name", "reservoir", catalog.codelists["reservoir"], "usbr_name")
    sheet.refuse_values(raw["Slot.Name"] != SLOT, "Slot.Name", Text(f"“{SLOT}”", f"«{SLOT}»"))
    sheet.refuse_values(raw["units"] != UNIT, "units", Text(f"“{UNIT}”", f"«{UNIT}»"))
    last = Text("the last day of a month", "el último día de un mes")
    sheet.values(
        "posDate" if kind == "levels_2016" else "Timestep",
        "period",
        _month_end,
        pl.Date(),
        last,
    )
    sheet.values("Value", "elevation_ft", feet_of, pl.Decimal(8, 2), Text("a level in feet", "una elevación en pies"))
    if kind == "projection":
        sheet.codes("Model", "study", catalog.codelists["studies"], "owdi")
        sheet.codes("Model", "run", catalog.codelists["study_runs"], "owdi")
        for column, dtype in (("storage_af", pl.Int64), ("release_af", pl.Int64), ("read", pl.String)):
            sheet.fill(column, None, dtype)
    else:  # a projection that lost its column of the type of run has the same header
        observed = Text(f"“{OBSERVED}”", f"«{OBSERVED}»")
        sheet.refuse_values(raw["Model"] != OBSERVED, "Model", observed)
    dataset = "reservoir_projections" if kind == "projection" else "reservoir_month_ends"
    yield sheet.rows(catalog.datasets[dataset], "elevation_ft")


def _decree(raw: pl.DataFrame, catalog: Catalog) -> Rows:
    sheet = RawTable(raw)
    sheet.values("Year", "period", year_of, pl.Date(), Text("a year", "un año"))
    sheet.codes("State", "us_state", catalog.codelists["state"], "usps")
    sheet.codes("Variable", "measure", catalog.codelists["river_measures"], "owdi")
    sheet.values("Value", "volume_af", _acre_feet, pl.Int64(), Text("a volume", "un volumen"))
    return sheet.rows(catalog.datasets["river_state_use"], "volume_af")


def _month_end(text: str) -> date | None:
    """The first day of the month whose last is written ``2000/01/31`` or ``2000-01-31``."""
    return month_of_end(text.replace("/", "-") if text.count("/") == 2 else text)


def _acre_feet(text: str) -> int | None:
    """Read whole acre-feet; a few are written with fractions."""
    number = decimal_of(text)
    return int(rounded(number)) if number is not None and number >= 0 else None


CONNECTOR = Connector("usbr_owdi_2016", recognise, read)
