"""Fetching from the Bureau of Transportation Statistics: border crossings and TransBorder freight."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.fetch_pages import Pages, each
from ambos.sources.shared.http import Client
from ambos.sources.shared.keys import from_environment
from ambos.text import Text

#: Rows asked for at a time. Socrata gives 1,000 unless told otherwise; a month of all ports has about 1,000.
PAGE = 50_000
#: Holds an application token, if there is one. It is not needed; with it one does not share the limit of a
#: network address with others (https://dev.socrata.com/docs/app-tokens.html).
APP_TOKEN_VARIABLE = "BTS_APP_TOKEN"


def fetch_border_crossing(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """All rows from a month on, as one CSV table.

    The answer comes in pages under a total order. Pages are asked for until one is empty, because a server
    may give fewer rows than asked for; they are joined under their common header.

    Raises
    ------
    KeyRefused
        If the application token cannot be sent. None is needed.
    FetchFailed
        Also if a page does not fit the others.
    """
    source = catalog.sources["bts_border_crossing"]
    token = from_environment(APP_TOKEN_VARIABLE, source)
    pages = Pages()
    parts: list[bytes] = []
    header, rows = b"", 0
    while True:
        page = client.get(
            source.endpoint,
            expect="csv",
            params=[
                ("$where", f"date >= '{since:%Y-%m}-01T00:00:00.000'"),
                ("$order", "date,port_code,measure"),
                ("$limit", str(PAGE)),
                ("$offset", str(rows)),
            ],
            headers={"X-App-Token": token} if token else {},
            secret=token,
        )
        name = f"border-crossing-since-{since:%Y-%m}.csv"
        if page.status == 304:
            yield page.fetched(name)
            return
        first_line, body = _split(page.content)
        if not pages:
            header = first_line
        elif first_line != header:
            raise page.unfit(
                "its columns are not those of the first page",
                "sus columnas no son las de la primera página",
            )
        if pages and not body:
            break
        pages.take(page, body)
        parts.append(body)
        try:
            rows += sum(1 for _ in csv.reader(io.StringIO(body.decode("utf-8", "replace"), newline="")))
        except csv.Error as error:
            raise page.unfit(
                f"its rows cannot be counted ({error})", f"no se pueden contar sus renglones ({error})"
            ) from error
        if not body:
            break
    # A mark of the first page alone says nothing about the others, so it is kept only if there are none.
    headers = pages[0].headers if len(pages) == 1 else {}
    yield Fetched(name, header + b"".join(parts), pages[0].url, pages[0].at, headers)


def _split(content: bytes) -> tuple[bytes, bytes]:
    """The header line of a CSV table and its rows, the last one with its line end."""
    header, _, body = content.partition(b"\n")
    return header.rstrip(b"\r") + b"\n", body + b"\n" if body and not body.endswith(b"\n") else body


# -- TransBorder ------------------------------------------------------------------------------------------
#: Full and short names of the months, as they stand in the labels of the zips ("January2026", "Jan.2018").
MONTH = re.compile(
    r"(?<![a-z])(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z]*[a-z])"
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
#: Zips that the page may link to; one for each month since 1993 would be 400.
MOST_ZIPS = 1_000


def fetch_transborder(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The zips of the wanted months, found on the landing page.

    Labels are irregular, so links are read, not guessed. A zip without a month in its label holds a whole
    year. A zip that fails does not stop the others; the first failure is raised when all have been tried.

    Raises
    ------
    FetchFailed
    """
    landing = catalog.sources["bts_transborder"].endpoint
    try:
        page = client.get(landing, expect="html")
    except FetchFailed as error:
        raise _by_browser(error, landing) from error
    links = zip_links(page.content.decode("utf-8", "replace"), landing)
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
    """
    collector = _Links()
    with suppress(AssertionError):  # html.parser raises it on some declarations; the links before stand
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
    months = [MONTHS.index(name[:3]) + 1 for name in MONTH.findall(re.sub(r"\d+", " ", label.lower()))]
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
