"""`ambos river scenario`: the rule sets that may come, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations
from typing import Any

from ambos.catalog import Catalog
from ambos.catalog.catalog import nearest
from ambos.catalog.river import load_river
from ambos.catalog.river_scenarios import load_scenarios
from ambos.errors import UnknownName
from ambos.flows.river_limits import cited
from ambos.flows.workspace import Workspace
from ambos.model.river import River, Scenario
from ambos.model.table import TextTable
from ambos.numbers import both, signed
from ambos.river import crossings, cuts_of, total_at
from ambos.text import LANGUAGES, Text

#: Feet between two levels of a table of curves.
STEP = Decimal(25)
_CROSSINGS = ("scenario.one", "scenario.other", "scenario.levels")


@dataclass(frozen=True, slots=True)
class Compared:
    """Rule sets at one or more levels.

    Attributes
    ----------
    river : River
    scenarios : tuple of Scenario
    base : Scenario
        The rules until 2026, continued.
    levels : tuple of Decimal
        Feet, from high to low.
    crossings : tuple of (party, Scenario, Scenario, levels)
        Pairs whose cuts of a party cross (the whole cuts, where it is empty); none for one level.
    """

    river: River
    scenarios: tuple[Scenario, ...]
    base: Scenario
    levels: tuple[Decimal, ...]
    crossings: tuple[tuple[str, Scenario, Scenario, tuple[Decimal, ...]], ...]


def compare(workspace: Workspace, *, elevation: Decimal | None = None, names: Sequence[str] = ()) -> Compared:
    """Set rule sets side by side.

    Parameters
    ----------
    workspace : Workspace
    elevation : Decimal, optional
        Level of Lake Mead, feet; every 25 ft of the range in which the cuts change if not given.
    names : sequence of str
        Ids of rule sets; all if empty.

    Raises
    ------
    UnknownName
        If there is no such rule set.
    BadRequest
        If the lake cannot have such a level.
    """
    river = load_river(workspace.catalog)
    known = load_scenarios(river)
    for name in names:
        if name not in known:
            raise UnknownName(
                kind=Text("scenario of the river", "el escenario del río"),
                name=name,
                nearest=", ".join(nearest(name, known, len(known))),
            )
    chosen = tuple(known[name] for name in dict.fromkeys(names or known))
    base = next(s for s in known.values() if s.rules)
    if elevation is not None:
        total_at(base, river, elevation)  # a level that the lake cannot have is refused
        return Compared(river, chosen, base, (elevation,), ())
    bounds = [feet for s in known.values() for feet, _ in s.curve]
    low = (min(bounds) / STEP).to_integral_value(ROUND_FLOOR) * STEP
    high = (max(bounds) / STEP).to_integral_value(ROUND_CEILING) * STEP
    levels = tuple(high - STEP * i for i in range(int((high - low) / STEP) + 1))
    pairs = (
        (party, a, b, crossings(a, b, river, party))
        for party in ("", *river.parties)
        for a, b in combinations(chosen, 2)
    )
    return Compared(river, chosen, base, levels, tuple(pair for pair in pairs if pair[3]))


def _rows(compared: Compared) -> list[dict[str, Any]]:
    rows = []
    for scenario in compared.scenarios:
        for level in compared.levels:
            cuts = cuts_of(scenario, compared.river, level)
            total = total_at(scenario, compared.river, level)
            base = total_at(compared.base, compared.river, level)
            rows.append(
                {
                    "scenario": scenario.id,
                    "elevation_ft": level,
                    "parties": [
                        {"party": party, "total_kaf": None if cuts is None else round(cuts[party], 3)}
                        for party in compared.river.parties
                    ],
                    "total_kaf": None if total is None else round(total, 3),
                    "difference_kaf": None if total is None or base is None else round(total - base, 3),
                }
            )
    return rows


def record(compared: Compared, catalog: Catalog) -> dict[str, Any]:
    """The comparison for ``--json``."""
    return {
        "in_force": False,
        "scenarios": [
            {
                "scenario": s.id,
                "name": s.name.record(),
                "trigger": s.trigger.record(),
                "from": s.start,
                "to": s.end,
                **cited(s.citation),
            }
            for s in compared.scenarios
        ],
        "cuts": _rows(compared),
        "crossings": [
            {"party": party or None, "one": a.id, "other": b.id, "elevations_ft": list(levels)}
            for party, a, b, levels in compared.crossings
        ],
        "notes": [note.record() for note in notes(compared, catalog)],
    }


def tables(compared: Compared, catalog: Catalog) -> list[TextTable]:
    """At one level a row per rule set; else for all and for each party the cut by level, and where curves cross."""
    river = compared.river
    names = {p.id: catalog.places[p.place].name for p in river.parties.values()}
    everybody = catalog.message("river.head.all")
    if len(compared.levels) == 1:
        return [_at_one_level(compared, catalog, names, everybody)]
    found = []
    cuts = {(s.id, x): cuts_of(s, river, x) for s in compared.scenarios for x in compared.levels}
    for party, name in {"": everybody, **names}.items():
        rows = []
        for level in compared.levels:
            row = [both(level)]
            for scenario in compared.scenarios:
                cut = cuts[scenario.id, level]
                whole = total_at(scenario, river, level)
                row.append(both(whole if not party or cut is None else cut[party]))
            rows.append(tuple(row))
        found.append(
            TextTable(
                f"river-curve-{party or 'all'}",
                catalog.message("river.scenario.curve", party=name),
                (catalog.message("river.scenario.feet"), *(s.name for s in compared.scenarios)),
                tuple(rows),
                texts=0,
            )
        )
    levels = [(names.get(party, everybody), a, b, [both(x, 2) for x in at]) for party, a, b, at in compared.crossings]
    found.append(
        TextTable(
            "river-crossings",
            catalog.message("river.scenario.crossings"),
            tuple(catalog.message(f"river.{key}") for key in ("head.party", *_CROSSINGS)),
            tuple(
                (who, a.name, b.name, Text(*("; ".join(x[k] for x in at) for k in LANGUAGES)))
                for who, a, b, at in levels
            ),
            texts=3,
        )
    )
    return found


def _at_one_level(compared: Compared, catalog: Catalog, names: dict[str, Text], everybody: Text) -> TextTable:
    (level,) = compared.levels
    rows = []
    for scenario in compared.scenarios:
        cuts = cuts_of(scenario, compared.river, level)
        total, base = (total_at(s, compared.river, level) for s in (scenario, compared.base))
        difference = None if total is None or base is None else total - base
        rows.append(
            (
                scenario.name,
                _years(scenario, catalog),
                *(both(None if cuts is None else cuts[party]) for party in names),
                both(total),
                Text(*(signed(difference, 0, language) for language in LANGUAGES)),
            )
        )
    return TextTable(
        "river-scenarios",
        catalog.message("river.scenario.at", level=both(level, 2)),
        (
            catalog.message("river.scenario.name"),
            catalog.message("river.scenario.years"),
            *names.values(),
            everybody,
            catalog.message("river.scenario.difference"),
        ),
        tuple(rows),
        texts=2,
    )


def _years(scenario: Scenario, catalog: Catalog) -> Text:
    if scenario.end is None:
        return catalog.message("river.scenario.from", start=str(scenario.start))
    return Text.same(f"{scenario.start}–{scenario.end}")


def notes(compared: Compared, catalog: Catalog) -> list[Text]:
    """That nothing of it is in force, what each goes by, and what the figures rest on."""
    return [
        *(catalog.message(f"river.scenario.{key}") for key in ("not_in_force", "mexico", "rounding", "outlook")),
        *(
            catalog.message(
                "river.scenario.trigger",
                name=s.name,
                years=_years(s, catalog),
                trigger=s.trigger,
                source=s.citation.source,
            )
            for s in compared.scenarios
        ),
    ]
