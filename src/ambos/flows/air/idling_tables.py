"""What `ambos air idling` found, as tables and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ambos.flows.air.idling import MODES, IdleMonth, Inventory
from ambos.flows.workspace import Workspace
from ambos.model.air import IdleRate
from ambos.model.table import TextTable
from ambos.numbers import MISSING, both, period
from ambos.text import Text

_POLLUTANTS = {
    "nox": Text.same("NOx"),
    "pm25": Text.same("PM2.5"),
    "pm": Text.same("PM"),
    "co2": Text.same("CO2"),
    "co": Text.same("CO"),
    "hc": Text("hydrocarbons", "hidrocarburos"),
}
_PORT, _VEHICLE = Text("Port", "Puerto"), Text("Vehicles", "Vehículos")
_IDLE = Text("Vehicle-hours", "Horas-vehículo")
_ALL = Text("All of these", "Todos ellos")
_NOTES = (
    Text(
        "Vehicles × mean wait × idle rate. Assumption: the engine runs through all of the wait that CBP's officers report for primary inspection (their estimate, mostly by eye); northbound only; no moving up in line, no time at inspection, no buses (no wait is reported for them).",
        "Vehículos × espera media × tasa en ralentí. Supuesto: el motor funciona durante toda la espera que reportan los oficiales de CBP para la inspección primaria (su estimación, casi siempre a simple vista); solo hacia el norte; sin avance en la fila, sin tiempo de inspección, sin autobuses (no se reporta su espera).",
    ),
    Text(
        "The mean wait is that of each class of lane and hour of the day, weighted by its share of the port's traffic as the twin estimates it from the same archive of waits and lanes; the crossings themselves are counted by port only.",
        "La espera media es la de cada clase de carril y hora del día, ponderada por su parte del tránsito del puerto según la estima el gemelo con el mismo archivo de esperas y carriles; los cruces solo se cuentan por puerto.",
    ),
    Text(
        "A month is missing, not 0, unless three quarters of its days and of the traffic have reports and crossings are held. Sums are of the months held and are not scaled up to a year. A dash: not known.",
        "Un mes falta, no es 0, salvo que tres cuartas partes de sus días y del tránsito tengan reportes y se tengan los cruces. Las sumas son de los meses con dato y no se extrapolan al año. Guion: no se conoce.",
    ),
)


def tables(found: Inventory, workspace: Workspace) -> list[TextTable]:
    """The year by port and kind of vehicle; with one port, its months."""
    ports = list(dict.fromkeys(r.port for r in found.rows))
    made = [_year(found, workspace)]
    if len(ports) == 1:
        made += [_months(found, [r for r in found.rows if r.mode == mode], workspace) for mode in MODES]
    return made


def explained(found: Inventory, workspace: Workspace) -> list[Text]:
    """Missing months in words, whose crossings stand in, what is assumed, and where the rates are from."""
    said = [m for p in dict.fromkeys((r.port, r.mode) for r in found.rows) if (m := _missing(found, p, workspace))]
    stand_in = sorted({(r.month, r.counted.month) for r in found.rows if r.idle is not None and r.counted})
    others = sorted({used.year for month, used in stand_in if used != month})
    if others:
        years = ", ".join(map(str, others))
        said.append(
            Text(
                f"Crossings of {found.year} are not held for every month: those of the same month of {years} stand in.",
                f"No se tienen los cruces de todos los meses de {found.year}: se usan los del mismo mes de {years}.",
            )
        )
    if found.less:
        said.append(
            Text(
                f"Waits are taken shorter by {found.less} per cent; idling and emissions are less by as much.",
                f"Las esperas se toman {found.less} por ciento más cortas; el ralentí y las emisiones bajan en esa misma proporción.",
            )
        )
    return [*said, *_NOTES, *(_rate(r) for r in found.rates)]


def _name(workspace: Workspace, row: IdleMonth) -> tuple[Text, Text]:
    return workspace.catalog.places[row.port].name, workspace.catalog.name("measures", row.vehicle)


def _missing(found: Inventory, key: tuple[str, str], workspace: Workspace) -> Text | None:
    own = [r for r in found.rows if (r.port, r.mode) == key]
    bad = [r for r in own if r.idle is None]
    if not bad:
        return None
    port, vehicle = _name(workspace, own[0])
    head = Text.same("{port}, {vehicle}: ").format(port=port, vehicle=vehicle)
    if len(bad) == len(own):
        return head + Text("no month can be told", "no se puede calcular ningún mes")
    listed = ", ".join(f"{r.month:%Y-%m}" for r in bad)
    return head + Text(f"missing {listed}", f"faltan {listed}")


def _rate(rate: IdleRate) -> Text:
    grams = Text(
        ", ".join(f"{_POLLUTANTS[k].en} {v.normalize():,f}" for k, v in rate.grams.items()),
        ", ".join(f"{_POLLUTANTS[k].es} {v.normalize():,f}" for k, v in rate.grams.items()),
    )
    mark = Text(" (unconfirmed)", " (sin confirmar)") if rate.prior else None
    said = Text.same("{set}, {vehicle}, {date}, g/h: {grams}{mark}. {citation}")
    vehicle = _VEHICLES[rate.vehicle]
    return said.format(
        set=rate.set, vehicle=vehicle, date=rate.date, grams=grams, mark=mark or "", citation=rate.citation
    )


_VEHICLES = {
    "trucks": Text("trucks", "camiones"),
    "personal_vehicles": Text("personal vehicles", "vehículos particulares"),
}


def _columns(rates: Sequence[IdleRate]) -> list[tuple[Text, str]]:
    """A column per set of rates and pollutant that any of them knows; CO2 in tonnes is left to JSON."""
    found = dict.fromkeys((r.set, p) for r in rates for p in r.grams if p in ("nox", "pm25", "pm"))
    return list(found)


def _heads(columns: Sequence[tuple[Text, str]]) -> list[Text]:
    sets = list(dict.fromkeys(s for s, _ in columns))
    mark = {s: "" if i == 0 else "*" * i for i, s in enumerate(sets)}
    return [_POLLUTANTS[p] + Text.same(f"{mark[s]}, kg") for s, p in columns]


def _kilograms(rows: Sequence[IdleMonth], column: tuple[Text, str]) -> Text:
    name, pollutant = column
    held = [r.kilograms[name][pollutant] for r in rows if pollutant in r.kilograms.get(name, {})]
    return both(float(sum(held, Fraction(0))), 1) if held else Text.same(MISSING)


def _note(columns: Sequence[tuple[Text, str]]) -> Text:
    others = list(dict.fromkeys(s for s, _ in columns))[1:]
    marks = [Text.same("*" * (i + 1) + " ") + s for i, s in enumerate(others)]
    return Text("; ".join(m.en for m in marks), "; ".join(m.es for m in marks))


def _year(found: Inventory, workspace: Workspace) -> TextTable:
    columns = _columns(found.rates)
    heads = (
        _PORT,
        _VEHICLE,
        Text("Months", "Meses"),
        Text("Crossings", "Cruces"),
        Text("Mean wait, min", "Espera media, min"),
        _IDLE,
    )
    groups: dict[tuple[str, str], list[IdleMonth]] = {}
    for row in found.rows:
        groups.setdefault((row.port, row.mode), []).append(row)
    rows = []
    for own in groups.values():
        held = [r for r in own if r.idle is not None]
        rows.append((*_name(workspace, own[0]), *_sums(held, len(own), columns)))
    if len(groups) > len(MODES):
        for mode in MODES:
            held = [r for r in found.rows if r.mode == mode and r.idle is not None]
            if held:
                rows.append((_ALL, _name(workspace, held[0])[1], Text.same(MISSING), *_sums(held, 0, columns)[1:]))
    title = Text(f"Idling at ports of entry, {found.year}", f"Ralentí en los puertos de entrada, {found.year}")
    note = _note(columns)
    return TextTable(
        "idling", title + Text.same(" (") + note + Text.same(")"), (*heads, *_heads(columns)), tuple(rows), texts=2
    )


def _sums(held: Sequence[IdleMonth], due: int, columns: Sequence[tuple[Text, str]]) -> tuple[Text, ...]:
    months = Text(f"{len(held)} of {due}", f"{len(held)} de {due}")
    if not held:
        return (months, *(Text.same(MISSING) for _ in range(3 + len(columns))))
    vehicles = sum(r.vehicles or 0 for r in held)
    idle = sum((r.idle for r in held if r.idle is not None), Fraction(0))
    wait = float(idle * 60 / vehicles) if vehicles else None
    return (months, both(vehicles), both(wait, 1), both(float(idle)), *(_kilograms(held, c) for c in columns))


def _months(found: Inventory, rows: Sequence[IdleMonth], workspace: Workspace) -> TextTable:
    columns = [c for c in _columns(found.rates) if any(c[0] in r.kilograms and c[1] in r.kilograms[c[0]] for r in rows)]
    heads = (
        Text("Month", "Mes"),
        Text("Crossings of", "Cruces de"),
        Text("Crossings", "Cruces"),
        Text("Mean wait, min", "Espera media, min"),
        Text("Mean of reports, min", "Media de reportes, min"),
        Text("Reports", "Reportes"),
        Text("Days", "Días"),
        Text("Traffic covered, %", "Tránsito cubierto, %"),
        _IDLE,
    )
    cells = tuple(
        (
            Text(period(f"{r.month:%Y-%m}", "en"), period(f"{r.month:%Y-%m}", "es")),
            Text.same(f"{r.counted.month:%Y-%m}" if r.counted and r.vehicles is not None else MISSING),
            both(r.vehicles),
            both(r.wait.minutes, 1),
            both(r.wait.plain, 1),
            both(r.wait.reports),
            Text(f"{r.wait.days} of {r.wait.due}", f"{r.wait.days} de {r.wait.due}"),
            both(100 * r.wait.covered),
            both(None if r.idle is None else float(r.idle)),
            *(_kilograms([r], c) for c in columns),
        )
        for r in rows
    )
    port, vehicle = _name(workspace, rows[0])
    return TextTable(
        f"idling-{rows[0].mode}",
        Text.same("{port}, {vehicle}").format(port=port, vehicle=vehicle),
        (*heads, *_heads_of(columns, found)),
        cells,
        texts=2,
    )


def _heads_of(columns: Sequence[tuple[Text, str]], found: Inventory) -> list[Text]:
    every = dict(zip(_columns(found.rates), _heads(_columns(found.rates)), strict=True))
    return [every[c] for c in columns]


def record(found: Inventory, workspace: Workspace) -> dict[str, object]:
    """For JSON; null is missing."""
    return {
        "year": found.year,
        "waits_shorter_percent": found.less,
        "months": [
            {
                "port": r.port,
                "port_name": workspace.catalog.places[r.port].name.en,
                "vehicle": r.vehicle,
                "month": f"{r.month:%Y-%m}",
                "crossings": r.vehicles,
                "crossings_of": f"{r.counted.month:%Y-%m}" if r.counted and r.vehicles is not None else None,
                "mean_wait_minutes": r.wait.minutes,
                "mean_of_reports_minutes": r.wait.plain,
                "reports": r.wait.reports,
                "days_with_reports": r.wait.days,
                "days_due": r.wait.due,
                "traffic_covered": r.wait.covered,
                "vehicle_hours": None if r.idle is None else float(r.idle),
                "kilograms": {s.en: {p: float(v) for p, v in kg.items()} for s, kg in r.kilograms.items()} or None,
            }
            for r in found.rows
        ],
        "rates": [
            {
                "set": r.set.record(),
                "vehicle": r.vehicle,
                "grams_per_hour": dict(r.grams),
                "month_multipliers": list(r.months),
                "date": r.date,
                "citation": r.citation.record(),
                "confirmed": not r.prior,
            }
            for r in found.rates
        ],
    }
