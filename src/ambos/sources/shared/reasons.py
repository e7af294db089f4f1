"""Reasons for which a row is set aside."""

from __future__ import annotations

from ambos.text import Text

#: By code.
REASONS: dict[str, Text] = {
    "unknown_code": Text("unknown code", "clave desconocida"),
    "bad_value": Text("unreadable value", "valor ilegible"),
    "duplicate": Text("given twice", "repetido"),
    "conflict": Text("given differently", "contradictorio"),
    "implausible": Text("implausible value", "valor inverosímil"),
}
