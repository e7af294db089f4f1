"""INEGI's catalogue of municipalities: the people of the Census of 2020."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.inegi import municipalities
from ambos.sources.shared.base import File, Rows

#: Tijuana, Agua Prieta, Nogales, General Plutarco Elías Calles: records as INEGI's list has them.
SPECIMEN = Path(__file__).resolve().parents[1] / "specimens" / "inegi" / "municipios.json"


def read(content: bytes, catalog: Catalog) -> Rows:
    file = File("municipios_completo.json", content)
    assert municipalities.recognise(file.name, file.head()) == "catalogue"
    (rows,) = municipalities.read(file, "catalogue", catalog)
    return rows


def test_municipalities_of_the_region_are_read_and_others_passed_over(catalog: Catalog) -> None:
    rows = read(SPECIMEN.read_bytes(), catalog)
    assert rows.rejected.is_empty()
    found = dict(zip(rows.frame["municipality"], rows.frame["population"], strict=True))
    assert found == {"MX-26002": 91929, "MX-26043": 264782, "MX-26070": 13627}
    assert set(rows.frame["period"].cast(str)) == {"2020-01-01"}


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("cve_completa", "26999", "unknown_code"),
        ("poblacion_total", None, "bad_value"),
        ("poblacion_masculina", 1, "bad_value"),  # men and women are not the people
        ("viviendas_habitadas", -3, "bad_value"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused(catalog: Catalog, field: str, value: object, reason: str) -> None:
    records = json.loads(SPECIMEN.read_bytes())
    records[-1][field] = value
    rows = read(json.dumps(records).encode(), catalog)
    assert rows.frame.height == 2 and rows.rejected["reason"].to_list() == [reason]


def test_a_list_without_a_field_is_of_another_shape(catalog: Catalog) -> None:
    records = json.loads(SPECIMEN.read_bytes())
    del records[1]["poblacion_femenina"]
    with pytest.raises(WrongShape, match="poblacion_femenina"):
        read(json.dumps(records).encode(), catalog)
