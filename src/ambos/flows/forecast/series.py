"""`ambos forecast SERIES`: a monthly or quarterly series a year on, with its interval and the error of past forecasts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite

import numpy as np
import polars as pl

from ambos.briefing import Chart, Datum
from ambos.cache import kept
from ambos.errors import CannotForecast, NeedsOption, bad_request
from ambos.flows.data.figures import series_name
from ambos.flows.data.show import Figures, left_out, show
from ambos.flows.data.touching import events_on, note_of, rows_of
from ambos.flows.workspace import Workspace
from ambos.forecast.series import LEAST_YEARS, MOST_MISSING, TEACHING, Forecast, Score, forecast
from ambos.model import Event, Unit
from ambos.model.answer import Answer, Cell, Column, Named, Row, Table
from ambos.numbers import both, day, period
from ambos.periods import MONTHS_IN, label, plus_months
from ambos.text import LANGUAGES, Text, joined

#: Periods in a year.
SEASONS = {"M": 12, "Q": 4}
#: Percent of values that the interval is to hold: usual, least and most.
LEVEL, LEAST_LEVEL, MOST_LEVEL = 80, 50, 95
#: Years that a forecast reaches at most; years of observed values shown before it, in the table and in the chart.
MOST_YEARS, SHOWN_YEARS, DRAWN_YEARS = 2, 2, 8
#: Percentage points by which the measured coverage may miss the level without a word.
_NEAR = 10
#: Rows that a refusal names.
_NAMED = 8

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Forecasted:
    """A series, its forecast and what must be said of both.

    Attributes
    ----------
    shown : Figures
        The values that the forecast rests on, from the first used to the last known.
    name : Text
        The series with its place and item.
    frequency : {"M", "Q"}
    level : int
        Percent.
    made : Forecast
    today : date
        Of the region.
    broken : Event or None
        The break from which on values are used.
    trailing : int
        Periods without a value after the last known one.
    """

    shown: Figures
    name: Text
    frequency: str
    level: int
    made: Forecast
    today: date
    broken: Event | None
    trailing: int

    @property
    def starts(self) -> list[date]:
        """First days of the periods of the values."""
        return list(self.shown.frame["start"])

    @property
    def end(self) -> date:
        """The first day of the last period with a value."""
        return self.starts[-1]

    @property
    def ahead(self) -> list[date]:
        """First days of the periods forecast."""
        months = MONTHS_IN[self.frequency]
        return [plus_months(self.end, months * lead) for lead in range(1, len(self.made.centre) + 1)]


def forecast_series(
    workspace: Workspace,
    series: str,
    *,
    places: Sequence[str] = (),
    items: Sequence[str] = (),
    horizon: int | None = None,
    level: int = LEVEL,
    start: date | None = None,
    progress: Progress | None = None,
) -> Forecasted:
    """Forecast a series of one place and item.

    Parameters
    ----------
    workspace : Workspace
    series : str
    places, items : sequence of str
        As for `ambos.flows.data.show.show`; together they leave one row.
    horizon : int, optional
        Periods; a year of them if not given.
    level : int
        Percent of values that the interval is to hold.
    start : date, optional
        Use only values from this day on.
    progress : callable, optional

    Raises
    ------
    BadRequest
        If the series is not monthly or quarterly, or the horizon is longer than `MOST_YEARS`.
    NeedsOption
        If a place or an item has to be chosen.
    CannotForecast
        If too few values are held, too many are missing, the series ended, or it does not vary.
    UnknownName, NoData
        As `show`.
    """
    catalog = workspace.catalog
    whole = show(workspace, series, places=places, items=items, start=start)
    frequency = str(whole.frame["frequency"][0])
    if frequency not in SEASONS:
        raise bad_request(
            f"{whole.what.id} is neither monthly nor quarterly: it cannot be forecast here.",
            f"{whole.what.id} no es mensual ni trimestral: aquí no se puede pronosticar.",
        )
    season = SEASONS[frequency]
    horizon = season if horizon is None else horizon
    if not 1 <= horizon <= MOST_YEARS * season:
        raise bad_request(
            f"The horizon goes from 1 to {MOST_YEARS * season} periods.",
            f"El horizonte va de 1 a {MOST_YEARS * season} periodos.",
        )
    _one_row(workspace, whole, places)
    place, item = whole.frame.select("place", "item").row(0)
    name = whole.what.title + Text.same(": ") + series_name(whole, catalog, place, item)
    shown, broken, trailing = _usable(workspace, whole, season, name)
    values = shown.frame["value"].cast(pl.Float64).to_list()

    def made() -> Forecast:
        tell = None if progress is None else lambda done, of: progress("", done, of)
        known = np.array([np.nan if value is None else value for value in values])
        return forecast(known, season, horizon, level / 100, tell)

    asked = json.dumps([values, season, horizon, level])
    return Forecasted(
        shown,
        name,
        frequency,
        level,
        kept(f"forecast-{whole.what.id}", lambda: asked, made),
        workspace.today(),
        broken,
        trailing,
    )


@dataclass(frozen=True, slots=True)
class Choices:
    """Places, by slug, and items, by code, that a series is held of, with their names."""

    places: tuple[tuple[str, Text], ...]
    items: tuple[tuple[str, Text], ...]

    @property
    def first_place(self) -> str:
        """The first place; "" where the series has one only."""
        return self.places[0][0] if len(self.places) > 1 else ""

    @property
    def first_item(self) -> str:
        """The first item; "" where the series has one only."""
        return self.items[0][0] if len(self.items) > 1 else ""


def choices(workspace: Workspace, series: str) -> Choices:
    """List what may be forecast of a series.

    Raises
    ------
    UnknownName, NoData
        As `show`.
    """
    shown, catalog = show(workspace, series), workspace.catalog
    own = [catalog.places[p] for p in shown.frame["place"].unique(maintain_order=True) if p in catalog.places]
    codes = shown.frame["item"].unique(maintain_order=True).to_list()
    return Choices(
        tuple((place.slug, place.name) for place in own),
        tuple((code, catalog.item_name(shown.what, code)) for code in codes),
    )


def _one_row(workspace: Workspace, shown: Figures, places: Sequence[str]) -> None:
    """See that one place and item are asked for.

    Raises
    ------
    NeedsOption
    """
    rows = shown.frame.select("place", "item").unique(maintain_order=True).rows()
    if len(rows) == 1:
        return
    own = list(dict.fromkeys(place for place, _ in rows))
    codes = list(dict.fromkeys(item for _, item in rows))
    option = "--place" if len(own) > 1 else "--item"
    slugs = [workspace.catalog.places[p].slug for p in own] if len(own) > 1 else codes
    listed = ", ".join(slugs[:_NAMED]) + (", …" if len(slugs) > _NAMED else "")
    raise NeedsOption(
        detail=Text(
            f"A forecast is of one place and item; choose one of: {listed}.",
            f"Un pronóstico es de un lugar y un concepto; elija uno de: {listed}.",
        ),
        option=Text.same(option),
    )


def _usable(workspace: Workspace, whole: Figures, season: int, name: Text) -> tuple[Figures, Event | None, int]:
    """Cut figures to those that a forecast may rest on: from the last break on, from the first to the last value.

    Raises
    ------
    CannotForecast
    """
    frame = whole.frame.sort("start")
    broken = None
    for one in whole.breaks:
        key = (frame["place"][0], frame["item"][0])
        if key in one.periods:
            broken = one.event
            frame = frame.filter(pl.col("period") >= one.periods[key])
    known = frame.with_row_index("at").filter(pl.col("value").is_not_null())

    def refuse(key: str, **values: object) -> CannotForecast:
        message = workspace.catalog.message
        why = message(f"forecast.series.refused.{key}", **values)
        if broken:
            why += message("forecast.series.refused.broken", name=broken.name)
        least = message(f"forecast.series.{'months' if season == 12 else 'quarters'}", count=both(LEAST_YEARS * season))
        return CannotForecast(what=name, why=why, least=least)

    if known.height < LEAST_YEARS * season:
        raise refuse("few", count=both(known.height))
    first, last = known["at"][0], known["at"][-1]
    trailing = frame.height - 1 - last
    if trailing > season:
        raise refuse("ended", period=_period(frame["period"][last]))
    cut = frame.slice(first, last - first + 1)
    if cut["value"].null_count() > MOST_MISSING * cut.height:
        raise refuse("gaps", count=both(cut["value"].null_count()), all=both(cut.height))
    if known.tail(2 * season)["value"].n_unique() == 1:
        raise refuse("constant")
    return (
        Figures(whole.what, cut, whole.sources, whole.breaks, whole.names, whole.notes),
        broken,
        trailing,
    )


# -- the answer --------------------------------------------------------------------------------------------------------
def answer(workspace: Workspace, one: Forecasted) -> Answer:
    """Tabulate observed and forecast values, and the errors of past forecasts by method and by lead."""
    catalog, made = workspace.catalog, one.made

    def message(key: str, **values: object) -> Text:
        return catalog.message(f"forecast.series.{key}", **values)

    unit = _unit(workspace, one)
    end, ahead = one.end, one.ahead
    place, item = one.shown.frame.select("place", "item").row(0)
    facts: dict[str, Cell] = {
        "series": one.shown.what.id,
        "place": Named(place, catalog.places[place].name) if place in catalog.places else place,
        "item": item,
        "unit": Named(unit.id, unit.name),
        "frequency": one.frequency,
        "estimate": "forecast",
        "level_percent": one.level,
        "method": Named(made.method, message(f"method.{made.method}")),
        "data_end": label(end, one.frequency),
        "known_on": one.shown.frame["as_of"].max(),  # type: ignore[dict-item]
        "made_on": one.today,
        "backtest": {
            "origins": made.origins,
            "first_origin": label(plus_months(one.starts[made.first], -MONTHS_IN[one.frequency]), one.frequency),
            **_score_of(made.chosen),
        },
        "values_used": made.fitted,
    }
    return Answer(
        "forecast.series",
        message("title", name=one.name),
        (_values(workspace, one, unit), _methods(workspace, one, unit), _leads(workspace, one, unit)),
        facts,
        tuple(_notes(workspace, one, unit)),
        tuple(catalog.sources[s].citation for s in one.shown.sources),
        head=(message("title", name=one.name), *_head(workspace, one, ahead)),
        hints=(message("fetch"),) if _passed(one) else (),
    )


def _unit(workspace: Workspace, one: Forecasted) -> Unit:
    return workspace.catalog.units[one.shown.frame["unit"][0]]


def _period(label_of: str) -> Text:
    return Text(*(period(label_of, language) for language in LANGUAGES))


def _when(start: date, one: Forecasted) -> Text:
    return _period(label(start, one.frequency))


def _known(value: float) -> float | None:
    return value if isfinite(value) else None


def _score_of(score: Score) -> dict[str, object]:
    return {
        "mae": _known(score.mae),
        "mase": _known(score.mase),
        "percent": _known(score.percent),
        "covered_percent": _known(score.covered),
        "forecasts": score.count,
    }


def _passed(one: Forecasted) -> bool:
    """Return True if a period that is forecast has passed already."""
    return plus_months(one.ahead[0], MONTHS_IN[one.frequency]) <= one.today


def _head(workspace: Workspace, one: Forecasted, ahead: Sequence[date]) -> Iterator[Text]:
    """Say where the data end, and how far off such forecasts were: what people read first."""
    message, made = workspace.catalog.message, one.made
    months = (one.today.year - one.end.year) * 12 + one.today.month - one.end.month
    yield message(
        "forecast.series.end",
        end=_when(one.end, one),
        months=both(months),
        day=Text(*(day(one.today, language) for language in LANGUAGES)),
        first=_when(ahead[0], one),
        last=_when(ahead[-1], one),
    )
    if _passed(one):
        yield message("forecast.series.past")
    naive = made.scores["seasonal_naive"]
    yield message(
        "forecast.series.error",
        method=message(f"forecast.series.method.{made.method}"),
        origins=both(made.origins),
        percent=both(made.chosen.percent, 1),
        naive=both(naive.percent, 1),
        mase=both(made.chosen.mase, 2),
        level=str(one.level),
        covered=both(made.chosen.covered),
    )


def _values(workspace: Workspace, one: Forecasted, unit: Unit) -> Table:
    """Tabulate the last years observed and the periods forecast."""
    message = workspace.catalog.message
    kinds = {k: Named(k, message(f"forecast.series.{k}")) for k in ("observed", "missing", "forecast")}
    statuses = workspace.catalog.codelists["statuses"].codes
    columns = (
        Column("period", message("column.period")),
        Column("kind", message("column.kind")),
        Column("value", unit.name, unit.decimals, side="right"),
        Column("low", message("forecast.series.low", level=str(one.level)), unit.decimals),
        Column("high", message("forecast.series.high", level=str(one.level)), unit.decimals),
        Column("seasonal_naive", message("forecast.series.method.seasonal_naive"), unit.decimals),
        Column("status", message("column.status")),
    )
    rows: list[Row] = []
    for row in one.shown.frame.tail(SHOWN_YEARS * SEASONS[one.frequency]).iter_rows(named=True):
        value, status = row["value"], row["status"]
        kind = kinds["missing" if value is None else "observed"]
        told = Named(status, statuses[status].name) if status not in (None, "A") else None
        rows.append((_named(row["start"], one), kind, value, None, None, None, told))
    made = one.made
    for start, value, low, high, naive in zip(one.ahead, made.centre, made.low, made.high, made.naive, strict=True):
        cells = (round(v, unit.decimals) if isfinite(v) else None for v in (value, low, high, naive))
        rows.append((_named(start, one), kinds["forecast"], *cells, None))
    return Table("forecast", message("forecast.series.values", name=one.name), columns, tuple(rows))


def _named(start: date, one: Forecasted) -> Named:
    return Named(label(start, one.frequency), _when(start, one))


def _score_columns(workspace: Workspace, one: Forecasted, unit: Unit) -> tuple[Column, ...]:
    message = workspace.catalog.message
    return (
        Column("mae", message("forecast.series.mae", unit=unit.name), unit.decimals),
        Column("mase", message("forecast.series.mase"), 2),
        Column("percent", message("forecast.series.percent"), 1),
        Column("covered_percent", message("forecast.series.covered", level=str(one.level)), 0),
        Column("forecasts", message("forecast.series.count")),
    )


def _methods(workspace: Workspace, one: Forecasted, unit: Unit) -> Table:
    """Tabulate the errors of each method, and of the choice among them as it would have been made at the time."""
    message, made = workspace.catalog.message, one.made
    columns = (
        Column("method", message("forecast.series.of_method")),
        Column("used", message("forecast.series.used")),
        *_score_columns(workspace, one, unit),
    )
    rows: list[Row] = [
        (Named(id, message(f"forecast.series.method.{id}")), id == made.method, *_score_of(score).values())  # type: ignore[arg-type]
        for id, score in made.scores.items()
    ]
    rows.append((Named("chosen", message("forecast.series.method.chosen")), None, *_score_of(made.chosen).values()))  # type: ignore[arg-type]
    title = message("forecast.series.methods", origins=both(made.origins))
    return Table("backtest", title, columns, tuple(rows))


def _leads(workspace: Workspace, one: Forecasted, unit: Unit) -> Table:
    """Tabulate the errors by lead, beside those of the seasonal naive method."""
    message = workspace.catalog.message
    columns = (
        Column("lead", message("forecast.series.lead")),
        *_score_columns(workspace, one, unit),
        Column("seasonal_naive_mae", message("forecast.series.naive_mae"), unit.decimals),
    )
    rows = tuple(
        (lead, *_score_of(chosen).values(), _known(naive.mae)) for lead, (chosen, naive) in enumerate(one.made.leads, 1)
    )
    return Table("leads", message("forecast.series.leads"), columns, rows)  # type: ignore[arg-type]


def _notes(workspace: Workspace, one: Forecasted, unit: Unit) -> Iterator[Text]:
    """Say how the forecast was made, what it does not know, and what is wrong with the values that it rests on."""
    catalog, made, frame = workspace.catalog, one.made, one.shown.frame

    def note(key: str, **values: object) -> Text:
        return catalog.message(f"forecast.series.note.{key}", **values)

    yield note("label")
    yield note(
        "method",
        first=_when(one.starts[-made.fitted], one),
        last=_when(one.end, one),
        scale=note("logarithm" if made.logarithm else "plain"),
    )
    yield note(
        "backtest",
        origins=both(made.origins),
        first=_when(plus_months(one.starts[made.first], -MONTHS_IN[one.frequency]), one),
        percent=both(100 * TEACHING),
    )
    if made.chosen.percent >= made.scores["seasonal_naive"].percent:
        yield note("no_better")
    if abs(made.chosen.covered - one.level) > _NEAR:
        key = "wide" if made.chosen.covered > one.level else "narrow"
        yield note(key, covered=both(made.chosen.covered), level=str(one.level))
    if one.broken:
        yield note("broken", name=one.broken.name, first=_when(one.starts[0], one))
    holes = frame.filter(pl.col("value").is_null())["period"].to_list()
    if holes:
        yield note("holes", count=both(len(holes)), periods=_some(holes))
    if one.trailing:
        yield note("trailing", count=both(one.trailing), end=_when(one.end, one))
    if provisional := frame.filter(pl.col("status") == "P", pl.col("value").is_not_null())["period"].to_list():
        yield note("provisional", count=both(len(provisional)), periods=_some(provisional))
    if events := _events(workspace, one):
        listed = [
            Text(
                *(
                    f"{e.name[k]} ({day(e.start, k)}" + ("" if e.end == e.start else f" – {day(e.end, k)}") + ")"
                    for k in LANGUAGES
                )
            )
            for e in events
        ]
        yield note("events", events=joined(listed, "; "))
    yield from (note_of(b, catalog) for b in one.shown.breaks if b.event is not one.broken)
    yield from one.shown.notes
    if without := left_out(one.shown):
        yield without
    yield from one.shown.what.warnings


def _some(periods: Sequence[str]) -> Text:
    """List the newest periods, with an ellipsis before them where there are more."""
    listed = joined([_period(p) for p in periods[-_NAMED:]], "; ")
    return Text.same("…; ") + listed if len(periods) > _NAMED else listed


def _events(workspace: Workspace, one: Forecasted) -> list[Event]:
    """List the events that touch the values used and break nothing."""
    catalog = workspace.catalog
    return [e for e in events_on(rows_of(catalog, one.shown.what, one.shown.frame), catalog) if not e.breaks]


# -- the chart ---------------------------------------------------------------------------------------------------------
def chart(workspace: Workspace, one: Forecasted) -> Chart:
    """Draw the last years observed and the forecast with its interval."""
    catalog, message, made = workspace.catalog, workspace.catalog.message, one.made
    frame = one.shown.frame.tail(DRAWN_YEARS * SEASONS[one.frequency])
    unit, source = _unit(workspace, one), " ".join(one.shown.sources)
    place, item = frame.select("place", "item").row(0)
    data = [
        Datum("observed", place, item, row["start"], row["value"], unit.id, row["as_of"], source, row["status"])
        for row in frame.iter_rows(named=True)
    ]
    for code, values in (("forecast", made.centre), ("low", made.low), ("high", made.high)):
        data += [
            Datum(code, place, item, start, round(value, unit.decimals), unit.id, one.today, "", "F")
            for start, value in zip(one.ahead, values, strict=True)
        ]
    level = str(one.level)
    return Chart(
        id=f"forecast-{one.shown.what.id.replace('.', '-').replace('_', '-')}",
        title=message("forecast.series.title", name=one.name),
        sources=tuple(catalog.sources[s] for s in one.shown.sources),
        as_of=frame["as_of"].max() or one.today,  # type: ignore[arg-type]
        names={
            "observed": message("forecast.series.observed"),
            "forecast": message("forecast.series.forecast"),
            "low": message("forecast.series.low", level=level),
            "high": message("forecast.series.high", level=level),
        },
        notes=tuple(_head(workspace, one, one.ahead)),
        kind="line",
        unit=unit,
        other=catalog.other_unit(unit),
        frequency=one.frequency,  # type: ignore[arg-type]
        data=tuple(data),
        by="series",
        order=("observed", "forecast"),
        band=("forecast", "low", "high"),
        events=tuple(_events(workspace, one)),
    )
