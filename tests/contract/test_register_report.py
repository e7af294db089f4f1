"""The documents of the register: progress, agreements, a page per committee, comments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ambos.briefing import Document, Section, pdf
from ambos.briefing.output import files
from ambos.briefing.view import Viewer
from ambos.errors import NotYetKnown, UnknownName
from ambos.flows.brief.dossier import composed, sections_of
from ambos.flows.brief.figures import Asked, DossierContext
from ambos.flows.brief.register import committees
from ambos.flows.brief.report import compose_report, report
from ambos.flows.register.agreements import agreements
from ambos.flows.register.comments import comments
from ambos.flows.register.committee import committee_page
from ambos.flows.register.open import open_register
from ambos.flows.register.progress import progress, progress_answer
from ambos.flows.register.reading import Reading, reading
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.register import Comment, Commitment, Evidence, Phrase
from ambos.text import LANGUAGES, Language

NOW = datetime(2026, 11, 30, 18, tzinfo=UTC)
DAY = NOW.date()


def at(folder: Path) -> Workspace:
    """The packaged region on a fixed day."""
    return replace(open_workspace(folder), clock=lambda: NOW)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The region's records, as nobody has written in them."""
    return at(tmp_path_factory.mktemp("register") / "none")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """A register in which offices wrote: one commitment kept, one late, one withdrawn, one over long ago."""
    workspace = at(tmp_path_factory.mktemp("written"))
    register = open_register(workspace)
    base = Commitment(
        id="kept", name=Phrase("Kept", "Cumplido"), made="2026-01", due="2026-03", responsible=("adot", "cedes")
    )
    with register.writing("adot", NOW) as desk:
        for one in (
            base,
            replace(base, id="late", committee="tourism-2025", responsible=("adot",), due="2026-03-01"),
            replace(base, id="gone"),
            replace(base, id="old", made="2019", due="2020", status="complete", steps=()),
        ):
            desk.create(one, draft=False)
        desk.withdraw("commitment", "gone", "No money")
    hash = register.get("commitment", "kept", day=DAY).content_hash
    for office in ("adot", "cedes"):
        with register.writing(office, NOW) as desk:
            desk.accept("commitment", "kept", hash)
    with register.writing("cedes", NOW) as desk:
        desk.status("kept", "complete")
        desk.evidence("kept", Evidence(Phrase("Report", "Informe"), on="2026-10"))
    for office in ("adot", "cedes"):
        with register.writing(office, NOW) as desk:
            desk.accept("commitment", "kept", hash, outcome=True)
    return reading(workspace)


def test_of_what_was_compiled_nothing_is_kept_and_all_is_by_the_word_of_sources(here: Workspace) -> None:
    register = reading(here)
    made = progress(register)
    assert made.plenary is not None and made.since == date(2025, 6, 26)
    assert not made.of("kept") and not any(s.here for s in made.standings)
    assert len(made.standings) + made.earlier == len(register.entries("commitment"))
    answer = progress_answer(register, made)
    counts = {row["outcome"].code: row["total"] for row in answer.table("counts").cells()}  # type: ignore[union-attr]
    assert sum(counts.values()) == answer.facts["commitments"] == len(answer.table("commitments").rows)  # type: ignore[arg-type]
    assert {row["by"] for row in answer.table("commitments").cells()} == {"source"}


def test_what_offices_did_is_told_apart_from_what_sources_report(written: Reading) -> None:
    outcome = {s.entry.id: (s.outcome, s.here) for s in progress(written).standings}
    assert outcome["kept"] == ("kept", True)
    assert outcome["late"] == ("late", False)  # nobody set a status: the day is past
    assert outcome["gone"] == ("dropped", True)
    assert "old" not in {s.entry.id for s in progress(written, date(2026, 12, 1)).standings}
    page = committee_page(written, "tourism-2025")
    assert [s.entry.id for s in page.items] == ["late"]
    asked = page.asks["late"]
    assert asked is not None
    assert asked.en == "report, new date or drop; accept or change; office in charge: Sonora"


def test_agreements_that_end_soon_come_first_with_what_is_to_be_decided(here: Workspace) -> None:
    rows = agreements(reading(here)).table("agreements").cells()
    soon = {row["agreement"].code: row for row in rows if row["state"].code == "expiring"}  # type: ignore[union-attr]
    assert {"minute-323", "minute-330", "guidelines-2007", "dcp-2019"} <= set(soon)
    assert list(soon) == [row["agreement"].code for row in rows][: len(soon)]  # type: ignore[union-attr]
    assert {row["days_left"] for row in soon.values()} == {31}
    assert all("renew, replace or let lapse" in row["follow_up"].en for row in soon.values())  # type: ignore[union-attr]


def test_a_commitment_of_an_office_without_a_status_has_none_set_and_of_a_source_none_found(written: Reading) -> None:
    rows = progress_answer(written, progress(written)).table("commitments").cells()
    status = {row["commitment"].code: str(row["status"]) for row in rows}  # type: ignore[union-attr]
    assert "not set" in status["late"] and "not found" in status["border-2025-nogales"]


def test_comments_are_listed_once_published_with_their_replies(tmp_path: Path) -> None:
    workspace = at(tmp_path)
    register = open_register(workspace)
    said = Comment(id="c1", target_kind="committee", target="tourism-2025", text="¿Y {ahora}?", language="es")
    with register.writing("public", NOW) as desk:
        desk.comment(said)
        desk.comment(replace(said, id="c2"))
    assert not comments(reading(workspace)).tables[0].rows
    with register.writing("cofetur", NOW) as desk:
        desk.moderate("c1", "published", Phrase())
        desk.reply("c1", Phrase("", "En abril"))
    (row,) = comments(reading(workspace)).tables[0].cells()
    assert row["comment"].en == "¿Y {ahora}? (only in Spanish)"  # type: ignore[union-attr]
    assert row["replies"].es.endswith(": En abril")  # type: ignore[union-attr]
    (section,) = sections_of(DossierContext(workspace, []), _part(workspace, "comments"), ())
    assert "¿Y {ahora}?" in str(section.blocks)
    assert not {part["id"] for part in workspace.catalog.brief["section"]} & {block.id for block in section.blocks}


def _part(workspace: Workspace, id: str) -> dict[str, object]:
    return next(part for part in workspace.catalog.brief["section"] if part["id"] == id)


@pytest.fixture(scope="module")
def pages(here: Workspace) -> dict[str, Section]:
    """The page of each committee, by its id."""
    context = DossierContext(here, [])
    made = committees(context, _part(here, "committees"), lambda entry: composed(context, entry, {}))
    return {section.id.removeprefix("committees-"): section for section in made}


def document(here: Workspace, *sections: Section) -> Document:
    text = sections[0].title
    return Document(text, text, text, text, DAY, DAY, cover=(), sections=sections)


def test_the_eleven_committees_in_force_have_a_page_each(here: Workspace, pages: dict[str, Section]) -> None:
    assert sorted(pages) == sorted(reading(here).current()) and len(pages) == 11
    assert all(section.one_page for section in pages.values())


#: The page on tourism but for its numbers, which new figures change.
TOURISM: dict[Language, str] = {
    "en": """\
Tourism
Action items known: 0. To be done: 0, of which 0 late and 0 without news for six months. Kept: 0.
Named in its present form since June 2025. Came of: Tourism (2023–2025); Tourism (–2023); their items count here. Its co-chairs were not found in public documents.
No action item of this committee was found in public documents. That does not mean that there is none: the committee can enter them in the register, with an office, a due date and a source on each side.
Indicators
Indicator | Value | Period | Change
Entries of people from Sonora into Arizona, by year
Agreements, meetings, projects and initiatives
Kind | What | Signed, held or begun | Ends | Who follows up, or where
Memorandum of understanding | Memorandum of understanding on a two-nation destination campaign | June 15, 2018 | not found | not found
Plenary | 66th summit of the Arizona-Mexico Commission and joint plenary | June 26, 2025 – June 27, 2025 | – | Chandler, Arizona, by some reports; Phoenix by others
Initiative | Two-nation destination campaign | June 15, 2018 | – | –""",
    "es": """\
Turismo
Líneas de acción conocidas: 0. Por cumplir: 0, de ellas 0 atrasadas y 0 sin novedad en seis meses. Cumplidas: 0.
Con su forma actual desde junio de 2025. Proviene de: Turismo (2023–2025); Turismo (–2023); sus líneas de acción cuentan aquí. No se halló en documentos públicos quién lo copreside.
No se halló en documentos públicos ninguna línea de acción de este comité. No significa que no las haya: el comité puede registrarlas, con oficina responsable, fecha límite y fuente de cada parte.
Indicadores
Indicador | Valor | Periodo | Variación
Entradas de personas de Sonora a Arizona, por año
Acuerdos, reuniones, proyectos e iniciativas
Tipo | Qué | Firma, fecha o inicio | Vence | Quién da seguimiento, o dónde
Memorando de entendimiento | Memorando de entendimiento para una campaña de destino de dos naciones | 15 de junio de 2018 | no se halló | no se halló
Plenaria | 66.ª cumbre de la Arizona-Mexico Commission y reunión plenaria conjunta | 26 de junio de 2025 – 27 de junio de 2025 | – | Chandler, Arizona, según unas notas; Phoenix, según otras
Iniciativa | Campaña de destino de dos naciones | 15 de junio de 2018 | – | –""",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_a_committee_reads_so(here: Workspace, pages: dict[str, Section], language: Language) -> None:
    viewer = Viewer(document(here, pages["tourism-2025"]), language, here.catalog.messages)
    view = viewer.section(pages["tourism-2025"], back=False)
    lines = [view["title"], *view["intro"]]
    for block in view["blocks"]:
        lines.append(block["text"] if "text" in block else block["title"])
        if block["kind"] == "table":
            lines.append(" | ".join(column["label"] for column in block["columns"]))
            rows = [" | ".join(cell["text"] for cell in row) for row in block["rows"]]
            lines += [] if block["id"].endswith("indicators") else rows
    assert "\n".join(lines) == TOURISM[language]


def _pages_of(here: Workspace, language: Language, *sections: Section) -> int:
    """Count the pages of the book but for the cover, the contents, and the rest of long notes at its end."""
    words = {key: text for key, text in here.catalog.messages.items() if key.startswith("brief.page.")}
    whole = document(here, *sections)
    view = Viewer(whole, language, words).whole()
    notes = sum(section["id"] == "notes" for section in view["sections"])
    return pdf.book(whole, view, words).count(b"/MediaBox") - 2 - notes


def test_long_comments_go_on_overleaf(tmp_path: Path) -> None:
    workspace = at(tmp_path)
    said = Comment(id="c0", target_kind="committee", target="tourism-2025", text="x" * 2000, language="es")
    with open_register(workspace).writing("public", NOW) as desk:
        for number in range(8):
            desk.comment(replace(said, id=f"c{number}"))
    with open_register(workspace).writing("cofetur", NOW) as desk:
        for number in range(8):
            desk.moderate(f"c{number}", "published", Phrase())
    (section,) = sections_of(DossierContext(workspace, []), _part(workspace, "comments"), ())
    assert _pages_of(workspace, "es", section) > 2  # a table kept whole runs out of its second page


def test_a_committee_with_too_much_for_a_page_still_stands_on_one(here: Workspace, pages: dict[str, Section]) -> None:
    assert _pages_of(here, "es", pages["water-environment-2025"], pages["real-estate-2025"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_committee_has_one_page_in_the_book(
    here: Workspace, pages: dict[str, Section], language: Language
) -> None:
    assert _pages_of(here, language, *pages.values()) == len(pages)


def test_the_report_is_refused_for_a_day_before_the_register_and_for_unknown_parts(here: Workspace) -> None:
    with pytest.raises(NotYetKnown):
        compose_report(here, as_of=date(2026, 1, 1))
    with pytest.raises(UnknownName, match="Nearest known: progress"):
        compose_report(here, sections=("progres",))
    with pytest.raises(UnknownName, match="pdf, html, docx"):
        report(here, Path("never"), formats=("slides",))


def test_the_report_counts_on_its_cover_what_its_tables_list(here: Workspace) -> None:
    made = compose_report(here, asked=Asked(since=date(2024, 10, 25)), sections=("progress",))
    told = report(here, asked=Asked(since=date(2024, 10, 25)))
    cover = {quote.id: int(quote.value.en.split()[0]) for quote in made.cover}
    assert cover["count-late"] == told.facts["late"] and cover["count-no-news"] == told.facts["no_news"]
    assert cover["count-ending"] == told.facts["agreements_expiring"] == 4
    words = {key: text for key, text in here.catalog.messages.items() if key.startswith("brief.page.")}
    html = files(made, words, ("html",), ("es",))["es.html"].decode()
    assert "Cómo leer este informe" in html and "25 de octubre de 2024" in html
