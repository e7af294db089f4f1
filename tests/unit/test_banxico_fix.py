"""Banco de México: rates digit by digit; a rate that is not available is missing, not 0."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.banxico import fix as banxico_fix
from ambos.sources.shared.base import File, Rows


def read(content: bytes, catalog: Catalog) -> Rows:
    file = File("f.json", content)
    (rows,) = banxico_fix.read(file, banxico_fix.recognise(file.name, file.head()), catalog)
    return rows


def sie(*records: tuple[str, object], series: str = "SF43718") -> bytes:
    data = [{"fecha": fecha, "dato": dato} for fecha, dato in records]
    return json.dumps({"bmx": {"series": [{"idSerie": series, "titulo": "…", "datos": data}]}}).encode()


@pytest.mark.parametrize("name", ["sie.json", "list.json"])
def test_both_forms_of_banxico_s_file_are_read(catalog: Catalog, specimens: Path, name: str) -> None:
    rows = read((specimens / "banxico" / name).read_bytes(), catalog)
    assert rows.dataset == "fx"
    assert rows.rejected.height == 0
    assert rows.frame.schema["rate"] == pl.Decimal(18, 4)
    frame = rows.frame.filter(date=date(2020, 3, 24))
    assert frame.select("rate_id", "rate", "status").rows() == [("fix", Decimal("25.1185"), "A")]


def test_the_list_begins_with_the_rate_of_12_november_1991(catalog: Catalog, specimens: Path) -> None:
    rows = read((specimens / "banxico" / "list.json").read_bytes(), catalog)
    assert rows.frame.filter(date=date(1991, 11, 12))["rate"].to_list() == [Decimal("3.0735")]


@pytest.mark.parametrize(
    ("text", "rate"),
    [("20.5008", "20.5008"), ("1,234.5", "1234.5"), ("12,345,678.0001", "12345678.0001"), ("20.50080000", "20.5008")],
)
def test_text_to_the_last_digit(catalog: Catalog, text: str, rate: str) -> None:
    assert read(sie(("09/02/2022", text)), catalog).frame["rate"].to_list() == [Decimal(rate)]


def test_not_available_is_missing(catalog: Catalog) -> None:
    rows = read(sie(("09/02/2022", "N/E"), ("10/02/2022", None)), catalog)
    assert rows.frame.select("rate", "status").rows() == [(None, "M"), (None, "M")]


@pytest.mark.parametrize("dato", ["20,5008", "1,23", "-20.5", "0.0000", "2e1", "20.50081", "x", True, ["20.5"]])
def test_what_is_no_rate_is_set_aside(catalog: Catalog, dato: object) -> None:
    rows = read(sie(("09/02/2022", dato)), catalog)
    assert rows.frame.height == 0
    assert rows.rejected["reason"].to_list() == ["bad_value"]


@pytest.mark.parametrize("fecha", ["2022-02-09", "02/31/2022", "9/2/2022", "", "09/02/22", "09/02/0022"])
def test_what_is_no_date_is_set_aside_and_quoted(catalog: Catalog, fecha: str) -> None:
    rows = read(sie((fecha, "20.5008")), catalog)
    assert rows.rejected["reason_es"].to_list() == [f"fecha: «{fecha}» no es una fecha."]


def test_another_series_is_refused(catalog: Catalog) -> None:
    rows = read(sie(("09/02/2022", "20.5008"), series="SF60653"), catalog)
    assert rows.rejected["reason"].to_list() == ["unknown_code"]
    assert "SF43718 (FIX exchange rate)" in rows.rejected["reason_en"][0]


def test_a_series_without_data(catalog: Catalog) -> None:
    assert read(b'{"bmx":{"series":[{"idSerie":"SF43718"}]}}', catalog).frame.height == 0


@pytest.mark.parametrize(
    "content",
    [
        b'{"bmx":{}}',
        b'{"bmx":[]}',
        b'{"bmx":{"series":{}, "x":[{"idSerie":1}]',
        b'{"bmx":{"series":[1]}}',
        b'{"bmx":{"series":[{"idSerie":"SF43718","datos":[1]}]}}',
        b'{"bmx":{"series":[{"idSerie":"SF43718","datos":7}]}}',
        b'[{"fecha":"2020-03-24","tipo_cambio":25.1185},',
        b'["fecha", "tipo_cambio"]',
    ],
)
def test_out_of_shape(catalog: Catalog, content: bytes) -> None:
    with pytest.raises(WrongShape):
        read(content, catalog)
