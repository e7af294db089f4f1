"""Sources and assumptions of a crossing's scenario."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from ambos.catalog import Catalog
from ambos.crossing.demand import Monthly, Place
from ambos.model.crossing import Mode
from ambos.model.twin import Basis, Calibrated, Twin
from ambos.numbers import both as written
from ambos.numbers import day as written_day
from ambos.numbers import period
from ambos.text import Text, joined

#: The same few numbers are written again for every day of a year.
both = lru_cache(written)
_ASSUMED = Text("assumed", "supuesto")
_ESTIMATED = Text("estimated", "estimado")


def notes(
    catalog: Catalog,
    twin: Twin,
    places: Sequence[Place],
    volumes: Mapping[str, Monthly],
    missing: Sequence[tuple[str, Mode]],
) -> tuple[Text, ...]:
    """Every estimate and prior, each once: volumes, demand and lanes, laws, inspections, hours, choice."""
    noted: dict[Text, None] = {}

    def note(what: Text, basis: Basis, kind: Text = _ASSUMED) -> None:
        mark = _ASSUMED if basis.prior else kind
        noted.setdefault(what + Text(f" ({mark.en}): ", f" ({mark.es}): ") + basis.source)

    for port, volume in volumes.items():
        when = f"{volume.month:%Y-%m}"
        noted.setdefault(
            Text(
                f"Crossings of {catalog.places[port].name.en}, {period(when, 'en')} (counted): ",
                f"Cruces de {catalog.places[port].name.es}, {period(when, 'es')} (contados): ",
            )
            + joined(
                _counted(_mode(catalog, mode), volume.counts[facts.measure])
                for mode, facts in twin.modes.items()
                if facts.measure in volume.counts and any(x.mode == mode for _, x in places)
            )
        )
        if volume.note:
            noted.setdefault(volume.note)
    for port, mode in missing:
        noted.setdefault(
            Text(
                f"{_mode(catalog, mode).en} of {catalog.places[port].name.en} are not counted and left out.",
                f"{_mode(catalog, mode).es} de {catalog.places[port].name.es}: sin conteo, no se incluyen.",
            )
        )
    for crossing, line in places:
        name = catalog.places[crossing.place].name
        if line.basis.prior:
            what = _class(catalog, line.mode, line.lane_class)
            note(
                Text(
                    f"Lanes and demand by hour, {name.en}, {what.en}",
                    f"Carriles y demanda por hora, {name.es}, {what.es}",
                ),
                line.basis,
            )
        else:
            note(
                Text(
                    "Lanes and demand by class, weekday and hour",
                    "Carriles y demanda por clase, día de la semana y hora",
                ),
                line.basis,
                _ESTIMATED,
            )
        if line.calibrated is not None:
            noted.setdefault(
                calibrated(name + Text.same(", ") + _class(catalog, line.mode, line.lane_class), line.calibrated)
            )
        law = twin.laws[line.mode, line.lane_class]
        rate = both(60 / law.law.mean)
        what = _class(catalog, line.mode, line.lane_class)
        before = ("", "") if line.calibrated is None else (" before calibration", " antes de calibrar")
        note(
            Text(
                f"Primary inspection, {what.en}, {rate.en} per hour and lane{before[0]}",
                f"Inspección primaria, {what.es}, {rate.es} por hora y carril{before[1]}",
            ),
            law.mean,
            Text("from elsewhere", "de otro lugar"),
        )
        note(Text("Spread of primary inspection", "Variación de la inspección primaria"), law.spread)
        facts = twin.modes[line.mode]
        travellers = _mode(catalog, line.mode)
        spacing = both(facts.spacing_m, 1)
        note(
            Text(
                f"{travellers.en}: {spacing.en} m each in line", f"{travellers.es}: {spacing.es} m cada uno en la fila"
            ),
            facts.spacing,
        )
        for station in crossing.stations:
            kind = twin.inspections[station.kind]
            if line.mode not in kind.modes:
                continue
            stage = catalog.message(f"twin.stage.{kind.id}")
            share, mean = both(100 * (kind.random + kind.risk)), both(kind.law.mean, 1)
            elsewhere = Text("from elsewhere", "de otro lugar")
            note(stage + Text(f", {share.en}% sent there", f", se envía {share.es} %"), kind.share, elsewhere)
            note(stage + Text(f", {mean.en} minutes", f", {mean.es} minutos"), kind.time, elsewhere)
            note(
                stage + Text(f", {name.en}: how many work and room", f", {name.es}: cuántos atienden y espacio"),
                station.basis,
            )
        if crossing.basis.prior:
            note(
                Text(f"Hours and lanes built, {name.en}", f"Horario y carriles construidos, {name.es}"), crossing.basis
            )
    shared = [(c.place, x.mode, x.lane_class) for c, x in places]
    ports = {catalog.places[p].parent or p for p, _, _ in shared}
    if len({p for p, _, _ in shared}) > len(ports):
        note(
            Text("Choice between crossings", "Elección entre cruces"),
            twin.choice,
            Text("from elsewhere", "de otro lugar"),
        )
    noted.setdefault(
        Text(
            "Lanes stay open for one hour after the last one in which they are open, for those in line (assumed).",
            "Los carriles siguen abiertos una hora después de la última en que abren, para quienes están en la fila (supuesto).",
        )
    )
    return tuple(noted)


#: Why a line is or is not to be used for decisions, by its standing.
STANDING = {
    "fit": Text("fit for decisions", "apta para decidir"),
    "unfit": Text("not fit for decisions", "no apta para decidir"),
    "untested": Text("not fit for decisions: not tested", "no apta para decidir: sin prueba"),
    "": Text("not fit for decisions: not calibrated", "no apta para decidir: sin calibrar"),
}


def why(line: Calibrated) -> Text:
    """Say whether a calibrated line is fit for decisions, and why."""
    tested = line.fitness
    if tested is None:
        return Text(
            "not fit for decisions: too few reports to test it on months not seen",
            "no apta para decidir: muy pocos reportes para probarla en meses que no se usaron para el ajuste",
        )
    near = Text(
        f"on months not seen the mean wait of {tested.close} of {tested.hours} hours of the day was within 20 % or 5 minutes",
        f"en meses que no se usaron para el ajuste, la espera media de {tested.close} de {tested.hours} horas del día quedó a menos de"
        " 20 % o 5 minutos",
    )
    if not line.simulates:
        ours, theirs = both(line.simulated, 1), both(line.reported, 1)
        near += Text(
            f", but the simulation gives {ours.en} minutes in the mean where {theirs.en} are reported",
            f", pero la simulación da {ours.es} minutos en promedio donde se reportan {theirs.es}",
        )
    return STANDING[line.standing] + Text.same(": ") + near


def calibrated(name: Text, line: Calibrated) -> Text:
    """Say what a line's demand and service rest on, and what they were worth."""
    away = math.exp(1.96 * line.per_hour_spread)
    reports, rate, low, high = (
        both(v, d)
        for v, d in zip(
            (line.reports, line.per_hour, line.per_hour / away, line.per_hour * away), (0, 0, 0, 0), strict=True
        )
    )
    made = Text(
        f"{name.en}: demand and inspection calibrated (estimated) on {reports.en} reports of waits, {_day(line.first).en} to"
        f" {_day(line.last).en}; {rate.en} per hour and lane ({low.en} to {high.en}); ",
        f"{name.es}: demanda e inspección calibradas (estimado) con {reports.es} reportes de espera, del {_day(line.first).es} al"
        f" {_day(line.last).es}; {rate.es} por hora y carril ({low.es} a {high.es}); ",
    )
    return made + why(line) + Text.same(".")


def _day(iso: str) -> Text:
    when = date.fromisoformat(iso)
    return Text(written_day(when, "en"), written_day(when, "es"))


def _mode(catalog: Catalog, mode: Mode) -> Text:
    return catalog.message(f"twin.mode.{mode}")


def _class(catalog: Catalog, mode: Mode, lane_class: str) -> Text:
    return _mode(catalog, mode) + Text.same(" · ") + catalog.name("lanes", lane_class)


def _counted(mode: Text, count: int) -> Text:
    return Text("{mode} {count}", "{mode} {count}").format(mode=mode, count=both(count))
