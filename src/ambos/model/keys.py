"""Keys of dimensions that stand for no code of a list, and the kinds of places."""

from typing import Literal

#: The key of a total over a dimension, and of a dimension that does not apply. Keys have no nulls.
TOTAL = "_T"
NOT_APPLICABLE = "_Z"
PlaceKind = Literal["country", "state", "port", "crossing", "county", "reservoir", "basin", "municipality", "dam"]
