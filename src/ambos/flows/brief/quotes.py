"""The numbers for the cover: each with what it is, since when, from where, and what not to say with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from ambos.briefing import Quote
from ambos.catalog import MOST_TIMES
from ambos.errors import NoData
from ambos.flows.brief.figures import DossierContext, data_of, is_unconfirmed, names_of
from ambos.flows.data.show import Figures
from ambos.flows.data.touching import Break, broken_between
from ambos.indicators import change
from ambos.numbers import both, number, period, signed
from ambos.periods import days_of
from ambos.text import LANGUAGES, Text

#: A provisional figure is not put into a governor's mouth: the newest figure of one of these is.
SETTLED = ("A", "E", "B")


def quote(context: DossierContext, entry: Mapping[str, Any]) -> Quote:
    """Compose a quotable number.

    Parameters
    ----------
    context : DossierContext
    entry : mapping
        A ``[[quote]]`` of ``brief.toml``: ``id``, ``label``, ``series`` with ``places``, ``items``, ``frequency``, ``start``,
        ``end`` as for `ambos show`; ``scale`` and ``decimals`` of the value shown (``scale_es``, ``decimals_es`` where Spanish has others) and ``unit`` (a text
        after it);
        ``do_not_say``; optional ``definition`` (else the series'), ``period`` (a text, for a range), ``figure``, ``side``,
        ``currency``; ``also``: statuses beside the settled ones that are quoted too (P provisional, F projected), which the
        period then says.

    Raises
    ------
    NoData
        If there is no settled figure.
    """
    catalog = context.workspace.catalog
    shown = context.ask(entry, entry["series"])
    wanted = [*SETTLED, *entry.get("also", ())]
    settled = change(shown.frame).filter(pl.col("value").is_not_null() & pl.col("status").is_in(wanted)).sort("start")
    if settled.is_empty():
        raise NoData(what=entry["series"])
    row = settled.row(-1, named=True)
    scale, decimals = entry.get("scale", 1), entry.get("decimals", 0)
    scales = {"en": scale, "es": entry.get("scale_es", scale)}
    places = {"en": decimals, "es": entry.get("decimals_es", decimals)}
    unit = Text.of(entry["unit"])
    # both languages write 6.3%; English 8.95 billion, Spanish 8,950 millones
    after = Text(*(unit[lang] if unit[lang] == "%" else f" {unit[lang]}" for lang in LANGUAGES))
    shares = {lang: Decimal(str(row["value"])) / Decimal(str(scales[lang])) for lang in LANGUAGES}
    value = Text(*(f"{number(shares[lang], places[lang], lang)}{after[lang]}" for lang in LANGUAGES))
    when = Text.of(entry["period"]) if "period" in entry else Text(*(period(row["period"], lang) for lang in LANGUAGES))
    if row["status"] in ("P", "E", "F"):
        when = catalog.message(f"brief.status.{row['status']}", period=when)
    kept = settled.tail(1).select(shown.frame.columns)
    citation = [catalog.sources[s].citation for s in shown.sources]
    return Quote(
        id=f"{entry['id']}",
        label=Text.of(entry["label"]),
        value=value,
        period=when,
        change=catalog.message("break.unconfirmed")
        if is_unconfirmed(context, shown, settled, row["period"])
        else _change(row, entry, context, shown.breaks),
        definition=Text.of(entry["definition"]) if "definition" in entry else shown.what.definition,
        source=Text(*("; ".join(c[lang] for c in citation) for lang in LANGUAGES)),
        as_of=row["as_of"] or date.min,
        do_not_say=Text.of(entry["do_not_say"]),
        age=context.age([shown]),
        figure=entry.get("figure", ""),
        side=entry.get("side"),
        data=tuple(data_of(Figures(shown.what, kept, shown.sources))),
        names=names_of(context, [shown]),
    )


def _change(
    row: Mapping[str, Any], entry: Mapping[str, Any], context: DossierContext, breaks: Collection[Break]
) -> Text | None:
    """Compare with the year before: in percent, or in percentage points for a percentage."""
    if "period" in entry or row["previous"] is None:
        return None
    if row["unit"] != "percent" and row["change_percent"] is None:
        return None
    before = str(int(row["period"][:4]) - 1) + row["period"][4:]
    spans = days_of(before, None), days_of(row["period"], row["start"])
    if broken_between(breaks, row["place"], row["item"], *spans):
        then = Text(*(period(before, lang) for lang in LANGUAGES))
        return context.workspace.catalog.message("break.not_comparable", before=then)
    names = {"before": Text(*(period(before, lang) for lang in LANGUAGES)), "most": both(MOST_TIMES)}
    if row["unit"] == "percent":
        words, amount = "change.points", row["change"]
    elif row["value"] > MOST_TIMES * row["previous"]:
        words, amount = "change.times_before", None
    else:
        words, amount = "change.percent", row["change_percent"]
    names["amount"] = Text(*(signed(amount, 1, lang) for lang in LANGUAGES))
    return context.workspace.catalog.message(words, **names)
