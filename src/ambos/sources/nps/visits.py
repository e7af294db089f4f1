"""NPS, recreation visits to parks by month, as its statistics service (IRMA) answers: XML, or JSON with the same names.

An answer is a list of ``VisitationData`` with the unit's code, year, month and visitors. A visit is an entry of a person to a park: who
enters twice counts twice, and a through traveller counts as non-recreation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ambos.catalog.catalog import Catalog
from ambos.numbers import size
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.sources.shared.opener import MIB, too_large
from ambos.sources.shared.strict import is_json, read_records, table, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

FIELDS = ("UnitCode", "Year", "Month", "RecreationVisitors", "NonRecreationVisitors")
ROOT, RECORD = "ArrayOfVisitationData", "VisitationData"
#: What an answer may have; parsed, XML takes up to 30 times as much. All months of 20 parks since 1979 are about 4 MB.
LARGEST = 16 * MIB
_NAMESPACE = re.compile(r"^\{[^}]*\}")


def recognise(name: str, head: bytes) -> str:
    """``xml`` or ``json`` for an answer of the service; "" if it is something else."""
    if re.match(rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*\?>\s*)?<ArrayOfVisitationData[\s>/]", head):
        return "xml"
    return "json" if is_json(head, (b"[",), *FIELDS[:4]) else ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``park_visits``, one per park and month.

    Raises
    ------
    WrongShape, TooLarge
    """
    rows = _xml(file) if kind == "xml" else [[one[f] for f in FIELDS] for one in read_records(file, FIELDS)]
    sheet = RawTable(table(file, FIELDS, rows))
    sheet.codes("UnitCode", "park", catalog.codelists["park_units"], "nps")
    sheet.month("Year", "Month", "period")
    sheet.whole("RecreationVisitors", "recreation", blank=True)
    sheet.whole("NonRecreationVisitors", "other", blank=True)
    yield sheet.rows(catalog.datasets["park_visits"], "recreation", revised=(catalog.sources["nps_visits"], file.as_of))


def _xml(file: File) -> list[list[str]]:
    """The fields of each record as text.

    Raises
    ------
    WrongShape, TooLarge
    """
    content = file.content()
    if len(content) > LARGEST:
        raise too_large(file.name, Text.same(size(LARGEST)))
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # no answer has them; what could grow is not opened
        raise wrong(file, "the XML declares entities.", "el XML declara entidades.")
    try:
        root = ET.fromstring(content)
    except ET.ParseError as error:
        line, column = error.position
        raise wrong(
            file,
            f"line {line}, column {column}: the XML is cut or damaged.",
            f"renglón {line}, columna {column}: el XML está cortado o dañado.",
        ) from error
    records = []
    for record in root:
        fields = {_NAMESPACE.sub("", part.tag): (part.text or "").strip() for part in record}
        if _NAMESPACE.sub("", record.tag) != RECORD or not set(FIELDS) <= set(fields):
            raise wrong(
                file,
                f"a record is no {RECORD} with {', '.join(FIELDS)}.",
                f"un registro no es un {RECORD} con {', '.join(FIELDS)}.",
            )
        records.append([fields[name] for name in FIELDS])
    return records


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """The months since the year of a day, of the parks of the region's states, in one answer.

    Raises
    ------
    FetchFailed
    """
    units = [
        code.codes["nps"][0]
        for code in catalog.codelists["park_units"].codes.values()
        if code.attributes["parent"] in catalog.region.members
    ]
    if not units:
        return
    today = client.clock().date()
    answer = client.get(
        catalog.sources["nps_visits"].endpoint,
        expect="xml",
        params=[
            ("unitCodes", ",".join(units)),
            ("startMonth", "1"),
            ("startYear", str(since.year)),
            ("endMonth", "12"),
            ("endYear", str(today.year)),
        ],
    )
    yield answer.fetched(f"nps-visits-{since.year}-{today.year}.xml")


CONNECTOR = Connector("nps_visits", recognise, read, fetch)
