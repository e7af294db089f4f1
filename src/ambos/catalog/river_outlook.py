"""Load the definitions of the projection of the river; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, columns
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.definition import INLINE, Key
from ambos.model.river import RuleScenario
from ambos.model.river_outlook import (
    Amount,
    Bands,
    Curve,
    Ground,
    Guidelines,
    Lake,
    MonthlyShares,
    Outlook,
    Protect,
    RuleSet,
)
from ambos.text import Text

_LAKE = ("elevation_ft", "live_storage_kaf", "area_acres")
_SHARES = ("powell_inflow_percent", "powell_release_percent", "mead_outflow_percent")
_AMOUNTS = ("side_inflow_kaf", "mead_evaporation_ft", "powell_evaporation_ft")


@dataclass(frozen=True, slots=True)
class _Band:
    """Release by a band of levels, kaf; the lowest band has no `at_least`, feet."""

    at_least: Amount | None
    most: Amount
    least: Amount


@dataclass(frozen=True, slots=True)
class _Set:
    """A rule set as the file has it."""

    id: str
    name: Text
    scenarios: tuple[str, ...]
    release: Literal["guidelines", "curve", "bands"]
    ground: Annotated[Ground, INLINE]
    curve: tuple[tuple[Amount, Amount], ...] = ()
    protect: Protect | None = None
    bands: Annotated[tuple[_Band, ...], Key("band")] = ()
    target: Amount | None = None


def load_outlook(scenarios: Mapping[str, RuleScenario], definitions: Path = DEFINITIONS) -> Outlook:
    """Read the definitions of the projection.

    Parameters
    ----------
    scenarios : mapping of str to RuleScenario
        Those of `ambos.catalog.river_scenarios`.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    folder = definitions / "river"
    guide = open_toml(folder / "guidelines_release.toml", problems)
    guidelines = guide.read(Guidelines, guide.tree, ())
    if not guidelines.equalization:
        guide.say(("equalization",), "no line / sin línea")
    file = open_toml(folder / "outlook.toml", problems)
    written = file.value(Mapping[str, _Set], "set", file.tree.get("set", {}), ("set",))
    outlook = file.read(
        Outlook,
        file.tree,
        (),
        ("mead", "powell", "months", "set"),
        mead=_lake(folder / "mead_storage.csv", file, "mead"),
        powell=_lake(folder / "powell_storage.csv", file, "powell"),
        months=_months(folder / "months.csv", file),
        sets={key: _rules(file, of, scenarios, guidelines) for key, of in written.items()},
    )
    problems.refuse()
    return outlook


def _lake(path: Path, file: TomlFile, key: str) -> Lake:
    feet, kaf, acres = columns(path, file.problems, _LAKE, float, rising=True)
    lake = file.read(Lake, file.inside(file.tree, (), key), (key,), feet=feet, kaf=kaf, acres=acres)
    if feet and not feet[0] < lake.full <= feet[-1]:
        file.say((key, "full"), "is beyond the table / queda fuera de la tabla")
    return lake


def _months(path: Path, file: TomlFile) -> MonthlyShares:
    names = ("month", *_SHARES, *_AMOUNTS)
    given = dict(zip(names, columns(path, file.problems, names, float, rising=False), strict=True))
    if given.pop("month") != tuple(range(1, 13)):
        file.problems.add(path.name, "the months 1 to 12 are wanted / se esperan los meses 1 a 12")
    for name in _SHARES:
        if round(sum(given[name]), 6) != 100:
            file.problems.add(path.name, f"{name} does not add up to 100 / no suma 100")
        given[name] = tuple(x / 100 for x in given[name])
    fields: dict[str, Any] = {name.rpartition("_")[0]: values for name, values in given.items()}
    return file.read(MonthlyShares, file.inside(file.tree, (), "months"), ("months",), **fields)


def _rules(file: TomlFile, of: _Set, scenarios: Mapping[str, RuleScenario], guidelines: Guidelines) -> RuleSet:
    path = ("set", of.id)
    for name in of.scenarios:
        file.choice("scenario of scenarios.toml", name, scenarios, (*path, "scenarios"))
    chosen = tuple(scenarios[name] for name in of.scenarios if name in scenarios)
    if not chosen:
        file.say((*path, "scenarios"), "a scenario is wanted / se espera un escenario")
    for one, other in pairwise(chosen):
        if one.end is None or one.end + 1 != other.start:
            file.say((*path, "scenarios"), f"{other.id} does not follow {one.id} / no sigue a {one.id}")
    if (of.release == "curve") != bool(of.curve) or (of.release == "bands") != bool(of.bands and of.target is not None):
        what = (
            "guidelines, curve with a curve, or bands with band and target / guidelines, curve con una curva o bands"
            " con band y target"
        )
        file.say((*path, "release"), what)
    release: Guidelines | Curve | Bands = guidelines
    if of.curve:
        release = _curve(file, of)
    elif of.bands:
        release = _bands(file, of)
    return RuleSet(of.id, of.name, chosen, release, of.ground.citation, of.ground.assumption)


def _bands(file: TomlFile, of: _Set) -> Bands:
    """Bands of levels, written from the highest down and kept from the lowest up."""
    bands = of.bands[::-1]
    feet = tuple(band.at_least for band in bands if band.at_least is not None)
    if bands[0].at_least is not None or list(feet) != sorted(set(feet)) or any(b.least > b.most for b in bands):
        what = "bands must fall to one without at_least, and least not be above most / intervalos mal escritos"
        file.say(("set", of.id, "band"), what)
    return Bands(feet, tuple(b.least for b in bands), tuple(b.most for b in bands), of.target or 0.0)


def _curve(file: TomlFile, of: _Set) -> Curve:
    """A curve, written from the highest level down and kept from the lowest up."""
    if any(a[0] <= b[0] or a[1] < b[1] for a, b in pairwise(of.curve)):
        what = "levels must fall and releases not rise / las elevaciones deben bajar"
        file.say(("set", of.id, "curve"), what)
    feet, kaf = zip(*reversed(of.curve), strict=True)
    return Curve(feet, kaf, of.protect)
