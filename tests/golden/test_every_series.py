"""Every series has a golden figure: in a test of this folder, or in ``every_series.csv`` with where it comes from.

The rows were computed from the official files by a reading that shares no code with Ambos'.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import NoData
from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace
from ambos.periods import days_of

TABLE = Path(__file__).with_name("every_series.csv")
Row = dict[str, str]


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return sorted(csv.DictReader(lines), key=lambda row: row["series"])


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, catalog: Catalog) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("golden") / "none")


@pytest.mark.parametrize(
    ("series", "figures"), [(name, list(own)) for name, own in groupby(rows(), key=lambda row: row["series"])]
)
def test_the_figure_is_that_of_the_source(here: Workspace, series: str, figures: Sequence[Row]) -> None:
    for row in figures:
        places = (row["place"],) if row["place"] else ()
        items = (row["item"],) if row["item"] else ()
        first, last = (None, None) if row["frequency"] == "all" else days_of(row["period"])
        asked = {"start": first, "end": last, "frequency": row["frequency"]}
        shown = show(here, series, places=places, items=items, **asked)  # type: ignore[arg-type]
        (value,) = (one["value"] for one in shown.rows() if str(one["period"]) == row["period"])
        assert value is not None
        assert float(value) == pytest.approx(float(row["value"]), abs=0.51 * 10 ** -int(row["decimals"])), row["source"]


def test_no_series_is_without_a_golden_figure(here: Workspace, catalog: Catalog) -> None:
    tested = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.iterdir() if path.is_file())
    without = [name for name in catalog.series if name not in tested]
    held = []
    for name in without:
        try:
            show(here, name)
        except NoData:
            continue  # nothing of it is embedded
        held.append(name)
    assert held == []
