"""BTS TransBorder Freight, raw monthly tables: state × port, state × commodity, port × commodity.

The three tables are parallel views of the same flows. A file is recognised by its header, not by its name: the
year-to-date files (``dot1_ytd_0924.csv``) have the header of the monthly ones and some archives name a table
wrongly.

What a blank or a 0 means, as seen in all 1,030,252 rows held of 2020–2024:

* `MEXSTATE` is there on every export and on no import: "_Z" where blank.
* `DF` (domestic or foreign goods) is there on every export and on no import: "_Z" where blank.
* `SHIPWT` is 0 on every export by a surface mode: not collected, so null. A 0 elsewhere is kept.
* `FREIGHT_CHARGES` is 0 on every export to Mexico and on a few imports: on exports not collected, so null.

With these dimensions the key is unique in the files held. Trade with Canada has one dimension more,
`CANPROV`, which our tables do not keep: its rows are summed over the provinces. A sum of which one part was
refused is refused whole, and so is one with a part given twice with different values: it would be too small
or too big unnoticed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.model.codes import NOT_APPLICABLE
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import MONTHS, RawTable, newest_out
from ambos.sources.shared.pages import each
from ambos.sources.shared.strict import fold, header, read_csv, table_of
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: Full and short names of the months, as they stand in the labels of the zips ("January2026", "Jan.2018").
MONTH = re.compile(
    r"(?<![a-z])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z]*[a-z])"
)
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
#: Zips that the page may link to; one for each month since 1993 would be 400.
MOST_ZIPS = 1_000

VALUES = {"VALUE": "value_usd", "SHIPWT": "weight_kg", "FREIGHT_CHARGES": "charges_usd"}
#: Columns of codes: our name, the code list and the system of its codes.
CODES = {
    "TRDTYPE": ("flow", "flows", "bts"),
    "USASTATE": ("us_state", "state", "usps"),
    "DEPE": ("port", "port", "schedule_d"),
    "COMMODITY2": ("hs2", "hs2", "bts"),
    "DISAGMOT": ("mode", "modes", "bts"),
    "MEXSTATE": ("mex_state", "state", "bts_mex"),
    "COUNTRY": ("country", "country", "bts"),
    "DF": ("origin", "origins", "bts"),
    "CONTCODE": ("container", "containers", "bts"),
}
_COMMON = {"TRDTYPE", "DISAGMOT", "COUNTRY", *VALUES, "DF", "CONTCODE", "MONTH", "YEAR"}
TABLES = {
    "freight_state_port": _COMMON | {"USASTATE", "DEPE", "MEXSTATE", "CANPROV"},
    "freight_state_commodity": _COMMON | {"USASTATE", "COMMODITY2", "MEXSTATE", "CANPROV"},
    "freight_port_commodity": _COMMON | {"DEPE", "COMMODITY2"},
}
#: A table of trade with Canada alone, which has a Canadian province and no Mexican state. Until 2006 each country had
#: tables of its own (BTS, "Data Fields for all Tables": 3A to 6B, 9 to 12).
CANADA = "canada"


def recognise(name: str, head: bytes) -> str:
    """The dataset whose columns the header has, or `CANADA`; "" if neither."""
    if kind := table_of(head, TABLES):
        return kind
    names = {fold(column) for column in header(head)}
    alone = "canprov" in names and "mexstate" not in names and names >= {"trdtype", "value"}
    return CANADA if alone else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of one of the three datasets; none of a table of trade with Canada alone, which the file notes.

    Each month's file restates the months of its year before it, and the December file is the annual one (landing page
    of the source): the months of a year whose December was not out when the figures were known are provisional.
    """
    if kind == CANADA:
        file.notes.append(Text("a table of trade with Canada alone", "una tabla del comercio solo con Canadá"))
        return
    columns = TABLES[kind]
    dataset = catalog.datasets[kind]
    sheet = RawTable(read_csv(file, sorted(columns), columns - set(VALUES)))
    sheet.month("YEAR", "MONTH", "period")
    for column, (into, codelist, system) in CODES.items():
        if column in columns:
            extra = {"": NOT_APPLICABLE} if column in ("MEXSTATE", "DF") else None
            sheet.codes(column, into, catalog.codelists[codelist], system, extra)
    for column, into in VALUES.items():
        sheet.whole(column, into)
    _empty_what_is_not_collected(sheet, catalog)
    provincial = "CANPROV" in columns and (sheet.raw["CANPROV"] != "").any()
    frame = _over_provinces(sheet, list(dataset.keys)) if provincial else sheet.good()
    newest = newest_out(catalog.sources["bts_transborder"], dataset.frequency, file.as_of, frame[dataset.period])
    open_year = None if newest is None or newest.month == 12 else newest.replace(month=1)
    yield sheet.rows(dataset, "value_usd", since=open_year, frame=frame)


def _empty_what_is_not_collected(sheet: RawTable, catalog: Catalog) -> None:
    """Set the zeros that stand for "not collected" to null."""
    made = pl.DataFrame([sheet.made[c].alias(c) for c in ("flow", "mode", "weight_kg", "charges_usd")])
    surface = [c.id for c in catalog.codelists["modes"].codes.values() if c.attributes["surface"] == "yes"]
    export = pl.col("flow") == catalog.codelists["flows"].from_system("bts")["1"]
    for column, rows in (("weight_kg", export & pl.col("mode").is_in(surface)), ("charges_usd", export)):
        sheet.made[column] = made.select(pl.when(~(rows & (pl.col(column) == 0))).then(pl.col(column))).to_series()


def _over_provinces(sheet: RawTable, keys: list[str]) -> pl.DataFrame:
    """The good rows, those with a Canadian province summed over the provinces.

    A weight is summed where all parts have one, charges where any has: they cover part of the records anyway.
    """
    table = pl.DataFrame(sheet.made, height=sheet.raw.height).with_columns(
        province=sheet.raw["CANPROV"].cast(pl.String)
    )
    part = pl.col("province") != ""

    def where(condition: pl.Expr) -> pl.Series:
        return table.with_columns(bad=sheet.bad).select(part & condition).to_series()

    lost = where(pl.col("bad"))
    again = where(~pl.col("bad") & ~pl.struct(pl.all().exclude("bad")).is_first_distinct())
    sheet.refuse(again, "duplicate", "The row is in the file twice.", "El renglón está dos veces en el archivo.")
    clash = where(~pl.col("bad") & ((~pl.col("bad")).sum().over([*keys, "province"]) > 1))
    sheet.refuse(
        clash,
        "conflict",
        "The province is given twice with different values.",
        "La provincia aparece dos veces con valores distintos.",
    )
    table = table.with_columns(lost=lost | clash)
    sheet.refuse(
        where(pl.col("lost").any().over(keys)),
        "bad_value",
        "Another part of the sum over the provinces was refused.",
        "Se rechazó otra parte de la suma de las provincias.",
    )
    good = table.drop("lost").filter(~sheet.bad)
    summed = (
        good.filter(part)
        .group_by(keys, maintain_order=True)
        .agg(
            pl.sum("value_usd"),
            pl.when(pl.col("weight_kg").null_count() == 0).then(pl.sum("weight_kg")),
            pl.when(pl.col("charges_usd").count() > 0).then(pl.sum("charges_usd")),
        )
    )
    own = good.columns[:-1]
    return pl.concat([good.filter(~part).select(own), summed.select(own)])


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The zips of the wanted months, found on the landing page.

    Labels are irregular, so links are read, not guessed. A zip without a month in its label holds a whole
    year. A zip that fails does not stop the others; the first failure is raised when all have been tried.
    """
    landing = catalog.sources["bts_transborder"].endpoint
    try:
        page = client.get(landing, expect="html")
    except FetchFailed as error:
        raise _by_browser(error, landing) from error
    try:
        links = zip_links(page.content.decode("utf-8", "replace"), landing)
    except AssertionError as error:  # html.parser raises it on some declarations
        raise page.unfit("its HTML cannot be read to its end", "su HTML no se puede leer hasta el final") from error
    if not links:
        raise page.unfit(
            "it links to no zip of a month or year; the source changed it",
            "no enlaza ningún zip de un mes o año; la fuente la cambió",
        )
    if len(links) > MOST_ZIPS:
        raise page.unfit(f"it links to {len(links):,} zips", f"enlaza {len(links):,} archivos zip")

    def of(url: str) -> Iterator[Fetched]:
        try:
            answer = client.get(url, expect="zip")
        except FetchFailed as error:
            raise _by_browser(error, landing) from error
        yield answer.fetched(unquote(urlsplit(url).path).rpartition("/")[2])

    yield from each(partial(of, url) for url, last in links.items() if last >= since.replace(day=1))


def zip_links(page: str, url: str) -> dict[str, date]:
    """The zips that a page links to, each with the first day of its last month; oldest first.

    Parameters
    ----------
    page : str
        HTML.
    url : str
        Where it lies; links may be relative to it.

    Raises
    ------
    AssertionError
        If the HTML cannot be read to its end.
    """
    collector = _Links()
    collector.feed(page)
    found = {}
    for href in collector.hrefs:
        try:
            link = urljoin(url, href.strip())
            path = unquote(urlsplit(link).path)
        except ValueError:  # no address: "http://[x"
            continue
        if path.lower().endswith(".zip") and (month := _last_month(path)):
            found[link] = month
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _last_month(path: str) -> date | None:
    """The last month that a zip's label names; December if it names only a year."""
    folders, _, label = path.rpartition("/")
    years = YEAR.findall(label) or YEAR.findall(folders)
    if not years:
        return None
    months = [MONTHS.index(name[:3].title()) + 1 for name in MONTH.findall(re.sub(r"\d+", " ", label.lower()))]
    return date(int(years[-1]), max(months, default=12), 1)


@dataclass
class _Links(HTMLParser):
    """Collects the targets of links."""

    hrefs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hrefs.extend(value for name, value in attrs if tag == "a" and name == "href" and value)


def _by_browser(error: FetchFailed, landing: str) -> FetchFailed:
    """The same failure; if the site refuses programs, with the way round it."""
    if error.values["status"] != 403:
        return error
    return FetchFailed(
        **{
            **error.values,
            "detail": Text(
                f"the site refuses programs (HTTP 403). Open {landing} in a browser and save the zips in a folder",
                f"el sitio rechaza a los programas (HTTP 403). Abra {landing} en un navegador y guarde"
                " los zip en una carpeta",
            ),
        }
    )


CONNECTOR = Connector("bts_transborder", recognise, read, fetch)
