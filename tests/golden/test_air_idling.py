"""Row 20 of the validation list: idling, to the digit. "The reference" is ../shared/reference/river-air.md, section 2.7."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from ambos.air.idling import Cell, emitted, hours, mean_wait
from ambos.catalog.air import load_idle_rates
from ambos.model.air import IdleRate


@pytest.fixture(scope="module")
def mccormick() -> IdleRate:
    (rate,) = (r for r in load_idle_rates() if r.vehicle == "trucks")
    return rate


def test_the_rates_of_idling_are_those_of_mccormick(mccormick: IdleRate) -> None:
    """McCormick et al. 2000: 10.2 / 71.0 / 85.0 / 1.8 g/h, which are 0.170 / 1.183 / 1.416 / 0.030 g/min."""
    assert {k: str(v) for k, v in mccormick.grams.items()} == {"hc": "10.2", "co": "71.0", "nox": "85.0", "pm": "1.8"}
    for name, minute in (("hc", "0.170"), ("co", "1.183"), ("nox", "1.416"), ("pm", "0.030")):
        assert round(Decimal(minute) * 60, 1) == mccormick.grams[name]
    assert "McCormick" in mccormick.citation.en and not mccormick.prior


@pytest.mark.parametrize(
    ("trucks", "minutes", "nox", "pm"),
    [(1000, 60, "85.0", "1.8"), (300_000, 60, "25500", "540"), (1000, 30, "42.5", "0.9"), (1000, 9, "12.75", "0.27")],
)
def test_trucks_and_hours(mccormick: IdleRate, trucks: int, minutes: int, nox: str, pm: str) -> None:
    """1,000 trucks x 1 h: 85.0 kg NOx, 1.8 kg PM; 300,000: 25.5 t, 0.54 t; a wait shorter by 85 % emits 85 % less."""
    found = emitted(hours(trucks, minutes), mccormick, 1)
    assert (found["nox"], found["pm"]) == (Fraction(nox), Fraction(pm))


def test_a_month_wants_three_quarters_of_days_and_traffic() -> None:
    cells = [Cell(3, 10, 20.0), Cell(1, 0, None)]
    assert mean_wait(cells, 23, 30).minutes == 20
    assert mean_wait(cells, 22, 30).minutes is None
    assert mean_wait([Cell(2.9, 10, 20.0), Cell(1, 0, None)], 30, 30).minutes is None
    assert mean_wait([Cell(1, 0, None)], 30, 30).minutes is None and mean_wait([], 30, 30).minutes is None


def test_busy_hours_weigh_more() -> None:
    """By hand: (3 x 40 + 1 x 0) / 4 = 30, where the reports alone say (10 x 40 + 30 x 0) / 40 = 10."""
    found = mean_wait([Cell(3, 10, 40.0), Cell(1, 30, 0.0)], 30, 30)
    assert (found.minutes, found.plain, found.reports, found.covered) == (30, 10, 40, 1)
