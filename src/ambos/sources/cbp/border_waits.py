"""CBP border wait times: the live report as JSON (``bwtnew``) and XML (``bwt.xml``), and archives of it.

Lanes report about once an hour; a poll shows each lane's last report with a time label that has no date. What the
labels and the words of the report mean is in `reports`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ambos.catalog.catalog import Catalog
from ambos.errors import FetchFailed, WrongShape
from ambos.sources.cbp.reports import frozen_text, is_frozen, time_in_name
from ambos.sources.cbp.waits_csv import SHAPES, read_archive
from ambos.sources.cbp.waits_json import list_of_ports, looks_like_json, read_json_ports, written_at
from ambos.sources.cbp.waits_xml import Snapshots, updated_at
from ambos.sources.shared.base import HEAD, Connector, Fetched, File, Rows
from ambos.sources.shared.opener import is_tar, read_tar
from ambos.sources.shared.strict import table_of, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client, Response

#: Why a member is refused that has no bytes of its own.
NO_FILE = Text("it is a link or a device, not a file.", "es un enlace o un dispositivo, no un archivo.")
#: The same report as XML, on the same host; taken when the JSON service fails.
XML_PATH = "/xml/bwt.xml"
NO_PORTS = ("it lists no ports", "no enumera ningún puerto")


def recognise(name: str, head: bytes) -> str:
    """Recognise the shape of a file by its first bytes; "" if it is none of this source.

    ``json``, ``xml``, ``tar`` (plain, gzip or xz) or one of the tables of `waits_csv.SHAPES`.
    """
    if is_tar(head):
        first = head[512:HEAD]
        return "tar" if b"<border_wait_time>" in first or b"CBP Border Wait Times" in first else ""
    if b"<border_wait_time>" in head[:1000]:
        return "xml"
    if looks_like_json(head):
        return "json"
    return table_of(head, {kind: shape.columns for kind, shape in SHAPES.items()})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``waits``, with `as_of` (UTC day of the poll)."""
    if kind == "tar":
        yield _read_tar(file, catalog)
    elif kind == "xml":
        yield _read_xml(file, catalog)
    elif kind == "json":
        yield read_json_ports(file, catalog)
    else:
        yield read_archive(file, SHAPES[kind], catalog)


def _read_xml(file: File, catalog: Catalog) -> Rows:
    snapshots = Snapshots(catalog)
    fault = snapshots.add(file.content().strip(), file.name, file.retrieved_at or time_in_name(file.name))
    if fault:
        raise WrongShape(file=file.name, detail=fault)
    return snapshots.rows([])


def _read_tar(file: File, catalog: Catalog) -> Rows:
    """All snapshots of an archive; the time of each (UTC) is in the name of the member."""
    snapshots = Snapshots(catalog)
    refused = []
    number = 0
    for number, (name, content) in enumerate(read_tar(file.raw, file.name, file.budget), start=1):
        fault = NO_FILE if content is None else snapshots.add(content.strip(), name, time_in_name(name), number)
        if fault:
            refused.append((number, name, fault))
    if len(refused) == number:
        raise wrong(
            file,
            "none of its members is a snapshot of bwt.xml.",
            "ninguno de sus miembros es una copia de bwt.xml.",
        )
    return snapshots.rows(refused)


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Fetch a report of all ports: JSON, or XML if the JSON service gives none or a frozen one.

    The service keeps no history, so `since` has no effect.

    Raises
    ------
    FetchFailed
        If neither came.
    """
    endpoint = catalog.sources["cbp_border_waits"].endpoint
    try:
        answer = client.get(endpoint, expect="json", headers={"Accept": "application/json"})
        if answer.status == 200:
            ports = answer.json()
            if not list_of_ports(ports):
                raise answer.unfit(*NO_PORTS)
            _refuse_frozen(answer, written_at(ports, catalog))
        name = "bwtnew.json"
    except FetchFailed as first:
        try:
            answer = client.get(urljoin(endpoint, XML_PATH), expect="xml")
            if answer.status == 200 and b"<port_number>" not in answer.content:
                raise answer.unfit(*NO_PORTS)
            _refuse_frozen(answer, updated_at(answer.content))
        except FetchFailed as second:
            raise _both(first, second) from second
        name = "bwt.xml"
    yield answer.fetched(name)


def _refuse_frozen(answer: Response, said: datetime | None) -> None:
    """Refuse an answer whose own clock is more than `FROZEN_AFTER` behind the time of the request."""
    if said and is_frozen(said, answer.at):
        text = frozen_text(said, answer.at)
        raise answer.unfit(text.en, text.es)


def _both(first: FetchFailed, second: FetchFailed) -> FetchFailed:
    detail = Text("{first}; and {url}: {second}", "{first}; y {url}: {second}").format(
        first=first.values["detail"], url=second.values["url"], second=second.values["detail"]
    )
    tries = int(str(first.values["tries"])) + int(str(second.values["tries"]))
    return FetchFailed(**{**first.values, "detail": detail, "tries": tries})


CONNECTOR = Connector("cbp_border_waits", recognise, read, fetch)
