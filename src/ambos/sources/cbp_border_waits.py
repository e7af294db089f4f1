"""CBP border wait times: the live report as JSON (``bwtnew``) and XML (``bwt.xml``), and archives of it.

Lanes report about once an hour; a poll shows each lane's last report with a time label that has no date. What the
labels and the words of the report mean is in `cbp_reports`.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from typing import IO, cast

from ambos.catalog.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.base import HEAD, File, Rows, broken
from ambos.sources.cbp_csv import SHAPES, read_archive
from ambos.sources.cbp_json import looks_like_json, read_json_ports
from ambos.sources.cbp_reports import time_in_name
from ambos.sources.cbp_xml import Snapshots
from ambos.sources.strict import table_of, wrong

XZ = b"\xfd7zXZ\x00"
GZIP = b"\x1f\x8b"
#: A tar file ends with two blocks of zeros.
TAR_END = bytes(1024)
#: How much is taken out of the compression at a time.
PIECE = 64 * 1024


def recognise(name: str, head: bytes) -> str:
    """Which of the shapes of this source a file has, told by its first bytes; "" if none.

    ``json``, ``xml``, ``tar`` (plain, gzip or xz) or one of the tables of `cbp_csv.SHAPES`.
    """
    if head.startswith(XZ):
        try:
            head = lzma.LZMADecompressor().decompress(head, max_length=HEAD)
        except lzma.LZMAError:
            return ""
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
    for number, (name, content) in enumerate(_tar_members(file), start=1):
        fault = snapshots.add(content, name, time_in_name(name), number)
        if fault:
            refused.append((number, name, fault))
    if len(refused) == number:
        raise wrong(
            file,
            "none of its members is a snapshot of bwt.xml.",
            "ninguno de sus miembros es una copia de bwt.xml.",
        )
    return snapshots.rows(refused)


def _tar_members(file: File) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each file of an archive.

    Raises
    ------
    WrongShape
        If the archive is cut or broken.
    """
    try:
        stream = _Stream(file.raw)
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", bufsize=PIECE) as archive:
            for member in archive:
                handle = archive.extractfile(member)
                if handle is not None:
                    yield member.name, handle.read().strip()
        stream.finish()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError, ValueError) as error:
        raise broken(file.name, error) from error


class _Xz:
    """An xz stream a piece at a time, three times as fast as `lzma.open`, which reads it in small ones."""

    def __init__(self, raw: bytes) -> None:
        self._out = lzma.LZMADecompressor()
        self._raw = raw

    def read(self, size: int) -> bytes:
        if self._out.eof:
            return b""
        raw, self._raw = self._raw, b""
        if self._out.needs_input and not raw:
            raise EOFError("the compressed text ends before its mark of the end")
        return self._out.decompress(raw, max_length=size)


class _Stream:
    """The bytes of a tar file out of its compression, a piece at a time: an archive of a year is a gigabyte."""

    def __init__(self, raw: bytes) -> None:
        if raw.startswith(XZ):
            self._inner: IO[bytes] | _Xz = _Xz(raw)
        elif raw.startswith(GZIP):
            self._inner = cast(IO[bytes], gzip.GzipFile(fileobj=io.BytesIO(raw)))
        else:
            self._inner = io.BytesIO(raw)
        self._tail = b""

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        piece = self._inner.read(size)
        self._tail = piece if len(piece) >= len(TAR_END) else (self._tail + piece)[-len(TAR_END) :]
        return piece

    def finish(self) -> None:
        """Read on to the end and see that it is one.

        Raises
        ------
        EOFError
            If the archive is cut between two members, which `tarfile` does not mind.
        """
        while self.read(PIECE):
            pass
        if not self._tail.endswith(TAR_END):
            raise EOFError("the archive ends before its mark of the end")
