"""The shared water of the Colorado River: what the rules in force say of a level of Lake Mead. Floor 4."""

from ambos.river.rules import Condition, Cut, Distance, condition, decided_for, distances, in_force, tier_of
from ambos.river.scenarios import assuming, crossings, cuts_of, shared_at, shared_out, total_at
from ambos.river.storage import storage_at
from ambos.river.units import af, hm3, metres

__all__ = [
    "Condition",
    "Cut",
    "Distance",
    "af",
    "assuming",
    "condition",
    "crossings",
    "cuts_of",
    "decided_for",
    "distances",
    "hm3",
    "in_force",
    "metres",
    "shared_at",
    "shared_out",
    "storage_at",
    "tier_of",
    "total_at",
]
