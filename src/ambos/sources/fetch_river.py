"""Fetching the river: reservoirs (Reclamation's RISE), gauges (USGS) and the boundary (IBWC).

None of the services was asked while this was written. What each question rests on is said in its function, and what
each answer looks like in its reader; an answer in another shape is refused with one error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial

import httpx

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.model import Code, Source
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.fetch_pages import Pages, each
from ambos.sources.shared.http import Answer, Client, member
from ambos.sources.shared.keys import from_environment, refused
from ambos.sources.shared.wire import origin, web_address
from ambos.sources.usbr.rise import MST, items_of
from ambos.sources.usgs.water import DISCHARGE, MEAN, PREFIX
from ambos.text import Text

JSON_API = {"Accept": "application/vnd.api+json"}
GEO_JSON = {"Accept": "application/geo+json, application/json"}
#: Results asked for at a time, the most that RISE gives (its own description, ``/rise/api/docs``).
RISE_PAGE = 10_000
#: Features asked for at a time, the most that the USGS gives (dataretrieval-python, pull request 197).
USGS_PAGE = 50_000


# -- reservoirs -------------------------------------------------------------------------------------------
def fetch_rise(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """What RISE says of each reservoir day by day: a file each, of the answers of all its catalog items.

    They are stored together because together they make a row: a part of them would leave holes in it. The parameters
    are those of RISE's own description (``/rise/api/docs``, as captured by internetofwater/Western-Water-Datahub):
    ``dateTime[after]`` counts there, a flat ``after`` is ignored.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["usbr_rise"].endpoint

    def of(reservoir: Code) -> Iterator[Fetched]:
        answers: list[Answer] = []
        for item, _ in items_of(reservoir.codes):
            described = client.get(endpoint.format(what=f"catalog-item/{item}"), expect="json", headers=JSON_API)
            if not isinstance(described.member("data", "attributes"), dict):
                raise _shape(described, "data → attributes")
            answers += [described, *_results(client, endpoint.format(what="result"), item, since)]
        if answers:
            yield _joined(f"rise-{reservoir.id}-since-{since}.json", answers)

    yield from each(partial(of, reservoir) for reservoir in catalog.codelists["reservoir"].codes.values())


def _results(client: Client, url: str, item: str, since: date) -> list[Answer]:
    """All pages of a catalog item's results from a day on."""
    pages = Pages()
    rows, total = 0, 1
    while rows < total:
        page = client.get(
            url,
            expect="json",
            params=[
                ("itemId", item),
                ("dateTime[after]", since.isoformat()),
                # Stamps are in UTC, so the last day's is of tomorrow; a day too many asks for nothing more.
                ("dateTime[before]", (_today(client) + timedelta(days=1)).isoformat()),
                ("order[dateTime]", "ASC"),
                ("itemsPerPage", str(RISE_PAGE)),
                ("page", str(len(pages) + 1)),
            ],
            headers=JSON_API,
        )
        content = page.json()
        results, total = member(content, "data"), member(content, "meta", "totalItems")
        if not isinstance(results, list) or not isinstance(total, int):
            raise _shape(page, "data, meta → totalItems")
        if not results and rows < total:
            raise page.unfit(f"{rows} of {total} rows came", f"llegaron {rows} de {total} renglones")
        pages.take(page, json.dumps(results).encode() if results else b"")
        rows += len(results)
    return pages


# -- gauges -----------------------------------------------------------------------------------------------
def fetch_usgs(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Of each gauge the daily means of discharge, and the latest reading: two files.

    Raises
    ------
    KeyRefused
        If a key is set and not taken. None is needed.
    FetchFailed
    """
    source = catalog.sources["usgs_water"]

    def of(site: str) -> Iterator[Fetched]:
        which = [("monitoring_location_id", f"{PREFIX}{site}"), ("parameter_code", DISCHARGE)]
        when = ("time", f"{since}/{_today(client)}")
        daily = _collection(client, source, "daily", [*which, ("statistic_id", MEAN), when])
        yield from _as_one(f"usgs-daily-{site}-since-{since}.json", daily)
        yield from _as_one(f"usgs-latest-{site}.json", _collection(client, source, "latest-continuous", which))

    gauges = catalog.codelists["gauges"].codes.values()
    yield from each(partial(of, site) for gauge in gauges for site in gauge.codes.get("usgs", ()))


def _collection(client: Client, source: Source, collection: str, asked: Sequence[tuple[str, str]]) -> list[Answer]:
    """All pages of a collection; an empty one that the last full one leads to is kept, as proof that it was the last.

    As the USGS's own client does (dataretrieval-python, ``_next_req_url``), the link ``next`` is followed until there
    is none or a page is empty. A link that leads to another host is refused: the key would go with it.
    """
    key = from_environment(source.key_variable or "", source)  # without one an address may ask less often
    first = source.endpoint.format(collection=collection)
    url, params = first, [("f", "json"), *asked, ("skipGeometry", "true"), ("limit", str(USGS_PAGE))]
    pages = Pages()
    while True:
        headers = {**GEO_JSON, "X-Api-Key": key} if key else GEO_JSON
        try:
            page = client.get(url, expect="json", params=params, headers=headers, secret=key)
        except FetchFailed as error:
            taken = not key or error.values["status"] not in (401, 403)
            raise (error if taken else refused(error, source) or error) from error
        if page.status == 304:
            return [page]
        content = page.json()
        features, links = member(content, "features"), member(content, "links") or []
        if not isinstance(features, list) or not isinstance(links, list):
            raise _shape(page, "features, links")
        pages.take(page, json.dumps(features).encode() if features else b"")
        if not features:
            return pages if len(pages) > 1 else []
        following = [str(k.get("href")) for k in links if isinstance(k, dict) and k.get("rel") == "next"]
        if not following:
            return pages
        url, params = following[0], []
        there = web_address(url)
        if there is None or origin(there) != origin(httpx.URL(first)):
            raise page.unfit("its next page lies elsewhere", "su página siguiente está en otro sitio")


def _as_one(name: str, pages: list[Answer]) -> Iterator[Fetched]:
    """Pages as one file; a single one just as it came."""
    if len(pages) == 1:
        yield pages[0].fetched(name)
    elif pages:
        yield _joined(name, pages)


# -- the boundary -----------------------------------------------------------------------------------------
def fetch_ibwc(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The daily series that the IBWC's portal (AQUARIUS WebPortal) has of each gauge: a zip with a CSV file each.

    The portal documents no interface. Public programs ask its export like this for series of the Rio Grande, without
    a session and without accepting the page of terms (as of September 2026); that the series of the Colorado have
    names of the same pattern is not confirmed. Without ``Compressed=false`` it gives a zip, which tells when it is cut.

    Raises
    ------
    FetchFailed
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
                    ("EndTime", f"{_today(client)} 00:00:00"),
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


# -- answers ----------------------------------------------------------------------------------------------
def _today(client: Client) -> date:
    return client.clock().astimezone(MST).date()


def _joined(name: str, answers: Sequence[Answer]) -> Fetched:
    """A JSON list of answers, each byte for byte as it came.

    Without the first one's marks (ETag, Last-Modified): they say nothing of the others.
    """
    content = b"[" + b",\n".join(a.content.removeprefix(b"\xef\xbb\xbf").strip() for a in answers) + b"]\n"
    return Fetched(name, content, answers[0].url, answers[0].at)


def _shape(answer: Answer, members: str) -> FetchFailed:
    return answer.unfit(
        f"it is not in the source's shape: {members} missing", f"no tiene la forma de la fuente: falta {members}"
    )
