"""People of Mexican states and municipalities at mid-year, and of US counties: estimates, projections and counts apart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from economy_samples import book
from population_samples import PEOPLE, people

CONAPO, ERS = "conapo_population", "usda_population"
OFFICIAL = "00_Pob_Mitad_1950_2070.csv"
Read = Callable[..., Rows]


@pytest.fixture
def read(catalog: Catalog, specimens: Path) -> Read:
    """Read a specimen, or the content given, with the source's reader."""

    def read(source: str, name: str, content: bytes | None = None) -> Rows:
        file = File(name, content if content is not None else (specimens / "conapo" / name).read_bytes())
        kind = CONNECTORS[source].recognise(name, file.head())
        assert kind, name
        (rows,) = CONNECTORS[source].read(file, kind, catalog)
        return rows

    return read


def at(rows: Rows, **where: object) -> list[tuple[object, ...]]:
    return rows.frame.filter(**where).select("population", "status").rows()


def test_people_of_states_are_reconciled_to_2019_and_projected_from_2020(read: Read) -> None:
    rows = read(CONAPO, "population_state_mid_year.csv")
    assert rows.rejected.is_empty()
    assert at(rows, mex_state="MX-SON", period=date(2019, 1, 1)) == [(2_981_674, "E")]
    assert at(rows, mex_state="MX-SON", period=date(2020, 1, 1)) == [(3_002_286, "F")]
    assert at(rows, mex_state="MX-SON", period=date(2070, 1, 1)) == [(3_418_627, "F")]
    assert set(rows.frame["mex_state"]) == {"MX-BCN", "MX-COA", "MX-MEX", "MX-SON"}


def test_municipalities_of_states_of_the_region_are_read(read: Read) -> None:
    rows = read(CONAPO, "population_municipio_son_bc_chih.csv")
    assert rows.dataset == "mx_population_municipality" and rows.rejected.is_empty()
    assert set(rows.frame["municipality"]) == {"MX-26030", "MX-26043", "MX-26055"}  # Tijuana is no place here


def test_ages_and_sexes_of_the_open_data_are_added_up(read: Read) -> None:
    # the ages are made up; the sum of Sonora is CONAPO's figure of 2020
    rows = read(CONAPO, OFFICIAL)
    assert at(rows, mex_state="MX-SON") == [(3_002_286, "F")]
    assert at(rows, mex_state="_T") == [(1_990_000, "E")]


@pytest.mark.parametrize(
    "header", ["RENGLON,ANIO,ENTIDAD,CVE_GEO,EDAD,SEXO,POBLACION", "AÑO,CVE_GEO,EDAD,SEXO,POBLACION"]
)
def test_copies_with_other_columns_beside_are_the_same_table(read: Read, specimens: Path, header: str) -> None:
    lines = (specimens / "conapo" / OFFICIAL).read_text(encoding="utf-8").splitlines()
    if "RENGLON" not in header:
        lines = [",".join(line.split(",")[i] for i in (1, 3, 4, 5, 6)) for line in lines]
    rows = read(CONAPO, OFFICIAL, "\n".join([header, *lines[1:]]).encode())
    assert at(rows, mex_state="MX-SON") == [(3_002_286, "F")]


def test_an_age_that_is_no_number_leaves_no_sum(read: Read, specimens: Path) -> None:
    content = (specimens / "conapo" / OFFICIAL).read_text(encoding="utf-8").replace("1478000", "muchos")
    rows = read(CONAPO, OFFICIAL, content.encode())
    assert at(rows, mex_state="MX-SON") == []
    assert rows.rejected["reason"].to_list() == ["bad_value"] and "muchos" in rows.rejected["reason_en"][0]


def test_an_age_that_stands_twice_would_count_twice(read: Read, specimens: Path) -> None:
    content = (specimens / "conapo" / OFFICIAL).read_bytes()
    with pytest.raises(WrongShape, match="twice"):
        read(CONAPO, OFFICIAL, content + b"7,2020,Sonora,26,30,Mujeres,1475286\n")


def test_a_state_that_is_not_known_is_refused(read: Read, specimens: Path) -> None:
    content = (specimens / "conapo" / "population_state_mid_year.csv").read_bytes()
    rows = read(CONAPO, "population_state_mid_year.csv", content.replace(b"Sonora", b"Narnia"))
    assert set(rows.rejected["reason"]) == {"unknown_code"} and rows.rejected.height == 6


def test_counties_have_a_count_and_estimates(read: Read) -> None:
    rows = read(ERS, PEOPLE, people())
    assert rows.rejected.is_empty()
    county = {"county": "04023", "period": date(2020, 1, 1)}
    assert at(rows, **county, concept="census") == [(47_669, "A")]
    assert at(rows, **county, concept="estimate") == [(47_712, "E")]
    assert at(rows, county="04003", period=date(2023, 1, 1)) == [(124_640, "E")]
    assert set(rows.frame["county"]) == {"04003", "04023"}


def test_a_workbook_without_counties_is_refused(read: Read) -> None:
    with pytest.raises(WrongShape, match="county"):
        read(ERS, PEOPLE, book([("FIPStxt", "CENSUS_2020_POP"), ("00000", 331449281)]))
    rows = read(ERS, PEOPLE, book([("FIPStxt", "CENSUS_2020_POP"), ("04003", "many")]))
    assert rows.rejected["reason"].to_list() == ["bad_value"]
