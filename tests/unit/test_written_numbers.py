"""Numbers as people read them: the same in prose, tables and charts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ambos.briefing import formats
from ambos.numbers import MISSING, number, period, signed
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


@pytest.mark.parametrize(
    ("label", "en", "es"),
    [
        ("2026-06-30T08", "June 30, 2026, 08:00", "30 de junio de 2026, 08:00"),
        ("2026-06-30", "June 30, 2026", "30 de junio de 2026"),
        ("2026-06", "June 2026", "junio de 2026"),
        ("FY2026", "fiscal year 2026", "año fiscal 2026"),
        ("2026", "2026", "2026"),
        (
            "2026-06-29/2026-06-30",
            "June 29, 2026 – June 30, 2026",
            "29 de junio de 2026 – 30 de junio de 2026",
        ),
    ],
)
def test_a_period(label: str, en: str, es: str) -> None:
    assert (period(label, "en"), period(label, "es")) == (en, es)
