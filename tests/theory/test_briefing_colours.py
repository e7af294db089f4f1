"""The colours of the dossier can be read and told apart, by colour-blind people too."""

from __future__ import annotations

import itertools

import pytest

from ambos.briefing import palette

# Machado, Oliveira & Fernandes (2009), "A physiologically-based model for simulation of color vision deficiency",
# severity 1.0, on linear RGB
VISION = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# IEC 61966-2-1, linear sRGB to CIE XYZ (D65)
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)


def linear(colour: str) -> list[float]:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]


def times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def lab(rgb: list[float]) -> tuple[float, float, float]:
    xyz = times(TO_XYZ, [min(max(c, 0.0), 1.0) for c in rgb])
    x, y, z = (
        v ** (1 / 3) if (v := c / w) > 216 / 24389 else (24389 / 27 * v + 16) / 116
        for c, w in zip(xyz, WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    light = sorted(times(TO_XYZ, linear(c))[1] for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def distance(one: str, other: str, vision: str) -> float:
    a, b = (lab(times(VISION[vision], linear(c))) for c in (one, other))
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5


@pytest.mark.parametrize("colour", [*palette.SERIES, palette.INK, palette.MUTED, *list(palette.SIDES.values())[:2]])
def test_texts_in_these_colours_can_be_read(colour: str) -> None:
    assert contrast(colour, palette.PAPER) >= 4.5
    assert contrast(palette.DARK[colour], palette.DARK[palette.PAPER]) >= 4.5


@pytest.mark.parametrize("vision", VISION)
def test_lines_can_be_told_apart(vision: str) -> None:
    for one, other in itertools.combinations(palette.SERIES, 2):
        assert distance(one, other, vision) >= 12, (one, other)
        assert distance(palette.DARK[one], palette.DARK[other], vision) >= 12, (one, other)


@pytest.mark.parametrize("vision", VISION)
def test_heat_grows_darker_for_everyone(vision: str) -> None:
    lightness = [lab(times(VISION[vision], linear(c)))[0] for c in palette.HEAT]
    assert all(a - b >= 10 for a, b in itertools.pairwise(lightness))


@pytest.mark.parametrize("vision", VISION)
def test_degrees_that_touch_can_be_told_apart(vision: str) -> None:
    for one, other in itertools.pairwise(palette.DEGREES):
        assert distance(one, other, vision) >= 12, (one, other)


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert lab(linear("#ffffff")) == pytest.approx((100, 0, 0), abs=0.02)
    # pure red and pure green of one lightness are hard to tell apart for deuteranopes
    assert distance("#d00000", "#7a7a00", "deuteranopia") < distance("#d00000", "#7a7a00", "normal") / 3
