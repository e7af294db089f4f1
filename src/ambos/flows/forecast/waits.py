"""Forecasts of the waits at a crossing some hours ahead, with intervals, baselines and the errors of past months."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from ambos.cache import kept
from ambos.catalog.catalog import unknown
from ambos.errors import NoData, bad_request
from ambos.flows.forecast.reports import Key, Reports, reports
from ambos.flows.region.waits import age_in_words, is_old
from ambos.flows.workspace import Workspace
from ambos.forecast.backtest import LEAST_REPORTS, model, months_of
from ambos.forecast.features import ask
from ambos.forecast.models import BASELINES, METHODS, Method, trees_missing
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View
from ambos.numbers import both, period
from ambos.periods import label
from ambos.text import LANGUAGES, Text, joined

#: Hours ahead.
LEADS = (1, 3, 6, 24)
#: Months with reports that are forecast to measure errors; the first only serves to choose by. Reports a month needs.
_MONTHS, _LEAST_IN_MONTH = 4, 60
#: Days without a report after which a class is not forecast; share of the reports of the fullest hour that an hour of the
#: day has at least where the lane is open then.
_SILENT_DAYS, _OPEN_SHARE = 7, 0.1
_OPEN_DAYS = 60
_HOUR = 60

NAMES: dict[Method, Text] = {
    "persistence": Text("last report", "último reporte"),
    "climatology": Text("usual wait", "espera usual"),
    "damped": Text("last report, fading to the usual", "último reporte que tiende a lo usual"),
    "regression": Text("median regression", "regresión a la mediana"),
    "trees": Text("boosted trees", "árboles de regresión"),
    "blend": Text("mean of regression and trees", "promedio de regresión y árboles"),
}

#: Told what is done, how many steps are done and how many there are.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Ahead:
    """A forecast of a lane class at a lead, with the errors of past ones. Minutes."""

    lead: int  #: Hours.
    place: int  #: The hour forecast, in the grid of the reports.
    method: Method  #: The one that had the least error over the last months.
    forecast: float | None  #: None where the lane does not report at that hour of the day.
    low: float | None
    high: float | None
    methods: dict[Method, float]  #: The forecast of each method.
    forecasts: int  #: Past forecasts that were compared with reports.
    error: float  #: Mean absolute error of the methods chosen, and of each method.
    errors: dict[Method, float]
    coverage: float  #: Share of the waits that lay in the interval.
    width: float  #: Mean width of the interval.


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecasts of the lane classes of a crossing from one hour on."""

    crossing: str
    held: Reports
    origin: int  #: The hour at which it is made, in the grid.
    lines: dict[Key, list[Ahead]]
    silent: list[Key] = field(default_factory=list)  #: Classes without a report for days, or with too few.
    asked: bool = False  #: Whether the hour was asked for, rather than the newest.


def forecast_waits(
    workspace: Workspace,
    crossing: str,
    *,
    lane: str | None = None,
    at: datetime | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Answer:
    """Forecast the waits at a crossing 1, 3, 6 and 24 hours ahead.

    Parameters
    ----------
    workspace : Workspace
    crossing : str
        Id or name.
    lane : str, optional
        A class of lane (``sentri``) or a traveller and a class (``passenger/sentri``); all that report if not given.
    at : datetime, optional
        When the forecast is made, on the crossing's clock (without a time zone); nothing reported later is used. If not
        given it is now, or the hour of the last report held where that is old.
    progress : callable
        Told what is done.

    Raises
    ------
    UnknownName
        If there is no such crossing or class.
    NoData
        If too few reports are held.
    BadRequest
        If the time has not come yet, or the place is no crossing.
    """
    made = make(workspace, crossing, lane=lane, at=at, progress=progress)
    return answer(workspace, made)


def make(
    workspace: Workspace,
    crossing: str,
    *,
    lane: str | None = None,
    at: datetime | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Forecast:
    """Forecast the lane classes of a crossing; the same again is taken from the user's cache."""
    place = workspace.catalog.place(crossing)
    if place.kind != "crossing":
        raise bad_request(
            f"{place.name.en} is no crossing: name one, such as those of ambos places.",
            f"{place.name.es} no es un cruce: indique uno, como los de ambos places.",
        )
    held = reports(workspace)
    own = [key for key in held.lines if key[0] == place.id]
    chosen = [key for key in own if lane in (None, key[2], f"{key[1]}/{key[2]}")]
    if own and not chosen:
        raise unknown(Text("class of lane", "la clase de carril"), lane or "", sorted({k[2] for k in own}))
    origin = _origin(workspace, held, own, at)
    known = held.until(origin)
    lines = {key: known.lines[key] for key in chosen}
    silent = [
        key for key, line in lines.items() if known.counts[key] < LEAST_REPORTS or line.age[origin] > 24 * _SILENT_DAYS
    ]
    ready = [key for key in _in_order(workspace, chosen) if key not in silent]
    if not ready:
        raise NoData(what=_what(workspace, place.id, lane))
    made = kept(
        f"forecast-{place.id}",
        lambda: _content(known, ready, origin),
        lambda: _all_ahead(known, ready, origin, progress),
    )
    ready = [key for key in ready if made[key]]
    if not ready:
        raise NoData(what=_what(workspace, place.id, lane))
    silent += [key for key in made if not made[key]]
    return Forecast(place.id, held, origin, {key: made[key] for key in ready}, silent, at is not None)


def _what(workspace: Workspace, crossing: str, lane: str | None) -> Text:
    name = workspace.catalog.places[crossing].name
    name = name + Text.same(f" ({lane})") if lane else name
    return (
        Text("a forecast of waits at ", "un pronóstico de esperas en ")
        + name
        + Text(
            f": at least {LEAST_REPORTS} reports before it are needed, the last within {_SILENT_DAYS} days",
            f": se necesitan al menos {LEAST_REPORTS} reportes anteriores, el último dentro de {_SILENT_DAYS} días",
        )
    )


def _origin(workspace: Workspace, held: Reports, own: Sequence[Key], at: datetime | None) -> int:
    """Give the hour, in the grid, at which the forecast is made."""
    now = workspace.clock()
    if at is not None:
        moment = at.replace(tzinfo=held.zone)
        if moment > now:
            raise bad_request(
                f"{at:%Y-%m-%d %H:%M} is yet to come: a forecast is made from what has been reported.",
                f"El {at:%d/%m/%Y %H:%M} aún no llega: un pronóstico parte de lo que ya se reportó.",
            )
        return max(0, held.place(moment))
    last = max((int(np.flatnonzero(held.lines[key].age == 0)[-1]) for key in own), default=0)
    present = held.place(now)
    return last if is_old((present - last) * _HOUR) else max(present, last)


def _in_order(workspace: Workspace, keys: Sequence[Key]) -> list[Key]:
    """Order lane classes as the code lists do."""
    modes, lanes = (list(workspace.catalog.codelists[name].codes) for name in ("wait_modes", "lanes"))
    return sorted(keys, key=lambda key: (modes.index(key[1]), lanes.index(key[2])))


def _content(known: Reports, keys: Sequence[Key], origin: int) -> str:
    """Name what a forecast is made of."""
    digest = hashlib.sha256(f"{keys} {origin} {known.start} {sorted(known.holidays.days.items())}".encode())
    for key, line in sorted(known.lines.items()):
        digest.update(repr(key).encode() + line.waits[: origin + 1].tobytes() + line.lanes[: origin + 1].tobytes())
    return digest.hexdigest() + trees_missing()


def _all_ahead(known: Reports, keys: Sequence[Key], origin: int, progress: Progress) -> dict[Key, list[Ahead]]:
    total, done = len(keys) * len(LEADS) * (_MONTHS + 1), 0
    made: dict[Key, list[Ahead]] = {}
    for key in keys:
        name = f"{key[1]}/{key[2]}"

        def step(name: str = name) -> None:
            nonlocal done
            done += 1
            progress(name, done, total)

        progress(name, done, total)
        found = [_ahead(known, key, lead, origin, step) for lead in LEADS]
        made[key] = [one for one in found if one is not None]
    return made


def _ahead(known: Reports, key: Key, lead: int, origin: int, step: Callable[[], None]) -> Ahead | None:
    line = known.lines[key]
    reported = ~np.isnan(line.waits)
    months = [m for m in months_of(known.grid.month[: origin + 1]) if reported[slice(*m)].sum() >= _LEAST_IN_MONTH]
    made = model(line, known.neighbours(key), known.holidays, lead, months[-_MONTHS:], origin, step)
    step()
    if made is None:
        return None
    asked = ask(line, np.array([origin + lead]), lead)
    forecasts = {method: float(value[0]) for method, value in made.fitted.forecast(asked).items()}
    scored = made.scored
    forecast: float | None = forecasts[scored.method]
    low, high = (float(end[0]) for end in scored.spread.around(np.array([forecast])))
    is_open = _reports_at(known, key, origin, origin + lead)
    return Ahead(
        lead=lead,
        place=origin + lead,
        method=scored.method,
        forecast=forecast if is_open else None,
        low=low if is_open else None,
        high=high if is_open else None,
        methods=forecasts,
        forecasts=scored.forecasts,
        error=scored.error,
        errors=dict(scored.errors),
        coverage=scored.coverage,
        width=scored.width,
    )


def _reports_at(known: Reports, key: Key, origin: int, place: int) -> bool:
    """Return True if the lane reports at this hour of the day, by its reports of the last weeks."""
    reported = np.flatnonzero(~np.isnan(known.lines[key].waits[: origin + 1]))
    recent = reported[reported > reported[-1] - 24 * _OPEN_DAYS]
    counts = np.bincount(known.grid.hour[recent], minlength=24)
    return bool(counts[known.grid.hour[place]] > _OPEN_SHARE * counts.max())


_NEWER = Text("ambos fetch brings newer reports.", "ambos fetch trae reportes más recientes.")


# -- the answer -------------------------------------------------------------------------------------------------
def answer(workspace: Workspace, made: Forecast) -> Answer:
    """Tabulate a forecast: its hours, the last reports it rests on, and how far off past ones were."""
    catalog, held = workspace.catalog, made.held
    place = catalog.places[made.crossing]
    when = held.hour(made.origin)
    title = Text("Forecast of waits at {place}", "Pronóstico de esperas en {place}").format(place=place.name)
    sources = tuple(catalog.sources[s].citation for s in catalog.datasets["waits"].sources)
    return Answer(
        "forecast.waits",
        title,
        (_hours_table(workspace, made), _last_table(workspace, made), _errors_table(workspace, made)),
        facts={"crossing": Named(place.id, place.name), "made_at": when.isoformat(timespec="minutes")},
        notes=tuple(_notes(workspace, made)),
        sources=sources,
        head=(title + Text.same("."), _made_at(workspace, made)),
        hints=(_NEWER,) if _outdated(workspace, made) else (),
    )


def _made_at(workspace: Workspace, made: Forecast) -> Text:
    when = in_words(made.held.hour(made.origin))
    told = Text(
        "Made as of {when}, from what had been reported by then.",
        "Hecho al {when}, con lo reportado hasta entonces.",
    ).format(when=when)
    if not _outdated(workspace, made):
        return told
    age = _age(workspace, made)
    return told + Text(
        " THE LAST REPORT HELD IS {age} OLD: this is no forecast for today.",
        " EL ÚLTIMO REPORTE QUE SE TIENE ES DE HACE {ago}: no es un pronóstico para hoy.",
    ).format(age=age_in_words(age), ago=age_in_words(age))


def _age(workspace: Workspace, made: Forecast) -> int:
    """Give the age of a forecast, minutes."""
    return round((workspace.clock() - made.held.hour(made.origin)).total_seconds() / 60)


def _outdated(workspace: Workspace, made: Forecast) -> bool:
    """Return True if the newest forecast that can be made is of the past."""
    return not made.asked and is_old(_age(workspace, made))


def in_words(when: datetime) -> Text:
    """Write an hour in both languages."""
    return Text(*(period(label(when, "H"), language) for language in LANGUAGES))


def lane_name(workspace: Workspace, key: Key) -> Text:
    """Name a lane class with its travellers."""
    catalog = workspace.catalog
    return catalog.name("wait_modes", key[1]) + Text.same(", ") + catalog.name("lanes", key[2])


def _keys(workspace: Workspace, key: Key) -> tuple[Cell, Cell]:
    catalog = workspace.catalog
    return Named(key[1], catalog.name("wait_modes", key[1])), Named(key[2], catalog.name("lanes", key[2]))


_KEYS = (
    Column("mode", Text("Traveller", "Usuario")),
    Column("lane", Text("Lane class", "Clase de carril")),
)
_LEAD = Column("lead_hours", Text("Hours ahead", "Horas de anticipación"))


def _hours_table(workspace: Workspace, made: Forecast) -> Table:
    columns = (
        *_KEYS,
        _LEAD,
        Column("at", Text("Hour (local)", "Hora (local)"), side="left"),
        Column("forecast_minutes", Text("Forecast, minutes", "Pronóstico, minutos"), kept=1),
        Column("low_minutes", Text("80 % from", "80 % desde"), kept=1),
        Column("high_minutes", Text("to", "hasta"), kept=1),
        *(Column(f"{name}_minutes", _capital(NAMES[name]), kept=1) for name in BASELINES),
        Column("error_minutes", Text("Mean error, minutes", "Error medio, minutos"), 1, kept=1),
        Column("reported_minutes", Text("Reported later", "Reportado después")),
        Column("method", Text("Method", "Método"), side="left"),
    )
    rows: list[tuple[Cell, ...]] = []
    views: list[View] = []
    later = False
    for key, ahead in made.lines.items():
        line, first = made.held.lines[key], len(rows)
        for one in ahead:
            when = made.held.hour(one.place)
            reported = None if np.isnan(line.waits[one.place]) else int(line.waits[one.place])
            later |= reported is not None
            shut = one.forecast is None
            rows.append(
                (
                    *_keys(workspace, key),
                    one.lead,
                    Shown(when.isoformat(timespec="minutes"), in_words(when)),
                    one.forecast,
                    one.low,
                    one.high,
                    *(None if shut or np.isnan(one.methods[name]) else one.methods[name] for name in BASELINES),
                    one.error,
                    reported,
                    Named(one.method, NAMES[one.method]),
                )
            )
        seen = [c.key for c in columns if c.key not in ("mode", "lane", "method")]
        views.append(View(lane_name(workspace, key), tuple(seen), rows=range(first, len(rows))))
    if not later:
        views = [View(v.title, tuple(k for k in v.keys if k != "reported_minutes"), rows=v.rows) for v in views]
    title = Text("Forecast waits and baselines", "Esperas pronosticadas y referencias")
    return Table("waits", title, columns, tuple(rows), views=tuple(views))


def _capital(text: Text) -> Text:
    return Text(text.en[0].upper() + text.en[1:], text.es[0].upper() + text.es[1:])


def _last_table(workspace: Workspace, made: Forecast) -> Table:
    columns = (
        *_KEYS,
        Column("wait_minutes", Text("Last wait reported, minutes", "Última espera reportada, minutos")),
        Column("lanes_open", Text("Lanes open", "Carriles abiertos")),
        Column("reported_at", Text("Reported (local time)", "Reportada (hora local)"), side="left"),
        Column("age_minutes", Text("Age when the forecast is made", "Antigüedad al pronosticar"), side="left"),
    )
    rows = []
    for key in made.lines:
        line = made.held.lines[key]
        age = int(line.age[made.origin]) * _HOUR
        when = made.held.hour(made.origin) - timedelta(minutes=age)
        lanes = line.last_lanes[made.origin]
        rows.append(
            (
                *_keys(workspace, key),
                int(line.last[made.origin]),
                None if np.isnan(lanes) else int(lanes),
                Shown(when.isoformat(timespec="minutes"), in_words(when)),
                Shown(age, age_in_words(age)),
            )
        )
    return Table("last", Text("Last reports used", "Últimos reportes usados"), columns, tuple(rows))


def _errors_table(workspace: Workspace, made: Forecast) -> Table:
    columns = (
        *_KEYS,
        _LEAD,
        Column("forecasts", Text("Forecasts compared", "Pronósticos comparados")),
        Column("error_minutes", Text("Forecast", "Pronóstico"), 1, kept=2),
        *(Column(f"{name}_minutes", _capital(NAMES[name]), 1, kept=2) for name in METHODS),
        Column("lift_percent", Text("Less than the last report's, %", "Menos que el último reporte, %"), kept=1),
        Column("coverage_percent", Text("Within the interval, %", "Dentro del intervalo, %"), kept=1),
        Column("width_minutes", Text("Width of the interval, minutes", "Ancho del intervalo, minutos"), kept=1),
        Column("better", Text("Better than all baselines", "Mejor que toda referencia")),
    )
    rows = tuple(
        (
            *_keys(workspace, key),
            one.lead,
            one.forecasts,
            one.error,
            *(one.errors.get(name) for name in METHODS),
            100 * (1 - one.error / one.errors["persistence"]),
            100 * one.coverage,
            one.width,
            one.error < min(one.errors[name] for name in BASELINES),
        )
        for key, ahead in made.lines.items()
        for one in ahead
    )
    title = Text(
        "Mean absolute error in past months, minutes, and intervals",
        "Error medio absoluto en meses pasados, minutos, e intervalos",
    )
    return Table("errors", title, columns, rows)


def _notes(workspace: Workspace, made: Forecast) -> list[Text]:
    notes = [
        Text(
            "What is forecast is the wait that officers will report for that hour: their estimate, in round figures, and not"
            " a measured wait.",
            "Se pronostica la espera que los oficiales reportarán para esa hora: su estimación, en cifras redondas, no una"
            " espera medida.",
        ),
        Text(
            "Errors are those of up to {months} past months, each forecast from the reports before it, where the last report"
            " was at most 3 hours old. The interval is made so that it holds 80 of 100 reports.",
            "Los errores son de hasta {months} meses pasados, cada uno pronosticado con los reportes anteriores a él, cuando"
            " el último reporte tenía a lo más 3 horas. El intervalo se hace para que contenga 80 de cada 100 reportes.",
        ).format(months=both(_MONTHS - 1)),
    ]
    worse = [
        Text.same("{lane} ({lead} h)").format(lane=lane_name(workspace, key), lead=both(one.lead))
        for key, ahead in made.lines.items()
        for one in ahead
        if one.error >= min(one.errors[name] for name in BASELINES)
    ]
    if worse:
        notes.append(
            Text("No better than the best baseline in past months: ", "No fue mejor que la mejor referencia en: ")
            + joined(worse, "; ")
            + Text.same(".")
        )
    if any(one.forecast is None for ahead in made.lines.values() for one in ahead):
        notes.append(
            Text(
                "A dash: the lane does not report at that hour of the day, being closed as a rule.",
                "Una raya: el carril no reporta a esa hora del día; por lo común está cerrado.",
            )
        )
    untested = [
        Text.same("{lane} ({lead} h)").format(lane=lane_name(workspace, key), lead=both(lead))
        for key, ahead in made.lines.items()
        for lead in LEADS
        if lead not in {one.lead for one in ahead}
    ]
    if untested:
        notes.append(
            Text(
                "Not forecast, for too few reports of past months to test it on: ",
                "Sin pronóstico, por pocos reportes de meses pasados con qué probarlo: ",
            )
            + joined(untested, "; ")
            + Text.same(".")
        )
    if made.silent:
        notes.append(
            Text(
                "Not forecast, for too few or too old reports: ", "Sin pronóstico, por pocos reportes o muy antiguos: "
            )
            + joined([lane_name(workspace, key) for key in made.silent], "; ")
            + Text.same(".")
        )
    if reason := trees_missing():
        notes.append(
            Text(
                "Without boosted trees, which cannot be loaded here: ",
                "Sin árboles de regresión, que aquí no se pueden cargar: ",
            )
            + Text.same(reason)
        )
    return notes
