"""Definitions of the projection of Lake Powell and Lake Mead.

Levels are feet, volumes thousands of acre-feet (kaf), areas acres; floats, for no projection is exact to a hundredth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from ambos.model.definition import INLINE, In, Key, Within, Written
from ambos.model.river import Citation, Cited, RuleScenario
from ambos.text import Text

#: A calendar month: (year, month).
Month = tuple[int, int]
#: A number of 0 or more, in quotes as all of the river's, for arrays of floats.
Amount = Annotated[float, Written(Decimal, float)]


@dataclass(frozen=True, slots=True)
class Lake:
    """A reservoir."""

    #: `feet`, `kaf`, `acres`: level, live storage and area, rising; straight lines in between.
    feet: tuple[float, ...]
    kaf: tuple[float, ...]
    acres: tuple[float, ...]
    bank: Annotated[Amount, Within(1)]  #: kaf it takes to raise storage by one, with what goes into the banks.
    full: Amount  #: Level above which all is spilled, feet.
    citation: Cited


@dataclass(frozen=True, slots=True)
class MonthlyShares:
    """Shares of a year's volumes by month, January to December."""

    #: `powell_inflow`, `powell_release`, `mead_outflow`: shares of a year, adding up to 1.
    powell_inflow: tuple[float, ...]
    powell_release: tuple[float, ...]
    mead_outflow: tuple[float, ...]
    side_inflow: tuple[float, ...]  #: Between Glen Canyon Dam and Hoover Dam, kaf.
    #: `mead_evaporation`, `powell_evaporation`: feet.
    mead_evaporation: tuple[float, ...]
    powell_evaporation: tuple[float, ...]
    citation: Cited


@dataclass(frozen=True, slots=True)
class Protect:
    """A level of Lake Powell that is kept as long as the release of the water year stays at `least` kaf."""

    feet: Amount
    least: Amount


@dataclass(frozen=True, slots=True)
class Curve:
    """A release by the level of Lake Powell on 1 October."""

    #: `feet`, `kaf`: rising levels and the release of the water year; straight lines in between, level beyond.
    feet: tuple[float, ...]
    kaf: tuple[float, ...]
    protect: Protect | None


@dataclass(frozen=True, slots=True)
class Bands:
    """A release by bands of the level of Lake Powell on 1 October, kaf a water year."""

    feet: tuple[float, ...]  #: Where each band but the lowest begins, rising.
    #: `least`, `most`: from the lowest band to the highest: one more than `feet`.
    least: tuple[float, ...]
    most: tuple[float, ...]
    #: Level of Lake Powell at the end of the water year, feet: to keep it, `most` is lowered as far as `least`.
    target: float


@dataclass(frozen=True, slots=True)
class Balanced:
    """Bounds of a release that balances the storage of both lakes, kaf a water year."""

    least: Amount
    most: Amount


@dataclass(frozen=True, slots=True)
class Guidelines:
    """The release of Lake Powell by the 2007 Guidelines, kaf a water year."""

    base: Amount
    equalization: Mapping[int, Amount]  #: Line by water year, feet; that of the last year holds on.
    #: `upper_from`, `upper_mead_below`: feet: of Lake Powell; of Lake Mead, for balancing within `upper`.
    upper_from: Annotated[Amount, Key("at_least"), In("upper")]
    upper_mead_below: Annotated[Amount, Key("mead_below"), In("upper")]
    upper: Annotated[Balanced, INLINE, In("upper")]
    #: `middle_from`, `middle_mead_below`: feet: of Lake Powell; of Lake Mead, for the base in place of `middle`.
    middle_from: Annotated[Amount, Key("at_least"), In("middle")]
    middle_mead_below: Annotated[Amount, Key("mead_below"), In("middle")]
    middle: Annotated[Amount, Key("kaf"), In("middle")]
    lower: Balanced
    protect: Protect | None
    citation: Cited


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A rule set that can be projected."""

    id: str
    name: Text
    scenarios: tuple[RuleScenario, ...]  #: What cuts, one after the other.
    release: Guidelines | Curve | Bands
    citation: Citation  #: Of the release.
    assumption: bool = False  #: Whether a part of the release is a choice made here and no fact.

    @property
    def end(self) -> int | None:
        """Last year for which it is given; none if for all."""
        return self.scenarios[-1].end

    @property
    def missing(self) -> tuple[str, ...]:
        """Parties whose cut is neither known nor assumed."""
        return tuple(party for scenario in self.scenarios for party in scenario.missing)


def _first_of_month(day: date) -> date:
    if day.day != 1:
        raise ValueError("is not the first of a month / no es el primero de un mes")
    return day


FirstOfMonth = Annotated[date, Written(date, _first_of_month)]


@dataclass(frozen=True, slots=True)
class Releases:
    """Releases of Glen Canyon Dam and Hoover Dam taken for a month, kaf; None: the rules set it."""

    month: FirstOfMonth
    powell_release: Annotated[float | None, Written(Decimal, float)]
    hoover_release: Annotated[float | None, Written(Decimal, float)]


@dataclass(frozen=True, slots=True)
class Start:
    """Initial state of the projection."""

    day: FirstOfMonth  #: The first of a month.
    #: `mead`, `powell`: levels on it, feet.
    mead: Amount
    powell: Amount
    nevada: Amount  #: Use of Nevada in the rest of the year, kaf, taken out of Lake Mead.
    citation: Cited
    months: Annotated[tuple[Releases, ...], Key("month")] = ()
    assumption: bool = False  #: Whether a part of it is a choice made here and no fact.

    @property
    def powell_release(self) -> dict[Month, float]:
        """Release of Lake Powell of single months, kaf."""
        releases = ((m.month, m.powell_release) for m in self.months)
        return {(month.year, month.month): kaf for month, kaf in releases if kaf is not None}


@dataclass(frozen=True, slots=True)
class Ground:
    """Citation of a part of the projection, and whether it is an assumption made here."""

    citation: Cited
    assumption: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """All that a projection is reckoned with."""

    mead: Lake
    powell: Lake
    months: MonthlyShares
    depletion_base: Annotated[Amount, Key("base_kaf"), In("depletion")]  #: kaf.
    depletion_share: Annotated[Amount, Key("share"), In("depletion")]  #: Of the natural flow.
    losses: Annotated[Amount, Key("kaf"), In("losses")]  #: Below Hoover Dam, on top of the apportionments, kaf a year.
    #: Consecutive years of the record that stay together where traces are drawn.
    run: Annotated[int, Within(1), Key("years"), In("runs")]
    #: Levels of Lake Mead, feet, for which the chance to be lower is computed.
    levels: Annotated[tuple[Amount, ...], Key("feet"), In("levels")]
    start: Start
    sets: Annotated[Mapping[str, RuleSet], Key("set")]
    depletion_ground: Annotated[Ground, INLINE, In("depletion")]
    losses_ground: Annotated[Ground, INLINE, In("losses")]
    uses_ground: Annotated[Ground, INLINE, In("uses")]
    runs_ground: Annotated[Ground, INLINE, In("runs")]
    levels_ground: Annotated[Ground, INLINE, In("levels")]

    @property
    def _grounds(self) -> dict[str, Ground]:
        keys = ("depletion", "losses", "uses", "runs", "levels")
        return {key: getattr(self, f"{key}_ground") for key in keys}

    @property
    def citations(self) -> dict[str, Citation]:
        """Citations of depletion, losses, uses, runs, levels."""
        return {key: ground.citation for key, ground in self._grounds.items()}

    @property
    def assumed(self) -> frozenset[str]:
        """Select those of them, and of start, that are assumptions made here."""
        parts: dict[str, Ground | Start] = {**self._grounds, "start": self.start}
        return frozenset(key for key, part in parts.items() if part.assumption)

    @property
    def mead_outflow(self) -> dict[Month, float]:
        """Outflow of Lake Mead of single months, kaf: the release of Hoover Dam and what Nevada takes."""
        nevada, releases = self.start.nevada, ((m.month, m.hoover_release) for m in self.start.months)
        shares = self.months.mead_outflow
        return {
            (month.year, month.month): kaf + nevada * shares[month.month - 1]
            for month, kaf in releases
            if kaf is not None
        }
