"""CBP's report as JSON: ``bwtnew`` and ``bwtpublicmod``, a list of ports or one port."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import WrongShape
from ambos.model.codes import Place
from ambos.sources.cbp.reports import (
    SERVER_ZONE,
    TIME,
    Lanes,
    frozen_text,
    is_frozen,
    local_time,
    minute_of_day,
    read_crossings,
    time_in_name,
    to_rows,
)
from ambos.sources.shared.base import File, Rows
from ambos.sources.shared.strict import BOM, read_json, table, wrong

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
#: The place of the label in what `_lanes` gives.
LABEL = 7
FIELDS = ("operational_status", "update_time", "delay_minutes", "lanes_open")


def looks_like_json(head: bytes) -> bool:
    """Return True if the first bytes are of a list of ports, of one port, or of the XML report written as JSON."""
    start = head.removeprefix(BOM).lstrip()
    return start[:1] in (b"[", b"{") and b'"port_number"' in start and b'_lanes"' in start


def read_json_ports(file: File, catalog: Catalog) -> Rows:
    """The rows of ``waits`` of one report.

    Its time is `retrieved_at`, else that in the file's name, else the report's own time (`written_at`).

    Raises
    ------
    WrongShape
        If it is no list of ports, its time cannot be known, or it is frozen.
    """
    answer = read_json(file)
    ports = list_of_ports(answer)
    if ports is None:
        raise wrong(file, "the JSON text is no list of ports.", "el texto JSON no es una lista de puertos.")
    said = written_at(answer, catalog)
    poll = file.retrieved_at or time_in_name(file.name) or said
    if poll is None:
        raise wrong(
            file,
            "neither its name nor its content tells when it was read.",
            "ni su nombre ni su contenido indican cuándo se leyó.",
        )
    if said and is_frozen(said, poll):
        raise WrongShape(file=file.name, detail=frozen_text(said, poll))
    names = ("port_number", "hours", "port_status", "mode", "maximum_lanes", "lane", *FIELDS)
    raw = table(file, names, [row for port in ports for row in _lanes(port)])
    known = catalog.codelists["crossing"].from_system("cbp")
    elsewhere = [n for n, c in known.items() if catalog.places[c].border not in catalog.region.borders]
    lanes = Lanes(raw.filter(~pl.col("port_number").is_in(elsewhere)), catalog)
    read_crossings(lanes, catalog, "port_number")
    lanes.read()
    frame = lanes.good().with_columns(fetched_at=pl.lit(poll, dtype=TIME))
    return to_rows([frame], catalog, [lanes.rejected()], frame)


def list_of_ports(answer: Any) -> list[Mapping[str, Any]] | None:
    """The ports of an answer: a list of them, one alone, or under ``port`` as in the XML report; None if it has none."""
    if isinstance(answer, dict):
        answer = answer.get("border_wait_time", answer)
    if isinstance(answer, dict) and "port_number" not in answer:
        answer = answer.get("port")
    ports = [answer] if isinstance(answer, dict) else answer
    if not isinstance(ports, list) or not all(isinstance(p, dict) and "port_number" in p for p in ports):
        return None
    return ports


def written_at(answer: Any, catalog: Catalog) -> datetime | None:
    """Read the time at which an answer was written (UTC), else the time on which the clocks of most ports agree.

    Some clocks show the time of another zone (`Place.clock`).
    """
    if isinstance(answer, dict):
        top = answer.get("border_wait_time", answer)
        day = str(top.get("last_updated_date", "")).split("-") if isinstance(top, dict) else []
        if len(day) == 3 and (moment := local_time(day, str(top.get("last_updated_time")), SERVER_ZONE)):
            return moment
    known = catalog.codelists["crossing"].from_system("cbp")
    times: Counter[datetime] = Counter()
    for port in list_of_ports(answer) or ():
        crossing = known.get(str(port["port_number"]).strip())
        date = _DAY.fullmatch(str(port.get("date")).strip())
        if crossing and date:
            month, number, year = date.groups()
            moment = _clock_of(port, (year, month, number), catalog.places[crossing])
            times.update([moment] if moment else [])
    return times.most_common(1)[0][0] if times else None


def _clock_of(port: Mapping[str, Any], day: tuple[str, str, str], place: Place) -> datetime | None:
    """The time (UTC) that the clock of a port shows; in the crossing's own zone where a label would else be ahead."""
    clock = str(port.get("time")).strip()
    own = local_time(day, clock, place.zone)
    shown = local_time(day, clock, place.clock) if place.clock else own
    if own is None or shown is None:
        return own
    labels = [minute_of_day(str(cells[LABEL])) for cells in _lanes(port)]
    first, last = (t.astimezone(ZoneInfo(place.zone)).hour * 60 + t.minute for t in (shown, own))
    return own if any(minute is not None and first < minute <= last for minute in labels) else shown


def _lanes(port: Mapping[str, Any]) -> Iterator[list[Any]]:
    own = [port["port_number"], port.get("hours") or "", port.get("port_status") or ""]
    for mode, block in port.items():
        if not isinstance(block, dict) or "maximum_lanes" not in block:
            continue
        for lane, said in block.items():
            if isinstance(said, dict) and "operational_status" in said:
                cells = [*own, mode, block["maximum_lanes"], lane, *(said.get(f) or "" for f in FIELDS)]
                yield [cell.strip() if isinstance(cell, str) else cell for cell in cells]
