"""Events as canonical JSON, each bound to the one before by SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

#: What the first event names as the hash before it.
START = "0" * 64
#: Columns of an event that its hash covers, with the hash of the event before.
COVERED = ("seq", "at", "office", "side", "what", "kind", "id", "changes", "state", "why", "previous")
_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def canonical(value: Any) -> str:
    """Write a value as JSON in one way only: keys sorted, no white space, no escapes that are not needed."""
    return _dump(value)


def sha256(text: str) -> str:
    """Hash a text as UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def event_hash(event: Mapping[str, Any]) -> str:
    """Hash an event; `changes` and `state` are its canonical JSON as stored."""
    return sha256(canonical([event[column] for column in COVERED]))


def stamp(at: datetime) -> str:
    """Write an instant of UTC so that labels sort as instants do."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(label: str) -> datetime:
    """Read what `stamp` wrote."""
    return datetime.fromisoformat(label)
