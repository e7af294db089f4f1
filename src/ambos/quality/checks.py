"""Run all checks in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from ambos.catalog import Catalog
from ambos.model import Event, Finding
from ambos.model.codes import TOTAL
from ambos.periods import MONTHS_IN
from ambos.quality import (
    annual,
    arrival,
    compiled,
    contradictions,
    coverage,
    labels,
    records,
    related,
    shifts,
    steps,
    waits,
)
from ambos.quality.context import Context
from ambos.quality.definitions import SEVERITIES, Check, load_checks

if TYPE_CHECKING:
    from ambos.asked import Asked

#: Each check of ``checks.toml`` with its function.
CHECKS: Mapping[str, Callable[[Context, Check], Iterator[Finding]]] = {
    "ratio_drift": related.ratio_drift,
    "fixed_factor": related.fixed_factor,
    "duplicate_key": records.duplicate_key,
    "impossible": contradictions.impossible,
    "structural_zero": contradictions.structural_zero,
    "level_shift": shifts.level_shift,
    "collapse": shifts.collapse,
    "annual_jump": annual.annual_jump,
    "year_and_months": annual.year_and_months,
    "parts_and_total": annual.parts_and_total,
    "two_sources": annual.two_sources,
    "parts_elsewhere": compiled.parts_elsewhere,
    "repeated_survey": compiled.repeated_survey,
    "out_of_line": steps.out_of_line,
    "ledger_open": steps.ledger_open,
    "arrival": arrival.newest,
    "absent_month": coverage.absent_month,
    "year_basis": coverage.year_basis,
    "northbound_only": labels.northbound_only,
    "revised": records.revised,
}
#: Those of wait times, which share one reading of the region's rows.
WAIT_CHECKS: Mapping[str, Callable[[Context, Check, pl.DataFrame], Iterator[Finding]]] = {
    "waits_unreported": waits.unreported,
    "waits_never": waits.never_reported,
    "waits_rounded": waits.rounded,
    "waits_out_of_line": waits.out_of_line,
    "waits_frozen": waits.frozen,
    "waits_impossible": waits.impossible_wait,
    "waits_clock": waits.wrong_clock,
    "waits_not_polled": waits.not_polled,
}


def run(
    tables: Mapping[str, Asked],
    catalog: Catalog,
    checks: Mapping[str, Check] | None = None,
    frame: Callable[[Asked], pl.DataFrame] = lambda table: table.to_polars(),
) -> list[Finding]:
    """Run every check for which there is data.

    Parameters
    ----------
    tables : mapping of str to Asked
        The latest view of each dataset held, by its id; ``vintages:<dataset>`` with the rows of all vintages and
        ``quarantine`` with the rows set aside where there are any.
    catalog : Catalog
    checks : mapping of str to Check, optional
        Default: the packaged table of checks.
    frame : callable, optional
        Runs an Ibis expression; a store's own way is faster than Ibis's.

    Returns
    -------
    list of Finding
        The weightiest first, then in the order of the table of checks, then the largest first; no two of one id.
    """
    checks = checks or load_checks()
    context = Context(tables, catalog, frame)
    findings: list[Finding] = []
    for name, function in CHECKS.items():
        findings += function(context, checks[name])
    rows = waits.own_waits(context)
    if rows.height:
        for name, wait_function in WAIT_CHECKS.items():
            findings += wait_function(context, checks[name], rows)
    explained = [explain(f, checks[f.check], catalog) for f in findings]
    order = [*CHECKS, *WAIT_CHECKS]
    ranked = sorted(explained, key=lambda f: (SEVERITIES.index(f.severity), order.index(f.check), -f.size, f.id))
    return list(_with_own_ids(ranked))


def _with_own_ids(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Add the last period to the id of a finding that begins in the same place, item and period as one before it."""
    known: set[str] = set()
    for one in findings:
        named = replace(one, id=f"{one.id}.{one.end:%Y-%m-%d}") if one.id in known else one
        known.add(named.id)
        yield named


def explain(finding: Finding, check: Check, catalog: Catalog) -> Finding:
    """Name the events that explain a finding; it then weighs less.

    An event explains a finding of its dataset, place and items if the finding begins while the event lasts, one month
    either way (of hourly figures one day), or if the event covers half of the finding. The check says whether events
    of named places can explain it, or only those that touch everywhere.
    """
    if not check.explained_by:
        return finding
    events = tuple(
        e.id
        for e in catalog.events.values()
        if (check.explained_by == "any" or not e.places) and _explains(e, finding, check, catalog)
    )
    if not events:
        return finding
    lighter = SEVERITIES[min(SEVERITIES.index(finding.severity) + 1, len(SEVERITIES) - 1)]
    return replace(finding, events=events, severity=lighter)


def _explains(event: Event, finding: Finding, check: Check, catalog: Catalog) -> bool:
    if event.datasets and finding.dataset not in event.datasets:
        return False
    if event.items and not all(set(_parts(item, check)) & set(event.items) for item in finding.item.split("+")):
        return False
    if event.places and not any(_related(place, finding.place, catalog) for place in event.places):
        return False
    coarse = catalog.datasets[finding.dataset].frequency in MONTHS_IN
    slack = timedelta(days=31 if coarse else 1)
    if event.start - slack <= finding.start <= event.end + slack:
        return True
    end = finding.end + (slack if coarse else timedelta())  # a month's date is its first day
    covered = min(event.end, end) - max(event.start, finding.start)
    return covered * 2 >= end - finding.start


def _parts(item: str, check: Check) -> list[str]:
    """The measures that an item of a finding is the sum of; else the codes that it is made of."""
    parts: list[str] = check.settings.get("sums", {}).get(item, {}).get("parts", item.split("/"))
    return parts


def _related(one: str, other: str, catalog: Catalog) -> bool:
    """Return True if two places are the same or one contains the other; an event of one place explains no total."""
    return other != TOTAL and (one in _upwards(other, catalog) or other in _upwards(one, catalog))


def _upwards(place: str, catalog: Catalog) -> list[str]:
    """List a place and all places that contain it."""
    chain = []
    known = catalog.places.get(place)
    while known:
        chain.append(known.id)
        known = catalog.places.get(known.parent or "")
    return chain
