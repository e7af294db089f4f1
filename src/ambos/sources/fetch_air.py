"""Fetching the air: EPA's annual files, the Air Quality System, AirNow, SINAICA and OpenAQ.

Hourly readings are asked for the region's stations (``air.toml``). None of these services was asked live while this was
written; an answer in another shape is refused with one error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from ambos.catalog import Catalog
from ambos.catalog.air_stations import load_stations
from ambos.errors import FetchFailed, KeyRefused, NeedsKey
from ambos.model.air import Station
from ambos.sources.openaq.measurements import near
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.fetch_pages import Pages
from ambos.sources.shared.http import Answer, Client, member
from ambos.sources.shared.keys import from_environment, key_of, refused
from ambos.sources.sinaica.hourly import chart

#: Holds the e-mail that the key of AQS was given for.
EMAIL_VARIABLE = "AQS_EMAIL"
#: What AQS asks of its users: codes in one question, seconds between two, and how long it may take itself
#: (https://aqs.epa.gov/aqsweb/documents/data_api.html; ten days of a county took two minutes).
AQS_CODES, AQS_PACE, AQS_PATIENCE = 5, 5.0, 600.0
#: Days of AirNow that are asked for, and in one question: what is older is in AQS.
AIRNOW_DAYS, AIRNOW_STEP = 45, 7
#: Degrees around the stations.
MARGIN = 0.02
#: A month, in the words of SINAICA's page.
SINAICA_MONTH = "4"
#: So many failures in a row of SINAICA and it is left alone.
SINAICA_FAILURES = 3
#: Results asked for at a time, the most that OpenAQ gives.
OPENAQ_PAGE = 1000
#: Sensors that are asked for: many times those of a region's stations.
OPENAQ_SENSORS = 500


def fetch_aqi_county(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """One zip for each year from that of `since` to the present; the present year may not be out yet.

    EPA makes all years anew when the index changes, so a year is asked for again, on condition that it changed.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["epa_aqi_county"].endpoint
    last = client.clock().year
    for year in range(since.year, last + 1):
        url = endpoint.format(year=year)
        try:
            answer = client.get(url, expect="zip")
        except FetchFailed as error:
            if year == last and error.values["status"] == 404:
                return
            raise
        yield answer.fetched(url.rpartition("/")[2])


# -- Air Quality System -----------------------------------------------------------------------------------
def fetch_aqs(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Hourly samples and daily summaries of each station by calendar year; what has no data gives no file.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    source = catalog.sources["epa_aqs"]
    key = key_of(source)
    email = from_environment(EMAIL_VARIABLE, source)
    if not email:
        raise NeedsKey(source=source.title, variable=EMAIL_VARIABLE, signup=source.key_signup)
    today = client.clock().date()
    codes = [c for p in catalog.codelists["pollutants"].codes.values() for c in p.codes["aqs"]]
    groups = [codes[i : i + AQS_CODES] for i in range(0, len(codes), AQS_CODES)]
    for station in _open(catalog, since):
        for service in ("sampleData", "dailyData") if station.aqs else ():
            for year in range(since.year, today.year + 1):
                for group, parameters in enumerate(groups, 1):
                    first, last = max(since, date(year, 1, 1)), min(today, date(year, 12, 31))
                    state, county, site = station.aqs.split("-")
                    try:
                        answer = client.get(
                            source.endpoint.format(service=service),
                            expect="json",
                            params=[
                                ("email", email),
                                ("key", key),
                                ("param", ",".join(parameters)),
                                ("bdate", f"{first:%Y%m%d}"),
                                ("edate", f"{last:%Y%m%d}"),
                                ("state", state),
                                ("county", county),
                                ("site", site),
                            ],
                            secret=key,
                            echoed=(key, email),
                            pace=AQS_PACE,
                            patience=AQS_PATIENCE,
                        )
                    except FetchFailed as error:
                        raise refused(error, source) or error from error
                    if answer.status == 304 or _aqs_rows(answer, catalog):
                        yield answer.fetched(f"aqs-{service}-{station.aqs}-{year}-{group}.json")


def _aqs_rows(answer: Answer, catalog: Catalog) -> int:
    """How many rows an answer has; the failure that it tells of, raised."""
    content = answer.json()
    rows, headers = member(content, "Data"), member(content, "Header")
    header = headers[0] if isinstance(headers, list) and headers else None
    status = str(member(header, "status"))
    if not isinstance(rows, list) or not isinstance(header, Mapping):
        raise answer.unfit("it has no Header and Data", "no trae Header ni Data")
    if status.lower().startswith("no data"):
        return 0
    if status != "Success":
        told = answer.unfit(*[f"{status}: {header.get('error')}"] * 2)
        if "key" in str(header).lower() or "email" in str(header).lower():
            source = catalog.sources["epa_aqs"]
            raise KeyRefused(
                source=source.title,
                variable=f"{source.key_variable}, {EMAIL_VARIABLE}",
                detail=told.values["detail"],
                signup=source.key_signup or source.url,
            )
        raise told
    said = header.get("rows", len(rows))
    if str(said) != str(len(rows)):
        raise answer.unfit(f"{len(rows)} of {said} rows came", f"llegaron {len(rows)} de {said} renglones")
    return len(rows)


# -- AirNow -----------------------------------------------------------------------------------------------
def fetch_airnow(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Readings of the last weeks in a box around the region's stations, a week at a time.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    source = catalog.sources["airnow"]
    key = key_of(source)
    box = _box([s for s in _open(catalog, since) if s.aqs])
    if not box:
        return
    codes = [c.replace(".", "") for p in catalog.codelists["pollutants"].codes.values() for c in p.codes["airnow"]]
    today = client.clock().date()
    day = max(since, today - timedelta(days=AIRNOW_DAYS))
    while day <= today:
        last = min(day + timedelta(days=AIRNOW_STEP - 1), today)
        try:
            answer = client.get(
                source.endpoint,
                expect="json",
                params=[
                    ("startDate", f"{day}T00"),
                    ("endDate", f"{last}T23"),
                    ("parameters", ",".join(codes)),
                    ("BBOX", box),
                    ("dataType", "C"),
                    ("format", "application/json"),
                    ("verbose", "1"),
                    ("monitorType", "0"),
                    ("includerawconcentrations", "1"),
                    ("API_KEY", key),
                ],
                secret=key,
            )
        except FetchFailed as error:
            raise refused(error, source) or error from error
        if answer.status != 304:
            records = answer.json()
            if not isinstance(records, list) or not all(member(r, "FullAQSCode") for r in records):
                told = answer.content[:160].decode("utf-8", "replace")
                raise answer.unfit(f"it holds no readings: {told}", f"no trae lecturas: {told}")
        yield answer.fetched(f"airnow-{day}-{last}.json")
        day = last + timedelta(days=1)


# -- SINAICA ----------------------------------------------------------------------------------------------
def fetch_sinaica(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """A page for each station, pollutant and month; an empty one is kept as proof that it was asked for.

    What fails does not stop the others; the first failure is raised at the end, or after several in a row.

    Raises
    ------
    FetchFailed
    """
    url = catalog.sources["sinaica"].endpoint
    pollutants = catalog.codelists["pollutants"]
    today = client.clock().date()
    failed: FetchFailed | None = None
    row = 0
    for station in (s for s in _open(catalog, since) if s.sinaica):
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
                            ("rango", SINAICA_MONTH),
                            ("tipoDatos", ""),
                        ],
                    )
                    if answer.status != 304:
                        _check_chart(answer)
                except FetchFailed as error:
                    failed, row = failed or error, row + 1
                    if row == SINAICA_FAILURES:
                        raise failed from error
                else:
                    row = 0
                    yield answer.fetched(f"sinaica-{station.sinaica}-{parameter}-{month:%Y-%m}.html")
                month = (month + timedelta(days=31)).replace(day=1)
    if failed:
        raise failed


def _check_chart(answer: Answer) -> None:
    """Refuse a page without the list of a chart to its end; an empty list will do.

    Raises
    ------
    FetchFailed
    """
    try:
        chart(answer.content)
    except ValueError as error:
        raise answer.unfit(
            f"the page holds no data of a chart: {error}", f"la página no trae datos de gráfica: {error}"
        ) from error


# -- OpenAQ -----------------------------------------------------------------------------------------------
def fetch_openaq(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The hours of each sensor at the region's stations; the answers as they came, joined with their location.

    Raises
    ------
    NeedsKey, KeyRefused, FetchFailed
    """
    key = key_of(catalog.sources["openaq"])
    stations = list(_open(catalog, since))
    box = _box(stations)
    if not box:
        return
    wanted = catalog.codelists["pollutants"].from_system("openaq")
    today = client.clock().date()
    span = [("datetime_from", f"{since}T00:00:00Z"), ("datetime_to", f"{today + timedelta(days=1)}T00:00:00Z")]
    located = _openaq(client, catalog, key, "locations", [("bbox", box)])
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
            if type(place) is not int or type(number) is not int or number in asked or len(asked) >= OPENAQ_SENSORS:
                raise located[0].unfit(
                    "it lists a sensor without a number, twice, or too many sensors",
                    "enumera un sensor sin número, dos veces el mismo o demasiados sensores",
                )
            asked.add(number)
            pages = _openaq(client, catalog, key, f"sensors/{number}/hours", span)
            about = f'{{"location": {json.dumps(location)}, "sensor": {json.dumps(sensor)}, "pages": ['
            content = about.encode() + b",".join(p.content for p in pages) + b"]}"
            yield Fetched(f"openaq-{place}-{number}-{since}.json", content, pages[0].url, pages[0].at)


def _on_earth(degrees: object, most: float) -> bool:
    """Whether a latitude or longitude is a number of degrees within its range."""
    return isinstance(degrees, int | float) and -most <= degrees <= most


def _openaq(client: Client, catalog: Catalog, key: str, what: str, asked: list[tuple[str, str]]) -> list[Answer]:
    """All pages of a list: until one is not full."""
    source = catalog.sources["openaq"]
    pages = Pages()
    while True:
        try:
            page = client.get(
                source.endpoint.format(what=what),
                expect="json",
                params=[*asked, ("limit", str(OPENAQ_PAGE)), ("page", str(len(pages) + 1))],
                headers={"X-API-Key": key, "Accept": "application/json"},
                secret=key,
            )
        except FetchFailed as error:
            raise refused(error, source) or error from error
        results = page.member("results")
        if not isinstance(results, list):
            raise page.unfit("it has no results", "no trae «results»")
        pages.take(page, json.dumps(results).encode() if results else b"")
        if len(results) < OPENAQ_PAGE:
            return pages


# -- common -----------------------------------------------------------------------------------------------
def _open(catalog: Catalog, since: date) -> Iterator[Station]:
    """The stations that are not known to have ended before a day."""
    for station in load_stations(catalog).stations.values():
        ends = [m.until for m in station.measures]
        if not ends or any(end is None or end >= since for end in ends):
            yield station


def _box(stations: list[Station]) -> str:
    """The least box around stations: west, south, east, north; empty without stations."""
    if not stations:
        return ""
    west, east = (f(s.longitude for s in stations) for f in (min, max))
    south, north = (f(s.latitude for s in stations) for f in (min, max))
    return f"{west - MARGIN:.4f},{south - MARGIN:.4f},{east + MARGIN:.4f},{north + MARGIN:.4f}"
