"""Read the weights and the scores of projects from CSV files of the user's; every problem is named, nothing is guessed."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

from ambos.errors import BadRanking, parse_fault
from ambos.given_file import content
from ambos.model.ranking import Criterion, ScoredProject
from ambos.text import LANGUAGES, Text, joined

#: Columns of names, which `ambos register rank --csv` writes beside a code.
_NAMES = ("_name", *(f"_name_{language}" for language in LANGUAGES))
#: Weights of a type that add up to 100 % but for their rounding.
_WHOLE = (99.0, 101.0)
#: Projects above which a file is no list to be ranked.
MOST = 2000
_MOST_LISTED = 20

_Row = Mapping[str, str]


def read_weights(path: Path, known: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Read weights: a row for each criterion, a column for each type of project.

    Parameters
    ----------
    path : Path
        CSV with the column ``criterion``, optional names of it (``criterion_name_en``, ``criterion_name_es``), and a column
        of percent for each type. An empty cell: the criterion is not for that type.
    known : iterable of Criterion
        Whose names and ids a row may bear.

    Raises
    ------
    BadRanking
        With every problem found.
    """
    of_scheme = tuple(known)
    heads, rows = _rows(path, "criterion")
    types = [head for head in heads if head not in _columns("criterion")]
    problems: list[Text] = []
    made: dict[str, Criterion] = {}
    for line, row in rows:
        id = _criterion(row["criterion"], of_scheme) or row["criterion"]
        if id in made:
            problems.append(_at(line, Text(f"{id} stands twice", f"{id} está repetido")))
        weights = {type: _number(row[type], type, line, problems) for type in types if row[type]}
        for type, weight in weights.items():
            if weight < 0 or weight > 100:
                problems.append(_at(line, Text(f"{type}: 0 to 100 % is wanted", f"{type}: se espera de 0 a 100 %")))
        own = next((c for c in of_scheme if c.id == id), None)
        name = own.name if own else _name(row, "criterion")
        made[id] = Criterion(id, name, weights, tuple(t for t in types if t not in weights))
    if not types:
        problems.append(Text("  no column of a type of project", "  falta una columna por tipo de proyecto"))
    for type in types if not problems else ():
        whole = sum(c.weights.get(type, 0) for c in made.values())
        if not _WHOLE[0] <= whole <= _WHOLE[1]:
            problems.append(
                Text(
                    f"  {type}: the weights add up to {whole:g} %, not 100",
                    f"  {type}: los pesos suman {whole:g} %, no 100",
                )
            )
    _refuse(path, problems)
    return tuple(made.values())


def read_scores(
    path: Path, criteria: Iterable[Criterion], held: Mapping[str, ScoredProject]
) -> tuple[ScoredProject, ...]:
    """Read scores: a row for each project, a column for each criterion.

    Parameters
    ----------
    path : Path
        CSV with the columns ``project``, ``type``, optional names (``project_name_en``, ``project_name_es``), and one for
        each criterion, by its id or its name. An empty cell: no score is held.
    criteria : iterable of Criterion
    held : mapping of str to ScoredProject
        Projects of the register by id, from which name and type are taken where the row has none.

    Raises
    ------
    BadRanking
        With every problem found.
    """
    known = tuple(criteria)
    types = dict.fromkeys(type for c in known for type in c.weights)
    heads, rows = _rows(path, "project")
    problems: list[Text] = []
    columns: dict[str, str] = {}
    for head in heads:
        if head in (*_columns("project"), *_columns("type")):
            continue
        id = _criterion(head, known)
        if not id or id in columns.values():
            there = ", ".join(c.id for c in known)
            problems.append(
                Text(
                    f"  “{head}” is no criterion of the weights, or stands twice; there are: {there}",
                    f"  «{head}» no es un criterio de los pesos o está repetido; hay: {there}",
                )
            )
        columns[head] = id
    made: dict[str, ScoredProject] = {}
    for line, row in rows:
        id, of = row["project"], held.get(row["project"])
        type = row.get("type") or (of.type if of else "")
        if id in made:
            problems.append(_at(line, Text(f"{id} stands twice", f"{id} está repetido")))
        if type not in types:
            there = ", ".join(types)
            problems.append(
                _at(
                    line,
                    Text(
                        f"type “{type}” has no weights; there are: {there}",
                        f"el tipo «{type}» no tiene pesos; hay: {there}",
                    ),
                )
            )
        named = any(row.get(f"project{name}") for name in _NAMES)
        scores = {id: _number(row[head], head, line, problems) for head, id in columns.items() if row[head]}
        made[id] = ScoredProject(id, of.name if of and not named else _name(row, "project"), type, scores)
    if len(made) > MOST:
        problems.append(Text(f"  more than {MOST:,} projects", f"  más de {MOST:,} proyectos"))
    _refuse(path, problems)
    return tuple(made.values())


def _rows(path: Path, key: str) -> tuple[list[str], list[tuple[int, _Row]]]:
    """Read a table with a column: its header, and each row with its line, cells without spaces about them.

    Raises
    ------
    BadRanking
        If it is none.
    """
    reader = csv.DictReader(io.StringIO(content(path, BadRanking), newline=""), strict=True, restkey="", restval="")
    problems: list[Text] = []
    rows: list[tuple[int, _Row]] = []
    try:
        heads = [head.strip() for head in reader.fieldnames or ()]
        reader.fieldnames = heads
        if key not in heads or len(set(heads)) < len(heads) or "" in heads:
            what = Text(
                f"  a column {key} is wanted, and each column once with a name",
                f"  se espera una columna {key}, y cada columna una vez y con nombre",
            )
            _refuse(path, [what])
        for row in reader:
            line = reader.line_num
            if "" in row:
                problems.append(_at(line, Text("more cells than columns", "más celdas que columnas")))
                continue
            cells = {head: cell.strip() for head, cell in row.items()}
            if cells[key]:
                rows.append((line, cells))
            elif any(cells.values()):
                problems.append(_at(line, Text(f"{key} is empty", f"{key} está vacío")))
    except csv.Error as error:
        _refuse(path, [Text("  it is not a CSV table: ", "  no es una tabla CSV: ") + parse_fault(error)])
    if not rows and not problems:
        problems.append(Text("  it has no rows", "  no tiene renglones"))
    _refuse(path, problems)
    return heads, rows


def _columns(key: str) -> tuple[str, ...]:
    return key, *(f"{key}{name}" for name in _NAMES)


def _criterion(written: str, known: Iterable[Criterion]) -> str:
    """The id of a criterion that is written by its id or its name; empty if there is none."""
    low = written.casefold()
    return next((c.id for c in known if low in {c.id, *(c.name[k].casefold() for k in LANGUAGES)}), "")


def _name(row: _Row, key: str) -> Text:
    """The name in a row; where it is in one language only, that one, and where there is none, the id."""
    own = row.get(f"{key}_name") or row[key]
    given = {language: row.get(f"{key}_name_{language}", "") for language in LANGUAGES}
    spare = next(filter(None, given.values()), own)
    return Text(*(given[language] or spare for language in LANGUAGES))


def _number(written: str, column: str, line: int, problems: list[Text]) -> float:
    """Read a number; NaN, and a problem, if it is none."""
    try:
        number = float(written.removesuffix("%"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        said = written if len(written) <= 40 else f"{written[:40]}…"
        problems.append(_at(line, Text(f"{column}: “{said}” is not a number", f"{column}: «{said}» no es un número")))
    return number


def _at(line: int, what: Text) -> Text:
    return Text(f"  line {line}: {what.en}", f"  renglón {line}: {what.es}")


def _refuse(path: Path, problems: list[Text]) -> None:
    """Raise `BadRanking` with the problems, if there is one."""
    if problems:
        shown = problems[:_MOST_LISTED]
        if len(problems) > len(shown):
            shown.append(Text(f"  and {len(problems) - len(shown)} more", f"  y {len(problems) - len(shown)} más"))
        raise BadRanking(file=path, count=len(problems), problems=joined(shown, "\n"))
