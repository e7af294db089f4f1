"""The summary of one page: what changed since a day, the numbers of the cover, and a few charts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ambos.briefing import Chart, Section, Summary
from ambos.errors import NoData
from ambos.flows.brief.figures import DossierContext, chart
from ambos.flows.data.vintages import Change, changes_of
from ambos.model import Finding
from ambos.numbers import both, period
from ambos.periods import label, plus_months
from ambos.text import LANGUAGES, Text

#: Maximum number of tables and of findings that the summary names; the rest are counted.
MOST_TABLES, MOST_FINDINGS = 4, 1
_WEIGHTS = ("high", "medium", "low")


def summary(
    context: DossierContext, plan: Mapping[str, Any], sections: Iterable[Section], since: date | None
) -> Summary:
    """Compose the summary.

    Parameters
    ----------
    context : DossierContext
    plan : mapping
        ``brief.toml``.
    sections : iterable of Section
        Already composed; a chart that is in none of them is composed here.
    since : date, optional
        Changes since this day; so many ``months`` before the day of the dossier if not given.
    """
    own = plan["summary"]
    day = since or plus_months(context.today(), -own["months"])
    made = {block.id: block for part in sections for block in part.blocks if isinstance(block, Chart)}
    entries = {b.get("id"): b for part in plan["section"] for b in part.get("block", ())}
    return Summary(
        Text.of(own["title"]),
        day,
        tuple(news(context, day)),
        tuple(_charts(context, own["charts"], made, entries)),
    )


def _charts(
    context: DossierContext, ids: Sequence[str], made: Mapping[str, Chart], entries: Mapping[str, Any]
) -> Iterator[Chart]:
    from ambos.flows.brief.dossier import composed

    for id in ids:
        if id in made:
            yield made[id]
            continue
        try:
            found = (
                composed(context, entries[id], {}) if entries[id]["kind"] == "answer" else [chart(context, entries[id])]
            )
        except NoData:
            continue  # of a day on which nothing of it was known
        yield from (block for block in found if isinstance(block, Chart))


def news(context: DossierContext, since: date) -> Iterator[Text]:
    """Tell which tables have new and revised figures since a day, and which findings touch the new ones.

    Parameters
    ----------
    context : DossierContext
    since : date
    """
    message = context.workspace.catalog.message
    changed = {d: found for d, found in _changed(context, since) if found}
    ranked = sorted(changed.values(), key=lambda found: (max(c.as_of for c in found), sum(c.new for c in found)))[::-1]
    for found in ranked[:MOST_TABLES]:
        dataset, new = found[0].dataset, sum(c.new for c in found)
        revised, last = sum(c.revised for c in found), max(c.last for c in found)
        to = label(last, "D" if dataset.frequency == "H" else dataset.frequency)
        names = {"table": dataset.title, "new": both(new), "revised": both(revised)}
        names["to"] = Text(*(period(to, language) for language in LANGUAGES))
        yield message("brief.news.revised" if revised else "brief.news.new", **names)
    rest = ranked[MOST_TABLES:]
    if rest:
        total = sum(c.new + c.revised for found in rest for c in found)
        yield message("brief.news.more", tables=both(len(rest)), figures=both(total))
    if not ranked:
        yield message("brief.news.nothing")
    touched = [f for f in context.findings if f.dataset in changed and _is_new(context, f, since)]
    if touched:
        worst = sorted(touched, key=lambda f: _WEIGHTS.index(f.severity))[:MOST_FINDINGS]
        yield message("brief.news.findings", count=both(len(touched)), first=worst[0].text)


def _changed(context: DossierContext, since: date) -> Iterator[tuple[str, list[Change]]]:
    until = context.today()
    for dataset in context.workspace.catalog.datasets.values():
        yield dataset.id, [c for c in changes_of(context.workspace, dataset) if since < c.as_of <= until]


def _is_new(context: DossierContext, finding: Finding, since: date) -> bool:
    """Return True if a finding ends after the newest period that was known of its table on a day."""
    dataset = context.workspace.catalog.datasets[finding.dataset]
    known = [c.last for c in changes_of(context.workspace, dataset) if c.as_of <= since]
    return not known or finding.end > max(known)
