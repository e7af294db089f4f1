"""What `ambos air pair` found, as tables and as JSON."""

from __future__ import annotations

from ambos.air.pair import Matrix, PairAnalysis, Together, TwinMonth
from ambos.flows.air.design import NAMES, UNITS
from ambos.flows.air.exceed import COUNTRIES
from ambos.flows.air.pair import Known, Pairs, names, unit
from ambos.model.air import AirRules, Station
from ambos.model.table import TextTable
from ambos.numbers import MISSING, both, period
from ambos.text import Text

_NO_HOURS = Text(
    "No hourly readings of both sides are held: fetch them (ambos fetch), or give them as files (ambos air pair US.csv MX.csv --pair ID). A pollutant not named was not found to be measured on both sides, which does not prove that it is not.",
    "No se tienen lecturas horarias de ambos lados: descárguelas (ambos fetch) o indíquelas como archivos (ambos air pair EEUU.csv MX.csv --pair ID). De un contaminante que no aparece no se halló medición en ambos lados; eso no prueba que no la haya.",
)
_VALID = Text(
    "A month has a valid twin where both have three quarters of its hours at once. Hours are of local standard time.",
    "Un mes tiene par válido si ambas tienen a la vez tres cuartas partes de sus horas. Las horas son de hora local estándar.",
)
_LAG = Text(
    "Lag: b so many hours after a. Correlation is Pearson's, of the hours that both have; wind is not reckoned with, so that it does not tell from which side the air came.",
    "Desfase: b tantas horas después de a. La correlación es la de Pearson, de las horas que ambas tienen; no considera el viento, así que no indica de qué lado vino el aire.",
)


def tables(asked: Pairs) -> list[TextTable]:
    """The pairs as defined, then the comparison of each pollutant."""
    found = [_known(asked.known)] if asked.known else []
    for one in asked.found:
        found += [_summary(one), _by_hour(one), *(_matrix(one, m, asked.rules) for m in one.matrices), _months(one)]
    return found


def explained(asked: Pairs) -> list[Text]:
    """What the figures mean, months without a twin in words, and where stations are from."""
    stations = dict.fromkeys(s for k in asked.known for us, mx, *_ in k.rows for s in (us, mx))
    cited = [s.name + Text.same(f" ({_number(s)}): ") + s.source for s in stations]
    if not asked.found:
        return [_NO_HOURS, *asked.notes, *cited]
    return [*(_missing(one) for one in asked.found), *asked.notes, _VALID, _LAG, *cited]


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


def _known(known: tuple[Known, ...]) -> TextTable:
    heads = (
        Text("Pair", "Par"),
        COUNTRIES["us"],
        COUNTRIES["mx"],
        Text("Known on both sides", "Conocido en ambos lados"),
        Text("Distance, km", "Distancia, km"),
    )
    rows = tuple(
        (Text.same(k.pair.id), _station(us), _station(mx), names(common), both(apart, 1))
        for k in known
        for us, mx, apart, common in k.rows
    )
    return TextTable("pairs", Text("Pairs of stations", "Pares de estaciones"), heads, rows, texts=4)


def _number(station: Station) -> str:
    return " · ".join(filter(None, (station.aqs, station.sinaica and f"SINAICA {station.sinaica}")))


def _station(station: Station) -> Text:
    return station.name + Text.same(f" ({_number(station)})")


def _sides(one: PairAnalysis) -> tuple[Text, Text]:
    return Text.same(f"a: {one.station_a}"), Text.same(f"b: {one.station_b}")


def _title(one: PairAnalysis, what: Text) -> Text:
    return NAMES[one.pollutant] + Text.same(f", {UNITS[unit(one.pollutant)]}: ") + what


def _summary(one: PairAnalysis) -> TextTable:
    whole, best = one.whole, one.best_lag
    at_best = next((t.correlation for k, t in one.lags if k == best), None)
    a, b = _sides(one)
    rows = (
        (Text("Hours with a value, a", "Horas con valor, a"), both(one.hours_a)),
        (Text("Hours with a value, b", "Horas con valor, b"), both(one.hours_b)),
        (Text("Hours with both", "Horas con ambas"), both(whole.hours)),
        (Text("Mean of a, hours with both", "Media de a, horas con ambas"), both(whole.mean_a, 2)),
        (Text("Mean of b, hours with both", "Media de b, horas con ambas"), both(whole.mean_b, 2)),
        (Text("Mean difference, b − a", "Diferencia media, b − a"), both(whole.difference, 2)),
        (Text("Median difference, b − a", "Diferencia mediana, b − a"), both(whole.median, 2)),
        (Text("Correlation", "Correlación"), both(whole.correlation, 3)),
        (Text("Lag that goes together best, hours", "Desfase que mejor coincide, horas"), Text.same(_lag(best))),
        (Text("Correlation at that lag", "Correlación con ese desfase"), both(at_best, 3)),
    )
    title = _title(one, Text(f"{a.en}, {b.en}", f"{a.es}, {b.es}"))
    return TextTable("pair", title, (Text("Figure", "Cifra"), Text("Value", "Valor")), rows)


def _lag(lag: int | None) -> str:
    return MISSING if lag is None else f"{lag:+d}".replace("-", "−") if lag else "0"


def _by_hour(one: PairAnalysis) -> TextTable:
    heads = (
        Text("Hour", "Hora"),
        Text("Days", "Días"),
        Text("Mean of a", "Media de a"),
        Text("Mean of b", "Media de b"),
        Text.same("b − a"),
    )
    rows = tuple(
        (Text.same(f"{h:02}:00"), both(t.hours), both(t.mean_a, 2), both(t.mean_b, 2), both(t.difference, 2))
        for h, t in enumerate(one.by_hour)
    )
    return TextTable("by-hour", _title(one, Text("hour of the day", "hora del día")), heads, rows)


def _matrix(one: PairAnalysis, matrix: Matrix, rules: AirRules) -> TextTable:
    us, mx = (rules.tables[c][-1].bands for c in ("us", "mx"))
    total = int(matrix.counts.sum())
    what = Text(
        f"hours by US category of {matrix.us} (rows) and Mexican band of {matrix.mx}; {total:,} hours have both",
        f"horas por categoría de EE. UU. de {matrix.us} (renglones) y banda de México de {matrix.mx}; {total:,} horas tienen ambas",
    )
    rows = tuple(
        (us[k].name, *(both(int(n)) for n in row)) for k, row in enumerate(matrix.counts) if total and k < len(us)
    )
    return TextTable(
        f"matrix-{matrix.us}-{matrix.mx}", _title(one, what), (Text("AQI", "AQI"), *(band.name for band in mx)), rows
    )


def _months(one: PairAnalysis) -> TextTable:
    heads = (
        Text("Month without a valid twin", "Mes sin par válido"),
        Text("Why", "Por qué"),
        Text("Hours due", "Horas esperadas"),
        Text("Held, a", "Con valor, a"),
        Text("Held, b", "Con valor, b"),
        Text("Both", "Ambas"),
    )
    rows = tuple(
        (_month(m), _why(m), both(m.due), both(m.a), both(m.b), both(m.both)) for m in one.months if not m.valid(m.both)
    )
    title = _title(one, Text("months without a valid twin", "meses sin par válido"))
    return TextTable("no-twin", title, heads, rows, texts=2)


def _month(month: TwinMonth) -> Text:
    label = f"{month.month:%Y-%m}"
    return Text(period(label, "en"), period(label, "es"))


def _why(month: TwinMonth) -> Text:
    a, b = month.valid(month.a), month.valid(month.b)
    if a and b:
        return Text("each has enough, but not at once", "cada una tiene suficientes, pero no a la vez")
    if not a and not b:
        return Text("neither has enough hours", "ninguna tiene suficientes horas")
    lacking, held = ("b", month.b) if a else ("a", month.a)
    if not held:
        return Text(f"{lacking} has nothing", f"{lacking} no tiene nada")
    return Text(f"{lacking} has too few hours", f"{lacking} tiene muy pocas horas")


def record(asked: Pairs) -> dict[str, object]:
    """For JSON."""
    return {
        "pairs": [
            {
                "pair": k.pair.id,
                "us": us.id,
                "us_aqs": us.aqs or None,
                "mx": mx.id,
                "mx_aqs": mx.aqs or None,
                "mx_sinaica": mx.sinaica or None,
                "distance_km": round(apart, 2),
                "known_on_both_sides": list(common),
                "confirmed": not (us.prior or mx.prior),
                "citations": [s.citation.record() for s in (us, mx)],
            }
            for k in asked.known
            for us, mx, apart, common in k.rows
        ],
        "comparisons": [_comparison(one, asked.rules) for one in asked.found],
    }


def _comparison(one: PairAnalysis, rules: AirRules) -> dict[str, object]:
    us, mx = ([b.name.en for b in rules.tables[c][-1].bands] for c in ("us", "mx"))
    return {
        "pollutant": one.pollutant,
        "unit": unit(one.pollutant),
        "station_a": one.station_a,
        "station_b": one.station_b,
        "first": one.first,
        "last": one.last,
        "hours_a": one.hours_a,
        "hours_b": one.hours_b,
        **_figures(one.whole),
        "best_lag_hours": one.best_lag,
        "lags": [{"lag_hours": k, "hours": t.hours, "correlation": t.correlation} for k, t in one.lags],
        "by_hour": [{"hour": h, **_figures(t)} for h, t in enumerate(one.by_hour)],
        "months": [
            {
                "month": f"{m.month:%Y-%m}",
                "hours_due": m.due,
                "hours_a": m.a,
                "hours_b": m.b,
                "hours_both": m.both,
                "valid_twin": m.valid(m.both),
            }
            for m in one.months
        ],
        "matrices": [
            {"us_index_of": m.us, "mx_index_of": m.mx, "us_categories": us, "mx_bands": mx, "hours": m.counts.tolist()}
            for m in one.matrices
        ],
    }


def _figures(t: Together) -> dict[str, object]:
    return {
        "hours_both": t.hours,
        "mean_a": t.mean_a,
        "mean_b": t.mean_b,
        "mean_difference": t.difference,
        "median_difference": t.median,
        "correlation": t.correlation,
    }
