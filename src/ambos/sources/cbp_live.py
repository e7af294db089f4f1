"""Fetching CBP's border wait times as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from urllib.parse import urljoin

from ambos.catalog import Catalog
from ambos.errors import FetchFailed
from ambos.sources.base import Fetched
from ambos.sources.http import Answer, Client
from ambos.text import Text

#: The same report as XML, on the same host; taken when the JSON service fails.
XML_PATH = "/xml/bwt.xml"


def fetch_waits(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """One report of all ports: JSON, or XML if the JSON service gives none.

    The service keeps no history, so `since` has no effect.

    Raises
    ------
    FetchFailed
        If neither came.
    """
    endpoint = catalog.sources["cbp_border_waits"].endpoint
    try:
        answer = client.get(endpoint, expect="json", headers={"Accept": "application/json"})
        if answer.status == 200 and not _lists_ports(answer.content):
            raise _no_ports(answer)
        name = "bwtnew.json"
    except FetchFailed as first:
        try:
            answer = client.get(urljoin(endpoint, XML_PATH), expect="xml")
            if answer.status == 200 and b"<port_number>" not in answer.content:
                raise _no_ports(answer)
        except FetchFailed as second:
            raise _both(first, second) from second
        name = "bwt.xml"
    yield answer.fetched(name)


def _lists_ports(content: bytes) -> bool:
    ports = json.loads(content)
    return isinstance(ports, list) and bool(ports) and all(isinstance(p, dict) and "port_number" in p for p in ports)


def _no_ports(answer: Answer) -> FetchFailed:
    return FetchFailed(
        url=answer.url,
        detail=Text("the answer lists no ports", "la respuesta no enumera ningún puerto"),
        tries=1,
        problem="shape",
        status=answer.status,
    )


def _both(first: FetchFailed, second: FetchFailed) -> FetchFailed:
    detail = Text("{first}; and {url}: {second}", "{first}; y {url}: {second}").format(
        first=first.values["detail"], url=second.values["url"], second=second.values["detail"]
    )
    tries = int(str(first.values["tries"])) + int(str(second.values["tries"]))
    return FetchFailed(**{**first.values, "detail": detail, "tries": tries})
