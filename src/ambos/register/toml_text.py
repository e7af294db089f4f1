"""Write records as TOML that a person can read and change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ambos.register.rows import Kept

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_ESCAPED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def toml_text(records: Iterable[Kept]) -> str:
    """Write records as tables ``[kind.id]``; an array has an item a line.

    Parameters
    ----------
    records : iterable of (str, str, mapping)
        Kind, id and body of each.
    """
    return "\n".join(_table(kind, id, body) for kind, id, body in records)


def _table(kind: str, id: str, body: Mapping[str, Any]) -> str:
    lines = [f"[{_key(kind)}.{_key(id)}]"]
    for key, value in body.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{_key(key)} = [", *(f"  {_value(one)}," for one in value), "]"]
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    return "\n".join([*lines, ""])


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _string(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_value(one)}" for key, one in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return f"[{', '.join(map(_value, value))}]"


def _string(text: str) -> str:
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_sign, text)) + '"'


def _sign(sign: str) -> str:
    if sign in _ESCAPED:
        return _ESCAPED[sign]
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08X}"
