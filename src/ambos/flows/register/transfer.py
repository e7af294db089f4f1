"""`ambos register import` and `export`: records from a file and to one, TOML, CSV or a workbook."""

from __future__ import annotations

import csv
import gc
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.read import Problems
from ambos.catalog.register import load_labels, plain, read_records, references
from ambos.catalog.toml_file import TomlFile
from ambos.errors import (
    BadRecord,
    BadRegisterFile,
    NotAllowed,
    TooLarge,
    UnknownName,
    WrongShape,
    bad_request,
    parse_fault,
    reason,
)
from ambos.files import open_given
from ambos.flows.register.answers import viewer_of
from ambos.flows.register.open import open_register
from ambos.flows.workspace import Workspace
from ambos.given_file import LIMIT, content, write_given
from ambos.model.answer import Answer, Column, Named, Table
from ambos.model.answer import Row as AnswerRow
from ambos.model.register import KINDS, Record
from ambos.text import LANGUAGES, Text, both, in_both

if TYPE_CHECKING:
    from ambos.register.desk import Desk
    from ambos.register.rows import Row

#: Told the name of a file, how many of its records were entered, and of how many.
Progress = Callable[[str, int, int], None]
#: Records after which it is told again.
_TOLD = 500
#: Endings of files that are read and written.
ENDINGS = (".toml", ".csv", ".xlsx")


@dataclass
class GivenFile(TomlFile):
    """A file of records, with what is wrong in it, each at its place in both languages."""

    places: Mapping[Keys, Row] = field(default_factory=dict)  #: Of a table; empty for TOML, whose lines are known.
    told: list[tuple[int, Text]] = field(default_factory=list)  #: Place in the file, to sort by, and the problem.

    def say(self, path: Keys, what: str) -> None:
        """Note a problem at a path."""
        if self.places or not self.written:
            while path and path not in self.places:
                path = path[:-1]
            self.say_of(self.places.get(path), in_both(what))
        else:
            line = line_of(self.line_numbers, path)
            self._tell(line, Text(f"line {line}", f"renglón {line}"), in_both(what))

    def say_of(self, row: Row | None, what: Text) -> None:
        """Note a problem in a row of a table."""
        if row is None:
            self._tell(0, Text("table", "tabla"), what)
        elif row.table:
            where = Text(f"sheet {row.table}, row {row.at}", f"hoja {row.table}, renglón {row.at}")
            self._tell(row.at, where, what)
        else:
            self._tell(row.at, Text(f"line {row.at}", f"renglón {row.at}"), what)

    def _tell(self, place: int, where: Text, what: Text) -> None:
        said = Text(*(f"  {where[language]}: {what[language]}" for language in LANGUAGES))
        self.told.append((place, said))
        self.problems.add(where.en, what.en)

    def refuse(self, path: Path) -> None:
        """Raise `BadRegisterFile` with every problem, in the order of the file, if there is one."""
        if self.told:
            said = [what for _, what in sorted(self.told, key=lambda one: one[0])]
            listed = Text(*("\n".join(what[language] for what in said) for language in LANGUAGES))
            raise BadRegisterFile(file=path, count=len(said), problems=listed)


def import_records(
    workspace: Workspace,
    path: Path,
    *,
    office: str,
    url: str = "",
    why: str = "",
    propose: bool = False,
    progress: Progress = lambda name, done, total: None,
) -> Answer:
    """Enter the records of a file as an office: new ones are created, others changed to what the file says.

    Everything is checked before anything is written, and all of it is written in one transaction. A record that is not in
    the file stays as it is.

    Parameters
    ----------
    workspace : Workspace
    path : Path
        ``.toml``, ``.csv`` or ``.xlsx``, as `export_records` writes them.
    office : str
        Id of the office that acts.
    url : str
        Address of the register, where it is not that of the workspace.
    why : str
        Kept in the history of each record.
    propose : bool
        Whether new records are public at once; drafts of the office's side if not.
    progress : callable
        Told the name of the file, how many records were entered, and of how many.

    Raises
    ------
    BadRegisterFile
        With every problem of the file and its line.
    UnknownName
        If there is no such office.
    RegisterFailed
    """
    done: Counter[tuple[str, str]] = Counter()
    with _at_once():
        file = read_file(path)
        records = list(read_records(file))
        with open_register(workspace, url).writing(office, workspace.clock()) as desk:
            if records:
                desk.load({(r.kind, r.id) for r in records} | {(kind, id) for r in records for kind, id in _named(r)})
            _enter(desk, records, file, done, why, progress, propose=propose)
            file.refuse(path)
    return _answer(path, done, propose=propose)


@contextmanager
def _at_once() -> Iterator[None]:
    """Look for no cycles among many objects that all live until the end: a sixth of the time goes there."""
    looks = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looks:
            gc.enable()


def _named(record: Record) -> Iterable[tuple[str, str]]:
    return ((kind, id) for _, kind, id in references(record) if kind in KINDS)


def _enter(
    desk: Desk,
    records: Iterable[Record],
    file: GivenFile,
    done: Counter[tuple[str, str]],
    why: str,
    progress: Progress,
    *,
    propose: bool,
) -> None:
    """Enter records in the order in which they may name one another, and note what is refused of each."""
    order = list(KINDS)
    ordered = sorted(records, key=lambda r: order.index(r.kind))
    desk.expect(((r.kind, r.id) for r in ordered), draft=not propose)
    for at, record in enumerate(ordered):
        if at % _TOLD == 0:
            progress(file.name, at, len(ordered))
        try:
            if desk.state(record.kind, record.id) is None:
                desk.create(record, why, draft=not propose)
                done[record.kind, "created"] += 1
            else:
                done[record.kind, "changed" if desk.change(record, why) else "same"] += 1
        except BadRecord as error:
            for path, what in error.values["faults"]:  # type: ignore[attr-defined]
                file.say((record.kind, record.id, *path), what)
        except (NotAllowed, UnknownName) as error:
            said = error.message()
            file.say((record.kind, record.id), both((said.en, said.es)))


def _answer(path: Path, done: Mapping[tuple[str, str], int], *, propose: bool) -> Answer:
    kinds = [kind for kind in KINDS if any(done.get((kind, what)) for what in ("created", "changed", "same"))]
    rows: tuple[AnswerRow, ...] = tuple(
        (
            Named(kind, load_labels().kinds[kind]),
            *(done.get((kind, what), 0) for what in ("created", "changed", "same")),
        )
        for kind in kinds
    )
    columns = (
        Column("kind", Text("Records", "Registros")),
        Column("created", Text("New", "Nuevos")),
        Column("changed", Text("Changed", "Modificados")),
        Column("same", Text("As they were", "Sin cambio")),
    )
    made, changed, same = (sum(done.get((kind, what), 0) for kind in kinds) for what in ("created", "changed", "same"))
    title = Text(
        f"{path.name}: new {made:,}, changed {changed:,}, as they were {same:,}.",
        f"{path.name}: nuevos {made:,}, modificados {changed:,}, sin cambio {same:,}.",
    )
    notes = []
    if made and not propose:
        notes.append(
            Text(
                "New records are drafts that only your side sees, until they are proposed (ambos register update KIND ID --propose,"
                " or import with --propose).",
                "Los registros nuevos son borradores que solo ve su parte hasta que se propongan (ambos register update TIPO"
                " IDENTIFICADOR --propose, o la importación con --propose).",
            )
        )
    return Answer("register.import", title, (Table("imported", title, columns, rows),), notes=tuple(notes))


# -- reading ------------------------------------------------------------------------------------------------------
def read_file(path: Path) -> GivenFile:
    """Read a file of records as nested tables, as TOML has them.

    Raises
    ------
    BadRegisterFile
        If it cannot be read, or is none.
    BadRequest
        If its ending is not known.
    """
    ending = _ending(path)
    if ending == ".toml":
        written = content(path, BadRegisterFile, table=False)
        try:
            return GivenFile(path.name, tomllib.loads(written), written, Problems())
        except (RecursionError, ValueError) as error:
            raise _unreadable(path, parse_fault(error)) from error
    from ambos.register.csv_file import csv_rows
    from ambos.register.rows import gathered

    file = GivenFile(path.name, {}, "", Problems())
    try:
        rows = csv_rows(content(path, BadRegisterFile)) if ending == ".csv" else _workbook_rows(path)
        tree = gathered(rows, file.say_of)
    except (csv.Error, ValueError) as error:  # of a CSV; what is wrong with a workbook is told by `_workbook_rows`
        raise _unreadable(path, parse_fault(error)) from error
    file.tree, file.places = dict(tree.bodies), tree.places
    return file


def _workbook_rows(path: Path) -> Iterable[Row]:
    from ambos.register.workbook import workbook_rows
    from ambos.sources.shared.opener import DAMAGE, Budget, damage, open_zip, read_zip

    try:
        with open_given(path) as handle:
            raw = handle.read(LIMIT + 1)
    except OSError as error:
        why = reason(error)
        problems = Text(f"  cannot be read: {why.en}", f"  no se puede leer: {why.es}")
        raise BadRegisterFile(file=path, count=1, problems=problems) from error
    budget = Budget().begin(len(raw))
    try:
        with open_zip(raw, path.name, budget) as book:
            part: Callable[[str], bytes] = lambda name: read_zip(book, book.getinfo(name), name, budget)  # noqa: E731
            return list(workbook_rows(part))
    except (TooLarge, WrongShape) as error:
        said = error.message()
        raise BadRegisterFile(file=path, count=1, problems=Text(f"  {said.en}", f"  {said.es}")) from error
    except (*DAMAGE, LookupError, OverflowError, ET.ParseError) as error:
        raise _unreadable(path, damage(error)) from error


def _unreadable(path: Path, why: Text) -> BadRegisterFile:
    what = path.suffix[1:].upper()
    problems = Text(f"  it is no {what} that can be read: {why.en}", f"  no es un {what} que se pueda leer: {why.es}")
    return BadRegisterFile(file=path, count=1, problems=problems)


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise bad_request(
            f"{path.name}: the file must end in .toml, .csv or .xlsx.",
            f"{path.name}: el archivo debe terminar en .toml, .csv o .xlsx.",
        )
    return ending


# -- writing ------------------------------------------------------------------------------------------------------
def export_records(
    workspace: Workspace,
    path: Path,
    *,
    kinds: Iterable[str] = (),
    office: str = "",
    at: datetime | None = None,
    url: str = "",
) -> Answer:
    """Write records to a file that `import_records` reads back.

    Parameters
    ----------
    workspace : Workspace
    path : Path
        ``.toml``, ``.csv`` or ``.xlsx``. It appears whole or not at all.
    kinds : iterable of str
        All if empty.
    office : str
        With the drafts of this office's side, and comments that are held.
    at : datetime, optional
        The register as it was then.
    url : str

    Raises
    ------
    CannotWrite, BadRequest, UnknownName, RegisterFailed
    """
    with _at_once():
        return _export(workspace, path, list(kinds) or list(KINDS), office, at, url)


def _export(workspace: Workspace, path: Path, wanted: list[str], office: str, at: datetime | None, url: str) -> Answer:
    ending, register, day = _ending(path), open_register(workspace, url), workspace.today()
    viewer = viewer_of(register, workspace, office)
    page = register.entries(day=day, viewer=viewer, at=at, kind=wanted, order="seq")
    entries = sorted(page.entries, key=lambda e: list(KINDS).index(e.kind))
    kept = [(one.entry.kind, one.entry.id, plain(one.record)) for one in register.held(entries, day)]
    body = written(ending, kept)
    write_given(path, body)
    title = Text(f"Records written: {len(kept):,}.", f"Registros escritos: {len(kept):,}.")
    counts = Counter(kind for kind, _, _ in kept)
    rows = tuple((Named(kind, load_labels().kinds[kind]), counts[kind]) for kind in KINDS if counts[kind])
    columns = (Column("kind", Text("Records", "Registros")), Column("count", Text("Written", "Escritos")))
    return Answer("register.export", title, (Table("exported", title, columns, rows),), files=(path,))


def written(ending: str, kept: Iterable[tuple[str, str, Mapping[str, Any]]]) -> bytes:
    """Write records as the bytes of a file with an ending."""
    if ending == ".toml":
        from ambos.register.toml_text import toml_text

        return toml_text(kept).encode()
    from ambos.register.csv_file import csv_of
    from ambos.register.rows import spread
    from ambos.register.workbook import workbook_of

    return (csv_of if ending == ".csv" else workbook_of)(spread(kept))
