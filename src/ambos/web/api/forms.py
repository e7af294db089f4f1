"""An answer as JSON, CSV or Parquet, whole or in pages."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from ambos.csv_text import csv_text
from ambos.errors import UnknownName
from ambos.flows.frames import frame
from ambos.model.answer import Answer, Table, flat_rows, json_schema, record, to_plain
from ambos.text import Text
from ambos.web.page import FRESH

Form = Literal["json", "csv", "parquet", "schema"]
#: Media type of each form.
TYPES: dict[Form, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "schema": "application/schema+json",
}
#: Rows of a table of JSON, if no other limit is asked for, and the most that may be asked for.
ROWS, MOST_ROWS = 10_000, 100_000


def form_asked(request: Request, form: Form | None) -> Form:
    """The form asked for: by the parameter, by the end of the address (``.csv``), by ``Accept``; else JSON."""
    if form:
        return form
    end = request.url.path.rpartition(".")[2]
    if end in get_args(Form):
        return end  # type: ignore[return-value]
    wanted: list[tuple[float, int, Form]] = []
    for at, one in enumerate(request.headers.get("accept", "").split(",")):
        kind, *more = (part.strip() for part in one.split(";"))
        weights = [part[2:] for part in more if part.startswith("q=")]
        weight = float(weights[0]) if weights and weights[0].replace(".", "", 1).isdigit() else 1.0
        wanted += [(-weight, at, own) for own, type in TYPES.items() if type.split(";")[0] == kind]
    return min(wanted)[2] if wanted else "json"


def reply(
    request: Request, answer: Answer, form: Form | None, *, table: str = "", limit: int | None = None, offset: int = 0
) -> Response:
    """Make the response of an answer.

    Parameters
    ----------
    request : Request
    answer : Answer
    form : {"json", "csv", "parquet", "schema"}, optional
    table : str
        Id of the table of CSV and Parquet, and of the one that comes in pages; the first if it is "".
    limit : int, optional
        Rows of that table; `ROWS` for JSON and all for CSV and Parquet, if not given.
    offset : int
        Rows before them.

    Raises
    ------
    UnknownName
        If the answer has no such table.
    """
    kind = form_asked(request, form)
    headers = {"Cache-Control": f"public, max-age={FRESH}"}
    if kind == "schema":
        return Response(json_text(json_schema(answer)), headers=headers, media_type=TYPES[kind])
    chosen = _table(answer, table)
    if chosen is not None:
        answer, links = _page(request, answer, chosen, ROWS if limit is None and kind == "json" else limit, offset)
        chosen = answer.table(chosen.id)
        headers |= {"Link": ", ".join(links)} if links else {}
    if kind == "json" or chosen is None:
        return Response(json_text(record(answer)), headers=headers, media_type=TYPES["json"])
    about = f'<{_address(request, {"form": "json"})}>; rel="describedby"; type="application/json"'
    headers["Link"] = ", ".join(filter(None, (headers.get("Link"), about)))
    body = csv_text(*flat_rows(chosen)).encode() if kind == "csv" else parquet(answer, chosen)
    headers["Content-Disposition"] = f'inline; filename="{answer.id}.{chosen.id}.{kind}"'
    return Response(body, headers=headers, media_type=TYPES[kind])


def json_text(value: object) -> str:
    """Write JSON, accents kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=to_plain, allow_nan=False)


def parquet(answer: Answer, table: Table) -> bytes:
    """Write a table as Parquet, with title, notes and sources of its answer in the metadata of the file."""
    about = {
        "title": answer.title.record(),
        "notes": [note.record() for note in answer.notes],
        "sources": [source.record() for source in answer.sources],
    }
    buffer = io.BytesIO()
    frame(table).write_parquet(buffer, metadata={"ambos": json_text(about)})
    return buffer.getvalue()


def _table(answer: Answer, id: str) -> Table | None:
    kept = [table for table in answer.tables if table.kept()]
    if not id:
        return kept[0] if kept else None
    for table in kept:
        if table.id == id:
            return table
    raise UnknownName(kind=Text("table", "la tabla"), name=id, nearest=", ".join(t.id for t in kept))


def _page(
    request: Request, answer: Answer, table: Table, limit: int | None, offset: int
) -> tuple[Answer, Sequence[str]]:
    """Cut a table to a page; the links to the first, the one before and the next page (RFC 8288)."""
    count = len(table.rows)
    end = count if limit is None else offset + limit
    if offset == 0 and end >= count:
        return answer, ()
    cut = replace(table, rows=table.rows[offset:end], views=(), totals=())
    answer = replace(answer, tables=tuple(cut if t.id == table.id else t for t in answer.tables))
    size = limit or max(1, count - offset)
    places = {"first": 0, "prev": max(0, offset - size) if offset else None, "next": end if end < count else None}
    return answer, [
        f'<{_address(request, {"limit": size, "offset": at})}>; rel="{name}"'
        for name, at in places.items()
        if at is not None
    ]


def _address(request: Request, changed: dict[str, object]) -> str:
    """The address of a request with some parameters changed; relative to the host, which a proxy may rename."""
    given = [(k, v) for k, v in request.query_params.multi_items() if k not in changed]
    path = request.url.path
    if "form" in changed:
        path = path.removesuffix(".csv").removesuffix(".parquet")
    return f"{path}?{urlencode([*given, *changed.items()])}"
