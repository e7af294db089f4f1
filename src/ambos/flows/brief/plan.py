"""The form of ``brief.toml``: which keys a number of the cover, a section and each kind of block may have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from ambos.briefing.document import ChartKind, Dimension, Side
from ambos.catalog.lines import Path as Keys
from ambos.catalog.read import Problems
from ambos.catalog.register import load_register
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.catalog.words import load_words
from ambos.flows.workspace import Workspace
from ambos.text import Text

Frequency = Literal["A", "Q", "M", "D", "H", "all"]


@dataclass(frozen=True)
class _Document:
    title: Text
    subtitle: Text
    publisher: Text
    cover: tuple[str, ...]
    findings: int
    findings_title: Text
    findings_intro: tuple[Text, ...]
    sources_title: Text
    sources_intro: tuple[Text, ...]


@dataclass(frozen=True)
class _Quote:
    id: str
    series: str
    places: tuple[str, ...]
    items: tuple[str, ...]
    frequency: Frequency
    start: date
    end: date
    year: Literal["calendar", "fiscal"]
    currency: str
    also: tuple[Literal["P", "F"], ...]
    scale: float
    scale_es: float
    decimals: int
    decimals_es: int
    unit: Text
    label: Text
    definition: Text
    period: Text
    do_not_say: Text
    figure: str
    side: Side


@dataclass(frozen=True)
class _Summary:
    """The summary of one page: its charts by id, and how many months back it tells what changed where no day is given."""

    title: Text
    charts: tuple[str, ...]
    months: int


@dataclass(frozen=True)
class _Spread:
    id: str
    title: Text
    intro: tuple[Text, ...]
    second_first: tuple[Literal["en", "es"], ...]
    row: tuple[Any, ...]


@dataclass(frozen=True)
class _SpreadRow:
    """A subject of the opening spread: ids of numbers for each side or for both, or why there are none."""

    theme: Text
    first: tuple[str, ...]
    second: tuple[str, ...]
    shared: tuple[str, ...]
    first_absent: Text
    second_absent: Text


@dataclass(frozen=True)
class _Section:
    id: str
    title: Text
    values: str
    made: str
    only_named: bool
    intro: tuple[Text, ...]
    block: tuple[Any, ...]


@dataclass(frozen=True)
class _Paragraph:
    kind: Literal["text", "note", "heading"]
    text: Text


@dataclass(frozen=True)
class _Questions:
    """Questions of the region's ``faq.toml`` by id, with their answers and sources."""

    kind: Literal["questions"]
    questions: tuple[str, ...]


@dataclass(frozen=True)
class _Figure:
    """Settings common to the tables and charts of a dossier."""

    kind: Literal["table", "answer", ChartKind]
    id: str
    title: Text
    series: str | tuple[str, ...]
    places: tuple[str, ...]
    together: tuple[Any, ...]
    items: tuple[str, ...]
    frequency: Frequency
    start: date
    end: date
    year: Literal["calendar", "fiscal"]
    currency: str
    last: int
    top: int
    total: bool
    names: Mapping[str, Text]
    notes: tuple[Text, ...]
    pages: tuple[str, ...]


@dataclass(frozen=True)
class _Table(_Figure):
    head: Text
    scale: float
    layout: Literal["", "wide", "items"]


@dataclass(frozen=True)
class _Chart(_Figure):
    by: Dimension
    facet: Literal["", "series", "place", "item"]
    order: tuple[str, ...]
    ends: tuple[str, ...]
    sides: Mapping[str, Side]
    side: Side
    events: bool
    seam: date


@dataclass(frozen=True)
class _Answer(_Chart):
    """A figure of a flow that is no series; each reads what it needs."""

    answer: str
    cited: tuple[Text, ...]
    known: date
    drawn: ChartKind
    party: str
    parties: tuple[str, ...]
    level_name: Text
    step: int
    years: tuple[int, ...]
    text: Text
    without: tuple[str, ...]


@dataclass(frozen=True)
class _Report:
    """The progress report for a plenary: which sections it has."""

    title: Text
    subtitle: Text
    sections: tuple[str, ...]
    reading: tuple[Text, ...]


@dataclass(frozen=True)
class _OnePage:
    """The page of a committee: numbers, charts and further records of its subject, and committees that it came of whose
    items belong to others."""

    committee: str
    quotes: tuple[str, ...]
    charts: tuple[str, ...]
    records: tuple[str, ...]
    without: tuple[str, ...]


def check_plan(
    workspace: Workspace, answers: Iterable[str], values: Iterable[str], sections: Iterable[str] = ()
) -> None:
    """Refuse a ``brief.toml`` with unknown keys, choices or names.

    Parameters
    ----------
    workspace : Workspace
    answers, values, sections : iterable of str
        What a block may name as its ``answer``, and a section as its ``values`` and as what it is ``made`` of.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    path = workspace.catalog.snapshot_folder.parent / "brief.toml"
    if not path.is_file():
        return
    problems = Problems()
    file = open_toml(path, problems)
    file.keys(file.tree, (), "document summary spread quote section one_page report")
    head = file.inside(file.tree, (), "document")
    _check(file, _Document, head, ("document",), workspace, " ".join(set(_Document.__annotations__) - {"cover"}))
    here: Keys
    quotes = [str(quote.get("id", "")) for quote in file.rows(file.tree, (), "quote")]
    for id in head.get("cover", ()):
        file.choice("cover", id, quotes, ("document", "cover"))
    if "spread" in file.tree:
        spread = file.inside(file.tree, (), "spread")
        _check(file, _Spread, spread, ("spread",), workspace, "id title row")
        for i, row in enumerate(file.rows(spread, ("spread",), "row")):
            here = ("spread", "row", i)
            _check(file, _SpreadRow, row, here, workspace, "theme")
            for key in ("first", "second", "shared"):
                for id in row.get(key, ()):
                    file.choice(key, id, quotes, (*here, key))
                if key != "shared" and not {key, f"{key}_absent", "shared"} & set(row):
                    file.say(here, f"{key} or {key}_absent is missing / falta {key} o {key}_absent")
    for i, quote in enumerate(file.rows(file.tree, (), "quote")):
        _check(file, _Quote, quote, ("quote", i), workspace, "id series unit label do_not_say")
    blocks: list[str] = []
    for i, section in enumerate(file.rows(file.tree, (), "section")):
        _check(file, _Section, section, ("section", i), workspace, "id title")
        if "made" in section:
            file.choice("made", section["made"], sections, ("section", i, "made"))
        if "values" in section:
            file.choice("values", section["values"], values, ("section", i, "values"))
        for k, block in enumerate(file.rows(section, ("section", i), "block")):
            here = ("section", i, "block", k)
            kind, required = _KINDS.get(str(block.get("kind")), (_Chart, "kind id title series"))
            _check(file, kind, block, here, workspace, required)
            blocks.append(str(block.get("id", "")))
            for id in block.get("questions", ()):
                file.choice("questions", id, load_words(workspace.catalog).questions, (*here, "questions"))
            if "answer" in block:
                file.choice("answer", block["answer"], answers, (*here, "answer"))
    _check_pages(file, workspace, quotes, blocks)
    if "report" in file.tree:
        report = file.inside(file.tree, (), "report")
        _check(file, _Report, report, ("report",), workspace, "title subtitle sections reading")
        ids = [str(section.get("id", "")) for section in file.rows(file.tree, (), "section")]
        for id in report.get("sections", ()):
            file.choice("sections", id, ids, ("report", "sections"))
    if "summary" in file.tree:
        summary = file.inside(file.tree, (), "summary")
        _check(file, _Summary, summary, ("summary",), workspace, "title charts months")
        for id in summary.get("charts", ()):
            file.choice("charts", id, blocks, ("summary", "charts"))
    for i, quote in enumerate(file.rows(file.tree, (), "quote")):
        if "figure" in quote:
            file.choice("figure", quote["figure"], blocks, ("quote", i, "figure"))
    problems.refuse()


def _check_pages(file: TomlFile, workspace: Workspace, quotes: Iterable[str], blocks: Iterable[str]) -> None:
    """The pages of committees: that the numbers, charts and records they name are there."""
    known = load_register(workspace.catalog)
    committees = [id for kind, id in known if kind == "committee"]
    for i, page in enumerate(file.rows(file.tree, (), "one_page")):
        here = ("one_page", i)
        _check(file, _OnePage, page, here, workspace, "committee")
        for key, names, allowed in (
            ("committee", [page.get("committee", "")], committees),
            ("quotes", page.get("quotes", ()), quotes),
            ("charts", page.get("charts", ()), blocks),
            ("records", page.get("records", ()), [f"{kind}.{id}" for kind, id in known]),
            ("without", page.get("without", ()), committees),
        ):
            for name in names:
                file.choice(key, name, allowed, (*here, key))


#: By kind of block: its keys, and those without which there is none.
_KINDS: Mapping[str, tuple[type, str]] = {
    "text": (_Paragraph, "text"),
    "note": (_Paragraph, "text"),
    "heading": (_Paragraph, "text"),
    "questions": (_Questions, "questions"),
    "table": (_Table, "id title series head"),
    "answer": (_Answer, "id title answer"),
}


def _check(
    file: TomlFile, kind: type, body: Mapping[str, Any], path: Keys, workspace: Workspace, required: str
) -> None:
    """The keys of one table of the file, and that its series and places are defined."""
    known = file.fields(kind, body, path)
    for wanted in required.split():
        if wanted not in body:
            file.say(path, f"{wanted} is missing / falta")
    series = known.get("series", [])
    for name in [series] if isinstance(series, str) else series:
        file.choice("series", name, workspace.catalog.series, (*path, "series"))
    for name in known.get("ends", []):
        file.choice("ends", name, workspace.catalog.series, (*path, "ends"))
    for code, side in known.get("sides", {}).items():
        file.choice(f"{code}: side", side, get_args(Side), (*path, "sides"))
    if "currency" in known:
        file.choice(
            "currency", known["currency"], [unit.upper() for unit in workspace.catalog.units], (*path, "currency")
        )
    for key, names in (("places", known.get("places", [])), *(("together", n) for n in known.get("together", []))):
        for name in names:
            file.choice("place", name, workspace.catalog.places, (*path, key))
