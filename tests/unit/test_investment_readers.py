"""Foreign direct investment by state: the same quarters from a table without years, a cube and its interface."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows

FDI = "economia_fdi"
TABLE, CUBE, ANSWER = "fdi_mex.csv", "ied_raw.csv", "datamexico-fdi-state-quarter.json"
Read = Callable[..., Rows]


@pytest.fixture
def read(catalog: Catalog, specimens: Path) -> Read:
    """Read a specimen, or the content given."""

    def read(name: str, content: bytes | None = None, as_of: date = date(2025, 10, 16)) -> Rows:
        body = content if content is not None else (specimens / "economia" / name).read_bytes()
        file = File(name, body, as_of=as_of)
        kind = CONNECTORS[FDI].recognise(name, file.head())
        assert kind, name
        (rows,) = CONNECTORS[FDI].read(file, kind, catalog)
        return rows

    return read


def at(rows: Rows, period: date, state: str = "MX-SON") -> tuple[object, ...]:
    (found,) = rows.frame.filter(mex_state=state, period=period).select("value_usd", "status").rows()
    return found


def test_columns_without_a_year_are_counted_from_the_first_quarter_of_1999(read: Read) -> None:
    rows = read(TABLE, as_of=date(2018, 2, 22))
    assert rows.rejected.is_empty()
    assert set(rows.frame["mex_state"]) == {"MX-BCN", "MX-CMX", "MX-SON"}
    assert rows.frame.height == 3 * 76
    assert at(rows, date(1999, 1, 1), "MX-BCN") == (335_926_000, "A")
    assert at(rows, date(2017, 10, 1)) == (-269_553_000, "P")  # disinvestment
    assert at(rows, date(2012, 10, 1))[1] == "A"  # older than five years on that day


def test_the_cube_as_a_table_and_as_an_answer_give_the_same(read: Read) -> None:
    rows, answer = read(CUBE), read(ANSWER)
    assert at(rows, date(2023, 4, 1)) == (2_040_925_000, "P")
    year = rows.frame.filter(mex_state="MX-SON").filter(
        rows.frame.filter(mex_state="MX-SON")["period"].dt.year() == 2023
    )
    assert year["value_usd"].sum() == 2_711_822_000
    for quarter in (date(2024, 1, 1), date(2024, 10, 1)):
        assert at(answer, quarter) == at(rows, quarter)
    assert at(answer, date(2024, 7, 1), "MX-ZAC") == (-42_580_000, "P")


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        (TABLE, b"Sonora", b"Sonorra", "Sonorra"),
        (CUBE, b"2023-Q2", b"2023-Q5", "2023-Q5"),
        (CUBE, b"2040.", b"much", "much"),
    ],
)
def test_a_row_that_is_not_understood_is_refused_by_name(
    read: Read, specimens: Path, name: str, before: bytes, after: bytes, said: str
) -> None:
    rows = read(name, (specimens / "economia" / name).read_bytes().replace(before, after))
    assert rows.rejected.height
    assert all(said in reason for reason in rows.rejected["reason_es"])


def test_an_empty_cell_is_missing_and_not_0(read: Read, specimens: Path) -> None:
    content = (specimens / "economia" / CUBE).read_text(encoding="utf-8").splitlines()
    content[-1] = content[-1].rpartition(",")[0] + ","
    rows = read(CUBE, "\n".join(content).encode())
    assert at(rows, date(2024, 10, 1), "MX-ZAC") == (None, "M")


@pytest.mark.parametrize(
    ("before", "after"), [(b"I,II,III,IV,I,II,III,IV,I,", b"I,II,III,IV,I,II,III,I,"), (b"335.926038,", b"")]
)
def test_quarters_out_of_order_and_lines_without_a_cell_are_refused(
    read: Read, specimens: Path, before: bytes, after: bytes
) -> None:
    content = (specimens / "economia" / TABLE).read_bytes().replace(before, after, 1)
    with pytest.raises(WrongShape):
        read(TABLE, content)


@pytest.mark.parametrize("body", [b'{"data": {"Quarter": "", "State ID": 1, "Investment": 2}}', b'{"data": [{"Quarter": "2024-Q1", "State ID": 1}], "Investment": 0}'])  # fmt: skip
def test_an_answer_of_another_shape_is_refused(read: Read, body: bytes) -> None:
    with pytest.raises(WrongShape):
        read(ANSWER, body)
