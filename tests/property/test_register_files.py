"""What is written to a file of the register is read from it as it was: TOML, CSV and workbook, whatever the texts are."""

from __future__ import annotations

import csv
import io
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ambos.catalog import load
from ambos.catalog.register import load_register, plain
from ambos.csv_text import FORMULA
from ambos.register.csv_file import csv_of, csv_rows
from ambos.register.rows import Kept, Row, gathered, spread
from ambos.register.toml_text import toml_text
from ambos.register.workbook import workbook_of, workbook_rows
from ambos.text import Text

#: Texts that a format could take for something of its own.
NASTY = (
    "=1+1", "'=1+1", "''=", "'", "-5", "+1 (520)", "@x", "＝1", "\t=1", "\r", "a\r\nb\n\nc\r", '"', '""', "a,b;c", "#", "text#2",
    "_x0041_", "_x005F_x0041_", "x005F_", "<r>x</r>", "<r><t>x</t></r>", "&amp;<&>", "]]>", " ", "  x ", "\u2028x\u0085", "\ufeffx", "\ufffe",
    "\x07\x1b[31m", "\\u0041\\", "'''", '"""', "true", "2014", "2014-06-01", "ñ中😀" * 3, "e\u0301", "{x}", "%d",
)  # fmt: skip
#: Every text but NUL and halves of characters, which no record takes.
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30),
)


def records(a: str, b: str, c: str) -> list[Kept]:
    """Records with texts in each place where a record can have one."""
    both, one = {"en": a, "es": b}, {"es": c}
    source = [{"en": a, "es": b, "url": c}, {"en": c}]
    return [
        ("meeting", "m", {"type": "plenary", "name": both, "agenda": [one, both], "outcome": one, "source": source}),
        (
            "commitment",
            "c-1",
            {
                "name": both,
                "organisation": [{"name": both, "side": "US-AZ"}, {"name": one}],
                "responsible": ["x", "y"],
                "cost": "134000000.50",
                "currency": a,
                "step": [{"text": one, "due": "2014-06", "done": "2012/2015"}, {"text": both}],
                "evidence": [{"text": both, "url": b}],
                "as_compiled": True,
                "note": one,
            },
        ),
        ("commitment", "c-2", {"name": one}),
        ("project", "p", {"type": "rail", "name": both, "scores": {"capacity": "0.40", b: "1"}}),
        ("initiative", "i", {"type": "other", "name": one, "fact": [{"label": both, "value": "5", "source": source[0]}]}),
        ("comment", "k", {"target_kind": "project", "target": "p", "text": a, "language": "en", "reply": [{"office": "o", "text": one}]}),
    ]  # fmt: skip


def no_problem(row: Row, what: Text) -> None:
    raise AssertionError((row, what))


def as_toml(held: Iterable[Kept]) -> Mapping[str, Any]:
    return tomllib.loads(toml_text(held))


def as_csv(held: Iterable[Kept]) -> Mapping[str, Any]:
    return gathered(csv_rows(csv_of(spread(held)).decode("utf-8-sig")), no_problem).bodies


def as_workbook(held: Iterable[Kept]) -> Mapping[str, Any]:
    with zipfile.ZipFile(io.BytesIO(workbook_of(spread(held)))) as book:
        return gathered(workbook_rows(book.read), no_problem).bodies


FORMS = pytest.mark.parametrize("form", [as_toml, as_csv, as_workbook])


def tree(held: Iterable[Kept]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for kind, id, body in held:
        made.setdefault(kind, {})[id] = body
    return made


@FORMS
@settings(max_examples=40, deadline=None)
@given(a=texts, b=texts, c=texts)
@example(a="=", b="'=", c="''='")
def test_every_text_reads_back_as_it_was(
    form: Callable[[Iterable[Kept]], Mapping[str, Any]], a: str, b: str, c: str
) -> None:
    held = records(a, b, c)
    assert form(held) == tree(held)


@FORMS
def test_each_text_that_looks_like_syntax_reads_back_as_it_was(
    form: Callable[[Iterable[Kept]], Mapping[str, Any]],
) -> None:
    held = [("meeting", f"m-{i}", {"name": {"en": text, "es": f"'{text}"}}) for i, text in enumerate(NASTY)]
    assert form(held) == tree(held)


@FORMS
def test_a_text_of_100_kilobytes_reads_back_as_it_was(form: Callable[[Iterable[Kept]], Mapping[str, Any]]) -> None:
    held = records("=" + "á😀\r\n" * 25_000, "x" * 100_000, " \n" * 30_000)
    assert form(held) == tree(held)


@FORMS
def test_the_records_of_the_region_read_back_as_they_were(
    form: Callable[[Iterable[Kept]], Mapping[str, Any]],
) -> None:
    held = [(kind, id, plain(record)) for (kind, id), record in load_register(load()).items()]
    assert form(held) == tree(held)


@settings(max_examples=40, deadline=None)
@given(a=texts, b=texts)
def test_no_cell_of_the_csv_begins_a_formula(a: str, b: str) -> None:
    written = csv_of(spread(records(a, b, "=1"))).decode("utf-8-sig")
    for cells in csv.reader(io.StringIO(written, newline="")):
        for cell in cells:
            assert not cell.startswith(FORMULA) or cell.lstrip("+-").replace(".", "").isdecimal()


def test_no_cell_of_the_workbook_is_a_formula() -> None:
    with zipfile.ZipFile(io.BytesIO(workbook_of(spread(records("=1+1", "@x", "-2+3"))))) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) > 5 and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
