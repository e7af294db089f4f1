"""`ambos air health`: what the networks of air stations were asked for, what came, and what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

import polars as pl

from ambos.catalog import Catalog
from ambos.catalog.air import load_stations
from ambos.flows.air.stations import NETWORKS
from ambos.flows.data.ledger import read_ledger
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, data_table
from ambos.numbers import both
from ambos.text import Text

#: The source of each network.
_SOURCES = {"aqs": "epa_aqs", "airnow": "airnow", "sinaica": "sinaica", "openaq": "openaq"}
_GROUP = ["network", "station", "pollutant", "monitor"]
_ASKED = Text("What was asked (UTC)", "Lo que se pidió (UTC)")


def health(workspace: Workspace) -> Answer:
    """Compare what was asked of the networks with what came.

    Returns
    -------
    Answer
        Tables ``asked`` (by network, from the ledger of `ambos fetch`), ``months`` (of SINAICA), ``came`` (hours with a
        value, by monitor) and ``silent`` (stations of which nothing is held).

    Raises
    ------
    CannotRead
        If the ledger or the store is damaged.
    """
    catalog = workspace.catalog
    entries = read_ledger(workspace.folder / "snapshots" / "ledger.jsonl")
    table = workspace.store.table("air_readings")
    frame = workspace.store.frame(table.select(*_GROUP, "hour", "value")).sort(*_GROUP, "hour")
    with_value = frame.filter(pl.col("value").is_not_null())
    heard = set(with_value["station"])
    silent = [s.id for s in load_stations(catalog).stations.values() if s.id not in heard]
    asked = tuple(
        _asked(catalog, network, [e for e in entries if e["source"] == _SOURCES[network]]) for network in NETWORKS
    )
    notes = [
        Text.same(f"{n.code}: ") + error for n, *_, error in asked if isinstance(n, Named) and isinstance(error, Text)
    ]
    if silent:
        notes.append(Text("Nothing is held of: {ids}.", "No se tiene nada de: {ids}.").format(ids=", ".join(silent)))
    tables = (
        Table(
            "asked",
            _ASKED,
            (
                Column("network", Text("Network", "Red")),
                Column("last", Text("Last", "Última vez"), side="left"),
                Column("answers", Text("Good answers", "Respuestas buenas")),
                Column("failures", Text("Failures", "Fallas")),
                Column("error", None),
            ),
            asked,
        ),
        _months(workspace, entries, with_value.filter(pl.col("network") == "sinaica")),
        _came(catalog, frame),
        data_table("silent", Text("Without readings", "Sin lecturas"), ("station",), ((s,) for s in silent)),
    )
    return Answer("air.health", _ASKED, tables, notes=tuple(notes))


def _stamp(at: datetime) -> Shown:
    return Shown(at, Text.same(f"{at:%Y-%m-%d %H:%M}"))


def _asked(catalog: Catalog, network: str, entries: list[dict[str, Any]]) -> tuple[Cell, ...]:
    """Count good answers, new or as before, and rounds that failed; the error is that of the last round."""
    last = entries[-1] if entries else None
    return (
        Named(network, catalog.name("air_networks", network)),
        _stamp(datetime.fromisoformat(last["retrieved_at"])) if last else None,
        sum(e["result"] in ("stored", "unchanged") for e in entries),
        sum(e["result"] == "failed" for e in entries),
        Text.of(last["error"]) if last and last["result"] == "failed" else None,
    )


def _months(workspace: Workspace, entries: list[dict[str, Any]], held: pl.DataFrame) -> Table:
    """Tabulate the months asked of SINAICA, from the addresses in the ledger, and those in which an hour with a value came.

    An empty answer is no failure there: only this tells a station that is silent from one that was not asked.
    """
    catalog = workspace.catalog
    stations = {s.sinaica: s.id for s in load_stations(catalog).stations.values() if s.sinaica}
    pollutants = catalog.codelists["pollutants"].from_system("sinaica")
    asked: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        if entry["source"] == _SOURCES["sinaica"] and "request" in entry:
            fields = parse_qs(urlsplit(entry["request"]).query)
            number, parameter, day = (fields.get(f, [""])[0] for f in ("estacionId", "param", "fechaIni"))
            if number in stations and parameter in pollutants:
                asked.setdefault((stations[number], pollutants[parameter]), set()).add(day[:7])
    local = held.with_columns(month=pl.col("hour").dt.convert_time_zone(catalog.region.zone).dt.strftime("%Y-%m"))
    came = set(local.select("station", "pollutant", "month").unique().rows())
    return Table(
        "months",
        Text("SINAICA by the month", "SINAICA por mes"),
        (
            Column("station", Text("Station", "Estación")),
            Column("pollutant", Text("Pollutant", "Contaminante")),
            Column("first", Text("Asked from", "Pedido desde")),
            Column("last", Text("to", "hasta")),
            Column("asked", Text("Months asked", "Meses pedidos")),
            Column("answered", Text("Months with readings", "Meses con lecturas")),
        ),
        tuple(
            (
                station,
                Named(pollutant, catalog.name("pollutants", pollutant)),
                min(months),
                max(months),
                len(months),
                sum((station, pollutant, m) in came for m in months),
            )
            for (station, pollutant), months in sorted(asked.items())
        ),
    )


def _came(catalog: Catalog, frame: pl.DataFrame) -> Table:
    """Tabulate the hours held of each monitor, from the first to the last with a value, and the longest stretch without."""
    rows: list[tuple[Cell, ...]] = []
    one = timedelta(hours=1)
    for group in frame.partition_by(_GROUP, maintain_order=True):
        at: list[datetime] = group.filter(pl.col("value").is_not_null())["hour"].to_list()
        if not at:
            continue
        network, station, pollutant, monitor = group.select(_GROUP).row(0)
        hours = (at[-1] - at[0]) // one + 1
        gaps = [((b - a) // one - 1, a + one) for a, b in pairwise(at) if b - a > one]
        gap, begins = max(gaps, key=lambda g: g[0], default=(0, None))
        share = 100 * len(at) / hours
        rows.append(
            (
                Named(network, catalog.name("air_networks", network)),
                station,
                Named(pollutant, catalog.name("pollutants", pollutant)),
                monitor,
                _stamp(at[0]),
                _stamp(at[-1]),
                hours,
                len(at),
                Shown(share, both(share, 1) + Text("%", " %")),
                group.height - len(at),
                Shown(gap, both(gap) + Text.same(f" ({begins:%Y-%m-%d})") if begins else both(gap)),
                begins,
            )
        )
    columns = (
        Column("network", Text("Network", "Red")),
        Column("station", Text("Station", "Estación")),
        Column("pollutant", Text("Pollutant", "Contaminante")),
        Column("monitor", Text("Monitor", "Monitor")),
        Column("first", Text("First hour (UTC)", "Primera hora (UTC)")),
        Column("last", Text("Last hour (UTC)", "Última hora (UTC)")),
        Column("hours", None),
        Column("held", Text("Hours", "Horas")),
        Column("held_percent", Text("Of the span", "Del lapso")),
        Column("invalid", Text("Missing or invalid rows", "Renglones sin valor")),
        Column("gap", Text("Longest gap, hours", "Hueco más largo, horas")),
        Column("gap_start", None),
    )
    return Table("came", Text("What came (hours with a value)", "Lo que llegó (horas con valor)"), columns, tuple(rows))
