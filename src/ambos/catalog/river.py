"""Load the definitions of the river; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, TypeVar, get_args

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, columns
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.definition import INLINE, In, Key
from ambos.model.river import (
    Citation,
    CutStep,
    Determination,
    Instrument,
    Part,
    Party,
    River,
    Rule,
    Storage,
    Tier,
    TierSet,
    Total,
)
from ambos.text import Text

_PARTS = (*get_args(Part), "addition")
_RULES = ("guidelines_2007", "dcp_2019", "minute_323", "bwscp", "minute_323_high")


@dataclass(frozen=True, slots=True)
class _Parties:
    """The file ``parties.toml``."""

    m3: Annotated[Decimal, In("acre_foot")]
    m3_citation: Annotated[Citation, INLINE, In("acre_foot")]
    parties: Annotated[Mapping[str, Party], Key("party")]


@dataclass(frozen=True, slots=True)
class _Determinations:
    """The file ``determinations.toml``."""

    source: Text
    observed_source: Text
    years: Annotated[tuple[Determination, ...], Key("year")]


def load_river(catalog: Catalog, definitions: Path = DEFINITIONS) -> River:
    """Read the definitions of the river.

    Parameters
    ----------
    catalog : Catalog
        Its places are those of the parties.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    folder = definitions / "river"
    file = open_toml(folder / "parties.toml", problems)
    head = file.read(_Parties, file.tree, ())
    for key, party in head.parties.items():
        if party.place not in catalog.places:
            file.say(("party", key, "place"), f"{party.place!r} is not a place / no es un lugar")
    tier_sets = tuple(_tiers(open_toml(folder / name, problems)) for name in ("levels_2008.toml", "tiers.toml"))
    rules = tuple(_rule(name, open_toml(folder / f"{name}.toml", problems), head.parties) for name in _RULES)
    for part in _PARTS:
        if [r.part for r in rules].count(part) != 1:
            problems.add(folder.name, f"one table of {part} is wanted / se espera una tabla de {part}")
    known = open_toml(folder / "determinations.toml", problems)
    determinations = known.read(_Determinations, known.tree, ())
    river = River(
        head.parties,
        rules,
        tier_sets,
        _instruments(open_toml(folder / "instruments.toml", problems), head.parties),
        _by_year(known, determinations.years, {t.id for tiers in tier_sets for t in tiers.tiers}),
        determinations.source,
        determinations.observed_source,
        _storage(open_toml(folder / "storage.toml", problems), folder / "mead_storage.csv"),
        head.m3,
    )
    problems.refuse()
    return river


Banded = TypeVar("Banded", CutStep, Tier, Total)


def downwards(file: TomlFile, path: tuple[str | int, ...], steps: Sequence[Banded]) -> tuple[Banded, ...]:
    """Sort steps from the highest levels to the lowest; note a problem where a level is in no band or in several."""
    bands = [step.band for step in steps]
    for i, band in enumerate(bands):
        for one, other in (("above", "at_least"), ("below", "at_most")):
            if getattr(band, one) is not None and getattr(band, other) is not None:
                file.say((*path, i, other), f"{one} and {other} exclude each other / se excluyen")
        if band.low is not None and band.high is not None and band.low >= band.high:
            file.say(
                (*path, i), "the lower bound is not below the upper / la cota inferior no es menor que la superior"
            )
    order = sorted(range(len(bands)), key=lambda i: bands[i].low or Decimal(-1))
    if not order:
        file.say(path, "no steps / sin renglones")
        return ()
    for end, i in (("low", order[0]), ("high", order[-1])):
        if getattr(bands[i], end) is not None:
            file.say((*path, i), "levels beyond this step have none / los niveles más allá no tienen ninguno")
    for lower, upper in pairwise(order):
        a, b = bands[lower], bands[upper]
        if a.high is None or a.high != b.low or a.with_high == b.with_low:
            what = "a hole or an overlap with the step below / un hueco o traslape con el renglón inferior"
            file.say((*path, upper), what)
    return tuple(steps[i] for i in reversed(order))


def _tiers(file: TomlFile) -> TierSet:
    tiers = file.read(TierSet, file.tree, ())
    if len({t.id for t in tiers.tiers}) < len(tiers.tiers):
        file.say(("step",), "an id stands twice / un id se repite")
    return replace(tiers, tiers=downwards(file, ("step",), tiers.tiers))


def _rule(name: str, file: TomlFile, parties: Mapping[str, Party]) -> Rule:
    rule = file.read(Rule, file.tree, (), id=name)
    for path, volumes in (
        *((("step", i, "kaf"), step.kaf) for i, step in enumerate(rule.steps)),
        (("flood_control",), rule.flood_control),
    ):
        for party in volumes:
            file.choice("party", party, parties, (*path, party))
    return replace(rule, steps=downwards(file, ("step",), rule.steps))


def _instruments(file: TomlFile, parties: Mapping[str, Party]) -> dict[str, Instrument]:
    instruments: dict[str, Instrument] = file.value(Mapping[str, Instrument], "", file.tree, ())
    for key, instrument in instruments.items():
        if instrument.party:
            file.choice("party", instrument.party, parties, (key, "party"))
        for i, term in enumerate(instrument.terms):
            if term.day > instrument.known:
                what = f"{term.day} is after known ({instrument.known}) / es posterior a known ({instrument.known})"
                file.say((key, "term", i, "on"), what)
    return instruments


def _by_year(file: TomlFile, years: Sequence[Determination], tiers: set[str]) -> dict[int, Determination]:
    by_year: dict[int, Determination] = {}
    for i, of in enumerate(years):
        path = ("year", i)
        if of.year in by_year:
            file.say((*path, "year"), f"{of.year} stands twice / se repite")
        if of.declared is not None:
            file.choice("tier of tiers.toml", of.declared, tiers, (*path, "declared"))
        if (of.declared is None) != (of.declared_reliability is None):
            what = "declared and declared_reliability go together / declared y declared_reliability van juntos"
            file.say(path, what)
        by_year[of.year] = of
    return by_year


def _storage(file: TomlFile, path: Path) -> Storage:
    feet, kaf = columns(path, file.problems, ("elevation_ft", "live_storage_kaf"), Decimal, rising=True)
    return file.read(Storage, file.tree, (), feet=feet, kaf=kaf)
