"""Numbers as decimals, exactly as they are written."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

#: A number as statistical programs write it; ``5e+05`` stands among the real ones.
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,24})?(?:e[+-]\d{1,2})?")
#: No figure that is read as a decimal is so large.
_LARGEST = Decimal(10) ** 12


def decimal_of(text: str) -> Decimal | None:
    """A number, exactly as it is written."""
    number = Decimal(text) if _NUMBER.fullmatch(text) and text.isascii() else None
    return number if number is not None and abs(number) < _LARGEST else None


def rounded(number: Decimal, places: int = 0) -> Decimal:
    """Half away from zero, to so many decimals."""
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
