"""The guidelines of 2027 and the rule sets of the Final EIS (July 2026, ch. 2 and App. B) to the kaf."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.catalog import Catalog, load
from ambos.catalog.river import load_river, load_scenarios
from ambos.errors import BadRequest
from ambos.river import assuming, crossings, cuts_of, shared_at, shared_out, total_at

RIVER = load_river(load())
SETS = load_scenarios(RIVER)
levels = st.integers(89500, 122900).map(lambda cents: Decimal(cents) / 100)


def whole(cuts: dict[str, Decimal | None]) -> list[int | None]:
    found = [cuts[p] for p in ("arizona", "california", "nevada", "mexico")]
    return [None if cut is None else round(cut) for cut in found]


#: Representative Preferred Alternative, 2027–2028: level, total, AZ CA NV MX.
PREFERRED = [
    ("1135", 750, [435, 165, 25, 125]),
    ("1125", 1500, [760, 440, 50, 250]),
    ("1100", 1500, [760, 440, 50, 250]),
    ("1041", 1500, [760, 440, 50, 250]),
    ("1025", 1500, [760, 440, 50, 250]),
    ("1010", 2130, [1240, 440, 95, 355]),
    ("1000", 2550, [1468, 533, 124, 425]),
]


@pytest.mark.parametrize(("level", "total", "parties"), PREFERRED)
def test_the_preferred_alternative(level: str, total: int, parties: list[int]) -> None:
    assert total_at(SETS["rpa_2027"], RIVER, Decimal(level)) == total
    found = whole(cuts_of(SETS["rpa_2027"], RIVER, Decimal(level)))
    assert all(a is not None and abs(a - b) <= 1 for a, b in zip(found, parties, strict=True)), found


#: Utah State University's workbook, maf: total, AZ CA NV MX.
WORKBOOK = [
    ("rpa_2027", "1.0", (0.543, 0.257, 0.033, 0.167)),
    ("rpa_2027", "2.0", (1.141, 0.440, 0.085, 0.333)),
    ("rpa_2027", "2.344", (1.404, 0.440, 0.110, 0.391)),
    ("rpa_2027", "3.0", (1.608, 0.736, 0.156, 0.500)),
    ("rpa_2027", "3.6", (1.794, 1.007, 0.199, 0.600)),
    ("rpa_2029", "1.0", (0.774, 0, 0.059, 0.167)),
    ("rpa_2029", "2.0", (1.452, 0.096, 0.119, 0.333)),
    ("rpa_2029", "3.6", (1.864, 0.922, 0.213, 0.600)),
]


@pytest.mark.parametrize(("name", "total", "parties"), WORKBOOK)
def test_shares_of_the_workbook(name: str, total: str, parties: tuple[float, ...]) -> None:
    cuts = shared_out(SETS[name], Decimal(total) * 1000, RIVER)
    found = [float(cuts[p]) for p in ("arizona", "california", "nevada", "mexico")]
    assert found == pytest.approx([1000 * p for p in parties], abs=1)


@pytest.mark.parametrize(
    ("name", "level", "total"),
    [
        *(("no_action", x, y) for x, y in (("1075", 0), ("1074.99", 400), ("1050", 400), ("1049.99", 500))),
        *(("no_action", x, y) for x, y in (("1025", 500), ("1024.99", 600), ("895", 600))),
        *(("basic", x, y) for x, y in (("1160", 0), ("1135", 740), ("1110", 1480), ("900", 1480))),
        *(("supply_priority", x, y) for x, y in (("1145", 0), ("1125", 1500), ("1050", 1500), ("1025", 1800))),
        *(("supply_pro_rata", x, y) for x, y in (("1000", 2100), ("999.99", None))),
        *(("rpa_2029", x, y) for x, y in (("1229", 0), ("1145", 0), ("975", 3600), ("900", 3600))),
        *(("continued", x, y) for x, y in (("1090.01", 0), ("1041.06", 1013), ("1024.99", 1375))),
    ],
)
def test_a_scenario_s_total_cut_is_the_published_one(name: str, level: str, total: int | None) -> None:
    assert total_at(SETS[name], RIVER, Decimal(level)) == total
    assert (None in cuts_of(SETS[name], RIVER, Decimal(level)).values()) is (total is None)


def test_pro_rata_above_1500() -> None:
    """27.20 / 52.80 / 3.33 / 16.67 % of the 600 kaf above 1.5 million acre-feet."""
    assert whole(cuts_of(SETS["supply_pro_rata"], RIVER, Decimal(1000))) == [923, 757, 70, 350]


def test_where_curves_cross() -> None:
    """Basic rises earlier (1,160 ft) and less steeply: 29.6 × (1,160 − x) = 75 × (1,145 − x) at x = 1,135.22."""

    def levels_of(one: str, other: str) -> dict[str, tuple[Decimal, ...]]:
        return {party: levels for party, _, _, levels in crossings((SETS[one], SETS[other]), RIVER)}

    basic = levels_of("rpa_2027", "basic")
    assert basic[""] == (Decimal("1135.22"),) and levels_of("basic", "rpa_2027") == basic
    # 42 × (1,025 − x) = 12 × (1,050 − x) at x = 1,015
    assert levels_of("rpa_2027", "supply_priority")[""] == (Decimal("1015.00"),)
    assert "" not in levels_of("rpa_2027", "continued")
    # Arizona at 1,025–1,075 ft: 512 to 640 kaf by the rules continued, 760 by the preferred; No Action 0.774 × 500 = 387
    assert not {"", "arizona"} & set(levels_of("no_action", "continued"))
    assert "california" not in basic


@given(levels, st.sampled_from(sorted(SETS)))
def test_cuts_sum_to_the_total(level: Decimal, name: str) -> None:
    scenario = assuming(SETS[name], "mexico", Decimal(100))
    total, cuts = total_at(scenario, RIVER, level), cuts_of(scenario, RIVER, level)
    if total is None:
        assert set(cuts.values()) == {None} and level < 1000
        return
    told = [cut for cut in cuts.values() if cut is not None]
    assert len(told) == 4 and abs(sum(told) - total) <= total / 5000
    assert all(cut >= 0 for cut in told)


@given(levels, levels, st.sampled_from(sorted(SETS)))
def test_a_lower_lake_never_cuts_less(one: Decimal, other: Decimal, name: str) -> None:
    low, high = (cuts_of(SETS[name], RIVER, level) for level in sorted((one, other)))
    for p in RIVER.parties:
        a, b = low[p], high[p]
        assert a is None or b is None or a >= b


def test_only_the_guidelines_are_decided_and_each_is_cited(catalog: Catalog) -> None:
    assert min(s.start for s in SETS.values()) == 2027
    studied = [s for s in SETS.values() if not s.decided]
    assert [s.id for s in SETS.values() if s.decided] == ["guidelines_2027"] and len(studied) == 7
    assert all("EIS" in s.citation.source.en and s.citation.reliability == "A" for s in studied)


@pytest.mark.parametrize("level", ["1229", "1145", "1034.74", "895"])
def test_the_guidelines_of_2027_cut_1250_at_every_level_and_leave_mexico_open(level: str) -> None:
    """Record of Decision, 21 August 2026, sec. 5.3.A: 6.25 of 7.5 maf; 760, 440, 50 kaf; Mexico by Minutes (5.6)."""
    guidelines = SETS["guidelines_2027"]
    assert shared_at(guidelines, RIVER, Decimal(level)) == 1250 and total_at(guidelines, RIVER, Decimal(level)) is None
    assert whole(cuts_of(guidelines, RIVER, Decimal(level))) == [760, 440, 50, None]
    assert (guidelines.start, guidelines.end, guidelines.missing) == (2027, 2028, ("mexico",))


def test_mexico_s_part_is_only_ever_the_choice_of_the_user() -> None:
    """250 kaf is what the Final EIS assumes: it is taken where it is asked for, and never by itself."""
    guidelines = SETS["guidelines_2027"]
    for kaf, wanted in ((Decimal(0), 0), (Decimal(125), 125), (None, 250)):
        chosen = assuming(guidelines, "mexico", kaf)
        assert whole(cuts_of(chosen, RIVER, Decimal(1037))) == [760, 440, 50, wanted]
        assert total_at(chosen, RIVER, Decimal(1037)) == 1250 + wanted
    assert assuming(SETS["no_action"], "mexico", Decimal(5)) is SETS["no_action"]


def test_no_such_level() -> None:
    with pytest.raises(BadRequest):
        total_at(SETS["basic"], RIVER, Decimal(800))
