"""The answer of `ambos river outlook` as tables, notes and a record."""

from __future__ import annotations

from typing import Any

from ambos.catalog import Catalog
from ambos.flows.river.limits import cited
from ambos.flows.river.outlook import Outlooks, Told
from ambos.flows.river.scenarios import standing_notes, unread
from ambos.model.river import Citation
from ambos.model.table import TextTable
from ambos.numbers import both, day
from ambos.river.odds import PERCENTILES
from ambos.text import LANGUAGES, Text

#: Of natural flow.
SOURCE = "usbr_natural_flow"
_LIMITS = ("not_forecast", "own_level", "foresight", "side", "outlets", "bands")


def tables(found: Outlooks, catalog: Catalog) -> list[TextTable]:
    """For each rule set or scenario of a file the tiers and the levels; a row per year."""
    return [table for told in found.told for table in (_tiers(found, told, catalog), _levels(found, told, catalog))]


def _tiers(found: Outlooks, told: Told, catalog: Catalog) -> TextTable:
    own = told.projected
    rows = []
    for i, row in enumerate(told.odds):
        cut = () if own is None else (both(float(own.cut[i].mean())),)
        rows.append((Text.same(str(row.year)), *(both(100 * row.share(n), 1) for n in row.tiers), *cut))
    columns = (
        catalog.message("river.outlook.year"),
        *(catalog.message("river.outlook.none") if i == 0 else t.name for i, t in enumerate(found.river.tiers)),
        *(() if own is None else (catalog.message("river.outlook.cut"),)),
    )
    return _table("tiers", found, told, columns, rows, catalog)


def _levels(found: Outlooks, told: Told, catalog: Catalog) -> TextTable:
    rows = [
        (
            Text.same(str(row.year)),
            *(both(x, 1) for x in row.percentiles),
            *(both(100 * row.share(n), 1) for n in row.below),
        )
        for row in told.odds
    ]
    columns = (
        catalog.message("river.outlook.year"),
        *(catalog.message("river.outlook.percentile", percent=both(p)) for p in PERCENTILES),
        *(catalog.message("river.outlook.below", level=both(x)) for x in found.outlook.levels),
    )
    return _table("levels", found, told, columns, rows, catalog)


def _table(
    kind: str, found: Outlooks, told: Told, columns: tuple[Text, ...], rows: list[tuple[Text, ...]], catalog: Catalog
) -> TextTable:
    name = told.rules.name if told.rules else _of_file(told.id, found, catalog)
    title = catalog.message(f"river.outlook.{kind}", name=name, traces=counted(told.odds[0].traces, catalog))
    return TextTable(f"river-outlook-{kind}-{told.id or 'file'}", title, columns, tuple(rows))


def _of_file(scenario: str, found: Outlooks, catalog: Catalog) -> Text:
    """How a scenario of a file is called: as the rule set that `save` wrote under this name, if there is one."""
    if not scenario:
        return catalog.message("river.outlook.file")
    rules = found.outlook.sets.get(scenario)
    return (
        Text.same(scenario) if rules is None else Text(f"{rules.name.en} ({scenario})", f"{rules.name.es} ({scenario})")
    )


def counted(traces: int, catalog: Catalog) -> Text:
    """How many traces: "1 trace", "119 traces"."""
    if traces == 1:
        return catalog.message("river.outlook.trace")
    return catalog.message("river.outlook.traces", count=both(traces))


def notes(found: Outlooks, catalog: Catalog) -> list[Text]:
    """What was done, from what, and how far it goes."""

    def note(key: str, **values: object) -> Text:
        return catalog.message(f"river.outlook.note.{key}", **values)

    if found.start is None or found.record is None:
        return [note("file"), note("bands")]
    begin, mead, powell = found.start
    used, outlook = found.record, found.outlook
    first, last = min(used.flows), max(used.flows)
    traces = counted(found.told[0].odds[0].traces, catalog)
    kind = "index" if found.seed is None else "drawn"
    cited = outlook.citations
    scenarios = [s for told in found.told if told.rules is not None for s in told.rules.scenarios]
    said = [
        *standing_notes(scenarios, found.river, catalog, "not_in_force_only"),
        *(
            catalog.message("river.scenario.left_out", **unread(s, party, found.river, catalog))
            for rules in found.left_out
            for s in rules.scenarios
            for party in s.missing
        ),
        note(
            kind,
            traces=traces,
            first=str(first),
            last=str(last),
            mean=both(used.mean / 1000, 1),
            run=str(outlook.run),
            seed=str(found.seed),
        ),
        *(note(key) for key in _LIMITS),
        note(
            "start",
            day=Text(day(begin, "en"), day(begin, "es")),
            mead=both(mead, 2),
            powell=both(powell, 2),
            source=note("own") if found.given else outlook.start.citation.source,
        ),
        *beside_study(found, catalog),
        *(note("assumption", text=_told(cited[key], catalog)) for key in _assumed(found)),
        note(
            "record",
            source=catalog.sources[SOURCE].citation,
            day=Text(day(used.known, "en"), day(used.known, "es")),
            years=Text.same(", ".join(map(str, used.provisional))) if used.provisional else note("no_year"),
        ),
        note("source", text=_told(outlook.months.citation, catalog)),
        note("source", text=_told(outlook.mead.citation, catalog)),
        note("source", text=_told(outlook.powell.citation, catalog)),
        catalog.message("river.scenario.mexico"),
    ]
    for told in found.told:
        if told.rules is not None:
            said.append(note("release", name=told.rules.name, text=_told(told.rules.citation, catalog)))
            if told.rules.end is not None:
                said.append(note("end", name=told.rules.name, year=str(told.rules.end)))
    return said


def beside_study(found: Outlooks, catalog: Catalog) -> list[Text]:
    """Note the levels projected by the newest 24-Month Study, feet; none where the user gives a starting level."""
    if found.given or not found.studied:
        return []
    runs = catalog.codelists["study_runs"]
    levels = [
        Text(*(f"{s.year}: {both(s.feet, 2)[k]} ({runs[s.run].name[k]})" for k in LANGUAGES)) for s in found.studied
    ]
    return [
        catalog.message(
            "river.outlook.note.study",
            study=catalog.codelists["studies"][found.studied[0].study].name,
            levels=Text(*("; ".join(x[k] for x in levels) for k in LANGUAGES)),
        )
    ]


def _assumed(found: Outlooks) -> tuple[str, ...]:
    """What is a choice and no fact, where it was made use of."""
    return ("depletion", "losses", "uses", *(() if found.seed is None else ("runs",)))


def _told(citation: Citation, catalog: Catalog) -> Text:
    """A citation; one that no source confirms says so."""
    if citation.reliability != "M":
        return citation.source
    return citation.source + Text.same("; ") + catalog.message("river.reliability.M")


def _cited(citation: Citation, assumed: bool) -> dict[str, Any]:
    return {**cited(citation), "assumption": assumed}


def record(found: Outlooks, catalog: Catalog) -> dict[str, Any]:
    """The answer for ``--json``: shares from 0 to 1."""
    outlook = found.outlook
    told: dict[str, Any] = {"left_out": [rules.id for rules in found.left_out]}
    if found.start is not None and found.record is not None:
        begin, mead, powell = found.start
        used = found.record
        told |= {
            "start": {"day": begin, "mead_ft": mead, "powell_ft": powell, "given": found.given},
            "method": "index_sequential" if found.seed is None else "drawn",
            "seed": found.seed,
            "record": {
                "from": min(used.flows),
                "to": max(used.flows),
                "mean_natural_flow_kaf": round(used.mean, 1),
                "source": catalog.sources[SOURCE].citation.record(),
                "known": used.known,
                "provisional": list(used.provisional),
            },
            "studied": [
                {"study": s.study, "run": s.run, "year": s.year, "mead_ft": s.feet}
                for s in (() if found.given else found.studied)
            ],
            "assumptions": {
                key: _cited(citation, key in outlook.assumed)
                for key, citation in {**outlook.citations, "start": outlook.start.citation}.items()
            },
        }
    return told | {
        "scenarios": [_scenario(found, t) for t in found.told],
        "notes": [n.record() for n in notes(found, catalog)],
    }


def _scenario(found: Outlooks, told: Told) -> dict[str, Any]:
    rows = []
    for i, row in enumerate(told.odds):
        years: dict[str, Any] = {
            "year": row.year,
            "elevation_ft": {f"p{p}": round(x, 2) for p, x in zip(PERCENTILES, row.percentiles, strict=True)},
            "tiers": {t.id: row.share(n) for t, n in zip(found.river.tiers, row.tiers, strict=True)},
            "below": {f"{x:g}": row.share(n) for x, n in zip(found.outlook.levels, row.below, strict=True)},
        }
        if told.projected is not None:
            years["mean_cut_kaf"] = round(float(told.projected.cut[i].mean()), 1)
        rows.append(years)
    head: dict[str, Any] = {"scenario": told.id, "traces": told.odds[0].traces}
    if told.rules is not None:
        head |= {
            "name": told.rules.name.record(),
            "decided": all(s.decided for s in told.rules.scenarios),
            "assumed_kaf": {party: kaf for s in told.rules.scenarios for party, kaf in s.assumed.items()},
            "release": _cited(told.rules.citation, told.rules.assumption),
        }
    return head | {"years": rows}
