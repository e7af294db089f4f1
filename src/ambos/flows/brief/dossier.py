"""`ambos brief`: the plenary dossier, in both languages.

What it says is the region's ``brief.toml``: the numbers for the cover, the sections, their figures. This flow
answers each figure as `ambos show` would, puts the findings beside the figures they touch and hands the whole to
`ambos.briefing`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from ambos.briefing import Document, DossierTable, Findings, Paragraph, Quote, Section, SourceEntry, Sources, render
from ambos.briefing.document import Block
from ambos.catalog import Catalog
from ambos.errors import BriefFailed, NoData
from ambos.flows.brief import air as brief_air
from ambos.flows.brief import river as brief_river
from ambos.flows.brief import river_later as brief_river_later
from ambos.flows.brief.figures import DossierContext, chart, series_of, table
from ambos.flows.brief.plan import check_plan
from ambos.flows.brief.quotes import quote
from ambos.flows.data.check import check_data
from ambos.flows.data.show import known_at
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.numbers import day
from ambos.text import LANGUAGES, Text, joined

Answer = TypeVar("Answer")

#: What a block of ``brief.toml`` may name as its ``answer``: figures of flows that are no series.
ANSWERS: Mapping[str, Callable[[DossierContext, Mapping[str, Any]], Block | list[DossierTable]]] = {
    "river.status": brief_river.other_tables,
    "river.cuts": brief_river.cuts,
    "river.ways": brief_river.ways,
    "river.order": brief_river.order,
    "river.decided": brief_river.decided_cuts,
    "river.newest": brief_river.newest,
    "river.lake": brief_river.lake,
    "river.apportionment": brief_river.against_apportionment,
    "river.ledger": brief_river.deliveries,
    "river.scenarios_by_level": brief_river_later.scenarios_by_level,
    "river.scenarios_at_level": brief_river_later.scenarios_at_level,
    "river.odds_of_tiers": brief_river_later.odds_of_tiers,
    "river.odds_of_levels": brief_river_later.odds_of_levels,
    "air.limits": brief_air.limits,
    "air.idling": brief_air.idling_table,
    "air.twins": brief_air.twins,
}
#: What a section may name as its ``values``: texts that its own texts can show.
VALUES: Mapping[str, Callable[[DossierContext], dict[str, Text]]] = {"river": brief_river.values}


def brief(
    workspace: Workspace,
    folder: Path,
    *,
    as_of: date | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Path]:
    """Write ``en.html``, ``es.html``, ``en.pdf``, ``es.pdf`` and ``data/`` into a folder.

    Parameters
    ----------
    workspace : Workspace
    folder : Path
    as_of : date, optional
        Only what was known on this day.
    progress : callable, optional
        Told (what, done, in all).

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    BriefFailed
        If the region has no dossier.
    NotYetKnown
        If the numbers of its cover were not all known on that day.
    NoData, UnknownName, BadRequest
        If the dossier asks for something that is not held or not defined.
    """
    document = compose(workspace, as_of=as_of, progress=progress)
    words = {key: text for key, text in workspace.catalog.messages.items() if key.startswith("brief.")}
    return render(document, folder, words)


def compose(
    workspace: Workspace, *, as_of: date | None = None, progress: Callable[[str, int, int], None] | None = None
) -> Document:
    """The dossier as an object, the same for both languages and all forms."""
    plan = workspace.catalog.brief
    if not plan:
        raise BriefFailed(
            detail=Text(
                f"the region {workspace.catalog.region.id} has no brief.toml.",
                f"la región {workspace.catalog.region.id} no tiene brief.toml.",
            )
        )
    check_plan(workspace, ANSWERS, VALUES)
    tell = progress or (lambda what, done, total: None)
    steps = 1 + len(plan["quote"]) + sum(len(part.get("block", [])) for part in plan["section"])
    tell("", 0, steps)
    series = workspace.catalog.series
    rest_on = dict.fromkeys(
        s.dataset for q in plan["quote"] for s in series_of(workspace.catalog.find_series(q["series"]), series)
    )
    known_at(workspace, Text.of(plan["document"]["title"]), [workspace.catalog.datasets[d] for d in rest_on], as_of)
    context = DossierContext(workspace, check_data(workspace), as_of)
    done = 1
    quotes = []
    for entry in plan["quote"]:
        quotes.append(quote(context, entry))
        done += 1
        tell(entry["id"], done, steps)
    sections = []
    for part in plan["section"]:

        def made(of: str = part["id"]) -> None:
            nonlocal done
            done += 1
            tell(of, done, steps)

        sections.append(section(context, part, quotes, made=made))
    head = plan["document"]
    today = as_of or workspace.clock().date()
    return Document(
        title=Text.of(head["title"]),
        subtitle=Text.of(head["subtitle"]),
        region=workspace.catalog.region.name,
        publisher=Text.of(head["publisher"]),
        date=today,
        as_of=max((s.as_of for s in workspace.store.snapshots()), default=today) if as_of is None else as_of,
        terms=_terms(workspace.catalog),
        cover=tuple(quotes),
        sections=tuple(sections),
        back=(_findings(context, head), _sources(context, head)),
    )


def _terms(catalog: Catalog) -> dict[str, Text]:
    """The names that the data files have beside the codes of units, statuses and frequencies."""
    return {
        **{f"unit.{unit.id}": unit.name for unit in catalog.units.values()},
        **{f"status.{code.id}": code.name for code in catalog.codelists["statuses"].codes.values()},
        **{key: text for key, text in catalog.messages.items() if key.startswith("frequency.")},
    }


def section(
    context: DossierContext,
    part: Mapping[str, Any],
    quotes: Sequence[Quote],
    *,
    without: Collection[str] = (),
    made: Callable[[], None] = lambda: None,
) -> Section:
    """Compose a section of ``brief.toml``.

    Parameters
    ----------
    context : DossierContext
    part : mapping
        A ``[[section]]``.
    quotes : sequence of Quote
        The numbers that its texts name.
    without : collection of str
        Ids of figures left out.
    made : callable
        Called after each block.

    Raises
    ------
    NoData
        If a figure has none; a dossier of an earlier day says what was not known then and goes on.
    """
    values = {
        f"{q.id}{suffix}": text
        for q in quotes
        for suffix, text in (("", q.value), ("_period", q.period), ("_change", q.change or Text.same("–")))
    }
    values |= _named(VALUES, part["values"])(context) if "values" in part else {}
    blocks: list[Block] = []
    missing: list[Text] = []
    for entry in part.get("block", []):
        if entry.get("id") not in without:
            try:
                blocks += composed(context, entry, values)
            except NoData:
                if context.as_of is None:
                    raise
                missing.append(_title(entry, values))
        made()
    if missing:
        blocks.append(Paragraph(_left_out(context, missing), "note"))
    intro = tuple(Text.of(t).format(**values) for t in part.get("intro", []))
    return Section(part["id"], Text.of(part["title"]), intro, tuple(blocks))


def composed(context: DossierContext, entry: Mapping[str, Any], values: Mapping[str, Text]) -> Sequence[Block]:
    """Compose a ``[[section.block]]``, whose texts may name values.

    Raises
    ------
    NoData
        If nothing is held of it.
    """
    kind = entry["kind"]
    if kind in ("text", "note", "heading"):
        return [Paragraph(Text.of(entry["text"]).format(**values), kind)]
    if kind == "answer":
        made = _named(ANSWERS, entry["answer"])(context, entry)
        return made if isinstance(made, list) else [made]
    return [table(context, entry) if kind == "table" else chart(context, entry)]


def _named(known: Mapping[str, Answer], name: str) -> Answer:
    """Look up a name of ``brief.toml``.

    Raises
    ------
    BriefFailed
        If there is no such thing.
    """
    if name not in known:
        there = ", ".join(known)
        raise BriefFailed(
            detail=Text(
                f"brief.toml asks for “{name}”; there are: {there}.", f"brief.toml pide «{name}»; hay: {there}."
            )
        )
    return known[name]


def _title(entry: Mapping[str, Any], values: Mapping[str, Text]) -> Text:
    """Write the title of a figure that could not be made; placeholders filled by its answer are left open."""
    title = Text.of(entry["title"])
    own = {k: defaultdict(lambda: "…", {name: value[k] for name, value in values.items()}) for k in LANGUAGES}
    return Text(*(title[k].format_map(own[k]) for k in LANGUAGES))


def _left_out(context: DossierContext, titles: Sequence[Text]) -> Text:
    then = Text(*(day(context.today(), language) for language in LANGUAGES))
    return context.workspace.catalog.message("brief.not_known", day=then, titles=joined(titles, "; "))


def _findings(context: DossierContext, head: Mapping[str, Any]) -> Section:
    """The weightiest findings of all, each check and place in turn, so that one fault does not crowd out the rest."""
    most = head["findings"]
    return Section(
        "findings",
        Text.of(head["findings_title"]),
        tuple(
            Text.of(t).format(count=len(context.findings), shown=min(most, len(context.findings)))
            for t in head["findings_intro"]
        ),
        (Findings(tuple(_spread(context.findings, most))),),
    )


def _spread(findings: Sequence[Finding], most: int) -> list[Finding]:
    """The first of every check, then the second of every check, and so on."""
    seen: dict[str, int] = {}
    ranked = []
    for position, finding in enumerate(findings):
        turn = seen[finding.check] = seen.get(finding.check, 0) + 1
        ranked.append((turn, position, finding))
    chosen = sorted(ranked, key=lambda r: r[:2])[:most]
    return [finding for _, _, finding in sorted(chosen, key=lambda r: r[1])]


def _sources(context: DossierContext, head: Mapping[str, Any]) -> Section:
    catalog = context.workspace.catalog
    snapshots = context.workspace.store.snapshots()
    entries = tuple(
        SourceEntry(source, tuple(s for s in snapshots if s.source == source.id))
        for source in catalog.sources.values()
        if source.id in context.sources_used
    )
    rules = [Paragraph(catalog.message("brief.rules"), "heading")] if context.cited else []
    return Section(
        "sources",
        Text.of(head["sources_title"]),
        tuple(Text.of(t) for t in head["sources_intro"]),
        (Sources(entries), *rules, *(Paragraph(text) for text in context.cited)),
    )
