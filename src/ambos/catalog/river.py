"""Load what the definitions say of the river; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

from ambos.catalog.catalog import Catalog
from ambos.catalog.lines import Path as Keys
from ambos.catalog.lines import line_of
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems, day, table, text
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.river import (
    Band,
    Citation,
    Determination,
    Instrument,
    Part,
    Party,
    Reliability,
    River,
    Rule,
    Standing,
    State,
    Step,
    Storage,
    Term,
    Tier,
    TierSet,
)
from ambos.text import Text

PARTS: tuple[Part, ...] = get_args(Part)
_ADDITION = "addition"
_RULES = ("guidelines_2007", "dcp_2019", "minute_323", "bwscp", "minute_323_high")
BOUNDS = "above at_least below at_most"


def load_river(catalog: Catalog, definitions: Path = DEFINITIONS) -> River:
    """Read the definitions of the river.

    Parameters
    ----------
    catalog : Catalog
        Its places are those of the parties.
    definitions : Path
        Where the definitions common to all regions are.

    Returns
    -------
    River

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    folder = definitions / "river"
    file = open_toml(folder / "parties.toml", problems)
    file.keys(file.tree, (), "acre_foot party")
    foot = file.get(file.tree, (), "acre_foot", dict)
    file.keys(foot, ("acre_foot",), "m3 reliability source")
    m3 = read_decimal(file, foot, ("acre_foot",), "m3")
    read_citation(file, foot, ("acre_foot",))
    told = file.get(file.tree, (), "party", dict)
    parties = {key: _party(file, key, file.get(told, ("party",), key, dict), catalog) for key in told}
    named = open_toml(folder / "tiers.toml", problems)
    tier_sets = (_tiers(open_toml(folder / "levels_2008.toml", problems)), _tiers(named))
    ids = {t.id for found in tier_sets for t in found.tiers}
    rules = tuple(_rule(name, open_toml(folder / f"{name}.toml", problems), parties) for name in _RULES)
    for part in (*PARTS, _ADDITION):
        if [r.part for r in rules].count(part) != 1:
            problems.add(folder.name, f"one table of {part} is wanted / se espera una tabla de {part}")
    known = open_toml(folder / "determinations.toml", problems)
    river = River(
        parties,
        rules,
        tier_sets,
        _readings(named),
        _instruments(open_toml(folder / "instruments.toml", problems), parties),
        _determinations(known, ids),
        read_text(known, known.tree, (), "source"),
        read_text(known, known.tree, (), "observed_source"),
        _storage(open_toml(folder / "storage.toml", problems), folder / "mead_storage.csv"),
        m3,
    )
    problems.refuse()
    return river


def read_text(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> Text:
    """A text in both languages, or a problem."""
    return text(body.get(key), f"{file.name}:{line_of(file.line_numbers, (*path, key))}", file.problems)


def read_decimal(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> Decimal:
    """A number written as text, 0 or more."""
    written = file.get(body, path, key, str, None)
    try:
        value = Decimal(written)
    except InvalidOperation:
        value = Decimal(-1)
    if value.is_finite() and value >= 0:
        return value
    if isinstance(body.get(key), str):  # else it was said that it is missing or of another type
        file.say((*path, key), f"{key}: {written!r} is not a number of 0 or more / no es un número de 0 o más")
    return Decimal(0)


def read_reliability(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str = "reliability") -> Reliability:
    """How far a source goes: A, B or M."""
    found: Reliability = file.get(body, path, key, str)
    if key in body and found not in get_args(Reliability):
        file.say((*path, key), f"{key}: {found!r} is not A, B or M / no es A, B ni M")
    return found


def read_citation(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Citation:
    """The source of a table and how far it goes."""
    return Citation(read_text(file, body, path, "source"), read_reliability(file, body, path))


def _party(file: TomlFile, key: str, body: Mapping[str, Any], catalog: Catalog) -> Party:
    path: Keys = ("party", key)
    file.keys(body, path, "place apportionment reliability source")
    place = file.get(body, path, "place", str)
    if "place" in body and place not in catalog.places:
        file.say((*path, "place"), f"{place!r} is not a place / no es un lugar")
    return Party(key, place, read_decimal(file, body, path, "apportionment"), read_citation(file, body, path))


def read_day(file: TomlFile, body: Mapping[str, Any], path: Keys, key: str) -> date:
    """A date, or a problem."""
    return day(body.get(key), f"{file.name}:{line_of(file.line_numbers, (*path, key))}", file.problems)


def read_band(file: TomlFile, body: Mapping[str, Any], path: Keys) -> Band:
    """A range of levels from its bounds."""
    for one, other in (("above", "at_least"), ("below", "at_most")):
        if one in body and other in body:
            file.say((*path, other), f"{one} and {other} exclude each other / se excluyen")
    low = next((k for k in ("above", "at_least") if k in body), None)
    high = next((k for k in ("below", "at_most") if k in body), None)
    band = Band(
        read_decimal(file, body, path, low) if low else None,
        low == "at_least",
        read_decimal(file, body, path, high) if high else None,
        high == "at_most",
    )
    if band.low is not None and band.high is not None and band.low >= band.high:
        file.say(path, f"{low} is not below {high} / no es menor que {high}")
    return band


def see_no_hole(file: TomlFile, path: Keys, bands: Sequence[Band]) -> None:
    """See that every level is in exactly one band; they may be written upwards or downwards."""
    if not bands:
        file.say(path, "no steps / sin renglones")
        return
    order = sorted(range(len(bands)), key=lambda i: bands[i].low or Decimal(-1))
    for end, i in (("low", order[0]), ("high", order[-1])):
        if getattr(bands[i], end) is not None:
            file.say((*path, i), "levels beyond this step have none / los niveles más allá no tienen ninguno")
    for lower, upper in pairwise(order):
        a, b = bands[lower], bands[upper]
        if a.high is None or a.high != b.low or a.with_high == b.with_low:
            what = "a hole or an overlap with the step below / un hueco o traslape con el renglón inferior"
            file.say((*path, upper), what)


def _range(file: TomlFile) -> tuple[date, date]:
    start, end = (
        day(file.tree.get(k), f"{file.name}:{line_of(file.line_numbers, (k,))}", file.problems) for k in ("from", "to")
    )
    if start > end:
        file.say(("from",), "from is after to / from es posterior a to")
    return start, end


def _tiers(file: TomlFile) -> TierSet:
    file.keys(file.tree, (), "from to reliability source step reading")
    found = []
    for i, body in enumerate(file.rows(file.tree, (), "step")):
        path: Keys = ("step", i)
        file.keys(body, path, f"id name {BOUNDS}")
        found.append(
            Tier(file.get(body, path, "id", str), read_text(file, body, path, "name"), read_band(file, body, path))
        )
    see_no_hole(file, ("step",), [t.band for t in found])
    if len({t.id for t in found}) < len(found):
        file.say(("step",), "an id stands twice / un id se repite")
    start, end = _range(file)
    tiers = tuple(sorted(found, key=lambda t: t.band.low or Decimal(-1), reverse=True))
    return TierSet(start, end, tiers, read_citation(file, file.tree, ()))


def _readings(file: TomlFile) -> dict[Decimal, Text]:
    found = {}
    for i, body in enumerate(file.rows(file.tree, (), "reading", [])):
        path: Keys = ("reading", i)
        file.keys(body, path, "level text")
        found[read_decimal(file, body, path, "level")] = read_text(file, body, path, "text")
    return found


def _instruments(file: TomlFile, parties: Mapping[str, Party]) -> dict[str, Instrument]:
    return {key: _instrument(file, key, file.get(file.tree, (), key, dict), parties) for key in file.tree}


def _instrument(file: TomlFile, key: str, body: Mapping[str, Any], parties: Mapping[str, Party]) -> Instrument:
    path: Keys = (key,)
    file.keys(body, path, "state party name from to signed known scenario reliability source term")
    state: State = file.get(body, path, "state", str)
    if "state" in body and state not in get_args(State):
        file.say((*path, "state"), f"{state!r} is not one of / no es uno de: {', '.join(get_args(State))}")
    party = file.get(body, path, "party", str, "")
    if party and party not in parties:
        file.say((*path, "party"), f"{party!r} is not in parties.toml / no está en parties.toml")
    start, known = (read_day(file, body, path, k) for k in ("from", "known"))
    end, signed = (read_day(file, body, path, k) if k in body else None for k in ("to", "signed"))
    if end is not None and start > end:
        file.say((*path, "from"), "from is after to / from es posterior a to")
    terms = tuple(_term(file, (*path, "term", i), term, known) for i, term in enumerate(file.rows(body, path, "term")))
    return Instrument(
        key,
        state,
        read_text(file, body, path, "name"),
        party,
        start,
        end,
        signed,
        known,
        file.get(body, path, "scenario", str, ""),
        terms,
        read_citation(file, body, path),
    )


def _term(file: TomlFile, path: Keys, body: Mapping[str, Any], known: date) -> Term:
    file.keys(body, path, "standing section on text")
    standing: Standing = file.get(body, path, "standing", str)
    if "standing" in body and standing not in get_args(Standing):
        file.say((*path, "standing"), f"{standing!r} is not one of / no es uno de: {', '.join(get_args(Standing))}")
    on = read_day(file, body, path, "on")
    if on > known:
        file.say((*path, "on"), f"{on} is after known ({known}) / es posterior a known ({known})")
    return Term(standing, file.get(body, path, "section", str, ""), on, read_text(file, body, path, "text"))


def _volumes(file: TomlFile, body: Mapping[str, Any], path: Keys, parties: Mapping[str, Party]) -> dict[str, Decimal]:
    written = file.get(body, path, "kaf", dict, {})
    for party in written:
        if party not in parties:
            file.say((*path, "kaf"), f"{party} is not in parties.toml / no está en parties.toml")
    return {party: read_decimal(file, written, (*path, "kaf"), party) for party in written}


def _rule(name: str, file: TomlFile, parties: Mapping[str, Party]) -> Rule:
    file.keys(file.tree, (), "part from to reliability name source step flood_control")
    steps = []
    for i, body in enumerate(file.rows(file.tree, (), "step")):
        path: Keys = ("step", i)
        file.keys(body, path, f"rule kaf {BOUNDS}")
        band = read_band(file, body, path)
        steps.append(Step(band, read_text(file, body, path, "rule"), _volumes(file, body, path, parties)))
    see_no_hole(file, ("step",), [s.band for s in steps])
    flood = file.get(file.tree, (), "flood_control", dict, {})
    file.keys(flood, ("flood_control",), "kaf")
    start, end = _range(file)
    return Rule(
        name,
        file.get(file.tree, (), "part", str),
        read_text(file, file.tree, (), "name"),
        start,
        end,
        tuple(sorted(steps, key=lambda s: s.band.low or Decimal(-1), reverse=True)),
        read_citation(file, file.tree, ()),
        _volumes(file, flood, ("flood_control",), parties),
    )


def _determinations(file: TomlFile, tiers: set[str]) -> dict[int, Determination]:
    file.keys(file.tree, (), "source observed_source year")
    found: dict[int, Determination] = {}
    for i, body in enumerate(file.rows(file.tree, (), "year")):
        path: Keys = ("year", i)
        file.keys(body, path, "year projected reliability declared declared_reliability observed")
        year = file.get(body, path, "year", int)
        declared = file.get(body, path, "declared", str) if "declared" in body else None
        if year in found:
            file.say((*path, "year"), f"{year} stands twice / se repite")
        if declared is not None and declared not in tiers:
            file.say((*path, "declared"), f"{declared!r} is not in tiers.toml / no está en tiers.toml")
        found[year] = Determination(
            year,
            read_decimal(file, body, path, "projected"),
            read_reliability(file, body, path),
            declared,
            None if declared is None else read_reliability(file, body, path, "declared_reliability"),
            read_decimal(file, body, path, "observed") if "observed" in body else None,
        )
    return found


def _storage(file: TomlFile, path: Path) -> Storage:
    file.keys(file.tree, (), "error_kaf reliability source highest")
    highest = file.get(file.tree, (), "highest", dict)
    file.keys(highest, ("highest",), "feet reliability source")
    read_citation(file, highest, ("highest",))
    rows: list[tuple[Decimal, Decimal]] = []
    for row in table(path, file.problems, ("elevation_ft", "live_storage_kaf")):
        try:
            feet, kaf = Decimal(row["elevation_ft"]), Decimal(row["live_storage_kaf"])
        except InvalidOperation:
            feet = kaf = Decimal("NaN")
        if not (feet.is_finite() and kaf.is_finite()):
            file.problems.add(row[""], "a number is wanted / se esperaba un número")
            continue
        rows.append((feet, kaf))
        if len(rows) > 1 and not (rows[-1][0] > rows[-2][0] and rows[-1][1] > rows[-2][1]):
            file.problems.add(row[""], "level and storage must rise / nivel y almacenamiento deben crecer")
    if len(rows) < 2:
        file.problems.add(path.name, "two rows or more are wanted / se esperan dos renglones o más")
    return Storage(
        tuple(r[0] for r in rows),
        tuple(r[1] for r in rows),
        read_decimal(file, file.tree, (), "error_kaf"),
        read_decimal(file, highest, ("highest",), "feet"),
        read_citation(file, file.tree, ()),
    )
