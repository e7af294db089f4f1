"""`ambos show` as a flow: which places and items are meant, what is known when, in which currency, and from whom."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog, load
from ambos.errors import BadRequest, NoData, NotYetKnown, UnknownName
from ambos.flows.data.build import build
from ambos.flows.data.show import Figures, show
from ambos.flows.workspace import Workspace, open_workspace
from build_samples import crossing, crossings_file, workspace

SPECIMENS = Path(__file__).resolve().parent.parent / "specimens"


@pytest.fixture(scope="module")
def example() -> Catalog:
    return load(SPECIMENS / "example_region")


@pytest.fixture(scope="module")
def here(example: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The example region with its made-up files, and four real exchange rates."""
    opened = workspace(tmp_path_factory.mktemp("show"), example)
    for files in (SPECIMENS / "example_region" / "data", SPECIMENS / "banxico" / "sie.json"):
        assert not build(opened, files).failed
    return opened


def values(shown: Figures) -> dict[tuple[str, str, str], object]:
    return {(r["place"], r["item"], r["period"]): r["value"] for r in shown.frame.iter_rows(named=True)}  # type: ignore[misc]


# -- places ---------------------------------------------------------------------------------------------------------
def test_usual_places_are_the_regions_own(here: Workspace) -> None:
    assert {p for p, _, _ in values(show(here, "crossings.trucks"))} == {"9901", "9902"}


@pytest.mark.parametrize("name", ["9902", "example-port-west", "Example Port West", "puerto de ejemplo PONIENTE"])
def test_a_place_by_any_name(here: Workspace, name: str) -> None:
    assert {p for p, _, _ in values(show(here, "crossings.trucks", places=[name]))} == {"9902"}


def test_a_place_named_twice_is_answered_once(here: Workspace) -> None:
    once = show(here, "crossings.trucks", places=["9902"])
    assert show(here, "crossings.trucks", places=["9902", "9902"]).frame.equals(once.frame)


def test_a_state_is_the_sum_of_its_ports(here: Workspace) -> None:
    ports = values(show(here, "crossings.trucks", frequency="A", end=date(2023, 12, 31)))
    state = values(show(here, "crossings.trucks", places=["US-XE"], frequency="A", end=date(2023, 12, 31)))
    assert state == {("US-XE", "_T", "2023"): ports["9901", "_T", "2023"] + ports["9902", "_T", "2023"]}  # type: ignore[operator]


def test_places_come_in_the_order_asked(here: Workspace) -> None:
    frame = show(here, "crossings.trucks", places=["9902", "9901"], frequency="A").frame
    assert frame["place"].unique(maintain_order=True).to_list() == ["9902", "9901"]


# -- items ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("item", ["passenger/standard", "Passenger vehicles/General lanes", "vehículos particulares/*"])
def test_an_item_by_code_or_name(here: Workspace, item: str) -> None:
    shown = show(here, "waits.mean", places=["990101"], items=[item], frequency="all")
    # one report is too few to be shown: suppressed, with how many there are
    assert shown.frame.select("item", "value", "status", "n").rows() == [("passenger/standard", None, "S", 1)]


def test_a_group_of_goods_by_name(here: Workspace) -> None:
    by_code = show(here, "trade.through_ports_group.imports", items=["vegetable_products"], frequency="M")
    by_name = show(here, "trade.through_ports_group.imports", items=["Productos del reino vegetal"], frequency="M")
    assert by_code.frame.equals(by_name.frame) and by_code.frame.height == 2


def test_an_item_that_does_not_exist(here: Workspace) -> None:
    for series, item in (("waits.mean", "cats/standard"), ("trade.through_ports_group.imports", "cats")):
        with pytest.raises(UnknownName, match="cats"):
            show(here, series, items=[item])


# -- periods --------------------------------------------------------------------------------------------------------
def test_the_range_is_kept(here: Workspace) -> None:
    shown = show(here, "crossings.trucks", places=["9901"], start=date(2023, 11, 1), end=date(2024, 1, 31))
    assert shown.frame["period"].to_list() == ["2023-11", "2023-12", "2024-01"]


def test_the_range_the_wrong_way_round(here: Workspace) -> None:
    with pytest.raises(BadRequest) as caught:
        show(here, "crossings.trucks", start=date(2024, 1, 1), end=date(2023, 1, 1))
    assert "2024-01-01" in caught.value.say("es") and "posterior" in caught.value.say("es")


def test_a_fiscal_year_is_the_sum_of_its_months_or_nothing(here: Workspace) -> None:
    """October 2023 to September 2024, as the region's definition says."""
    months = show(here, "crossings.trucks", places=["9901"], start=date(2023, 10, 1), end=date(2024, 9, 30))
    year = show(here, "crossings.trucks", places=["9901"], frequency="A", year_basis="fiscal")
    assert values(year)["9901", "_T", "FY2024"] == sum(months.frame["value"])
    assert values(year)["9901", "_T", "FY2023"] is None  # nine months of it are held


def test_a_period_of_which_nothing_is_held_is_refused(here: Workspace) -> None:
    with pytest.raises(NoData, match="example-port-east"):
        show(here, "crossings.trucks", start=date(2090, 1, 1))


# -- money ----------------------------------------------------------------------------------------------------------
def test_pesos_at_the_mean_rate_of_the_period(catalog: Catalog, tmp_path: Path) -> None:
    """Dollars times the mean of the year's FIX (17.7338), to its six digits."""
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    opened = open_workspace(tmp_path / "workspace")
    ask = {"places": ["US-AZ"], "start": date(2023, 1, 1), "end": date(2023, 12, 31), "frequency": "A"}
    dollars = show(opened, "trade.by_state.exports", **ask)  # type: ignore[arg-type]
    pesos = show(opened, "trade.by_state.exports", currency="MXN", **ask)  # type: ignore[arg-type]
    rates = show(opened, "fx.usd_mxn_daily", start=date(2023, 1, 1), end=date(2023, 12, 31)).frame["value"].drop_nulls()
    mean = sum(rates, Decimal(0)) / len(rates)
    assert len(rates) > 240 and 17 < mean < 19
    ((key, shown),) = values(pesos).items()
    assert shown == int((Decimal(values(dollars)[key]) * mean).quantize(Decimal("1E6"))) == 142_136_000_000  # type: ignore[arg-type]
    assert pesos.frame["unit"].to_list() == ["mxn"]
    assert set(pesos.sources) == {*dollars.sources, "banxico_fix"}


def test_no_pesos_without_a_rate(example: Catalog, tmp_path: Path) -> None:
    """Of March 2020 a few days' rates are held, which is no month: its dollars are known, its pesos are not."""
    opened = workspace(tmp_path / "workspace", example)
    build(opened, SPECIMENS / "banxico" / "sie.json")
    text = (SPECIMENS / "example_region" / "data" / "made_up_dot3_0124.csv").read_text(encoding="utf-8")
    (tmp_path / "dot3.csv").write_text(text.replace(",01,2024", ",03,2020"), encoding="utf-8")
    build(opened, tmp_path / "dot3.csv")
    ask = {"places": ["9901"], "frequency": "M"}
    dollars = show(opened, "trade.through_ports_commodity.exports", **ask)  # type: ignore[arg-type]
    pesos = show(opened, "trade.through_ports_commodity.exports", currency="MXN", **ask)  # type: ignore[arg-type]
    assert None not in values(dollars).values()
    assert pesos.frame.select("value", "status").unique().rows() == [(None, "M")]


def test_the_same_currency_changes_nothing(here: Workspace) -> None:
    plain = show(here, "trade.through_ports_group.imports", frequency="M")
    assert show(here, "trade.through_ports_group.imports", frequency="M", currency="USD").frame.equals(plain.frame)


@pytest.mark.parametrize(
    ("series", "currency", "words"),
    [
        ("crossings.trucks", "MXN", "is not money"),
        ("crossings.trucks", "USD", "is not money"),
        ("crossings.share.trucks", "MXN", "is a ratio"),
        ("trade.through_ports.exports", "EUR", "EUR"),
    ],
)
def test_currency_without_meaning(here: Workspace, series: str, currency: str, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        show(here, series, currency=currency)


# -- knowledge and sources ------------------------------------------------------------------------------------------
def test_a_day_of_knowledge_shows_what_was_known_then(example: Catalog, tmp_path: Path) -> None:
    opened = workspace(tmp_path / "workspace", example)
    for day, trucks in ((date(2024, 4, 1), 10), (date(2025, 4, 1), 11)):
        (tmp_path / "a.csv").write_bytes(crossings_file(crossing("Feb 2024", "Trucks", trucks, "9901")))
        build(opened, tmp_path / "a.csv", as_of=day)

    def ask(day: date | None) -> list[object]:
        return [(r["value"], r["as_of"]) for r in show(opened, "crossings.trucks", as_of=day).rows()]

    assert ask(None) == ask(date(2025, 4, 1)) == [(11, date(2025, 4, 1))]
    assert ask(date(2025, 3, 31)) == ask(date(2024, 4, 1)) == [(10, date(2024, 4, 1))]
    for series in ("crossings.trucks", "crossings.share.trucks"):
        with pytest.raises(
            NotYetKnown, match=r"No copy .* from 2024-03-31 or before, .* oldest one held is of 2024-04-01"
        ) as caught:
            show(opened, series, as_of=date(2024, 3, 31))
        assert "La más antigua que se tiene es del 2024-04-01" in caught.value.say("es")
    with pytest.raises(NoData) as never:  # known by then, but nothing of that year
        show(opened, "crossings.trucks", as_of=date(2024, 4, 1), start=date(2090, 1, 1))
    assert not isinstance(never.value, NotYetKnown)


def test_rows_say_everything(here: Workspace) -> None:
    row = show(here, "crossings.trucks", places=["9901"], frequency="A").rows()[0]
    assert {k: row[k] for k in ("series", "place", "item", "period", "unit", "status", "source", "held", "wanted")} == {
        "series": "crossings.trucks",
        "place": "9901",
        "item": "_T",
        "period": "2023",
        "unit": "truck",
        "status": "A",
        "source": "bts_border_crossing",
        "held": 12,
        "wanted": 12,
    }


def test_an_indicator_names_the_sources_of_both_its_series(here: Workspace, example: Catalog) -> None:
    shown = show(here, "crossings.share.trucks", places=["US-XE"], frequency="A", end=date(2023, 12, 31))
    # In this store the region's ports are all there is at the border.
    assert values(shown) == {("US-XE", "_T", "2023"): 100.0}
    assert shown.sources == ("bts_border_crossing",)
    money = [s for s in example.series.values() if s.topic == "trade" and not hasattr(s, "dataset")]
    assert money  # there are indicators of trade


def test_unknown_series_and_place(here: Workspace) -> None:
    with pytest.raises(UnknownName) as caught:
        show(here, "crossings.truks")
    assert "crossings.trucks" in caught.value.say("es")
    with pytest.raises(UnknownName):
        show(here, "crossings.trucks", places=["Atlantis"])
