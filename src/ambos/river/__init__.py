"""The shared water of the Colorado River: what the rules in force say of a level of Lake Mead. Floor 4."""

from ambos.river.rules import Condition, Cut, Distance, condition, distances, in_force, tier_of
from ambos.river.scenarios import crossings, cuts_of, shared_out, total_at
from ambos.river.storage import storage_at
from ambos.river.units import af, hm3

__all__ = [
    "Condition",
    "Cut",
    "Distance",
    "af",
    "condition",
    "crossings",
    "cuts_of",
    "distances",
    "hm3",
    "in_force",
    "shared_out",
    "storage_at",
    "tier_of",
    "total_at",
]
