"""Write the dossier: both languages, HTML and PDF, and the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from ambos.briefing import datafiles, docx, html, pdf
from ambos.briefing.document import Document
from ambos.briefing.view import Viewer
from ambos.errors import BriefFailed, CannotSave, reason
from ambos.files import whole
from ambos.text import LANGUAGES, Language, Text


class _Words(dict[str, Text]):
    """The words of the page; one that is missing is named."""

    def __missing__(self, key: str) -> Text:
        raise BriefFailed(detail=Text(f"the message {key} is missing.", f"falta el mensaje {key}."))


#: The forms of a dossier: the web page, the book, the summary of one page; and, where they are asked for, slides and a
#: file for offices that edit.
FORMATS = ("html", "pdf", "summary")
MORE_FORMATS = ("slides", "docx")


def render(document: Document, folder: Path, words: Mapping[str, Text], formats: Sequence[str] = FORMATS) -> list[Path]:
    """Write ``en.html``, ``en.pdf``, ``summary-en.pdf``, the same in Spanish, and ``data/`` into a folder.

    Everything is made before anything is written, and each file appears whole or not at all. The same document
    gives the same bytes.

    Parameters
    ----------
    document : Document
    folder : Path
        Made if it is not there. Files of the same names are replaced, others left alone.
    words : mapping of str to Text
        The message catalogue; those under ``brief.page.`` are used.
    formats : sequence of str
        Those of `FORMATS` and `MORE_FORMATS` that are wanted.

    Returns
    -------
    list of Path
        The files written: pages first, then data.

    Raises
    ------
    BriefFailed
        If the document has two figures of one id, a chart cannot be drawn from its data, or a word is missing.
    CannotSave
        If the folder cannot be written to.
    """
    return write_files(folder, {**files(document, words, formats), **datafiles.files(document)})


def files(
    document: Document,
    words: Mapping[str, Text],
    formats: Sequence[str] = FORMATS,
    languages: Sequence[Language] = LANGUAGES,
) -> dict[str, bytes]:
    """Make the forms of a document by their names, in some languages; its data apart. See `render`."""
    _check(document)
    words = _Words({key: text for key, text in words.items() if key.startswith("brief.page.")})
    made: dict[str, bytes] = {}
    views = {language: Viewer(document, language, words).whole() for language in languages}
    for language, view in views.items():
        if "html" in formats:
            made[f"{language}.html"] = html.page(document, view, words).encode()
        if "pdf" in formats:
            made[f"{language}.pdf"] = pdf.book(document, view, words)
    for language, view in views.items():
        if "summary" in formats and document.summary:
            made[f"summary-{language}.pdf"] = pdf.summary(document, view)
        if "slides" in formats:
            made[f"slides-{language}.pdf"] = pdf.slides(document, view)
        if "docx" in formats:
            made[f"{language}.docx"] = docx.file(document, view, words)
    return made


def write_files(folder: Path, made: Mapping[str, bytes]) -> list[Path]:
    """Write files by their names below a folder, each whole or not at all.

    Raises
    ------
    CannotSave
        If the folder cannot be written to.
    """
    try:
        for name, content in made.items():
            _write(folder / name, content)
    except OSError as error:
        raise CannotSave(path=folder, detail=reason(error)) from error
    return [folder / name for name in made]


def _check(document: Document) -> None:
    """Refuse ids that would overwrite one another's files or anchors."""
    files = [*(f.id for f in document.figures()), *(q.id for q in document.quotes())]
    spread = [document.spread.id] if document.spread else []
    anchors = ["numbers", "content", *spread, *(s.id for s in (*document.sections, *document.back)), *files]
    # sources.csv lists the files that the document rests on
    twice = {i for i in anchors if anchors.count(i) > 1} | {i for i in files if i == "sources"}
    if twice:
        names = ", ".join(sorted(twice))
        raise BriefFailed(detail=Text(f"the id {names} is used twice.", f"el identificador {names} se repite."))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as beside:
        beside.write_bytes(content)
