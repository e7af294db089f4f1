"""Golden figures of the Census of 2020 by municipality (INEGI, results of 25 January 2021)."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambos.flows.data.show import show
from ambos.flows.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(Path(tmp_path_factory.mktemp("census")))


@pytest.mark.parametrize(
    ("place", "people"),
    [
        ("Hermosillo", 936263),
        ("San Luis Río Colorado", 199021),
        ("nogales-sonora", 264782),
        ("Agua Prieta", 91929),
        ("sonora", 2944840),  # the state's total as published: the sum of its 72 municipalities
    ],
)
def test_population(embedded: Workspace, place: str, people: int) -> None:
    shown = show(embedded, "people.population", places=[place])
    assert shown.frame.select("period", "value").rows() == [("2020", people)]


def test_dwellings_of_sonora(embedded: Workspace) -> None:
    """876,826 inhabited dwellings, as the 72 records of INEGI's list add up."""
    assert show(embedded, "people.dwellings", places=["sonora"]).frame["value"].to_list() == [876826]
