"""`ambos register rank`: projects ranked by weights and scores of the user's, and which places depend on the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ambos.catalog.ranking import load_scheme, load_sensitivity
from ambos.errors import WeightsMissing, bad_request
from ambos.flows.register.reading import reading
from ambos.flows.register.wording import said
from ambos.flows.workspace import Workspace
from ambos.model.answer import NOT_APPLICABLE, Answer, Cell, Column, Named, Row, Table, View
from ambos.model.ranking import Criterion, Scheme, ScoredProject, Sensitivity
from ambos.model.register import Project
from ambos.numbers import amount, both
from ambos.register.ranking import Place, ranked
from ambos.register.ranking_file import read_scores, read_weights
from ambos.text import Text, joined


@dataclass(frozen=True, slots=True)
class OfType:
    """The ranking of the projects of one type.

    Attributes
    ----------
    id : str
    name : Text
    places : tuple of (ScoredProject, Place)
        From the first on.
    """

    id: str
    name: Text
    places: tuple[tuple[ScoredProject, Place], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Projects ranked within their types.

    Attributes
    ----------
    scheme : Scheme or None
        The region's.
    criteria : tuple of Criterion
        With the weights used, or those of the scheme where there are no scores.
    types : tuple of OfType
    left_out : tuple of (ScoredProject, tuple of Criterion)
        Projects that lack scores, with the criteria of these.
    top : int
    rules : Sensitivity
    """

    scheme: Scheme | None
    criteria: tuple[Criterion, ...]
    types: tuple[OfType, ...]
    left_out: tuple[tuple[ScoredProject, tuple[Criterion, ...]], ...]
    top: int
    rules: Sensitivity

    def name_of(self, type: str) -> Text:
        """The name of a type of projects; its id where the scheme has none."""
        return self.scheme.types.get(type, Text.same(type)) if self.scheme else Text.same(type)


def ranking(
    workspace: Workspace,
    scores: Path | None = None,
    weights: Path | None = None,
    top: int | None = None,
    url: str = "",
    *,
    held: bool = True,
) -> Ranking:
    """Rank projects within their types.

    Parameters
    ----------
    workspace : Workspace
    scores, weights : Path, optional
        CSV files; see `ambos.register.ranking_file`. Without a file of scores, those of the register's projects count.
    top : int, optional
        Number of first places that count.
    url : str
        Of the register.
    held : bool
        Whether scores of the register count.

    Raises
    ------
    BadRanking
        If a file is wrong.
    WeightsMissing, BadRequest
        If there are scores and no file of weights, and the region's scheme is not whole, or it has none.
    """
    scheme, rules = load_scheme(workspace.catalog), load_sensitivity()
    known = scheme.criterion if scheme else ()
    criteria = read_weights(weights, known) if weights else known
    known_projects = scored_projects(workspace, url)
    own = [project for project in known_projects.values() if project.scores] if held else []
    if scores is None and not own:
        return Ranking(scheme, criteria, (), (), top or rules.top, rules)
    if weights is None:
        _refuse_uncertain(scheme)
    projects = read_scores(scores, criteria, known_projects) if scores else own
    types: list[OfType] = []
    left_out: list[tuple[ScoredProject, tuple[Criterion, ...]]] = []
    for type in dict.fromkeys(t for c in criteria for t in c.weights):
        counted = [c for c in criteria if c.weights.get(type, 0) > 0]
        of_type = [(p, tuple(c for c in counted if c.id not in p.scores)) for p in projects if p.type == type]
        left_out += [each for each in of_type if each[1]]
        whole = [project for project, missing in of_type if not missing]
        if whole:
            places = _ranked(whole, type, counted, top or rules.top, rules)
            types.append(OfType(type, scheme.types.get(type, Text.same(type)) if scheme else Text.same(type), places))
    return Ranking(scheme, criteria, tuple(types), tuple(left_out), top or rules.top, rules)


def scored_projects(workspace: Workspace, url: str = "") -> Mapping[str, ScoredProject]:
    """Give the public projects of the register by id, with the scores that they have."""
    register = reading(workspace, url=url)
    made = {}
    for held in register.held(register.entries("project")):
        record = held.record
        assert isinstance(record, Project)
        scores = {criterion: float(score) for criterion, score in record.scores.items()}
        made[record.id] = ScoredProject(record.id, said(record.name), record.type, scores)
    return made


def _ranked(
    projects: Sequence[ScoredProject], type: str, counted: Sequence[Criterion], top: int, rules: Sensitivity
) -> tuple[tuple[ScoredProject, Place], ...]:
    made = ranked(
        [[project.scores[c.id] for c in counted] for project in projects],
        [c.weights[type] for c in counted],
        top,
        draws=rules.draws,
        seed=rules.seed,
        concentration=rules.concentration,
    )
    return tuple(sorted(zip(projects, made, strict=True), key=lambda each: (each[1].place, each[0].id)))


def _refuse_uncertain(scheme: Scheme | None) -> None:
    """Refuse the region's scheme as weights if it does not have them all."""
    if scheme is None:
        raise bad_request(
            "The region has no scheme of weights: give your own in a CSV file (--weights FILE).",
            "La región no tiene un esquema de pesos: indique los suyos en un archivo CSV (--weights ARCHIVO).",
        )
    cells = [
        criterion.name + Text.same(f" ({type})")
        for criterion in scheme.criterion
        for type in scheme.types
        if criterion.uncertain(type)
    ]
    if cells:
        raise WeightsMissing(scheme=scheme.name, cells=joined(cells))


def rank(
    workspace: Workspace,
    scores: Path | None = None,
    weights: Path | None = None,
    top: int | None = None,
    url: str = "",
    *,
    held: bool = True,
) -> Answer:
    """Tabulate the ranking; with no scores, the scheme and how to give them.

    Parameters
    ----------
    workspace : Workspace
    scores, weights, top, url
        See `ranking`.
    held : bool
        Whether scores of the register count.

    Returns
    -------
    Answer
        ``ranking``: a row per project, the first of each type first; ``left_out``: projects that lack scores; ``scheme``: the
        weights, a row per criterion, in the form in which a file has them.
    """
    return answer(workspace, ranking(workspace, scores, weights, top, url, held=held), given=weights is not None)


def answer(workspace: Workspace, made: Ranking, *, given: bool) -> Answer:
    """Make the answer of a ranking; `given`: its weights are of a file."""
    say, rules = workspace.catalog.message, made.rules
    held = bool(made.types or made.left_out)
    return Answer(
        "register.rank",
        say("register.rank.title" if held else "register.rank.none"),
        tuple(
            table
            for table in (
                places_table(workspace, made),
                left_out_table(workspace, made),
                scheme_table(workspace, made, given),
            )
            if table.rows
        ),
        {
            "top": made.top,
            "draws": rules.draws,
            "seed": rules.seed,
            "concentration": rules.concentration,
            "scores_held": held,
            "scheme": made.scheme.id if made.scheme and not given else None,
        },
        notes_of(workspace, made, given=given),
        (made.scheme.citation,) if made.scheme and not given else (),
    )


def notes_of(workspace: Workspace, made: Ranking, *, given: bool) -> tuple[Text, ...]:
    """Write how the ranking was made, or how to give scores, and what is not known of the weights."""
    say, rules = workspace.catalog.message, made.rules
    notes = [say("register.rank.how")]
    if made.types or made.left_out:
        counts = {"draws": both(rules.draws), "concentration": amount(rules.concentration), "seed": str(rules.seed)}
        notes = [say("register.rank.method"), say("register.rank.sensitivity", **counts)]
    if made.scheme and not given:
        uncertain = [
            c.name + Text.same(": ") + c.note
            for c in made.scheme.criterion
            if c.note and any(c.uncertain(type) for type in made.scheme.types)
        ]
        if uncertain:
            notes.append(say("register.rank.uncertain", cells=joined(uncertain, "; ")))
        notes += [made.scheme.note] if made.scheme.note else []
    return tuple(notes)


def places_table(workspace: Workspace, made: Ranking) -> Table:
    """Tabulate the places, a view per type."""
    say, top = workspace.catalog.message, amount(made.top)
    rows: list[Row] = []
    views = []
    keys = ("place", "project", "total", "in_top_percent", "low_place", "high_place", "in_top_any_percent")
    for of in made.types:
        first = len(rows)
        for project, place in of.places:
            rows.append(
                (
                    place.place,
                    Named(project.id, project.name),
                    Named(of.id, of.name),
                    round(place.total, 6),
                    100 * place.in_top,
                    place.low,
                    place.high,
                    100 * place.in_top_any,
                )
            )
        views.append(View(of.name, keys, rows=range(first, len(rows))))
    columns = (
        Column("place", say("register.rank.place"), grouped=False),
        Column("project", say("register.rank.project")),
        Column("type", say("register.rank.type")),
        Column("total", say("register.rank.total"), 1),
        Column("in_top_percent", say("register.rank.in_top", top=top), 0),
        Column("low_place", say("register.rank.low")),
        Column("high_place", say("register.rank.high")),
        Column("in_top_any_percent", say("register.rank.in_top_any", top=top), 0),
    )
    return Table("ranking", say("register.rank.title"), columns, tuple(rows), views=tuple(views))


def left_out_table(workspace: Workspace, made: Ranking) -> Table:
    """Tabulate the projects that lack scores."""
    say = workspace.catalog.message
    rows: tuple[Row, ...] = tuple(
        (Named(p.id, p.name), Named(p.type, made.name_of(p.type)), tuple(c.name for c in missing))
        for p, missing in made.left_out
    )
    columns = (
        Column("project", say("register.rank.project")),
        Column("type", say("register.rank.type")),
        Column("missing", say("register.rank.missing")),
    )
    return Table("left_out", say("register.rank.left_out"), columns, rows)


def scheme_table(workspace: Workspace, made: Ranking, given: bool) -> Table:
    """Tabulate the weights, a column per type of project, as a file of weights has them."""
    say = workspace.catalog.message
    types: Mapping[str, Text] = (
        {t: made.name_of(t) for t in dict.fromkeys(t for c in made.criteria for t in c.weights)}
        if given or not made.scheme
        else made.scheme.types
    )

    def cell(criterion: Criterion, type: str) -> Cell:
        if type in criterion.weights:
            return criterion.weights[type]
        return NOT_APPLICABLE if type in criterion.not_for else None

    rows: tuple[Row, ...] = tuple((Named(c.id, c.name), *(cell(c, type) for type in types)) for c in made.criteria)
    percent = workspace.catalog.units["percent"].symbol
    columns = (
        Column("criterion", say("register.rank.criterion")),
        *(Column(type, name + Text.same(", ") + percent) for type, name in types.items()),
    )
    title = say("register.rank.weights") if given or not made.scheme else made.scheme.name
    return Table("scheme", title, columns, rows)
