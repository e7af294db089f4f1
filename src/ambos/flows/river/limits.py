"""Dated limits of Mexico's water, the reduction of a year (acre-feet), and citations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from ambos.catalog import Catalog
from ambos.errors import NoData, NoRule, RuleOfOtherYears
from ambos.flows.workspace import Workspace
from ambos.model.answer import Cell, Named, Table, data_table
from ambos.model.river import Citation, River
from ambos.model.river_mexico import DatedLimit, Mexico
from ambos.numbers import both, day
from ambos.river import Cut, af, condition, in_force
from ambos.text import LANGUAGES, Text


def this_year(workspace: Workspace) -> int:
    """The current year in the region."""
    return workspace.today().year


def limits_of(mexico: Mexico, year: int, names: Iterable[str]) -> tuple[DatedLimit, ...]:
    """Limits, all of which hold in a year.

    Raises
    ------
    NoRule
        If one does not, with its range.
    """
    limits = tuple(mexico.limits[name] for name in names)
    for limit in limits:
        if not limit.holds_in(year):
            said = {"what": limit.name, "day": Text(str(year), f"año {year}"), "reason": held(limit.start, limit.end)}
            if limit.end is None:
                raise NoRule(**said)
            raise RuleOfOtherYears(**said, next=limit.end.year + 1)
    return limits


def held(start: date, end: date | None) -> Text:
    """Write the period in which a limit holds."""
    if end is None:
        return Text(f"it holds from {day(start, 'en')}", f"rige desde el {day(start, 'es')}")
    return Text(
        f"it holds from {day(start, 'en')} to {day(end, 'en')}",
        f"rige del {day(start, 'es')} al {day(end, 'es')}",
    )


def cut_of(river: River, party: str, year: int) -> Cut:
    """The cut of a party in a year, of the level that was projected for it.

    Raises
    ------
    OutsideRule
        If no rule holds in the year.
    NoData
        If no level is held for it.
    """
    in_force(river, year)
    level = river.determinations.get(year)
    if level is None:
        what = Text(
            f"the level of Lake Mead projected for {year}", f"la elevación del lago Mead proyectada para {year}"
        )
        raise NoData(what=what)
    return next(c for c in condition(river, level.projected, year).cuts if c.party.id == party)


def savings(cut: Cut) -> Decimal:
    """Get the savings of a party under the contingency plan (`bwscp`), kaf; 0 in a year without one."""
    return cut.parts.get("bwscp", Decimal(0))


def reduction(cut: Cut) -> int:
    """Get the reduction of deliveries by the rules themselves, less their addition, acre-feet.

    Savings under the contingency plan are Mexico's own account (`Mexico.accounts`) and are not in it.
    """
    return int(af(cut.by_tables - savings(cut) - cut.addition))


def cited(citation: Citation) -> dict[str, Any]:
    """A citation for ``--json``."""
    return {"source": citation.source.record(), "reliability": citation.reliability}


def citation_cells(citation: Citation) -> dict[str, Cell]:
    """A citation as facts of an answer."""
    return {"source": citation.source, "reliability": citation.reliability}


def rule_note(limit: DatedLimit, m3: Decimal, catalog: Catalog) -> Text:
    """Write a limit with its range and citation, in a line; `m3`: cubic metres per acre-foot."""
    unit = catalog.message(f"river.limit.{limit.unit}")
    gap = "" if limit.unit == "percent" else " "
    value = (
        af_text(limit.value, m3)
        if limit.unit == "af"
        else Text(*(f"{int(limit.value):,}{gap}{unit[k]}" for k in LANGUAGES))
    )
    return catalog.message(
        "river.limit.rule",
        name=limit.name,
        value=value,
        range=_range(limit.start, limit.end),
        source=limit.citation.source,
        reliability=catalog.message(f"river.reliability.{limit.citation.reliability}"),
    )


def source_note(what: Text, citation: Citation, catalog: Catalog) -> Text:
    """Cite a source in a line."""
    reliability = catalog.message(f"river.reliability.{citation.reliability}")
    return Text(*(f"{what[k]}: {citation.source[k]}; {reliability[k]}." for k in LANGUAGES))


def limit_table(limits: Iterable[DatedLimit], catalog: Catalog) -> Table:
    """Tabulate limits with their ranges and citations, for JSON and CSV; notes name them to people."""
    keys = ("rule", "value", "unit", "from", "to", "source", "reliability")
    rows = (
        (Named(x.id, x.name), x.value, x.unit, x.start, x.end, x.citation.source, x.citation.reliability)
        for x in limits
    )
    return data_table("rules", catalog.message("river.limit.title"), keys, rows)


def _range(start: date, end: date | None) -> Text:
    if end is None:
        return Text(f"since {day(start, 'en')}", f"desde el {day(start, 'es')}")
    return Text(f"from {day(start, 'en')} to {day(end, 'en')}", f"del {day(start, 'es')} al {day(end, 'es')}")


def af_text(volume: Decimal | int, m3: Decimal) -> Text:
    """Write a volume of acre-feet: "67,405 acre-feet (83.1 hm³)", "83.1 hm³ (67,405 acres-pie)"."""
    customary, metric = both(volume), both(hm3_of(Decimal(volume), m3), 1)
    return Text(f"{customary.en} acre-feet ({metric.en} hm³)", f"{metric.es} hm³ ({customary.es} acres-pie)")


def hm3_of(volume: Decimal, m3: Decimal) -> Decimal:
    """Cubic hectometres of acre-feet."""
    return volume * m3 / 1_000_000
