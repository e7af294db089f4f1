"""Single figures of work, investment and exports that people copied from pages and newspapers: a table with a source for each row.

`series` says what the figure is, `place` where, `source`, `url_or_repo` and `date_seen` whence. A figure is known from the day on
which it was seen, the last day of a month or span that is given instead. Rows of other subjects and of places that are none of ours
are passed over by name, and so are figures that a benchmark superseded and of which the revised ones are not given, or of which the source
does not say the quarter. An empty value is one that the publisher itself does not give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from ambos.catalog.catalog import Catalog, plain
from ambos.model.codes import TOTAL
from ambos.periods import plus_months
from ambos.sources.economia.datamexico import quarter
from ambos.sources.shared.base import Connector, File, Rows
from ambos.sources.shared.codes import RawTable, first_day, iso_day
from ambos.sources.shared.strict import read_csv, table_of
from ambos.text import Text

COLUMNS = ("series", "place", "period", "value", "unit", "source", "url_or_repo", "date_seen", "confidence")
#: What a publisher writes after a figure that it will revise.
PRELIMINARY = "(p)"
#: The end of a series of figures that a benchmark superseded.
SUPERSEDED = "_prebenchmark"
#: What `source` says of a figure that was given for a year without its quarter.
UNSTATED = "quarter not stated"


@dataclass(frozen=True, slots=True)
class Figure:
    """Name the dataset, the column and the keys under which figures of a series are stored, and the factor of their unit."""

    dataset: str
    column: str
    unit: int = 1
    keys: Mapping[str, str] = field(default_factory=dict)
    provisional: bool = False  #: Whether all figures are: first releases, which their publisher revises.


def _people(measure: str) -> Figure:
    return Figure("us_state_workforce", "persons", 1000, {"measure": measure, "adjusted": "sa"})


def _jobs(sector: str) -> Figure:
    return Figure("us_state_jobs", "jobs", 1000, {"sector": sector})


def _share(measure: str) -> Figure:
    return Figure("mx_state_work_rates", "rate", keys={"measure": measure})


_RATE = Figure("us_state_unemployment", "rate", keys={"adjusted": "sa"})
FIGURES = {
    "civilian_labor_force_sa": _people("workforce"),
    "employment_household_sa": _people("employed"),
    "unemployment_sa": _people("unemployed"),
    "unemployment_rate_sa": _RATE,
    "unemployment_rate_sa_prebenchmark": _RATE,
    "nonfarm_sa": _jobs("nonfarm"),
    "nonfarm_sa_prebenchmark": _jobs("nonfarm"),
    "manufacturing_sa": _jobs("manufacturing"),
    "mining_logging_sa": _jobs("mining"),
    "construction_sa": _jobs("construction"),
    "trade_transport_utilities_sa": _jobs("trade_transport"),
    "leisure_hospitality_sa": _jobs("leisure"),
    "government_sa": _jobs("government"),
    "imss_insured_jobs": Figure("insured_jobs", "jobs"),
    "enoe_labour_force": Figure("mx_state_workforce", "persons", keys={"measure": "workforce"}),
    "enoe_employed": Figure("mx_state_workforce", "persons", keys={"measure": "employed"}),
    "enoe_unemployed": Figure("mx_state_workforce", "persons", keys={"measure": "unemployed"}),
    "enoe_unemployment_rate": _share("unemployment"),
    "enoe_informality_rate_TIL1": _share("informality"),
    "enoe_underemployment_rate": _share("underemployment"),
    "enoe_critical_conditions_rate": _share("critical"),
    "enoe_participation_rate": _share("participation"),
    "enoe_informal_sector_rate_TOSI1": _share("informal_sector"),
    "fdi_first_release": Figure("mx_state_fdi", "value_usd", 1_000_000, provisional=True),
    # A release gives the total: it stands before the sum of the published cells, from which it differs by the confidential ones.
    "exports_etef_first_release": Figure(
        "mx_state_exports", "value_usd", 1_000_000, {"industry": "disclosed"}, provisional=True
    ),
}


def recognise(name: str, head: bytes) -> str:
    """``values`` by its columns; else ""."""
    return table_of(head, {"values": COLUMNS})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of the datasets of `FIGURES`, each with the day on which it was seen and its origin.

    Raises
    ------
    WrongShape
    """
    raw = _without_unstated(file, _without_superseded(file, read_csv(file, COLUMNS)))
    other = sorted(set(raw["series"].unique()) - FIGURES.keys())
    if other:
        names = ", ".join(name[:40] for name in other[:40])
        file.notes.append(Text(f"figures of other subjects: {names}", f"cifras de otros temas: {names}"))
    for dataset in dict.fromkeys(figure.dataset for figure in FIGURES.values()):
        series = {name: figure for name, figure in FIGURES.items() if figure.dataset == dataset}
        of = raw.filter(pl.col("series").is_in(list(series)))
        places = _places(catalog, dataset)
        there = of["place"].is_in(list(places))
        if elsewhere := sorted(of.filter(~there)["place"].unique()):
            names = ", ".join(name[:40] for name in elsewhere[:40])
            file.notes.append(Text(f"places that are none here: {names}", f"lugares que aquí no lo son: {names}"))
        if there.any():
            yield _rows(of.filter(there), dataset, series, places, catalog)


def _without_superseded(file: File, raw: pl.DataFrame) -> pl.DataFrame:
    """The table without figures from before a benchmark of which the revised ones are not given: no line may join the two."""
    of = ["series", "place", "period"]
    revised = raw.filter(~pl.col("series").str.ends_with(SUPERSEDED)).select(of)
    before = raw.with_columns(
        series=pl.when(pl.col("series").str.ends_with(SUPERSEDED)).then(pl.col("series").str.strip_suffix(SUPERSEDED))
    )
    alone = before.join(revised, on=of, how="anti").filter(pl.col("series").is_not_null())["line"]
    dropped = raw.filter(pl.col("line").is_in(alone.implode()))
    if dropped.height:
        names = ", ".join(f"{s[:40]} {p[:10]}" for s, p in dropped.select("series", "period").head(40).iter_rows())
        file.notes.append(
            Text(
                f"superseded by a benchmark, the revised figure not given: {names}",
                f"sustituidas por un ajuste, sin la cifra revisada: {names}",
            )
        )
    return raw.filter(~pl.col("line").is_in(alone.implode()))


def _without_unstated(file: File, raw: pl.DataFrame) -> pl.DataFrame:
    """The table without figures of which the source does not say the quarter: the one in `period` is a guess."""
    unstated = pl.col("source").str.contains(UNSTATED, literal=True)
    dropped = raw.filter(unstated)
    if dropped.height:
        names = ", ".join(f"{s[:40]} {p[:10]}" for s, p in dropped.select("series", "period").head(40).iter_rows())
        file.notes.append(Text(f"quarter not stated by the source: {names}", f"sin trimestre en la fuente: {names}"))
    return raw.filter(~unstated)


def _rows(
    raw: pl.DataFrame,
    dataset: str,
    series: Mapping[str, Figure],
    places: Mapping[str, Mapping[str, str]],
    catalog: Catalog,
) -> Rows:
    """The rows of one dataset."""
    held, sheet = catalog.datasets[dataset], RawTable(raw)
    figures = list(series.values())
    parse = first_day if held.frequency == "M" else quarter
    what = Text("a month", "un mes") if held.frequency == "M" else Text("a quarter", "un trimestre")
    sheet.values("period", "period", lambda text: parse(text) if len(text) == 7 else None, pl.Date(), what)
    for column in places[raw["place"][0]]:
        sheet.made[column] = raw["place"].replace_strict({name: codes[column] for name, codes in places.items()})
    for column in figures[0].keys:
        sheet.made[column] = raw["series"].replace_strict({name: f.keys[column] for name, f in series.items()})
    value = figures[0].column
    if held.column(value).type == "int":
        sheet.amounts("value", value, figures[0].unit, str(1 / figures[0].unit))
    else:
        sheet.decimals("value", value, 1, Text("a rate", "una tasa"))
    sheet.values(
        "date_seen",
        "as_of",
        _seen,
        pl.Date(),
        Text("a day, a month or a span of months", "un día, un mes o un lapso de meses"),
    )
    if any(column.id == "origin" for column in held.columns):
        sheet.made["origin"] = raw.select(
            pl.concat_str("source", "url_or_repo", "date_seen", separator=" · ")
        ).to_series()
    sheet.made["_p"] = raw["source"].str.contains(PRELIMINARY, literal=True) | figures[0].provisional
    rows = sheet.rows(held, value)
    provisional = pl.when((pl.col("status") == "A") & pl.col("_p")).then(pl.lit("P")).otherwise("status")
    return Rows(dataset, rows.frame.with_columns(status=provisional).drop("_p"), rows.rejected)


def _places(catalog: Catalog, dataset: str) -> dict[str, dict[str, str]]:
    """The key columns of a place by the name that the table gives it; a municipality's may be followed by its state's."""
    keys = catalog.datasets[dataset].keys
    made: dict[str, dict[str, str]] = {}
    for place in catalog.places.values():
        if place.kind == "state" and "us_state" in keys and "fips" in place.codes:
            made[place.name.en] = {"us_state": place.id}
        elif place.kind == "state" and "mex_state" in keys and "inegi" in place.codes:
            made[place.name.es] = {"mex_state": place.id} | ({"municipality": TOTAL} if "municipality" in keys else {})
        elif place.kind == "municipality" and "municipality" in keys and place.parent:
            state = catalog.places[place.parent].name.es
            own = place.name.es.partition(",")[0]
            for name in (own, f"{own}, {plain(state)[:3].capitalize()}."):
                made.setdefault(name, {"mex_state": place.parent, "municipality": place.id})
    return made


_SPAN = re.compile(r"(\d{4})(?:-(\d{2})(?:\.\.(?:(\d{4})-)?(\d{2}))?)?", re.ASCII)


def _seen(text: str) -> date | None:
    """The day, or the last day of a month, of a span of months (``2026-04..05``, ``2025-08..2026-01``) or of a year."""
    if day := iso_day(text):
        return day
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    year, month, last_year, last_month = found.groups()
    begun = first_day(f"{last_year or year}-{last_month or month or '12'}")
    return plus_months(begun, 1) - timedelta(days=1) if begun else None


CONNECTOR = Connector("single_values", recognise, read)
