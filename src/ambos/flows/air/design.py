"""`ambos air design`: design values of a file of readings, with completeness, margin and next year's critical value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from ambos.air.complete import COMPLETE, QUARTERS, YEARS, Days, SampledShare, quarter_days, three
from ambos.air.design import OZONE_MEAN, DesignValue, ozone, ozone_complete, ozone_mean, pm10, pm25_annual, pm25_daily
from ambos.air.index import limits_on
from ambos.air.local import concentration, daily_values, local_hours
from ambos.air.readings import read_days
from ambos.air.rounding import truncate
from ambos.catalog.air import load_air
from ambos.errors import bad_request
from ambos.flows.air.stations import readings
from ambos.flows.workspace import Workspace
from ambos.later import pl
from ambos.model.air import AirLimit, AirRules
from ambos.model.answer import Answer, Cell, Column, Shown, Table, View
from ambos.numbers import MISSING
from ambos.numbers import day as written_day
from ambos.text import Text

#: What each pollutant is judged by: the average of the limit, and whether it is PM10's count.
STANDARDS: Mapping[str, tuple[str, ...]] = {"pm25": ("annual", "24h"), "pm10": ("24h",), "o3": ("8h",)}
#: Decimals to which daily values of a file are cut off, as they are reported (40 CFR 50, appendices N and U).
_CUT = {"pm25": 1, "o3": 3}
NAMES: Mapping[str, Text] = {
    "pm25": Text.same("PM2.5"),
    "pm10": Text.same("PM10"),
    "o3": Text("Ozone", "Ozono"),
    "co": Text.same("CO"),
    "so2": Text.same("SO2"),
    "no2": Text.same("NO2"),
}
AVERAGES: Mapping[str, Text] = {
    "1h": Text.same("1 h"),
    "8h": Text.same("8 h"),
    "24h": Text.same("24 h"),
    "annual": Text("annual", "anual"),
}
#: How units are printed; files and JSON keep ug/m3.
UNITS: Mapping[str, str] = {"ug/m3": "µg/m³", "ppm": "ppm", "ppb": "ppb"}
#: Decimals of a figure that are shown; annual means are held to one more.
_SHOWN = 3
_MARGIN = Text(
    "Margin: the level less the value; negative above it. Critical: the least figure of the coming year (annual mean, 98th percentile, fourth-highest day, expected exceedances) that would bring the design value above the level. PM10: expected exceedances a year, of which one is allowed.",
    "Margen: el nivel menos el valor; negativo si lo rebasa. Crítico: la cifra mínima del año siguiente (media anual, percentil 98, cuarto día más alto, excedencias esperadas) que llevaría el valor de diseño arriba del nivel. PM10: excedencias esperadas por año; se permite una.",
)
_DAILY = Text(
    "Every day is taken as due: a monitor that samples every third or sixth day shows as incomplete unless that is said.",
    "Se supone medición diaria: un monitor que muestrea cada tercer o sexto día aparece incompleto si no se indica.",
)
_NOTES = (
    Text("No day is left out as an exceptional event.", "No se excluye ningún día por evento excepcional."),
    Text(
        "Not confirmed by a text that was read: the completeness of ozone (appendix U; that a value above the level counts whatever is missing, too), and the decimals and completeness of PM10 (appendix K).",
        "Sin confirmar en un texto leído: la suficiencia de ozono (apéndice U; también que un valor arriba del nivel cuenta falte lo que falte), y los decimales y la suficiencia de PM10 (apéndice K).",
    ),
)


@dataclass(frozen=True, slots=True)
class Design:
    """A design value of a station."""

    station: str
    limit: AirLimit
    value: DesignValue


def design(
    workspace: Workspace,
    path: Path | None,
    *,
    station: str | None = None,
    year: int | None = None,
    day: date | None = None,
    every: int = 1,
) -> Answer:
    """Give the design values of every station of a file, or of a station of the store.

    Parameters
    ----------
    workspace : Workspace
        Its region's zone is that of the local standard time.
    path : Path or None
        Hourly or daily readings.
    station : str, optional
        Of the store; only without a path.
    year : int, optional
        The last of the three years; that of the last reading if not given.
    day : date, optional
        Decides the standards; the last of the year if not given.
    every : int
        A value of particles was due every so many days.

    Returns
    -------
    Answer
        Tables ``design_values`` and ``completeness``, where a row without a year is the mean of ozone's years.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    UnknownName, NoData
        If there is no such station, or nothing is held of it.
    BadRequest
        If the file has none of the pollutants that have a design value, or no standard holds on the day.
    """
    daily = False
    rules = load_air()
    if path is not None:
        held = read_days(path, rules.plausible)
        frame, daily, read_notes = held.frame, held.daily, held.notes
    else:
        frame, read_notes = readings(workspace, None, station)
    frame = frame.filter(pl.col("pollutant").is_in(list(STANDARDS)) & pl.col("amount").is_not_null())
    if frame.is_empty():
        raise bad_request(
            f"{path or station}: no readings of PM2.5, PM10 or ozone, the pollutants that design values are reckoned for here.",
            f"{path or station}: no hay lecturas de PM2.5, PM10 ni ozono, los contaminantes cuyo valor de diseño se calcula aquí.",
        )
    last = year or max(d.year for d in frame["day"].unique())
    on = day or date(last, 12, 31)
    rows: list[Design] = []
    for (name, pollutant), own in frame.sort("station", "pollutant").group_by(
        "station", "pollutant", maintain_order=True
    ):
        for limit in _standards(rules, str(pollutant), on):
            values = _days(own, daily, _short_level(rules, str(pollutant), on, limit), workspace)
            rows.append(Design(str(name), limit, _value(limit, values, last, every)))
    if not rows:
        said = written_day(on, "en"), written_day(on, "es")
        raise bad_request(f"No US standard is held for {said[0]}.", f"No se tiene norma de EE. UU. para el {said[1]}.")
    notes = _NOTES if every > 1 else (*_NOTES, _DAILY)
    first = last - YEARS + 1
    limits = dict.fromkeys(row.limit for row in rows)
    title = Text(f"Design values {first}–{last}", f"Valores de diseño {first}–{last}")
    return Answer(
        "air.design",
        title,
        (_values(title, rows, last + 1), _completeness(rows)),
        {"first_year": first, "last_year": last, "standards_on": on},
        (_MARGIN, *read_notes, *notes, *(standard(x) + Text.same(": ") + x.source for x in limits)),
    )


def _standards(rules: AirRules, pollutant: str, on: date) -> list[AirLimit]:
    held = {x.average: x for x in limits_on(rules, pollutant, on) if x.country == "us"}
    return [held[a] for a in STANDARDS[pollutant] if a in held]


def _short_level(rules: AirRules, pollutant: str, on: date, limit: AirLimit) -> Decimal:
    """The level of the 24-hour standard, by which days of PM2.5 count however few hours they have; else the limit's own."""
    levels = [x.value for x in limits_on(rules, pollutant, on) if x.country == "us" and x.average == "24h"]
    return levels[0] if levels and pollutant == "pm25" else limit.value


def _days(own: pl.DataFrame, daily: bool, level: Decimal, workspace: Workspace) -> dict[date, Decimal]:
    if not daily:
        (hours,) = local_hours(own, workspace.catalog.region.standard_offset)
        return daily_values(hours, level)
    values = {}
    for pollutant, day, amount in own.select("pollutant", "day", "amount").iter_rows():
        value = concentration(amount, pollutant)
        values[day] = truncate(Fraction(value), _CUT[pollutant]) if pollutant in _CUT else value
    return values


def _value(limit: AirLimit, days: Days, year: int, every: int) -> DesignValue:
    if limit.pollutant == "o3":
        return ozone(days, year, limit.value)
    # What begins anew with every quarter, at worst one day more than the calendar of the network has.
    due = {(y, q): -(-quarter_days(y, q) // every) for y in three(year) for q in QUARTERS}
    if limit.pollutant == "pm10":
        return pm10(days, year, limit.value, due)
    return (pm25_annual if limit.average == "annual" else pm25_daily)(days, year, limit.value, due)


def standard(limit: AirLimit) -> Text:
    """A limit in words: PM2.5 annual 9.0 µg/m³."""
    return Text.same("{name} {average} {value} {unit}").format(
        name=NAMES[limit.pollutant], average=AVERAGES[limit.average], value=limit.value, unit=UNITS[limit.unit]
    )


def _values(title: Text, rows: list[Design], following: int) -> Table:
    """Tabulate the design values."""
    columns = (
        Column("station", Text("Station", "Estación")),
        Column("standard_name", Text("US standard", "Norma de EE. UU."), kept=None),
        *(Column(key, None) for key in ("pollutant", "average", "standard", "unit", "level")),
        Column("valid", Text("Valid", "Válido")),
        Column("reason", Text("Why", "Por qué")),
        Column("design_value", Text("Design value", "Valor de diseño")),
        Column("above", None),
        Column("margin", Text("Margin", "Margen")),
        Column("by_year", Text("By year", "Por año"), side="right"),
        Column("critical_next_year", Text(f"Critical in {following}", f"Crítico en {following}")),
        *(Column(key, None) for key in ("value_with_substitution", "citation", "confirmed")),
    )

    def row(station: str, limit: AirLimit, value: DesignValue) -> tuple[Cell, ...]:
        reason = value.reason if value.tested is None else value.reason + Text.same(f" ({value.tested})")
        parts = Shown(value.parts, Text.same(" · ".join(map(_short, value.parts)) or MISSING))
        return (
            *(
                station,
                standard(limit),
                limit.pollutant,
                limit.average,
                limit.value,
                limit.unit,
                value.level,
                value.valid,
            ),
            Shown(value.reason, reason),
            *(_figure(value.value), value.above, _figure(value.margin), parts, _figure(value.critical)),
            *(value.tested, limit.citation, not limit.prior),
        )

    return Table("design_values", title, columns, tuple(row(one.station, one.limit, one.value) for one in rows))


def _completeness(designs: list[Design]) -> Table:
    """Tabulate the quarters, of ozone the years and their mean; people see those that are incomplete."""
    rows: list[tuple[Cell, ...]] = []
    shown = []
    for one in designs:
        limit, shares = one.limit, one.value.shares
        ozone_years = limit.pollutant == "o3"
        wanting = ozone_years and not ozone_complete(shares)
        whose = (one.station, standard(limit), limit.pollutant, limit.average)
        for s in shares:
            if wanting or (not ozone_years and s.percent < COMPLETE):
                shown.append(len(rows))
            rows.append((*whose, _period(s), s.year, s.quarter, s.held, s.due, s.percent))
        if ozone_years and shares:
            if wanting:
                shown.append(len(rows))
            mean = Text(f"mean of the years ({OZONE_MEAN} wanted)", f"media de los años (se requiere {OZONE_MEAN})")
            rows.append((*whose, mean, None, None, None, None, ozone_mean(shares)))
    columns = (
        Column("station", Text("Station", "Estación")),
        Column("standard_name", Text("US standard", "Norma de EE. UU."), kept=None),
        Column("pollutant", None),
        Column("average", None),
        Column("period", Text("Period", "Periodo"), kept=None),
        Column("year", None),
        Column("quarter", None),
        Column("days", Text("Days held", "Días con dato")),
        Column("due", Text("Days due", "Días esperados")),
        Column("percent", Text("%", "%")),
    )
    title = Text("Incomplete quarters and years", "Trimestres y años incompletos")
    view = View(title, ("station", "standard_name", "period", "days", "due", "percent"), rows=shown)
    return Table("completeness", Text("Completeness", "Suficiencia"), columns, tuple(rows), views=(view,))


def _figure(value: Decimal | None) -> Shown | None:
    return None if value is None else Shown(value, Text.same(_short(value).replace("-", "−")))


def _short(value: Decimal) -> str:
    """Write a figure without the zeros that only the computation needs (annual means are held to 0.0001)."""
    return f"{value.normalize():f}" if -value.as_tuple().exponent > _SHOWN else f"{value}"  # type: ignore[operator]


def _period(share: SampledShare) -> Text:
    if share.quarter is None:
        return Text.same(str(share.year))
    return Text(f"{share.year}, quarter {share.quarter}", f"{share.year}, trimestre {share.quarter}")
