"""The irrigation district across the border: its water by where it comes from, beside the users of this side."""

from __future__ import annotations

from decimal import Decimal

from ambos.catalog import Catalog
from ambos.catalog.river import load_district
from ambos.flows.river.limits import source_note
from ambos.model.answer import Column, Named, Table
from ambos.model.codes import TOTAL
from ambos.model.river_works import District
from ambos.numbers import both, day
from ambos.text import LANGUAGES, Text


def water(catalog: Catalog, m3: Decimal) -> tuple[tuple[Table, ...], list[Text]]:
    """Tabulate the district's water and say what is known of it; nothing where the region has no such district.

    Parameters
    ----------
    catalog : Catalog
    m3 : Decimal
        Cubic metres per acre-foot (`River.m3`).
    """
    district = load_district(catalog)
    if district is None:
        return (), []
    return (_table(district, m3, catalog),), _notes(district, catalog)


def _table(district: District, m3: Decimal, catalog: Catalog) -> Table:
    message = catalog.message
    columns = (
        Column("water", message("river.district.water")),
        Column("river", message("river.district.river")),
        Column("volume_af", message("river.district.af"), kept=0),
        Column("volume_hm3", message("river.district.hm3"), 1, kept=3),
        Column("share_percent", message("river.cap.share"), 1, kept=3),
    )
    whole = sum((one.hm3 for one in district.waters), Decimal(0))

    def volumes(hm3: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        return hm3 * 1_000_000 / m3, hm3, 100 * hm3 / whole

    rows = tuple((Named(one.id, one.name), one.river, *volumes(one.hm3)) for one in district.waters)
    total = (Named(TOTAL, message("river.head.all")), None, *volumes(whole))
    title = message("river.district.title", name=district.name)
    return Table("district", title, columns, rows, (total,))


def _notes(district: District, catalog: Catalog) -> list[Text]:
    message = catalog.message
    share = both(100 * Decimal(district.state_hectares) / district.hectares, 1)
    return [
        message(
            "river.district.where",
            name=district.name,
            where=district.where,
            hectares=both(district.hectares),
            state=catalog.places[district.state].name,
            state_hectares=both(district.state_hectares),
            share=share,
        ),
        message("river.district.cut", known=district.cut, day=Text(*(day(district.known, k) for k in LANGUAGES))),
        source_note(district.name, district.citation, catalog),
    ]
