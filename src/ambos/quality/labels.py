"""Checks of the definitions: that what must be said beside a figure is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ambos.model import Finding, Indicator, Series
from ambos.numbers import both
from ambos.quality.context import Context, finding, listed
from ambos.quality.definitions import Check
from ambos.text import LANGUAGES, Text


def northbound_only(context: Context, check: Check) -> Iterator[Finding]:
    """Every series of a dataset that knows one direction only says so, in both languages."""
    words = Text.of(check.settings["words"])
    for dataset in check.settings["datasets"]:
        if dataset not in context.tables:
            continue
        held = context.catalog.datasets[dataset]
        series = [s for s in context.catalog.series.values() if isinstance(s, Series) and s.dataset == dataset]
        silent = [s for s in series if not _says(s, words)]
        table = context.tables[dataset]
        times = table.aggregate(first=table[held.period].min(), last=table[held.period].max()).to_polars().row(0)
        if times[0] is None:
            continue
        start, end = (t.date() if isinstance(t, datetime) else t for t in times)
        yield finding(
            check,
            "all",
            dataset=dataset,
            start=start,
            end=end,
            size=len(series),
            title=held.title,
            count=both(len(series)),
        )
        if silent:
            yield finding(
                check,
                "silent",
                dataset=dataset,
                item="label",
                start=start,
                end=end,
                size=len(silent),
                severity="high",
                series=listed([Text.same(s.id) for s in silent]),
            )


def _says(series: Series | Indicator, words: Text) -> bool:
    """Whether title, definition or a warning carries the words, in each language."""
    texts = (series.title, series.definition, *series.warnings)
    return all(any(words[language] in t[language].lower() for t in texts) for language in LANGUAGES)
