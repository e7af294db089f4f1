"""Checks of the definitions: warnings that a series must have."""

from __future__ import annotations

from collections.abc import Iterator

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
        days = context.held(dataset)
        if days is None:
            continue
        yield finding(
            check,
            "all",
            dataset=dataset,
            start=days[0],
            end=days[1],
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
                start=days[0],
                end=days[1],
                size=len(silent),
                severity="high",
                series=listed([Text.same(s.id) for s in silent]),
            )


def _says(series: Series | Indicator, words: Text) -> bool:
    """Return True if title, definition or a warning carries the words, in each language."""
    texts = (series.title, series.definition, *series.warnings)
    return all(any(words[language] in t[language].lower() for t in texts) for language in LANGUAGES)
