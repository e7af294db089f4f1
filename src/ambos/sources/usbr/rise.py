"""Reservoirs by day, from the Bureau of Reclamation's RISE interface, as `fetch` stores it.

A file is a JSON list of answers in the form of JSON:API: of each catalog item its own description, then its pages of
results. What is known of the shape, and from whom:

- envelope, members and their types: RISE's own description (``/rise/api/docs``) as captured by
  internetofwater/Western-Water-Datahub, and that program's models of the answers;
- which item is what, in which unit: EdMillard/riverwar, which prints them from the catalog. An item that names another
  unit in its own description is refused;
- stamps: ``2026-09-16T07:00:00+00:00``, midnight Mountain Standard Time, in answers quoted by two programs;
- ``result`` is null on a day that is late; ``resultType`` is ``modelled`` for a projection, which is no observation.

No answer of the live service was at hand. Not confirmed: whether ``parameterTimestep`` reads ``day`` or ``daily``, and
that all older stamps are of the same hour. One at 1 a.m. (midnight Pacific Standard Time) is of the same day; any other
is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.model import Code
from ambos.sources.shared.answers import member
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.decimals import decimal_of, rounded
from ambos.sources.shared.missing import blank
from ambos.sources.shared.pages import Pages, each, incomplete, joined, require_rows, without
from ambos.sources.shared.strict import is_json, read_json, table, wrong
from ambos.sources.shared.water import MST, YEARS, day_of
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

#: Results asked for at a time, the most that RISE gives (its own description, ``/rise/api/docs``).
PAGE = 10_000
JSON_API = {"Accept": "application/vnd.api+json"}

#: How the systems of foreign codes begin that name catalog items; the rest is the column that an item fills.
RISE = "rise_"
COLUMNS = ("itemId", "dateTime", "result", "resultType", "modelRunId")
MIDNIGHTS = (time(0), time(1))
#: Decimals kept: hundredths of a foot, whole acre-feet and cubic feet per second (as Reclamation's own files print).
PLACES = {"ft": 2, "af": 0, "cfs": 0}

Item = tuple[str, str]


def recognise(name: str, head: bytes) -> str:
    """``items`` for a list of answers that begins with a catalog item; else ""."""
    return "items" if is_json(head, (b"[",), "parameterUnit") else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``reservoir_days``: each day of which an item says something, or says that it has no figure yet."""
    dataset = catalog.datasets["reservoir_days"]
    items = {item: (r.id, c) for r in catalog.codelists["reservoir"].codes.values() for item, c in items_of(r.codes)}
    raw = table(file, COLUMNS, list(_results(file, read_json(file), items)))
    sheet = RawTable(raw.with_columns(blank(file, raw["result"], catalog, "water")))
    sheet.values("dateTime", "date", _day, pl.Date(), Text("the midnight of a day", "la medianoche de un día"))
    projected = sheet.raw["resultType"].str.starts_with("model") | (sheet.raw["modelRunId"] != "")
    sheet.refuse_values(projected, "resultType", Text("an observation", "una observación"))
    made = [_number(text, items[item][1]) for item, text in zip(sheet.raw["itemId"], sheet.raw["result"], strict=True)]
    sheet.made["value"] = pl.Series("value", made, dtype=pl.Decimal(18, 4))
    sheet.refuse_values(
        sheet.made["value"].is_null() & (sheet.raw["result"] != ""), "result", Text("a number", "un número")
    )
    for into, of in (("reservoir", 0), ("column", 1)):
        sheet.made[into] = pl.Series(into, [items[item][of] for item in sheet.raw["itemId"]], dtype=pl.String)
    _refuse_repeated(sheet)

    measured = [c for c in dataset.columns if c.role == "value"]
    good = sheet.good()
    days = good.select("date", "reservoir").unique().sort("date", "reservoir")
    for column in measured:
        value = pl.col("value").cast(pl.Int64 if column.type == "int" else pl.Decimal(18, 4)).alias(column.id)
        found = good.filter(pl.col("column") == column.id).select("date", "reservoir", value)
        days = days.join(found, on=["date", "reservoir"], how="left")
    days = days.select(c.id for c in dataset.columns)
    revised = catalog.sources["usbr_rise"], file.as_of
    yield sheet.rows(dataset, *(c.id for c in measured), revised=revised, frame=days)


def items_of(codes: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    """The catalog items among a reservoir's foreign codes, each with the column of ours that it fills."""
    for system, found in codes.items():
        if system.startswith(RISE):
            yield from ((item, system.removeprefix(RISE)) for item in found)


def _results(file: File, answers: Any, items: Mapping[str, Item]) -> Iterator[tuple[Any, ...]]:
    """Item, stamp, result, kind and model run of each result in a list of answers."""
    current, came = "", 0
    promised: dict[str, tuple[object, int, bool]] = {}
    try:
        for answer in answers:
            if isinstance(answer["data"], dict):
                current, came = _item(file, answer["data"]["attributes"], items), 0
                promised[current] = None, 0, False
                continue
            came += len(answer["data"])
            total = (answer.get("meta") or {}).get("totalItems")
            promised[current] = total, came, total is None and bool((answer.get("links") or {}).get("next"))
            for result in answer["data"]:
                said = result["attributes"]
                if said["itemId"] != current:
                    raise wrong(
                        file,
                        f"item {current}: among its results is one of item {said['itemId']!r}.",
                        f"partida {current}: entre sus resultados hay uno de la partida {said['itemId']!r}.",
                    )
                about = said.get("resultAttributes")
                kind = about.get("resultType") if isinstance(about, dict) else None
                yield current, said["dateTime"], said["result"], kind, said.get("modelRunId")
    except (AttributeError, KeyError, TypeError) as error:
        raise wrong(
            file,
            "the JSON is no list of catalog items (data → attributes) and results (data → attributes → itemId, dateTime,"
            " result).",
            "el JSON no es una lista de partidas (data → attributes) y resultados (data → attributes → itemId, dateTime,"
            " result).",
        ) from error
    reservoirs = {items[item][0] for item, (_, rows, _) in promised.items() if rows}
    for item, (total, rows, following) in promised.items():
        require_rows(file, total, rows, f"{item}: ")
        if not rows and items[item][0] in reservoirs:  # a figure without a result is not said to be missing
            raise incomplete(
                file,
                f"{item}: it has no result, while other items of its reservoir have",
                f"{item}: no trae resultados y otras partidas de su presa sí",
            )
        if following:
            raise incomplete(
                file,
                f"{item}: its last page leads to a next one",
                f"{item}: su última página lleva a otra",
            )


def _item(file: File, said: Any, items: Mapping[str, Item]) -> str:
    """The id of a described item, which must be known, daily and in the unit that its column has."""
    item, unit, step = str(said["_id"]), str(said["parameterUnit"]), str(said["parameterTimestep"])
    if item not in items:
        raise wrong(file, f"catalog item {item[:40]!r} is not known.", f"no se conoce la partida {item[:40]!r}.")
    wanted = items[item][1].rpartition("_")[2]
    if unit.lower() != wanted or step.lower() not in ("day", "daily"):
        raise wrong(
            file,
            f"catalog item {item} is said to be in {unit[:40]!r} by {step[:40]!r}; {wanted!r} by day is wanted.",
            f"la partida {item} dice estar en {unit[:40]!r} por {step[:40]!r}; se espera {wanted!r} por día.",
        )
    return item


def _number(text: str, column: str) -> Decimal | None:
    number = decimal_of(text)
    unit = column.rpartition("_")[2]
    if number is None or (unit == "ft" and not 0 <= number < 10**5):
        return None
    return rounded(number, PLACES[unit])


def _day(text: str) -> date | None:
    """``2026-09-16T07:00:00+00:00``"""
    try:
        moment = datetime.fromisoformat(text)
        local = moment.astimezone(MST)
    except (ValueError, OverflowError):
        return None
    return local.date() if moment.tzinfo and local.time() in MIDNIGHTS and local.year in YEARS else None


def _refuse_repeated(sheet: RawTable) -> None:
    """Take the first of an item's results for a day if the others agree; else refuse all of them."""
    good = pl.DataFrame(sheet.made).with_columns(bad=sheet.bad, text=sheet.raw["result"])
    key = ["date", "reservoir", "column"]
    good = good.with_columns(
        again=pl.when(~pl.col("bad")).then(pl.int_range(pl.len()).over([*key, "bad"])).fill_null(0) > 0,
        apart=pl.when(~pl.col("bad")).then(pl.col("value").n_unique().over([*key, "bad"])).fill_null(1) > 1,
    )
    sheet.refuse(
        good["apart"],
        "conflict",
        "the day stands twice, with different figures.",
        "el día aparece dos veces, con cifras distintas.",
    )
    sheet.refuse(good["again"], "duplicate", "the day stands twice.", "el día aparece dos veces.")


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Fetch a file per reservoir, day by day: the answers of all its catalog items of RISE.

    They are stored together because together they make a row: a part of them would leave holes in it. The parameters
    are those of RISE's own description (``/rise/api/docs``, as captured by internetofwater/Western-Water-Datahub):
    ``dateTime[after]`` counts there, a flat ``after`` is ignored.
    """
    endpoint = catalog.sources["usbr_rise"].endpoint

    def of(reservoir: Code) -> Iterator[Fetched]:
        answers: list[Response] = []
        for item, _ in items_of(reservoir.codes):
            described = client.get(endpoint.format(what=f"catalog-item/{item}"), expect="json", headers=JSON_API)
            if not isinstance(described.member("data", "attributes"), dict):
                raise without(described, "data → attributes")
            answers += [described, *_pages(client, endpoint.format(what="result"), item, since)]
        if answers:
            yield joined(f"rise-{reservoir.id}-since-{since}.json", answers)

    yield from each(partial(of, reservoir) for reservoir in catalog.codelists["reservoir"].codes.values())


def _pages(client: Client, url: str, item: str, since: date) -> list[Response]:
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
                ("dateTime[before]", (day_of(client.clock()) + timedelta(days=1)).isoformat()),
                ("order[dateTime]", "ASC"),
                ("itemsPerPage", str(PAGE)),
                ("page", str(len(pages) + 1)),
            ],
            headers=JSON_API,
        )
        content = page.json()
        results, total = member(content, "data"), member(content, "meta", "totalItems")
        if not isinstance(results, list) or not isinstance(total, int):
            raise without(page, "data, meta → totalItems")
        if not results and rows < total:
            raise page.unfit(f"{rows} of {total} rows came", f"llegaron {rows} de {total} renglones")
        pages.take(page, json.dumps(results).encode() if results else b"")
        rows += len(results)
    return pages


CONNECTOR = Connector("usbr_rise", recognise, read, fetch)
