"""Load the definitions of the river: rules until 2026 and after, projection, Mexico's water, canal and plant.

A ``load_`` function reads the definitions common to all regions in the folder `definitions`, and raises
`DefinitionError` with every problem found, each with its file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

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
    RuleScenario,
    Storage,
    Tier,
    TierSet,
    Total,
)
from ambos.model.river_mexico import DatedLimit, Mexico, Order
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
from ambos.model.river_works import Canal, District, Plant
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
Work = TypeVar("Work", Plant, District)


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


#: How far published percentages may be from 100 together: each is rounded to a hundredth.
_ROUNDING = Decimal("0.02")


def load_scenarios(river: River, definitions: Path = DEFINITIONS) -> dict[str, RuleScenario]:
    """Read the rule sets.

    Parameters
    ----------
    river : River
        Its parties are those of the shares.
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
        Those of `load_scenarios`.
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


#: The limits that the code applies; each must be there, in its unit.
LIMITS = {
    "surplus": "af",
    "change": "percent",
    "notice": "days",
    "land_boundary": "af",
    "reserve_capacity": "af",
    "reserve_creation": "af",
    "reserve_delivery": "af",
}


@dataclass(frozen=True, slots=True)
class _Limits:
    """The file ``mexico.toml``."""

    limits: Annotated[Mapping[str, DatedLimit], Key("limit")]
    orders: Annotated[tuple[Order, ...], Key("order")] = ()


def load_mexico(catalog: Catalog, river: River, definitions: Path = DEFINITIONS) -> Mexico:
    """Read the definitions of Mexico's schedule, ledger and reserve.

    Parameters
    ----------
    catalog : Catalog
        Its code list of river accounts has the items of the ledger.
    river : River
        Its parties have the guaranteed quantity.
    """
    problems = Problems()
    file = open_toml(definitions / "river" / "mexico.toml", problems)
    head = file.read(_Limits, file.tree, ())
    for key, unit in LIMITS.items():
        if key not in head.limits:
            file.say(("limit",), f"{key} is missing / falta")
        elif head.limits[key].unit != unit:
            file.say(("limit", key, "unit"), f"{unit} is wanted / se esperaba {unit}")
    for order in head.orders:
        if not order.id.isdecimal():
            file.say(("order", order.id), f"{order.id!r} is not a year / no es un año")
        file.choice("instrument", order.rest, river.instruments, ("order", order.id, "rest"))
    file = open_toml(definitions / "river" / "mexico_ledger.toml", problems)
    orders = {order.year: order for order in head.orders if order.id.isdecimal()}
    mexico = file.read(Mexico, file.tree, (), limits=head.limits, orders=orders)
    file.choice("party", mexico.party, river.parties, ("party",))
    points, accounts = [p.id for p in mexico.points], [a.id for a in mexico.accounts]
    items = catalog.codelists["river_accounts"].codes
    for name in (mexico.satisfaction, mexico.excess, *points, *(p.id for p in mexico.apart), *accounts):
        if name not in items:
            path = next(((key, name) for key in ("point", "apart", "account") if name in file.tree.get(key, ())), ())
            file.say(path, f"{name!r} is not in codes/river_accounts.csv / no está en codes/river_accounts.csv")
    for key, names, known in (("reserve", mexico.reserve, accounts), ("land_boundary", mexico.land, points)):
        for name in names:
            file.choice(key, name, known, (key,))
    problems.refuse()
    return mexico


def load_canal(river: River, definitions: Path = DEFINITIONS) -> Canal:
    """Read the pools of the canal.

    Parameters
    ----------
    river : River
        Its parties have the one whose cut the canal bears.
    """
    problems = Problems()
    file = open_toml(definitions / "river" / "cap.toml", problems)
    written = file.read(Canal, file.tree, ())
    canal = replace(written, pools=tuple(replace(pool, citation=written.citation) for pool in written.pools))
    file.choice("party", canal.party, river.parties, ("bearing", "party"))
    file.choice("holder", canal.settlement.holder, canal.holders, ("settlement", "holder"))
    for i, pool in enumerate(canal.pools):
        for name in pool.holders:
            file.choice("holder", name, canal.holders, ("pool", i, "holder", name))
        if pool.favoured and (pool.favoured not in pool.holders or len(pool.holders) != 2):
            what = "formula names one of two holders / formula indica uno de dos titulares"
            file.say(("pool", i, "formula"), what)
    by_formula = [p for p in canal.pools if p.favoured]
    if len(by_formula) != 1:
        file.say(("pool",), "one pool with formula is wanted / se espera un fondo con formula")
    elif not (
        0 < canal.least < by_formula[0].size
        and canal.loss < by_formula[0].holders.get(by_formula[0].favoured, canal.loss)
    ):
        file.say(("formula",), "least or indian_loss does not fit the pool / no corresponde al fondo")
    for year in range(canal.start.year, canal.end.year + 1):
        if len(canal.of(year)) != len(canal.pools) + 1:
            file.say(("settlement", "size"), f"one size is wanted for {year} / se espera un volumen para {year}")
    problems.refuse()
    return canal


def load_plant(catalog: Catalog) -> Plant | None:
    """Read the shared treatment plant of the catalog's region; None if it has none described (no ``plant.toml``)."""

    def check(file: TomlFile, plant: Plant) -> None:
        if set(plant.usual_share) != set(plant.members) or sum(plant.usual_share.values()) != 100:
            what = "100 percent of all parties is wanted / se espera el 100 por ciento de las partes"
            file.say(("usual", "share"), what)
        file.choice("party", plant.keeper, plant.members, ("retained", "party"))
        if not (plant.design and plant.liters and plant.days and all(plant.allocations.values())):
            file.say((), "flows and units must be more than 0 / los caudales y unidades deben ser mayores que 0")

    return _of_region(catalog, "plant.toml", Plant, check)


def load_district(catalog: Catalog) -> District | None:
    """Read the irrigation district of the catalog's region; None if it has none described (no ``irrigation.toml``)."""

    def check(file: TomlFile, district: District) -> None:
        file.choice("state", district.state, catalog.places, ("state",))
        if not 0 < district.state_hectares <= district.hectares:
            file.say(("state_hectares",), "more than the whole / más que el total")

    return _of_region(catalog, "irrigation.toml", District, check)


def _of_region(catalog: Catalog, name: str, kind: type[Work], check: Callable[[TomlFile, Work], None]) -> Work | None:
    """Read a file of the catalog's region as a definition and check it; None if the region has no such file."""
    path = catalog.snapshot_folder.parent / name
    if not path.is_file():
        return None
    problems = Problems()
    file = open_toml(path, problems)
    made = file.read(kind, file.tree, ())
    check(file, made)
    problems.refuse()
    return made
