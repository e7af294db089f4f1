"""Load the rule sets for the years after 2026; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

from ambos.catalog.lines import Path as Keys
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.river import BOUNDS, read_band, read_citation, read_decimal, read_text, see_no_hole
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.river import Citation, River, Scenario

_KEYS = "name trigger from to decided rules curve step told_to share unread reliability source"
#: How far published percentages may be from 100 together: each is rounded to a hundredth.
_ROUNDING = Decimal("0.02")


def load_scenarios(river: River, definitions: Path = DEFINITIONS) -> dict[str, Scenario]:
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
    found = {key: _scenario(file, key, river) for key in file.tree}
    for instrument in river.instruments.values():
        if instrument.scenario and instrument.scenario not in found:
            file.say((), f"{instrument.id} names {instrument.scenario!r}, which is not here / que no está aquí")
    for s in found.values():
        for party in s.unread:
            if not any(
                i.party == party and i.state == "terms_not_read" and i.holds_in(s.start)
                for i in river.instruments.values()
            ):
                file.say((s.id, "unread", party), "no instrument of it has terms_not_read / ningún instrumento suyo")
    problems.refuse()
    return found


def _scenario(file: TomlFile, key: str, river: River) -> Scenario:
    body: dict[str, Any] = file.get(file.tree, (), key, dict)
    path: Keys = (key,)
    file.keys(body, path, _KEYS)
    rules = file.get(body, path, "rules", bool, False)
    if [rules, "curve" in body, "step" in body].count(True) != 1 or rules == ("share" in body):
        file.say(
            path, "rules, or a curve or steps with shares, are wanted / se esperan rules, o curve o step con share"
        )
    unread = {key: told for key, told in file.get(body, path, "unread", dict, {}).items() if isinstance(told, dict)}
    for party in file.get(body, path, "unread", dict, {}):
        if party not in river.parties:
            file.say((*path, "unread"), f"{party!r} is not in parties.toml / no está en parties.toml")
    start, end = file.get(body, path, "from", int), file.get(body, path, "to", int) if "to" in body else None
    if end is not None and end < start:
        file.say((*path, "to"), "to is before from / to es anterior a from")
    return Scenario(
        key,
        read_text(file, body, path, "name"),
        read_text(file, body, path, "trigger"),
        start,
        end,
        file.get(body, path, "decided", bool, False),
        rules,
        _curve(file, body, path),
        _steps(file, body, path),
        read_decimal(file, body, path, "told_to") if "told_to" in body else None,
        _shares(file, body, path, [p for p in river.parties if p not in unread]),
        tuple(unread),
        {},
        {party: _assumption(file, (*path, "unread", party), told) for party, told in unread.items()},
        read_citation(file, body, path),
    )


def _assumption(file: TomlFile, path: Keys, body: Mapping[str, Any]) -> tuple[Decimal, Citation]:
    file.keys(body, path, "assumed_kaf reliability source")
    return read_decimal(file, body, path, "assumed_kaf"), read_citation(file, body, path)


def _curve(file: TomlFile, body: Mapping[str, Any], path: Keys) -> tuple[tuple[Decimal, Decimal], ...]:
    points = []
    for point in file.get(body, path, "curve", list, []):
        if not (isinstance(point, list) and len(point) == 2):
            file.say((*path, "curve"), f"[feet, kaf] is wanted, not {point!r} / se esperaba [pies, kaf]")
            continue
        named = {"feet": point[0], "kaf": point[1]}
        at: Keys = (*path, "curve")
        points.append((read_decimal(file, named, at, "feet"), read_decimal(file, named, at, "kaf")))
    if any(a[0] <= b[0] or a[1] > b[1] for a, b in pairwise(points)):
        file.say((*path, "curve"), "levels must fall and cuts not / las elevaciones deben bajar y las reducciones no")
    return tuple(reversed(points))


def _steps(file: TomlFile, body: Mapping[str, Any], path: Keys) -> tuple[tuple[Any, Decimal], ...]:
    at: Keys = (*path, "step")
    steps = []
    for step in file.rows(body, path, "step", []):
        file.keys(step, at, f"kaf {BOUNDS}")
        steps.append((read_band(file, step, at), read_decimal(file, step, at, "kaf")))
    if "step" in body:
        see_no_hole(file, at, [band for band, _ in steps])
    return tuple(steps)


def _shares(
    file: TomlFile, body: Mapping[str, Any], path: Keys, parties: Sequence[str]
) -> tuple[tuple[Decimal | None, Mapping[str, Decimal]], ...]:
    at: Keys = (*path, "share")
    shares: list[tuple[Decimal | None, Mapping[str, Decimal]]] = []
    for part in file.rows(body, path, "share", []):
        file.keys(part, at, " ".join(("up_to", *parties)))
        percent = {party: read_decimal(file, part, at, party) for party in parties}
        if abs(sum(percent.values(), Decimal(0)) - 100) > _ROUNDING:
            file.say(at, "shares do not add up to 100 / las proporciones no suman 100")
        shares.append((read_decimal(file, part, at, "up_to") if "up_to" in part else None, percent))
    ends: list[Decimal | None] = [end for end, _ in shares]
    rising: list[Decimal] = sorted(end for end in ends if end is not None)
    if shares and ends != [*rising, None]:
        file.say(at, "up_to must rise and the last share have none / up_to debe crecer y faltar en la última")
    return tuple(shares)
