"""The packaged series and indicators: what they promise, and that each of them can be answered."""

from __future__ import annotations

import re

import pytest

from ambos.catalog import Catalog, load
from ambos.indicators import FIGURES, figures
from ambos.model import Indicator, Series
from indicator_samples import table

CATALOG = load()
ALL = sorted(CATALOG.series)
REQUIRED = {
    # what the commission was promised: topic by topic
    "trade.by_state.exports",
    "trade.by_state.imports",
    "trade.through_ports.exports",
    "trade.through_ports.imports",
    "trade.through_ports_group.exports",
    "trade.by_state_commodity.exports",
    "trade.share.exports",
    "trade.share.imports",
    *(
        f"crossings.{m}"
        for m in ("people", "personal_vehicles", "trucks", "buses", "trains", "pedestrians", "truck_containers")
    ),
    "crossings.share.trucks",
    *(
        f"waits.{m}"
        for m in ("mean", "median", "p95", "share_over_60", "share_missing", "lanes_open_all", "lanes_open_share")
    ),
    "waits.mean_by_hour",
    "waits.mean_by_weekday",
    "fx.usd_mxn",
}


def test_what_was_promised_is_there() -> None:
    assert set(ALL) >= REQUIRED


@pytest.mark.parametrize("name", ALL)
def test_each_can_be_answered(catalog: Catalog, name: str) -> None:
    """No column, code or attribute that the datasets do not have: an empty store gives an empty frame."""
    frame = figures(lambda dataset: table(catalog, dataset, []), catalog.series[name], catalog)
    assert frame.is_empty()
    assert tuple(frame.columns) == FIGURES


@pytest.mark.parametrize("name", ALL)
def test_each_says_what_must_be_known(catalog: Catalog, name: str) -> None:
    what = catalog.series[name]
    english = " ".join(w.en for w in what.warnings)
    assert what.title.en != what.title.es
    assert what.definition.en != what.definition.es
    assert name.startswith(("fx.", "prices.") if what.topic == "money" else f"{what.topic}.")
    if what.topic == "crossings":
        assert "Northbound only" in english
    if what.topic == "trade" and isinstance(what, Series):
        assert "Nominal" in english  # there is no deflator among the data held
        assert what.currency == "USD"
    if name.startswith("trade.by_state"):
        assert "Do not subtract" in english or name.endswith("two_way")
        assert any(other.startswith("trade.through_ports") for other in what.not_comparable_with)
    if name.startswith("trade.through_ports"):
        assert any(other.startswith("trade.by_state") for other in what.not_comparable_with)
    if isinstance(what, Series) and what.value == "delay_minutes" and what.aggregate != "share_missing":
        assert set(what.where["state"]) == {"delay", "no_delay"}
        assert "estimates" in english
        assert what.minimum >= 10 or what.frequency == "H"


def test_trade_of_the_state_and_through_its_ports_share_nothing(catalog: Catalog) -> None:
    for what in catalog.series.values():
        if isinstance(what, Indicator):
            state = {s.split(".")[1].startswith("by_state") for s in (what.numerator, what.denominator)}
            assert not ("through_ports" in what.numerator + what.denominator and True in state)
        assert not re.search("balance|balanza|deficit|déficit", f"{what.title.en} {what.title.es}", re.IGNORECASE)


def test_hours_that_nobody_read_are_told(catalog: Catalog) -> None:
    for series in ("waits.share_missing", "waits.share_missing_by_hour"):
        definition = catalog.series[series].definition
        assert "nobody read the feed" in definition.en and "nadie consultó" in definition.es
