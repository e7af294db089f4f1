"""Daily discharge at gauges of the boundary, as the IBWC's portal (AQUARIUS WebPortal) exports it: a CSV file.

First come one to four lines of heading, the first of which names the series; then ``Timestamp (UTC-07:00),Value (unit)``
and a row a day, stamped at midnight; last a row that says, in a paragraph, that all of it is provisional. So it is in
two exports of 2024 kept in a public repository (Amistad, 15 minutes and daily); that a gap may read ``NaN`` and that
there may be more lines of heading is said by three programs that read such exports.

The unit is in the heading and not the same for all series; the zone as well. Not confirmed: how the portal writes cubic
feet per second, and the names of the series of the Colorado. An export in another zone, in parts of a day or with more
columns is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.model import Source
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.pages import each
from ambos.sources.shared.strict import BOM, decoded, read_csv, wrong
from ambos.sources.shared.water import day_of, discharges, iso_day
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

START = b"#Data Set Export - "
HEADER = re.compile(r"(Timestamp \(UTC([+-]\d\d:\d\d)\)),(Value \(([^,()]{1,20})\))", re.ASCII)
ZONE = "-07:00"
#: Lines of heading before the header, at most.
HEADING = 5
#: The row that ends an export: a paragraph in quotes.
END = re.compile(r'"[^"]{40,}",?')
#: How many cubic feet per second each unit is. A foot is 0.3048 m.
UNITS = {
    "cfs": "1",
    "ft^3/s": "1",
    "ft³/s": "1",
    "ft3/s": "1",
    "cms": "35.314666721488590",
    "m^3/s": "35.314666721488590",
    "m³/s": "35.314666721488590",
    "m3/s": "35.314666721488590",
}


def recognise(name: str, head: bytes) -> str:
    """``export`` by how it begins; else ""."""
    return "export" if head.removeprefix(BOM).startswith(START) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``river_flows``; all provisional, as the export itself says."""
    lines = decoded(file).decode().replace("\r\n", "\n").rstrip("\n").split("\n")
    series = lines[0].removeprefix(START.decode()).rstrip(",")
    at, header = next(((i, h) for i, h in enumerate(map(HEADER.fullmatch, lines[: HEADING + 1])) if h), (0, None))
    if header is None:
        raise wrong(
            file,
            "no line like “Timestamp (UTC-07:00),Value (cfs)” is among the first ones.",
            "entre los primeros renglones no hay uno como «Timestamp (UTC-07:00),Value (cfs)».",
        )
    stamp, zone, value, unit = header.groups()
    if zone != ZONE:
        raise wrong(
            file,
            f"the times are of UTC{zone}; export the series with the time zone UTC{ZONE}.",
            f"las horas son de UTC{zone}; exporte la serie con la zona horaria UTC{ZONE}.",
        )
    if unit not in UNITS:
        raise wrong(
            file,
            f"the unit is {unit!r}; known are {', '.join(UNITS)}.",
            f"la unidad es {unit!r}; se conocen {', '.join(UNITS)}.",
        )
    if not END.fullmatch(lines[-1]):
        raise wrong(
            file,
            "the paragraph that ends an export is missing: the file was cut.",
            "falta el párrafo que cierra una exportación: el archivo está cortado.",
        )
    body = File(file.name, "\n".join(lines[at:-1]).encode(), notes=file.notes)
    raw = read_csv(body, (stamp, value))
    sheet = RawTable(raw.with_columns(pl.col("line") + at, series=pl.lit(series)))
    sheet.codes("series", "gauge", catalog.codelists["gauges"], "ibwc")
    sheet.values(stamp, "date", _day, pl.Date(), Text("the midnight of a day", "la medianoche de un día"))
    discharges(file, sheet, value, catalog, UNITS[unit])
    sheet.fill("publisher", "ibwc")
    sheet.fill("qualifier", "")
    missing = sheet.made["discharge_cfs"].is_null()
    sheet.made["status"] = pl.select(pl.when(missing).then(pl.lit("M")).otherwise(pl.lit("P"))).to_series()
    columns = [c.id for c in catalog.datasets["river_flows"].columns]
    yield Rows("river_flows", sheet.good().select(*columns, "status"), sheet.rejected())


def _day(text: str) -> date | None:
    """``2024-06-15 00:00:00``"""
    return iso_day(text[:10]) if text[10:] == " 00:00:00" else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The daily series that the IBWC's portal (AQUARIUS WebPortal) has of each gauge: a zip with a CSV file each.

    The portal documents no interface. Public programs ask its export like this for series of the Rio Grande, without
    a session and without accepting the page of terms (as of September 2026); that the series of the Colorado have
    names of the same pattern is not confirmed. Without ``Compressed=false`` it gives a zip, whose directory shows whether it is cut.
    """
    source = catalog.sources["ibwc_water"]

    def export(series: str, name: str) -> Iterator[Fetched]:
        try:
            answer = client.get(
                source.endpoint,
                expect="zip",
                params=[
                    ("DataSet", series),
                    ("DateRange", "Custom"),
                    ("StartTime", f"{since} 00:00:00"),
                    ("EndTime", f"{day_of(client.clock())} 00:00:00"),
                    ("ExportFormat", "csv"),
                    ("Timezone", "-7"),
                ],
            )
        except FetchFailed as error:
            raise _terms(error, source) from error
        yield answer.fetched(name)

    yield from each(
        partial(export, series, f"ibwc-{gauge.id}-since-{since}.zip")
        for gauge in catalog.codelists["gauges"].codes.values()
        for series in gauge.codes.get("ibwc", ())
    )


def _terms(error: FetchFailed, source: Source) -> FetchFailed:
    """The same failure; if a page came in place of the table, with the way round it."""
    if error.values["problem"] != "html":
        return error
    return FetchFailed(
        **{
            **error.values,
            "detail": Text(
                f"the portal answered with a page (its terms, perhaps). Open {source.url} in a browser, accept the terms,"
                " export the series as CSV with the time zone UTC-07:00 and save it in a folder",
                f"el portal respondió con una página (quizá sus términos). Abra {source.url} en un navegador, acepte los"
                " términos, exporte la serie como CSV con la zona horaria UTC-07:00 y guárdela en una carpeta",
            ),
        }
    )


CONNECTOR = Connector("ibwc_water", recognise, read, fetch)
