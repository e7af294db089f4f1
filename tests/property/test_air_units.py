"""Units of the air go there and back, and hold to what is known of them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.air.index import convert
from ambos.air.units import MOLAR_MASS, MOLAR_VOLUME, rounded_share, to_share

amounts = st.integers(0, 10**12).map(lambda n: Decimal(n) / 10**6)
gases = st.sampled_from(sorted(MOLAR_MASS))


@given(amounts, amounts, gases)
def test_more_mass_is_a_greater_share(one: Decimal, other: Decimal, gas: str) -> None:
    assert (to_share(one, gas) < to_share(other, gas)) == (one < other)
    assert abs(Fraction(rounded_share(one, gas)) - to_share(one, gas)) <= Fraction(1, 2 * 10**6)


@given(amounts)
def test_ppm_and_ppb_go_there_and_back(amount: Decimal) -> None:
    assert convert(convert(amount, "ppm", "ppb"), "ppb", "ppm") == amount
    assert convert(convert(amount, "ppb", "ppm"), "ppm", "ppb") == amount


def test_conversions_of_gases_are_the_usual_factors() -> None:
    """A mole of an ideal gas fills 24.465 L at 25 °C and 1 atm; the usual factors 1.96, 1.145, 1.88, 2.62."""
    assert float(MOLAR_VOLUME) == pytest.approx(24.465, abs=5e-4)
    factors = {"o3": 1.96, "co": 1.145, "no2": 1.88, "so2": 2.62}
    for gas, factor in factors.items():
        assert float(1 / to_share(Decimal(1), gas)) == pytest.approx(factor, abs=0.005)
