"""Work and education of states: what is not there is never 0, vintages are not joined, each survey has its year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from economy_samples import book
from work_samples import LABOUR, SCHOOLING, labour, schooling

Read = Callable[..., tuple[File, list[Rows]]]
FOLDERS = {"imss_jobs": "imss", "fred_laus": "fred", "datamexico_enoe": "economia", "conasami_wages": "conasami", "single_values": "singles", "banxico_fix": "banxico"}  # fmt: skip


@pytest.fixture
def read(catalog: Catalog, specimens: Path) -> Read:
    """Read a specimen, or the content given, with the source's reader; the file holds the notes."""

    def read(source: str, name: str, content: bytes | None = None) -> tuple[File, list[Rows]]:
        body = content if content is not None else (specimens / FOLDERS[source] / name).read_bytes()
        file = File(name, body, as_of=date(2026, 11, 28))
        kind = CONNECTORS[source].recognise(name, file.head())
        assert kind, name
        return file, list(CONNECTORS[source].read(file, kind, catalog))

    return read


def at(rows: Rows, *columns: str, **where: object) -> list[tuple[object, ...]]:
    return rows.frame.filter(**where).select(*columns, "status").rows()


def test_jobs_of_a_state_at_the_end_of_a_month(read: Read) -> None:
    _, (rows,) = read("imss_jobs", "imss_jobs_state_monthly.csv")
    assert rows.rejected.is_empty() and rows.frame.height == 64
    assert at(rows, "jobs", mex_state="MX-SON", period=date(2021, 9, 1)) == [(640_048, "A")]
    assert at(rows, "jobs", mex_state="MX-SON", period=date(2021, 7, 1)) == []  # not in the table: no row, no 0
    of_month = rows.frame.filter(period=date(2021, 9, 1))
    assert of_month["jobs"].sum() == 20_594_919


def test_divisions_add_up_where_each_is_given_once(read: Read) -> None:
    file, (rows,) = read("imss_jobs", "imss_jobs_national_sector_monthly.csv")
    of = {"mex_state": "_T", "municipality": "_T"}
    assert at(rows, "jobs", **of, period=date(2008, 10, 1)) == [(14_564_570, "A")]  # twice alike
    assert at(rows, "jobs", **of, period=date(2009, 5, 1)) == [(13_868_132, "A")]  # manufacturing in two parts
    assert at(rows, "jobs", **of, period=date(2010, 2, 1)) == [(14_204_647, "A")]  # given twice, once March's
    assert at(rows, "jobs", **of, period=date(2010, 3, 1)) == [(14_341_056, "A")]
    assert at(rows, "jobs", **of, period=date(2021, 8, 1)) == [(20_420_823, "A")]
    assert [note.en for note in file.notes] == [
        "rows given twice alike: 9",
        "rows of a month that repeat the month after it, left out: 9",
    ]


def test_a_month_without_one_of_its_divisions_has_no_sum(read: Read, specimens: Path) -> None:
    lines = (specimens / "imss" / "imss_jobs_national_sector_monthly.csv").read_text().splitlines()
    content = "\n".join(line for line in lines if not line.startswith("4,") or not line.endswith(",2021,8"))
    _, (rows,) = read("imss_jobs", "imss_jobs_national_sector_monthly.csv", content.encode())
    assert at(rows, "jobs", period=date(2021, 8, 1)) == [(None, "M")]


@pytest.mark.parametrize(
    ("name", "state", "adjusted", "rate"), [("AZUR.csv", "US-AZ", "sa", "4.2"), ("TXURN.csv", "US-TX", "nsa", "3.8")]
)
def test_the_header_says_which_state_and_whether_it_is_adjusted(
    read: Read, name: str, state: str, adjusted: str, rate: str
) -> None:
    _, (rows,) = read("fred_laus", name)
    assert rows.rejected.is_empty()
    assert at(rows, "rate", us_state=state, adjusted=adjusted, period=date(2023, 10, 1)) == [(Decimal(rate), "A")]


@pytest.mark.parametrize("cell", [b".", b""])
def test_a_month_that_was_not_surveyed_is_missing(read: Read, cell: bytes) -> None:
    content = b"observation_date,AZUR\n2025-09-01,4.4\n2025-10-01," + cell + b"\n2025-11-01,4.4\n"
    _, (rows,) = read("fred_laus", "AZUR.csv", content)
    assert at(rows, "rate", period=date(2025, 10, 1)) == [(None, "M")]
    assert at(rows, "rate", period=date(2025, 11, 1)) == [(Decimal("4.4"), "A")]


def test_a_series_of_no_state_is_refused_by_name(read: Read) -> None:
    _, (rows,) = read("fred_laus", "ZZUR.csv", b"Date,ZZUR\n2023-01-01,4\n2023-02-15,4\n")
    assert rows.frame.is_empty()
    assert "ZZ" in rows.rejected["reason_en"][0]


def test_workforce_and_income_of_a_quarter(read: Read) -> None:
    second, first = date(2022, 4, 1), date(2025, 1, 1)
    _, (people,) = read("datamexico_enoe", "pea_raw.csv")
    assert at(people, "persons", measure="workforce", period=second) == [(1_459_021, "A")]
    assert at(people, "persons", period=date(2020, 4, 1)) == []  # the survey was suspended
    _, (employed, wages) = read("datamexico_enoe", "salario_raw.csv")
    assert at(employed, "persons", measure="employed", period=second) == [(1_414_274, "A")]
    assert at(wages, "wage_mxn", period=first) == [(Decimal("6996.20"), "A")]


@pytest.mark.parametrize("cube", ["workforce", "wages"])
def test_a_cube_s_answer_gives_what_its_table_gives(read: Read, cube: str) -> None:
    _, answer = read("datamexico_enoe", f"datamexico-enoe-{cube}.json")
    _, table = read("datamexico_enoe", {"workforce": "pea_raw.csv", "wages": "salario_raw.csv"}[cube])
    for one, other in zip(answer, table, strict=True):
        assert one.frame.equals(other.frame)


def test_minimum_wages_by_zone(read: Read) -> None:
    _, (rows,) = read("conasami_wages", "minimum_wage_2019_2026.csv")
    new_year = date(2026, 1, 1)
    assert at(rows, "wage_mxn", zone="border", period=new_year) == [(Decimal("440.87"), "A")]
    assert at(rows, "wage_mxn", zone="general", period=new_year) == [(Decimal("315.04"), "A")]


def test_a_table_of_days_is_the_fix(read: Read) -> None:
    _, (rows,) = read("banxico_fix", "fix_daily.csv")
    assert at(rows, "rate", rate_id="fix", date=date(2026, 3, 4)) == [(Decimal("17.5445"), "A")]
    assert rows.rejected.is_empty()


def test_single_figures_have_their_day_and_their_origin(read: Read) -> None:
    file, parts = read("single_values", "recent-values.csv")
    rows = {part.dataset: part for part in parts}
    assert all(part.rejected.is_empty() for part in parts)
    rate = rows["us_state_unemployment"]
    august, february = date(2025, 8, 1), date(2026, 2, 1)
    known = rate.frame.filter(period=august).sort("as_of").select("rate", "as_of").rows()
    assert known == [(Decimal("4.1"), date(2025, 12, 31)), (Decimal("4.4"), date(2026, 4, 30))]
    assert at(rate, "rate", period=date(2025, 10, 1)) == [(None, "M")]
    assert at(rate, "rate", period=february) == [(Decimal("4.6"), "P")]
    assert at(rows["us_state_workforce"], "persons", measure="workforce") == [(3_800_700, "P")]
    assert at(rows["us_state_jobs"], "jobs", sector="manufacturing") == [(193_100, "P")]
    assert at(rows["insured_jobs"], "jobs", municipality="MX-26043") == [(75_180, "A")]
    assert at(rows["insured_jobs"], "jobs", municipality="_T") == [(633_106, "A")]
    assert at(rows["mx_state_work_rates"], "rate", measure="informal_sector") == [(Decimal("21.6"), "A")]
    assert at(rows["mx_state_fdi"], "value_usd", "as_of") == [(63_900_000, date(2024, 6, 30), "P")]
    exports = rows["mx_state_exports"]
    assert at(exports, "value_usd", "as_of", industry="disclosed", period=date(2025, 4, 1)) == [
        (7_519_200_000, date(2025, 9, 30), "P")
    ]
    assert at(exports, "value_usd", "as_of", period=date(2022, 1, 1)) == [(5_793_000_000, date(2023, 12, 31), "P")]
    assert (
        rows["insured_jobs"].frame["origin"][0].startswith("IMSS puestos de trabajo, via Diario del Yaqui · https://")
    )
    said = " ".join(note.en for note in file.notes)
    assert "Tucson" not in said and "itaee_yoy, unemployment_rate_nsa" in said


def test_a_figure_that_a_benchmark_superseded_stands_in_no_line_with_revised_ones(read: Read) -> None:
    file, parts = read("single_values", "recent-values.csv")
    (rate,) = (part for part in parts if part.dataset == "us_state_unemployment")
    assert at(rate, "rate", period=date(2025, 7, 1)) == []
    assert any("unemployment_rate_sa_prebenchmark 2025-07" in note.en for note in file.notes)


def test_a_figure_whose_source_does_not_say_the_quarter_is_passed_over(read: Read) -> None:
    """42.3 % is told of “2022”; it is the rate of the whole year (42.32), not of the quarter that the table gives."""
    file, parts = read("single_values", "recent-values.csv")
    (rates,) = (part for part in parts if part.dataset == "mx_state_work_rates")
    assert at(rates, "rate", measure="informality") == [(Decimal("41.3"), "A")]
    assert "quarter not stated by the source: enoe_informality_rate_TIL1 2022-Q4" in [note.en for note in file.notes]


@pytest.mark.parametrize(("before", "after"), [(b",2026-04..05,", b",lately,"), (b",4.6,percent", b",high,percent")])
def test_a_single_figure_without_a_day_or_a_number_is_refused(
    read: Read, specimens: Path, before: bytes, after: bytes
) -> None:
    content = (specimens / "singles" / "recent-values.csv").read_bytes()
    assert before in content
    _, parts = read("single_values", "recent-values.csv", content.replace(before, after))
    assert any(part.rejected.height for part in parts)


def test_labour_force_of_counties_states_and_the_nation(read: Read) -> None:
    file, (rows,) = read("usda_unemployment", LABOUR, labour())
    assert rows.rejected.is_empty()
    year = date(2023, 1, 1)
    assert at(rows, "labour_force", "rate", county="04023", period=year) == [(19_216, Decimal("7.6"), "A")]
    assert at(rows, "employed", us_state="US-AZ", county="_T", period=year) == [(3_546_508, "A")]
    assert at(rows, "unemployed", us_state="_T", period=date(2000, 1, 1)) == [(5_696_723, "A")]
    assert [note.en for note in file.notes] == ["counties that are no places here: 1"]


def test_people_who_do_not_add_up_are_refused(read: Read) -> None:
    content = labour()
    _, (good,) = read("usda_unemployment", LABOUR, content)
    head = ("FIPS_Code", "Civilian_labor_force_2023", "Employed_2023", "Unemployed_2023", "Unemployment_rate_2023")
    _, (rows,) = read("usda_unemployment", LABOUR, book([head, ("04023", 19216, 17760, 1556, 7.6)]))
    assert good.frame.height and rows.frame.is_empty()
    assert "do not add up" in rows.rejected["reason_en"][0]


def test_schooling_by_level_in_a_census_and_in_five_years_of_a_survey(read: Read) -> None:
    _, (rows,) = read("usda_education", SCHOOLING, schooling())
    assert rows.rejected.is_empty()
    of = {"us_state": "US-AZ", "level": "bachelor"}
    five = date(2023, 1, 1)
    assert at(rows, "persons", "percent", "survey", **of, county="_T", period=five) == [
        (1_627_462, Decimal("32.61"), "acs5", "A")
    ]
    assert at(rows, "persons", "percent", "survey", **of, county="04023", period=date(1970, 1, 1)) == [
        (634, Decimal("9.1"), "census", "A")
    ]
    of["level"] = "less_than_high_school"
    assert at(rows, "persons", "percent", **of, county="04023", period=date(1970, 1, 1)) == [(3934, None, "A")]


@pytest.mark.parametrize(("source", "name"), [("usda_unemployment", LABOUR), ("usda_education", SCHOOLING)])
def test_a_workbook_of_something_else_is_refused(read: Read, source: str, name: str) -> None:
    with pytest.raises(WrongShape):
        read(source, name, book([("a", "b"), (1, 2)]))
