"""Numbers as people read them: the same in prose, tables and charts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from ambos import periods
from ambos.briefing import formats
from ambos.numbers import MISSING, number, period, signed, size
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
def test_a_number_has_one_form_at_every_door(value: float | Decimal | None, decimals: int, shown: str) -> None:
    for language in LANGUAGES:
        assert number(value, decimals, language) == shown
        assert formats.number(value, language, decimals) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.26, "+0.3"), (0.04, "0.0"), (-0.04, "0.0"), (-0.26, "−0.3"), (0, "0.0"), (None, MISSING)]
)
def test_a_change_has_its_sign_at_every_door(value: float | None, shown: str) -> None:
    for language in LANGUAGES:
        assert signed(value, 1, language) == formats.number(value, language, 1, signed=True) == shown


@pytest.mark.parametrize(
    ("label", "en", "es"),
    [
        ("2026-06-30T08:00-07:00", "June 30, 2026, 08:00", "30 de junio de 2026, 08:00"),
        ("2026-06-30", "June 30, 2026", "30 de junio de 2026"),
        ("2026-06", "June 2026", "junio de 2026"),
        ("2026-Q2", "second quarter of 2026", "segundo trimestre de 2026"),
        ("2025-04/2025-12", "April 2025 – December 2025", "abril de 2025 – diciembre de 2025"),
        ("FY2026", "fiscal year 2026", "año fiscal 2026"),
        ("2026", "2026", "2026"),
        (
            "2026-06-29/2026-06-30",
            "June 29, 2026 – June 30, 2026",
            "29 de junio de 2026 – 30 de junio de 2026",
        ),
    ],
)
def test_a_period_is_written_in_words_in_both_languages(label: str, en: str, es: str) -> None:
    assert (period(label, "en"), period(label, "es")) == (en, es)


@pytest.mark.parametrize(
    ("label", "frequency"),
    [
        ("2024", "A"),
        ("FY2020", "A"),
        ("2024-Q2", "Q"),
        ("2024-06", "M"),
        ("2025-04-01", "D"),
        ("2026-06-30T08:00-07:00", "H"),
        ("2025-04/2025-12", "all"),
        ("2022-06-29/2026-06-30", "all"),
    ],
)
def test_a_label_shows_its_frequency(label: str, frequency: str) -> None:
    assert periods.frequency_of(label) == frequency


def test_a_period_has_one_label() -> None:
    day = date(2024, 6, 1)
    assert [periods.label(day, f) for f in ("A", "Q", "M", "D")] == ["2024", "2024-Q2", "2024-06", "2024-06-01"]
    assert periods.label(date(2019, 10, 1), "A", fiscal=True) == "FY2020"
    hour = datetime(2026, 6, 30, 8, tzinfo=ZoneInfo("America/Phoenix"))
    assert periods.label(hour, "H") == "2026-06-30T08:00-07:00"
    assert periods.span(date(2025, 4, 1), date(2025, 12, 31)) == "2025-04/2025-12"
    assert periods.span(date(2025, 4, 1), date(2025, 12, 30)) == "2025-04-01/2025-12-30"


def test_a_number_of_bytes_is_written_in_the_largest_unit_of_which_there_is_one() -> None:
    written = {
        0: "0 bytes",
        1023: "1,023 bytes",
        1024: "1 KiB",
        1536: "1.5 KiB",
        512 * 2**20: "512 MiB",
        2**42: "4,096 GiB",
    }
    assert {count: size(count) for count in written} == written
