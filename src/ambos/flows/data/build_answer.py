"""The answer of `ambos build`: rows by source; files left out, held or refused, with the cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ambos.errors import WrongShape
from ambos.flows.data.build import Build
from ambos.flows.data.check import findings_table
from ambos.flows.data.listing import NAMED, left_out_in_words, left_out_table, names_of
from ambos.flows.workspace import Workspace
from ambos.model import LeftOut
from ambos.model.answer import Answer, Cell, Column, Table, data_table
from ambos.text import LANGUAGES, Text


def build_answer(workspace: Workspace, report: Build) -> Answer:
    """Make the answer of a build."""
    loaded = report.loaded
    columns = (
        Column("source", Text("Source", "Fuente")),
        Column("files", Text("Files read", "Archivos leídos")),
        Column("files_unchanged", Text("Unchanged", "Sin cambio")),
        Column("read", Text("Rows read", "Renglones leídos")),
        Column("new", Text("New", "Nuevos")),
        Column("revised", Text("Revised", "Revisados")),
        Column("refused", Text("Set aside", "Apartados")),
        *((Column("parts", Text("Left out", "Omitidos"), kept=None),) if any(e.left_out for e in loaded) else ()),
        *(Column(key, None) for key in ("unchanged", "notes", "error")),
    )
    rows = tuple(
        (
            *(entry.source, entry.files, entry.unchanged),
            *(entry.counts.get(key, 0) for key in ("read", "new", "revised", "refused")),
            *((len(entry.left_out),) if any(e.left_out for e in loaded) else ()),
            *(entry.counts.get("unchanged", 0), entry.notes),
            Text(*("\n".join(error.say(k) for error in entry.errors) for k in LANGUAGES)) if entry.errors else None,
        )
        for entry in loaded
    )
    taken = [(entry.source, finding) for entry in loaded for finding in entry.findings]
    out_of_proportion = Text(
        "Taken, but out of proportion with what was held", "Tomadas, pero fuera de proporción con lo que se tenía"
    )
    known = ("file", "sha256", "dataset", "difference")
    held = (
        (*(cast(Cell, error.values[name]) for name in known), error.message(), f"--accept {error.values['hash']}")
        for error in report.held
    )
    return Answer(
        "build",
        Text("Files read into the store", "Archivos leídos y guardados"),
        (
            Table("sources", None, columns, rows),
            findings_table(
                workspace.catalog, out_of_proportion, [f for _, f in taken], [source for source, _ in taken]
            ),
            left_out_table((entry.source, entry.left_out) for entry in loaded),
            data_table("held", None, (*known, "reason", "accept"), held),
            data_table("unrecognised", None, ("name", "reason"), ((o.name, o.reason) for o in report.unrecognised)),
        ),
        problems=tuple(_problems(report)),
        # files were there, and not one of them was of any use: whoever asked in a script must learn of it
        failed=report.failed or bool(report.unrecognised and not loaded),
    )


def _problems(report: Build) -> Iterator[Text]:
    """List the files not read, left out, noted or refused."""
    if passed := [o for o in report.unrecognised if o.kind == "passed"]:
        yield _unrecognised(passed)
    elif not report.loaded and not report.unrecognised:
        yield Text(
            "There is nothing to read: use --from FOLDER, or ambos fetch first.",
            "No hay nada que leer: use --from CARPETA o ejecute antes ambos fetch.",
        )
    for entry in report.loaded:
        head = Text.same(f"[{entry.source}] ")
        if left := [o for o in entry.left_out if o.kind == "passed"]:  # the refused ones are among the errors
            yield head + left_out_in_words(left)
        yield from (head + note for note in entry.notes)
    for entry in report.loaded:
        yield from (Text.same(f"Error [{entry.source}]: ") + error.message() for error in entry.errors)
    for one in report.unrecognised:
        if one.kind == "refused":
            yield Text.same("Error: ") + WrongShape(file=one.name, detail=one.reason).message()


def _unrecognised(files: Sequence[LeftOut]) -> Text:
    """Count the files that are of no source; name the first ones and what they look like."""
    count = len(files)
    said = Text(
        f"{count} files are of no source that Ambos reads: ",
        f"{count} archivos no son de ninguna fuente que Ambos lea: ",
    )
    if count == 1:
        said = Text("One file is of no source that Ambos reads: ", "Un archivo no es de ninguna fuente que Ambos lea: ")
    more = Text("; --json lists them all.", "; --json los enumera todos.") if count > NAMED else Text.same(".")
    return said + names_of(files, ", ") + more
