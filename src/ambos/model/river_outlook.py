"""What the projection of Lake Powell and Lake Mead is reckoned with.

Levels are feet, volumes thousands of acre-feet (kaf), areas acres; floats, for no projection is exact to a hundredth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ambos.model.river import Citation, Scenario
from ambos.text import Text

#: A calendar month: (year, month).
Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lake:
    """A reservoir.

    Attributes
    ----------
    feet, kaf, acres : tuple of float
        Level, live storage and area, rising; straight lines in between.
    bank : float
        kaf it takes to raise storage by one, with what goes into the banks.
    full : float
        Level above which all is spilled, feet.
    citation : Citation
    """

    feet: tuple[float, ...]
    kaf: tuple[float, ...]
    acres: tuple[float, ...]
    bank: float
    full: float
    citation: Citation


@dataclass(frozen=True, slots=True)
class Months:
    """What is spread over a year, January to December.

    Attributes
    ----------
    powell_inflow, powell_release, mead_outflow : tuple of float
        Shares of a year, adding up to 1.
    side_inflow : tuple of float
        Between Glen Canyon Dam and Hoover Dam, kaf.
    mead_evaporation, powell_evaporation : tuple of float
        Feet.
    citation : Citation
    """

    powell_inflow: tuple[float, ...]
    powell_release: tuple[float, ...]
    mead_outflow: tuple[float, ...]
    side_inflow: tuple[float, ...]
    mead_evaporation: tuple[float, ...]
    powell_evaporation: tuple[float, ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Protect:
    """A level of Lake Powell that is kept as long as the release of the water year stays at `least` kaf."""

    feet: float
    least: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A release by the level of Lake Powell on 1 October.

    Attributes
    ----------
    feet, kaf : tuple of float
        Rising levels and the release of the water year; straight lines in between, level beyond.
    protect : Protect or None
    """

    feet: tuple[float, ...]
    kaf: tuple[float, ...]
    protect: Protect | None


@dataclass(frozen=True, slots=True)
class Bands:
    """A release by bands of the level of Lake Powell on 1 October, kaf a water year.

    Attributes
    ----------
    feet : tuple of float
        Where each band but the lowest begins, rising.
    least, most : tuple of float
        From the lowest band to the highest: one more than `feet`.
    target : float
        Level of Lake Powell at the end of the water year, feet: to keep it, `most` is lowered as far as `least`.
    """

    feet: tuple[float, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]
    target: float


@dataclass(frozen=True, slots=True)
class Balanced:
    """Bounds of a release that balances the storage of both lakes, kaf a water year."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Guidelines:
    """The release of Lake Powell by the 2007 Guidelines, kaf a water year.

    Attributes
    ----------
    base : float
    equalization : mapping of int to float
        Line by water year, feet; that of the last year holds on.
    upper_from, upper_mead_below : float
        Feet: of Lake Powell; of Lake Mead, for balancing within `upper`.
    upper : Balanced
    middle_from, middle_mead_below : float
        Feet: of Lake Powell; of Lake Mead, for the base in place of `middle`.
    middle : float
    lower : Balanced
    protect : Protect or None
    citation : Citation
    """

    base: float
    equalization: Mapping[int, float]
    upper_from: float
    upper_mead_below: float
    upper: Balanced
    middle_from: float
    middle_mead_below: float
    middle: float
    lower: Balanced
    protect: Protect | None
    citation: Citation


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set that can be projected.

    Attributes
    ----------
    id : str
    name : Text
    scenarios : tuple of Scenario
        What cuts, one after the other.
    release : Guidelines or Curve or Bands
    citation : Citation
        Of the release.
    assumption : bool
        Whether a part of the release is a choice made here and no fact.
    """

    id: str
    name: Text
    scenarios: tuple[Scenario, ...]
    release: Guidelines | Curve | Bands
    citation: Citation
    assumption: bool = False

    @property
    def end(self) -> int | None:
        """Last year for which it is given; none if for all."""
        return self.scenarios[-1].end

    @property
    def missing(self) -> tuple[str, ...]:
        """Parties whose cut is neither known nor assumed."""
        return tuple(party for scenario in self.scenarios for party in scenario.missing)


@dataclass(frozen=True, slots=True)
class Start:
    """Where the projection begins.

    Attributes
    ----------
    day : date
        The first of a month.
    mead, powell : float
        Levels on it, feet.
    powell_release, mead_outflow : mapping of Month to float
        What is taken for single months, kaf; rules set the others.
    citation : Citation
    """

    day: date
    mead: float
    powell: float
    powell_release: Mapping[Month, float]
    mead_outflow: Mapping[Month, float]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that a projection is reckoned with.

    Attributes
    ----------
    mead, powell : Lake
    months : Months
    depletion_base : float
        kaf.
    depletion_share : float
        Of the natural flow.
    losses : float
        Below Hoover Dam, on top of the apportionments, kaf a year.
    run : int
        Consecutive years of the record that stay together where traces are drawn.
    levels : tuple of float
        Levels of Lake Mead, feet, for which the chance to be lower is computed.
    start : Start
    sets : mapping of str to RuleSet
    citations : mapping of str to Citation
        Of depletion, losses, uses, runs, levels.
    assumed : frozenset of str
        Those of them, and of start, that are assumptions: choices made here, not facts.
    """

    mead: Lake
    powell: Lake
    months: Months
    depletion_base: float
    depletion_share: float
    losses: float
    run: int
    levels: tuple[float, ...]
    start: Start
    sets: Mapping[str, RuleSet]
    citations: Mapping[str, Citation]
    assumed: frozenset[str]
