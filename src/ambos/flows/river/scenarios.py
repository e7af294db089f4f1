"""`ambos river scenario`: rule sets for the years after 2026, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Literal

from ambos.catalog import Catalog
from ambos.catalog.catalog import unknown
from ambos.catalog.river import load_scenarios
from ambos.errors import bad_request
from ambos.flows.river.both_units import in_both_units, kaf_text
from ambos.flows.river.both_units import level as level_text
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View, data_table
from ambos.model.river import River, RuleScenario
from ambos.river import assuming, crossings, cuts_of, shared_at, total_at
from ambos.text import Text, joined

#: Feet between two levels of a table of curves.
STEP = Decimal(25)

#: A cut that the user assumes for Mexico, kaf; or what the study assumes.
Assumed = Decimal | Literal["feis"]


def assumed(
    workspace: Workspace, known: Mapping[str, RuleScenario], river: River, mexico: Assumed | None
) -> dict[str, RuleScenario]:
    """Rule sets with the cut that the user assumes for Mexico where its terms were not read.

    Raises
    ------
    BadRequest
        If the cut is negative or more than the guaranteed quantity.
    """
    if mexico is None:
        return dict(known)
    party = workspace.mexico.party
    most = river.parties[party].apportionment
    if mexico != "feis" and not (mexico.is_finite() and 0 <= mexico <= most):
        raise bad_request(
            f"Mexico's cut lies between 0 and {most:,} kaf, or is: feis.",
            f"La reducción de México está entre 0 y {most:,} kaf, o es: feis.",
        )
    return {key: assuming(s, party, None if mexico == "feis" else mexico) for key, s in known.items()}


def scenario(
    workspace: Workspace,
    *,
    elevation: Decimal | None = None,
    levels: Sequence[Decimal] = (),
    names: Sequence[str] = (),
    mexico: Assumed | None = None,
) -> Answer:
    """Set rule sets side by side.

    Parameters
    ----------
    workspace : Workspace
    elevation : Decimal, optional
        Level of Lake Mead, feet.
    levels : sequence of Decimal
        Levels, where no one level is given; every 25 ft of the range in which the cuts change if empty.
    names : sequence of str
        Ids of rule sets; all if empty.
    mexico : Assumed, optional
        The cut of Mexico where its terms were not read; not known if not given.

    Returns
    -------
    Answer
        Tables ``cuts``, ``crossings`` (without rows for one level) and ``scenarios``.

    Raises
    ------
    UnknownName
        If there is no such rule set.
    BadRequest
        If the lake cannot have such a level.
    """
    catalog, river = workspace.catalog, workspace.river
    known = load_scenarios(river)
    for name in names:
        if name not in known:
            raise unknown(Text("scenario of the river", "el escenario del río"), name, known, len(known))
    known = assumed(workspace, known, river, mexico)
    chosen = tuple(known[name] for name in dict.fromkeys(names or known))
    base = next(s for s in known.values() if s.rules)  # the rules until 2026, continued
    if elevation is not None:
        total_at(base, river, elevation)  # a level that the lake cannot have is refused
        levels = [elevation]
    elif not levels:
        low, high = span(known.values(), STEP)
        levels = [high - STEP * i for i in range(int((high - low) / STEP) + 1)]
    cuts = in_both_units(_cuts(chosen, base, levels, river, catalog, curves=elevation is None), river.m3, catalog)
    crossing = in_both_units(_crossings(chosen if elevation is None else (), river, catalog), river.m3, catalog)
    return Answer(
        "river.scenario",
        catalog.message("river.scenario.title") if cuts.title is None else cuts.title,
        (cuts, crossing, _list(chosen, catalog)),
        {"elevation_ft": elevation},
        tuple(_notes(chosen, river, catalog)),
        hints=(
            *(
                catalog.message("river.scenario.hint_decided", year=str(s.start))
                for s in [s for s in chosen if s.decided][:1]
            ),
            catalog.message("river.scenario.hint"),
        ),
    )


def span(scenarios: Iterable[RuleScenario], step: Decimal) -> tuple[Decimal, Decimal]:
    """Get the lowest and the highest level at which cuts change, to whole steps outwards, feet."""
    bounds = [feet for s in scenarios for feet, _ in s.curve]
    return (
        (min(bounds) / step).to_integral_value(ROUND_FLOOR) * step,
        (max(bounds) / step).to_integral_value(ROUND_CEILING) * step,
    )


def _cuts(
    scenarios: Sequence[RuleScenario],
    base: RuleScenario,
    levels: Sequence[Decimal],
    river: River,
    catalog: Catalog,
    *,
    curves: bool,
) -> Table:
    """Tabulate every party's cut by rule set and level, kaf; people see one table per party, or all parties at one level."""
    names = _names_of_parties(river, catalog)
    parties = tuple(f"{party}_kaf" for party in names)
    columns = (
        Column("scenario", catalog.message("river.scenario.name")),
        Column("years", catalog.message("river.scenario.years")),
        Column("elevation_ft", catalog.message("river.scenario.feet")),
        *(Column(key, name, kept=3) for key, name in zip(parties, names.values(), strict=True)),
        Column("shared_kaf", None, kept=3),
        Column("total_kaf", catalog.message("river.head.all"), kept=3),
        Column("difference_kaf", catalog.message("river.scenario.difference"), signed=True, kept=3),
    )

    def row(s: RuleScenario, level: Decimal) -> tuple[Cell, ...]:
        cuts = cuts_of(s, river, level)
        total, rules = total_at(s, river, level), total_at(base, river, level)
        difference = None if total is None or rules is None else total - rules
        named = (Named(s.id, s.name), _years(s, catalog), level)
        return (*named, *(cuts[party] for party in names), shared_at(s, river, level), total, difference)

    rows = tuple(row(s, level) for s in scenarios for level in levels)
    if not curves:
        title = catalog.message("river.scenario.at").format(level=level_text(levels[0]), unit="{unit}")
        view = View(title, ("scenario", "years", *parties, "total_kaf", "difference_kaf"))
        return Table("cuts", title, columns, rows, views=(view,))
    heads = {"total_kaf": catalog.message("river.head.all"), **dict(zip(parties, names.values(), strict=True))}
    views = tuple(
        View(
            catalog.message("river.scenario.curve").format(party=name, unit="{unit}"),
            ("elevation_ft", key),
            by="scenario",
        )
        for key, name in heads.items()
    )
    return Table("cuts", None, columns, rows, views=views)


def _crossings(scenarios: Sequence[RuleScenario], river: River, catalog: Catalog) -> Table:
    """Tabulate the levels at which the cuts of two rule sets change order, for all together and for each party, feet."""
    message = catalog.message
    columns = (
        Column("party", message("river.head.party")),
        Column("one", message("river.scenario.one")),
        Column("other", message("river.scenario.other")),
        Column("elevations_ft", message("river.scenario.levels"), 2, side="right"),
    )
    everybody = Shown(None, message("river.head.all"))
    parties = {"": everybody} | {id: Named(id, name) for id, name in _names_of_parties(river, catalog).items()}
    rows = tuple(
        (parties[party], Named(one.id, one.name), Named(other.id, other.name), levels)
        for party, one, other, levels in crossings(scenarios, river)
    )
    return Table("crossings", message("river.scenario.crossings"), columns, rows)


def _list(scenarios: Sequence[RuleScenario], catalog: Catalog) -> Table:
    """List rule sets with standing, trigger, years and citation, for JSON and CSV."""
    keys = ("scenario", "decided", "not_known", "assumed_kaf", "trigger", "from", "to", "source", "reliability")
    rows = (
        (
            Named(s.id, s.name),
            s.decided,
            tuple(s.missing),
            dict(s.assumed),
            s.trigger,
            s.start,
            s.end,
            s.citation.source,
            s.citation.reliability,
        )
        for s in scenarios
    )
    return data_table("scenarios", catalog.message("river.scenario.title"), keys, rows)


def _names_of_parties(river: River, catalog: Catalog) -> dict[str, Text]:
    return {p.id: catalog.places[p.place].name for p in river.parties.values()}


def _years(scenario: RuleScenario, catalog: Catalog) -> Text:
    if scenario.end is None:
        return catalog.message("river.scenario.from", start=str(scenario.start))
    return Text.same(f"{scenario.start}–{scenario.end}")


def standing_notes(scenarios: Sequence[RuleScenario], river: River, catalog: Catalog, key: str) -> list[Text]:
    """List the notes on the standing of rule sets: decided, not in force, Mexico's part unknown or assumed."""
    notes = []
    decided, others = ([s for s in scenarios if s.decided is which] for which in (True, False))
    if decided:
        notes.append(catalog.message("river.scenario.decided", names=_names(decided)))
    if others:
        notes.append(catalog.message(f"river.scenario.{key}", names=_names(others)))
    for s in scenarios:
        notes += [catalog.message("river.scenario.unread", **unread(s, party, river, catalog)) for party in s.missing]
        for party, kaf in s.assumed.items():
            said = {
                "name": s.name,
                "party": catalog.places[river.parties[party].place].name,
                "kaf": kaf_text(kaf, river.m3),
            }
            study = s.unread[party]
            kind = "assumed_study" if kaf == study.kaf else "assumed"
            notes.append(catalog.message(f"river.scenario.{kind}", **said, source=study.citation.source))
    return notes


def unread(scenario: RuleScenario, party: str, river: River, catalog: Catalog) -> dict[str, object]:
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
        "kaf": kaf_text(scenario.unread[party].kaf, river.m3),
    }


def _names(scenarios: Sequence[RuleScenario]) -> Text:
    return joined((s.name for s in scenarios), "; ")


def _notes(scenarios: Sequence[RuleScenario], river: River, catalog: Catalog) -> list[Text]:
    """List the notes on the rule sets: standing, trigger, and the basis of the figures."""
    return [
        *standing_notes(scenarios, river, catalog, "not_in_force"),
        *(catalog.message(f"river.scenario.{key}") for key in ("mexico", "rounding")),
        *(
            catalog.message(
                "river.scenario.trigger",
                name=s.name,
                years=_years(s, catalog),
                trigger=s.trigger,
                source=s.citation.source,
            )
            for s in scenarios
        ),
    ]
