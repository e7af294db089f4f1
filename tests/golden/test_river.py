"""The rules of the river to the digit. Each table of figures tells where it can be looked up."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.errors import BadRequest, OutsideRule
from ambos.model.river import River
from ambos.river import Condition, condition, distances, hm3, storage_at, tier_of
from ambos.river.rules import cuts_at

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"


@pytest.fixture(scope="module")
def river(catalog: Catalog) -> River:
    return load_river(catalog)


def part(found: Condition, party: str, name: str) -> int:
    (cut,) = (c for c in found.cuts if c.party.id == party)
    return int(cut.parts[name])  # type: ignore[index]


def totals(found: Condition) -> tuple[int, ...]:
    return (*(int(c.by_tables) for c in found.cuts), sum(int(c.by_tables) for c in found.cuts))


#: Reclamation, Near-term SEIS, table 2-4; Wheeler et al. 2021, table 2.1: the combined table, kaf.
#: Highest and lowest level of a row (to the hundredth), tier, Guidelines AZ NV, DCP AZ NV CA, Minute 323, BWSCP,
#: totals of AZ NV CA MX, total of all.
COMBINED = [
    ("1144.99", "1090.01", "none", 0, 0, 0, 0, 0, 0, 0, (0, 0, 0, 0, 0)),
    ("1090.00", "1075.01", "0", 0, 0, 192, 8, 0, 0, 41, (192, 8, 0, 41, 241)),
    ("1075.00", "1050.00", "1", 320, 13, 192, 8, 0, 50, 30, (512, 21, 0, 80, 613)),
    ("1049.99", "1045.01", "2a", 400, 17, 192, 8, 0, 70, 34, (592, 25, 0, 104, 721)),
    ("1045.00", "1040.01", "2b", 400, 17, 240, 10, 200, 70, 76, (640, 27, 200, 146, 1013)),
    ("1040.00", "1035.01", "2b", 400, 17, 240, 10, 250, 70, 84, (640, 27, 250, 154, 1071)),
    ("1035.00", "1030.01", "2b", 400, 17, 240, 10, 300, 70, 92, (640, 27, 300, 162, 1129)),
    ("1030.00", "1025.00", "2b", 400, 17, 240, 10, 350, 70, 101, (640, 27, 350, 171, 1188)),
    ("1024.99", "895.00", "3", 480, 20, 240, 10, 350, 125, 150, (720, 30, 350, 275, 1375)),
]


@pytest.mark.parametrize("row", COMBINED, ids=lambda row: f"{row[0]}-{row[1]}")
@pytest.mark.parametrize("end", [0, 1])
def test_the_combined_table(river: River, row: tuple, end: int) -> None:  # type: ignore[type-arg]
    """Every row, at its first and its last hundredth of a foot."""
    found = condition(river, Decimal(row[end]), 2026)
    assert found.tier.id == row[2]
    assert [part(found, p, "guidelines") for p in ("arizona", "nevada", "california", "mexico")] == [*row[3:5], 0, 0]
    assert [part(found, p, "dcp") for p in ("arizona", "nevada", "california", "mexico")] == [*row[5:8], 0]
    assert [part(found, p, "minute323") for p in ("arizona", "nevada", "california", "mexico")] == [0, 0, 0, row[8]]
    assert [part(found, p, "bwscp") for p in ("arizona", "nevada", "california", "mexico")] == [0, 0, 0, row[9]]
    assert totals(found) == row[10]


#: What was declared (Reclamation's announcements), and the tier that the level observed on the 31 December before
#: would have given: the determination is of the projection.
DECLARED = [
    (2020, "1089.4", "0", (192, 8, 0, 41, 241), "1090.49", "none"),
    (2021, "1085.3", "0", (192, 8, 0, 41, 241), "1083.72", "0"),
    (2022, "1065.85", "1", (512, 21, 0, 80, 613), "1066.39", "1"),
    (2023, "1047.61", "2a", (592, 25, 0, 104, 721), "1044.82", "2b"),
    (2024, "1065.27", "1", (512, 21, 0, 80, 613), "1068.18", "1"),
    (2025, "1062.3", "1", (512, 21, 0, 80, 613), "1063.29", "1"),
    (2026, "1055.88", "1", (512, 21, 0, 80, 613), "1062.24", "1"),
]


@pytest.mark.parametrize(("year", "level", "tier", "cuts", "observed", "observed_tier"), DECLARED)
def test_each_declared_year_has_its_published_tier_and_cuts(
    river: River, year: int, level: str, tier: str, cuts: tuple[int, ...], observed: str, observed_tier: str
) -> None:
    held = river.determinations[year]
    assert (held.projected, held.declared, held.observed) == (Decimal(level), tier, Decimal(observed))
    found = condition(river, held.projected, year)
    assert (found.tier.id, totals(found)) == (tier, cuts)
    assert tier_of(river, held.observed).id == observed_tier


def test_the_projection_decides_not_the_observed_level(river: River) -> None:
    differ = {
        year
        for year, d in river.determinations.items()
        if d.observed is not None and tier_of(river, d.projected) != tier_of(river, d.observed)
    }
    assert differ == {2020, 2023}


@pytest.mark.real
def test_observed_levels_are_those_of_reclamation(river: River) -> None:
    """Its monthly file has levels of the 1st of each month; the last of December is within 0.29 ft (the manifest)."""
    path = RAW / "usbr-reservoirs-monthly" / "dfResDataMonthly.csv"
    if not path.is_file():
        pytest.skip("the real files are not here (../shared/data/raw)")
    with path.open(encoding="utf-8", newline="") as handle:
        first = {
            row["Date"]: Decimal(row["MonthlyValue"])
            for row in csv.DictReader(handle)
            if (row["ResName"], row["FieldName"]) == ("Lake Mead", "Pool Elevation")
        }
    for year, held in river.determinations.items():
        if held.observed is None:
            continue
        level = first[f"{year}-01-01"]
        assert abs(level - held.observed) <= Decimal("0.29")
        assert tier_of(river, level) == tier_of(river, held.observed)


#: Reclamation's CRMMS rules: < 1025, < 1050, <= 1075; the DCP's own bounds include the level.
EDGES = [
    ("1090.00", "0", 41),
    ("1090.01", "none", 0),
    ("1075.00", "1", 30),
    ("1075.01", "0", 41),
    ("1050.00", "1", 30),
    ("1049.99", "2a", 34),
    ("1045.00", "2b", 76),
    ("1040", "2b", 84),
    ("1035", "2b", 92),
    ("1030", "2b", 101),
    ("1025.00", "2b", 101),
    ("1024.99", "3", 150),
]


@pytest.mark.parametrize(("level", "tier", "bwscp"), EDGES)
def test_cuts_change_at_the_published_levels(river: River, level: str, tier: str, bwscp: int) -> None:
    found = condition(river, Decimal(level), 2026)
    assert (found.tier.id, part(found, "mexico", "bwscp")) == (tier, bwscp)
    shortage = {"1": 333, "2a": 417, "2b": 417, "3": 500}.get(tier, 0)  # 2007 Guidelines, sec. 2.D.1
    assert sum(int(c.parts["guidelines"]) for c in found.cuts) == shortage


@pytest.mark.parametrize(("level", "minute323"), [("1050.00", 50), ("1025.00", 70)])
def test_mexico_follows_the_shortage_of_the_united_states(river: River, level: str, minute323: int) -> None:
    """CRMMS, where a summary of Minute 323 has 70 for exactly 1,050.00."""
    assert part(condition(river, Decimal(level), 2026), "mexico", "minute323") == minute323


@pytest.mark.parametrize(
    ("level", "added"),
    [("1144.99", 0), ("1145", 40), ("1169.99", 40), ("1170", 55), ("1199.99", 55), ("1200", 80), ("1229", 80)],
)
def test_additions_of_minute_323(river: River, level: str, added: int) -> None:
    (mexico,) = (c for c in condition(river, Decimal(level), 2026).cuts if c.party.id == "mexico")
    assert (mexico.addition, mexico.remaining, mexico.total) == (added, 1500 + added, 0)
    (flood,) = (c for c in condition(river, Decimal(level), 2026, flood_control=True).cuts if c.party.id == "mexico")
    assert (flood.addition, flood.remaining, flood.total) == (200, 1700, 0)


@pytest.mark.parametrize("level", ["1090", "1075", "1050", "1020"])
def test_floods_are_not_controlled_where_deliveries_are_cut(river: River, level: str) -> None:
    """CRMMS: shortage goes first, surplus after it. Mexico is never cut by 80 and given 200 at once."""
    with pytest.raises(BadRequest, match="shortage goes first"):
        condition(river, Decimal(level), 2026, flood_control=True)
    assert condition(river, Decimal("1090.01"), 2026, flood_control=True).cuts[-1].addition == 200


def test_only_mexico_gets_an_addition(river: River) -> None:
    found = condition(river, Decimal(1200), 2026, flood_control=True)
    assert [c.addition for c in found.cuts] == [0, 0, 0, 200]


def test_apportionments_and_shares(river: River) -> None:
    """2.8 + 0.3 + 4.4 + 1.5 = 9.0 maf; Reclamation's announcement of Tier 1: 18 %, 7 %, 5 %."""
    assert [(p.id, p.apportionment) for p in river.parties.values()] == [
        *(("arizona", 2800), ("nevada", 300), ("california", 4400), ("mexico", 1500))
    ]
    first = condition(river, Decimal("1065.85"), 2022)
    assert [round(c.share * 100) for c in first.cuts] == [18, 7, 0, 5]
    assert [c.remaining for c in first.cuts] == [2288, 279, 4400, 1420]


def test_cubic_hectometres_of_the_treaty(river: River) -> None:
    """1944 Water Treaty, Art. 10: 1,850,234,000 m³ and 2,096,931,000 m³ for 1.5 and 1.7 million acre-feet."""
    assert round(hm3(Decimal(1500), river.m3), 3) == Decimal("1850.234")
    assert abs(hm3(Decimal(1700), river.m3) - Decimal("2096.931")) < Decimal("0.001")
    assert round(hm3(Decimal(80), river.m3), 1) == Decimal("98.7")


#: Key values of Reclamation's table (CRSSIO), maf. Between the rows of 5 ft the table here is at most 2.5 kaf off.
STORAGE = [
    ("1025", "5.981", "0.0005"),
    ("1050", "7.683", "0.0005"),
    ("1075", "9.601", "0.0005"),
    ("1090", "10.857", "0.0005"),
    ("1145", "16.178", "0.0005"),
    ("1219.6", "26.114", "0.0025"),
]


@pytest.mark.parametrize(("level", "maf", "error"), STORAGE)
def test_storage_at_a_level_is_the_published_one(river: River, level: str, maf: str, error: str) -> None:
    kaf = storage_at(river.storage, Decimal(level))
    assert kaf is not None and abs(kaf / 1000 - Decimal(maf)) <= Decimal(error)


def test_storage_at_nodes_and_its_ends(river: River) -> None:
    table = river.storage
    assert len(table.feet) == 66 and (table.feet[0], table.kaf[0]) == (895, 0)
    for feet, kaf in zip(table.feet, table.kaf, strict=True):
        assert storage_at(table, feet) == kaf
    assert storage_at(table, Decimal("894.99")) is None and storage_at(table, Decimal("1220.01")) is None


def test_what_lifts_2026_to_tier_0(river: River) -> None:
    up, down = distances(river, Decimal("1055.88"))
    assert up and down and up.kaf is not None and down.kaf is not None
    assert (up.tier.id, up.boundary, up.included, up.feet) == ("0", 1075, False, Decimal("19.12"))
    # 9,601.0 less 8,048.5 + 0.88 / 5 × (8,423.1 − 8,048.5)
    assert up.kaf == Decimal("1486.5704")
    # 7,682.9 less the same
    assert (down.tier.id, down.boundary, down.feet, down.kaf) == ("2a", 1050, Decimal("-5.88"), Decimal("-431.5296"))


def test_there_is_nothing_above_none_nor_below_three(river: River) -> None:
    up, down = distances(river, Decimal(1100))
    assert up is None and down and (down.tier.id, down.included, down.feet) == ("0", True, -10)
    up, down = distances(river, Decimal(1000))
    assert down is None and up and (up.tier.id, up.included, up.feet) == ("2b", True, 25)
    beyond = distances(river, Decimal(1225))[1]
    assert beyond and beyond.kaf is None  # the table of storage ends at 1,220 ft


@pytest.mark.parametrize("year", [-1, 0, 1999, 2007, 2027, 2028, 2029, 99999])
def test_years_outside_the_rules_are_refused(river: River, year: int) -> None:
    with pytest.raises(OutsideRule) as caught:
        condition(river, Decimal(1060), year)
    said, dicho = caught.value.say("en"), caught.value.say("es")
    assert ("named scenarios" in said) is (year > 2028) and ("escenarios con nombre" in dicho) is (year > 2028)
    assert (f"status --year {year}" in said) is (year in (2027, 2028))
    assert "from 2008 to 2026" in said and "2008 a 2026" in dicho and "2007 Interim Guidelines" in said


#: Year, level, condition, totals of AZ NV CA MX and all. 2007 Guidelines, sec. 2.D.1, from 2008; Minute 319 from 2013 to
#: 2017, its terms not read; Minute 323, III.A, from 2018; DCP and BWSCP from 2020.
EARLIER = [
    (2008, "1110", "normal", (0, 0, 0, 0, 0)),
    (2012, "1075", "level_1", (320, 13, 0, 0, 333)),
    (2012, "1024.99", "level_3", (480, 20, 0, 0, 500)),
    (2015, "1070", "level_1", (320, 13, 0, None, None)),
    (2018, "1085", "normal", (0, 0, 0, 0, 0)),
    (2018, "1060", "level_1", (320, 13, 0, 50, 383)),
    (2019, "1049.99", "level_2", (400, 17, 0, 70, 487)),
    (2020, "1060", "1", (512, 21, 0, 80, 613)),
]


@pytest.mark.parametrize(("year", "level", "name", "cuts"), EARLIER)
def test_years_since_2008_go_by_the_rules_then_in_force(
    river: River, year: int, level: str, name: str, cuts: tuple[int | None, ...]
) -> None:
    found = condition(river, Decimal(level), year)
    assert found.tier.id == name and (*(c.total for c in found.cuts), found.total) == cuts


def test_terms_that_were_not_read_are_a_state_of_their_own(river: River) -> None:
    unread = {
        i.id: (i.party, i.start.year, i.end and i.end.year) for i in river.instruments.values() if i.state != "in_force"
    }
    assert unread == {"minute_319": ("mexico", 2013, 2017), "minute_334": ("mexico", 2027, None)}
    for year in (2013, 2017, 2027, 2035):
        assert [i.party for i in river.instruments.values() if i.id in unread and i.holds_in(year)] == ["mexico"]
    standings = {t.standing for t in river.instruments["guidelines_2027"].terms}
    assert standings == {"decided", "conditional", "undecided", "contested"}
    assert {t.standing for t in river.instruments["minute_334"].terms} == {"unknown"}


def test_what_the_expired_rules_would_have_been_in_2027(river: River) -> None:
    """The August 2026 24-Month Study: 1,034.74 ft, in the row of 1,035 to 1,030 ft (2b)."""
    level = river.determinations[2027].projected
    assert (level, river.determinations[2027].declared) == (Decimal("1034.74"), None)
    assert tier_of(river, level).id == "2b"
    assert [int(c.by_tables) for c in cuts_at(river, level)] == [640, 27, 300, 162]


def test_two_readings_of_an_exact_level_are_held(river: River) -> None:
    assert set(river.readings) == {Decimal(1050), Decimal(1025)} and "CRMMS" in river.readings[Decimal(1025)].en
    assert condition(river, Decimal("1025.00"), 2026).tier.id == "2b"


@pytest.mark.parametrize("level", ["894.99", "1229.01", "NaN", "Infinity", "-1060"])
def test_levels_that_the_lake_cannot_have(river: River, level: str) -> None:
    with pytest.raises(BadRequest):
        condition(river, Decimal(level), 2026)


def test_every_table_has_a_range_and_a_citation(river: River) -> None:
    assert {r.part for r in river.rules} == {"guidelines", "dcp", "minute323", "bwscp", "addition"}
    for rule in river.rules:
        assert (rule.end.year, rule.end.month, rule.end.day) == (2026, 12, 31)
        assert rule.citation.reliability in "ABM" and len(rule.citation.source.es) > 20
