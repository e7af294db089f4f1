"""Figures restated: their growth on the year or the period before, an index to a year, or shares of their sum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import polars as pl

from ambos.catalog.catalog import PLACE_KINDS
from ambos.errors import bad_request
from ambos.flows.data.show import Figures
from ambos.flows.data.touching import before, broken_between
from ambos.flows.workspace import Workspace
from ambos.indicators import change, indexed, shares
from ambos.model import Series
from ambos.model.codes import TOTAL
from ambos.periods import MONTHS_IN, days_of
from ambos.text import Text

Form = Literal["growth", "previous", "index", "share"]
_TITLES = {
    "growth": Text("{title}: change on the year before", "{title}: variación anual"),
    "previous": Text("{title}: change on the period before", "{title}: variación respecto del periodo anterior"),
    "index": Text("{title}: index, {base} = 100", "{title}: índice, {base} = 100"),
    "share": Text("{title}: share of the figures shown", "{title}: participación en las cifras mostradas"),
}
_NOTES = {
    "growth": Text(
        "Change of each figure on the same period of the year before, in percent (of percentages in percentage points). None is given across a break of the series, nor on a figure that is missing or not above 0.",
        "Variación de cada cifra respecto del mismo periodo del año previo, en por ciento (de porcentajes, en puntos porcentuales). No se da a través de una ruptura de la serie, ni sobre una cifra faltante o no mayor que 0.",
    ),
    "previous": Text(
        "Change of each figure on the period before it, in percent (of percentages in percentage points); the seasons are in it unless the series is adjusted for them. None is given across a break of the series, nor on a figure that is missing or not above 0.",
        "Variación de cada cifra respecto del periodo anterior, en por ciento (de porcentajes, en puntos porcentuales); incluye la estacionalidad, salvo que la serie esté desestacionalizada. No se da a través de una ruptura de la serie, ni sobre una cifra faltante o no mayor que 0.",
    ),
    "index": Text(
        "Each figure in percent of the mean of the periods of {base} of its own row. None is given on the other side of a break of the series from {base}.",
        "Cada cifra en por ciento de la media de los periodos de {base} de su propio renglón. No se da del otro lado de una ruptura de la serie respecto de {base}.",
    ),
    "share": Text(
        "Each figure in percent of the sum of the figures shown of its period, not of any whole beyond them. None is given where one of them is missing.",
        "Cada cifra en por ciento de la suma de las cifras mostradas de su periodo, no de un total más amplio. No se da donde falta alguna de ellas.",
    ),
}


@dataclass(frozen=True, slots=True)
class Restated:
    """Figures restated, and the note that says how."""

    shown: Figures
    note: Text


def restate(workspace: Workspace, shown: Figures, form: Form, base: int | None = None) -> Restated:
    """Restate figures.

    Parameters
    ----------
    workspace : Workspace
    shown : Figures
    form : {"growth", "previous", "index", "share"}
        Growth on the same period of the year before, or on the period before.
    base : int, optional
        The year of the index; if not given, the first for which every row has all its figures.

    Raises
    ------
    BadRequest
        If the form has no meaning for these figures.
    """
    frequency = shown.frame["frequency"][0]
    if frequency not in (*MONTHS_IN, "D"):
        raise bad_request(
            "Growth, index and shares are of annual, quarterly, monthly or daily figures.",
            "La variación, el índice y las participaciones son de cifras anuales, trimestrales, mensuales o diarias.",
        )
    if form == "previous" and frequency not in MONTHS_IN:
        raise bad_request(
            "The change on the period before is of annual, quarterly or monthly figures.",
            "La variación respecto del periodo anterior es de cifras anuales, trimestrales o mensuales.",
        )
    frame, unit, year = {"growth": _growth, "previous": _previous, "index": _index, "share": _share}[form](
        workspace, shown, base
    )
    title = _TITLES[form].format(title=shown.what.title, base=year)
    # no longer an amount of money, nor one that adds up
    rate = {"kind": "rate", "currency": ""} if isinstance(shown.what, Series) else {}
    what = replace(shown.what, title=title, unit=unit, **rate)  # type: ignore[arg-type]
    frame = frame.with_columns(unit=pl.lit(unit))
    return Restated(replace(shown, what=what, frame=frame), _NOTES[form].format(base=year))


_Made = tuple[pl.DataFrame, str, object]


def _growth(workspace: Workspace, shown: Figures, base: int | None) -> _Made:
    return _changed(shown, 12)


def _previous(workspace: Workspace, shown: Figures, base: int | None) -> _Made:
    return _changed(shown, MONTHS_IN[shown.frame["frequency"][0]])


def _changed(shown: Figures, months: int) -> _Made:
    frame = change(shown.frame, months)
    points = shown.frame["unit"][0] == "percent"
    column, unit = ("change", "percentage_point") if points else ("change_percent", "percent")
    values = []
    for row in frame.iter_rows(named=True):
        after = days_of(row["period"], row["start"])
        broken = after and broken_between(shown.breaks, row["place"], row["item"], before(after, months), after)
        values.append(None if broken or row[column] is None else float(row[column]))
    frame = frame.with_columns(value=pl.Series(values, dtype=pl.Float64)).select(shown.frame.columns)
    return _missing(frame), unit, ""


def _index(workspace: Workspace, shown: Figures, base: int | None) -> _Made:
    year = base if base is not None else _first_whole_year(shown)
    frame = indexed(shown.frame, year)
    values = []
    for row in frame.iter_rows(named=True):
        own, based = days_of(row["period"], row["start"]), days_of(f"{year}")
        pair = sorted(span for span in (own, based) if span)
        broken = len(pair) == 2 and broken_between(shown.breaks, row["place"], row["item"], *pair)
        values.append(None if broken else row["value"])
    frame = frame.with_columns(value=pl.Series(values, dtype=pl.Float64))
    if frame["value"].is_null().all():
        raise bad_request(
            f"No row has all its figures of {year}, above 0: choose another year for the index.",
            f"Ningún renglón tiene todas sus cifras de {year}, mayores que 0: elija otro año para el índice.",
        )
    return _missing(frame), "index", year


def _share(workspace: Workspace, shown: Figures, base: int | None) -> _Made:
    catalog, what = workspace.catalog, shown.what
    rows = shown.frame.select("place", "item").unique().rows()
    members = [
        {m for kind in PLACE_KINDS for m in catalog.members(catalog.places[place], kind)}
        for place in {place for place, _ in rows}
        if place in catalog.places
    ]
    overlap = sum(map(len, members)) > len(set().union(*members))
    items = {item for _, item in rows}
    if (
        not isinstance(what, Series)
        or what.kind == "rate"
        or len(rows) < 2
        or overlap
        or (TOTAL in items and len(items) > 1)
    ):
        raise bad_request(
            "Shares are of amounts that add up: choose several places or items, none of which is part of another.",
            "Las participaciones son de montos que se suman: elija varios lugares o conceptos, ninguno parte de otro.",
        )
    return _missing(shares(shown.frame)), "percent", ""


def _missing(frame: pl.DataFrame) -> pl.DataFrame:
    """Figures without a value have the status of one that is missing."""
    status = pl.when(pl.col("value").is_null() & ~pl.col("status").is_in(["M", "S"])).then(pl.lit("M"))
    return frame.with_columns(status=status.otherwise(pl.col("status")))


def _first_whole_year(shown: Figures) -> int:
    """The first year for which every row that has figures has all of them.

    Raises
    ------
    BadRequest
        If there is none.
    """
    rows = shown.frame.select("place", "item").n_unique()
    frequency = shown.frame["frequency"][0]
    expected = 12 // MONTHS_IN[frequency] if frequency in MONTHS_IN else 200
    years = (
        shown.frame.filter(pl.col("value").cast(pl.Float64) > 0)
        .group_by(pl.col("period").str.extract(r"(\d{4})").cast(pl.Int64).alias("year"), "place", "item")
        .len()
        .filter(pl.col("len") >= expected)
        .group_by("year")
        .len()
    )
    for wanted in (rows, 1):
        whole = years.filter(pl.col("len") >= wanted)["year"]
        if len(whole):
            return int(whole.sort()[0])
    raise bad_request("No year has all its figures.", "Ningún año tiene todas sus cifras.")
