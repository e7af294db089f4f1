"""Mexico's ledger, schedule and reserve, the pools of the canal and the shared plant, to the acre-foot.

Sources: Reclamation's water accounting reports as transcribed in EdMillard/riverwar (ledger); its accounting of conserved
water as digitised by Utah State University (reserve); CAP, Planning for Recovery, tab. 5.4, with the allocation formula in
ASU's WaterSim (pools); BECC and NADB project documents, NIST Handbook 44 (plant).
"""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ambos.catalog import load
from ambos.catalog.river import load_canal, load_mexico, load_plant, load_river
from ambos.flows.river.limits import cut_of, reduction
from ambos.river.canal import serve, shared
from ambos.river.ledger import LedgerYear, ledger_year, reserve_year
from ambos.river.plant import load as load_of
from ambos.river.plant import one_mgd, retained, shares
from ambos.river.schedule import Breach, ScheduleMonth, breaches, last_notice, spread

CATALOG = load()
RIVER = load_river(CATALOG)
MEXICO = load_mexico(CATALOG, RIVER)
CANAL, PLANT = load_canal(RIVER), load_plant(CATALOG)
assert PLANT is not None
TREATY = 1_500_000
#: What Mexico deferred, put into its reserve, took from it and saved (accounting reports); acre-feet.
ACCOUNTS = {
    2012: {"mx_deferred": 132_977},
    2013: {"mx_deferred": 126_812},
    2014: {"mx_deferred": 56_009},
    2018: {"mx_reserve_created": 6_673, "mx_reserve_delivered": 0},
    2019: {"mx_reserve_created": 36_938, "mx_reserve_delivered": 0},
    2020: {"mx_reserve_created": 67_394, "mx_reserve_delivered": 0},
    2021: {"mx_reserve_created": 38_962, "mx_reserve_delivered": 35_023, "mx_recoverable_created": 41_000},
}


@pytest.fixture(scope="module")
def table(specimens: Path) -> dict[int, dict[str, int]]:
    with (specimens / "river_mexico" / "ledger.csv").open(encoding="utf-8", newline="") as handle:
        rows = [{k: int(v) for k, v in row.items()} for row in csv.DictReader(handle)]
    return {row["year"]: row for row in rows}


def made(row: dict[str, int]) -> LedgerYear:
    year = row["year"]
    taken = 0 if year <= MEXICO.unreduced_until else reduction(cut_of(RIVER, "mexico", year))
    return ledger_year(MEXICO, year, {**row, **ACCOUNTS.get(year, {})}, TREATY, taken)


def test_what_satisfies_the_treaty(table: dict[int, dict[str, int]]) -> None:
    """The schedule's identity: row 12."""
    expected = {
        2012: 1_367_023,
        2013: 1_373_188,
        2014: 1_443_991,
        2018: 1_493_327,
        2020: 1_432_606,
        2021: 1_455_061,
    }
    for year, volume in expected.items():
        found = made(table[year])
        assert (found.expected, found.satisfaction, found.difference) == (volume, volume, 0)
    assert made(table[2019]).expected == 1_463_062  # the source has 1,500,000
    assert [k.af for k in made(table[2019]).known if k.of == "schedule"] == [made(table[2019]).difference] == [36_938]


def test_deliveries_close_but_in_the_years_known_not_to(table: dict[int, dict[str, int]]) -> None:
    """Row 13: 334 acre-feet at most, but in years about which something is known, and 2018."""
    assert sorted(table) == list(range(2003, 2022))
    for year, row in table.items():
        found = made(row)
        assert (found.delivered, found.closure) == (row["sum"], row["closure"])
        assert found.closure is not None
        assert (abs(found.closure) > 334) is (year in (2010, 2011, 2014, 2018, 2019))
    left = {year: made(table[year]).unexplained for year in (2010, 2011, 2014, 2018, 2019, 2021)}
    assert left == {2010: -1, 2011: -1_384, 2014: None, 2018: -1_888, 2019: -2_442, 2021: -190}


def test_the_bypass_is_apart(table: dict[int, dict[str, int]]) -> None:
    found = made(table[2021])
    assert found.apart["mx_bypass"] == 134_535 and found.delivered == 1_483_727


def test_a_point_that_is_missing_is_no_zero(table: dict[int, dict[str, int]]) -> None:
    without = {k: v for k, v in table[2021].items() if k != "mx_limitrophe"}
    assert made(without).delivered == 1_483_727 - 4_478 and made(without).points["mx_limitrophe"] is None
    without = {k: v for k, v in table[2021].items() if k != "mx_nib"}
    assert made(without).delivered is made(without).closure is None


def test_the_years_of_minute_323() -> None:
    """2022 and 2024: 1,450,000 less nothing but the 50,000; 2023: 47,302 acre-feet are in accounts that are not held."""
    reported = {2022: (1_450_000, 0), 2023: (1_382_698, -47_302), 2024: (1_450_000, 0)}
    for year, (volume, difference) in reported.items():
        found = ledger_year(MEXICO, year, {"mx_satisfaction": volume}, TREATY, reduction(cut_of(RIVER, "mexico", year)))
        assert found.difference == difference
        assert [a.id for a in found.not_held] == [
            "mx_recoverable_created",
            "mx_reserve_created",
            "mx_reserve_delivered",
        ]


def test_surplus_years_of_the_treaty_have_1_700_000_acre_feet() -> None:
    """1,700,000 acre-feet in 13 years; 1982 was none of them."""
    assert len(MEXICO.surplus_years) == 13 and 1982 not in MEXICO.surplus_years
    assert ledger_year(MEXICO, 1983, {}, TREATY, 0).base == 1_700_000
    assert ledger_year(MEXICO, 1982, {}, TREATY, 0).base == 1_500_000


def test_the_reserve_of_2021() -> None:
    """Row 14."""
    found = reserve_year(MEXICO, 2021, MEXICO.balances[2020], 38_962, 35_023, MEXICO.balances[2021])
    assert (found.opening, found.closing, found.difference, found.over) == (159_903, 163_842, 0, ())


def test_the_limits_of_the_reserve() -> None:
    kinds = {
        (1_250_000, 250_000, 0): [],
        (1_250_001, 250_000, 0): [("reserve_capacity", 1)],
        (0, 250_001, 0): [("reserve_creation", 1)],
        (900_000, 0, 200_000): [],
        (900_000, 0, 200_007): [("reserve_delivery", 7)],
    }
    for (opening, created, delivered), over in kinds.items():
        found = reserve_year(MEXICO, 2025, opening, created, delivered, None)
        assert [(limit.id, size) for limit, size in found.over] == over


@pytest.mark.parametrize(
    ("water", "indian", "municipal"),
    [
        (981_902, 343_079, 638_823),
        (900_000, 322_245, 577_755),
        (853_079, 310_309, 542_770),
        (800_000, 291_001, 508_999),
    ],
)
def test_the_allocation_formula(water: int, indian: int, municipal: int) -> None:
    """Row 7."""
    found = shared(CANAL, CANAL.pools[1], Fraction(water))
    assert {k: round(v) for k, v in found.items()} == {"indian": indian, "municipal": municipal}
    assert sum(found.values()) == water


def test_the_formula_is_the_published_one() -> None:
    """I = 0.2543800 W + 93,302.73 from 853,079 to 981,902; 36.37518 % and 63.62482 % below."""
    pool = CANAL.pools[1]
    one, other = (shared(CANAL, pool, Fraction(w))["indian"] for w in (900_000, 950_000))
    slope = (other - one) / 50_000
    assert round(float(slope), 7) == 0.2543800 and round(float(one - slope * 900_000), 2) == 93_302.73
    low = shared(CANAL, pool, Fraction(500_000))
    assert [round(float(100 * low[k] / 500_000), 5) for k in ("indian", "municipal")] == [36.37518, 63.62482]


def test_the_canal_s_pools_have_the_contracted_sizes() -> None:
    """Long-term contracts are 1,415,000 acre-feet; of priority 3 30.5556 % is Indian."""
    assert [p.size for p in CANAL.pools] == [68_400, 981_902, 364_698] and sum(p.size for p in CANAL.pools) == 1_415_000
    assert round(100 * CANAL.pools[0].holders["indian"] / CANAL.pools[0].size, 4) == Decimal("30.5556")
    cuts = serve(CANAL, CANAL.of(2022), Fraction(1_715_000), Fraction(512_000))
    assert [(s.pool.id, s.cut) for s in reversed(cuts)] == [
        ("ag", 300_000),
        ("nia", 212_000),
        ("priority", 0),
        ("p3", 0),
    ]
    assert [s.pool.id for s in cuts if s.pool.citation.reliability == "M"] == ["ag"]


def test_units_of_flow() -> None:
    """Row 16."""
    per = {unit: one_mgd(PLANT, unit, RIVER.m3) for unit in ("l/s", "af/yr", "hm3/yr")}
    assert round(per["l/s"], 4) == Decimal("43.8126") and round(per["af/yr"], 1) == Decimal("1120.1")
    assert round(per["l/s"] * Decimal("9.9"), 1) == Decimal("433.7")
    assert [round(per["af/yr"] * Decimal(x)) for x in ("9.9", "14.7")] == [11_089, 16_466]
    assert round(per["hm3/yr"], 6) == Decimal("1.381675")


def test_shares_of_the_plant() -> None:
    sonora, arizona = shares(PLANT, PLANT.usual, Decimal(30))
    assert (sonora.flow, arizona.flow) == (Decimal("14.112"), Decimal("3.528"))
    assert (sonora.share, arizona.share) == (Decimal("0.8"), Decimal("0.2"))
    assert (sonora.allocation, arizona.allocation) == (Decimal("9.9"), Decimal("7.3"))
    assert (sonora.over, arizona.over) == (Decimal("4.212"), Decimal("-3.772"))
    assert sonora.load is not None and round(sonora.load) == 1_603  # kg a day: 14.112 × 3.785411784 × 30
    kept = retained(PLANT, PLANT.usual, Decimal("7.5"))
    assert kept == {"sonora": Decimal("6.612"), "arizona": Decimal("3.528")}
    assert load_of(PLANT, Decimal(1), Decimal(1)) == Decimal("3.785411784")


def year_of(volume: int, **changes: object) -> list[ScheduleMonth]:
    months = [ScheduleMonth(m, Fraction(volume)) for m in range(1, 13)]
    for key, month in changes.items():
        assert isinstance(month, ScheduleMonth)
        months[int(key[1:]) - 1] = month
    return months


def found(order: int, months: list[ScheduleMonth], year: int = 2026) -> list[Breach]:
    return list(breaches(year, order, months, Fraction(TREATY), MEXICO.limits))


def test_the_rules_of_a_schedule() -> None:
    """20 %, 30 days, the annual total and 140,000 acre-feet at the land boundary, each at its edge."""
    hundred = Fraction(100_000)
    day = last_notice(2026, 4, MEXICO.limits["notice"])
    assert day == date(2026, 3, 2)
    assert found(1_200_000, year_of(100_000)) == []
    swap = {"m5": ScheduleMonth(5, hundred, hundred * 8 / 10, date(2026, 4, 1))}
    assert found(1_200_000, year_of(100_000, m4=ScheduleMonth(4, hundred, hundred * 12 / 10, day), **swap)) == []
    more = year_of(100_000, m4=ScheduleMonth(4, hundred, Fraction(120_001), date(2026, 3, 5)), **swap)
    assert found(1_200_000, more) == [
        Breach("revised", None, Fraction(1)),
        Breach("change", 4, Fraction(1)),
        Breach("notice", 4, Fraction(3)),
    ]
    less = year_of(100_000, m4=ScheduleMonth(4, hundred, Fraction(79_000)))
    assert found(1_200_000, less) == [Breach("change", 4, Fraction(1000)), Breach("no_notice", 4, None)]
    assert found(1_200_010, year_of(100_000)) == [Breach("scheduled", None, Fraction(-10))]
    assert found(1_700_000, year_of(0, m1=ScheduleMonth(1, Fraction(1_700_000)))) == []
    assert found(1_700_001, year_of(0, m1=ScheduleMonth(1, Fraction(1_700_001)))) == [
        Breach("order", None, Fraction(1))
    ]
    land = {f"m{m}": ScheduleMonth(m, hundred, land=Fraction(50_000)) for m in (2, 6, 7, 9)}
    assert found(1_200_000, year_of(100_000, **land)) == [
        Breach("land_boundary", 7, Fraction(10_000)),
        Breach("land_boundary", 9, Fraction(50_000)),
    ]


def test_an_order_is_shared_out_to_the_acre_foot() -> None:
    """2024's deliveries that satisfied the Treaty, for an order of 1,420,000."""
    held = [101881, 87931, 146027, 142682, 123553, 134277, 134578, 143495, 149870, 77979, 86381, 121347]
    months = spread(1_420_000, [Fraction(x) for x in held])
    assert sum(months) == 1_420_000 and months[0] == 99_773 and months[11] == 118_836
    assert [round(100 * x / sum(held), 2) for x in held[:3]] == [7.03, 6.06, 10.07]
