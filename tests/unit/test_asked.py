"""Questions to tables are written down, put to Ibis only if their SQL is not known, and mean what Ibis makes of them."""

from __future__ import annotations

from typing import Any

import ibis as library
import polars as pl
import pytest

from ambos.asked import Asked, filled, held, ibis, in_ibis, of_ibis, to_compile, write

ROWS = pl.DataFrame({"place": ["a", "b", "b", "c'"], "value": [1, 2, 3, 40_000]})
COLUMNS = {"place": "VARCHAR", "value": "BIGINT"}


def question(table: Asked, places: list[str], *, least: int = 1) -> Any:
    rows = table.filter(table.place.isin(places), table["value"] >= least)
    rows = rows.mutate(_kind=ibis.cases((rows.place == places[0], "first"), else_="other"), _twice=2 * rows.value)
    return rows.group_by("_kind").aggregate(total=rows._twice.sum(), n=rows.count()).order_by("_kind")


def test_a_question_to_a_table_of_ibis_is_answered_as_ibis_does() -> None:
    asked = in_ibis(question(of_ibis(library.memtable(ROWS)), ["b", "c'"])).to_polars()
    assert asked.rows() == [("first", 10, 2), ("other", 80_000, 1)]


def test_questions_that_differ_in_tables_and_texts_only_have_one_shape_and_the_sql_of_each_answers_it() -> None:
    one = write(question(held("SELECT * FROM rows", COLUMNS), ["b", "c'"]))
    other = write(question(held("SELECT * FROM rows WHERE value < 3", COLUMNS), ["a", "b"]))
    assert one.shape == other.shape
    assert one.identity != other.identity
    compiled = to_compile(one, [library.schema({"place": "string", "value": "int64"})])
    connection = library.duckdb.connect()
    connection.create_table("rows", ROWS.to_arrow())
    sql = connection.compile(compiled)
    answers = [connection.con.execute(filled(sql, each)).fetchall() for each in (one, other)]
    assert answers == [[("first", 10, 2), ("other", 80_000, 1)], [("first", 2, 1), ("other", 4, 1)]]


@pytest.mark.parametrize("least", [2, True, 1.0])
def test_a_question_with_another_number_or_kind_of_number_has_another_shape(least: Any) -> None:
    table = held("SELECT 1", COLUMNS)
    assert write(question(table, ["a"])).shape != write(question(table, ["a"], least=least)).shape


def test_a_question_is_neither_true_nor_a_sequence_before_it_is_put() -> None:
    table = held("SELECT 1", COLUMNS)
    with pytest.raises(TypeError):
        bool(table.value == 1)
    with pytest.raises(TypeError):
        list(table)  # type: ignore[call-overload]


def test_the_columns_of_a_table_are_known_filtered_or_not_and_of_nothing_else() -> None:
    table = held("SELECT 1", COLUMNS)
    assert table.filter(table.value > 0).columns == table.columns == ("place", "value")
    with pytest.raises(TypeError):
        _ = table.select("place").columns
