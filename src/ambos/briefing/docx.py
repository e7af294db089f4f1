"""DOCX: the same text, figures and tables for offices that edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from ambos.briefing import charts, palette
from ambos.briefing.document import Chart, Document
from ambos.briefing.view import View
from ambos.text import Language, Text

#: Inches: a picture as wide as the text.
_WIDTH = 6.5


def file(document: Document, view: View, words: Mapping[str, Text]) -> bytes:
    """Make the DOCX of a document.

    Parameters
    ----------
    document : Document
    view : dict
        Of the document in the file's language.
    words : mapping of str to Text

    Raises
    ------
    BriefFailed
        If a chart cannot be drawn.
    """
    import docx
    from docx.shared import Inches

    made = docx.Document()
    for section in made.sections:
        section.page_width, section.page_height = Inches(8.5), Inches(11)
        section.left_margin = section.right_margin = Inches(1)
    language: Language = view["language"]
    day = datetime(document.date.year, document.date.month, document.date.day, 12, tzinfo=UTC)
    about = made.core_properties
    about.title, about.author, about.subject = view["title"], view["publisher"], view["subtitle"]
    about.language = {"en": "en-US", "es": "es-MX"}[language]
    about.created = about.modified = day
    made.add_heading(view["title"], level=0)
    made.add_paragraph(view["subtitle"])
    made.add_paragraph(f"{view['date']}. {view['publisher']}. {view['known']}.")
    if view["spread"]:
        _spread(made, view["spread"], view["words"]["subject"])
    made.add_heading(view["words"]["numbers"], level=1)
    for q in view["quotes"]:
        paragraph = made.add_paragraph()
        paragraph.add_run(f"{q['label']}: {q['value']}").bold = True
        paragraph.add_run(f" ({', '.join(filter(None, (q['period'], q['change'])))}). {q['definition']} ")
        paragraph.add_run(f"{view['words']['do_not_say']}: {q['do_not_say']}").italic = True
        _small(made, f"{q['source']}. {q['age'] and q['age'] + '.'}")
    pictures = {f.id: f for f in document.figures() if isinstance(f, Chart)}
    for section_view in view["sections"]:
        made.add_heading(section_view["title"], level=1).paragraph_format.page_break_before = section_view["one_page"]
        for text in section_view["intro"]:
            made.add_paragraph(text)
        for block in section_view["blocks"]:
            _block(made, block, pictures, language, words)
    out = BytesIO()
    made.save(out)
    return _timeless(out)


def _timeless(made: BytesIO) -> bytes:
    """Write an archive again without the times of its members, so that one document gives the same bytes."""
    out = BytesIO()
    with ZipFile(made) as given, ZipFile(out, "w", ZIP_DEFLATED) as kept:
        for name in given.namelist():
            kept.writestr(ZipInfo(name), given.read(name), ZIP_DEFLATED)
    return out.getvalue()


def _spread(made: Any, spread: View, subject: str) -> None:
    made.add_heading(spread["title"], level=1)
    for text in spread["intro"]:
        made.add_paragraph(text)
    rows = []
    for row in spread["rows"]:
        cells = [
            "\n".join(
                [f"{q['value']} ({q['label']}, {q['period']}; {q['citation']})" for q in cell["quotes"]]
                + [cell["absent"]] * bool(cell["absent"])
            )
            for cell in row["cells"]
        ]
        rows.append([row["theme"], *(cells * 2 if len(cells) == 1 else cells)])
    _table(made, [subject, *(head["name"] for head in spread["heads"])], rows)


def _block(
    made: Any, block: View, pictures: Mapping[str, Chart], language: Language, words: Mapping[str, Text]
) -> None:
    from docx.shared import Inches

    kind = block["kind"]
    if kind in ("text", "note"):
        made.add_paragraph(block["text"])
    elif kind == "source":
        _small(made, block["text"])
    elif kind == "heading":
        made.add_heading(block["text"], level=2)
    elif kind == "findings":
        _findings(made, block["findings"])
    elif kind == "sources":
        for entry in block["entries"]:
            made.add_paragraph().add_run(entry["title"]).bold = True
            _small(made, f"{entry['agency']}. {entry['url']}. {entry['licence']}")
    else:
        made.add_paragraph().add_run(f"{block['label']}. {block['title']}").bold = True
        if block.get("unit"):
            _small(made, block["unit"])
        if kind == "chart":
            sheet = {**charts.sheet(pictures[block["id"]], language, words), "background": palette.PAPER}
            shape = made.add_picture(BytesIO(charts.png_of(sheet, block["id"])), width=Inches(_WIDTH))
            shape._inline.docPr.set("descr", block["alt"])
        else:
            heads = [f"{c['label']} ({c['unit']})" if c["unit"] else c["label"] for c in block["columns"]]
            rows = [[f"{cell['text']} {cell['mark']}".strip() for cell in row] for row in block["rows"]]
            _table(made, heads, rows)
        for text in (" ".join(block["notes"]), block["source"]):
            if text:
                _small(made, text)
        _findings(made, block["findings"])


def _findings(made: Any, findings: Iterable[View]) -> None:
    for one in findings:
        made.add_paragraph(f"{one['weight']}: {one['text']}", style="List Bullet")


def _small(made: Any, text: str) -> None:
    from docx.shared import Pt

    made.add_paragraph().add_run(text.strip()).font.size = Pt(8)


def _table(made: Any, heads: list[str], rows: list[list[str]]) -> None:
    from docx.shared import Pt

    table = made.add_table(rows=1, cols=len(heads), style="Light Grid")
    for place, row in enumerate((heads, *rows)):
        cells = table.rows[0].cells if place == 0 else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(8), place == 0
