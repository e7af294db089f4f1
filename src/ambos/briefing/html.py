"""HTML: one self-contained page per language, with its font, style and drawings inside and no script."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, UndefinedError
from markupsafe import Markup

from ambos.briefing import charts, palette
from ambos.briefing.document import Chart, Document
from ambos.briefing.view import View
from ambos.errors import BriefFailed
from ambos.text import Language, Text

TEMPLATES = Path(__file__).resolve().parent / "templates"


def page(document: Document, view: View, words: Mapping[str, Text]) -> str:
    """The page of a document.

    Parameters
    ----------
    document : Document
    view : dict
        Of the document in the page's language.
    words : mapping of str to Text
    """
    language: Language = view["language"]
    narrow = {
        chart.id: charts.svg(chart, language, words, charts.NARROW, f"{chart.id}-n")
        for chart in document.figures()
        if isinstance(chart, Chart)
    }

    def drawing(block: View) -> Markup:
        pictures = (("wide", block["svg"]), ("narrow", narrow[block["id"]]))
        return Markup("\n").join(inline(svg, block, size) for size, svg in pictures)

    return fill("dossier.html.j2", **view, drawing=drawing)


def fill(template: str, **values: object) -> str:
    """Fill one of the templates; it is given the style sheet as ``style``.

    Raises
    ------
    BriefFailed
        If a word of it is missing.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    try:
        return environment.get_template(template).render(**values, style=Markup(_style()))
    except UndefinedError as error:
        raise BriefFailed(detail=f"{template}: {error.message}") from error


def inline(svg: str, block: View, size: str) -> Markup:
    """A drawing as a part of the page: fluid, with its title and text alternative."""
    id = f"{block['id']}-{size}"
    inner = svg[svg.index(">") + 1 :]
    box = svg[svg.index("viewBox") :].split('"')[1]
    return Markup(
        f'<svg class="{size}" role="img" aria-labelledby="{id}-t {id}-d" viewBox="{box}" '
        f'xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{id}-t">{escape(block["title"])}</title><desc id="{id}-d">{escape(block["alt"])}</desc>{inner}'
    )


def _style() -> str:
    """The style sheet with the font, and the colours of the drawings on a dark page."""
    faces = "".join(
        f"@font-face{{font-family:'{palette.FONT}';font-weight:{weight};font-display:swap;"
        f"src:url(data:font/woff2;base64,{_font(name)}) format('woff2')}}"
        for weight, name in ((400, "Regular"), (600, "SemiBold"))
    )
    dark = "".join(
        f'svg [fill="{light}"]{{fill:{night}}}svg [stroke="{light}"]{{stroke:{night}}}'
        for light, night in palette.DARK.items()
    )
    sheet = (TEMPLATES / "dossier.css").read_text("utf-8")
    return f"{faces}\n{sheet}\n@media screen and (prefers-color-scheme: dark) {{{dark}}}\n"


def _font(name: str) -> str:
    return base64.b64encode((charts.FONTS / f"AmbosSans-{name}.woff2").read_bytes()).decode()
