"""CBP border wait times: the live report as JSON (``bwtnew``) and XML (``bwt.xml``), and archives of it.

Lanes report about once an hour; a poll shows each lane's last report with a time label that has no date. What the
labels and the words of the report mean is in `reports`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ambos.catalog.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.cbp.reports import time_in_name
from ambos.sources.cbp.waits_csv import SHAPES, read_archive
from ambos.sources.cbp.waits_json import looks_like_json, read_json_ports
from ambos.sources.cbp.waits_xml import Snapshots
from ambos.sources.shared.base import HEAD, File, Rows
from ambos.sources.shared.opener import read_tar
from ambos.sources.shared.strict import table_of, wrong
from ambos.text import Text

#: Why a member is refused that has no bytes of its own.
NO_FILE = Text("it is a link or a device, not a file.", "es un enlace o un dispositivo, no un archivo.")


def recognise(name: str, head: bytes) -> str:
    """Which of the shapes of this source a file has, told by its first bytes; "" if none.

    ``json``, ``xml``, ``tar`` (plain, gzip or xz) or one of the tables of `cbp_csv.SHAPES`.
    """
    if head[257:262] == b"ustar":
        first = head[512:HEAD]
        return "tar" if b"<border_wait_time>" in first or b"CBP Border Wait Times" in first else ""
    if b"<border_wait_time>" in head[:1000]:
        return "xml"
    if looks_like_json(head):
        return "json"
    return table_of(head, {kind: shape.columns for kind, shape in SHAPES.items()})


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``waits``, with `as_of` (UTC day of the poll).

    Raises
    ------
    WrongShape
    """
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
