"""EPA AirData, annual AQI by county: days by category and by pollutant, highest, 90th percentile and median index.

One file a year for the whole country, computed anew when EPA changes the index: what a file says depends on when it
was made, not only on its year. Files of 2021 hold Santa Cruz County, Arizona, with 294 good days for 2018; those made
since EPA moved the breakpoint of PM2.5 from 12.0 to 9.0 µg/m³ (6 May 2024, 89 FR 16202) hold fewer good days for years
long before it: 2019 has 250. So every row names the table of breakpoints, and no series mixes two.

Columns come and go: until about 2021 there is ``Days SO2``, which later files lack; some copies leave out the 90th
percentile and the days by pollutant. A column that is not there gives no rows, which is not 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import polars as pl

from ambos.catalog.air import load_air
from ambos.catalog.catalog import Catalog
from ambos.errors import FetchFailed, NeedsDate
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.strict import fold, header, read_csv, table_of, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Columns that say where and when.
PLACE = ("State", "County", "Year")
#: Measures that every copy of the file has; the others may be missing.
ALWAYS = (
    "days",
    "aqi_000_050",
    "aqi_051_100",
    "aqi_101_150",
    "aqi_151_200",
    "aqi_201_300",
    "aqi_301_500",
    "max",
    "median",
)
CATEGORIES = ALWAYS[1:7]
#: Files with this column were made before the breakpoints of 2024: EPA had dropped it by then.
OLD = "Days SO2"
#: A year's data are certified by 1 May of the next one (40 CFR 58.15); a file made before is provisional.
CERTIFIED = (5, 1)


def recognise(name: str, head: bytes) -> str:
    """``annual`` by the columns; "" if it is something else."""
    return table_of(head, {"annual": (*PLACE, "Days with AQI", "Good Days", "Max AQI", "Median AQI")})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_quality_index_county``, one per county, year and measure.

    States none of whose counties is a place are passed over; of the others a county that is not known is refused.
    A row whose days by category or by pollutant do not add up to its days, or that contradicts itself otherwise, is
    refused.

    Raises
    ------
    WrongShape
    NeedsDate
    """
    names = {m.codes["epa_aqi"][0]: m.id for m in catalog.codelists["aqi_measures"].codes.values()}
    given = {fold(name) for name in header(file.head())}
    wanted = [n for n, measure in names.items() if measure in ALWAYS or fold(n) in given]
    raw = read_csv(file, [*PLACE, *wanted], {"State", "Year"})
    counties = catalog.codelists["county"]
    states = sorted({code.partition("/")[0] for code in counties.from_system("epa_aqi")})
    raw = raw.filter(pl.col("State").cast(pl.String).is_in(states))
    sheet = RawTable(raw.with_columns(place=pl.col("State").cast(pl.String) + "/" + pl.col("County").str.strip_chars()))
    sheet.codes("place", "county", counties, "epa_aqi")
    sheet.month("Year", None, "period")
    for name in wanted:
        sheet.whole(name, names[name])
    measures = [names[n] for n in wanted]
    _refuse_sums(sheet, CATEGORIES, "categories", "categorías")
    _refuse_sums(sheet, [m for m in measures if m.startswith("days_")], "pollutants", "contaminantes")
    _refuse_disagreeing(sheet, "p90" in measures)
    known = file.as_of or (file.retrieved_at.date() if file.retrieved_at else None)
    old = fold(OLD) in given
    if not file.dated and not old:
        _refuse_if_either_table(file, sheet.good()["period"])
    rows = sheet.good().unpivot(measures, index=["period", "county"], variable_name="measure", value_name="value")
    # The newest year that is certified; of a file of an unknown day none is taken for newer.
    certified = known.year - (1 if (known.month, known.day) >= CERTIFIED else 2) if known else date.max.year
    provisional = pl.col("period").dt.year() > certified
    yield Rows(
        "air_quality_index_county",
        rows.with_columns(
            table=pl.lit(_table(file, known, old)),
            status=pl.when(provisional).then(pl.lit("P")).otherwise(pl.lit("A")),
        ),
        sheet.rejected(),
    )


def _refuse_sums(sheet: RawTable, parts: tuple[str, ...] | list[str], en: str, es: str) -> None:
    """Refuse rows whose parts do not add up to the days with an index."""
    if not parts:
        return
    frame = pl.DataFrame(sheet.made)
    wrong_sum = frame.select(pl.sum_horizontal(parts, ignore_nulls=False) != pl.col("days")).to_series()
    sheet.refuse(
        wrong_sum.fill_null(False),
        "bad_value",
        f"The days by {en} do not add up to the days with an index.",
        f"Los días por {es} no suman los días con índice.",
    )


def _refuse_disagreeing(sheet: RawTable, with_p90: bool) -> None:
    """Refuse rows of which one number contradicts another, as no row does of the files of 2014 to 2025 (12,272).

    The highest index lies in the highest category that has days (their bounds are in the names of the measures), the
    median and the 90th percentile are not above it, and a year has no more days than the calendar.
    """
    frame = pl.DataFrame(sheet.made)
    highest = pl.lit(False)
    for measure, above in zip(CATEGORIES, [*CATEGORIES[1:], ""], strict=True):
        least, most = (int(bound) for bound in measure.removeprefix("aqi_").split("_"))
        within = pl.col("max").is_between(least, most) if above else pl.col("max") >= least
        empty = pl.all_horizontal(pl.col(m) == 0 for m in CATEGORIES if m > measure) if above else pl.lit(True)
        highest |= (pl.col(measure) > 0) & empty & ~within
    order = ["median", *(["p90"] if with_p90 else []), "max"]
    ordered = pl.all_horizontal(pl.col(a) <= pl.col(b) for a, b in pairwise(order))
    leap = pl.when(pl.col("period").dt.is_leap_year()).then(366).otherwise(365)
    for wrong_row, en, es in (
        (
            highest,
            "The highest index is not in the highest category that has days.",
            "El índice más alto no está en la categoría más alta que tiene días.",
        ),
        (
            ~ordered,
            "The median, the 90th percentile and the highest index are not in this order.",
            "La mediana, el percentil 90 y el índice más alto no están en ese orden.",
        ),
        (pl.col("days") > leap, "There are more days than the year has.", "Son más días de los que tiene el año."),
    ):
        sheet.refuse(frame.select(wrong_row).to_series().fill_null(False), "bad_value", en, es)


def _refuse_if_either_table(file: File, years: pl.Series) -> None:
    """Refuse a file of an unknown day whose days by category may be by the breakpoints of before."""
    newest = load_air().tables["us"][-1].since
    if not years.is_empty() and cast(date, years.min()).year <= newest.year:
        raise NeedsDate(
            file=file.name,
            today=file.as_of,
            detail=Text(
                f"EPA counts the days by other breakpoints since {newest}, and it is not known whether the file was made"
                " before or after.",
                f"la EPA cuenta los días con otros puntos de corte desde el {newest}, y no se sabe si el archivo se hizo"
                " antes o después.",
            ),
        )


def _table(file: File, known: date | None, old: bool) -> str:
    """The table of breakpoints that was in force when the file was made."""
    tables = load_air().tables["us"]
    newest = tables[-1]
    day = known or newest.since
    held = [t for t in tables if t.since <= day and not (old and t is newest)]
    if not held:
        raise wrong(
            file,
            f"its figures are of before {tables[0].since}, and no older breakpoints are held.",
            f"sus cifras son anteriores al {tables[0].since} y no se tienen tablas más antiguas.",
        )
    return held[-1].id


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Fetch a zip for each year from that of `since` to the present; the present year may not be published yet.

    EPA makes all years anew when the index changes, so a year is asked for again, on condition that it changed.
    """
    endpoint = catalog.sources["epa_aqi_county"].endpoint
    last = client.clock().year
    for year in range(since.year, last + 1):
        url = endpoint.format(year=year)
        try:
            answer = client.get(url, expect="zip")
        except FetchFailed as error:
            if year == last and error.values["status"] == 404:
                return
            raise
        yield answer.fetched(url.rpartition("/")[2])


CONNECTOR = Connector("epa_aqi_county", recognise, read, fetch)
