"""The files of the dossier: pages, books, data."""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest

from ambos.briefing import DossierTable, render
from ambos.briefing.document import Chart, Datum, Document, DossierColumn, Section
from ambos.briefing.html import TEMPLATES
from ambos.briefing.pdf import MOST_ROWS
from ambos.briefing.view import Viewer
from ambos.errors import BriefFailed, CannotSave
from ambos.text import LANGUAGES, Text
from briefing_sample import AS_OF, BTS, charts, document, words

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """The elements of a page in order, each with its attributes and own text; checks that they nest."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str], list[str], tuple[str, ...]]] = []
        self._open: list[int] = []
        self.feed(source)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        path = tuple(self.elements[i][0] for i in self._open)
        self.elements.append((tag, {k: v or "" for k, v in attrs}, [], path))
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for i in self._open:
            self.elements[i][2].append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str], str, tuple[str, ...]]]:
        return [(a, " ".join("".join(t).split()), path) for name, a, t, path in self.elements if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("dossier")
    render(document(), made, words())
    return made


@pytest.fixture(scope="module", params=LANGUAGES)
def page(request: pytest.FixtureRequest, folder: Path) -> tuple[str, Page]:
    source = (folder / f"{request.param}.html").read_text("utf-8")
    assert source.startswith("<!doctype html>")
    return request.param, Page(source)


def test_all_files_are_there_and_named(folder: Path, tmp_path: Path) -> None:
    written = render(document(), tmp_path / "new" / "place", words())
    found = sorted(p for p in (tmp_path / "new" / "place").rglob("*") if p.is_file())
    assert sorted(written) == found
    assert [p.name for p in written[:4]] == ["en.html", "en.pdf", "es.html", "es.pdf"]
    for path in found:  # the same document gives the same bytes
        assert path.read_bytes() == (folder / path.relative_to(tmp_path / "new" / "place")).read_bytes(), path


def test_the_page_says_its_language_title_and_shape(page: tuple[str, Page]) -> None:
    language, found = page
    assert found.all("html")[0][0]["lang"] == language
    title = {"en": "One region, two countries – Arizona–Sonora", "es": "Una región, dos países – Arizona–Sonora"}
    assert found.all("title")[0][1] == title[language]
    assert len(found.all("h1")) == 1 and len(found.all("main")) == 1
    levels = [int(tag[1]) for tag, _, _, _ in found.elements if re.fullmatch(r"h[1-6]", tag)]
    ends = [b - a for a, b in itertools.pairwise(levels)]
    assert max(ends) <= 2  # a figure's findings (h4) may follow a section's h2


def test_the_page_needs_nothing_from_outside(page: tuple[str, Page]) -> None:
    _, found = page
    assert not found.all("script") and not found.all("img") and not found.all("iframe")
    assert [a["rel"] for a, _, _ in found.all("link")] == ["alternate"]
    style = found.all("style")[0][1]
    assert "@import" not in style
    assert all(u.startswith("data:font/woff2") for u in re.findall(r"url\(([^)]*)\)", style))
    assert not any(k.startswith("on") for _, attrs, _, _ in found.elements for k in attrs)
    outside = [a["href"] for a, _, _ in found.all("a") if a["href"].startswith("http")]
    assert set(outside) == {"https://data.bts.gov/d/keg4-3bc2", "https://www.banxico.org.mx/SieInternet/"}


def test_links_and_ids_meet(page: tuple[str, Page], folder: Path) -> None:
    language, found = page
    ids = [attrs["id"] for _, attrs, _, _ in found.elements if "id" in attrs]
    assert [i for i, n in Counter(ids).items() if n > 1] == []
    first = found.all("a")[0]
    assert first[0] == {"class": "skip", "href": "#content"}
    for attrs, _, _ in found.all("a"):
        href = attrs["href"]
        if href.startswith("#"):
            assert href[1:] in ids
        elif not href.startswith("http"):
            assert (folder / href).is_file(), href
    assert {a["href"] for a, _, _ in found.all("a")} >= {f"{'es' if language == 'en' else 'en'}.html"}


def test_every_drawing_has_a_text_alternative_and_its_data(page: tuple[str, Page]) -> None:
    _, found = page
    texts = {attrs.get("id"): " ".join("".join(t).split()) for _, attrs, t, _ in found.elements}
    drawings = found.all("svg")
    assert len(drawings) == 2 * sum(isinstance(f, Chart) for f in document().figures())
    for attrs, _, path in drawings:
        assert attrs["role"] == "img" and "figure" in path
        name, description = attrs["aria-labelledby"].split()
        assert texts[name] and len(texts[description]) > 30
    # every figure has a caption; every table a caption and heads that say what they head
    assert len(found.all("figure")) == len(document().figures())
    assert len(found.all("caption")) == len(found.all("table"))
    assert all(a.get("scope") in ("col", "row") for a, _, _ in found.all("th"))
    assert len(found.all("details")) == len(drawings) / 2


def test_both_languages_have_the_same_parts(folder: Path) -> None:
    pages = [Page((folder / f"{language}.html").read_text("utf-8")) for language in LANGUAGES]
    shapes = [
        [(tag, attrs.get("id"), attrs.get("class")) for tag, attrs, _, path in p.elements if "svg" not in path]
        for p in pages
    ]
    assert shapes[0] == shapes[1]


def test_no_word_is_missing_and_none_is_of_the_other_language(page: tuple[str, Page]) -> None:
    language, found = page
    body = found.all("body")[0][1]
    assert "brief.page" not in body and "{" not in body and "None" not in body
    other = "es" if language == "en" else "en"
    link = found.all("header")[0][1]
    for key, text in words().items():
        if "{" in text.en or text.en == text.es or key == "brief.page.other_language":
            continue
        if len(text[other].split()) > 2:
            assert text[other] not in body, key
    assert words()["brief.page.other_language"][language] in link


def test_each_number_says_what_it_is_and_what_not_to_say(page: tuple[str, Page]) -> None:
    language, found = page
    cards = [text for attrs, text, _ in found.all("li") if attrs.get("class", "").startswith("quote")]
    assert len(cards) == 10
    for quote, card in zip(document().cover, cards, strict=True):
        parts = (quote.label, quote.value, quote.period, quote.definition, quote.source, quote.do_not_say)
        assert all(part[language] in card for part in parts)
        assert ("+3.1" in card) == (quote.change is not None)


def test_findings_stand_beside_their_figure(page: tuple[str, Page]) -> None:
    language, found = page
    asides = [text for _, text, _ in found.all("aside")]
    assert len(asides) == 3
    finding = charts()["line-years"].findings[0]
    assert finding.text[language] in asides[0]
    assert words()["brief.page.high"][language] in asides[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_book_is_tagged_and_knows_its_language(folder: Path, language: str) -> None:
    raw = (folder / f"{language}.pdf").read_bytes()
    assert raw.startswith(b"%PDF-1.7") and raw.rstrip().endswith(b"%%EOF")
    assert {"en": b"/Lang(en-US)", "es": b"/Lang(es-MX)"}[language] in raw
    for needed in (b"/StructTreeRoot", b"/MarkInfo", b"/Marked true", b"/Outlines", b"/DisplayDocTitle true"):
        assert needed in raw, needed
    assert b"<pdfuaid:part>1</pdfuaid:part>" in raw
    title = {"en": "One region, two countries", "es": "Una región, dos países"}[language]
    assert title.encode() in raw  # in the metadata, as XML
    assert raw.count(b"/Alt") >= sum(isinstance(f, Chart) for f in document().figures())
    assert b"AmbosSans" in raw


def test_data_are_those_of_the_figures(folder: Path) -> None:
    for figure in document().figures():
        with (folder / "data" / f"{figure.id}.csv").open(encoding="utf-8-sig", newline="") as file:
            found = list(csv.DictReader(file))
        body = json.loads((folder / "data" / f"{figure.id}.json").read_text("utf-8"))
        assert len(found) == len(body["rows"]) == len(figure.data)
        for row, listed, datum in zip(found, body["rows"], figure.data, strict=True):
            assert (row["series"], row["place"], row["item"]) == (datum.series, datum.place, datum.item)
            assert row["value"] == ("" if datum.value is None else str(datum.value))
            assert dict(zip(body["columns"], listed, strict=True))["value"] == datum.value
            assert (row["unit"], row["status"], row["as_of"]) == (datum.unit, datum.status, "2026-05-12")
            assert row["source"] == "bts_test"
        assert body["title"] == {"en": figure.title.en, "es": figure.title.es}
        assert all(source["licence"]["es"] for source in body["sources"])
        assert body["cited"] == [{"en": c.en, "es": c.es} for c in figure.cited]
        assert body["sources"] or body["cited"]
    months = (folder / "data" / "trucks-by-port.csv").read_text("utf-8-sig").splitlines()
    assert ",2016-01," in months[1] and ",Nogales,Nogales," in months[1]
    sources = (folder / "data" / "sources.csv").read_text("utf-8-sig")
    assert "500818b5521f1d50" + "0" * 48 in sources


def test_a_table_of_texts_is_written_in_both_languages(tmp_path: Path) -> None:
    made = DossierTable(
        id="commitments",
        title=Text("Commitments", "Compromisos"),
        sources=(BTS,),
        as_of=AS_OF,
        columns=(DossierColumn(Text("What", "Qué")), DossierColumn(Text("By", "Para"))),
        rows=((Text("A <b>lane</b> & more", "Un carril"), AS_OF), (Text.same("–"), None)),
    )
    render(only(made), tmp_path, words())
    assert (tmp_path / "data" / "commitments.csv").read_text("utf-8-sig").splitlines() == [
        "What [en],Qué [es],By [en],Para [es]",
        "A <b>lane</b> & more,Un carril,2026-05-12,2026-05-12",
        "–,–,,",
    ]
    assert "A &lt;b&gt;lane&lt;/b&gt; &amp; more" in (tmp_path / "en.html").read_text("utf-8")


def only(*blocks: Chart | DossierTable) -> Document:
    part = Section("one", Text("One", "Uno"), (), blocks)
    return dataclasses.replace(document(), cover=(), sections=(part,), back=())


def test_a_table_of_estimates_says_so_once(tmp_path: Path) -> None:
    table = next(f for f in document().figures() if isinstance(f, DossierTable) and f.data)
    rows = tuple(
        tuple(dataclasses.replace(c, status="E") if isinstance(c, Datum) else c for c in row) for row in table.rows
    )
    estimates = dataclasses.replace(table, rows=rows)
    sections = (Section("a", table.title, (), (estimates,)),)
    render(dataclasses.replace(document(), sections=sections), tmp_path, words())
    page = (tmp_path / "es.html").read_text("utf-8")
    assert page.count("Todas las cifras son estimaciones.") == 1 and "<sup>" not in page
    assert ",E," in (tmp_path / "data" / f"{table.id}.csv").read_text("utf-8-sig")


def test_rules_stand_under_the_figure_beside_or_without_sources(page: tuple[str, Page]) -> None:
    language, found = page
    told = [text for attrs, text, _ in found.all("p") if attrs.get("class") == "source"]
    law = {"en": "Source: A law, art. 1. Figures", "es": "Fuente: Una ley, art. 1. Cifras"}[language]
    assert [text for text in told if text.startswith(law)] != []  # no licence is claimed for it


def test_two_figures_of_one_id_are_refused(tmp_path: Path) -> None:
    chart = charts()["bar"]
    with pytest.raises(BriefFailed, match="goods is used twice"):
        render(only(chart, chart), tmp_path, words())
    with pytest.raises(BriefFailed, match="numbers"):
        render(only(dataclasses.replace(chart, id="numbers")), tmp_path, words())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", ["own_scale", "seam", "known", "skip", "how_to_read"])
def test_a_missing_word_is_named_and_nothing_is_written(tmp_path: Path, key: str) -> None:
    """Of the program, of both templates, and of the PDF alone."""
    lacking = {k: v for k, v in words().items() if k != f"brief.page.{key}"}
    with pytest.raises(BriefFailed, match=key):
        render(document(), tmp_path, lacking)
    assert list(tmp_path.iterdir()) == []


class Asked(dict[str, Text]):
    """The packaged words, and which of them were asked for."""

    def __init__(self) -> None:
        super().__init__(words())
        self.keys_asked: set[str] = set()

    def __getitem__(self, key: str) -> Text:
        self.keys_asked.add(key.removeprefix("brief.page."))
        return super().__getitem__(key)


def test_every_packaged_word_is_asked_for() -> None:
    asked, rare = (
        Asked(),
        {
            "all_E",
            "since",
            "unconfirmed",
            "notes",
            "other_unit",
            "more_notes",
            "cell_B",
            "cell_E",
            "cell_F",
            "mark_B",
            "mark_E",
            "mark_F",
            "scale_1000000",
            "sources",
            "alt_parts",  # a chart of the site, of parts of a quantity
            "alt_parts_of",
            "how_to_read_report",
        },
    )
    Viewer(document(), "en", asked).whole()
    templates = "".join(
        (TEMPLATES / name).read_text("utf-8")
        for name in ("dossier.html.j2", "dossier.typ", "summary.typ", "slides.typ")
    )
    written = set(re.findall(r"\b(?:words|w)\.(\w+)", templates))
    assert {f"brief.page.{key}" for key in asked.keys_asked | written | rare} == set(words())


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CannotSave, match="taken") as caught:
        render(only(charts()["bar"]), tmp_path / "taken", words())
    assert "hay un archivo donde debe ir una carpeta. Elija con --out" in caught.value.say("es")
    assert (tmp_path / "taken").read_text() == "a file"


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "en.html").write_text("old")
    render(only(charts()["bar"]), tmp_path, words())
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert (tmp_path / "en.html").read_text("utf-8").startswith("<!doctype")
    assert not list(tmp_path.rglob(".*"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_for_offices_has_every_figure_with_its_values(tmp_path: Path, language: str) -> None:
    made = [render(document(), tmp_path / name, words(), ["docx"]) for name in ("one", "two")]
    files = [next(p for p in written if p.name == f"{language}.docx") for written in made]
    assert files[0].read_bytes() == files[1].read_bytes()
    found = docx.Document(str(files[0]))
    shown = [f for f in document().figures() if isinstance(f, Chart)]
    assert len(found.inline_shapes) == len(shown)
    assert all(len(shape._inline.docPr.get("descr")) > 30 for shape in found.inline_shapes)
    view = Viewer(document(), language, words()).whole()  # type: ignore[arg-type]
    tables = [b for s in view["sections"] for b in s["blocks"] if b["kind"] == "table"]
    assert len(found.tables) == len(tables)
    for table, block in zip(found.tables, tables, strict=True):
        cells = [[cell.text for cell in row.cells] for row in table.rows[1:]]
        assert cells == [[f"{c['text']} {c['mark']}".strip() for c in row] for row in block["rows"]]
    text = " ".join(p.text for p in found.paragraphs)
    for quote in document().cover:
        assert quote.do_not_say[language] in text  # type: ignore[index]


def test_slides_have_one_for_each_figure(tmp_path: Path) -> None:
    written = render(document(), tmp_path, words(), ["slides"])
    assert {p.name for p in written if p.parent == tmp_path} == {"slides-en.pdf", "slides-es.pdf"}
    figures = [f for f in document().figures() if isinstance(f, Chart) or len(f.rows) <= MOST_ROWS]
    pages = (tmp_path / "slides-es.pdf").read_bytes().count(b"/MediaBox")
    assert pages >= 2 + len(document().sections) + len(figures)
