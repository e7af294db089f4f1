"""The dossier's opening spread, its choice of sections and its summary of one page."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ambos.briefing import Document, charts, html, render
from ambos.briefing.view import Viewer
from ambos.errors import UnknownName
from ambos.flows.brief import dossier as brief_dossier
from ambos.flows.brief.dossier import brief, compose
from ambos.flows.brief.figures import DossierContext, chart
from ambos.flows.brief.summary import news
from ambos.flows.register.open import FILE, URL_VARIABLE
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model import Finding
from ambos.text import LANGUAGES, Language, Text


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    opened = open_workspace(tmp_path_factory.mktemp("forms") / "workspace")
    return dataclasses.replace(opened, clock=lambda: datetime(2026, 11, 23, 18, tzinfo=UTC))


@pytest.fixture(scope="module")
def document(here: Workspace) -> Document:
    """The section on the exchange rate; no findings are sought."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(brief_dossier, "findings_held", lambda workspace: [])
        return compose(here, sections=["money"])


@pytest.fixture(scope="module")
def words(here: Workspace) -> Mapping[str, Text]:
    return {key: text for key, text in here.catalog.messages.items() if key.startswith("brief.")}


# -- two sides --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "sides"), [("en", ["Arizona", "Sonora"]), ("es", ["Sonora", "Arizona"])])
def test_each_language_names_its_own_side_first(
    document: Document, words: Mapping[str, Text], language: Language, sides: list[str]
) -> None:
    view = Viewer(document, language, words).whole()
    assert view["title"].startswith("–".join(sides)) and view["region"] == "–".join(sides)
    assert [head["name"] for head in view["spread"]["heads"]] == sides
    for row in view["spread"]["rows"]:
        found = [cell["side"] for cell in row["cells"]]
        assert found in (["both"], [head["side"] for head in view["spread"]["heads"]])
    page = html.page(document, view, words)
    assert page.index(f">{sides[0]}</th>") < page.index(f">{sides[1]}</th>")


def test_every_cell_of_the_spread_has_a_number_with_period_and_source_or_says_why_there_is_none(
    document: Document,
) -> None:
    assert document.spread is not None
    themes = [row.theme.en for row in document.spread.rows]
    assert themes == ["People", "Output", "Work", "Investment", "Exports", "Crossings", "Water", "Air"]
    for row in document.spread.rows:
        for cell in row.cells:
            assert cell.quotes or cell.absent, row.theme.en
            for quote in cell.quotes:
                assert re.search(r"\d{4}", quote.period.en) and quote.source.en and quote.data[0].value
    output = next(row for row in document.spread.rows if row.theme.en == "Output")
    assert [cell.quotes[0].value.en for cell in output.cells] == ["420.0 billion USD", "60.4 billion USD"]


def test_a_provisional_number_and_one_that_is_overdue_say_so(document: Document) -> None:
    by_id = {quote.id: quote for quote in document.quotes()}
    assert by_id["sonora_exports"].period == Text("2025, provisional", "2025, preliminar")
    assert by_id["two_way"].period.en == "2024"  # 2025 is unconfirmed
    age = by_id["arizona_product"].age
    assert age == Text(
        "Newest held: 2021; newer figures should be out",
        "Lo más reciente disponible: 2021; ya debería haber cifras más recientes",
    )
    assert by_id["sonora_product"].age is None
    assert by_id["mead"].value == Text("1,037.6 ft", "316.3 m")
    assert by_id["sonora_fdi"].change == Text("unconfirmed", "sin confirmar")  # provisional, and less than half
    assert by_id["sonora_people"].period == Text("2026, projected", "2026, proyectado")
    assert by_id["arizona_people"].period == Text("2023, estimated", "2023, estimado")


def test_every_number_has_its_data(document: Document, here: Workspace) -> None:
    listed = {q["id"] for q in here.catalog.brief["quote"]}
    assert {q.id for q in document.quotes()} == listed and len(document.cover) == 10


# -- sections and forms -----------------------------------------------------------------------------------------------
def test_only_the_sections_asked_for_are_composed(document: Document) -> None:
    assert [part.id for part in document.sections] == ["money"]


def test_a_dossier_is_composed_anew_only_where_the_day_the_register_or_a_file_of_the_store_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed = list[Document]()

    def counted(*given: Workspace, **asked: Any) -> Document:
        composed.append(compose(*given, **asked))
        return composed[-1]

    monkeypatch.setattr(brief_dossier, "findings_held", lambda workspace: [])
    monkeypatch.setattr(brief_dossier, "compose", counted)
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    opened = open_workspace(tmp_path / "workspace")

    def made(day: int = 23) -> dict[str, bytes]:
        then = dataclasses.replace(opened, clock=lambda: datetime(2026, 11, day, 18, tzinfo=UTC))
        written = brief(then, tmp_path / "out", sections=["money"], formats=["html"])
        return {path.name: path.read_bytes() for path in written}

    first = made()
    assert made() == first and len(composed) == 1
    assert made(day=24) != first and len(composed) == 2
    (tmp_path / "workspace" / "store" / "fx").mkdir(parents=True)
    (tmp_path / "workspace" / "store" / "fx" / "stray.parquet").write_bytes(b"PAR1")
    assert made() == first and len(composed) == 3
    (tmp_path / "workspace" / FILE).touch()
    assert made() == first and len(composed) == 4
    monkeypatch.setenv(URL_VARIABLE, f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert made() == first and made() == first and len(composed) == 6


def test_an_unknown_section_or_form_is_refused_with_the_nearest(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="watr") as refused:
        compose(here, sections=["watr"])
    assert "water" in refused.value.say("es")
    with pytest.raises(UnknownName) as form:
        brief(here, tmp_path, formats=["pfd"])
    assert "pdf" in form.value.say("en") and not list(tmp_path.iterdir())


# -- the summary ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_summary_is_one_page(
    document: Document, words: Mapping[str, Text], tmp_path: Path, language: Language
) -> None:
    written = render(document, tmp_path, words, ["summary"])
    assert {p.name for p in written if p.parent == tmp_path} == {"summary-en.pdf", "summary-es.pdf"}
    raw = (tmp_path / f"summary-{language}.pdf").read_bytes()
    assert raw.count(b"/MediaBox") == 1
    assert document.summary is not None and len(document.summary.charts) == 3


def test_the_summary_has_numbers_of_all_pillars(document: Document) -> None:
    topics = {quote.data[0].series.split(".")[0] for quote in document.cover}
    assert {"trade", "economy", "work", "investment", "crossings", "waits", "river", "air"} <= topics


def test_the_summary_tells_new_and_revised_figures_since_a_day(here: Workspace) -> None:
    told = [text.en for text in news(DossierContext(here, []), date(2026, 9, 15))]
    assert any(re.match(r"Exports of Mexican states: .*, to second quarter of 2026\.", line) for line in told)
    assert next(news(DossierContext(here, []), date(2026, 11, 22))).en == "No new figure has become known since then."


def test_the_summary_counts_the_findings_on_figures_that_are_new(here: Workspace) -> None:
    dataset = "mx_state_exports"

    def finding(end: date) -> Finding:
        words = Text("A jump", "Un salto")
        return Finding(f"x-{end}", "jump", dataset, "MX-SON", "_T", end, end, 1.0, words, "high")

    found = [finding(date(2021, 6, 30)), finding(date(2026, 6, 30))]
    since = date(2026, 9, 15)
    told = [text.en for text in news(DossierContext(here, found), since)]
    assert told[-1] == "Findings on these figures: 1. The most serious: A jump"


def test_a_line_to_an_unconfirmed_year_says_so(here: Workspace, words: Mapping[str, Text]) -> None:
    state = next(part for part in here.catalog.brief["section"] if part["id"] == "state")
    entry = next(block for block in state["block"] if block["id"] == "state-trade")
    assert not chart(DossierContext(here, []), entry).unconfirmed
    jump = Finding(
        "annual_jump.x",
        "annual_jump",
        "freight_annual_state",
        "US-AZ",
        "export/air/MX",
        date(2025, 1, 1),
        date(2025, 12, 1),
        4.6e9,
        Text("A jump", "Un salto"),
        "medium",
    )
    drawn = chart(DossierContext(here, [jump]), entry)
    assert drawn.unconfirmed
    assert "confirmar)" in charts.svg(drawn, "es", words)
    kept = dataclasses.replace(drawn, unconfirmed=False)
    assert "confirmar)" not in charts.svg(kept, "es", words)
