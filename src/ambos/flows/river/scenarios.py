"""`ambos river scenario`: rule sets for the years after 2026, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations
from typing import Any, Literal

from ambos.catalog import Catalog
from ambos.catalog.catalog import nearest
from ambos.catalog.river import load_river
from ambos.catalog.river_mexico import load_mexico
from ambos.catalog.river_scenarios import load_scenarios
from ambos.errors import BadRequest, UnknownName
from ambos.flows.river.limits import cited
from ambos.flows.workspace import Workspace
from ambos.model.river import River, Scenario
from ambos.model.table import TextTable
from ambos.numbers import both, signed
from ambos.river import assuming, crossings, cuts_of, shared_at, total_at
from ambos.text import LANGUAGES, Text

#: Feet between two levels of a table of curves.
STEP = Decimal(25)
_CROSSINGS = ("scenario.one", "scenario.other", "scenario.levels")


#: A cut that the user assumes for Mexico, kaf; or what the study assumes.
Assumed = Decimal | Literal["feis"]


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


def assumed(
    workspace: Workspace, known: Mapping[str, Scenario], river: River, mexico: Assumed | None
) -> dict[str, Scenario]:
    """Rule sets with the cut that the user assumes for Mexico where its terms were not read.

    Raises
    ------
    BadRequest
        If the cut is negative or more than the guaranteed quantity.
    """
    if mexico is None:
        return dict(known)
    party = load_mexico(workspace.catalog, river).party
    most = river.parties[party].apportionment
    if mexico != "feis" and not (mexico.is_finite() and 0 <= mexico <= most):
        raise BadRequest(
            detail=Text(
                f"Mexico's cut lies between 0 and {most:,} kaf, or is: feis.",
                f"La reducción de México está entre 0 y {most:,} kaf, o es: feis.",
            )
        )
    return {key: assuming(s, party, None if mexico == "feis" else mexico) for key, s in known.items()}


def compare(
    workspace: Workspace,
    *,
    elevation: Decimal | None = None,
    names: Sequence[str] = (),
    mexico: Assumed | None = None,
) -> Compared:
    """Set rule sets side by side.

    Parameters
    ----------
    workspace : Workspace
    elevation : Decimal, optional
        Level of Lake Mead, feet; every 25 ft of the range in which the cuts change if not given.
    names : sequence of str
        Ids of rule sets; all if empty.
    mexico : Assumed, optional
        The cut of Mexico where its terms were not read; not known if not given.

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
    known = assumed(workspace, known, river, mexico)
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
            shared = shared_at(scenario, compared.river, level)
            total = total_at(scenario, compared.river, level)
            base = total_at(compared.base, compared.river, level)
            rows.append(
                {
                    "scenario": scenario.id,
                    "elevation_ft": level,
                    "parties": [
                        {"party": party, "total_kaf": None if cut is None else round(cut, 3)}
                        for party, cut in cuts.items()
                    ],
                    "shared_kaf": None if shared is None else round(shared, 3),
                    "total_kaf": None if total is None else round(total, 3),
                    "difference_kaf": None if total is None or base is None else round(total - base, 3),
                }
            )
    return rows


def record(compared: Compared, catalog: Catalog) -> dict[str, Any]:
    """The comparison for ``--json``."""
    return {
        "scenarios": [
            {
                "scenario": s.id,
                "name": s.name.record(),
                "decided": s.decided,
                "not_known": list(s.missing),
                "assumed_kaf": dict(s.assumed),
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
                row.append(both(cuts[scenario.id, level][party] if party else total_at(scenario, river, level)))
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
                *(both(cuts[party]) for party in names),
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


def standing_notes(scenarios: Sequence[Scenario], river: River, catalog: Catalog, key: str) -> list[Text]:
    """List the notes on the standing of rule sets: decided, not in force, Mexico's part unknown or assumed."""
    told = []
    decided, others = ([s for s in scenarios if s.decided is which] for which in (True, False))
    if decided:
        told.append(catalog.message("river.scenario.decided", names=_names(decided), year=str(decided[0].start)))
    if others:
        told.append(catalog.message(f"river.scenario.{key}", names=_names(others)))
    for s in scenarios:
        told += [catalog.message("river.scenario.unread", **unread(s, party, river, catalog)) for party in s.missing]
        for party, kaf in s.assumed.items():
            said = {"name": s.name, "party": catalog.places[river.parties[party].place].name, "kaf": both(kaf)}
            study = s.unread[party]
            kind = "assumed_study" if kaf == study.kaf else "assumed"
            told.append(catalog.message(f"river.scenario.{kind}", **said, source=study.citation.source))
    return told


def unread(scenario: Scenario, party: str, river: River, catalog: Catalog) -> dict[str, object]:
    """Collect the values of the message on a party's unknown part: rule set, party, instrument, its study's kaf."""
    instrument = next(
        i
        for i in river.instruments.values()
        if i.party == party and i.state == "terms_not_read" and i.holds_in(scenario.start)
    )
    return {
        "name": scenario.name,
        "party": catalog.places[river.parties[party].place].name,
        "instrument": instrument.name,
        "kaf": both(scenario.unread[party].kaf),
    }


def _names(scenarios: Sequence[Scenario]) -> Text:
    return Text(*("; ".join(s.name[k] for s in scenarios) for k in LANGUAGES))


def notes(compared: Compared, catalog: Catalog) -> list[Text]:
    """List the notes on the rule sets: standing, trigger, and the basis of the figures."""
    return [
        *standing_notes(compared.scenarios, compared.river, catalog, "not_in_force"),
        *(catalog.message(f"river.scenario.{key}") for key in ("mexico", "rounding", "outlook")),
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
