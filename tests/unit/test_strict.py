"""Strict reading: a file out of shape gives one WrongShape that says where, in both languages."""

from __future__ import annotations

import gzip

import pytest

from ambos.errors import WrongShape
from ambos.sources.shared.base import File
from ambos.sources.shared.strict import header, read_csv, read_json, table, table_of


def csv(content: bytes, columns: tuple[str, ...] = ("a", "b"), **options: bool):
    return read_csv(File("f.csv", content), columns, coded={"a"}, **options)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n,4\n",
        b"a,b\r\n1,2\r\n,4\r\n",
        b"\xef\xbb\xbfa,b\n1,2\n,4",
        b'"a","b"\n"1","2"\n"",4\n\n\r\n\x1a',
        gzip.compress(b"a,b\n1,2\n,4\n", mtime=0),
    ],
)
def test_one_table_in_many_spellings(content: bytes) -> None:
    assert csv(content).to_dict(as_series=False) == {"a": ["1", ""], "b": ["2", "4"], "line": [2, 3]}


def test_columns_in_any_order_and_quoted_commas() -> None:
    frame = csv(b'b,a\n"x, ""y""",1\n')
    assert frame.select("a", "b").rows() == [("1", 'x, "y"')]


def test_a_table_of_a_header_alone_has_no_rows() -> None:
    assert csv(b"a,b\n").height == 0


@pytest.mark.parametrize(
    ("content", "en", "es"),
    [
        (b"", "empty", "vacío"),
        (b"\xef\xbb\xbf\r\n", "empty", "vacío"),
        (b"\n<!DOCTYPE html><html></html>", "web page", "página web"),
        (b"a,c\n1,2\n", "line 1: columns missing: b; columns not known: 'c'.", "renglón 1: faltan columnas: b;"),
        (b"a,b,c\n1,2,3\n", "line 1: columns not known: 'c'.", "columnas desconocidas: 'c'."),
        (b"a,b,b\n1,2,3\n", "columns repeated: b.", "columnas repetidas: b."),
        (b"a,b\n1,2\n1,2,3\n1,2\n", "line 3: cells: 3 instead of 2.", "renglón 3: celdas: 3 en lugar de 2."),
        (b"a,b\n1,2\n\n1,2\n", "line 3: cells: 1 instead of 2.", "renglón 3"),
        (b"a,b\n1,2\n1", "line 3: cells: 1 instead of 2. The file ends there: it was cut.", "está cortado"),
        (b"a,b\n1\n1,2,3\n", "line 2: cells: 1", "renglón 2"),
        (b'a,b\n1,2\n"1,2\n3,4\n', "line 3: a quotation mark is opened and not closed", "comillas"),
        (b'a,b\n1,"2"3"\n', "quotation mark", "comillas"),
        (b"a,b\n1,\xe9\n", "line 2, byte 3: this is not UTF-8 text", "renglón 2, byte 3"),
        ("a,b\n1,2\n".encode("utf-16"), "line 1, byte 1: this is not UTF-8 text", "codificación"),
        (b"a,b\n1,\0\n", "line 2, byte 3", "renglón 2, byte 3"),
        (gzip.compress(b"a,b\n" + bytes(range(1, 9)) * 400, mtime=0)[:-6], "cut or damaged", "cortado o dañado"),
        (gzip.compress(b"a,b\n1,2\n", mtime=0)[:12] + b"\xff" * 9, "cut or damaged", "cortado o dañado"),
    ],
)
def test_out_of_shape(content: bytes, en: str, es: str) -> None:
    with pytest.raises(WrongShape) as caught:
        csv(content)
    assert "f.csv" in caught.value.say("en")
    assert en in caught.value.say("en")
    assert es in caught.value.say("es")


@pytest.mark.parametrize("names", ["A,B", " a , b", "B ,a", '"a"," b "'])
def test_names_of_columns_in_any_case_with_spaces(names: str) -> None:
    frame = csv(f"{names}\n1,1\n".encode())
    assert sorted(frame.columns) == ["a", "b", "line"] and frame.height == 1


def test_columns_without_name_or_cells_are_passed_over_and_noted() -> None:
    file = File("f.csv", b"a,,b,,\n1,,2, ,\n3,,4,,\n")
    assert read_csv(file, ("a", "b")).select("a", "b").rows() == [("1", "2"), ("3", "4")]
    assert [(n.en, n.es) for n in file.notes] == [("empty columns without a name: 3", "columnas vacías sin nombre: 3")]


@pytest.mark.parametrize(
    ("content", "noted"),
    [(b"a,b\n1,23", True), (b"a,b\n1,23\n", False), (b"a,b\n1,Nogales", False), (b"a,b\n1,", False)],
)
def test_a_last_number_that_may_be_cut_is_noted(content: bytes, noted: bool) -> None:
    file = File("f.csv", content)
    read_csv(file, ("a", "b"))
    assert [("its last number, 23, lacks digits" in note.en) for note in file.notes] == [True] * noted


def test_a_column_without_a_name_that_holds_something_is_refused() -> None:
    with pytest.raises(WrongShape) as caught:
        csv(b"a,b,\n1,2,\n1,2,7\n")
    assert "line 3: column 3 has no name but holds “7”" in caught.value.say("en")
    assert "renglón 3: la columna 3 no tiene nombre, pero contiene «7»" in caught.value.say("es")


def test_a_table_is_told_by_most_of_its_columns() -> None:
    tables = {"small": ("a", "b"), "large": ("a", "b", "C d")}
    told = {
        b"a,b\n": "small",
        b"A, B\n": "small",
        b"b,c D,a\n": "large",
        b"a,b,c d,e\n": "large",
        b"a,c\n": "",
        b"": "",
    }
    assert {head: table_of(head, tables) for head in told} == told


def test_more_columns_only_where_allowed() -> None:
    assert csv(b"a,b,c\n1,2,3\n", exact=False).columns == ["a", "b", "c", "line"]


@pytest.mark.parametrize("head", [b"", b"\x1f\x8b\xff", b"\xff\xfea\x00,\x00"])
def test_a_header_that_is_none(head: bytes) -> None:
    assert "a" not in header(head)


def test_json_numbers_stay_text() -> None:
    frame = table(File("f", b""), ("x", "y"), [[read_json(File("f", b"18.4300")), None]])
    assert frame.rows() == [("18.4300", "", 1)]


@pytest.mark.parametrize(
    ("content", "en"),
    [
        (b'[1,\n{"a": ', "line 2, column 7: the JSON is cut or damaged"),
        (b"[" * 100_000, "nested too deep"),
        (b"<html>", "web page"),
        (b'{"a": 1, ' + b",".join(b'"%d": 0' % n for n in range(100_000)) + b', "99999": 1}', "'99999' twice"),
    ],
)
def test_json_out_of_shape(content: bytes, en: str) -> None:
    with pytest.raises(WrongShape, match=en):
        read_json(File("f.json", content))


def test_half_a_unicode_character_in_json() -> None:
    with pytest.raises(WrongShape, match="no Unicode"):
        table(File("f", b""), ("x",), [[read_json(File("f", b'"\\ud800"'))]])
