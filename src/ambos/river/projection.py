"""Lake Powell and Lake Mead month by month under a rule set, for many traces of natural flow at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from ambos.model.river import River, RuleScenario
from ambos.model.river_outlook import Month, Outlook, RuleSet
from ambos.river import lakes
from ambos.river.lakes import Floats, Tank
from ambos.river.levels import net_cuts
from ambos.river.releases import Ahead, release, tried


@dataclass(frozen=True, slots=True)
class Ledger:
    """Flows and storages, kaf by (calendar year from the first on, trace)."""

    #: `powell_inflow`, `powell_out`, `powell_evaporation`, `side_inflow`, `mead_out`, `mead_evaporation`: out is with
    #: what was spilled. Into Lake Mead flow `powell_out` and `side_inflow`.
    powell_inflow: Floats
    powell_out: Floats
    powell_evaporation: Floats
    side_inflow: Floats
    mead_out: Floats
    mead_evaporation: Floats
    #: What the parties would have taken, losses included; more than `mead_out` only where Lake Mead was empty.
    wanted: Floats
    #: `powell`, `mead`: live storage at the beginning of each year and, in the last row, at the end.
    powell: Floats
    mead: Floats


@dataclass(frozen=True, slots=True)
class Projected:
    """A projection."""

    years: tuple[int, ...]  #: Calendar years whose 1 January is projected.
    #: `mead`, `powell`: levels on 1 January, feet by (year, trace).
    mead: Floats
    powell: Floats
    cut: Floats  #: The whole cut of the year less what is added to deliveries, kaf by (year, trace).
    ledger: Ledger  #: From the year of the start to the one before the last of `years`.


@dataclass(frozen=True, slots=True)
class Model:
    """Constants of the projection."""

    outlook: Outlook
    powell: Tank
    mead: Tank
    cut: Callable[[int, Floats], Floats]
    apportioned: float

    def carry(
        self, powell: Floats, mead: Floats, number: int, inflow: Floats, out: Floats, wanted: Floats
    ) -> tuple[lakes.Moved, lakes.Moved]:
        """Both lakes over a month; `number` is 0 for January."""
        months = self.outlook.months
        upper = lakes.month(self.powell, powell, inflow, out, months.powell_evaporation[number])
        into = upper.out + upper.spill + months.side_inflow[number]
        return upper, lakes.month(self.mead, mead, into, wanted, months.mead_evaporation[number])

    def wanted(self, number: int, cut: Floats) -> Floats:
        """Compute the intended release of Lake Mead in a month under a cut, kaf."""
        return (self.apportioned + self.outlook.losses - cut) * self.outlook.months.mead_outflow[number]

    def ahead(self, rules: RuleSet, month: Month, powell: Floats, mead: Floats, flow: Floats, cut: Floats) -> Ahead:
        """The rest of the water year with the release that a rule tries first."""
        months = self.outlook.months
        now = lakes.level(self.powell, powell)
        january = (now, lakes.level(self.mead, mead))
        left = _rest(month)
        part = sum(months.powell_release[number] for _, number in left)
        first = tried(rules.release, now, part)
        for year, number in left:
            if number == 0 and (year, number) != (month[0], month[1] - 1):
                january = (lakes.level(self.powell, powell), lakes.level(self.mead, mead))
                cut = self.cut(year, january[1])
            out = first * (months.powell_release[number] / part)
            upper, lower = self.carry(
                powell, mead, number, flow * months.powell_inflow[number], out, self.wanted(number, cut)
            )
            powell, mead = upper.storage, lower.storage
        return Ahead(first, part, now, *january, powell, mead)


def project(
    outlook: Outlook,
    river: River,
    rules: RuleSet,
    natural: Floats,
    years: int,
    *,
    day: date,
    mead: float,
    powell: float,
    first_cut: float | None = None,
) -> Projected:
    """Project both lakes.

    Parameters
    ----------
    outlook : Outlook
    river : River
    rules : RuleSet
    natural : array of float
        Natural flow at Lees Ferry, kaf by (trace, water year), from the water year of `day` on; as many water years as
        `water_years` says.
    years : int
        Number of 1 Januaries to project.
    day : date
        The first of a month, where the projection begins.
    mead, powell : float
        Levels on that day, feet.
    first_cut : float, optional
        The cut in the rest of the year of `day`, kaf; by its level on that day if not given.
    """
    traces = len(natural)
    inflow = np.maximum(natural.T * (1 - outlook.depletion_share) - outlook.depletion_base, 0.0)
    fixed_release, fixed_outflow = outlook.start.powell_release, outlook.mead_outflow
    model = Model(
        outlook,
        lakes.tank(outlook.powell),
        lakes.tank(outlook.mead),
        lambda year, feet: net_cuts(_of_year(rules, year), river, feet),
        float(sum(p.apportionment for p in river.parties.values())),
    )
    upper_lake = lakes.storage(model.powell, np.full(traces, powell))
    lower_lake = lakes.storage(model.mead, np.full(traces, mead))
    first_days = _first_days(day, years)
    by_lake: dict[str, list[Floats]] = {name: [] for name in ("mead", "powell", "cut")}
    sums: dict[str, list[Floats]] = {name: [] for name in Ledger.__dataclass_fields__}
    cut = np.full(traces, first_cut) if first_cut is not None else model.cut(day.year, np.full(traces, mead))
    volume, part, first = np.zeros(traces), 1.0, _water_year((day.year, day.month))
    month: Month = (day.year, day.month)
    while True:
        year, number = month[0], month[1] - 1
        if number == 0 or month == (day.year, day.month):
            if year in first_days:
                feet = lakes.level(model.mead, lower_lake)
                cut = model.cut(year, feet)
                for name, values in (("mead", feet), ("powell", lakes.level(model.powell, upper_lake)), ("cut", cut)):
                    by_lake[name].append(values)
            sums["powell"].append(upper_lake)
            sums["mead"].append(lower_lake)
            if year == first_days[-1]:
                break
            for name in sums:
                if name not in ("powell", "mead"):
                    sums[name].append(np.zeros(traces))
        flow = inflow[_water_year(month) - first]
        if month[1] == 10 or month == (day.year, day.month):
            ahead = model.ahead(rules, month, upper_lake, lower_lake, flow, cut)
            volume, part = release(rules.release, ahead, _water_year(month), model.powell, model.mead), ahead.part
        share = outlook.months.powell_release[number]
        out = np.full(traces, fixed_release[month]) if month in fixed_release else volume * (share / part)
        wanted = np.full(traces, fixed_outflow[month]) if month in fixed_outflow else model.wanted(number, cut)
        arrives = flow * outlook.months.powell_inflow[number]
        upper, lower = model.carry(upper_lake, lower_lake, number, arrives, out, wanted)
        upper_lake, lower_lake = upper.storage, lower.storage
        for name, values in (
            ("powell_inflow", arrives),
            ("powell_out", upper.out + upper.spill),
            ("powell_evaporation", upper.evaporation),
            ("side_inflow", np.full(traces, outlook.months.side_inflow[number])),
            ("mead_out", lower.out + lower.spill),
            ("mead_evaporation", lower.evaporation),
            ("wanted", wanted),
        ):
            sums[name][-1] += values
        month = (year, month[1] + 1) if month[1] < 12 else (year + 1, 1)
    ledger = Ledger(**{name: np.array(rows).reshape(-1, traces) for name, rows in sums.items()})
    return Projected(
        first_days, np.array(by_lake["mead"]), np.array(by_lake["powell"]), np.array(by_lake["cut"]), ledger
    )


def water_years(day: date, years: int) -> int:
    """Count the water years that `project` needs."""
    return _first_days(day, years)[-1] - _water_year((day.year, day.month)) + 1


def _first_days(day: date, years: int) -> tuple[int, ...]:
    first = day.year if day.month == 1 else day.year + 1
    return tuple(range(first, first + years))


def _water_year(month: Month) -> int:
    return month[0] + (month[1] >= 10)


def _rest(month: Month) -> list[tuple[int, int]]:
    """(Year, number of the month from 0) of the months that a water year still has."""
    end = _water_year(month) * 12 + 9
    return [divmod(k, 12) for k in range(month[0] * 12 + month[1] - 1, end)]


def _of_year(rules: RuleSet, year: int) -> RuleScenario:
    """The scenario that holds in a year; the nearest one beyond."""
    return next((s for s in rules.scenarios if s.end is None or year <= s.end), rules.scenarios[-1])
