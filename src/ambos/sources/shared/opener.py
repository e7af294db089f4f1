"""Open compressed files and archives within limits. The only use of gzip, xz, zip and tar in Ambos.

A few kilobytes can unpack to terabytes, or to a million members. What comes out of one file, archives inside it included, is
counted as it comes, whatever the headers declare, and counting stops at `OpenerLimits`. Names of members are only shown: nothing
is ever written under them.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from time import thread_time
from typing import IO, Self, cast
from xml.etree import ElementTree as ET

from ambos.errors import TooLarge, WrongShape
from ambos.numbers import size as size_of
from ambos.text import Text

GZIP = b"\x1f\x8b"
XZ = b"\xfd7zXZ\x00"
ZIP = b"PK\x03\x04"
#: Start of an entry of a zip's directory.
ZIP_ENTRY = b"PK\x01\x02"
MIB = 1024**2
#: Bytes unpacked at a time.
PIECE = 64 * 1024
#: Bytes of memory for the dictionary of xz; its highest preset takes 65 MiB.
XZ_MEMORY = 128 * MIB
#: Bytes of a tar's extended header: names and times. `tarfile` holds it in memory.
TAR_HEADER = MIB
#: A tar file ends with two blocks of zeros.
TAR_END = bytes(1024)
#: Methods of zip that unpack in bounded steps. The sources use no other.
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: The flag of a zip's member that is encrypted.
ENCRYPTED = 1
#: Exceptions of a container, or a member of it, that is cut, damaged or encrypted.
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    EOFError,
    OSError,
    RuntimeError,  # a chain of headers too long for the stack, a version of zip unknown here
    ValueError,
    zlib.error,
    lzma.LZMAError,
)


@dataclass(frozen=True, slots=True)
class OpenerLimits:
    """Limits on the unpacked content of one file; each names the largest real file (November 2026)."""

    total: int = 4096 * MIB  #: Bytes of all members and layers together. CBP's snapshots of 2023 to 2025: 1.08 GB.
    whole: int = 512 * MIB  #: Bytes of one text held in memory. Lanes of the Mexican border, CSV: 248 MB.
    #: Bytes unpacked for each byte of the file, judged from `free` on. CBP's snapshots: 301; other files: 28.
    ratio: int = 1000
    free: int = 64 * MIB  #: Bytes that any file may unpack to.
    members: int = 100_000  #: CBP's snapshots: 7,124.
    depth: int = 4  #: Archives inside archives. BTS's years: 2.
    seconds: float = 120.0  #: Processor time of the reading thread. CBP's snapshots: 9.


LIMITS = OpenerLimits()


class Budget:
    """Count of the unpacked bytes and members of one file; beyond a limit each method raises `TooLarge`.

    Attributes
    ----------
    spent : bool
        Whether a limit of the whole file is met: nothing more of it is opened.
    """

    def __init__(self) -> None:
        self.limits = LIMITS
        self._most = self._came = self._members = 0
        self._until = inf
        self.spent = False

    def begin(self, packed: int) -> Budget:
        """Open a file of so many bytes on the disk; without effect once it is begun."""
        if not self._most:
            self._most = min(self.limits.total, max(self.limits.free, packed * self.limits.ratio))
            self._until = thread_time() + self.limits.seconds
        return self

    def count(self, name: str, size: int) -> None:
        """Count bytes that came out, and look at the clock.

        Parameters
        ----------
        name : str
            Of the file or member, for the error.
        size : int
            Bytes.
        """
        self._came += size
        if self._came > self._most:
            if self._most == self.limits.total:
                most = size_of(self._most)
                raise self._end(name, f"{most} in all", f"{most} en total")
            ratio = f"{self.limits.ratio:,}"
            raise self._end(name, f"{ratio} times its size on the disk", f"{ratio} veces su tamaño en disco")
        if thread_time() > self._until:
            seconds = f"{self.limits.seconds:g}"
            raise self._end(name, f"what unpacks in {seconds} seconds", f"lo que se descomprime en {seconds} segundos")

    def count_members(self, name: str, number: int = 1) -> None:
        """Count members of an archive."""
        self._members += number
        if self.spent or self._members > self.limits.members:
            most = f"{self.limits.members:,}"
            raise self._end(name, f"{most} members", f"{most} miembros")

    def require_whole(self, name: str, size: int) -> None:
        """Refuse a text that is too large to be held in memory; the rest of the file may be read."""
        if size > self.limits.whole:
            raise too_large(name, Text.same(size_of(self.limits.whole)))

    def require_depth(self, name: str, depth: int) -> None:
        """Refuse an archive too deep inside others; the rest of the file may be read."""
        if depth > self.limits.depth:
            most = self.limits.depth
            raise too_large(name, Text(f"{most} archives inside each other", f"{most} archivos comprimidos anidados"))

    def _end(self, name: str, en: str, es: str) -> TooLarge:
        self.spent = True
        return too_large(name, Text(en, es))


def too_large(name: str, limit: Text) -> TooLarge:
    """The error for a limit that is passed."""
    return TooLarge(file=printable_name(name), limit=limit)


def printable_name(name: str) -> str:
    """The name of a member as it may stand in a message: no control characters."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)


def broken(name: str, error: Exception) -> WrongShape:
    """The error for compressed bytes that do not open."""
    why = damage(error)
    return _refused(name, f"the file is cut or damaged ({why.en}).", f"el archivo está cortado o dañado ({why.es}).")


#: What is wrong with a container, by a mark in the words of its library, or else by the exception.
_MARKS = {
    "not a zip file": Text(
        "its end is missing, with the list of its members", "le falta el final, con la lista de sus miembros"
    ),
    "CRC": Text("its content is not what its checksum says", "su contenido no coincide con su suma de verificación"),
    "Memory usage limit": Text(
        f"to unpack it takes more than {size_of(XZ_MEMORY)} of memory",
        f"descomprimirlo requiere más de {size_of(XZ_MEMORY)} de memoria",
    ),
    "recursion": Text("its headers are nested too deep", "sus encabezados están anidados con demasiada profundidad"),
}
_DAMAGES: tuple[tuple[type[Exception], Text], ...] = (
    (EOFError, Text("its end is missing", "le falta el final")),
    (zipfile.BadZipFile, Text("its list of members is damaged", "su lista de miembros está dañada")),
    (tarfile.TarError, Text("the header of a member is damaged", "el encabezado de un miembro está dañado")),
    (gzip.BadGzipFile, Text("its compressed text is damaged", "su texto comprimido está dañado")),
    (zlib.error, Text("its compressed text is damaged", "su texto comprimido está dañado")),
    (lzma.LZMAError, Text("its compressed text is damaged", "su texto comprimido está dañado")),
    (NotImplementedError, Text("its format is not known here", "su formato no se conoce aquí")),
    (ET.ParseError, Text("its XML is damaged", "su XML está dañado")),
)


def damage(error: Exception) -> Text:
    """Get the fault of a container; libraries state it in English only. An error of our own carries it as a `Text`."""
    if error.args and isinstance(error.args[0], Text):
        return error.args[0]
    words = str(error)
    if said := next((text for mark, text in _MARKS.items() if mark in words), None):
        return said
    cannot = Text("it cannot be unpacked", "no se puede descomprimir")
    return next((text for kind, text in _DAMAGES if isinstance(error, kind)), cannot)


def _refused(name: str, en: str, es: str) -> WrongShape:
    return WrongShape(file=printable_name(name), detail=Text(en, es))


class _Packed(io.BytesIO):
    """The bytes of a file on their way into a decompressor: each piece looks at the clock, also where nothing comes out."""

    def __init__(self, raw: bytes, name: str, budget: Budget) -> None:
        super().__init__(raw)
        self._name, self._budget = name, budget

    def read(self, size: int | None = -1) -> bytes:
        self._budget.count(self._name, 0)
        return super().read(size)


class _Xz:
    """An xz stream a piece at a time, three times as fast as `lzma.open`, which reads it in small ones."""

    def __init__(self, raw: bytes) -> None:
        self._out = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)
        self._raw = raw

    def read(self, size: int) -> bytes:
        if self._out.eof:
            if self._out.unused_data:
                raise ValueError(Text("more follows the mark of its end", "hay más tras su marca de fin"))
            return b""
        raw, self._raw = self._raw, b""
        piece = self._out.decompress(raw, max_length=size)
        if not piece and not self._out.eof:
            raise EOFError("the compressed text ends before its mark of the end")
        return piece


class _Counted:
    """A stream of unpacked bytes that are counted as they come."""

    def __init__(self, inner: IO[bytes] | _Xz, name: str, budget: Budget) -> None:
        self._inner, self._name, self._budget = inner, name, budget
        self.tail = b""

    def read(self, size: int) -> bytes:
        piece = self._inner.read(size)
        self._budget.count(self._name, len(piece))
        self.tail = piece if len(piece) >= len(TAR_END) else (self.tail + piece)[-len(TAR_END) :]
        return piece


def _unpacked(raw: bytes, name: str, budget: Budget) -> _Counted:
    """The bytes of a file out of gzip or xz, or as they are."""
    if raw.startswith(XZ):
        return _Counted(_Xz(raw), name, budget)
    packed = _Packed(raw, name, budget)
    inner = cast(IO[bytes], gzip.GzipFile(fileobj=packed)) if raw.startswith(GZIP) else packed
    return _Counted(inner, name, budget)


def is_packed(raw: bytes) -> bool:
    """Return True if bytes are gzip or xz."""
    return raw.startswith((GZIP, XZ))


def unpack(raw: bytes, name: str, budget: Budget) -> bytes:
    """All that is in gzip or xz.

    Raises
    ------
    TooLarge
    EOFError, OSError, ValueError, zlib.error, lzma.LZMAError
        If the compression is cut or broken.
    """
    return _whole(_unpacked(raw, name, budget), name, budget)


def unpack_head(raw: bytes, size: int) -> bytes:
    """The first bytes in gzip or xz, at most `size`; empty if they cannot be unpacked."""
    try:
        return _unpacked(raw, "", Budget().begin(len(raw))).read(size)
    except (TooLarge, *DAMAGE):
        return b""


def _whole(stream: _Counted, name: str, budget: Budget) -> bytes:
    content = io.BytesIO()
    try:
        while piece := stream.read(PIECE):
            budget.require_whole(name, content.tell() + len(piece))
            content.write(piece)
        return content.getvalue()
    except MemoryError as error:  # the process may have less than the limit
        raise too_large(name, Text.same(size_of(content.tell()))) from error


def open_zip(raw: bytes, name: str, budget: Budget) -> zipfile.ZipFile:
    """A zip whose directory is not too long.

    Raises
    ------
    TooLarge
    OSError, RuntimeError, ValueError, zipfile.BadZipFile
        If the directory is cut or broken.
    """
    budget.count_members(name, raw.count(ZIP_ENTRY))  # before the directory is taken apart: half a kilobyte an entry
    return zipfile.ZipFile(io.BytesIO(raw))


def read_zip(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget) -> bytes:
    """The bytes of one member, checked against its checksum.

    Raises
    ------
    TooLarge
    WrongShape
        If it is encrypted or compressed by an unusual method.
    EOFError, OSError, RuntimeError, ValueError, zlib.error, zipfile.BadZipFile
        If it is damaged.
    """
    return _whole(_member(archive, member, name, budget), name, budget)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget) -> _Counted:
    method = member.compress_type
    if method not in ZIP_METHODS:
        raise _refused(
            name,
            f"it is compressed by method {method}, not deflate.",
            f"está comprimido con el método {method}, no deflate.",
        )
    if member.flag_bits & ENCRYPTED:
        raise _refused(name, "it is encrypted.", "está cifrado.")
    budget.require_whole(name, member.file_size)  # `zipfile` gives no more than that
    return _Counted(archive.open(member), name, budget)


def check_zip(raw: bytes, budget: Budget) -> None:
    """Unpack every member of a zip once, against its checksum, keeping none.

    Raises
    ------
    TooLarge, WrongShape
    EOFError, OSError, RuntimeError, ValueError, zlib.error, zipfile.BadZipFile
    """
    with open_zip(raw, "", budget) as archive:
        for member in archive.infolist():
            stream = _member(archive, member, "", budget)
            while stream.read(PIECE):
                pass


class _Sparse(tarfile.ReadError):
    """A member with holes: it declares bytes that are not in the archive, in a table of any length."""


class _TarInfo(tarfile.TarInfo):
    """A header that declares no more than can be: `tarfile` takes what it says of names and holes into memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type == tarfile.GNUTYPE_SPARSE:
            raise _Sparse(info.name)
        if info.size < 0 or (info.size > TAR_HEADER and info.type not in tarfile.REGULAR_TYPES):
            size = size_of(info.size)
            raise tarfile.ReadError(Text(f"a header declares {size}", f"un encabezado declara {size}"))
        return info

    def _sparse(self, following: tarfile.TarInfo, *_: object) -> None:
        raise _Sparse(following.name)

    # The ways of the extended headers.
    _proc_gnusparse_00 = _proc_gnusparse_01 = _proc_gnusparse_10 = _sparse


def is_tar(head: bytes) -> bool:
    """Return True if the first unpacked bytes are those of a tar."""
    return head[257:262] == b"ustar"


def tar_names(head: bytes) -> list[str]:
    """The names of the first members of a tar, as far as its first unpacked bytes show them."""
    names = []
    with suppress(*DAMAGE), tarfile.open(fileobj=io.BytesIO(head), mode="r|", tarinfo=_TarInfo) as archive:
        while member := archive.next():
            names.append(printable_name(member.name))
    return names


def read_tar(raw: bytes, name: str, budget: Budget) -> Iterator[tuple[str, bytes | None]]:
    """Name and bytes of each member of a tar file (plain, gzip or xz); None for one that is no file: a link, a device.

    Folders are not given.

    Raises
    ------
    TooLarge
    WrongShape
        If the archive is cut or broken, or a member is sparse.
    """
    try:
        stream = _unpacked(raw, name, budget)
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|", bufsize=PIECE, tarinfo=_TarInfo) as archive:
            while member := archive.next():
                archive.members = []  # type: ignore[attr-defined]  # `tarfile` keeps every header
                own = f"{name}/{member.name}"
                budget.count_members(own)
                handle = archive.extractfile(member) if member.isreg() else None
                if handle is not None:
                    budget.require_whole(own, member.size)
                    yield printable_name(member.name), handle.read()
                elif not member.isdir():
                    yield printable_name(member.name), None
        while stream.read(PIECE):
            pass
        if not stream.tail.endswith(TAR_END):  # cut between two members, which `tarfile` does not mind
            raise EOFError("the archive ends before its mark of the end")
    except _Sparse as error:
        hollow = printable_name(str(error))
        raise _refused(
            name,
            f"its member “{hollow}” is sparse: it declares bytes that are not in the archive.",
            f"su miembro «{hollow}» es disperso: declara bytes que no están en el archivo.",
        ) from error
    except DAMAGE as error:
        raise broken(name, error) from error
