"""Load the rule sets for the years after 2026; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.river import downwards
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.river import River, RuleScenario

#: How far published percentages may be from 100 together: each is rounded to a hundredth.
_ROUNDING = Decimal("0.02")


def load_scenarios(river: River, definitions: Path = DEFINITIONS) -> dict[str, RuleScenario]:
    """Read the rule sets.

    Parameters
    ----------
    river : River
        Its parties are those of the shares.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "river" / "scenarios.toml", problems)
    scenarios: dict[str, RuleScenario] = file.value(Mapping[str, RuleScenario], "", file.tree, ())
    for instrument in river.instruments.values():
        if instrument.scenario and instrument.scenario not in scenarios:
            file.say((), f"{instrument.id} names {instrument.scenario!r}, which is not here / que no está aquí")
    checked = {key: _checked(file, scenario, river) for key, scenario in scenarios.items()}
    problems.refuse()
    return checked


def _checked(file: TomlFile, scenario: RuleScenario, river: River) -> RuleScenario:
    """Check a rule set; its curve is written downwards and read upwards."""
    path, curve = (scenario.id,), scenario.curve
    ways = [scenario.rules, bool(curve), bool(scenario.steps)]
    if ways.count(True) != 1 or scenario.rules == bool(scenario.shares):
        what = "rules, or a curve or steps with shares, are wanted / se esperan rules, o curve o step con share"
        file.say(path, what)
    if any(a[0] <= b[0] or a[1] > b[1] for a, b in pairwise(curve)):
        what = "levels must fall and cuts not / las elevaciones deben bajar y las reducciones no"
        file.say((*path, "curve"), what)
    if scenario.steps:
        downwards(file, (*path, "step"), scenario.steps)
    for party in scenario.unread:
        if file.choice("party", party, river.parties, (*path, "unread", party)) and not any(
            i.party == party and i.state == "terms_not_read" and i.holds_in(scenario.start)
            for i in river.instruments.values()
        ):
            what = "no instrument of it has terms_not_read / ningún instrumento suyo"
            file.say((*path, "unread", party), what)
    sharing = {party for party in river.parties if party not in scenario.unread}
    for i, share in enumerate(scenario.shares):
        if set(share.percent) != sharing:
            what = f"shares of {', '.join(sorted(sharing))} are wanted / se esperan las proporciones de estas partes"
            file.say((*path, "share", i), what)
        if abs(sum(share.percent.values(), Decimal(0)) - 100) > _ROUNDING:
            file.say((*path, "share", i), "shares do not add up to 100 / las proporciones no suman 100")
    ends = [share.up_to for share in scenario.shares]
    rising: list[Decimal] = sorted(end for end in ends if end is not None)
    if ends and ends != [*rising, None]:
        what = "up_to must rise and the last share have none / up_to debe crecer y faltar en la última"
        file.say((*path, "share"), what)
    return replace(scenario, curve=tuple(reversed(curve)))
