"""Layout of text in a chart: widths, ticks, and labels kept apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

# Advance widths of the packaged font in em, by groups of letters; the rest are as wide as an "n".
_WIDTHS = {
    **dict.fromkeys("iljI.,:;'|!()[] ·’‘íì", 0.27),
    **dict.fromkeys("ftr-–/“”«»J", 0.36),
    **dict.fromkeys("mwMW%—@½", 0.84),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZÁÉÍÓÚÑ&", 0.62),
}


def text_width(text: str, size: float) -> float:
    """The width of a text in pixels, within some percent, on the wide side."""
    return size * 1.03 * sum(_WIDTHS.get(letter, 0.53) for letter in text)


def wrap(text: str, size: float, room: float) -> list[str]:
    """A text in lines no wider than `room` where its words allow it."""
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """About `count` round values that span the range from `low` to `high`."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def tick_decimals(values: Sequence[float]) -> int:
    """The decimals that ticks need to be told apart."""
    return next((d for d in range(4) if all(abs(v - round(v, d)) < 1e-9 for v in values)), 4)


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels as little as needed so that they do not touch.

    Parameters
    ----------
    wanted : sequence of float
        Where the middle of each label should be, in pixels.
    sizes : sequence of float
        How much room each takes.
    low, high : float
        Between which they must stay, if there is room for all; else they run on below `high`.

    Returns
    -------
    list of float
        The middles, in the order given.
    """
    # labels that would touch are joined into blocks, each of which stands where its labels want it on average
    blocks: list[tuple[list[int], float]] = []  # members from top to bottom, top edge
    for label in sorted(range(len(wanted)), key=lambda i: wanted[i]):
        members = [label]
        while True:
            room = sum(sizes[i] for i in members)
            offsets = list(itertools.accumulate((sizes[i] for i in members), initial=0.0))
            edges = [wanted[i] - offsets[n] - sizes[i] / 2 for n, i in enumerate(members)]
            top = max(low, min(sum(edges) / len(edges), high - room))
            if not blocks or blocks[-1][1] + sum(sizes[i] for i in blocks[-1][0]) <= top + 1e-9:
                break
            members = blocks.pop()[0] + members
        blocks.append((members, top))
    places = [0.0] * len(wanted)
    for members, top in blocks:
        for i in members:
            places[i] = top + sizes[i] / 2
            top += sizes[i]
    return places
