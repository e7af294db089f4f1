"""Discharge at gauges, from the USGS's water data interface (OGC API), as `fetch` stores it.

A file is a GeoJSON collection of features, or a JSON list of such pages. The shape is that of the answers kept as
fixtures by the USGS's own client (dataretrieval-python, ``tests/data/waterdata_ogc_fixtures.json``; collections
``daily``, ``continuous`` and ``latest-continuous``): numbers are text, the date of a daily mean is the gauge's own day,
the time of a reading has a zone. A feature's ``id`` changes whenever it is stored anew; the key is gauge and time.

Not confirmed: which words ``qualifier`` may hold (``ESTIMATED`` is one), and whether ``approval_status`` may be empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model import Source
from ambos.sources.shared.answers import member
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.keys import from_environment, key_taken
from ambos.sources.shared.pages import Pages, each, incomplete, joined, require_rows, without
from ambos.sources.shared.strict import is_json, read_json, table, wrong
from ambos.sources.shared.water import YEARS, day_of, discharges, iso_day
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

#: Features asked for at a time, the most that the USGS gives (dataretrieval-python, pull request 197).
PAGE = 50_000
GEO_JSON = {"Accept": "application/geo+json, application/json"}

#: Discharge, and its daily mean (https://help.waterdata.usgs.gov/codes-and-parameters).
DISCHARGE, MEAN = "00060", "00003"
#: By kind: the statistic that it is (00011: at a moment), its dataset and the column of its time.
KINDS = {"daily": (MEAN, "river_flows", "date"), "readings": ("00011", "river_readings", "observed_at")}
STATISTIC = re.compile(rb'"statistic_id"\s*:\s*"(\d{5})"')
MEMBERS = (
    "monitoring_location_id",
    "parameter_code",
    "statistic_id",
    "time",
    "value",
    "unit_of_measure",
    "approval_status",
    "qualifier",
)
PREFIX = "USGS-"
#: Cubic feet per second, as this interface writes it and as the one before it did.
UNITS = ("ft^3/s", "ft3/s")
APPROVALS = ("Approved", "Provisional", "")
ESTIMATED = "(?i)estimated"


def recognise(name: str, head: bytes) -> str:
    """``daily`` or ``readings``, by the statistic of the first feature; else ""."""
    if not is_json(head, (b"{", b"["), "monitoring_location_id"):
        return ""
    found = STATISTIC.search(head)
    return next((kind for kind, (code, *_) in KINDS.items() if found and found[1] == code.encode()), "")


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``river_flows`` or ``river_readings``: P unless approved, E if approved as an estimate."""
    statistic, dataset, period = KINDS[kind]
    sheet = RawTable(table(file, MEMBERS, list(_features(file, read_json(file)))))
    sheet.raw = sheet.raw.with_columns(site=sheet.raw["monitoring_location_id"].str.strip_prefix(PREFIX))
    for column, allowed in (
        ("parameter_code", (DISCHARGE,)),
        ("statistic_id", (statistic,)),
        ("unit_of_measure", UNITS),
        ("approval_status", APPROVALS),
    ):
        words = " / ".join(repr(word) for word in allowed)
        sheet.refuse_values(~sheet.raw[column].is_in(allowed), column, Text.same(words))
    sheet.codes("site", "gauge", catalog.codelists["gauges"], "usgs")
    if kind == "daily":
        sheet.values("time", period, iso_day, pl.Date(), Text("a date", "una fecha"))
    else:
        moment = Text("a time with a zone", "una hora con zona")
        sheet.values("time", period, _moment, pl.Datetime("us", "UTC"), moment)
    discharges(file, sheet, "value", catalog)
    sheet.fill("publisher", "usgs")
    sheet.made["qualifier"] = sheet.raw["qualifier"]
    approved = sheet.raw["approval_status"] == "Approved"
    estimated = sheet.raw["qualifier"].str.contains(ESTIMATED)
    sheet.made["status"] = pl.select(
        pl.when(sheet.made["discharge_cfs"].is_null())
        .then(pl.lit("M"))
        .when(~approved)
        .then(pl.lit("P"))
        .when(estimated)
        .then(pl.lit("E"))
        .otherwise(pl.lit("A"))
    ).to_series()
    columns = [c.id for c in catalog.datasets[dataset].columns]
    good = _one_series(file, sheet.good().select(*columns, "status"), catalog.datasets[dataset].keys)
    yield Rows(dataset, good, sheet.rejected())


def _one_series(file: File, rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Leave out the figures of a gauge and time for which several series differ; the file notes their count.

    A gauge may have two series of one parameter (``time_series_id``), and nothing marks the river's. That is no fault of
    the file: the other gauges and days are read. The source does not say that the figure is missing, so one that is known stays.
    """
    apart = rows.select(pl.col("discharge_cfs").n_unique().over(keys) > 1).to_series()
    left_out = rows.filter(apart).unique(keys)
    for gauge, count in left_out.group_by("gauge").len().sort("gauge").rows():
        file.notes.append(
            Text(
                f"{gauge}: two series of the gauge differ, and neither is used; figures left out for it: {count:,}",
                f"{gauge}: dos series de la estación difieren y no se usa ninguna; cifras omitidas por ello: {count:,}",
            )
        )
    return rows.filter(~apart)


def _features(file: File, content: Any) -> Iterator[tuple[Any, ...]]:
    """The members of each feature in all pages; a list of qualifiers as one text."""
    following = False
    try:
        for page in content if isinstance(content, list) else [content]:
            require_rows(file, page.get("numberReturned"), len(page["features"]))
            links = [link["rel"] for link in page.get("links") or []]
            following = "next" in links and bool(page["features"])
            for feature in page["features"]:
                said = dict(feature["properties"])
                if isinstance(said["qualifier"], list):
                    said["qualifier"] = "; ".join(map(str, said["qualifier"]))
                yield tuple(said[member] for member in MEMBERS)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise wrong(
            file,
            f"the JSON is no collection of features → properties → {', '.join(MEMBERS)}.",
            f"el JSON no es una colección de features → properties → {', '.join(MEMBERS)}.",
        ) from error
    if following:
        raise incomplete(file, "its last page leads to a next one", "su última página lleva a otra")


def _moment(text: str) -> datetime | None:
    """``2026-08-07T18:45:00+00:00``"""
    try:
        moment = datetime.fromisoformat(text)
        there = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return there if moment.tzinfo and there.year in YEARS else None


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Fetch two files per gauge: the daily means of discharge, and the latest reading.

    Raises
    ------
    KeyRefused
        If a key is set and not taken. None is needed.
    FetchFailed
    """
    source = catalog.sources["usgs_water"]

    def of(site: str) -> Iterator[Fetched]:
        which = [("monitoring_location_id", f"{PREFIX}{site}"), ("parameter_code", DISCHARGE)]
        when = ("time", f"{since}/{day_of(client.clock())}")
        daily = _collection(client, source, "daily", [*which, ("statistic_id", MEAN), when])
        yield from _as_one(f"usgs-daily-{site}-since-{since}.json", daily)
        yield from _as_one(f"usgs-latest-{site}.json", _collection(client, source, "latest-continuous", which))

    gauges = catalog.codelists["gauges"].codes.values()
    yield from each(partial(of, site) for gauge in gauges for site in gauge.codes.get("usgs", ()))


def _collection(client: Client, source: Source, collection: str, asked: Sequence[tuple[str, str]]) -> list[Response]:
    """All pages of a collection; an empty one that the last full one leads to is kept, as proof that it was the last.

    As the USGS's own client does (dataretrieval-python, ``_next_req_url``), the link ``next`` is followed until there
    is none or a page is empty. A link that leads to another host is refused: the key would go with it.
    """
    key = from_environment(source.key_variable or "", source)  # without one an address may ask less often
    first = source.endpoint.format(collection=collection)
    url, params = first, [("f", "json"), *asked, ("skipGeometry", "true"), ("limit", str(PAGE))]
    pages = Pages()
    while True:
        headers = {**GEO_JSON, "X-Api-Key": key} if key else GEO_JSON
        with key_taken(source, by_page=False) if key else nullcontext():
            page = client.get(url, expect="json", params=params, headers=headers, secret=key)
        if page.status == 304:
            return [page]
        content = page.json()
        features, links = member(content, "features"), member(content, "links") or []
        if not isinstance(features, list) or not isinstance(links, list):
            raise without(page, "features, links")
        pages.take(page, json.dumps(features).encode() if features else b"")
        if not features:
            return pages if len(pages) > 1 else []
        following = [str(k.get("href")) for k in links if isinstance(k, dict) and k.get("rel") == "next"]
        if not following:
            return pages
        url, params = following[0], []
        if not page.same_origin(url):
            raise page.unfit("its next page lies elsewhere", "su página siguiente está en otro sitio")


def _as_one(name: str, pages: list[Response]) -> Iterator[Fetched]:
    """Pages as one file; a single one just as it came."""
    if len(pages) == 1:
        yield pages[0].fetched(name)
    elif pages:
        yield joined(name, pages)


CONNECTOR = Connector("usgs_water", recognise, read, fetch)
