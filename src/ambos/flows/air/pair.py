"""`ambos air pair`: two stations on both sides of the border, hour by hour, and what is not there to compare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import polars as pl

from ambos.air.pair import PairAnalysis, Together, TwinMonth, analyse, distance_km
from ambos.air.readings import PARTICLES, read
from ambos.catalog.air import find_pair, load_air, load_stations
from ambos.errors import NoData, bad_request
from ambos.flows.air.design import NAMES, UNITS
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.air.stations import readings
from ambos.flows.workspace import Workspace
from ambos.model.air import AirRules, AirStation, Measured, StationPair
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View, data_table
from ambos.numbers import MISSING, period
from ambos.text import Text, joined

_PAIRS = Text("Pairs of stations", "Pares de estaciones")
_NO_HOURS = Text(
    "No hourly readings of both sides are held. A pollutant not named was not found to be measured on both sides, which does not prove that it is not.",
    "No se tienen lecturas horarias de ambos lados. De un contaminante que no aparece no se halló medición en ambos lados; eso no prueba que no la haya.",
)
_GIVEN = Text(
    "Fetch readings (ambos fetch), or give them as files (ambos air pair US.csv MX.csv --pair ID).",
    "Descargue lecturas (ambos fetch) o indíquelas como archivos (ambos air pair EEUU.csv MX.csv --pair ID).",
)
_VALID = Text(
    "A month has a valid twin where both have three quarters of its hours at once. Hours are of local standard time.",
    "Un mes tiene par válido si ambas tienen a la vez tres cuartas partes de sus horas. Las horas son de hora local estándar.",
)
_LAG = Text(
    "Lag: b so many hours after a. Correlation is Pearson's, of the hours that both have; wind is not reckoned with, so that it does not tell from which side the air came.",
    "Desfase: b tantas horas después de a. La correlación es la de Pearson, de las horas que ambas tienen; no considera el viento, así que no indica de qué lado vino el aire.",
)


@dataclass(frozen=True, slots=True)
class DefinedPairs:
    """The stations of a pair and their distances by the definitions, a row per two stations."""

    pair: StationPair
    #: The stations of both sides, their distance in km, and the pollutants that both are known to measure or to have
    #: measured on some same day, as far as days are known.
    rows: tuple[tuple[AirStation, AirStation, float, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Answer on pairs of stations."""

    known: tuple[DefinedPairs, ...]  #: Pairs as they are defined; empty when only files were given.
    comparisons: tuple[PairAnalysis, ...]  #: One per pollutant; empty where no readings are held.
    rules: AirRules
    notes: tuple[Text, ...] = ()  #: Which monitors of the store were taken, or which rows of the files were set aside.


def pairs(
    workspace: Workspace,
    files: Sequence[Path] = (),
    *,
    pair: str | None = None,
    stations: tuple[str, str] | None = None,
    pollutant: str | None = None,
) -> Pairs:
    """Describe the pairs of the region, and compare two stations: of files, or of a pair as the store has it.

    Parameters
    ----------
    workspace : Workspace
    files : sequence of Path
        None, one that holds both stations, or one for each side.
    pair : str, optional
        Its id; picks the stations of the files by their id, AQS or SINAICA number.
    stations : tuple of str, optional
        The stations of the files, by the names they have there.
    pollutant : str, optional
        All that both have, if not given.

    Raises
    ------
    UnknownName
        If there is no such pair.
    BadReadings
        If no row of a file is good.
    BadRequest
        If it is not clear which stations are meant, or they have no pollutant in common.
    """
    network, rules = load_stations(workspace.catalog), load_air()
    chosen = [find_pair(network, pair)] if pair else list(network.pairs.values())
    offset = workspace.catalog.region.standard_offset
    if not files:
        known = tuple(_known(p) for p in chosen)
        if not pair:
            return Pairs(known, (), rules)
        (us, said), (mx, also) = (_first_held(workspace, side) for side in (chosen[0].us, chosen[0].mx))
        return Pairs(known, _compared(us, mx, pollutant, rules, offset), rules, (*said, *also))
    held = [read(path, rules.plausible) for path in files]
    a, b = held[0].frame, held[-1].frame
    notes = tuple(note for one in held for note in one.notes)
    names = stations or (_of_pair(chosen[0], a, b) if pair else _only(files, a, b))
    sides = [_side(frame, name, path) for frame, name, path in zip((a, b), names, (files[0], files[-1]), strict=True)]
    common = sorted(set(sides[0]["pollutant"]) & set(sides[1]["pollutant"]))
    comparisons = _compared(sides[0], sides[1], pollutant, rules, offset)
    if not comparisons:
        listed = ", ".join(common) or MISSING
        raise bad_request(
            f"{names[0]} and {names[1]} have no such pollutant in common; in common: {listed}.",
            f"{names[0]} y {names[1]} no comparten ese contaminante; en común: {listed}.",
        )
    return Pairs(tuple(_known(p) for p in chosen) if pair else (), comparisons, rules, notes)


def _compared(
    us: pl.DataFrame | None, mx: pl.DataFrame | None, pollutant: str | None, rules: AirRules, offset: timedelta
) -> tuple[PairAnalysis, ...]:
    """A comparison for each pollutant that both have; none where one of them has nothing."""
    if us is None or mx is None:
        return ()
    common = sorted(set(us["pollutant"]) & set(mx["pollutant"]))
    own = [[s.filter(pl.col("pollutant") == p) for s in (us, mx)] for p in common if pollutant in (None, p)]
    return tuple(analyse(one, other, rules, offset) for one, other in own)


def _first_held(workspace: Workspace, side: Sequence[AirStation]) -> tuple[pl.DataFrame | None, tuple[Text, ...]]:
    """The first station of a side of which the store has readings."""
    for station in side:
        try:
            return readings(workspace, None, station.id)
        except NoData:
            continue
    return None, ()


def _side(frame: pl.DataFrame, name: str, path: Path) -> pl.DataFrame:
    own = frame.filter((pl.col("station") == name) & pl.col("amount").is_not_null())
    if own.is_empty():
        listed = ", ".join(sorted(set(frame["station"])))
        raise bad_request(
            f"{path} has no value of station {name}; it has: {listed}.",
            f"{path} no tiene valores de la estación {name}; tiene: {listed}.",
        )
    return own


def _only(files: Sequence[Path], a: pl.DataFrame, b: pl.DataFrame) -> tuple[str, str]:
    """The stations when nobody names them: the one of each file, or the two of one."""
    names = sorted(set(a["station"])) if len(files) == 1 else [*set(a["station"]), *set(b["station"])]
    if len(names) != 2:
        raise bad_request(
            f"The files do not hold just two stations: say which with --stations A B. They hold: {', '.join(sorted(set(names)))}.",
            f"Los archivos no tienen exactamente dos estaciones: indíquelas con --stations A B. Tienen: {', '.join(sorted(set(names)))}.",
        )
    return names[0], names[1]


def _of_pair(pair: StationPair, a: pl.DataFrame, b: pl.DataFrame) -> tuple[str, str]:
    """The first station of each side that its file holds, by any of its names."""
    names = []
    for frame, side in ((a, pair.us), (b, pair.mx)):
        held = set(frame["station"])
        known = [n for s in side for n in (s.id, s.aqs, s.sinaica) if n]
        here = next((n for n in known if n in held), None)
        if here is None:
            raise bad_request(
                f"No station of {pair.name.en} is in the file: {', '.join(known)} are known; it holds {', '.join(sorted(held))}. Say which with --stations A B.",
                f"Ninguna estación de {pair.name.es} está en el archivo: se conocen {', '.join(known)}; tiene {', '.join(sorted(held))}. Indíquelas con --stations A B.",
            )
        names.append(here)
    return names[0], names[1]


def _known(pair: StationPair) -> DefinedPairs:
    rows = []
    for us in pair.us:
        for mx in pair.mx:
            apart = distance_km((us.latitude, us.longitude), (mx.latitude, mx.longitude))
            both = [x.pollutant for x in us.measures for y in mx.measures if _overlap(x, y)]
            rows.append((us, mx, apart, tuple(both)))
    return DefinedPairs(pair, tuple(rows))


def _overlap(one: Measured, other: Measured) -> bool:
    """Return True if the known days of two measurements may have one in common."""
    apart = any(x.since and y.until and x.since > y.until for x, y in ((one, other), (other, one)))
    return one.pollutant == other.pollutant and not apart


def unit(pollutant: str) -> str:
    """In which a pair is compared."""
    return "ug/m3" if pollutant in PARTICLES else "ppb"


def names(pollutants: Sequence[str]) -> Text:
    """Pollutants in words, or a dash."""
    return joined(NAMES[p] for p in pollutants) if pollutants else Text.same(MISSING)


def pair_stations(
    workspace: Workspace,
    files: Sequence[Path] = (),
    *,
    pair: str | None = None,
    stations: tuple[str, str] | None = None,
    pollutant: str | None = None,
) -> Answer:
    """Give the pairs as defined and the comparison of each pollutant.

    Parameters
    ----------
    workspace, files, pair, stations, pollutant
        As for `pairs`, with its errors.

    Returns
    -------
    Answer
        Tables ``pairs``, and of each pollutant that both stations have ``comparisons``, ``by_hour``, ``matrices``,
        ``months`` and ``lags``.
    """
    asked = pairs(workspace, files, pair=pair, stations=stations, pollutant=pollutant)
    named = dict.fromkeys(s for k in asked.known for us, mx, *_ in k.rows for s in (us, mx))
    cited = [s.name + Text.same(f" ({_number(s)}): ") + s.source for s in named]
    notes = [*asked.notes, *cited]
    if asked.comparisons:
        notes = [*map(_missing, asked.comparisons), *asked.notes, _VALID, _LAG, *cited]
    else:
        notes.insert(0, _NO_HOURS)
    tables = [_known_pairs(asked.known)] if asked.known or not asked.comparisons else []
    if asked.comparisons:
        tables += [
            _comparisons(asked.comparisons),
            _by_hour(asked.comparisons),
            _matrices(asked.comparisons, asked.rules),
            _months(asked.comparisons),
            _lags(asked.comparisons),
        ]
    hints = () if asked.comparisons else (_GIVEN,)
    return Answer("air.pair", tables[0].title or _PAIRS, tuple(tables), notes=tuple(notes), hints=hints)


def _missing(one: PairAnalysis) -> Text:
    bad = [m for m in one.months if not m.valid(m.both)]
    count = len(one.months)
    if not bad:
        return NAMES[one.pollutant] + Text(
            f": all {count} months have a valid twin.", f": los {count} meses tienen par válido."
        )
    listed = ", ".join(f"{m.month:%Y-%m}" for m in bad)
    return NAMES[one.pollutant] + Text(
        f": {len(bad)} of {count} months have no valid twin: {listed}.",
        f": {len(bad)} de {count} meses no tienen par válido: {listed}.",
    )


def _known_pairs(known: tuple[DefinedPairs, ...]) -> Table:
    """Tabulate the pairs of the definitions, a row per two stations."""
    columns = (
        Column("pair", Text("Pair", "Par")),
        Column("pair_name", None),
        Column("us", COUNTRIES["us"]),
        Column("us_aqs", None),
        Column("mx", COUNTRIES["mx"]),
        Column("mx_aqs", None),
        Column("mx_sinaica", None),
        Column("known_on_both_sides", Text("Known on both sides", "Conocido en ambos lados")),
        Column("distance_km", Text("Distance, km", "Distancia, km"), 1, kept=2),
        *(Column(key, None) for key in ("us_city", "mx_city", "confirmed", "us_citation", "mx_citation")),
    )

    def station(own: AirStation) -> Named:
        return Named(own.id, own.name + Text.same(f" ({_number(own)})"))

    rows = tuple(
        (
            *(k.pair.id, k.pair.name, station(us), us.aqs or None, station(mx), mx.aqs or None, mx.sinaica or None),
            Shown(common, names(common)),
            *(apart, us.city, mx.city, not (us.prior or mx.prior), us.citation, mx.citation),
        )
        for k in known
        for us, mx, apart, common in k.rows
    )
    return Table("pairs", _PAIRS, columns, rows)


def _number(station: AirStation) -> str:
    return " · ".join(filter(None, (station.aqs, station.sinaica and f"SINAICA {station.sinaica}")))


def _title(one: PairAnalysis, what: Text) -> Text:
    return NAMES[one.pollutant] + Text.same(f", {UNITS[unit(one.pollutant)]}: ") + what


def _comparisons(comparisons: Sequence[PairAnalysis]) -> Table:
    """Tabulate what all hours together give, a row per pollutant; people see a table of each."""
    columns = (
        Column("figure", Text("Figure", "Cifra"), kept=None),
        *(Column(key, None) for key in ("pollutant", "unit", "station_a", "station_b", "first", "last")),
        Column("hours_a", Text("Hours with a value, a", "Horas con valor, a")),
        Column("hours_b", Text("Hours with a value, b", "Horas con valor, b")),
        Column("hours_both", Text("Hours with both", "Horas con ambas")),
        Column("mean_a", Text("Mean of a, hours with both", "Media de a, horas con ambas"), 2),
        Column("mean_b", Text("Mean of b, hours with both", "Media de b, horas con ambas"), 2),
        Column("mean_difference", Text("Mean difference, b − a", "Diferencia media, b − a"), 2),
        Column("median_difference", Text("Median difference, b − a", "Diferencia mediana, b − a"), 2),
        Column("correlation", Text("Correlation", "Correlación"), 3),
        Column(
            "best_lag_hours",
            Text("Lag that goes together best, hours", "Desfase que mejor coincide, horas"),
            signed=True,
        ),
        Column("correlation_at_best_lag", Text("Correlation at that lag", "Correlación con ese desfase"), 3),
        Column("months", None),
        Column("months_with_valid_twin", None),
    )
    seen = tuple(c.key for c in columns if c.label)
    views = tuple(
        View(_title(one, Text.same(f"a: {one.station_a}, b: {one.station_b}")), seen, rows=(at,), turned=True)
        for at, one in enumerate(comparisons)
    )

    def row(one: PairAnalysis) -> tuple[Cell, ...]:
        return (
            *(Text("Value", "Valor"), one.pollutant, unit(one.pollutant), one.station_a, one.station_b),
            *(one.first, one.last, one.hours_a, one.hours_b, *_figures(one.whole), one.best_lag),
            next((t.correlation for k, t in one.lags if k == one.best_lag), None),
            *(len(one.months), sum(m.valid(m.both) for m in one.months)),
        )

    title = Text("Comparisons", "Comparaciones")
    return Table("comparisons", title, columns, tuple(map(row, comparisons)), views=views)


def _figures(t: Together) -> tuple[Cell, ...]:
    return t.hours, t.mean_a, t.mean_b, t.difference, t.median, t.correlation


def _by_hour(comparisons: Sequence[PairAnalysis]) -> Table:
    """Tabulate the hours of the day, of local standard time."""
    columns = (
        Column("pollutant", None),
        Column("hour", Text("Hour", "Hora"), grouped=False),
        Column("hours_both", Text("Days", "Días")),
        Column("mean_a", Text("Mean of a", "Media de a"), 2),
        Column("mean_b", Text("Mean of b", "Media de b"), 2),
        Column("mean_difference", Text.same("b − a"), 2),
        Column("median_difference", None),
        Column("correlation", None),
    )
    rows = tuple(
        (one.pollutant, Shown(h, Text.same(f"{h:02}:00")), *_figures(t))
        for one in comparisons
        for h, t in enumerate(one.by_hour)
    )
    what = Text("hour of the day", "hora del día")
    return Table(
        "by_hour",
        Text("Hour of the day", "Hora del día"),
        columns,
        rows,
        views=_views(comparisons, columns, rows, what),
    )


def _views(
    comparisons: Sequence[PairAnalysis], columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...], what: Text
) -> tuple[View, ...]:
    """Show the labelled columns of each pollutant under a title of its own."""
    seen = tuple(c.key for c in columns if c.label)
    return tuple(
        View(_title(one, what), seen, rows=[i for i, row in enumerate(rows) if row[0] == one.pollutant])
        for one in comparisons
    )


def _matrices(comparisons: Sequence[PairAnalysis], rules: AirRules) -> Table:
    """Tabulate the hours by US category (rows) and Mexican band (columns)."""
    us, mx = (rules.tables[c][-1].bands for c in ("us", "mx"))
    columns = (
        *(Column(key, None) for key in ("pollutant", "us_index_of", "mx_index_of")),
        Column("us_category", Text.same("AQI")),
        *(Column(f"hours_{band.name.en.lower().replace(' ', '_')}", band.name) for band in mx),
    )
    rows: list[tuple[Cell, ...]] = []
    views = []
    for one in comparisons:
        for m in one.matrices:
            total = int(m.counts.sum())
            first = len(rows)
            rows += [
                (one.pollutant, m.us, m.mx, category.name, *map(int, counts))
                for category, counts in zip(us, m.counts, strict=False)
            ]
            what = Text(
                f"hours by US category of {m.us} (rows) and Mexican band of {m.mx}; {total:,} hours have both",
                f"horas por categoría de EE. UU. de {m.us} (renglones) y banda de México de {m.mx}; {total:,} horas tienen ambas",
            )
            if total:
                seen = tuple(c.key for c in columns if c.label)
                views.append(View(_title(one, what), seen, rows=range(first, len(rows))))
    title = Text("Hours by category and band", "Horas por categoría y banda")
    return Table("matrices", title, columns, tuple(rows), views=tuple(views), shown=bool(views))


def _months(comparisons: Sequence[PairAnalysis]) -> Table:
    """Tabulate the months; people see those without a valid twin."""
    columns = (
        Column("pollutant", None),
        Column("month", Text("Month without a valid twin", "Mes sin par válido")),
        Column("valid_twin", None),
        Column("reason", Text("Why", "Por qué")),
        Column("hours_due", Text("Hours due", "Horas esperadas")),
        Column("hours_a", Text("Held, a", "Con valor, a")),
        Column("hours_b", Text("Held, b", "Con valor, b")),
        Column("hours_both", Text("Both", "Ambas")),
    )
    rows: list[tuple[Cell, ...]] = []
    views = []
    for one in comparisons:
        bad = [len(rows) + i for i, m in enumerate(one.months) if not m.valid(m.both)]
        rows += [(one.pollutant, _month(m), m.valid(m.both), _why(m), m.due, m.a, m.b, m.both) for m in one.months]
        title = _title(one, Text("months without a valid twin", "meses sin par válido"))
        views.append(View(title, tuple(c.key for c in columns if c.label), rows=bad))
    return Table("months", Text("Months", "Meses"), columns, tuple(rows), views=tuple(views))


def _month(month: TwinMonth) -> Shown:
    label = f"{month.month:%Y-%m}"
    return Shown(label, Text(period(label, "en"), period(label, "es")))


def _why(month: TwinMonth) -> Text | None:
    """Say why a month has no valid twin; None where it has one."""
    if month.valid(month.both):
        return None
    a, b = month.valid(month.a), month.valid(month.b)
    if a and b:
        return Text("each has enough, but not at once", "cada una tiene suficientes, pero no a la vez")
    if not a and not b:
        return Text("neither has enough hours", "ninguna tiene suficientes horas")
    lacking, held = ("b", month.b) if a else ("a", month.a)
    if not held:
        return Text(f"{lacking} has nothing", f"{lacking} no tiene nada")
    return Text(f"{lacking} has too few hours", f"{lacking} tiene muy pocas horas")


def _lags(comparisons: Sequence[PairAnalysis]) -> Table:
    return data_table(
        "lags",
        Text("Correlation by lag", "Correlación por desfase"),
        ("pollutant", "lag_hours", "hours", "correlation"),
        ((one.pollutant, k, t.hours, t.correlation) for one in comparisons for k, t in one.lags),
    )
