"""List the members of a file that may be an archive, and those that are no data. One place for all sources.

Nothing in an archive is dropped without a word: a member is read, or it is named with the reason for which it was not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ambos.errors import SourceError
from ambos.model import LeftOut
from ambos.sources.shared.base import File, suffix
from ambos.sources.shared.opener import DAMAGE, ZIP, broken, is_tar, open_zip, printable_name, read_zip, tar_names
from ambos.text import Text

#: Suffix of a workbook: a zip, but one document.
WORKBOOK = ".xlsx"

#: Most members of an archive that are named to say what it is.
NAMED = 3

#: Files that macOS and Windows leave in archives: a folder, the start of a name, whole names (lower case).
SYSTEM_FOLDER, SYSTEM_START = "__macosx", "._"
SYSTEM_NAMES = (".ds_store", "thumbs.db", "desktop.ini")
#: Documents and pictures, by the end of the name.
DOCUMENTS = (".pdf", ".doc", ".docx", ".rtf", ".ppt", ".pptx", ".htm", ".html", ".md", ".jpg", ".jpeg", ".png", ".gif")
#: Notes that explain the tables, by their name, where it ends as that of a text or workbook
#: ("Data Fields for all Tables.xls" and "codes_all.xls" lie beside BTS's tables).
NOTES = re.compile(r"read[ _-]?me|l[eé]ame|licen[cs]e|data[ _-]?fields|codes[ _-]?all|layout")
NOTE_ENDS = ("", ".txt", ".xls", WORKBOOK)


def members(file: File, depth: int = 0) -> Iterator[File | LeftOut]:
    """The file itself, or what is in it if it is a zip (zips in zips included); a workbook is one document.

    Parameters
    ----------
    file : File
    depth : int
        In how many archives it lies.

    Yields
    ------
    File
        One at a time, in the order of the archive.
    LeftOut
        In place of a member that is damaged, encrypted or too large. The others are given all the same.

    Raises
    ------
    WrongShape
        If the list of members is cut or broken.
    TooLarge
        If a limit of the whole file is met.
    """
    if not file.raw.startswith(ZIP) or suffix(file.name) == WORKBOOK:
        yield file
        return
    file.budget.require_depth(file.name, depth + 1)
    try:
        archive = open_zip(file.raw, file.name, file.budget)
    except DAMAGE as error:
        raise broken(file.name, error) from error
    with archive:
        for info in archive.infolist():
            name = f"{file.name}/{printable_name(info.filename)}"
            if info.is_dir():
                continue
            try:
                try:
                    raw = read_zip(archive, info, name, file.budget)
                except DAMAGE as error:
                    raise broken(name, error) from error
                yield from members(replace(file, name=name, raw=raw, notes=[]), depth + 1)
            except SourceError as error:
                if file.budget.spent:
                    raise
                yield LeftOut(name, "refused", error.cause())


def archive_in_words(file: File, names: Sequence[str]) -> Text | None:
    """Say what an archive holds that no source recognises, and what is read instead; None if it is none.

    Parameters
    ----------
    file : File
    names : sequence of str
        Of its members, if it is a zip.
    """
    head = file.head()
    if is_tar(head):
        held = _first(tar_names(head))
        return Text(
            f"a tar archive with {held.en}; of tar archives only those of bwt.xml are read: unpack it and build from its folder",
            f"un archivo tar con {held.es}; de los archivos tar solo se leen los de bwt.xml: descomprímalo y construya con su carpeta",
        )
    if file.raw.startswith(ZIP):
        held = _first(names)
        return Text(
            f"a zip archive with {held.en}; none of its members is in a known shape",
            f"un archivo zip con {held.es}; ninguno de sus miembros tiene una forma conocida",
        )
    return None


def _first(names: Sequence[str]) -> Text:
    if not names:
        return Text("no readable member", "ningún miembro legible")
    listed = Text.same(", ".join(names[:NAMED]))
    return listed + Text(" and more", " y otros") if len(names) > NAMED else listed


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
