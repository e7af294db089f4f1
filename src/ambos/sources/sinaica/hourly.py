"""SINAICA (INECC), hourly readings of a station: the page that draws its chart, best effort.

The page holds ``var dat = [{"id": "187PM1026022400", "fecha": "2026-02-24", "hora": 0, "valor": 31.2, "bandO": "",
"val": 1}, ...];``. The id is station, parameter and hour. ``val`` 0 marks a reading that SINAICA takes for invalid: it
counts as missing, and what was given stays in ``given``. Readings are crude: nobody has reviewed them.

The page does not say what clock its hours are of. SINAICA's station list gives most stations of a region with one
clock all year the time of another zone, so the list is no help: the region's own zone is assumed, each hour as the
one that begins then, and every row says so (``clock``). Units are µg/m³ for particles and ppm for gases, as on
SINAICA's pages. Shape as in public clients that were run against it in 2026; not asked of the live service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import FetchFailed, parse_fault
from ambos.sources.shared import air
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.strict import parse_json_start, require_fields, table, wrong
from ambos.sources.shared.water import iso_day
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

#: A month, in the words of SINAICA's page.
MONTH = "4"
#: So many failures in a row of SINAICA and it is left alone.
FAILURES = 3

#: What stands before the chart's data, which are JSON.
MARK = re.compile(rb"var\s+dat\s*=\s*")
FIELDS = ("id", "fecha", "hora", "valor", "bandO", "val")
#: The beginning of an id: station and parameter; then follows yymmddhh.
ID = re.compile(r"(\d{1,6})([A-Z][A-Za-z0-9.]*?)(\d{8})", re.ASCII)
HOURS = tuple(map(str, range(24)))
#: What marks a reading as valid, and as invalid.
VALID, INVALID = ("1", ""), ("0",)


def recognise(name: str, head: bytes) -> str:
    """``chart`` if there is a chart's data; "" if it is something else."""
    return "chart" if MARK.search(head) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_readings``, all provisional."""
    known = air.stations(catalog, "sinaica")
    zone = ZoneInfo(catalog.region.zone)
    records = _records(file)
    raw = table(file, FIELDS, [[r.get(f) for f in FIELDS] for r in records])
    ids = [ID.fullmatch(i) for i in raw["id"]]
    units = {p.codes["sinaica"][0]: p.attributes["unit"] for p in catalog.codelists["pollutants"].codes.values()}
    aliases = {
        a: p.codes["sinaica"][0] for p in catalog.codelists["pollutants"].codes.values() for a in p.codes["sinaica"]
    }
    parameters = [aliases.get(i[2], i[2]) if i else "" for i in ids]
    if unknown := sorted(set(raw["val"]) - {*VALID, *INVALID}):
        raise wrong(
            file,
            f"val: {unknown[0][:40]!r} is no known mark of a valid (1) or an invalid reading (0).",
            f"val: {unknown[0][:40]!r} no es una marca conocida de lectura válida (1) ni inválida (0).",
        )
    invalid = pl.col("val").is_in(INVALID)
    own = raw.with_columns(
        station=pl.Series([i[1] if i else "" for i in ids], dtype=pl.String),
        parameter=pl.Series(parameters, dtype=pl.String),
        time=pl.Series([_utc(d, h, zone) for d, h in raw.select("fecha", "hora").rows()], dtype=pl.String),
    ).select(
        "line",
        "id",
        "station",
        "parameter",
        "time",
        monitor=pl.lit("crude"),
        given="valor",
        value=pl.when(invalid).then(pl.lit("")).otherwise(pl.col("valor")),
        units=pl.when(pl.col("parameter").replace_strict(units, default="") == "ug/m3")
        .then(pl.lit("ug/m3"))
        .otherwise(pl.lit("ppm")),
        qualifier=pl.when(invalid).then(pl.lit("invalid")).otherwise(pl.col("bandO")),
        local=pl.concat_str("fecha", pl.lit(" "), "hora", pl.lit(" h")),
        agrees=pl.Series(
            [
                i is None or i[3] == f"{d[2:].replace('-', '')}{h:0>2}"
                for i, d, h in zip(ids, raw["fecha"], raw["hora"], strict=True)
            ],
            dtype=pl.Boolean,
        ),
    )
    own = air.only(file, own, "station", known, air.STATIONS)
    own = own.with_columns(pl.col("station").replace_strict(known, default=None, return_dtype=pl.String))
    yield air.rows(file, own, catalog, network="sinaica", status="P", clock="local_assumed")


def chart(page: bytes) -> list[Any]:
    """Parse the data of a page's chart; numbers stay the text they were written as.

    Raises
    ------
    ValueError
        If the page holds no list of a chart to its end.
    """
    found = MARK.search(page)
    if not found:
        raise ValueError(Text("there is no “var dat = […]”", "no hay «var dat = […]»"))
    data = parse_json_start(page[found.end() :].decode("utf-8", "surrogateescape"))
    if not isinstance(data, list):
        raise ValueError(Text("there is no “var dat = […]”", "no hay «var dat = […]»"))
    return data


def _records(file: File) -> list[dict[str, Any]]:
    """The chart's data."""
    try:
        records = chart(file.content())
    except ValueError as error:
        why = parse_fault(error)
        raise wrong(
            file,
            f"the page's data are cut or damaged ({why.en}).",
            f"los datos de la página están cortados o dañados ({why.es}).",
        ) from error
    if not all(isinstance(r, dict) for r in records):
        raise wrong(file, "the page's data are no records.", "los datos de la página no son registros.")
    require_fields(file, records, [f for f in FIELDS if f != "bandO"])
    return records


def _utc(day: str, hour: str, zone: ZoneInfo) -> str:
    """The hour in UTC as the other readers give it; as it stands if it is no hour."""
    midnight = iso_day(day)
    if midnight is None or hour not in HOURS:
        return f"{day} {hour}"
    local = datetime.combine(midnight, time(), zone) + timedelta(hours=int(hour))
    return local.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """A page for each station, pollutant and month; an empty one is kept as proof that it was asked for.

    What fails does not stop the others; the first failure is raised at the end, or after several in a row.
    """
    url = catalog.sources["sinaica"].endpoint
    pollutants = catalog.codelists["pollutants"]
    today = client.clock().date()
    failed: FetchFailed | None = None
    row = 0
    for station in (s for s in air.open_stations(catalog, since) if s.sinaica):
        measured: list[str] = list(dict.fromkeys(m.pollutant for m in station.measures)) or list(pollutants.codes)
        for parameter in (pollutants[p].codes["sinaica"][0] for p in measured):
            month = since.replace(day=1)
            while month <= today:
                try:
                    answer = client.get(
                        url,
                        expect="page",
                        form=[
                            ("estacionId", station.sinaica),
                            ("param", parameter),
                            ("fechaIni", f"{month}"),
                            ("rango", MONTH),
                            ("tipoDatos", ""),
                        ],
                    )
                    if answer.status != 304:
                        _check_chart(answer)
                except FetchFailed as error:
                    failed, row = failed or error, row + 1
                    if row == FAILURES:
                        raise failed from error
                else:
                    row = 0
                    yield answer.fetched(f"sinaica-{station.sinaica}-{parameter}-{month:%Y-%m}.html")
                month = (month + timedelta(days=31)).replace(day=1)
    if failed:
        raise failed


def _check_chart(answer: Response) -> None:
    """Refuse a page without the list of a chart to its end; an empty list will do."""
    try:
        chart(answer.content)
    except ValueError as error:
        why = parse_fault(error)
        raise answer.unfit(
            f"the page holds no data of a chart: {why.en}", f"la página no trae datos de gráfica: {why.es}"
        ) from error


CONNECTOR = Connector("sinaica", recognise, read, fetch)
