"""A treatment plant that parties share: flow against allocation, load, and what becomes of it if one keeps water back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from ambos.errors import bad_request
from ambos.model.river_works import Plant

#: Units of flow: million US gallons a day, litres a second, hm³ a year, acre-feet a year.
Unit = Literal["mgd", "l/s", "hm3/yr", "af/yr"]
UNITS: tuple[Unit, ...] = get_args(Unit)
_ZERO = Decimal(0)
_SECONDS = 24 * 60 * 60
_MILLION = Decimal(1_000_000)
_THOUSAND = Decimal(1_000)


@dataclass(frozen=True, slots=True)
class PlantShare:
    """The part of a party."""

    party: str
    flow: Decimal  #: Million US gallons a day.
    allocation: Decimal  #: The same.
    share: Decimal | None  #: Of the whole flow, 0 to 1; none if nothing flows.
    load: Decimal | None  #: Kilograms a day; none without a concentration.

    @property
    def used(self) -> Decimal:
        """The flow as a share of the allocation, 0 and more."""
        return self.flow / self.allocation

    @property
    def over(self) -> Decimal:
        """The flow beyond the allocation; negative: what is left of it. Million US gallons a day."""
        return self.flow - self.allocation


def one_mgd(plant: Plant, unit: Unit, m3: Decimal) -> Decimal:
    """A million US gallons a day in a unit of flow.

    Parameters
    ----------
    plant : Plant
        Litres in a gallon and days in a year are of its definitions.
    unit : Unit
    m3 : Decimal
        Cubic metres per acre-foot (`River.m3`).
    """
    yearly = plant.liters * _MILLION / _THOUSAND * plant.days  # m³
    return {
        "mgd": Decimal(1),
        "l/s": plant.liters * _MILLION / _SECONDS,
        "hm3/yr": yearly / _MILLION,
        "af/yr": yearly / m3,
    }[unit]


def load(plant: Plant, flow: Decimal, concentration: Decimal) -> Decimal:
    """Kilograms a day in a flow.

    Parameters
    ----------
    plant : Plant
    flow : Decimal
        Million US gallons a day.
    concentration : Decimal
        Milligrams per litre.
    """
    return flow * plant.liters * concentration  # 10⁶ gal × l/gal × mg/l = kg


def shares(plant: Plant, flows: Mapping[str, Decimal], concentration: Decimal | None = None) -> tuple[PlantShare, ...]:
    """Hold flows against allocations.

    Parameters
    ----------
    plant : Plant
    flows : mapping of str to Decimal
        Of each party, million US gallons a day.
    concentration : Decimal, optional
        Milligrams per litre, the same in all flows.

    Raises
    ------
    BadRequest
        If a flow or the concentration is negative.
    """
    if any(f < 0 for f in flows.values()) or (concentration is not None and concentration < 0):
        raise bad_request("A flow or a concentration is 0 or more.", "Un caudal o una concentración es 0 o más.")
    whole = sum(flows.values(), _ZERO)
    return tuple(
        PlantShare(
            party,
            flows[party],
            plant.allocations[party],
            flows[party] / whole if whole else None,
            None if concentration is None else load(plant, flows[party], concentration),
        )
        for party in plant.parties
    )


def all_of(parts: Sequence[PlantShare]) -> PlantShare:
    """All parts together, as one whose `party` is empty."""
    flow = sum((s.flow for s in parts), _ZERO)
    loads = [s.load for s in parts if s.load is not None]
    allocation = sum((s.allocation for s in parts), _ZERO)
    return PlantShare("", flow, allocation, Decimal(1) if flow else None, sum(loads, _ZERO) if loads else None)


def retained(plant: Plant, flows: Mapping[str, Decimal], kept: Decimal) -> dict[str, Decimal]:
    """The flows if the party that can keeps some of its water back.

    Parameters
    ----------
    plant : Plant
    flows : mapping of str to Decimal
    kept : Decimal
        Million US gallons a day.

    Raises
    ------
    BadRequest
        If it would keep more than it sends, or less than nothing.
    """
    sent = flows[plant.keeper]
    if not 0 <= kept <= sent:
        name = plant.parties[plant.keeper]
        raise bad_request(
            f"{name.en} sends {sent.normalize():f} mgd and can keep back between 0 and that.",
            f"{name.es} envía {sent.normalize():f} mgd y puede retener entre 0 y esa cantidad.",
        )
    return {party: flow - kept if party == plant.keeper else flow for party, flow in flows.items()}
