"""`ambos air index`: the air as both countries judge it, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from ambos.air.hourly import hourly
from ambos.air.index import Judged, convert, index, limits_on, table_on
from ambos.air.readings import PARTICLES, implausible
from ambos.air.units import rounded_share
from ambos.catalog.air import load_air
from ambos.errors import BadRequest, NoRule, bad_request
from ambos.flows.air.design import AVERAGES, NAMES, UNITS, standard
from ambos.flows.air.stations import readings
from ambos.flows.workspace import Workspace
from ambos.later import pl
from ambos.model.air import AirLimit, AirUnit, Country, IndexStep, IndexTable, Pollutant, Scale
from ambos.model.answer import Answer, Cell, Column, Shown, Table, View, data_table
from ambos.numbers import both
from ambos.text import Text, joined

#: Rows of a long table that people see.
_SHOWN = 200

_NO_SCALE = Text("the table says nothing of this pollutant", "la tabla no incluye este contaminante")
_NO_MEAN = Text(
    "no mean that the table wants can be made of so few hours, or the value is below where this mean counts",
    "con tan pocas horas no se forma ninguno de los promedios que pide la tabla, o el valor es menor que el mínimo de ese promedio",
)
_BEYOND = Text(
    "above its last breakpoint, so that its last stretch was extended. Check the concentration and its unit.",
    "por encima de su último punto de corte, así que se prolongó su último tramo. Revise la concentración y su unidad.",
)
_LIMITS = Text("Limits of the ambient air", "Límites del aire ambiente")
#: Headings of the table of hours.
_HOURS: Mapping[str, Text] = {
    "station": Text("Station", "Estación"),
    "time": Text("Time", "Hora"),
    "pollutant": Text("Pollutant", "Contaminante"),
    "value": Text("Value", "Valor"),
    "unit": Text("Unit", "Unidad"),
    "us_index": Text.same("AQI"),
    "us_category": Text("US", "EE. UU."),
    "mx_category": Text("Mexico", "México"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """The index of one country for a value."""

    country: Country
    name: Text  #: Of the index.
    table: IndexTable | None  #: None if none holds on the day.
    judged: Judged | None
    reason: Text | None  #: Why there is no judgement.
    limits: tuple[AirLimit, ...]  #: The country's limits for the pollutant on that day.


def index_of_value(
    pollutant: Pollutant, value: Decimal, day: date, *, unit: AirUnit | None = None, hours: int = 24
) -> list[Side]:
    """Both indices of a concentration that has been the same for some hours.

    Parameters
    ----------
    pollutant : str
    value : Decimal
        One a little below zero, which is the scatter of an instrument in clean air, counts as 0.
    day : date
        Decides which tables hold.
    unit : str, optional
        µg/m³ for particles; gases need one. A gas in µg/m³ is brought to ppb at 25 °C and 1 atm.
    hours : int
        For how many hours the air has been so, the present one included; 24 are as many as any rule asks.

    Raises
    ------
    BadRequest
        If the unit does not fit, or no instrument gives such a value.
    NoRule
        If neither country has a table for the day.
    """
    unit = _fitting(pollutant, unit)
    if not value.is_finite():
        raise bad_request("A concentration is a number.", "Una concentración es un número.")
    rules = load_air()
    written = f"{value:f} {UNITS[unit]}"
    if unit == "ug/m3" and pollutant not in PARTICLES:
        value, unit = rounded_share(value, pollutant), "ppb"
    of = rules.plausible[pollutant]
    if not of.least <= convert(value, unit, of.unit) <= of.most:
        raise BadRequest(
            detail=Text("The value is refused: ", "El valor se rechaza: ")
            + implausible(written, pollutant, rules.plausible)
            + Text(". Check it and its unit.", ". Revíselo, y su unidad.")
        )
    value = max(value, Decimal(0))
    limits = limits_on(rules, pollutant, day)
    sides = []
    refused: list[NoRule] = []
    for country in rules.tables:
        own = tuple(x for x in limits if x.country == country)
        name = rules.tables[country][0].name
        try:
            table = table_on(rules, country, day)
        except NoRule as error:
            refused.append(error)
            sides.append(Side(country, name, None, None, error.message(), own))
            continue
        judged = index(table, pollutant, [value] * hours, unit)
        reason = None if judged else _NO_MEAN if table.of(pollutant) else _NO_SCALE
        sides.append(Side(country, name, table, judged, reason, own))
    if len(refused) == len(sides):
        raise refused[0]
    return sides


def _fitting(pollutant: Pollutant, unit: AirUnit | None) -> AirUnit:
    particles = pollutant in PARTICLES
    if unit is None and particles:
        return "ug/m3"
    if unit is None or (particles and unit != "ug/m3"):
        raise bad_request(
            "Say the unit: ppm, ppb or ug/m3 for gases; particles are in ug/m3.",
            "Indique la unidad: ppm, ppb o ug/m3 para gases; las partículas van en ug/m3.",
        )
    return unit


def judge_value(
    workspace: Workspace,
    pollutant: Pollutant,
    value: Decimal,
    *,
    day: date | None = None,
    unit: AirUnit | None = None,
    hours: int = 24,
) -> Answer:
    """Give both indices of a concentration, and the limits of both countries on the day.

    Parameters
    ----------
    workspace : Workspace
        Its region says which day it is.
    pollutant, value, unit, hours
        As for `index_of_value`, with its errors.
    day : date, optional
        Today if not given.

    Returns
    -------
    Answer
        Tables ``indices`` (by country) and ``limits``.
    """
    day = day or workspace.today()
    sides = index_of_value(pollutant, value, day, unit=unit, hours=hours)
    limits = [
        (x.country, x.average, x.value, x.unit, x.since, x.citation, not x.prior) for side in sides for x in side.limits
    ]
    keys = ("country", "average", "value", "unit", "from", "citation", "confirmed")
    return Answer(
        "air.index",
        Text("Indices of a concentration", "Índices de una concentración"),
        (_indices(sides), data_table("limits", _LIMITS, keys, limits)),
        {"pollutant": pollutant, "given": value, "given_unit": _fitting(pollutant, unit), "hours": hours, "day": day},
        tuple(_notes(sides, pollutant, value, unit, hours)),
        tuple(_sources(sides)),
    )


def _indices(sides: list[Side]) -> Table:
    """Tabulate what each country says; people see a column per country."""
    columns = (
        Column("country", None),
        Column("index_name", None),
        *(Column(key, None) for key in ("table", "in_force_from", "in_force_to")),
        Column("index", Text("Index", "Índice")),
        Column("category", Text("Category", "Categoría")),
        Column("colour", Text("Colour", "Color")),
        Column("risk", Text("Risk", "Riesgo")),
        Column("value", Text("Concentration judged", "Concentración evaluada")),
        Column("mean", Text("Mean", "Promedio"), kept=None),
        Column("breakpoints", Text("Breakpoints", "Puntos de corte"), kept=None),
        Column("limits", _LIMITS, kept=None),
        *(Column(key, None) for key in ("unit", "mean_hours", "weighted", "factor", "rounding")),
        *(Column(key, None) for key in ("breakpoint_low", "breakpoint_high", "index_low", "index_high")),
        *(Column(key, None) for key in ("beyond", "at_least", "reason", "citation", "confirmed")),
    )

    def row(side: Side) -> tuple[Cell, ...]:
        table, judged = side.table, side.judged
        of_table = (table.id, table.since, table.until) if table else (None, None, None)
        cited = (side.reason, table.citation if table else None, not table.prior if table else None)
        if judged is None or table is None:
            return (side.country, side.name, *of_table, *(None,) * 7, _limits(side), *(None,) * 11, *cited)
        scale, step, band = judged.scale, judged.step, table.bands[judged.step.band]
        return (
            *(side.country, side.name, *of_table, _index(judged), band.name, band.colour, band.risk),
            Shown(judged.value, Text.same(f"{judged.value} {UNITS[scale.unit]}")),
            *(_mean(scale), _breakpoints(step), _limits(side)),
            *(scale.unit, scale.hours, scale.weighted, scale.factor, scale.rounding),
            *(step.low, step.high, step.index_low, step.index_high, judged.beyond, judged.at_least, *cited),
        )

    seen = ("index", "category", "colour", "risk", "value", "mean", "breakpoints", "limits")
    return Table(
        "indices",
        None,
        columns,
        tuple(map(row, sides)),
        views=(View(None, ("index_name", *seen), turned=True),),
    )


def _index(judged: Judged) -> Shown | None:
    if judged.index is None:
        return None
    mark = Text(" (beyond the index)", " (fuera del índice)")
    shown = Text.same(f"{'≥ ' if judged.at_least else ''}{judged.index}")
    return Shown(judged.index, shown + mark if judged.beyond else shown)


def _mean(scale: Scale) -> Text:
    if scale.rounding == "truncate":
        rounding = Text("truncated", "truncado")
    else:
        rounding = Text("rounded half up", "redondeado, mitad hacia arriba")
    times = f", × {scale.factor}" if scale.factor != 1 else ""
    weighted = Text("{hours} h, weighted, {rounding}{times}", "{hours} h, ponderado, {rounding}{times}")
    plain = Text.same("{hours} h, {rounding}{times}")
    return (weighted if scale.weighted else plain).format(hours=scale.hours, rounding=rounding, times=times)


def _breakpoints(step: IndexStep) -> Text:
    span = f"{step.low} – {step.high}" if step.high is not None else f"≥ {step.low}"
    return Text.same(span if step.index_low is None else f"{span} → {step.index_low} – {step.index_high}")


def _limits(side: Side) -> Text | None:
    lines = (AVERAGES[x.average] + Text.same(f": {x.value} {UNITS[x.unit]}") for x in side.limits)
    return joined(lines, "\n") if side.limits else None


def _notes(sides: list[Side], pollutant: Pollutant, value: Decimal, unit: AirUnit | None, hours: int) -> Iterator[Text]:
    """Note why an index is missing or at its end, and the assumptions on the concentration."""
    for side in sides:
        name = side.name + Text.same(": ")
        if side.reason is not None:
            yield side.reason if side.table is None else name + side.reason  # of a missing table it names the index
        if side.judged is not None and side.judged.beyond:
            yield name + _BEYOND
        if side.judged is not None and side.judged.at_least:
            yield name + held_at_the_end(side.judged.scale)
    if hours == 1:
        yield Text(
            "Assumption: the concentration is that of the latest hour alone.",
            "Supuesto: la concentración es solo la de la última hora.",
        )
    else:
        yield Text(
            f"Assumption: each of the latest {hours} hours had this concentration.",
            f"Supuesto: cada una de las últimas {hours} horas tuvo esta concentración.",
        )
    if value < 0:
        yield Text(
            "Below zero, the scatter of an instrument in clean air: it counts as 0.",
            "Bajo cero, dispersión de un instrumento en aire limpio: cuenta como 0.",
        )
    if unit == "ug/m3" and pollutant not in PARTICLES:
        yield Text("Brought to ppb at 25 °C and 1 atm.", "Convertido a ppb a 25 °C y 1 atm.")


def _sources(sides: list[Side]) -> list[Text]:
    """Cite the tables and the limits."""
    tables = [side.table.source for side in sides if side.table is not None]
    return [*tables, *(standard(x) + Text.same(": ") + x.source for side in sides for x in side.limits)]


def held_at_the_end(scale: Scale) -> Text:
    """Explain why an index stays at the end of a scale that defines no bands above it."""
    last = scale.steps[-1]
    return Text(
        "the mean of {hours} h is above {high} {unit}, where its scale ends: the index is {index} or more, and higher only by the other mean of the table (40 CFR 58, appendix G).",
        "el promedio de {hours} h supera {high} {unit}, donde termina su escala: el índice es {index} o más, y solo el otro promedio de la tabla da uno mayor (40 CFR 58, apéndice G).",
    ).format(hours=scale.hours, high=last.high, unit=UNITS[scale.unit], index=last.index_high)


def judge_hours(workspace: Workspace, path: Path | None, *, station: str | None = None) -> Answer:
    """Give both indices of every hour of a file of readings, or of a station of the store.

    Parameters
    ----------
    workspace : Workspace
    path : Path or None
    station : str, optional
        Its id, AQS or SINAICA number; only without a path.

    Returns
    -------
    Answer
        Table ``hours``: station, time, pollutant, value and unit as they were given; for the US ``us_index`` and
        ``us_at_least`` (the mean is above the end of its scale: the index is so much or more); for each country category,
        colour, concentration judged, unit and table.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    UnknownName, NoData
        If there is no such station, or nothing is held of it.
    NoRule
        If no hour has a table of either country.
    """
    frame, read_notes = readings(workspace, path, station)
    rules = load_air()
    judged = hourly(frame, rules)
    given = ("station", "time", "pollutant", "value", "unit")
    cells: dict[str, Iterable[Cell]] = {key: judged[key].to_list() for key in given}
    cells["value"] = [None if v is None else Shown(v, Text.same(str(v))) for v in judged["value"].to_list()]
    notes: list[Text] = [*read_notes]
    citations: list[Text] = []
    refused: list[NoRule] = []
    for country, tables in rules.tables.items():
        without = judged.filter(pl.col(f"{country}_table").is_null())
        if without.height:
            try:
                table_on(rules, country, without["day"].min())  # type: ignore[arg-type]  # days are dates
            except NoRule as error:
                notes.append(
                    Text(f"{without.height} hours: {error.say('en')}", f"{without.height} horas: {error.say('es')}")
                )
                if without.height == judged.height:
                    refused.append(error)
        used = [tables[i] for i in judged[f"{country}_table"].drop_nulls().unique().sort()]
        citations += [table.source for table in used]
        notes += _held_at_the_end(judged, country, tables)
        cells |= _described(judged, country, tables)
    if len(refused) == len(rules.tables):
        raise refused[0]
    table = Table(
        "hours",
        None,
        tuple(Column(key, _HOURS.get(key), side=None if key in ("value", "us_index") else "left") for key in cells),
        tuple(zip(*cells.values(), strict=True)),
        views=(last_rows(judged.height, tuple(_HOURS)),),
    )
    title = Text("Indices by the hour", "Índices por hora")
    return Answer("air.index_hours", title, (table,), notes=tuple(notes), sources=tuple(citations))


def last_rows(count: int, keys: tuple[str, ...]) -> View:
    """Show the last rows of a long table, and say so."""
    note = Text(
        "The last {shown} of {count} rows; the data have all, with colours and concentrations.",
        "Los últimos {shown} de {count} renglones; los datos los tienen todos, con colores y concentraciones.",
    ).format(shown=_SHOWN, count=both(count))
    return View(None, keys, rows=range(max(0, count - _SHOWN), count), note=note if count > _SHOWN else None)


def _at_least(country: Country, tables: tuple[IndexTable, ...]) -> pl.Expr:
    """Mark the hours whose concentration lies above the last breakpoint of a scale without an open end."""
    above = [
        pl.col(f"{country}_table") < 0
    ]  # of no hour; a literal has one row, and a long frame is not filtered by it
    for t, table in enumerate(tables):
        for s, scale in enumerate(table.scales):
            high = scale.steps[-1].high
            if not scale.open_end and high is not None:
                own = (pl.col(f"{country}_table") == t) & (pl.col(f"{country}_scale") == s)
                above.append(own & (pl.col(f"{country}_units") > int(high.scaleb(scale.decimals))))
    return pl.any_horizontal(above).fill_null(False)


def _held_at_the_end(judged: pl.DataFrame, country: Country, tables: tuple[IndexTable, ...]) -> list[Text]:
    """Count, by scale, the hours whose index stays at the end of the scale."""
    held = (
        judged.filter(_at_least(country, tables)).group_by(f"{country}_table", f"{country}_scale").len().sort(pl.all())
    )
    notes = []
    for t, s, count in held.iter_rows():
        scale = tables[t].scales[s]
        head = Text("{name} (hours: {count}): ", "{name} (horas: {count}): ")
        notes.append(head.format(name=NAMES[scale.pollutant], count=count) + held_at_the_end(scale))
    return notes


def _described(judged: pl.DataFrame, country: Country, tables: tuple[IndexTable, ...]) -> dict[str, Iterable[Cell]]:
    """Give one country's columns: index, category and colour, the concentration judged, the table."""
    width = max(len(table.scales) for table in tables)
    scales: Mapping[int, Scale] = {
        t * width + s: scale for t, table in enumerate(tables) for s, scale in enumerate(table.scales)
    }
    key = pl.col(f"{country}_table") * width + pl.col(f"{country}_scale")
    power = {k: 10**scale.decimals for k, scale in scales.items()}
    value = pl.col(f"{country}_units") / key.replace_strict(power, default=None, return_dtype=pl.Int64)
    held = judged.select(
        pl.col(f"{country}_band").alias("band"),
        pl.col(f"{country}_table").alias("table"),
        key.alias("scale"),
        value.alias("value"),
    )

    def named(column: str, names: Mapping[int, Cell]) -> list[Cell]:
        return [None if k is None else names.get(k) for k in held[column].to_list()]

    cells: dict[str, Iterable[Cell]] = {}
    if f"{country}_index" in judged.columns:
        at_least = judged.select(_at_least(country, tables)).to_series().to_list()
        cells["index"] = [
            Shown(index, Text.same(f"≥ {index}")) if end and index is not None else index
            for index, end in zip(judged[f"{country}_index"].to_list(), at_least, strict=True)
        ]
        cells["at_least"] = at_least
    cells["category"] = named("band", {i: band.name for i, band in enumerate(tables[0].bands)})
    cells["colour"] = named("band", {i: band.colour for i, band in enumerate(tables[0].bands)})
    cells["value"] = held["value"].to_list()
    cells["unit"] = named("scale", {k: scale.unit for k, scale in scales.items()})
    cells["table"] = named("table", {i: table.id for i, table in enumerate(tables)})
    return {f"{country}_{name}": column for name, column in cells.items()}
