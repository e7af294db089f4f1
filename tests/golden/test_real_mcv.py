"""The reader of México, ¿cómo vamos?'s indicators against a plain reading of the real file."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.sources.mcv import indicators
from ambos.sources.shared.base import File

REAL = (
    Path(__file__).resolve().parents[3] / "shared/data/raw/mcv-ips-state-indicators-2015-2024/ips_long_2015_2024.csv.gz"
)
pytestmark = [pytest.mark.real, pytest.mark.skipif(not REAL.is_file(), reason="the real files are not here")]
Key = tuple[str, str, int]


@pytest.fixture(scope="module")
def plain() -> dict[Key, str]:
    """Text by indicator, area and year."""
    with gzip.open(REAL, "rt", encoding="utf-8") as lines:
        return {(r["id_dim_ind"], r["cve_ent"], int(r["anio"])): r["indicador_value"] for r in csv.DictReader(lines)}


@pytest.fixture(scope="module")
def frame(catalog: Catalog) -> pl.DataFrame:
    file = File(REAL.name, REAL.read_bytes())
    (rows,) = indicators.read(file, indicators.recognise(file.name, file.head()), catalog)
    assert rows.rejected.is_empty()
    return rows.frame


def of(frame: pl.DataFrame, catalog: Catalog) -> dict[Key, tuple[Decimal | None, int | None]]:
    codes, states = catalog.codelists["mx_indicators"], catalog.codelists["state"]
    back = {id: foreign for foreign, id in codes.from_system("mcv").items()}
    area = {id: foreign for foreign, id in states.from_system("inegi").items()} | {"_T": "00"}
    return {
        (back[i], area[s], p.year): (v, r)
        for i, s, p, v, r in frame.select("indicator", "mex_state", "period", "value", "repeats").iter_rows()
    }


def test_every_figure_is_read_or_named_as_a_repeated_one(
    frame: pl.DataFrame, catalog: Catalog, plain: dict[Key, str]
) -> None:
    ours = of(frame, catalog)
    assert set(ours) == set(plain) and len(plain) == 55 * 33 * 10
    for key, (value, repeats) in ours.items():
        written = Decimal(plain[key])
        if repeats is None:
            assert value is not None and abs(value - written) <= Decimal("0.00005"), key
        else:  # the figure stands in the year that it repeats
            assert value is None and plain[(*key[:2], repeats)] == plain[key], key
            assert ours[(*key[:2], repeats)][0] is not None, key


def test_years_are_repeated_where_all_32_states_are(
    frame: pl.DataFrame, catalog: Catalog, plain: dict[Key, str]
) -> None:
    areas = {area for _, area, _ in plain} - {"00"}
    carried = {
        (i, y)
        for i, _, y in plain
        if y > 2015 and all(Decimal(plain[i, a, y]) == Decimal(plain[i, a, y - 1]) for a in areas)
    }
    found = {(i, y) for (i, a, y), (_, repeats) in of(frame, catalog).items() if repeats and a != "00"}
    assert found == carried
    assert {y for i, y in carried if i == "0101"} == {2017, 2019, 2021, 2023}  # ENIGH is taken in even years
    assert not {y for i, y in carried if i in ("0103", "0112", "0226", "0343")}


def test_the_last_figures_of_sonora(frame: pl.DataFrame, catalog: Catalog) -> None:
    # ../shared/data/raw/mcv-ips-state-indicators-2015-2024/ORIGIN.txt
    ours = of(frame, catalog)
    quoted = {"0343": "40.19", "0226": "76.8", "0112": "50.8", "0351": "0.38", "0258": "62.6"}
    for indicator, figure in quoted.items():
        value, repeats = ours[indicator, "26", 2024]
        value = ours[indicator, "26", repeats][0] if repeats else value
        assert value is not None and round(value, len(figure.partition(".")[2])) == Decimal(figure), indicator
