"""Results of the rules at many levels of Lake Mead at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ambos.model.river import LevelBand, River, RuleScenario
from ambos.river.lakes import Floats


def tiers(river: River, feet: Floats) -> NDArray[np.int8]:
    """The place among `River.tiers` of the tier that each level falls in."""
    places = np.zeros(feet.shape, np.int8)
    for place, tier in enumerate(river.tiers):
        places[within(tier.band, feet)] = place
    return places


def within(band: LevelBand, feet: Floats) -> NDArray[np.bool_]:
    """Which levels are in a band."""
    inside = np.ones(feet.shape, np.bool_)
    if band.low is not None:
        low = float(band.low)
        inside &= (feet >= low) if band.with_low else (feet > low)
    if band.high is not None:
        high = float(band.high)
        inside &= (feet <= high) if band.with_high else (feet < high)
    return inside


def net_cuts(scenario: RuleScenario, river: River, feet: Floats) -> Floats:
    """The whole cut of a rule set at each level less what it adds to deliveries, kaf.

    Below the lowest level of a curve, its last value holds.
    """
    cuts = np.zeros(feet.shape)
    if scenario.rules:
        for rule in river.rules:
            sign = -1 if rule.part == "addition" else 1
            for step in rule.steps:
                cuts[within(step.band, feet)] += sign * float(sum(step.kaf.values()))
    elif scenario.steps:
        for total in scenario.steps:
            cuts[within(total.band, feet)] = float(total.kaf)
    else:
        curve_feet, curve_kaf = zip(*scenario.curve, strict=True)
        cuts = np.interp(feet, [float(x) for x in curve_feet], [float(y) for y in curve_kaf])
    return cuts + float(sum(scenario.assumed.values()))
