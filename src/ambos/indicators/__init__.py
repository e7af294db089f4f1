"""From datasets to series and indicators: Ibis expressions over any table of the store. Floor 4.

`figures` is the door; `observe` answers a series, `ratio` an indicator; `change`, `indexed`, `shares`, `to_currency`
and `top_items` work on their answers. Nothing here knows which engine runs the expressions.
"""

from ambos.indicators.derive import change, indexed, ratio, shares, to_currency, top_items
from ambos.indicators.observe import FIGURES, figures, observe
from ambos.indicators.periods import Basis, Grain, held_days

__all__ = [
    "FIGURES",
    "Basis",
    "Grain",
    "change",
    "figures",
    "held_days",
    "indexed",
    "observe",
    "ratio",
    "shares",
    "to_currency",
    "top_items",
]
