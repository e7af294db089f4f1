"""Tables on narrow terminals: no number and no word is broken, nothing is lost."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ambos.cli import common
from ambos.cli.layout import drawn, heading, parts

LEDGER = [("Año", "left"), ("Lindero norte (NIB)", "right"), ("Satisface el Tratado", "right"), ("En exceso", "right")]
ROWS = [["2021", "1,384,864", "1,455,061", "28,856"], ["septiembre", "102,974", "105,993", "5,602"]]


def test_a_table_that_fits_is_one_part_in_its_natural_widths() -> None:
    (part,) = parts(LEDGER, ROWS, 200)
    assert part.columns == (0, 1, 2, 3)
    assert part.widths == (10, 19, 20, 9)


def test_headings_give_way_before_the_table_is_broken() -> None:
    (part,) = parts(LEDGER, ROWS, 60)
    assert part.columns == (0, 1, 2, 3)
    assert part.widths[0] == 10 and min(part.widths[1:3]) >= len("1,384,864")
    assert sum(width + 3 for width in part.widths) + 1 <= 60


def test_a_table_that_cannot_fit_repeats_the_head_of_its_rows() -> None:
    found = parts(LEDGER, ROWS, 40)
    assert [part.columns for part in found] == [(0, 1, 2), (0, 3)]


def test_many_texts_are_not_repeated() -> None:
    columns = [("Serie", "left"), ("Título", "left"), ("Definición", "left")]
    rows = [["river.mexico.satisfaction.monthly", "Satisfacción", "entregas"]]
    assert [part.columns for part in parts(columns, rows, 50)] == [(0, 1), (0, 2)]


def test_rows_that_begin_alike_keep_what_tells_them_apart() -> None:
    columns = [("Estación", "left"), ("Año", "left"), ("Límite", "left"), ("País", "left"), ("Días", "right")]
    rows = [["04-023-0004", "2025", limit, "México", "365"] for limit in ("PM10", "PM2.5")]
    assert [part.columns for part in parts(columns, rows, 42)] == [(0, 1, 2, 3), (0, 1, 2, 4)]


@given(
    st.lists(st.lists(st.integers(0, 10**9), min_size=7, max_size=7), min_size=1, max_size=5),
    st.integers(20, 120),
)
def test_every_column_is_there_and_wide_enough_for_its_numbers(table: list[list[int]], room: int) -> None:
    columns = [("Mes", "left")] + [("Un encabezado de varias palabras", "right")] * 7
    rows = [[f"mes {at}", *(f"{value:,}" for value in row)] for at, row in enumerate(table)]
    found = parts(columns, rows, room)
    assert [at for part in found for at in part.columns if at] == [1, 2, 3, 4, 5, 6, 7]
    for part in found:
        assert part.columns[0] == 0
        for at, width in zip(part.columns, part.widths, strict=True):
            assert width >= max(len(row[at]) for row in rows if at) if at else width >= 3


@pytest.mark.parametrize("room", [40, 60, 80, 200])
def test_what_is_printed_holds_every_number_whole(
    room: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", str(room))
    common.print_table(LEDGER, ROWS, title="Entregas")
    lines: Sequence[str] = capsys.readouterr().out.splitlines()
    assert all(len(line) <= room for line in lines)
    words = {word for line in lines for word in line.split()}
    assert words >= {cell for row in ROWS for cell in row}


@pytest.mark.parametrize(("columns", "room"), [("40", 40), ("60", 60), (None, 200), ("0", 200), ("wide", 200)])
def test_a_piped_table_follows_columns(
    columns: str | None, room: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    if columns is not None:
        monkeypatch.setenv("COLUMNS", columns)
    common.print_table([("a", "left"), ("b", "left")], [["one", "word " * 60]])
    widest = max(map(len, capsys.readouterr().out.splitlines()))
    assert room - 6 <= widest <= room


#: Words as cells may hold them: wide and combined characters, line ends, spaces that do not break, what moves the cursor.
_CELLS = st.lists(
    st.sampled_from(
        [
            "a",
            "Nogales",
            "ñandú",
            "≥ 3",
            "−5",
            "1,234,567",
            "日本",
            "e\u0301",
            "🙂",
            "\n",
            "\r",
            "\u00a0",
            "  ",
            "x" * 13,
        ]
    ),
    max_size=14,
).map(" ".join)


@given(
    st.lists(st.lists(_CELLS, min_size=3, max_size=3), max_size=4), st.integers(70, 200), st.booleans(), st.booleans()
)
@settings(deadline=None)
def test_tables_are_drawn_as_rich_draws_them(rows: list[list[str]], room: int, bold: bool, ascii_only: bool) -> None:
    title = "Entregas del año " * 5
    columns = [("Año fiscal", "left"), ("Nota", "left"), ("Lindero norte (NIB)", "right")]
    rows = [[*row[:2], row[2][:20]] for row in rows]
    file = io.TextIOWrapper(io.BytesIO(), "ascii" if ascii_only else "utf-8", "backslashreplace")
    rich = Console(width=room, file=file, force_terminal=bold, color_system="standard" if bold else None, _environ={})
    with rich.capture() as captured:
        rich.print(Text(title, style="bold"))
        for part in parts(columns, rows, room):
            table = Table(box=box.SIMPLE_HEAD)
            for at, width in zip(part.columns, part.widths, strict=True):
                heading_, side = columns[at]
                table.add_column(heading_, justify="right" if side == "right" else "left", overflow="fold", width=width)
            for row in rows:
                table.add_row(*(Text(row[at]) for at in part.columns))
            rich.print(table)
    lines = list(heading(title, room, bold=bold))
    for part in parts(columns, rows, room):
        lines += drawn(columns, rows, part, room, bold=bold, ascii_only=ascii_only)
    assert _joined("\n".join([*lines, ""])) == _joined(captured.get())


def _joined(text: str) -> str:
    """Letters that follow each other in bold, without the end and the new beginning between them."""
    return text.replace("\x1b[0m\x1b[1m", "")


def test_a_table_too_wide_for_its_words_loses_nothing_of_them() -> None:
    columns, rows = [("Identifier", "left"), ("n", "right")], [["a" * 60, "123456"]]
    (part,) = parts(columns, rows, 40)
    lines = list(drawn(columns, rows, part, 40))
    assert all(len(line) == 40 for line in lines)
    assert "".join(lines).count("a") == 60 and set("123456") <= set("".join(lines))
