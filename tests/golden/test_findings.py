"""What the checks say of the embedded snapshot, against counts of the published files; what of it stands beside the figures.

Each figure was recomputed from the source's own file by a script that shares no code with the checks: BTS Border
Crossing Entry Data (January 1996 to February 2025), Reclamation's levels and accounting reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from ambos.briefing import Datum
from ambos.briefing.document import Figure
from ambos.catalog import Catalog
from ambos.flows.brief.figures import DossierContext, chart, table
from ambos.flows.data.check import check_data, findings_for
from ambos.flows.data.show import show
from ambos.flows.data.touching import findings_on, rows_of
from ambos.flows.workspace import open_workspace
from ambos.model import Finding
from ambos.text import Text


@pytest.fixture(scope="module")
def findings(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    return check_data(open_workspace(tmp_path_factory.mktemp("findings")))


def one(findings: list[Finding], check: str, **values: object) -> Finding:
    found = [f for f in findings if f.check == check and all(getattr(f, k) == v for k, v in values.items())]
    assert len(found) == 1, [f.text.en for f in found]
    return found[0]


def test_lukeville_of_spring_2020_is_set_against_2019_and_against_the_other_ports(findings: list[Finding]) -> None:
    fall = one(findings, "collapse", place="2602", start=date(2020, 4, 1))
    assert (fall.end, fall.severity, fall.events) == (date(2020, 6, 1), "medium", ("covid_land_border",))
    assert "personal vehicles 26,442 from April 2020 to June 2020, usually 122,582 (−78%)" in fall.text.en
    assert "126,427 in the same months of the year before" in fall.text.en
    assert "126,427 en los mismos meses del año previo" in fall.text.es
    assert "The other ports of this border together, the same months: −49%" in fall.text.en


def test_sasabe_falls_in_november_2023(findings: list[Finding]) -> None:
    """1,115 vehicles in November against 2,338 in October."""
    fall = one(findings, "collapse", place="2606", item="personal_vehicles")
    assert (fall.start, fall.end) == (date(2023, 11, 1), date(2025, 1, 1))
    assert "personal vehicles 13,147" in fall.text.en and "30,647 in the same months of the year before" in fall.text.en


@pytest.mark.parametrize("item", ["truck_containers_loaded", "truck_containers_empty"])
def test_zeros_of_lukeville_count_every_month_with_trucks(findings: list[Finding], item: str) -> None:
    run = one(findings, "structural_zero", place="2602", item=item, start=date(2006, 5, 1))
    assert run.size == 116
    assert "all 116 months with trucks (from May 2006 to July 2016), beside 2,114 trucks" in run.text.en


def test_the_lasting_ratio_of_containers_to_trucks(findings: list[Finding]) -> None:
    drift = one(findings, "ratio_drift", place="2604", item="truck_containers", start=date(2023, 7, 1))
    assert "1.67 in their median; the median of the 60 months before is 1.01" in drift.text.en
    assert drift.events == ("truck_containers_recount",)


def test_lake_mead_of_november_1957_is_out_of_line(findings: list[Finding]) -> None:
    """The official page of month-end levels gives 1,181.61."""
    level = one(findings, "out_of_line", place="mead", start=date(1957, 11, 1))
    assert "1,189.48 ft, between 1,182.53 before and 1,177.54 after" in level.text.en
    assert level.events == ("mead_november_1957",)


def test_levels_and_storage_of_lake_powell_that_are_out_of_line(findings: list[Finding]) -> None:
    days = [f.start for f in findings if f.check == "out_of_line" and f.place == "powell"]
    assert sorted(days) == [
        date(1973, 9, 29),  # 3,645.06 between 3,645.97 and 3,646.02
        date(1984, 5, 20),  # storage
        date(1984, 6, 1),  # storage
        date(1985, 8, 2),  # 3,695.85 between 3,697.00 and 3,696.73
        date(2022, 7, 1),  # storage: a new table of capacity
    ]


def test_the_ledger_of_2019_does_not_close_by_39_380_acre_feet(findings: list[Finding]) -> None:
    year = one(findings, "ledger_open", start=date(2019, 1, 1))
    assert (year.size, year.severity) == (39_380, "high")
    assert "−39,380 acre-feet" in year.text.en and "−48.6 hm³ (−39,380 acres-pie)" in year.text.es


def test_the_years_that_do_not_close(findings: list[Finding]) -> None:
    years = sorted(f.start.year for f in findings if f.check == "ledger_open")
    assert years == [2010, 2011, 2014, 2018, 2019]


# -- beside the figures -----------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def desk(findings: list[Finding], tmp_path_factory: pytest.TempPathFactory) -> DossierContext:
    return DossierContext(open_workspace(tmp_path_factory.mktemp("desk")), findings)


def block(desk: DossierContext, id: str) -> Mapping[str, Any]:
    blocks = [b for part in desk.workspace.catalog.brief["section"] for b in part.get("block", [])]
    return next(b for b in blocks if b.get("id") == id)


def texts(figure: Figure) -> tuple[str, str]:
    """Notes and findings beside a figure."""
    return " ".join(n.en for n in figure.notes), " ".join(f.text.en for f in figure.findings)


def test_more_containers_than_trucks_are_explained_where_they_stand(desk: DossierContext) -> None:
    made = table(desk, block(desk, "crossings-table"))
    row = next(r for r in made.rows if isinstance(r[0], Text) and r[0].en == "Loaded truck containers")
    newest, change = row[-2], row[-1]
    assert isinstance(newest, Datum) and newest.value == 669_956
    assert isinstance(change, Text) and (change.en, change.es) == ("break", "ruptura")
    notes, beside = texts(made)
    assert "Truck containers counted differently" in notes and "From July 2023" in notes
    assert "Nogales: the ratio of truck containers to trucks" in beside and "1.67" in beside
    assert "bus passengers" not in beside


def test_el_paso_is_compared_together_with_ysleta(desk: DossierContext) -> None:
    """133,841 and 670,627 trucks in 2024; El Paso had 792,441 in 2019, before Ysleta was counted apart."""
    made = chart(desk, block(desk, "comparators"))
    values = {d.place: d.value for d in made.data}
    assert values["2402+2401"] == 133_841 + 670_627
    assert not {"2401", "2402"} & set(values)
    assert made.names["2402+2401"].en == "El Paso + Ysleta"
    assert "Ysleta" in texts(made)[0]


def test_an_unconfirmed_jump_has_no_growth_rate(desk: DossierContext) -> None:
    made = table(desk, block(desk, "state-trade-table"))
    changes = {r[0].en: r[-1].en for r in made.rows if isinstance(r[0], Text) and isinstance(r[-1], Text)}
    assert changes["Exports · Air"] == changes["Exports · Total"] == changes["Imports · Air"] == "unconfirmed"
    assert changes["Exports · Truck"] == "+7.8% p"
    assert "Exports of Arizona to Mexico, air: 6,181 million dollars in 2025" in texts(made)[1]


def test_the_addition_of_air_and_vessel_is_marked_on_the_chart_of_the_states_trade(desk: DossierContext) -> None:
    made = chart(desk, block(desk, "state-trade"))
    assert "transborder_air_vessel" in {e.id for e in made.events}
    assert "Totals of earlier years are surface freight only" in texts(made)[0]


@pytest.mark.parametrize(
    ("series", "place"),
    [
        ("crossings.trucks", "US-AZ"),
        ("crossings.truck_containers_loaded", "2604"),
        ("crossings.people", "US-AZ"),
        ("crossings.share.personal_vehicles", "2602"),
        ("river.elevation", "mead"),
        ("river.mexico.satisfaction", "MX"),
    ],
)
def test_show_has_the_findings_of_the_whole_check_beside_its_figures(
    desk: DossierContext, series: str, place: str
) -> None:
    """`ambos show` checks only what its figures rest on."""
    here = desk.workspace
    shown = show(here, series, places=[place])
    rows = rows_of(here.catalog, shown.what, shown.frame)
    whole = findings_on(rows, desk.findings, desk.checks, here.catalog)
    beside, more = findings_for(here, shown)
    assert {f.id for f in beside} <= {f.id for f in whole}
    assert len(beside) + more == len(whole)
    assert beside == [f for f in beside if f in whole]  # the same words and numbers


def test_lake_mead_of_november_1957_is_questioned_where_it_is_shown(desk: DossierContext) -> None:
    shown = show(desk.workspace, "river.elevation", places=["mead"], start=date(1957, 9, 1), end=date(1958, 1, 31))
    (beside,), more = findings_for(desk.workspace, shown)
    assert "1,189.48 ft, between 1,182.53 before and 1,177.54 after" in beside.text.en and more == 0
