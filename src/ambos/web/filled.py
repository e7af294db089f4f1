"""What a reader typed into a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

#: Signs that no text of ours has: control characters but tab and line ends, and halves of characters.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: Fields of one form.
MOST_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class Filled:
    """The fields of a form as typed, without what no text has; kept to be shown again."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The value of a field, "" if it is not there."""
        values = self.fields.get(name, ())
        return values[-1] if values else ""

    def line(self, name: str) -> str:
        """The value of a field of one line, without blanks at its ends."""
        return " ".join(self.one(name).split())

    def all(self, name: str) -> Sequence[str]:
        """The values of a field that may be given several times, but empty ones."""
        return [value for value in self.fields.get(name, ()) if value]

    def without(self, *names: str) -> Filled:
        """The other fields."""
        return Filled({name: values for name, values in self.fields.items() if name not in names})


async def _read(request: Request) -> Filled:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    fields: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            text = _UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
            fields.setdefault(_UNFIT.sub("", name), []).append(text)
    return Filled(fields)


#: The form that was sent: ``def save(page: Asked, given: Given)``.
Given = Annotated[Filled, Depends(_read)]
