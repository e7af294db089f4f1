"""Tables and sentences of the river in both units, and the irrigation district across the border."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.briefing import alt_text
from ambos.catalog import Catalog
from ambos.catalog.river import load_district
from ambos.errors import DefinitionError
from ambos.flows.brief.picture import picture
from ambos.flows.data.figures import answer
from ambos.flows.data.show import show
from ambos.flows.river.both_units import in_both_units, kaf_text, level
from ambos.flows.river.district import water
from ambos.flows.river.limits import af_text
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import NOT_APPLICABLE, Column, Table, View, as_seen
from ambos.text import Text


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("units"))


#: Cubic metres per acre-foot, of the US survey foot.
M3 = Decimal("1233.489238468149")


def test_a_sentence_has_the_customary_unit_first_in_english_and_the_metric_one_in_spanish() -> None:
    assert level(Decimal("1055.88")) == Text("1,055.88 ft (321.83 m)", "321.83 m (1,055.88 pies)")
    assert kaf_text(Decimal(1250), M3) == Text("1,250 kaf (1,541.9 hm³)", "1,541.9 hm³ (1,250 kaf)")
    treaty = af_text(1_500_000, M3)
    assert treaty == Text("1,500,000 acre-feet (1,850.2 hm³)", "1,850.2 hm³ (1,500,000 acres-pie)")


def _ledger() -> Table:
    columns = (
        Column("year", Text("Year", "Año"), grouped=False),
        Column("sum_af", Text("Sum", "Suma")),
        Column("saved_af", Text("Saved", "Ahorrado"), signed=True),
    )
    rows = ((2020, 1_500_000, NOT_APPLICABLE), (2021, None, -1000))
    views = (View(Text("Ledger, {unit}", "Cuenta, {unit}"), ("year", "sum_af", "saved_af")),)
    return Table("years", Text("Ledger, {unit}", "Cuenta, {unit}"), columns, rows, views=views)


def test_a_table_of_acre_feet_is_seen_in_both_units_the_language_s_own_first(catalog: Catalog) -> None:
    table = in_both_units(_ledger(), M3, catalog)
    assert [c.key for c in table.columns] == ["year", "sum_af", "sum_hm3", "saved_af", "saved_hm3"]
    assert table.title == Text("Ledger, acre-feet", "Cuenta, hm³")
    english, spanish = ([v.title for v in table.as_seen(k)] for k in ("en", "es"))
    assert [t.en for t in english if t] == ["Ledger, acre-feet", "Ledger, hm³"]
    assert [t.es for t in spanish if t] == ["Cuenta, hm³", "Cuenta, acres-pie"]
    _, cells = as_seen(table, table.as_seen("es")[0], "es")
    assert cells == [["2020", "1,850.2", "·"], ["2021", "–", "−1.2"]], "what is missing is never 0"


def test_a_view_that_has_both_units_is_left_alone(catalog: Catalog) -> None:
    columns = (*_ledger().columns, Column("sum_hm3", Text("Sum, hm³", "Suma, hm³"), 1))
    rows = tuple((*row, None) for row in _ledger().rows)
    both = View(Text("Both", "Ambas"), ("year", "sum_af", "sum_hm3"))
    table = in_both_units(replace(_ledger(), columns=columns, rows=rows, views=(both,)), M3, catalog)
    assert [v.keys for v in table.as_seen("es")] == [both.keys]


def test_the_treaty_s_water_of_district_014_is_what_the_treaty_guarantees(catalog: Catalog) -> None:
    """Art. 10(a): 1,850.234 hm3; at both boundaries 1,677.234 + 173."""
    (table,), said = water(catalog, M3)
    cells = table.cells()
    assert sum(c["volume_hm3"] for c in cells if c["river"]) == Decimal("1850.234")  # type: ignore[misc]
    assert abs(sum(c["volume_af"] for c in cells if c["river"]) - 1_500_000) < 1  # type: ignore[misc, operator]
    assert "27,617 (13.2%) in Sonora" in said[0].en and "27,617 (13.2%) en Sonora" in said[0].es
    assert "Not decided in anything read, or not known here" in said[1].en and "22 módulos" in said[1].es
    assert "slideum.com" in said[2].es


def test_a_level_in_feet_is_seen_in_metres_first_in_spanish_and_both_are_in_the_data(here: Workspace) -> None:
    """1,041.06 ft x 0.3048 = 317.32 m."""
    shown = show(here, "river.elevation", places=["mead"], start=date(2026, 7, 1))
    made = answer(here, shown)
    (row,) = made.table("data").cells()
    assert (float(row["value"]), row["unit"], row["metric_value"], row["metric_unit"]) == (
        1041.06,
        "foot",
        317.315088,
        "metre",
    )
    table = made.table("figures")
    for language, first, then in (("en", "1,041.06", "317.32"), ("es", "317.32", "1,041.06")):
        cells = [as_seen(table, view, language)[1][0][1] for view in table.as_seen(language)]
        assert [cell.split()[0] for cell in cells] == [first, then]
    heads, _ = as_seen(table, table.as_seen("es")[0], "es")
    assert heads[0][0] == "Periodo (metros sobre el nivel del mar)"


def test_a_figure_in_no_customary_unit_is_seen_once(here: Workspace) -> None:
    shown = show(here, "crossings.trucks", places=["2604"], start=date(2024, 1, 1), frequency="A")
    made = answer(here, shown)
    assert len(made.table("figures").views) == 1 and "metric_value" not in made.table("data").cells()[0]


def test_a_series_in_hm3_alone_has_acre_feet_beside(here: Workspace) -> None:
    """A reservoir's capacity in hm³ x 0.810708 is in thousands of acre-feet; hm³ stand first in both languages."""
    shown = show(here, "water.capacity.hm3", places=["angostura"])
    (value,) = shown.frame["value"].drop_nulls().unique().to_list()
    table = answer(here, shown).table("figures")
    for language in ("en", "es"):
        views = table.as_seen(language)
        metric, customary = (as_seen(table, view, language)[1][0][1].split()[0] for view in views)
        assert (metric, customary) == (f"{value:,.1f}", f"{float(value) * 0.8107083295:,.1f}")
    chart = picture(here, shown)
    assert chart is not None
    messages = here.catalog.messages
    assert alt_text.unit(chart, messages).en == "cubic hectometres"
    assert "1 hm³ = 0.8107 kaf." in alt_text.notes(chart, messages, "en")


def test_a_region_without_such_a_district_has_none(catalog: Catalog, tmp_path: Path) -> None:
    elsewhere = replace(catalog, snapshot_folder=tmp_path / "snapshot")
    assert load_district(elsewhere) is None and water(elsewhere, M3) == ((), [])
    shutil.copy(catalog.snapshot_folder.parent / "irrigation.toml", tmp_path)
    path = tmp_path / "irrigation.toml"
    path.write_text(path.read_text("utf-8").replace("state_hectares = 27617", "state_hectares = 309127"), "utf-8")
    with pytest.raises(DefinitionError, match="more than the whole"):
        load_district(elsewhere)
