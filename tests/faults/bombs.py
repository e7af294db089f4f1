"""Archives that unpack to more than any memory, or never end, made in the shapes that attackers use.

Each function gives the bytes of one file, named for the kind. `scale` makes it as many times larger.
"""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping

from cbp_samples import tar

MIB = 1024**2
SNAPSHOT = b"<?xml version='1.0' encoding='ISO-8859-1'?><border_wait_time></border_wait_time>"
#: A member by which an archive is recognised as one of CBP's snapshots.
FIRST = {"bwt-2025-04-01_12-00-00.xml": SNAPSHOT}


def zeros(mebibytes: int) -> Iterator[bytes]:
    """Zeros, a mebibyte at a time."""
    return (bytes(MIB) for _ in range(mebibytes))


def deflated(pieces: Iterator[bytes], wbits: int) -> bytes:
    """A stream of zlib: raw (-15) or gzip (31)."""
    out = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join([*(out.compress(piece) for piece in pieces), out.flush()])


def gz(scale: int) -> bytes:
    """Zeros in gzip, a thousand times its size, in ten streams that follow each other."""
    return deflated(zeros(60), 31) * (10 * scale)


def gz_in_gz(scale: int) -> bytes:
    return gzip.compress(gz(scale))


def xz(scale: int) -> bytes:
    """A tar in xz of one member of zeros after a snapshot: six thousand times its size."""
    head = tar(FIRST)[: 2 * 512]
    info = tarfile.TarInfo("bwt-2025-04-01_13-00-00.xml")
    info.size = 100 * scale * MIB
    out = lzma.LZMACompressor(preset=0)
    pieces = [out.compress(head + info.tobuf())]
    pieces += [out.compress(piece) for piece in zeros(100 * scale)]
    return b"".join([*pieces, out.compress(bytes(1024)), out.flush()])


def xz_dictionary(scale: int) -> bytes:
    """An xz that wants 1.5 GB of memory for its dictionary."""
    return lzma.compress(tar(FIRST), filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1536 * MIB}])


def sparse_tar(scale: int) -> bytes:
    """A member of a terabyte of holes in the old way of GNU tar."""
    info = tarfile.TarInfo("bwt-2025-04-01_13-00-00.xml")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 512
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[386:410] = b"%011o\0%011o\0" % (0o7777777, 512)
    head[483:495] = b"\x80" + (2**40 * scale).to_bytes(11, "big")
    return _checked(head, tar(FIRST)[:1024]) + bytes(512 + 1024)


def sparse_tar_of_pax(scale: int) -> bytes:
    """The same in the way of extended headers, with a map that never ends."""
    info = tarfile.TarInfo("bwt-2025-04-01_13-00-00.xml")
    info.size = 10 * scale * MIB
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**40)}
    body = (b"%d\n" % 10**9 + b"1\n" * (5 * scale * MIB))[: info.size].ljust(info.size, b"\n")
    return gzip.compress(tar(FIRST)[:1024] + info.tobuf(tarfile.PAX_FORMAT) + body + bytes(1024), 1)


def tar_of_names(scale: int) -> bytes:
    """A name of a hundred mebibytes."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 100 * scale * MIB
    pieces = iter([tar(FIRST)[:1024] + info.tobuf(tarfile.GNU_FORMAT), *zeros(100 * scale)])
    return deflated(pieces, 31)


def tar_of_headers(scale: int) -> bytes:
    """Extended headers that each announce another."""
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    return gzip.compress(tar(FIRST)[:1024] + info.tobuf(tarfile.USTAR_FORMAT) * (20_000 * scale) + bytes(1024))


def tar_of_members(scale: int) -> bytes:
    """Members of no length: 120,000."""
    head = tarfile.TarInfo("x").tobuf(tarfile.USTAR_FORMAT)
    return gzip.compress(tar(FIRST)[:1024] + head * (120_000 * scale) + bytes(1024), 1)


def tar_going_back(scale: int) -> bytes:
    """A member whose length is below zero, so that the next header is the one before."""
    head = bytearray(tarfile.TarInfo("x").tobuf(tarfile.GNU_FORMAT))
    head[124:136] = b"\xff" * 10 + b"\xfc\x00"
    return _checked(head, tar(FIRST)[:1024]) + bytes(1024)


def _checked(head: bytearray, before: bytes) -> bytes:
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head)
    return before + bytes(head)


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return content.getvalue()


def zip_large(scale: int) -> bytes:
    """One member that declares 600 MiB."""
    return raw_zip([("a.csv", deflated(zeros(1), -15), 600 * scale * MIB)])


def zip_overlapping(scale: int) -> bytes:
    """Five hundred entries that are the same bytes, of 20 MiB each."""
    packed = deflated(zeros(20), -15)
    return raw_zip([("a.csv", packed, 20 * MIB)], times=500 * scale)


def zip_lying(scale: int) -> bytes:
    """A member that declares 10 bytes and unpacks to 100 MiB."""
    return raw_zip([("a.csv", deflated(zeros(100 * scale), -15), 10)])


def zip_of_members(scale: int) -> bytes:
    """A directory of 120,000 entries without a byte."""
    return raw_zip([("a.csv", b"\x03\x00", 0)], times=120_000 * scale)


def zip_nested(scale: int) -> bytes:
    """Zips in zips, eight deep; each level holds the next six times."""
    content = deflated_zip = zip_of({"a.csv": bytes(MIB)})
    for _ in range(8):
        content = zip_of({f"{n}.zip": deflated_zip for n in range(6)})
        deflated_zip = content
    return content


def zip_of_bzip2(scale: int) -> bytes:
    """A member packed by bzip2: four kilobytes of it give gigabytes in one step."""
    return zip_of({"a.csv": bytes(20 * scale * MIB)}, zipfile.ZIP_BZIP2)


def zip_encrypted(scale: int) -> bytes:
    content = bytearray(zip_of({"a.csv": b"a,b\n1,2\n"}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + place] |= 1
    return bytes(content)


def raw_zip(members: list[tuple[str, bytes, int]], times: int = 1) -> bytes:
    """A zip from packed bytes and the length that it declares; each entry stands so often in the directory."""
    body, directory, count = b"", b"", 0
    for name, packed, size in members:
        common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, zlib.crc32(b""), len(packed), size, len(name), 0)
        entry = b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body))
        directory += (entry + name.encode()) * times
        count += times
        body += b"PK\x03\x04" + common + name.encode() + packed
    end = struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


#: By the name of the file that `ambos build` gets: how it is made, and what its error says.
BOMBS: Mapping[str, tuple[Callable[[int], bytes], str]] = {
    "borderbuddy_lanes_gz.csv.gz": (gz, " MiB, the most"),
    "borderbuddy_lanes_gz_in_gz.csv.gz": (gz_in_gz, "begins with"),
    "bwt_xml_xz.tar.xz": (xz, "1,000 times"),
    "bwt_xml_dictionary.tar.xz": (xz_dictionary, "more than 128 MiB of memory"),
    "bwt_xml_sparse.tar": (sparse_tar, "sparse"),
    "bwt_xml_sparse_pax.tar.gz": (sparse_tar_of_pax, "sparse"),
    "bwt_xml_names.tar.gz": (tar_of_names, "a header declares 100 MiB"),
    "bwt_xml_headers.tar.gz": (tar_of_headers, "nested too deep"),
    "bwt_xml_members.tar.gz": (tar_of_members, "100,000 members"),
    "bwt_xml_back.tar": (tar_going_back, "a header declares −"),
    "transborder_large.zip": (zip_large, "512 MiB"),
    # Since 2024 Python itself refuses members that overlap, after the first.
    "transborder_overlapping.zip": (
        zip_overlapping,
        "cut or damaged" if hasattr(zipfile.ZipInfo, "_end_offset") else "1,000 times",
    ),
    "transborder_lying.zip": (zip_lying, "checksum"),
    "transborder_members.zip": (zip_of_members, "100,000 members"),
    "transborder_nested.zip": (zip_nested, "4 archives inside each other"),
    "transborder_bzip2.zip": (zip_of_bzip2, "method 12"),
    "transborder_encrypted.zip": (zip_encrypted, "encrypted"),
}
