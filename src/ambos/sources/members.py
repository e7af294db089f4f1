"""List the members of a file that may be an archive, and those that are no data. One place for all sources.

Nothing in an archive is dropped without a word: a member is read, or it is named with the reason for which it was not.
"""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from ambos.errors import WrongShape
from ambos.model import LeftOut
from ambos.sources.base import File, broken, suffix
from ambos.text import Text

ZIP = b"PK\x03\x04"
#: Suffix of a workbook: a zip, but one document.
WORKBOOK = ".xlsx"
#: Exceptions of a zip, or a member of it, that is cut, damaged or encrypted.
DAMAGE = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error, lzma.LZMAError)

#: Files that macOS and Windows leave in archives: a folder, the start of a name, whole names (lower case).
SYSTEM_FOLDER, SYSTEM_START = "__macosx", "._"
SYSTEM_NAMES = (".ds_store", "thumbs.db", "desktop.ini")
#: Documents and pictures, by the end of the name.
DOCUMENTS = (".pdf", ".doc", ".docx", ".rtf", ".ppt", ".pptx", ".htm", ".html", ".md", ".jpg", ".jpeg", ".png", ".gif")
#: Notes that explain the tables, by their name, where it ends as that of a text or workbook
#: ("Data Fields for all Tables.xls" and "codes_all.xls" lie beside BTS's tables).
NOTES = re.compile(r"read[ _-]?me|l[eé]ame|licen[cs]e|data[ _-]?fields|codes[ _-]?all|layout")
NOTE_ENDS = ("", ".txt", ".xls", WORKBOOK)


def members(file: File) -> Iterator[File | LeftOut]:
    """The file itself, or what is in it if it is a zip (zips in zips included); a workbook is one document.

    Yields
    ------
    File
        One at a time, in the order of the archive.
    LeftOut
        In place of a member that is damaged or encrypted. The others are given all the same.

    Raises
    ------
    WrongShape
        If the list of members is cut or broken.
    """
    if not file.raw.startswith(ZIP) or suffix(file.name) == WORKBOOK:
        yield file
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.raw))
    except DAMAGE as error:
        raise broken(file.name, error) from error
    with archive:
        for info in archive.infolist():
            name = f"{file.name}/{info.filename}"
            if info.is_dir():
                continue
            try:
                member = replace(file, name=name, raw=archive.read(info), notes=[])
            except DAMAGE as error:
                yield LeftOut(name, "refused", broken(name, error).cause())
                continue
            try:
                yield from members(member)
            except WrongShape as error:  # a zip in the zip
                yield LeftOut(name, "refused", error.cause())


def companion(name: str) -> Text | None:
    """Give the reason why an unrecognised member is no data; None if it may be data."""
    path = PurePosixPath(name.lower())
    if SYSTEM_FOLDER in path.parts or path.name.startswith(SYSTEM_START) or path.name in SYSTEM_NAMES:
        return Text("a file of the operating system", "archivo del sistema operativo")
    if path.suffix in DOCUMENTS:
        return Text("a document or picture, not a table", "un documento o imagen, no una tabla")
    if path.suffix in NOTE_ENDS and NOTES.search(path.stem):
        return Text("notes about the tables", "notas sobre las tablas")
    return None
