"""Days typed at the command line: year first everywhere, day first in Spanish as it is written in Mexico."""

from __future__ import annotations

from datetime import date

import click
import pytest

from ambos.cli.kinds import Period


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("14/07/2023", date(2023, 7, 14), date(2023, 7, 14)),
        ("5/6/2024", date(2024, 6, 5), date(2024, 6, 5)),
        ("02/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-07", date(2023, 7, 1), date(2023, 7, 31)),
    ],
)
def test_spanish_takes_the_day_first(typed: str, first: date, last: date) -> None:
    assert Period("es", last=False).convert(typed, None, None) == first
    assert Period("es", last=True).convert(typed, None, None) == last


@pytest.mark.parametrize("typed", ["31/02/2024", "14/07/23", "07/14/2023", "1/2/3/2024", "٣/07/2023"])
def test_what_is_no_day_is_refused_as_typed(typed: str) -> None:
    with pytest.raises(click.BadParameter, match="no es una fecha; escriba") as caught:
        Period("es", last=False).convert(typed, None, None)
    assert typed in caught.value.message


def test_english_refuses_what_is_read_in_two_ways() -> None:
    with pytest.raises(click.BadParameter, match="'05/06/2024' is read in two ways; write year, month and day"):
        Period("en", last=False).convert("05/06/2024", None, None)
