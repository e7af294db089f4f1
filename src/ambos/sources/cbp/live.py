"""Fetching CBP's border wait times as they are now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import urljoin

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.cbp.reports import frozen_text, is_frozen
from ambos.sources.cbp.waits_json import list_of_ports, written_at
from ambos.sources.cbp.waits_xml import updated_at
from ambos.sources.shared.base import Fetched
from ambos.sources.shared.http import Answer, Client
from ambos.text import Text

#: The same report as XML, on the same host; taken when the JSON service fails.
XML_PATH = "/xml/bwt.xml"
NO_PORTS = ("it lists no ports", "no enumera ningún puerto")


def fetch_waits(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """One report of all ports: JSON, or XML if the JSON service gives none or a frozen one.

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


def _refuse_frozen(answer: Answer, said: datetime | None) -> None:
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
