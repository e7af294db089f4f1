"""Between the mass and the share of a gas in the air, at the reference conditions of both countries: 25 °C and 1 atm."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from ambos.air.rounding import half_up

#: Molar masses, g/mol (standard atomic weights, abridged: O 15.999, C 12.011, N 14.007, S 32.06).
MOLAR_MASS: Final[Mapping[str, Fraction]] = {
    "o3": Fraction("47.997"),
    "co": Fraction("28.010"),
    "no2": Fraction("46.005"),
    "so2": Fraction("64.058"),
}
#: Litres of a mole of an ideal gas at 298.15 K and 101,325 Pa: R T / P with R = 8.31446261815324 J/(mol K), about 24.465.
MOLAR_VOLUME: Final = Fraction("8.31446261815324") * Fraction("298.15") / 101325 * 1000
#: Decimals of a ppb that are kept, as of readings.
_DECIMALS = 6


def to_share(mass: Decimal | Fraction, gas: str) -> Fraction:
    """µg/m³ as parts per billion, exact.

    Raises
    ------
    KeyError
        If it is no gas of the standards.
    """
    return Fraction(mass) * MOLAR_VOLUME / MOLAR_MASS[gas]


def rounded_share(mass: Decimal, gas: str) -> Decimal:
    """µg/m³ as parts per billion, to a millionth of one."""
    return half_up(to_share(mass, gas), _DECIMALS)
