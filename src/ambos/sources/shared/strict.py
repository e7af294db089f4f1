"""Strict reading of tables written as CSV or JSON.

A file that is not in its shape raises one `WrongShape` that says where. Cells stay text; what they mean is
the readers' business.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl

from ambos.errors import WrongShape, parse_fault
from ambos.later import np
from ambos.numbers import size
from ambos.sources.shared.base import HEAD, File
from ambos.sources.shared.opener import MIB, too_large
from ambos.text import Text

BOM = b"\xef\xbb\xbf"
#: How much is counted at a time: what stays in the processor's cache.
PIECE = 256 * 1024


def wrong(file: File, en: str, es: str) -> WrongShape:
    """The error for a file that is not in the shape of its source."""
    return WrongShape(file=file.name, detail=Text(en, es))


def header(head: bytes) -> tuple[str, ...]:
    """The column names in the first line of a CSV file; empty if the bytes are no text."""
    start = len(BOM) if head.startswith(BOM) else 0
    end = head.find(b"\n", start)
    first = head[start : end if end >= 0 else None]
    if b"\0" in first:  # a tar, say, whose first member is a table
        return ()
    try:
        cells = next(csv.reader([first.decode("utf-8").rstrip("\r")], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return ()
    return tuple(cells)


def fold(name: str) -> str:
    """Normalise the name of a column: case, and spaces, make no difference."""
    return " ".join(name.split()).casefold()


def table_of(head: bytes, tables: Mapping[str, Collection[str]]) -> str:
    """Match the first line of a CSV file to a table: the one with most columns among those of which it has all.

    A file with a column more than its table matches that table too: `read_csv` then names the unknown column, and no
    such file is passed over as unrecognised.

    Parameters
    ----------
    head : bytes
    tables : mapping of str to collection of str
        The columns of each.

    Returns
    -------
    str
        "" if it is none of them.
    """
    names = {fold(name) for name in header(head)}
    fitting = [kind for kind, columns in tables.items() if names.issuperset(fold(c) for c in columns)]
    return max(fitting, key=lambda kind: len(tables[kind]), default="")


def is_json(head: bytes, opening: tuple[bytes, ...], *names: str) -> bool:
    """Return True if a text begins with one of the brackets, and the names of members stand in its beginning."""
    start = head.removeprefix(BOM).lstrip()
    return start.startswith(opening) and all(f'"{name}"'.encode() in start for name in names)


def decoded(file: File) -> bytes:
    """The file's bytes: UTF-8 text that is no web page, without byte order mark and with one line end at most.

    Raises
    ------
    WrongShape
        If they are empty, binary, in another encoding or HTML.
    """
    content = file.content().removeprefix(BOM)
    if re.search(rb"\n\r?\n\Z|[\x1a\r]\Z", content[-4:]):  # to strip is to copy, so only where there is something
        content = content.rstrip(b"\r\n\x1a")
    start = content[:HEAD].lstrip()
    if not start:
        raise wrong(file, "the file is empty.", "el archivo está vacío.")
    if start.startswith(b"<"):
        raise wrong(
            file,
            "this is a web page, not data: the source answered with a message or the link leads to a page.",
            "es una página web, no datos: la fuente respondió con un mensaje o el enlace lleva a una página.",
        )
    position = -1
    if not content.isascii():
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            position = error.start
    if position < 0:
        position = next((p for p in map(content.find, (b"\0", b"\1")) if p >= 0), -1)
    if position >= 0:
        line = content.count(b"\n", 0, position) + 1
        column = position - content.rfind(b"\n", 0, position)
        raise wrong(
            file,
            f"line {line}, byte {column}: this is not UTF-8 text; the file is binary, damaged or in another encoding.",
            f"renglón {line}, byte {column}: no es texto UTF-8; el archivo es binario, está dañado o tiene otra "
            "codificación.",
        )
    return content


def read_csv(file: File, required: Sequence[str], coded: Collection[str] = (), exact: bool = True) -> pl.DataFrame:
    """Read a CSV file strictly: known columns, each line with the same number of cells.

    Parameters
    ----------
    file : File
    required : sequence of str
        The columns that must be there, in any order and case, with or without spaces around their names.
    coded : collection of str
        Columns with few different values, held as categories.
    exact : bool
        Refuse other columns: one more could be a dimension that would make figures count twice.

    Returns
    -------
    polars.DataFrame
        All cells as text, "" where empty, and `line`, the line of the file.

    Raises
    ------
    WrongShape
        If the file is cut, has another header or is no CSV file.
    TooLarge
    """
    content = decoded(file)
    own = {fold(name): name for name in required}
    names = _numbered([own.get(fold(name), name.strip()) for name in header(content)], required)
    missing = [c for c in required if c not in names]
    nameless = [c for c in names if c.startswith(NAMELESS)]
    unknown = [c for c in names if c not in required and not c.startswith(NAMELESS)] if exact else []
    if missing or unknown or len(set(names)) < len(names):
        _wrong_header(file, names, missing, unknown)
    quoted = b'"' in content
    line_ends, commas = _count(content, b"\n,")
    lines = line_ends + (not content.endswith(b"\n"))
    if lines > CSV_LINES:
        raise too_large(file.name, Text(f"{CSV_LINES:,} lines", f"{CSV_LINES:,} renglones"))
    if commas + lines > CSV_CELLS:
        raise too_large(file.name, Text(f"{CSV_CELLS:,} cells", f"{CSV_CELLS:,} celdas"))
    if quoted or commas != lines * (len(names) - 1):
        _check_widths(file, content, len(names))
    try:
        frame = pl.read_csv(
            content,
            has_header=False,
            skip_lines=1,
            new_columns=list(names),
            schema={name: pl.Categorical() if name in coded else pl.String() for name in names},
            quote_char='"' if quoted else None,
            empty_string_is_null=False,
            raise_if_empty=False,
        )
    except pl.exceptions.PolarsError:
        frame = pl.DataFrame()
    if frame.height != lines - 1:
        _check_widths(file, content, len(names))
        raise wrong(file, "the quotation marks do not match.", "las comillas no coinciden.")
    last = frame.item(-1, -1) if frame.height and not content.endswith(b"\n") else ""
    if last and last[-1].isdigit() and file.retrieved_at is None:  # of an answer of a source the length was compared
        said = last[:20]
        file.notes.append(
            Text(
                f"the last line has no end: if the file was cut there, its last number, {said}, lacks digits",
                f"el último renglón no termina: si el archivo se cortó ahí, a su último número, {said}, le faltan cifras",
            )
        )
    if nameless:
        frame = _without(file, frame, nameless)
    # Polars takes an empty cell of a category for null in any case.
    empty = [column.fill_null("") for column in frame if column.null_count()]
    return frame.with_columns(*empty, line=pl.int_range(2, lines + 1, dtype=pl.Int64))


#: Stands for a part in quotation marks; no text that is read holds this character.
QUOTED = "\1"
#: Start of the placeholder name of a column without a name while its file is read.
NAMELESS = "\0"


def _numbered(names: Sequence[str], required: Sequence[str]) -> list[str]:
    """Name the columns; those without a name get a placeholder with their position."""
    if "" in required:  # the first column of a table written by R
        return list(names)
    return [name or f"{NAMELESS}{place}" for place, name in enumerate(names, 1)]


def _without(file: File, frame: pl.DataFrame, nameless: Sequence[str]) -> pl.DataFrame:
    """The table without its columns that have neither a name nor cells, as spreadsheets add them; the file notes them.

    Raises
    ------
    WrongShape
        If one of them holds anything.
    """
    for column in nameless:
        full = (frame[column].fill_null("").str.strip_chars() != "").arg_max() if frame.height else None
        if full is not None and (frame[column][full] or "").strip():
            place = column.removeprefix(NAMELESS)
            raise wrong(
                file,
                f"line {full + 2}: column {place} has no name but holds “{frame[column][full][:40]}”.",
                f"renglón {full + 2}: la columna {place} no tiene nombre, pero contiene «{frame[column][full][:40]}».",
            )
    file.counted("empty columns without a name", "columnas vacías sin nombre", len(nameless))
    return frame.drop(nameless)


def _count(content: bytes, characters: bytes) -> list[int]:
    """Count each character; five times as fast as `bytes.count` where it is frequent."""
    each = np.frombuffer(content, np.uint8)
    pieces = [each[i : i + PIECE] for i in range(0, len(each), PIECE)]
    return [sum(int(np.count_nonzero(piece == character)) for piece in pieces) for character in characters]


def _wrong_header(file: File, names: Sequence[str], missing: Sequence[str], unknown: Sequence[str]) -> None:
    en, es = [], []
    if missing:
        en.append(f"columns missing: {', '.join(missing)}")
        es.append(f"faltan columnas: {', '.join(missing)}")
    if unknown:
        shown = ", ".join(repr(c[:40]) for c in unknown[:10])
        en.append(f"columns not known: {shown}")
        es.append(f"columnas desconocidas: {shown}")
    if not en:
        twice = ", ".join(sorted(c for c, count in Counter(names).items() if count > 1))
        en.append(f"columns repeated: {twice}")
        es.append(f"columnas repetidas: {twice}")
    raise wrong(file, f"line 1: {'; '.join(en)}.", f"renglón 1: {'; '.join(es)}.")


def _check_widths(file: File, content: bytes, width: int) -> None:
    """Find the first line that has not the number of cells of the header, or quotation marks within a cell, and say so.

    Of a cell such as ``"2604"²`` Polars 2.1 makes a text that is no Unicode, and panics on it later.
    """
    lines = pl.Series(content.decode("utf-8").removesuffix("\n").split("\n"))
    bare = lines.str.replace_all(r'"[^"]*"', QUOTED)
    cells = bare.str.count_matches(",", literal=True) + 1
    within = bare.str.contains(f"[^,{QUOTED}]{QUOTED}|{QUOTED}[^,\r{QUOTED}]")
    bad = (cells != width) | within | bare.str.contains('"', literal=True)
    if not bad.any():
        return
    index = int(bad.arg_max() or 0)
    if within[index] and cells[index] == width:
        raise wrong(
            file,
            f"line {index + 1}: quotation marks enclose a part of a cell.",
            f"renglón {index + 1}: las comillas encierran solo una parte de una celda.",
        )
    if cells[index] == width or '"' in bare[index]:
        raise wrong(
            file,
            f"line {index + 1}: a quotation mark is opened and not closed.",
            f"renglón {index + 1}: se abren comillas que no se cierran.",
        )
    cut_en, cut_es = (" The file ends there: it was cut.", " El archivo termina ahí: está cortado.")
    end = index == len(lines) - 1 and cells[index] < width
    raise wrong(
        file,
        f"line {index + 1}: cells: {cells[index]} instead of {width}.{cut_en if end else ''}",
        f"renglón {index + 1}: celdas: {cells[index]} en lugar de {width}.{cut_es if end else ''}",
    )


class RepeatedKey(ValueError):
    """A key that stands twice in one object: JSON lets the last one count, and one of two values would be lost."""


#: What a JSON text may have; parsed, a value takes up to 250 bytes. A year of hours of five pollutants at a station in AQS
#: is reckoned at 30 MB and 1.3 million values.
JSON_BYTES, JSON_VALUES = 40 * MIB, 4_000_000
#: What a CSV text may have; a cell takes 4 to 16 bytes. The lanes of the Mexican border have 1.7 million lines, 26 million cells.
CSV_LINES, CSV_CELLS = 4_000_000, 50_000_000


def excess_of_json(content: bytes) -> Text | None:
    """The limit that a JSON text exceeds, before it is parsed; None if it exceeds none."""
    if len(content) > JSON_BYTES:
        return Text.same(size(JSON_BYTES))
    if sum(_count(content, b",[{")) > JSON_VALUES:
        return Text(f"{JSON_VALUES:,} values", f"{JSON_VALUES:,} valores")
    return None


def parse_json(content: bytes) -> Any:
    """Parse a JSON text; numbers stay the text they were written as.

    Raises
    ------
    RepeatedKey, json.JSONDecodeError, RecursionError
    """
    return _DECODER.decode(content.decode("utf-8"))


def parse_json_start(text: str) -> Any:
    """Parse the JSON value at the start of a text, whatever follows it; numbers stay the text they were written as.

    Raises
    ------
    ValueError
        If it is cut, damaged or nested too deep.
    """
    try:
        return _DECODER.raw_decode(text)[0]
    except RecursionError as error:
        raise ValueError(parse_fault(error)) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        key = repr(next(name for name, count in counts.items() if count > 1))[:80]
        raise RepeatedKey(Text(f"one object of the JSON has {key} twice", f"un objeto del JSON tiene dos veces {key}"))
    return made


_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_once)


def read_json(file: File) -> Any:
    """Parse a JSON file; numbers stay the text they were written as.

    Raises
    ------
    WrongShape
        If the file is cut or no JSON.
    TooLarge
    """
    content = decoded(file)
    if excess := excess_of_json(content):
        raise too_large(file.name, excess)
    try:
        return parse_json(content)
    except RepeatedKey as error:
        twice = parse_fault(error)
        raise wrong(file, f"{twice.en}.", f"{twice.es}.") from error
    except json.JSONDecodeError as error:
        raise wrong(
            file,
            f"line {error.lineno}, column {error.colno}: the JSON is cut or damaged.",
            f"renglón {error.lineno}, columna {error.colno}: el JSON está cortado o dañado.",
        ) from error
    except RecursionError as error:
        raise wrong(
            file, "the JSON text is nested too deep.", "el texto JSON está anidado con demasiada profundidad."
        ) from error


def read_records(file: File, fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Parse a JSON file that is a list of records.

    Raises
    ------
    WrongShape
        Also if a record lacks one of the fields.
    TooLarge
    """
    records = read_json(file)
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise wrong(file, "the JSON text is no list of records.", "el texto JSON no es una lista de registros.")
    require_fields(file, records, fields)
    return records


def require_fields(file: File, records: Sequence[Mapping[str, Any]], fields: Sequence[str]) -> None:
    """Refuse records that lack a field.

    Raises
    ------
    WrongShape
    """
    missing = ", ".join(f for f in fields if any(f not in r for r in records))
    if missing:
        raise wrong(file, f"fields missing: {missing}.", f"faltan campos: {missing}.")


def table(file: File, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """Rows of JSON values as a frame of text like that of `read_csv`; `line` is the number of the row.

    Raises
    ------
    WrongShape
        If a text is no Unicode.
    """

    def cell(value: Any) -> str:
        if isinstance(value, str):
            return value
        return "" if value is None else json.dumps(value)

    columns = {name: [cell(row[i]) for row in rows] for i, name in enumerate(names)}
    try:
        frame = pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String()))
    except UnicodeEncodeError as error:
        raise wrong(
            file, f"a text is no Unicode ({error.reason}).", f"un texto no es Unicode ({error.reason})."
        ) from error
    return frame.with_columns(line=pl.int_range(1, frame.height + 1, dtype=pl.Int64))
