"""The flows of the twin: monthly volumes, a year of days, hashes, what is said of rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ambos.briefing.chart_day import QueueFigure, QueuePanel, png, svg
from ambos.catalog import load
from ambos.catalog.twin import load_twin
from ambos.crossing import port
from ambos.crossing.costs import cost
from ambos.crossing.kernel.totals import COUNTS
from ambos.crossing.summary import summarise
from ambos.errors import BadRequest, BriefFailed, NoData
from ambos.flows.twin.cells import clock, interval, line_names, sentences
from ambos.flows.twin.page import _tables
from ambos.flows.twin.port_days import PortDays
from ambos.flows.twin.simulate import answer, play, rate_notes, scenario_hash, simulate
from ambos.flows.twin.volumes import Volumes
from ambos.flows.twin.year import Year, _add, simulate_year
from ambos.flows.workspace import Workspace, open_workspace
from ambos.text import Text
from twin_samples import rates, scenario, totals

SASABE = "2606"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The packaged region on its embedded snapshot."""
    return open_workspace(tmp_path_factory.mktemp("workspace") / "none")


# -- volumes ----------------------------------------------------------------------------------------------------------
def test_the_month_of_a_day(workspace: Workspace) -> None:
    month = Volumes(workspace).of("2604", date(2024, 7, 14))
    # as BTS published them
    assert month.counts["trucks"] == 24_523 and month.counts["personal_vehicles"] == 298_189
    assert (month.month, month.note) == (date(2024, 7, 1), None)


def test_a_month_that_is_not_held_yet(workspace: Workspace) -> None:
    month = Volumes(workspace).of("2604", date(2030, 7, 14))
    assert month.month.month == 7 and month.month < date(2030, 7, 1)
    assert month.note is not None and "July 2030" in month.note.en and "julio de 2030" in month.note.es


def test_a_measure_that_is_not_reported_any_more_is_not_there(workspace: Workspace) -> None:
    """Sasabe has had no trucks since 2016: those of that year do not come back."""
    assert "trucks" not in Volumes(workspace).of(SASABE, date(2024, 3, 1)).counts


def test_no_month_is_before_the_first(workspace: Workspace) -> None:
    with pytest.raises(NoData):
        Volumes(workspace).of("2604", date(1990, 1, 1))


# -- runs -------------------------------------------------------------------------------------------------------------
def test_the_hash_is_of_what_changes_results() -> None:
    one = scenario()
    assert scenario_hash(one) == scenario_hash(replace(one, name=Text.same("other"), notes=()))
    assert scenario_hash(one) != scenario_hash(replace(one, shift_end="preempt"))


def test_a_run_needs_a_replication_and_a_seed() -> None:
    for replications, seed in ((0, 1), (1, -1)):
        with pytest.raises(BadRequest):
            play(scenario(), replications, seed)


def test_progress_is_told(workspace: Workspace) -> None:
    told: list[tuple[str, int, int]] = []
    simulate(
        workspace, ports=["sasabe"], day=date(2024, 3, 5), replications=3, progress=lambda *step: told.append(step)
    )
    assert told[-1][1:] == (3, 3)


def test_every_rate_in_use_is_told() -> None:
    catalog = load()
    said = rate_notes(catalog, scenario().lines, rates())
    assert any("assumed" in note.en for note in said) and any("supuesto" in note.es for note in said)
    priors = [note for note in said if "Persons" in note.en]
    assert len(priors) == 1 and "1.5" in priors[0].en


def test_there_are_words_for_all_that_the_definitions_name() -> None:
    catalog = load()
    twin = load_twin(catalog, weeks=False)
    for convention in {h.convention for h in twin.rates.hours}:
        catalog.message(f"twin.convention.{convention}")
    for kind in twin.inspections:
        catalog.message(f"twin.stage.{kind}")
    for mode in twin.modes:
        catalog.message(f"twin.mode.{mode}")
    assert all(len(i.months) == 12 for i in twin.rates.idling)


def test_the_multiplier_of_each_mode_is_told(workspace: Workspace) -> None:
    """Air conditioning is of cars; trucks are reckoned without."""
    run = simulate(workspace, ports=["mariposa"], day=date(2025, 7, 14), replications=2)
    (emissions,) = (t for t in _tables(run, answer(run)) if t.id == "emissions")
    assert emissions.note is not None
    assert "Passenger vehicles × 2.0, Trucks × 1.0" in emissions.note.en
    assert "Vehículos particulares × 2.0, Camiones de carga × 1.0" in emissions.note.es


# -- a year -----------------------------------------------------------------------------------------------------------
def test_days_that_are_alike_are_added_as_days(workspace: Workspace) -> None:
    """Four replications stand for two days of two."""
    made = totals({"standard": [[10.0], [20.0, 30.0], [5.0], [7.0]]})
    year = Year(workspace, 2024, replications=2, seed=1)
    _add(year, made, [date(2024, 7, 1), date(2024, 7, 8)], rates())
    own = year.lines["north.pov.standard"]
    assert own.counts[:, COUNTS.index("arrived")].tolist() == [2, 3]
    assert own.whole.minutes.tolist() == [15.0, 57.0]
    assert own.wait.mean == pytest.approx(72 / 5)
    assert year.officers["north"].tolist() == [12.0, 12.0]
    # July: the rate of idling is doubled
    assert own.co2_g == pytest.approx(72 / 60 / 2 * 3466 * 2)


def test_the_scenario_of_a_day_is_that_of_its_month_and_weekday(workspace: Workspace) -> None:
    days = PortDays(workspace)
    first, second, other = (days(("mariposa",), date(2024, 7, d)) for d in (1, 8, 9))
    bare = [replace(s, name=Text.same("-")) for s in (first, second, other)]
    assert bare[0] == bare[1] != bare[2]


def test_a_year_is_the_days_of_the_year(workspace: Workspace) -> None:
    year = simulate_year(workspace, 2023, ports=["sasabe"], replications=2)
    assert year.days == 365 and year.played == 84
    counted = sum(Volumes(workspace).of(SASABE, date(2023, m, 1)).counts["personal_vehicles"] for m in range(1, 13))
    cars = next(own for own in year.lines.values() if own.line.mode == "pov")
    assert cars.counts[:, 0].mean() == pytest.approx(counted, rel=0.03)
    assert len({tuple(row) for row in cars.counts}) == 2  # replications differ


def test_a_month_adds_up_to_what_was_counted(workspace: Workspace) -> None:
    """Expected arrivals of the days of a month are the crossings of the month."""
    catalog, days = workspace.catalog, PortDays(workspace)
    count = Volumes(workspace).of("2604", date(2024, 7, 1)).counts["trucks"]
    expected = 0.0
    for d in range(1, 32):
        made = days(("nogales",), date(2024, 7, d))
        mode = {line.id: line.mode for line in made.lines}
        expected += sum(
            float(np.mean(s.arrivals.rates)) * 24 for s in made.streams if mode[s.options[0].line] == "truck"
        )
    assert expected == pytest.approx(count, rel=1e-6)
    assert port.ports(catalog, days.twin, ("nogales",)) == ["2604"]


# -- words and pictures -----------------------------------------------------------------------------------------------
def test_clocks_intervals_and_sentences_are_written_alike() -> None:
    assert clock(375.0) == "06:15"
    assert interval(None, 1.0).en == "–"
    assert sentences(Text.same("a"), Text.same("b."), Text.same("a")).en == "a. b."


def test_lines_that_are_alike_are_told_apart() -> None:
    one = scenario()
    twice = replace(one, lines=(*one.lines, replace(one.lines[0], id="north.second")))
    names = line_names(load(), twice)
    assert len({n.en for n in names.values()}) == 4 and "north.second" in names["north.second"].es


def figure(*panels: QueuePanel) -> QueueFigure:
    words = [Text(f"word {k}", f"palabra {k}") for k in range(7)]
    return QueueFigure("queue-1", *words, panels)


def test_a_panel_is_drawn() -> None:
    panel = QueuePanel(
        Text("Cars", "Autos"),
        15.0,
        (0.0, 5.0, 2.0, 0.0),
        (0.0, 3.0, 1.0, 0.0),
        (1.0, 9.0, 4.0, 0.0),
        (1.0, 1.0, 2.0, 0.0),
        8.0,
    )
    drawn = svg(figure(panel), "es", 350, "x")
    assert "Autos" in drawn and "palabra 6" in drawn and "stroke-dasharray" in drawn
    assert png(figure(panel), "en", ["Title", "Simulated"], "Seed: 1").startswith(b"\x89PNG")


def test_a_figure_without_lines_is_refused() -> None:
    with pytest.raises(BriefFailed):
        svg(figure(), "en", 680, "x")


def test_sums_of_a_sample_fit(tmp_path: Path) -> None:
    made = totals({"standard": [[1.0, 2.0]]})
    hours = cost(made, rates()).delay_hours["north.pov.standard"].mean
    assert hours == pytest.approx(summarise(made).stages[0].wait.mean.mean * 2 / 60)  # type: ignore[operator]
