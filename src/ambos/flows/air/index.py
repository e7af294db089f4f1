"""`ambos air index`: the air as both countries judge it, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl

from ambos.air.hourly import hourly
from ambos.air.index import Judged, convert, index, limits_on, table_on
from ambos.air.readings import PARTICLES, implausible, read
from ambos.air.units import rounded_share
from ambos.catalog.air import load_air
from ambos.errors import BadRequest, NoRule
from ambos.flows.air.design import NAMES, UNITS, standard
from ambos.flows.air.source import stored
from ambos.flows.workspace import Workspace
from ambos.model.air import AirUnit, Country, IndexTable, Limit, Pollutant, Scale
from ambos.text import Language, Text

_NO_SCALE = Text("the table says nothing of this pollutant", "la tabla no incluye este contaminante")
_NO_MEAN = Text(
    "no mean that the table wants can be made of so few hours, or the value is below where this mean counts",
    "con tan pocas horas no se forma ninguno de los promedios que pide la tabla, o el valor es menor que el mínimo de ese promedio",
)


@dataclass(frozen=True, slots=True)
class Side:
    """What one country says.

    Attributes
    ----------
    country : {"us", "mx"}
    name : Text
        Of the index.
    table : IndexTable or None
        None if none holds on the day.
    judged : Judged or None
    reason : Text or None
        Why there is no judgement.
    limits : tuple of Limit
        The country's limits for the pollutant on that day.
    """

    country: Country
    name: Text
    table: IndexTable | None
    judged: Judged | None
    reason: Text | None
    limits: tuple[Limit, ...]


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

    Returns
    -------
    list of Side

    Raises
    ------
    BadRequest
        If the unit does not fit, or no instrument gives such a value.
    NoRule
        If neither country has a table for the day.
    """
    unit = _fitting(pollutant, unit)
    if not value.is_finite():
        raise BadRequest(detail=Text("A concentration is a number.", "Una concentración es un número."))
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
        raise BadRequest(
            detail=Text(
                "Say the unit: ppm, ppb or ug/m3 for gases; particles are in ug/m3.",
                "Indique la unidad: ppm, ppb o ug/m3 para gases; las partículas van en ug/m3.",
            )
        )
    return unit


def record(sides: list[Side]) -> list[dict[str, object]]:
    """The sides for JSON; texts in both languages, concentrations exact."""

    def both(text: Text | None) -> dict[str, str] | None:
        return None if text is None else text.record()

    found: list[dict[str, object]] = []
    for side in sides:
        judged, table = side.judged, side.table
        band = table.bands[judged.step.band] if judged and table else None
        found.append(
            {
                "country": side.country,
                "index_name": both(side.name),
                "table": table.id if table else None,
                "in_force_from": table.since if table else None,
                "in_force_to": table.until if table else None,
                "index": judged.index if judged else None,
                "category": both(band.name) if band else None,
                "colour": both(band.colour) if band else None,
                "risk": both(band.risk) if band else None,
                "value": judged.value if judged else None,
                "unit": judged.scale.unit if judged else None,
                "mean_hours": judged.scale.hours if judged else None,
                "weighted": judged.scale.weighted if judged else None,
                "factor": judged.scale.factor if judged else None,
                "rounding": judged.scale.rounding if judged else None,
                "breakpoint_low": judged.step.low if judged else None,
                "breakpoint_high": judged.step.high if judged else None,
                "index_low": judged.step.index_low if judged else None,
                "index_high": judged.step.index_high if judged else None,
                "beyond": judged.beyond if judged else None,
                "at_least": judged.at_least if judged else None,
                "reason": both(side.reason),
                "citation": both(table.citation) if table else None,
                "confirmed": not table.prior if table else None,
                "limits": [
                    {
                        "average": x.average,
                        "value": x.value,
                        "unit": x.unit,
                        "from": x.since,
                        "citation": both(x.citation),
                        "confirmed": not x.prior,
                    }
                    for x in side.limits
                ],
            }
        )
    return found


def sources(sides: list[Side]) -> list[Text]:
    """Where the tables and the limits are from, each once, marked where not all of it is confirmed."""
    found = [side.table.source for side in sides if side.table is not None]
    return [*found, *(standard(x) + Text.same(": ") + x.source for side in sides for x in side.limits)]


def held_at_the_end(scale: Scale) -> Text:
    """Explain why an index stays at the end of a scale that defines no bands above it."""
    last = scale.steps[-1]
    return Text(
        "the mean of {hours} h is above {high} {unit}, where its scale ends: the index is {index} or more, and higher only by the other mean of the table (40 CFR 58, appendix G).",
        "el promedio de {hours} h supera {high} {unit}, donde termina su escala: el índice es {index} o más, y solo el otro promedio de la tabla da uno mayor (40 CFR 58, apéndice G).",
    ).format(hours=scale.hours, high=last.high, unit=UNITS[scale.unit], index=last.index_high)


@dataclass(frozen=True, slots=True)
class Hours:
    """Both indices of every hour of a file.

    Attributes
    ----------
    frame : polars.DataFrame
        station, time, pollutant, value and unit as in the file; for the US ``us_index`` and ``us_at_least`` (the mean
        is above the end of its scale: the index is so much or more); for each country
        ``_category``, ``_colour``, ``_value``, ``_unit`` and ``_table``. Null where there is none.
    notes : tuple of Text
        The monitor that was taken, rows of the file set aside, and hours for which a country has no table, with the
        reason.
    citations : tuple of Text
        Of the tables that were used, marked where not all of it is confirmed.
    """

    frame: pl.DataFrame
    notes: tuple[Text, ...]
    citations: tuple[Text, ...]


def index_of_series(path: Path, language: Language) -> Hours:
    """Both indices of every hour of a file of readings, categories and colours in one language.

    Raises
    ------
    BadReadings
        If no row of the file is good.
    NoRule
        If no hour of the file has a table of either country.
    """
    found = read(path, load_air().plausible)
    return _judged(found.frame, found.notes, language)


def index_of_station(workspace: Workspace, station: str, language: Language) -> Hours:
    """Both indices of every hour that the store has of a station.

    Raises
    ------
    UnknownName, NoData
        If there is no such station, or nothing is held of it.
    NoRule
        If no hour has a table of either country.
    """
    frame, notes = stored(workspace, station)
    return _judged(frame, notes, language)


def _judged(frame: pl.DataFrame, told: tuple[Text, ...], language: Language) -> Hours:
    rules = load_air()
    found = hourly(frame, rules)
    columns: list[pl.Series | pl.Expr] = [pl.col(c) for c in ("station", "time", "pollutant", "value", "unit")]
    notes: list[Text] = [*told]
    citations: list[Text] = []
    refused: list[NoRule] = []
    for country, tables in rules.tables.items():
        without = found.filter(pl.col(f"{country}_table").is_null())
        if without.height:
            try:
                table_on(rules, country, without["day"].min())  # type: ignore[arg-type]  # days are dates
            except NoRule as error:
                notes.append(
                    Text(f"{without.height} hours: {error.say('en')}", f"{without.height} horas: {error.say('es')}")
                )
                if without.height == found.height:
                    refused.append(error)
        used = [tables[i] for i in found[f"{country}_table"].drop_nulls().unique().sort()]
        citations += [table.source for table in used]
        notes += _held_at_the_end(found, country, tables)
        columns += _described(found, country, tables, language)
    if len(refused) == len(rules.tables):
        raise refused[0]
    return Hours(found.select(columns), tuple(notes), tuple(citations))


def _at_least(country: Country, tables: tuple[IndexTable, ...]) -> pl.Expr:
    """Mark the hours whose concentration lies above the last breakpoint of a scale without an open end."""
    above = [pl.lit(False)]
    for t, table in enumerate(tables):
        for s, scale in enumerate(table.scales):
            high = scale.steps[-1].high
            if not scale.open_end and high is not None:
                own = (pl.col(f"{country}_table") == t) & (pl.col(f"{country}_scale") == s)
                above.append(own & (pl.col(f"{country}_units") > int(high.scaleb(scale.decimals))))
    return pl.any_horizontal(above).fill_null(False)


def _held_at_the_end(found: pl.DataFrame, country: Country, tables: tuple[IndexTable, ...]) -> list[Text]:
    """Count, by scale, the hours whose index stays at the end of the scale."""
    held = (
        found.filter(_at_least(country, tables)).group_by(f"{country}_table", f"{country}_scale").len().sort(pl.all())
    )
    notes = []
    for t, s, count in held.iter_rows():
        scale = tables[t].scales[s]
        head = Text("{name} (hours: {count}): ", "{name} (horas: {count}): ")
        notes.append(head.format(name=NAMES[scale.pollutant], count=count) + held_at_the_end(scale))
    return notes


def _described(
    found: pl.DataFrame, country: Country, tables: tuple[IndexTable, ...], language: Language
) -> list[pl.Series | pl.Expr]:
    """One country's columns in words and in concentrations."""
    bands = tables[0].bands
    scales: Mapping[tuple[int, int], Scale] = {
        (t, s): scale for t, table in enumerate(tables) for s, scale in enumerate(table.scales)
    }
    width = max(len(table.scales) for table in tables)
    key = pl.col(f"{country}_table") * width + pl.col(f"{country}_scale")
    power = {t * width + s: 10**scale.decimals for (t, s), scale in scales.items()}
    unit = {t * width + s: scale.unit for (t, s), scale in scales.items()}

    def word(words: list[str], name: str) -> pl.Expr:
        of = dict(enumerate(words))
        return pl.col(f"{country}_band").replace_strict(of, return_dtype=pl.String).alias(f"{country}_{name}")

    numbers: list[pl.Expr] = []
    if f"{country}_index" in found.columns:
        numbers = [pl.col(f"{country}_index"), _at_least(country, tables).alias(f"{country}_at_least")]
    value = pl.col(f"{country}_units") / key.replace_strict(power, default=None, return_dtype=pl.Int64)
    return [
        *numbers,
        word([b.name[language] for b in bands], "category"),
        word([b.colour[language] for b in bands], "colour"),
        value.alias(f"{country}_value"),
        key.replace_strict(unit, default=None, return_dtype=pl.String).alias(f"{country}_unit"),
        pl.col(f"{country}_table")
        .replace_strict(dict(enumerate(t.id for t in tables)), return_dtype=pl.String)
        .alias(f"{country}_table"),
    ]
