"""The last waits reported at crossings, each with its age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ambos.asked import Asked, ibis
from ambos.catalog.load import WAIT_OLD_HOURS
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View
from ambos.numbers import both, period
from ambos.periods import label
from ambos.text import LANGUAGES, Text, joined

#: States of a lane in which a wait was reported.
REPORTED = ("delay", "no_delay")
_KEYS = ("crossing", "mode", "lane")
_HOUR, _DAY = 60, 1440


def last_waits(workspace: Workspace, crossings: Sequence[str] | None = None) -> Answer:
    """Tabulate, by crossing and class of lane, the last wait reported, when, how old it is, and the state of the lane since.

    Classes of lanes that never reported are left out.

    Parameters
    ----------
    workspace : Workspace
    crossings : sequence of str, optional
        Ids; all crossings of the region if not given.
    """
    catalog = workspace.catalog
    if crossings is None:
        crossings = [p for p in catalog.region_places() if catalog.places[p].kind == "crossing"]
    last, reported = _last(workspace, crossings)
    now = workspace.clock()
    order = {code: i for i, code in enumerate((*crossings, *catalog.codelists["wait_modes"].codes))}
    lanes = {code: i for i, code in enumerate(catalog.codelists["lanes"].codes)}
    keys = sorted(reported, key=lambda k: (order[k[0]], order[k[1]], lanes[k[2]]))
    rows = tuple(_row(workspace, key, reported[key], last[key], now) for key in keys)
    newest = max((row["observed_at"] for row in reported.values()), default=None)
    columns = (
        Column("crossing", Text("Crossing", "Cruce")),
        Column("mode", Text("Traveller", "Usuario")),
        Column("lane", Text("Lane class", "Clase de carril")),
        Column("wait_minutes", Text("Wait, minutes", "Espera, minutos")),
        Column("lanes_open", Text("Lanes open", "Carriles abiertos")),
        Column("reported_at", Text("Reported (local time)", "Reportada (hora local)"), side="left"),
        Column("age_minutes", Text("Age", "Antigüedad"), side="left"),
        Column("old", None),
        Column("state", Text("At the last poll", "En la última consulta"), side="left"),
        Column("polled_at", None),
    )
    title = Text("Last waits reported", "Últimas esperas reportadas")
    seen = ("mode", "lane", "wait_minutes", "lanes_open", "reported_at", "age_minutes", "state")
    views = tuple(
        View(catalog.places[c].name, seen, rows=[i for i, key in enumerate(keys) if key[0] == c])
        for c in dict.fromkeys(key[0] for key in keys)
    )
    silent = [c for c in crossings if c not in {key[0] for key in keys}]
    return Answer(
        "waits.now",
        title,
        (Table("waits", title, columns, rows, views=views),),
        facts={"newest": None if newest is None else newest.isoformat()},
        notes=tuple(_notes(workspace, silent)),
        sources=tuple(catalog.sources[s].citation for s in catalog.datasets["waits"].sources),
        head=(_head(workspace, newest, now),),
    )


def _last(workspace: Workspace, crossings: Sequence[str]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The last row of each class of lane, and the last with a wait."""
    table = workspace.store.table("waits")
    table = table.filter(table.crossing.isin(list(crossings)))
    columns = (*_KEYS, "observed_at", "state", "delay_minutes", "lanes_open")

    def newest(rows: Asked) -> dict[Any, Any]:
        within = ibis.window(group_by=_KEYS, order_by=ibis.desc("observed_at"))
        numbered = rows.mutate(_at=ibis.row_number().over(within))
        first = numbered.filter(numbered["_at"] == 0).select(*columns)
        frame = workspace.store.frame(first).with_columns(pl.col(pl.Categorical).cast(pl.String))
        return {tuple(row[k] for k in _KEYS): row for row in frame.iter_rows(named=True)}

    return newest(table), newest(table.filter(table.state.isin(REPORTED)))


def _row(
    workspace: Workspace, key: tuple[str, str, str], row: Mapping[str, Any], last: Mapping[str, Any], now: datetime
) -> tuple[Cell, ...]:
    catalog = workspace.catalog
    place = catalog.places[key[0]]
    zone = ZoneInfo(place.zone or catalog.region.zone)
    age = max(0, round((now - row["observed_at"]).total_seconds() / 60))
    when = row["observed_at"].astimezone(zone)
    return (
        Named(key[0], place.name),
        Named(key[1], catalog.name("wait_modes", key[1])),
        Named(key[2], catalog.name("lanes", key[2])),
        row["delay_minutes"],
        row["lanes_open"],
        Shown(when.isoformat(timespec="minutes"), _in_words(when)),
        Shown(age, age_in_words(age)),
        is_old(age),
        Named(last["state"], catalog.name("lane_states", last["state"])),
        last["observed_at"].astimezone(zone).isoformat(timespec="minutes"),
    )


def is_old(minutes: int) -> bool:
    """Return True if a report of this age is older than the rhythm of the source."""
    return minutes > WAIT_OLD_HOURS * _HOUR


def age_in_words(minutes: int) -> Text:
    """Write an age: minutes up to two hours, hours up to two days, then days."""
    if minutes < 2 * _HOUR:
        return both(minutes) + Text.same(" min")
    if minutes < 2 * _DAY:
        return both(minutes // _HOUR) + Text.same(" h")
    return both(minutes // _DAY) + Text(" days", " días")


def _in_words(when: datetime) -> Text:
    return Text(*(period(label(when, "H"), language) for language in LANGUAGES))


def _head(workspace: Workspace, newest: datetime | None, now: datetime) -> Text:
    if newest is None:
        return Text("No report of a wait is held.", "No se tiene ningún reporte de espera.")
    age = max(0, round((now - newest).total_seconds() / 60))
    told = Text(
        "The newest report held is of {when}, {age} old.", "El reporte más reciente que se tiene es del {when}; {age}."
    ).format(
        when=_in_words(newest.astimezone(ZoneInfo(workspace.catalog.region.zone))),
        age=Text(age_in_words(age).en, "hace " + age_in_words(age).es),
    )
    old = Text(
        " CBP reports about once an hour: these are the waits of that day, not those of now.",
        " CBP reporta más o menos cada hora: son las esperas de ese día, no las de ahora.",
    )
    return told + old if is_old(age) else told


def _notes(workspace: Workspace, silent: Sequence[str]) -> list[Text]:
    catalog = workspace.catalog
    notes = [
        Text(
            "Waits to enter the United States, as far as primary inspection: officers estimate them about once an hour, in"
            " round figures. No waits southbound are held.",
            "Esperas para ingresar a Estados Unidos, hasta la inspección primaria: los oficiales las estiman más o menos"
            " cada hora, en cifras redondas. No se tienen esperas hacia el sur.",
        ),
        Text(
            "A lane without a report is not a lane without a wait: the last wait that was reported stands here with its"
            " age, and what the last poll found since. Lane classes that never reported are left out.",
            "Un carril sin reporte no es un carril sin espera: aquí está la última espera reportada con su antigüedad, y lo"
            " que halló la última consulta desde entonces. No aparecen las clases de carril que nunca han reportado.",
        ),
    ]
    if silent:
        notes.append(
            Text("No report of a wait is held of: ", "No se tiene ningún reporte de espera de: ")
            + joined([catalog.places[c].name for c in silent], "; ")
            + Text.same(".")
        )
    return notes
