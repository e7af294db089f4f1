"""`ambos register report`: the progress report for a plenary, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ambos.briefing import FORMATS, MORE_FORMATS, Document, Quote, Section, render
from ambos.briefing.output import files
from ambos.catalog.catalog import unknown
from ambos.errors import BriefFailed, NotYetKnown
from ambos.flows.brief.dossier import ANSWERS, SECTIONS, VALUES, sections_of, sources_section, terms_of
from ambos.flows.brief.figures import Asked, DossierContext
from ambos.flows.brief.plan import check_plan
from ambos.flows.brief.register import progress_in, register_of
from ambos.flows.data.check import check_data
from ambos.flows.register.agreements import agreements
from ambos.flows.register.progress import Outcome, progress_answer, title_of
from ambos.flows.register.rank import scored_projects
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer
from ambos.numbers import both, day
from ambos.text import LANGUAGES, Language, Text

#: Forms of a report; a summary of one page is the dossier's.
REPORT_FORMS = tuple(form for form in (*FORMATS, *MORE_FORMATS) if form not in ("summary", "slides"))
#: The counts on its cover.
_COVER: tuple[Outcome, ...] = ("kept", "delivered", "late", "dropped", "no_news")
#: No wish beyond the report as it is.
NOTHING = Asked()
Tell = Callable[[str, int, int], None]


def report(
    workspace: Workspace,
    folder: Path | None = None,
    *,
    asked: Asked = NOTHING,
    as_of: date | None = None,
    sections: Sequence[str] = (),
    formats: Sequence[str] = (),
    progress: Tell | None = None,
) -> Answer:
    """Tabulate progress since the last plenary and the agreements; with a folder, write the report into it.

    Parameters
    ----------
    workspace : Workspace
    folder : Path, optional
    asked : Asked
    as_of : date, optional
        The register, and the figures, as they were on that day.
    sections : sequence of str
        Ids of the sections wanted; all if empty.
    formats : sequence of str
        Of `REPORT_FORMS`; all if empty.
    progress : callable, optional
        Told (what, done, in all).

    Raises
    ------
    BriefFailed
        If the plan of the region has no report.
    UnknownName
        If there is no such section or form.
    NotYetKnown
        If the register has nothing of that day or before.
    BadRanking, WeightsMissing
        If projects cannot be ranked by the files given.
    """
    forms, context = _forms(formats), DossierContext(workspace, [], as_of, asked=asked)
    register = register_of(context)
    told = progress_answer(register, progress_in(context))
    about = agreements(register)
    made: tuple[Path, ...] = ()
    if folder is not None:
        document = compose_report(workspace, asked=asked, as_of=as_of, sections=sections, progress=progress)
        made = tuple(render(document, folder, _words(workspace), forms))
    return Answer(
        told.id,
        told.title,
        (*told.tables, *(table for table in about.tables if table.rows)),
        {**told.facts, **{f"agreements_{key}": about.facts[key] for key in about.facts if key != "day"}},
        (*told.notes, *(about.notes if about.tables[0].rows else ())),
        files=tuple(path for path in made if path.parent == folder),
    )


def report_file(workspace: Workspace, language: Language, form: str, *, asked: Asked = NOTHING) -> bytes:
    """Make one file of the report, to be downloaded.

    Parameters
    ----------
    workspace : Workspace
    language : {"en", "es"}
    form : str
        One of `REPORT_FORMS`.
    asked : Asked

    Raises
    ------
    BriefFailed, UnknownName, BadRanking, WeightsMissing
        As `report` does.
    """
    document = compose_report(workspace, asked=asked)
    return files(document, _words(workspace), _forms((form,)), (language,))[f"{language}.{form}"]


def _forms(formats: Sequence[str]) -> Sequence[str]:
    for name in formats:
        if name not in REPORT_FORMS:
            raise unknown(Text("form of the report", "la forma del informe"), name, REPORT_FORMS)
    return formats or REPORT_FORMS


def _words(workspace: Workspace) -> Mapping[str, Text]:
    return {key: text for key, text in workspace.catalog.messages.items() if key.startswith("brief.")}


def compose_report(
    workspace: Workspace,
    *,
    asked: Asked = NOTHING,
    as_of: date | None = None,
    sections: Sequence[str] = (),
    progress: Tell | None = None,
) -> Document:
    """Compose the report as an object, the same for both languages and all forms; see `report`."""
    plan = workspace.catalog.brief
    if "report" not in plan:
        raise BriefFailed(
            detail=Text(
                f"brief.toml of the region {workspace.catalog.region.id} has no [report].",
                f"brief.toml de la región {workspace.catalog.region.id} no tiene [report].",
            )
        )
    check_plan(workspace, ANSWERS, VALUES, SECTIONS)
    head = plan["report"]
    for name in sections:
        if name not in head["sections"]:
            raise unknown(Text("section of the report", "la sección del informe"), name, head["sections"])
    context = DossierContext(workspace, [], as_of, asked=asked)
    first = register_of(context).first
    if as_of is not None and first is not None and as_of < first:
        raise NotYetKnown(what=Text.of(head["title"]), day=as_of, first=first)
    context.findings = check_data(workspace)
    chosen = [part for part in _parts(plan, head) if part["id"] in (sections or _told(context, head))]
    tell = progress or (lambda what, done, total: None)
    made: list[Section] = []
    for done, part in enumerate(chosen):
        tell(part["id"], done, len(chosen))
        made += sections_of(context, part, ())
    tell("", len(chosen), len(chosen))
    register, title = register_of(context), Text.of(head["title"])
    return Document(
        title=title,
        subtitle=title_of(register, progress_in(context)),
        region=workspace.catalog.region.name,
        publisher=Text.of(plan["document"]["publisher"]),
        date=context.today(),
        as_of=register.known,
        terms=terms_of(workspace.catalog),
        cover=tuple(_counts(context)),
        sections=tuple(made),
        back=(sources_section(context, plan["document"]),) if context.sources_used else (),
        reading=tuple(Text.of(text) for text in head["reading"]),
    )


def _parts(plan: Mapping[str, Any], head: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sections of the report, in its order."""
    by_id = {part["id"]: part for part in plan["section"]}
    return [by_id[id] for id in head["sections"]]


def _told(context: DossierContext, head: Mapping[str, Any]) -> list[str]:
    """Select the sections that have something to tell: a ranking where scores are given, a log where there are comments."""
    empty = set()
    scored = context.asked.scores or any(
        p.scores for p in scored_projects(context.workspace, context.asked.register).values()
    )
    if not scored:
        empty.add("ranking")
    if not register_of(context).entries("comment"):
        empty.add("comments")
    return [id for id in head["sections"] if id not in empty]


def _counts(context: DossierContext) -> list[Quote]:
    """Write the counts of the cover, each with what it means and what not to say."""
    say, made, register = context.workspace.catalog.message, progress_in(context), register_of(context)
    then = Text(*(day(register.day, language) for language in LANGUAGES))
    source = say("register.cover.source")
    of = say("register.cover.of", count=both(len(made.standings)))
    ending = register.entries("agreement", expiring=True)
    held = register.entries("agreement")
    counts: list[tuple[str, int, Text]] = [(outcome, len(made.of(outcome)), of) for outcome in _COVER]
    counts.append(("ending", len(ending), say("register.cover.of_agreements", count=both(len(held)))))
    return [
        Quote(
            id=f"count-{key.replace('_', '-')}",
            label=say(f"register.cover.{key}"),
            value=Text(*(f"{both(count)[k]} {whole[k]}" for k in LANGUAGES)),
            period=then,
            definition=say(f"register.cover.{key}_means"),
            source=source,
            as_of=register.known,
            do_not_say=say(f"register.cover.{key}_not"),
        )
        for key, count, whole in counts
    ]
