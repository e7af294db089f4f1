"""List the terms of agreements and decisions for a year beside the tables of levels, with standing and day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from ambos.catalog import Catalog
from ambos.model.answer import Named, Table, data_table
from ambos.model.river import Instrument, River
from ambos.numbers import day
from ambos.text import Text


def of_year(river: River, year: int, as_of: date | None = None) -> tuple[Instrument, ...]:
    """The instruments of a year, with the terms that were known on a day.

    Parameters
    ----------
    river : River
    year : int
        Calendar year.
    as_of : date, optional
        All that is known if not given.
    """
    held = [i for i in river.instruments.values() if i.holds_in(year)]
    if as_of is None:
        return tuple(held)
    known = [replace(i, known=min(i.known, as_of), terms=tuple(t for t in i.terms if t.day <= as_of)) for i in held]
    return tuple(i for i in known if i.terms)


def of_party(river: River, party: str, years: Iterable[int]) -> tuple[Instrument, ...]:
    """Select the instruments in force that change a party's water, beside the tables, in any of the years."""
    years = list(years)
    return tuple(
        i
        for i in river.instruments.values()
        if i.party == party and i.state == "in_force" and any(i.holds_in(year) for year in years)
    )


def notes(instrument: Instrument, catalog: Catalog) -> list[Text]:
    """A line for each term, and one for the source."""
    message = catalog.message
    said = [
        message(
            f"river.instrument.{'section' if term.section else 'term'}",
            name=instrument.name,
            standing=message(f"river.standing.{term.standing}"),
            section=term.section,
            day=Text(day(term.day, "en"), day(term.day, "es")),
            text=term.text,
        )
        for term in instrument.terms
    ]
    return [
        *said,
        message(
            "river.instrument.source",
            name=instrument.name,
            state=message(f"river.state.{instrument.state}"),
            source=instrument.citation.source,
            reliability=message(f"river.reliability.{instrument.citation.reliability}"),
            day=Text(day(instrument.known, "en"), day(instrument.known, "es")),
        ),
    ]


def unknown(instrument: Instrument, catalog: Catalog, as_of: date | None = None) -> list[Text]:
    """The lines of the terms that are not known here, of those looked for by a day."""
    terms = [t for t in instrument.terms if t.standing == "unknown" and (as_of is None or t.day <= as_of)]
    return notes(replace(instrument, terms=tuple(terms)), catalog)[:-1]


def tables(instruments: Iterable[Instrument], catalog: Catalog) -> tuple[Table, Table]:
    """Tabulate instruments, and their terms, for JSON and CSV; `notes` tells people of them."""
    keys = ("instrument", "state", "party", "from", "to", "signed", "known", "source", "reliability")
    rows, terms = [], []
    for i in instruments:
        name = Named(i.id, i.name)
        cited = (i.citation.source, i.citation.reliability)
        rows.append((name, i.state, i.party or None, i.start, i.end, i.signed, i.known, *cited))
        terms += [(i.id, t.standing, t.section or None, t.day, t.text) for t in i.terms]
    of = ("instrument", "standing", "section", "day", "text")
    return (
        data_table("instruments", catalog.message("river.instrument.title"), keys, rows),
        data_table("terms", catalog.message("river.instrument.terms"), of, terms),
    )
