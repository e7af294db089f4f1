"""Numbers as people read them: the same in prose, tables and charts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ambos.briefing import formats
from ambos.numbers import MISSING, number, signed
from ambos.text import LANGUAGES


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (0.5, 0, "1"),  # halves away from zero, not to the even digit
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (1077.125, 2, "1,077.13"),
        (2.675, 2, "2.68"),  # as it is written, not as the nearest binary fraction (2.67499…)
        (Decimal("9404110.45"), 1, "9,404,110.5"),
        (-0.04, 1, "0.0"),  # what rounds to 0 has no sign
        (None, 1, MISSING),
        (float("nan"), 1, MISSING),
        (10**15 + 1, 0, "1,000,000,000,000,001"),
    ],
)
def test_a_number(value: float | Decimal | None, decimals: int, shown: str) -> None:
    for language in LANGUAGES:
        assert number(value, decimals, language) == shown
        assert formats.number(value, language, decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.26, "+0.3"), (0.04, "0.0"), (-0.04, "0.0"), (-0.26, "−0.3"), (0, "0.0"), (None, MISSING)]
)
def test_a_change(value: float | None, shown: str) -> None:
    for language in LANGUAGES:
        assert signed(value, 1, language) == formats.number(value, language, 1, signed=True) == shown
