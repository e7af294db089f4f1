"""Compute the cuts of the rule sets for the years after 2026 at a level, and where two of them cross."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial
from itertools import combinations, pairwise

from ambos.model.river import River, RuleScenario
from ambos.river.rules import cuts_at, tier_of

_ZERO = Decimal(0)
_STEP = Decimal(1)
_CENT = Decimal("0.01")


def total_at(scenario: RuleScenario, river: River, level: Decimal) -> Decimal | None:
    """The whole cut of a rule set at a level.

    Parameters
    ----------
    scenario : RuleScenario
    river : River
    level : Decimal
        Feet.

    Returns
    -------
    Decimal or None
        kaf; None below the lowest published level, or where a party's cut is neither known nor assumed.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    shared = shared_at(scenario, river, level)
    if shared is None or scenario.missing:
        return None
    return shared + sum(scenario.assumed.values(), _ZERO)


def shared_at(scenario: RuleScenario, river: River, level: Decimal) -> Decimal | None:
    """The cut that is shared out among the parties at a level, kaf: without that of a party whose terms were not read.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    tier_of(river, level)  # refuses what is no level
    if scenario.published_to is not None and level < scenario.published_to:
        return None
    if scenario.rules:
        return sum((c.by_tables for c in cuts_at(river, level)), _ZERO)
    if scenario.steps:
        return next(total.kaf for total in scenario.steps if level in total.band)
    curve = scenario.curve
    if level <= curve[0][0]:
        return curve[0][1]
    for (x0, y0), (x1, y1) in pairwise(curve):
        if level <= x1:
            return y0 + (level - x0) * (y1 - y0) / (x1 - x0)
    return curve[-1][1]


def cuts_of(scenario: RuleScenario, river: River, level: Decimal) -> dict[str, Decimal | None]:
    """Compute the cut of each party at a level, kaf; None where it is neither published, known nor assumed.

    The published percentages of a share are rounded, so cuts may differ from `total_at` by 0.01 % of it.

    Raises
    ------
    BadRequest
        If the lake cannot have such a level.
    """
    total = shared_at(scenario, river, level)
    if total is None:
        return dict.fromkeys(river.parties)
    if scenario.rules:
        return {c.party.id: c.by_tables for c in cuts_at(river, level)}
    shared = shared_out(scenario, total, river)
    return {party: shared.get(party, scenario.assumed.get(party)) for party in river.parties}


def assuming(scenario: RuleScenario, party: str, kaf: Decimal | None) -> RuleScenario:
    """A rule set with the cut that is assumed for a party whose terms were not read; any other as it is.

    Parameters
    ----------
    scenario : RuleScenario
    party : str
    kaf : Decimal or None
        None: what the study assumes.
    """
    if party not in scenario.unread:
        return scenario
    return replace(scenario, assumed={party: scenario.unread[party].kaf if kaf is None else kaf})


def shared_out(scenario: RuleScenario, total: Decimal, river: River) -> dict[str, Decimal]:
    """Share a cut of some kaf out among the parties that share it, part by part."""
    cuts: Mapping[str, Decimal] = {p: _ZERO for p in river.parties if p not in scenario.unread}
    done = _ZERO
    for share in scenario.shares:
        part = max((total if share.up_to is None else min(total, share.up_to)) - done, _ZERO)
        cuts = {party: kaf + part * share.percent[party] / 100 for party, kaf in cuts.items()}
        done += part
    return dict(cuts)


def crossings(
    scenarios: Sequence[RuleScenario], river: River
) -> Iterator[tuple[str, RuleScenario, RuleScenario, tuple[Decimal, ...]]]:
    """Find the levels at which a rule set goes from cutting more than another to cutting less.

    Parameters
    ----------
    scenarios : sequence of RuleScenario
    river : River

    Yields
    ------
    tuple of (str, RuleScenario, RuleScenario, tuple of Decimal)
        Party (the whole cut if empty), one rule set and a later one of those given, and feet, from high to low, to the
        hundredth: where both cut the same, else the first level with the other order. Stretches where both cut the same
        are not crossings by themselves. Pairs without a crossing are left out.
    """

    @cache
    def cuts(number: int, level: Decimal) -> dict[str, Decimal | None]:
        return {"": total_at(scenarios[number], river, level), **cuts_of(scenarios[number], river, level)}

    def ahead(party: str, one: int, other: int, level: Decimal) -> int:
        a, b = cuts(one, level)[party], cuts(other, level)[party]
        return 0 if a is None or b is None else (a > b) - (a < b)

    for party in ("", *river.parties):
        for one, other in combinations(range(len(scenarios)), 2):
            if levels := _turns(partial(ahead, party, one, other), river):
                yield party, scenarios[one], scenarios[other], levels


def _turns(ahead: Callable[[Decimal], int], river: River) -> tuple[Decimal, ...]:
    """Find the levels, feet, at which the sign of a function of the level turns, from high to low."""
    stairs = []
    before, at = 0, river.storage.highest
    while at >= river.storage.feet[0]:
        now = ahead(at)
        if now and before and now != before:
            low, high = at, at + _STEP
            while high - low > _CENT:
                middle = ((low + high) / 2).quantize(_CENT)
                low, high = (middle, high) if ahead(middle) == now else (low, middle)
            stairs.append(low if ahead(high) else high)
        before = now or before
        at -= _STEP
    return tuple(stairs)
