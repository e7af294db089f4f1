"""Write the dossier: both languages, HTML and PDF, and the data."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ambos.briefing import datafiles, html, pdf
from ambos.briefing.document import Document
from ambos.briefing.view import Viewer
from ambos.errors import BriefFailed, CannotWrite
from ambos.text import LANGUAGES, Text


def render(document: Document, folder: Path, words: Mapping[str, Text]) -> list[Path]:
    """Write ``en.html``, ``es.html``, ``en.pdf``, ``es.pdf`` and ``data/`` into a folder.

    Everything is made before anything is written, and each file appears whole or not at all. The same document
    gives the same bytes.

    Parameters
    ----------
    document : Document
    folder : Path
        Made if it is not there. Files of the same names are replaced, others left alone.
    words : mapping of str to Text
        The message catalogue; those under ``brief.page.`` are used.

    Returns
    -------
    list of Path
        The files written: pages first, then data.

    Raises
    ------
    BriefFailed
        If the document has two figures of one id, a chart cannot be drawn from its data, or a word is missing.
    CannotWrite
        If the folder cannot be written to.
    """
    _check(document)
    made: dict[str, bytes] = {}
    try:
        for language in LANGUAGES:
            view = Viewer(document, language, words).whole()
            made[f"{language}.html"] = html.page(document, view, words).encode()
            made[f"{language}.pdf"] = pdf.book(document, view)
    except KeyError as error:
        name = str(error.args[0])
        detail = Text(f"the message {name} is missing.", f"falta el mensaje {name}.")
        raise BriefFailed(detail=detail) from error
    made |= datafiles.files(document)
    try:
        for name, content in made.items():
            _write(folder / name, content)
    except OSError as error:
        raise CannotWrite(path=folder, detail=error.strerror or error) from error
    return [folder / name for name in made]


def _check(document: Document) -> None:
    """Refuse ids that would overwrite one another's files or anchors."""
    ids = [f.id for f in document.figures()] + [q.id for q in document.cover]
    ids += [s.id for s in (*document.sections, *document.back)]
    twice = sorted(
        {i for i in ids if ids.count(i) > 1}
        | {i for i in ids if i in ("numbers", "content", "sources") and i in {f.id for f in document.figures()}}
    )
    if twice:
        names = ", ".join(twice)
        raise BriefFailed(detail=Text(f"the id {names} is used twice.", f"el identificador {names} se repite."))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
