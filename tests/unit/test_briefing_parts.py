"""Numbers, dates and the layout of labels."""

from __future__ import annotations

import itertools
import math
import struct
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ambos.briefing import formats, layout
from ambos.briefing.charts import FONTS
from ambos.text import Text


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (38_261_004_123, 0, False, "38,261,004,123"),
        (Decimal("2.675"), 2, False, "2.68"),
        (2.675, 2, False, "2.68"),  # as written, not as the float nearest to it
        (0.5, 0, False, "1"),
        (-3.14, 1, True, "−3.1"),
        (3.14, 1, True, "+3.1"),
        (-0.04, 1, True, "0.0"),
        (None, 1, True, "–"),
        (math.nan, 1, False, "–"),
        (Decimal("123456789012345678901.5"), 1, False, "123,456,789,012,345,678,901.5"),
    ],
)
def test_numbers_are_written_alike_in_both_countries(
    value: float | Decimal | None, decimals: int, signed: bool, text: str
) -> None:
    # Mexico writes numbers as the United States do: point for decimals, comma for thousands (NOM-008-SCFI)
    assert formats.number(value, "en", decimals, signed) == text
    assert formats.number(value, "es", decimals, signed) == text


def test_dates_and_periods_are_written_in_each_language() -> None:
    when = date(2024, 3, 5)
    assert formats.day(when, "en") == "March 5, 2024"
    assert formats.day(when, "es") == "5 de marzo de 2024"
    assert [formats.period(when, "es", p) for p in ("A", "Q", "M", "D")] == [
        "2024",
        "T1 2024",
        "mar 2024",
        "5 mar 2024",
    ]
    assert [formats.iso_period(when, p) for p in ("A", "Q", "M", "D")] == ["2024", "2024-Q1", "2024-03", "2024-03-05"]
    assert formats.period("2026-01/2026-03", "en", "M") == "January 2026 – March 2026"
    assert [formats.weekday(d, "es", "abbreviated") for d in (1, 7)] == ["lun", "dom"]


def test_an_axis_is_in_thousands_or_millions_by_its_largest_value() -> None:
    assert [formats.scale_for([v]) for v in (9_999, 10_000, 1_999_999, 2_000_000, 3e9)] == [
        1,
        10**3,
        10**3,
        10**6,
        10**9,
    ]
    assert formats.scale_for([None]) == 1
    assert formats.scale_for([3e9], "es") == 10**6  # Spanish counts in millions
    assert formats.scaled(10**18 + 1, 10**9) == Decimal("1000000000.000000001")
    words = {"brief.page.scale_1000000": Text("million {unit}", "millones de {unit}")}
    assert formats.unit_name(Text("dollars", "dólares"), 10**6, words).es == "millones de dólares"


def advances() -> dict[str, float]:
    """The widths of the packaged font in em, read from its own tables."""
    data = (FONTS / "AmbosSans-SemiBold.ttf").read_bytes()
    count = struct.unpack(">H", data[4:6])[0]
    tables = {}
    for i in range(count):
        tag, _, offset, _ = struct.unpack(">4sIII", data[12 + 16 * i : 28 + 16 * i])
        tables[tag.decode()] = offset
    em = struct.unpack(">H", data[tables["head"] + 18 : tables["head"] + 20])[0]
    metrics = struct.unpack(">H", data[tables["hhea"] + 34 : tables["hhea"] + 36])[0]
    start = tables["cmap"]
    for i in range(struct.unpack(">H", data[start + 2 : start + 4])[0]):
        _, _, offset = struct.unpack(">HHI", data[start + 4 + 8 * i : start + 12 + 8 * i])
        if struct.unpack(">H", data[start + offset : start + offset + 2])[0] == 4:
            sub = start + offset
    n = struct.unpack(">H", data[sub + 6 : sub + 8])[0]
    ends, starts, deltas, ranges = (
        struct.unpack(f">{n // 2}H", data[at : at + n])
        for at in (sub + 14, sub + 16 + n, sub + 16 + 2 * n, sub + 16 + 3 * n)
    )
    widths = {}
    for i, (last, first, delta, offset) in enumerate(zip(ends, starts, deltas, ranges, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = (code + delta) % 65536
            if offset:
                at = sub + 16 + 3 * n + 2 * i + offset + 2 * (code - first)
                glyph = struct.unpack(">H", data[at : at + 2])[0]
            at = tables["hmtx"] + 4 * min(glyph, metrics - 1)
            widths[chr(code)] = struct.unpack(">H", data[at : at + 2])[0] / em
    return widths


def test_text_width_is_that_of_the_font() -> None:
    widths = advances()
    for text in (
        "Nogales 45.1",
        "Instrumentos ópticos, médicos y de precisión",
        "Restrictions on non-essential travel",
        "Electrical machinery and electronics",
        "38,261,004,123",
        "San Luis Río Colorado",
    ):
        true = 12 * sum(widths[letter] for letter in text)
        assert true <= layout.text_width(text, 12) <= 1.15 * true, text
    assert len({widths[digit] for digit in "0123456789"}) == 1  # tabular figures


def test_the_font_has_every_letter_of_both_languages() -> None:
    letters = "ABCXYZabcxyzÁÉÍÓÚÜÑáéíóúüñ¿¡«»“”‘’–—…·%$€°²³₀₂≥≤≈−+×¢ªº"
    assert not set(letters) - set(advances())


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_labels_are_kept_apart_and_in_order(wanted: list[float]) -> None:
    sizes = [17.0] * len(wanted)
    places = layout.spread(wanted, sizes, 0, 300)
    assert all(8.4 <= p <= 291.6 for p in places)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    gaps = [places[b] - places[a] for a, b in itertools.pairwise(order)]
    assert all(gap >= 17 - 1e-6 for gap in gaps)


def test_labels_with_room_stay_where_they_want() -> None:
    assert layout.spread([100, 50, 10], [17, 17, 17], 0, 200) == [100, 50, 10]
    assert layout.spread([100, 100], [20, 10], 0, 200) == [92.5, 107.5]


@given(st.floats(-1e12, 1e12), st.floats(1e-3, 1e12), st.integers(2, 8))
def test_ticks_span_the_values(low: float, size: float, count: int) -> None:
    high = low + size
    ticks = layout.ticks(low, high, count)
    assert ticks[0] <= low + abs(low) * 1e-6 + size * 1e-6
    assert ticks[-1] >= high - abs(high) * 1e-6 - size * 1e-6
    assert 2 <= len(ticks) <= 2 * count + 3


def test_wrapping_keeps_words_whole() -> None:
    assert layout.wrap("Máquinas y material eléctrico", 12, 90) == ["Máquinas y", "material", "eléctrico"]
    assert layout.wrap("Sonoyta", 12, 5) == ["Sonoyta"]
