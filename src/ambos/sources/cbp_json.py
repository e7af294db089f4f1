"""CBP's report as JSON: ``bwtnew`` and ``bwtpublicmod``, a list of ports or one port."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.base import File, Rows
from ambos.sources.cbp_reports import TIME, Lanes, local_time, time_in_name, to_rows
from ambos.sources.strict import BOM, read_json, table, wrong

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
FIELDS = ("operational_status", "update_time", "delay_minutes", "lanes_open")


def looks_like_json(head: bytes) -> bool:
    """Whether the first bytes are of a list of ports or of one port."""
    start = head.removeprefix(BOM).lstrip()
    return start[:1] in (b"[", b"{") and b'"port_number"' in start and b'_lanes"' in start


def read_json_ports(file: File, catalog: Catalog) -> Rows:
    """The rows of ``waits`` of one report.

    Its time is `retrieved_at`, else that in the file's name, else what the clocks of most ports say: those of
    Nogales, San Luis and Lukeville have been seen an hour ahead.

    Raises
    ------
    WrongShape
    """
    ports = read_json(file)
    ports = [ports] if isinstance(ports, dict) else ports
    if not isinstance(ports, list) or not all(isinstance(p, dict) and "port_number" in p for p in ports):
        raise wrong(file, "the JSON text is no list of ports.", "el texto JSON no es una lista de puertos.")
    poll = file.retrieved_at or time_in_name(file.name) or _clock(ports, catalog)
    if poll is None:
        raise wrong(
            file,
            "neither its name nor its content tells when it was read.",
            "ni su nombre ni su contenido indican cuándo se leyó.",
        )
    names = ("port_number", "mode", "maximum_lanes", "lane", *FIELDS)
    raw = table(file, names, [row for port in ports for row in _lanes(port)])
    known = catalog.codelists["crossing"].from_system("cbp")
    elsewhere = [n for n, c in known.items() if catalog.places[c].border not in catalog.region.borders]
    lanes = Lanes(raw.filter(~pl.col("port_number").is_in(elsewhere)), catalog)
    lanes.codes("port_number", "crossing", catalog.codelists["crossing"], "cbp")
    lanes.read()
    frame = lanes.good().with_columns(fetched_at=pl.lit(poll, dtype=TIME))
    return to_rows([frame], catalog, [lanes.rejected()])


def _lanes(port: Mapping[str, Any]) -> Iterator[list[Any]]:
    for mode, block in port.items():
        if not isinstance(block, dict) or "maximum_lanes" not in block:
            continue
        for lane, said in block.items():
            if isinstance(said, dict) and "operational_status" in said:
                cells = [port["port_number"], mode, block["maximum_lanes"], lane, *(said.get(f) for f in FIELDS)]
                yield [cell.strip() if isinstance(cell, str) else cell for cell in cells]


def _clock(ports: list[Mapping[str, Any]], catalog: Catalog) -> datetime | None:
    """The time (UTC) on which the clocks of most ports agree."""
    known = catalog.codelists["crossing"].from_system("cbp")
    times: Counter[datetime] = Counter()
    for port in ports:
        crossing = known.get(str(port["port_number"]).strip())
        day = _DAY.fullmatch(str(port.get("date")).strip())
        if crossing and day:
            month, number, year = day.groups()
            clock = str(port.get("time")).strip()
            moment = local_time((year, month, number), clock, catalog.places[crossing].zone)
            times.update([moment] if moment else [])
    return times.most_common(1)[0][0] if times else None
