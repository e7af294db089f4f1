"""Describe a chart in words and as a table: its text alternative and its automatic notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ambos.briefing import formats
from ambos.briefing.chart_parts import (
    DAYS,
    HOURS,
    cell_of,
    code_of,
    event_labels,
    number_of,
    number_text,
    panels,
    periods,
    scale_of,
    shown_events,
)
from ambos.briefing.chart_time import starts_above_zero
from ambos.briefing.document import Chart, Datum
from ambos.briefing.unit_by_language import chart_in, factor_note
from ambos.text import LANGUAGES, Language, Text

Words = Mapping[str, Text]


def unit(chart: Chart, words: Words) -> Text:
    """The unit in which a chart shows its values."""
    seen = {language: chart_in(chart, language) for language in LANGUAGES}
    return Text(*(formats.unit_name(one.unit.name, scale_of(one, k), words)[k] for k, one in seen.items()))


def _shown(chart: Chart, datum: Datum, language: Language, scale: int) -> str:
    decimals = formats.decimals_for([datum.value], scale, chart.unit.decimals)
    return formats.number(formats.scaled(datum.value, scale), language, decimals)


def alternative(chart: Chart, words: Words, language: Language) -> str:
    """The text alternative: the kind of chart and what it shows, first to last or one by one."""
    say = {
        "line": _courses,
        "multiples": _courses,
        "column": _courses,
        "heat": _peaks,
        "range": _values,
        "bar": _values,
        "parts": _sums,
        "stacks": _newest_stacks,
        "curves": _courses,
    }
    sentences = say[chart.kind](chart_in(chart, language), words, language)
    body = " ".join(sentences)
    text = words[f"brief.page.alt_{chart.kind}"].format(unit=unit(chart, words), body=body)
    return text[language].strip()


def _named(chart: Chart, language: Language, *codes: str) -> str:
    return ", ".join(chart.name(code)[language] for code in codes if code)


def _courses(chart: Chart, words: Words, language: Language) -> list[str]:
    """Describe each line by its first and last value, or by those at its lowest and highest number."""
    curves = chart.kind == "curves"

    def along(datum: Datum) -> str:
        if curves:
            return number_text(number_of(chart, datum), language)
        return formats.period(datum.period, language, chart.frequency)

    scale = scale_of(chart, language)
    sentences = []
    groups: dict[tuple[str, str], list[Datum]] = {}
    for datum in chart.data:
        if datum.value is not None:
            groups.setdefault((code_of(datum, chart.facet), code_of(datum, chart.by)), []).append(datum)
    for codes, data in groups.items():
        data.sort(key=(lambda d: number_of(chart, d)) if curves else (lambda d: str(d.period)))
        first, last = data[0], data[-1]
        values = {"name": _named(chart, language, *codes), "from": along(first), "to": along(last)}
        values |= {"first": _shown(chart, first, language, scale), "last": _shown(chart, last, language, scale)}
        sentences.append(words[f"brief.page.alt_{'curve' if curves else 'course'}"].format(**values)[language])
    return sentences


def _values(chart: Chart, words: Words, language: Language) -> list[str]:
    scale = scale_of(chart, language)
    sentences = []
    for datum in sorted(chart.data, key=lambda d: (d.value is None, -float(d.value or 0))):
        name = chart.name(code_of(datum, chart.by))[language]
        if chart.kind == "range":
            name = f"{name}, {chart.name(datum.series)[language]}"
        missing = words["brief.page.no_data"][language]
        value = missing if datum.value is None else _shown(chart, datum, language, scale)
        sentences.append(words["brief.page.alt_value"].format(name=name, value=value)[language])
    return sentences


def _sums(chart: Chart, words: Words, language: Language) -> list[str]:
    """Describe each bar by its parts."""
    scale = scale_of(chart, language)
    return [
        words["brief.page.alt_parts_of"].format(
            name=chart.name(facet),
            parts=", ".join(
                f"{chart.name(code_of(d, chart.by))[language]} "
                + (words["brief.page.no_data"][language] if d.value is None else _shown(chart, d, language, scale))
                for d in data
            ),
        )[language]
        for facet, data in panels(chart).items()
    ]


def _newest_stacks(chart: Chart, words: Words, language: Language) -> list[str]:
    """Describe each panel by the parts of its newest bar."""
    scale = scale_of(chart, language)
    sentences = []
    for facet, data in panels(chart).items():
        own = [d for d in data if d.value is not None]
        if not own:
            continue
        newest = max(own, key=lambda d: str(d.period)).period
        parts = [
            f"{chart.name(code_of(d, chart.by))[language]} {_shown(chart, d, language, scale)}"
            for d in own
            if d.period == newest
        ]
        values = {
            "name": chart.name(facet)[language] if facet else chart.title[language],
            "period": formats.period(newest, language, chart.frequency),
            "parts": ", ".join(parts),
        }
        sentences.append(words["brief.page.alt_stack"].format(**values)[language])
    return sentences


def _peaks(chart: Chart, words: Words, language: Language) -> list[str]:
    scale = scale_of(chart, language)
    sentences = []
    for facet, data in panels(chart).items():
        known = [d for d in data if d.value is not None]
        if not known:
            continue
        peak = max(known, key=lambda d: float(d.value or 0))
        hour, weekday = cell_of(chart, peak)
        text = words["brief.page.alt_peak"].format(
            name=chart.name(facet or peak.place),
            value=_shown(chart, peak, language, scale),
            weekday=Text(formats.weekday(weekday, "en"), formats.weekday(weekday, "es")),
            hour=f"{hour}:00",
        )
        sentences.append(text[language])
    return sentences


def notes(chart: Chart, words: Words, language: Language) -> list[str]:
    """List the notes on the drawing: hollow marks, gaps, scales, shaded spans."""
    said = []
    statuses = {d.status for d in chart.data}
    over_time = chart.kind in ("line", "multiples", "column", "stacks")
    if chart.kind == "multiples":
        said.append(words["brief.page.own_scale"][language])
    if starts_above_zero(chart):
        said.append(words["brief.page.not_zero"][language])
    if factor := factor_note(chart, words, language):
        said.append(factor)
    if over_time:
        said += _events(chart, words, language)
    if chart.kind == "stacks" and "P" in statuses:
        said.append(words["brief.page.column_P"][language])
    elif chart.kind not in ("heat", "stacks", "curves"):
        said += [words[f"brief.page.mark_{s}"][language] for s in ("P", "E", "F") if s in statuses]
    if _has_gaps(chart) and over_time:
        said.append(words["brief.page.mark_M"][language])
    if chart.seam:
        said.append(words["brief.page.seam"][language])
    breaks = sorted({d.period for d in chart.data if d.status == "B"}, key=str)
    if breaks:
        listed = ", ".join(formats.period(p, language, chart.frequency) for p in breaks)
        said.append(words["brief.page.mark_B"].format(periods=listed)[language])
    return said


def _events(chart: Chart, words: Words, language: Language) -> list[str]:
    """The events that are shaded, with their letters if there are several, and their dates."""
    events = shown_events(chart)
    letters = event_labels(chart, 0, language) if len(events) > 1 else {}
    sentences = []
    for event in events:
        days = [formats.period(day, language, "D") for day in (event.start, event.end)]
        span = days[0] if event.start == event.end else " – ".join(days)
        letter = f"{letters[event.id]}: " if letters else ""
        sentences.append(f"{letter}{event.name[language]} ({span})")
    return [words["brief.page.shaded"].format(events="; ".join(sentences))[language]] if sentences else []


def _has_gaps(chart: Chart) -> bool:
    if any(d.value is None for d in chart.data):
        return True
    groups: dict[tuple[str, str], list[date]] = {}
    for datum in chart.data:
        if isinstance(datum.period, date):
            key = (code_of(datum, chart.facet), code_of(datum, chart.by))
            groups.setdefault(key, []).append(datum.period)
    return any(len(periods(min(times), max(times), chart.frequency)) > len(times) for times in groups.values())


def grid(chart: Chart, words: Words, language: Language) -> tuple[list[str], list[list[str]]]:
    """The data of a chart as a table of texts: the heads of the columns, then the rows (first cell is the row's head).

    Values are whole: not divided as in the drawing.
    """
    chart = chart_in(chart, language)

    def text(datum: Datum | None) -> str:
        if datum is None or datum.value is None:
            return formats.DASH
        mark = {"P": " p", "E": " e", "F": " f", "B": " b"}.get(datum.status, "")
        return formats.number(datum.value, language, chart.unit.decimals) + mark

    if chart.kind == "heat":
        return _heat_grid(chart, words, language)
    cells: dict[tuple[str, str], Datum] = {}
    heads: dict[str, str] = {}
    rows: dict[str, str] = {}
    over_time = chart.kind not in ("bar", "parts", "range", "curves")
    for datum in chart.data:
        facet, by = code_of(datum, chart.facet), code_of(datum, chart.by)
        row, head = (by, chart.name(by)[language]), (f"{facet}|{by}", _named(chart, language, facet, by))
        if chart.kind == "bar":
            head = "", chart.unit.name[language]
        elif chart.kind == "parts":
            row, head = (facet, chart.name(facet)[language]), (by, chart.name(by)[language])
        elif chart.kind == "range":
            head = datum.series, chart.name(datum.series)[language]
        elif chart.kind == "curves":
            number = number_of(chart, datum)
            row = f"{number:09.2f}", number_text(number, language)
        else:
            iso = formats.iso_period(datum.period, chart.frequency)
            row = iso, formats.period(datum.period, language, chart.frequency)
        cells[row[0], head[0]] = datum
        rows |= [row]
        heads |= [head]
    first = chart.across or words[f"brief.page.{'period' if over_time else 'name'}"]
    order = list(rows) if chart.kind in ("bar", "parts", "range") else sorted(rows)
    return [first[language], *heads.values()], [[rows[r], *(text(cells.get((r, h))) for h in heads)] for r in order]


def _heat_grid(chart: Chart, words: Words, language: Language) -> tuple[list[str], list[list[str]]]:
    columns = [words["brief.page.weekday"][language], *(f"{h}:00" for h in range(HOURS))]
    rows = []
    for facet, data in panels(chart).items():
        known = {cell_of(chart, d): d for d in data}
        for weekday in range(1, DAYS + 1):
            name = formats.weekday(weekday, language)
            week = [known.get((hour, weekday)) for hour in range(HOURS)]
            head = f"{chart.name(facet)[language]}, {name}" if facet else name
            rows.append([head, *(formats.number(d.value if d else None, language, chart.unit.decimals) for d in week)])
    return columns, rows
