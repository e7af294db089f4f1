"""Filling the pages of the book."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ambos.briefing.paging import Piece, heights

ROOM = 660.0


def chart(id: str, height: float) -> Piece:
    """A chart whose plots may be drawn lower and taller."""
    return Piece(id, height, height * 0.8, height * 1.2)


def table(height: float) -> Piece:
    """A table that may go on overleaf."""
    return Piece("", height, height, height, breakable=True)


def test_charts_are_drawn_lower_so_that_one_more_fits() -> None:
    pieces = [chart(id, 240) for id in "abcd"]
    chosen = heights(pieces, ROOM)
    assert [round(chosen[id]) for id in "abc"] == [220, 220, 220] and "d" not in chosen


def test_charts_are_drawn_taller_where_the_next_does_not_fit() -> None:
    chosen = heights([chart("a", 260), chart("b", 260), chart("c", 500)], ROOM)
    assert chosen == {"a": 312, "b": 312}  # up to their most


def test_a_page_that_a_table_goes_on_from_keeps_the_usual_heights() -> None:
    assert heights([chart("a", 300), table(700), chart("b", 200)], ROOM) == {}


def test_the_last_page_keeps_the_usual_heights() -> None:
    assert heights([chart("a", 200)], ROOM) == {}


@given(st.lists(st.tuples(st.booleans(), st.floats(40, 900)), max_size=12))
def test_no_chart_leaves_its_bounds(parts: list[tuple[bool, float]]) -> None:
    pieces = [chart(f"c{i}", height) if elastic else table(height) for i, (elastic, height) in enumerate(parts)]
    bounds = {piece.id: (piece.least, piece.most) for piece in pieces if piece.id}
    for id, height in heights(pieces, ROOM).items():
        assert bounds[id][0] - 1e-6 <= height <= bounds[id][1] + 1e-6
