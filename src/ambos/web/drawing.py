"""Charts of pages: drawn on the server as SVG, for wide and narrow screens, light and dark."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from ambos.briefing import alt_text, charts, palette
from ambos.briefing.document import Chart
from ambos.briefing.drawing import Drawing
from ambos.numbers import day
from ambos.web.page import Asked, Page

#: Seconds for which a drawing may be kept.
FRESH = 3600
Size = Literal["wide", "narrow", "alone"]
_WIDTHS: Mapping[str, float] = {"wide": charts.WIDE, "narrow": charts.NARROW}
_DARK = re.compile("|".join(map(re.escape, palette.DARK)))
#: A picture in a page cannot load the font of the page: it takes one of the reader's own, made as wide as ours, for which
#: the labels have room. Each in percent of its size, regular and bold: in Chromium the texts of six charts are in Arial's
#: widths 1.10 times as wide as in ours (1.02 to 1.17), in DejaVu Sans 1.24 times (1.16 to 1.28), in its bold 1.34 times.
_FAMILIES = (
    ("Ambos A", (100, 100), ("Source Sans 3", "Source Sans Pro")),
    ("Ambos B", (90, 90), ("Arial", "Helvetica", "Liberation Sans", "Arimo", "Roboto")),
    ("Ambos C", (80, 74), ("DejaVu Sans", "Verdana")),
)


def _faces() -> str:
    faces = []
    for family, percents, names in _FAMILIES:
        for weight, suffix, percent in zip((400, 600), ("", " Bold"), percents, strict=True):
            local = ",".join(f"local('{name}{suffix}')" for name in names)
            faces.append(
                f"@font-face{{font-family:'{family}';font-weight:{weight};size-adjust:{percent}%;src:{local}}}"
            )
    return "".join(faces)


_FACES = _faces()
_PAPER = {**palette.theme(), "background": palette.PAPER}
_FONT = f'font-family="{palette.FONT}"'
_FONTS = f"font-family=\"'{palette.FONT}','Ambos A','Ambos B','Ambos C',Arial,sans-serif\""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a page shows it, in its language.

    Attributes
    ----------
    title, unit, alt, source : str
    notes : list of str
        How to read the drawing, and what breaks its figures.
    wide, narrow : (int, int)
        Width and height in pixels.
    path, query : str
        Its address: ``PATH.svg?QUERY``.
    """

    title: str
    unit: str
    alt: str
    source: str
    notes: list[str]
    wide: tuple[int, int]
    narrow: tuple[int, int]
    path: str
    query: str

    def address(self, form: str = "svg", **more: object) -> str:
        """The address of the drawing in a form, ``svg``, ``png`` or ``json``; ``size="narrow"``, ``dark="true"``."""
        query = "&".join(part for part in (self.query, urlencode(more)) if part)
        return f"{self.path}.{form}" + (f"?{query}" if query else "")


def picture(page: Page, chart: Chart, path: str, **query: object) -> Picture:
    """Describe a chart for the macro ``chart`` of ``chart.html.j2``.

    Parameters
    ----------
    page : Page
    chart : Chart
    path : str
        The path of the chart in the page's language, without a suffix: ``/river/chart``, as `serve_chart` was given it.
    **query
        Its parameters; those that are None or empty are left out.

    Raises
    ------
    BriefFailed
        If it cannot be drawn.
    """
    words, language = page.workspace.catalog.messages, page.language
    sizes = []
    for width in _WIDTHS.values():
        sheet = charts.sheet(chart, language, words, width)
        sizes.append((round(sheet["width"]), round(sheet["height"])))
    given = urlencode([(k, v) for k, v in query.items() if v not in (None, "", ())], doseq=True)
    return Picture(
        chart.title[language],
        alt_text.unit(chart, words)[language],
        alt_text.alternative(chart, words, language),
        source(page, chart),
        notes(page, chart),
        sizes[0],
        sizes[1],
        f"/{language}{path}",
        given,
    )


def notes(page: Page, chart: Chart) -> list[str]:
    """List the notes on a drawing, and the events that break its figures."""
    said = alt_text.notes(chart, page.workspace.catalog.messages, page.language)
    return [*said, *(note[page.language] for note in chart.notes)]


def source(page: Page, chart: Chart) -> str:
    """The line under a chart: what it rests on, and up to when its figures are known."""
    rests_on = dict.fromkeys(c[page.language] for c in (*(s.citation for s in chart.sources), *chart.cited))
    return page.say("base.chart_source", sources="; ".join(rests_on), day=day(chart.as_of, page.language))


def serve_chart(router: APIRouter, path: str, chart: Callable[..., Chart]) -> None:
    """Serve a chart at ``PATH.svg``, ``PATH.png`` and ``PATH.json`` (its Vega-Lite specification).

    Parameters
    ----------
    router : APIRouter
    path : str
        Such as ``/river/chart``; it may have parameters.
    chart : callable
        A dependency of FastAPI that makes the chart from the request: ``def chart(page: Asked, year: int = 2026)``.
    """

    @router.get(path + ".{suffix}")
    def drawn(
        page: Asked,
        suffix: Literal["svg", "png", "json"],
        size: Annotated[Size, Query()] = "wide",
        dark: bool = False,
        chart: Chart = Depends(chart),
    ) -> Response:
        return drawing(page, chart, suffix, size=size, dark=dark)


def drawing(
    page: Page, chart: Chart, form: Literal["svg", "png", "json"], *, size: Size = "wide", dark: bool = False
) -> Response:
    """Draw a chart.

    Parameters
    ----------
    page : Page
    chart : Chart
    form : {"svg", "png", "json"}
        A PNG always stands alone.
    size : {"wide", "narrow", "alone"}
        One that stands alone has its title, notes and sources in the picture.
    dark : bool
        In the colours of a dark page; for SVG.
    """
    headers = {"Cache-Control": f"public, max-age={FRESH}", "Content-Language": page.language}
    if form == "json":
        spec = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", **specification(page, chart, size)}
        return Response(json.dumps(spec, ensure_ascii=False), media_type="application/json", headers=headers)
    sheet = sheet_of(page, chart, "alone" if form == "png" else size)
    if form == "png":
        return Response(charts.png_of(sheet, chart.id), media_type="image/png", headers=headers)
    return Response(dressed(charts.svg_of(sheet, chart.id), dark=dark), media_type="image/svg+xml", headers=headers)


def specification(page: Page, chart: Chart, size: Size) -> dict[str, Any]:
    """The Vega-Lite specification of a chart of a page, which says its values to who points at them."""
    words, language = page.workspace.catalog.messages, page.language
    if size != "alone":
        return charts.specification(chart, language, words, _WIDTHS[size], hints=True)
    return _alone(page, chart).specification(_PAPER)


def sheet_of(page: Page, chart: Chart, size: Size) -> dict[str, Any]:
    """The sheet of a chart of a page."""
    if size != "alone":
        return charts.sheet(chart, page.language, page.workspace.catalog.messages, _WIDTHS[size])
    return _alone(page, chart).sheet(_PAPER)


def _alone(page: Page, chart: Chart) -> Drawing:
    """Draw a chart with its title, unit, notes and sources."""
    words, language = page.workspace.catalog.messages, page.language
    unit = alt_text.unit(chart, words)[language]
    heads = [chart.title[language], unit[:1].upper() + unit[1:]]
    return charts.standalone(chart, language, words, heads, [*notes(page, chart), source(page, chart)])


def dressed(svg: str, *, dark: bool) -> str:
    """A drawing with fonts that the reader has, and on a dark page in its colours."""
    if dark:
        svg = darkened(svg)
    start = svg.index(">") + 1
    return f"{svg[:start]}<style>{_FACES}</style>{svg[start:]}".replace(_FONT, _FONTS)


def darkened(svg: str) -> str:
    """A drawing in the colours of a dark page."""
    return _DARK.sub(lambda found: palette.DARK[found[0]], svg)
