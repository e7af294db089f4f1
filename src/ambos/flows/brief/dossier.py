"""`ambos brief`: the plenary dossier, in both languages.

What it says is the region's ``brief.toml``: the numbers for the cover, the sections, their figures. This flow
answers each figure as `ambos show` would, puts the findings beside the figures they touch and hands the whole to
`ambos.briefing`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from ambos.briefing import (
    FORMATS,
    MORE_FORMATS,
    Document,
    Findings,
    Paragraph,
    Quote,
    Section,
    SourceEntry,
    Sources,
    Spread,
    SpreadCell,
    SpreadRow,
    render,
)
from ambos.briefing.document import Block
from ambos.cache import kept
from ambos.catalog import Catalog
from ambos.catalog.catalog import unknown
from ambos.catalog.words import load_words
from ambos.errors import BriefFailed, NoData
from ambos.flows.brief import air as brief_air
from ambos.flows.brief import ports as brief_ports
from ambos.flows.brief import register as brief_register
from ambos.flows.brief import river as brief_river
from ambos.flows.brief import river_later as brief_river_later
from ambos.flows.brief.figures import DossierContext, chart, series_of, table
from ambos.flows.brief.plan import check_plan
from ambos.flows.brief.quotes import quote
from ambos.flows.brief.summary import summary
from ambos.flows.data.check import findings_held
from ambos.flows.data.show import known_at
from ambos.flows.register.open import FILE, URL_VARIABLE
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.numbers import day
from ambos.text import LANGUAGES, Text, joined

Answer = TypeVar("Answer")

#: What a block of ``brief.toml`` may name as its ``answer``: figures of flows that are no series.
ANSWERS: Mapping[str, Callable[[DossierContext, Mapping[str, Any]], Block | Sequence[Block]]] = {
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
    "ports.could_change": brief_ports.could_change,
    "air.limits": brief_air.limits,
    "air.idling": brief_air.idling_table,
    "air.twins": brief_air.twins,
    "air.readings": brief_air.newest_readings,
    "register.counts": brief_register.counts,
    "register.progress": brief_register.progress,
    "register.agreements": brief_register.agreements,
    "register.ranking": brief_register.ranking,
    "register.comments": brief_register.comments,
}
#: What a section may name as what it is ``made`` of: sections in its place.
SECTIONS: Mapping[str, Callable[[DossierContext, Mapping[str, Any], brief_register.Compose], list[Section]]] = {
    "register.committees": brief_register.committees
}
#: Keys of a row of the opening spread.
_SIDES = ("first", "second")
#: What a section may name as its ``values``: texts that its own texts can show.
VALUES: Mapping[str, Callable[[DossierContext], dict[str, Text]]] = {
    "river": brief_river.values,
    "register": brief_register.values,
}


def brief(
    workspace: Workspace,
    folder: Path,
    *,
    as_of: date | None = None,
    sections: Sequence[str] = (),
    since: date | None = None,
    formats: Sequence[str] = (),
    progress: Callable[[str, int, int], None] | None = None,
) -> list[Path]:
    """Write the dossier in both languages and some forms, and ``data/``, into a folder.

    Parameters
    ----------
    workspace : Workspace
    folder : Path
    as_of : date, optional
        Only what was known on this day.
    sections : sequence of str
        Ids of the sections wanted; all if empty.
    since : date, optional
        The summary tells what changed since this day.
    formats : sequence of str
        Of `ambos.briefing.FORMATS`, which are all made if it is empty, and ``MORE_FORMATS``.
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
        If none of its numbers was known on that day.
    UnknownName
        If there is no such section or form.
    NoData, UnknownName, BadRequest
        If the dossier asks for something that is not held or not defined.
    """
    for name in formats:
        if name not in (*FORMATS, *MORE_FORMATS):
            raise unknown(Text("form of the dossier", "la forma del dosier"), name, (*FORMATS, *MORE_FORMATS))

    def composed_anew() -> Document:
        return compose(workspace, as_of=as_of, sections=sections, since=since, progress=progress)

    if os.environ.get(URL_VARIABLE):  # a database elsewhere does not tell that it changed
        document = composed_anew()
    else:
        asked = f"{as_of} {since} {list(sections)}"
        document = kept("dossier", lambda: f"{asked}\n{_rests_on(workspace)}", composed_anew)
    words = {key: text for key, text in workspace.catalog.messages.items() if key.startswith("brief.")}
    return render(document, folder, words, formats or FORMATS)


def _rests_on(workspace: Workspace) -> str:
    """Name all that a dossier depends on but what was asked: definitions, store, day, and the register of the workspace.

    The files of the store are named too, so that one that was damaged is read, and refused.
    """
    store, shipped = workspace.store.folder, workspace.catalog.snapshot_folder.parent / "register"
    register = (workspace.folder / FILE, workspace.folder / f"{FILE}-wal")
    files = sorted(path for path in (*store.rglob("*.parquet"), *shipped.glob("*"), *register) if path.exists())
    stats = [(path, path.stat()) for path in files]
    return "\n".join((workspace.content(), *(f"{path.absolute()} {of.st_size} {of.st_mtime_ns}" for path, of in stats)))


def compose(
    workspace: Workspace,
    *,
    as_of: date | None = None,
    sections: Sequence[str] = (),
    since: date | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Document:
    """Compose the dossier as an object, the same for both languages and all forms; see `brief`."""
    plan = workspace.catalog.brief
    if not plan:
        raise BriefFailed(
            detail=Text(
                f"the region {workspace.catalog.region.id} has no brief.toml.",
                f"la región {workspace.catalog.region.id} no tiene brief.toml.",
            )
        )
    check_plan(workspace, ANSWERS, VALUES, SECTIONS)
    tell = progress or (lambda what, done, total: None)
    chosen = [part for part in plan["section"] if (part["id"] in sections if sections else not part.get("only_named"))]
    for name in sections:
        if name not in (known := [part["id"] for part in plan["section"]]):
            raise unknown(Text("section of the dossier", "la sección del dosier"), name, known)
    steps = 1 + len(plan["quote"]) + sum(len(part.get("block", [])) for part in chosen)
    tell("", 0, steps)
    context = DossierContext(workspace, list(findings_held(workspace)), as_of)
    done = 1
    quotes = []
    for entry in plan["quote"]:
        try:
            quotes.append(quote(context, entry))
        except NoData:
            if as_of is None:
                raise
        done += 1
        tell(entry["id"], done, steps)
    if not quotes:
        _refuse_unknown(workspace, plan, as_of)
    made_sections = []
    for part in chosen:

        def made(of: str = part["id"]) -> None:
            nonlocal done
            done += 1
            tell(of, done, steps)

        made_sections += sections_of(context, part, quotes, made=made)
    head = plan["document"]
    today = as_of or workspace.clock().date()
    on_cover = on_the_cover(plan, quotes)
    return Document(
        title=Text.of(head["title"]),
        subtitle=Text.of(head["subtitle"]),
        region=workspace.catalog.region.name,
        publisher=Text.of(head["publisher"]),
        date=today,
        as_of=max((s.as_of for s in workspace.store.snapshots()), default=today) if as_of is None else as_of,
        terms=terms_of(workspace.catalog),
        cover=on_cover,
        more=tuple(q for q in quotes if q not in on_cover),
        summary=summary(context, plan, made_sections, since) if "summary" in plan else None,
        spread=_spread_of(context, plan["spread"], quotes) if "spread" in plan else None,
        sections=tuple(made_sections),
        back=(_findings(context, head), sources_section(context, head)),
    )


def terms_of(catalog: Catalog) -> dict[str, Text]:
    """List the names that the data files have beside the codes of units, statuses and frequencies."""
    return {
        **{f"unit.{unit.id}": unit.name for unit in catalog.units.values()},
        **{f"status.{code.id}": code.name for code in catalog.codelists["statuses"].codes.values()},
        **{key: text for key, text in catalog.messages.items() if key.startswith("frequency.")},
    }


def on_the_cover(plan: Mapping[str, Any], quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Select the numbers of the cover, in its order; all where ``brief.toml`` names none."""
    by_id = {q.id: q for q in quotes}
    wanted = plan.get("document", {}).get("cover", by_id)
    return tuple(by_id[id] for id in wanted if id in by_id)


def _refuse_unknown(workspace: Workspace, plan: Mapping[str, Any], as_of: date | None) -> None:
    """Refuse a dossier of a day on which none of its numbers was known.

    Raises
    ------
    NotYetKnown
        With the first day on which one was.
    """
    catalog = workspace.catalog
    rest_on = {s.dataset for q in plan["quote"] for s in series_of(catalog.find_series(q["series"]), catalog.series)}
    first = min(rest_on, key=lambda d: workspace.store.first_known(d) or date.max)
    known_at(workspace, Text.of(plan["document"]["title"]), [catalog.datasets[first]], as_of)


def _spread_of(context: DossierContext, plan: Mapping[str, Any], quotes: Sequence[Quote]) -> Spread:
    """Compose the opening spread: each subject on both sides of the border."""
    catalog = context.workspace.catalog
    by_id = {q.id: q for q in quotes}
    then = Text(*(day(context.today(), language) for language in LANGUAGES))

    def cell(row: Mapping[str, Any], key: str) -> SpreadCell:
        held = tuple(by_id[id] for id in row.get(key, ()) if id in by_id)
        absent = Text.of(row[f"{key}_absent"]) if f"{key}_absent" in row else None
        if not held and absent is None:
            absent = catalog.message("brief.not_known_then", day=then)
        return SpreadCell(held, absent)

    rows = tuple(
        SpreadRow(Text.of(row["theme"]), tuple(cell(row, k) for k in (("shared",) if "shared" in row else _SIDES)))
        for row in plan["row"]
    )
    heads = tuple(catalog.places[member].name for member in catalog.region.members)
    intro = tuple(Text.of(t) for t in plan.get("intro", ()))
    return Spread(
        plan["id"], Text.of(plan["title"]), intro, (heads[0], heads[1]), rows, tuple(plan.get("second_first", ()))
    )


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
    intro, missing = _introduced(context, part, values)
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
    return Section(part["id"], Text.of(part["title"]), tuple(intro), tuple(blocks))


def sections_of(
    context: DossierContext,
    part: Mapping[str, Any],
    quotes: Sequence[Quote],
    *,
    made: Callable[[], None] = lambda: None,
) -> list[Section]:
    """Compose a section of ``brief.toml``, or those that are made in its place; see `section`."""
    if "made" not in part:
        return [section(context, part, quotes, made=made)]
    return _named(SECTIONS, part["made"])(context, part, lambda entry: composed(context, entry, {}))


def _introduced(
    context: DossierContext, part: Mapping[str, Any], values: Mapping[str, Text]
) -> tuple[list[Text], list[Text]]:
    """Write the first paragraphs of a section; in a dossier of an earlier day, those without a number that was not known
    then, and the labels of these numbers."""
    labels = {q["id"]: Text.of(q["label"]) for q in context.workspace.catalog.brief["quote"]}
    written, missing = [], dict[Text, None]()
    for text in map(Text.of, part.get("intro", [])):
        named = {name for _, name, _, _ in Formatter().parse(text.en) if name}
        absent = {label for id, label in labels.items() if {id, f"{id}_period", f"{id}_change"} & (named - set(values))}
        if context.as_of is not None and absent:
            missing |= dict.fromkeys(sorted(absent, key=lambda label: label.en))
        else:
            written.append(text.format(**values))
    return written, list(missing)


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
    if kind == "questions":
        return list(_questions(context, entry["questions"]))
    if kind == "answer":
        made = _named(ANSWERS, entry["answer"])(context, entry)
        return made if isinstance(made, Sequence) else [made]
    return [table(context, entry) if kind == "table" else chart(context, entry)]


def _questions(context: DossierContext, ids: Sequence[str]) -> Iterator[Paragraph]:
    """Write questions with their answers, each with what it rests on."""
    known = load_words(context.workspace.catalog).questions
    for question in (known[id] for id in ids):
        yield Paragraph(question.question, "heading")
        yield Paragraph(question.answer)
        if question.sources:
            sources = joined(question.sources, "; ")
            yield Paragraph(context.workspace.catalog.message("brief.answer_source", sources=sources), "source")


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


def sources_section(context: DossierContext, head: Mapping[str, Any]) -> Section:
    """List the sources of the figures so far with their files, and the rules that they rest on."""
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
