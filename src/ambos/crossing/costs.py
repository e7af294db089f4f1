"""Delay in money, and what idling engines burn and emit, from dated rates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ambos.crossing.intervals import Estimate, of_values
from ambos.crossing.kernel.totals import Floats, Totals
from ambos.crossing.summary import HOUR
from ambos.model.costs import HourValue, Idling, Rates
from ambos.model.crossing import Line

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """Delay of a line by one convention, US dollars per replication."""

    line: str
    convention: str
    #: `low`, `high`: at the mean delay, by the range of the rate; equal where the rate is one figure.
    low: Decimal
    high: Decimal
    #: `ci_low`, `ci_high`: the low rate at the lower end of the interval of the delay, the high rate at the upper end.
    ci_low: Decimal | None
    ci_high: Decimal | None
    rate: HourValue


@dataclass(frozen=True, slots=True)
class Burnt:
    """Fuel and emissions of a line's vehicles while they wait, per replication. None where no rate is known."""

    line: str
    fuel_gal: Estimate
    co2_kg: Estimate
    nox_g: Estimate
    pm25_g: Estimate
    rate: Idling
    multiplier: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs of the waits of a run."""

    #: Hours that travellers (vehicles, or pedestrians) stood in line and waited at stations, per replication. Those who
    #: left the line or were still in it at the end count for the time they stood in it.
    delay_hours: dict[str, Estimate]
    money: tuple[Money, ...]  #: One per line and convention that has a rate for it.
    burnt: tuple[Burnt, ...]  #: One per line whose mode has engines with known rates.
    month: int | None  #: Whose air conditioning is reckoned; None for none.


def delay(totals: Totals, line: int) -> Floats:
    """Hours that the travellers of a line waited, by replication.

    Returns
    -------
    (R,) float
        The integrals of the queues over the day: of the line, and at stations, with those still waiting at the end.
    """
    stood = totals.stood(line)
    waited: Floats = (totals.stage_sum + totals.stage_left_sum)[:, line, 1:-1].sum(axis=1)
    hours: Floats = (stood + waited) / HOUR
    return hours


def value_of(line: Line, rates: Rates) -> list[HourValue]:
    """The values of an hour for a line, one per convention: of its class before that of all."""
    chosen: dict[str, HourValue] = {}
    for value in sorted(rates.hours, key=lambda v: v.lane_class != line.lane_class):
        if value.mode == line.mode and value.lane_class in ("", line.lane_class):
            chosen.setdefault(value.convention, value)
    return list(chosen.values())


def persons_of(line: Line, value: HourValue, rates: Rates) -> Decimal | None:
    """By how many a value is multiplied: the persons in a vehicle, or 1; None where the occupancy is not known."""
    if value.per == "vehicle":
        return Decimal(1)
    return next((o.persons for o in rates.occupancy if o.mode == line.mode), None)


def dollars(hours: float, rate: Decimal) -> Decimal:
    """Hours at a rate, to the cent."""
    return (Decimal(str(hours)) * rate).quantize(_CENT, ROUND_HALF_UP)


def cost(totals: Totals, rates: Rates, month: int | None = None) -> Costs:
    """Price the delay of a run.

    Parameters
    ----------
    totals : Totals
    rates : Rates
    month : int, optional
        1 to 12: whose multiplier for air conditioning applies to idling.
    """
    hours = {
        line.id: of_values(delay(totals, at), unknown=totals.unknown[:, at]).not_negative()
        for at, line in enumerate(totals.scenario.lines)
    }
    money, burnt = [], []
    for line in totals.scenario.lines:
        for value in value_of(line, rates):
            persons = persons_of(line, value, rates)
            if persons is not None:
                money.append(_money(line, hours[line.id], value, persons))
        idling = next((i for i in rates.idling if i.mode == line.mode), None)
        if idling:
            burnt.append(_burnt(line, hours[line.id], idling, month))
    return Costs(hours, tuple(money), tuple(burnt), month)


def _money(line: Line, hours: Estimate, value: HourValue, persons: Decimal) -> Money:
    low, high = value.low * persons, value.high * persons
    return Money(
        line.id,
        value.convention,
        dollars(hours.mean or 0.0, low),
        dollars(hours.mean or 0.0, high),
        None if hours.low is None else dollars(hours.low, low),
        None if hours.high is None else dollars(hours.high, high),
        value,
    )


def _burnt(line: Line, hours: Estimate, idling: Idling, month: int | None) -> Burnt:
    multiplier = idling.months[month - 1] if month else 1.0

    def burn(rate: float | None, unit: float = 1.0) -> Estimate:
        return Estimate(None) if rate is None else hours.times(rate * multiplier / unit)

    return Burnt(
        line.id,
        burn(idling.fuel_gal),
        burn(idling.co2_g, 1000.0),
        burn(idling.nox_g),
        burn(idling.pm25_g),
        idling,
        multiplier,
    )


def sum_by_convention(money: Sequence[Money]) -> dict[str, tuple[Decimal, Decimal]]:
    """All lines together: the low and the high figure of each convention."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for entry in money:
        low, high = sums.get(entry.convention, (Decimal(0), Decimal(0)))
        sums[entry.convention] = low + entry.low, high + entry.high
    return sums
