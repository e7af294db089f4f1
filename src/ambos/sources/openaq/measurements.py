"""OpenAQ (version 3): hourly means of a sensor, as a third party collected them.

A file is what the fetcher put together of answers left as they came: ``{"location": ..., "sensor": ..., "pages":
[...]}``. The answer with the hours does not say whose they are, so the location stands beside them. Hours begin at
``period.datetimeFrom.utc``. A location belongs to the station of the region within `NEAR`; others are passed over.
Shape as described at https://docs.openaq.org; not asked of the live service.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.air import load_stations
from ambos.catalog.catalog import Catalog
from ambos.model.air import AirStation
from ambos.sources.shared import air
from ambos.sources.shared.answers import member
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.keys import key_of, key_taken
from ambos.sources.shared.pages import Pages, incomplete, require_rows
from ambos.sources.shared.strict import BOM, read_json, table, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

#: Results asked for at a time, the most that OpenAQ gives.
PAGE = 1000
#: Sensors that are asked for: many times those of a region's stations.
SENSORS = 500

#: Kilometres from a station within which a location is that station; lists of one place differ by some 0.2 km.
NEAR = 0.5
#: Mean radius of the Earth, kilometres (IUGG).
EARTH = 6371.0088
#: Interval of an hourly mean, as OpenAQ writes it.
HOUR = "01:00:00"
FIELDS = ("time", "value", "units", "parameter", "flags", "local", "agrees")


def recognise(name: str, head: bytes) -> str:
    """``hours`` for what the fetcher put together; "" if it is something else."""
    start = head.removeprefix(BOM).lstrip()
    return "hours" if start.startswith(b'{"location":') and b'"sensor":' in start and b'"pages":' in start else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``air_readings``, all provisional."""
    content = read_json(file)
    try:
        location, sensor = content["location"], content["sensor"]
        place = location["coordinates"]
        stations = load_stations(catalog).stations.values()
        station = near(float(place["latitude"]), float(place["longitude"]), stations)
        pages = [page["results"] for page in content["pages"]]
        results = [_result(r) for page in pages for r in page]
        said = [dict(page.get("meta") or {}) for page in content["pages"]]
        monitor = f"{location['id']}-{sensor['id']}"
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise wrong(
            file,
            "this is no answer of OpenAQ's interface as it was known.",
            "no es una respuesta de la interfaz de OpenAQ como se conocía.",
        ) from error
    # A full page is followed by another, be it an empty one.
    if not pages or str(len(pages[-1])) == str(said[-1].get("limit")):
        raise incomplete(file, "its last page is full", "su última página está llena")
    require_rows(file, said[-1].get("found"), len(results))
    if not station:
        file.notes.append(
            Text("{what}: {n} ({name})", "{what}: {n} ({name})").format(
                what=air.STATIONS, n=len(results), name=location["id"]
            )
        )
    raw = table(file, FIELDS, results if station else [])
    own = raw.select(
        "line",
        "parameter",
        "value",
        "units",
        "local",
        station=pl.lit(station.id if station else ""),
        monitor=pl.lit(monitor),
        agrees=pl.col("agrees") == "true",
        time=pl.col("time").str.replace(r":00(\.0+)?(Z|\+00:00)$", ""),
        qualifier=pl.when(pl.col("flags") == "true").then(pl.lit("flagged")).otherwise(pl.lit("")),
    )
    yield air.rows(file, own, catalog, network="openaq", status="P", clock="utc")


def _result(result: dict[str, Any]) -> tuple[Any, ...]:
    """Read the result of an hour."""
    period, parameter = result["period"], result["parameter"]
    begins, flags = period["datetimeFrom"], (result.get("flagInfo") or {}).get("hasFlags")
    utc, local = begins["utc"], begins.get("local")
    agrees = period.get("interval") in (None, HOUR) and (local is None or _same(str(utc), str(local)))
    return utc, result["value"], parameter["units"], parameter["name"], flags, local, agrees


def _same(utc: str, local: str) -> bool:
    """Return False if two stamps with zones are different moments, or either cannot be read."""
    try:
        return datetime.fromisoformat(utc) == datetime.fromisoformat(local)
    except ValueError:
        return False


def near(latitude: float, longitude: float, stations: Iterable[AirStation]) -> AirStation | None:
    """The station at a place, if there is one within `NEAR`; the nearest of several."""
    known = {s.id: s for s in stations}
    found = [(_kilometres(latitude, longitude, s.latitude, s.longitude), s.id) for s in known.values()]
    distance, name = min(found, default=(EARTH, ""))
    return known[name] if distance <= NEAR else None


def _kilometres(latitude: float, longitude: float, other: float, away: float) -> float:
    """Great-circle distance of two places."""
    a, b = radians(latitude), radians(other)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(away - longitude) / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The hours of each sensor at the region's stations; the answers as they came, joined with their location."""
    key = key_of(catalog.sources["openaq"])
    stations = list(air.open_stations(catalog, since))
    box = air.box(stations)
    if not box:
        return
    wanted = catalog.codelists["pollutants"].from_system("openaq")
    today = client.clock().date()
    span = [("datetime_from", f"{since}T00:00:00Z"), ("datetime_to", f"{today + timedelta(days=1)}T00:00:00Z")]
    located = _pages(client, catalog, key, "locations", [("bbox", box)])
    asked: set[int] = set()
    for location in (x for page in located for x in page.member("results")):
        latitude, longitude = (member(location, "coordinates", name) for name in ("latitude", "longitude"))
        if not _on_earth(latitude, 90) or not _on_earth(longitude, 180) or not near(latitude, longitude, stations):
            continue
        sensors = member(location, "sensors")
        for sensor in sensors if isinstance(sensors, list) else ():
            if str(member(sensor, "parameter", "name")) not in wanted:
                continue
            place, number = member(location, "id"), member(sensor, "id")
            if type(place) is not int or type(number) is not int or number in asked or len(asked) >= SENSORS:
                raise located[0].unfit(
                    "it lists a sensor without a number, twice, or too many sensors",
                    "enumera un sensor sin número, dos veces el mismo o demasiados sensores",
                )
            asked.add(number)
            pages = _pages(client, catalog, key, f"sensors/{number}/hours", span)
            about = f'{{"location": {json.dumps(location)}, "sensor": {json.dumps(sensor)}, "pages": ['
            content = about.encode() + b",".join(p.content for p in pages) + b"]}"
            yield Fetched(f"openaq-{place}-{number}-{since}.json", content, pages[0].url, pages[0].at)


def _on_earth(degrees: object, most: float) -> bool:
    """Return True if a latitude or longitude is a number of degrees within its range."""
    return isinstance(degrees, int | float) and -most <= degrees <= most


def _pages(client: Client, catalog: Catalog, key: str, what: str, asked: list[tuple[str, str]]) -> list[Response]:
    """All pages of a list: until one is not full."""
    source = catalog.sources["openaq"]
    pages = Pages()
    while True:
        with key_taken(source):
            page = client.get(
                source.endpoint.format(what=what),
                expect="json",
                params=[*asked, ("limit", str(PAGE)), ("page", str(len(pages) + 1))],
                headers={"X-API-Key": key, "Accept": "application/json"},
                secret=key,
            )
        results = page.member("results")
        if not isinstance(results, list):
            raise page.unfit("it has no results", "no trae «results»")
        pages.take(page, json.dumps(results).encode() if results else b"")
        if len(results) < PAGE:
            return pages


CONNECTOR = Connector("openaq", recognise, read, fetch)
