"""Output and exports of states: bases apart, units right, what is confidential or not there never 0."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows
from economy_samples import EXPORTS, PANEL, PRODUCT, book, exports, panel, product

GDP, ETEF, BEA = "inegi_state_gdp", "inegi_state_exports", "bea_state_gdp"
Read = Callable[..., Rows]


@pytest.fixture
def read(catalog: Catalog, specimens: Path) -> Read:
    """Read a specimen, or the content given, with the source's reader."""

    def read(
        source: str, name: str, content: bytes | None = None, as_of: date = date(2026, 10, 1), annual: bool = False
    ) -> Rows:
        body = content if content is not None else (specimens / source[: source.index("_")] / name).read_bytes()
        file = File(name, body, as_of=as_of)
        kind = CONNECTORS[source].recognise(name, file.head())
        assert kind, name
        rows, *others = CONNECTORS[source].read(file, kind, catalog)
        return others[0] if annual else rows

    return read


def at(rows: Rows, **where: object) -> list[tuple[object, ...]]:
    column = "value_mxn" if "value_mxn" in rows.frame.columns else "value_usd"
    return rows.frame.filter(**where).select(column, "status").rows()


NAMES = {
    "open": "conjunto_de_datos_pibe_entidad_son2024_r.csv",
    "long": "pib_estatal_long.csv",
    "base2013": "pibe_state_activity_2003_2021_base2013.csv",
}


@pytest.mark.parametrize("shape", ["open", "long"])
def test_both_shapes_give_the_same_pesos_and_the_revised_years_are_provisional(read: Read, shape: str) -> None:
    rows = read(GDP, NAMES[shape])
    assert rows.rejected.is_empty()
    of = {"mex_state": "MX-SON", "industry": "_T"}
    assert at(rows, **of, prices="constant_2018", period=date(2024, 1, 1)) == [(824_690_159_000, "P")]
    assert at(rows, **of, prices="current_2018", period=date(2024, 1, 1)) == [(1_106_799_464_000, "P")]
    assert at(rows, **of, prices="constant_2018", period=date(2022, 1, 1)) == [(790_043_704_000, "A")]
    assert at(rows, mex_state="MX-SON", industry="21", prices="current_2018", period=date(2024, 1, 1)) == [
        (99_162_252_000, "P")
    ]


def test_growth_beside_the_amounts_is_passed_over_with_a_note(catalog: Catalog, specimens: Path) -> None:
    file = File(NAMES["open"], (specimens / "inegi" / NAMES["open"]).read_bytes())
    (rows,) = CONNECTORS[GDP].read(file, "entity", catalog)
    assert rows.frame.height == 2 * 6 * 3  # prices, industries, years
    assert [note.en for note in file.notes] == ["rows of growth, shares and indexes, which follow from the amounts: 6"]


def test_base_2013_has_prices_of_its_own(read: Read) -> None:
    rows = read(GDP, NAMES["base2013"])
    assert set(rows.frame["prices"]) == {"current_2013", "constant_2013"}
    gva = {"mex_state": "MX-SON", "industry": "gva", "prices": "constant_2013"}
    assert at(rows, **gva, period=date(2021, 1, 1)) == [(572_000_016_000, "P")]
    assert [status for _, status in at(rows, **gva, period=date(2019, 1, 1))] == ["A"]
    assert set(rows.frame["mex_state"]) == {"MX-SON", "MX-MEX"}


def test_a_file_by_industry_repeats_the_files_by_state(catalog: Catalog, specimens: Path) -> None:
    name = "conjunto_de_datos_pibe_actividad_tot2024_r.csv"
    file = File(name, (specimens / "inegi" / name).read_bytes())
    assert list(CONNECTORS[GDP].read(file, "activity", catalog)) == []
    assert file.notes


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("Millones de pesos a precios de 2018", "Millones de pesos a precios de 2023", "precios de 2023"),
        ("21---Minería", "219---Minería", "219"),
        ("790043.7039999999", "mucho", "mucho"),
    ],
)
def test_a_row_that_is_not_understood_is_refused_by_name(
    read: Read, specimens: Path, before: str, after: str, said: str
) -> None:
    content = (specimens / "inegi" / NAMES["open"]).read_text(encoding="utf-8").replace(before, after)
    rows = read(GDP, NAMES["open"], content.encode())
    assert rows.rejected.height
    assert all(said in reason for reason in rows.rejected["reason_es"])


def test_exports_are_thousands_and_what_is_confidential_is_no_zero(read: Read) -> None:
    rows = read(ETEF, "eef_trimestral_tr_cifra_2007_2026.csv")
    of = {"mex_state": "MX-BCN", "period": date(2007, 1, 1)}
    assert at(rows, **of, industry="334") == [(4_342_448_000, "A")]
    assert at(rows, **of, industry="312") == [(None, "S")]
    assert at(rows, **of, industry="111") == [(None, "M")]
    assert at(rows, **of, industry="disclosed") == [((11079 + 27132 + 6264 + 4342448) * 1000, "A")]


def test_rows_copied_by_hand_add_up_to_the_sums_beside_them(read: Read) -> None:
    rows = read(ETEF, "etef_sonora.csv")
    second = {"mex_state": "MX-SON", "period": date(2025, 4, 1)}
    assert at(rows, **second, industry="212") == [(810_803_000, "P")]  # INEGI's release: 810.8 million
    sums = read(ETEF, "etef_sonora_quarter_sums.csv")
    assert at(rows, industry="disclosed") == at(sums)
    several, beside = read(ETEF, "etef_bc_chihuahua_3_quarters.csv"), read(ETEF, "etef_bc_chihuahua_sums.csv")
    assert at(several, industry="disclosed") == at(beside, mex_state="MX-BCN")


def test_the_tables_have_totals_and_marks_of_what_is_not_there(read: Read) -> None:
    rows = read(ETEF, EXPORTS, exports())
    assert rows.rejected.is_empty()
    year = rows.frame.filter(mex_state="MX-SON", industry="_T")
    assert year["value_usd"].sum() == 20_753_421_000
    assert at(rows, mex_state="_T", period=date(2015, 10, 1)) == [(84_611_879_000, "P")]
    assert at(rows, industry="111", period=date(2021, 4, 1)) == [(798_223_000, "P")]
    assert at(rows, industry="325") == [(None, "S"), (None, "M"), (None, "M"), (None, "M")]


def test_the_sum_of_a_state_s_year_stands_beside_its_quarters_and_the_nation_is_left_to_its_states(read: Read) -> None:
    rows = read(ETEF, EXPORTS, exports(), annual=True)
    assert rows.dataset == "mx_state_exports_annual" and rows.rejected.is_empty()
    assert at(rows) == [(20_753_421_000, "A")]


def test_the_panel_s_two_states_of_the_peninsula_are_read_under_their_own_names(read: Read) -> None:
    """INEGI's tables: Baja California 38,441,996 and Baja California Sur 199,661 thousand in 2015; the panel has them exchanged."""
    rows = read(ETEF, PANEL, panel())
    assert rows.rejected.is_empty() and rows.frame.height == 4  # a year without exports has no row
    assert at(rows, mex_state="MX-SON") == [(20_199_091_000, "A")]
    assert at(rows, mex_state="MX-BCN") == [(38_441_997_000, "A")]
    assert at(rows, mex_state="MX-BCS") == [(199_662_000, "A")]
    assert at(rows, mex_state="MX-QUE") == [(10_400_468_000, "A")]


def test_a_state_of_which_the_name_says_nothing_is_refused(read: Read, specimens: Path) -> None:
    content = (specimens / "inegi" / "etef_sonora.csv").read_bytes()
    with pytest.raises(WrongShape, match="state"):
        read(ETEF, "etef_narnia.csv", content)


def test_dollars_of_states_from_the_copy_and_from_the_interface(read: Read) -> None:
    rows = read(BEA, PRODUCT, product())
    assert rows.rejected.is_empty()
    assert at(rows, us_state="US-AZ", industry="_T", period=date(2021, 1, 1)) == [(420_026_700_000, "A")]
    assert at(rows, us_state="_T", industry="_T", period=date(2021, 1, 1)) == [(23_315_081_000_000, "A")]
    assert at(rows, us_state="US-AZ", industry="21") == [(6_883_100_000, "A")]
    assert rows.frame.height == 5  # the region is passed over; an empty cell has no row
    fresh = read(BEA, "sagdp2-12.json")
    assert at(fresh, us_state="US-AZ", period=date(2020, 1, 1)) == [(None, "S")]
    assert at(fresh, us_state="US-AZ", period=date(2021, 1, 1)) == [(35_404_000_000, "A")]
    assert set(fresh.frame["us_state"]) == {"US-AZ", "_T"}


@pytest.mark.parametrize(
    "body",
    [
        b'{"BEAAPI": {"Error": {"APIErrorCode": "3", "APIErrorDescription": "The BEA API UserID is invalid"}}}',
        b'{"BEAAPI": {"Results": {"Error": {"APIErrorDescription": "UserID is invalid"}}}}',
        b'{"BEAAPI": {"Results": {}}}',
        b'{"BEAAPI": {"Results": {"Data": [{"Code": "SAGDP2-1"}]}}}',
    ],
)
def test_an_answer_that_is_an_error_is_refused(read: Read, body: bytes) -> None:
    with pytest.raises(WrongShape):
        read(BEA, "sagdp2-1.json", body)


def test_another_unit_is_refused(read: Read) -> None:
    rows = [("GeoName", "Description", "Unit", "2021"), ("Arizona", "All industry total ", "Thousands of dollars", 1)]
    with pytest.raises(WrongShape, match="Millions"):
        read(BEA, PRODUCT, book(rows))


def test_every_industry_of_the_series_is_a_code(catalog: Catalog) -> None:
    codes = catalog.codelists["industries"].codes
    for what in catalog.series.values():
        if what.id.startswith("economy."):
            assert set(getattr(what, "where", {}).get("industry", ())) <= {"_T", *codes}


def test_sectors_are_twenty_on_both_sides_and_the_same(catalog: Catalog) -> None:
    north, south = (catalog.series[f"economy.{side}_industries"].where["industry"] for side in ("us", "mx"))  # type: ignore[union-attr]
    assert north == south
    assert len(set(north)) == 20
