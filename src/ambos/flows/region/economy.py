"""The industries of the region's states side by side: value added by sector in dollars and in each country's own money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl

from ambos.errors import NoData
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace
from ambos.model import Place, Series
from ambos.model.answer import Answer, Cell, Column, Named, Table, View
from ambos.text import Text

#: Series of value added by sector on each side of a border. Both have the same sectors.
INDUSTRIES = ("economy.us_industries", "economy.mx_industries")
#: The exchange rate whose mean of the year changes one money into the other.
RATE = "fx.usd_mxn"
CURRENCIES = ("USD", "MXN")
MILLION = 1_000_000
_NOTES = {
    "sum": Text(
        "Value added at the prices of the year. BEA counts the taxes on production and products in each industry, INEGI does not: Mexico's gross domestic product has net taxes on products besides the sum.",
        "Valor agregado a precios del año. La BEA incluye en cada industria los impuestos sobre la producción y los productos; el INEGI no: el producto interno bruto de México incluye, además de la suma, los impuestos netos sobre los productos.",
    ),
    "rate": Text(
        "Pesos and dollars at the mean of the FIX of {year}: {rate} pesos per dollar. An exchange rate is not purchasing power.",
        "Pesos y dólares al promedio del FIX de {year}: {rate} pesos por dólar. El tipo de cambio no es poder adquisitivo.",
    ),
    "provisional": Text(
        "{state}, {year}: provisional figures, which the source still revises.",
        "{state}, {year}: cifras provisionales, que la fuente aún revisa.",
    ),
    "year": Text(
        "{year} is the newest year held of every state shown; of {state} there are figures to {newest}.",
        "{year} es el año más reciente disponible de todos los estados mostrados; de {state} hay cifras hasta {newest}.",
    ),
}


@dataclass(frozen=True, slots=True)
class _State:
    """A state with its series, its own currency, and its sectors by currency."""

    place: Place
    series: Series
    figures: dict[str, Figures]

    def values(self, currency: str) -> dict[str, tuple[int | None, str]]:
        """Value and status of each sector of which there is one."""
        if currency not in self.figures:
            return {}
        frame = self.figures[currency].frame
        return {item: (value, status) for item, value, status in frame.select("item", "value", "status").iter_rows()}


def industries(workspace: Workspace, *, year: int | None = None, as_of: date | None = None) -> Answer:
    """Set the industries of the region's states side by side.

    Parameters
    ----------
    workspace : Workspace
    year : int, optional
        The newest that is held of all of them, if not given.
    as_of : date, optional
        Only what was known on this day.

    Returns
    -------
    Answer
        Facts ``year``, ``mxn_per_usd``. A table ``industries``: a row per sector, for each state its value in millions of dollars
        and of pesos and its share of all sectors in percent, the sum last.

    Raises
    ------
    NoData
        If nothing is held of the year.
    """
    catalog = workspace.catalog
    newest = {place: _newest(workspace, place, as_of) for place in catalog.region.members}
    held = {place: last for place, last in newest.items() if last}
    title = Text("Industries side by side", "Las industrias, lado a lado")
    if not held:
        raise NoData(what=title)
    chosen = year or min(last for last, _ in held.values())
    states = [_state(workspace, catalog.places[p], series, chosen, as_of) for p, (_, series) in held.items()]
    if not any(state.figures for state in states):
        raise NoData(what=title + Text.same(f", {chosen}"))
    rate = show(workspace, RATE, frequency="A", start=date(chosen, 1, 1), end=date(chosen, 12, 31), as_of=as_of)
    per_dollar: Decimal | None = rate.frame["value"][0]
    codes = catalog.codelists["industries"]
    sectors = states[0].series.where["industry"]
    columns = [Column("industry", Text("Industry", "Actividad"))]
    for state in states:
        slug = state.place.slug.replace("-", "_")
        for currency in CURRENCIES:
            million = Text(f"million {currency}", f"millones de {currency}")
            columns.append(Column(f"{slug}_million_{currency.lower()}", state.place.name + Text.same(", ") + million))
        columns.append(
            Column(f"{slug}_percent", state.place.name + Text(", share, %", ", participación, %"), decimals=1)
        )
    known = [{currency: state.values(currency) for currency in CURRENCIES} for state in states]
    totals = [{currency: _sum(values) for currency, values in own.items()} for own in known]
    rows = []
    for sector in sectors:
        cells: list[Cell] = [Named(sector, codes[sector].name)]
        for state, own, total in zip(states, known, totals, strict=True):
            amounts = [own[currency].get(sector, (None, "M"))[0] for currency in CURRENCIES]
            whole, value = total[state.series.currency], own[state.series.currency].get(sector, (None, "M"))[0]
            share = None if value is None or not whole else 100 * value / whole
            cells += [*map(_millions, amounts), share]
        rows.append(tuple(cells))
    last: list[Cell] = [Named("_T", codes["gva"].name)]
    for total in totals:
        last += [
            *(_millions(total[currency]) for currency in CURRENCIES),
            100.0 if all(total.values()) else None,
        ]
    rate_text = {"year": Text.same(str(chosen)), "rate": Text.same(f"{per_dollar:.4f}" if per_dollar else "–")}
    notes = [_NOTES["sum"], _NOTES["rate"].format(**rate_text)]
    notes += [
        _NOTES["year"].format(year=rate_text["year"], state=catalog.places[p].name, newest=Text.same(str(newer)))
        for p, (newer, _) in held.items()
        if year is None and newer > chosen
    ]
    notes += [
        _NOTES["provisional"].format(state=state.place.name, year=rate_text["year"])
        for state, own in zip(states, known, strict=True)
        if any(status == "P" for _, status in own[state.series.currency].values())
    ]
    notes += dict.fromkeys(w for state in states for w in state.series.warnings)
    sources = dict.fromkeys(s for state in states for shown in state.figures.values() for s in shown.sources)
    return Answer(
        "economy.industries",
        title + Text.same(f", {chosen}"),
        (Table("industries", title, tuple(columns), tuple(rows), totals=(tuple(last),), views=_views(columns)),),
        {"year": chosen, "mxn_per_usd": per_dollar},
        tuple(notes),
        sources=tuple(dict.fromkeys(catalog.sources[s].citation for s in (*sources, *rate.sources))),
    )


def _views(columns: Sequence[Column]) -> tuple[View, ...]:
    """Dollars with the shares, and pesos."""
    head, *others = (column.key for column in columns)
    pesos = [key for key in others if key.endswith("_mxn")]
    return (
        View(Text("Millions of dollars", "Millones de dólares"), (head, *(key for key in others if key not in pesos))),
        View(Text("Millions of pesos", "Millones de pesos"), (head, *pesos)),
    )


def _newest(workspace: Workspace, place: str, as_of: date | None) -> tuple[int, Series] | None:
    """The newest year of a state's sectors, and the series that holds them; None if none does."""
    for id in INDUSTRIES:
        series = workspace.catalog.series[id]
        assert isinstance(series, Series)
        try:
            frame = show(workspace, id, places=(place,), items=("*",), as_of=as_of).frame
        except NoData:
            continue
        found = frame.filter(pl.col("value").is_not_null())
        if found.height:
            return int(found["period"].max()), series  # type: ignore[arg-type]
    return None


def _state(workspace: Workspace, place: Place, series: Series, year: int, as_of: date | None) -> _State:
    """A state in a year; without figures where none are held of it."""
    figures = {}
    for currency in CURRENCIES:
        try:
            figures[currency] = show(
                workspace,
                series.id,
                places=(place.id,),
                items=("*",),
                start=date(year, 1, 1),
                end=date(year, 12, 31),
                as_of=as_of,
                currency=currency,
            )
        except NoData:
            continue
    return _State(place, series, figures)


def _millions(amount: int | None) -> float | None:
    return None if amount is None else amount / MILLION


def _sum(values: dict[str, tuple[int | None, str]]) -> int | None:
    """The sum of all sectors; None where one is missing."""
    amounts = [value for value, _ in values.values()]
    return None if not amounts or None in amounts else sum(amount or 0 for amount in amounts)
