"""Load the pools of the canal and the shared plant; every problem is told with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from ambos.catalog.catalog import Catalog
from ambos.catalog.lines import Path as Keys
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.river import read_citation, read_decimal, read_text
from ambos.catalog.river_mexico import read_dates
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.model.river import Citation, River
from ambos.model.river_works import Canal, Plant, Pool
from ambos.text import Text

_CAP = "name from to why reliability source pool formula settlement holder bearing"
_PLANT = "dated name below reliability source party design usual retained units"


def load_canal(river: River, definitions: Path = DEFINITIONS) -> Canal:
    """Read the pools of the canal.

    Parameters
    ----------
    river : River
        Its parties have the one whose cut the canal bears.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "river" / "cap.toml", problems)
    file.keys(file.tree, (), _CAP)
    citation = read_citation(file, file.tree, ())
    told = file.get(file.tree, (), "holder", dict)
    holders = {key: read_text(file, told, ("holder",), key) for key in told}
    pools = tuple(_pool(file, i, body, holders, citation) for i, body in enumerate(file.rows(file.tree, (), "pool")))
    formula, bearing = (file.get(file.tree, (), key, dict) for key in ("formula", "bearing"))
    file.keys(formula, ("formula",), "least indian_loss reliability source")
    file.keys(bearing, ("bearing",), "party reliability source")
    party = file.get(bearing, ("bearing",), "party", str)
    if party not in river.parties:
        file.say(("bearing", "party"), f"{party!r} is not in parties.toml / no está en parties.toml")
    least, loss = (read_decimal(file, formula, ("formula",), key) for key in ("least", "indian_loss"))
    by_formula = [p for p in pools if p.favoured]
    if len(by_formula) != 1:
        file.say(("pool",), "one pool with formula is wanted / se espera un fondo con formula")
    elif not (0 < least < by_formula[0].size and loss < by_formula[0].holders.get(by_formula[0].favoured, loss)):
        file.say(("formula",), "least or indian_loss does not fit the pool / no corresponde al fondo")
    start, end = read_dates(file, file.tree, ())
    if end is None:
        file.say(("to",), "to is missing / falta to")
    canal = Canal(
        read_text(file, file.tree, (), "name"),
        party,
        start,
        end or start,
        read_text(file, file.tree, (), "why"),
        pools,
        least,
        loss,
        read_citation(file, formula, ("formula",)),
        _last(file, holders),
        holders,
        read_citation(file, bearing, ("bearing",)),
        citation,
    )
    for year in range(canal.start.year, canal.end.year + 1):
        if len(canal.of(year)) != len(pools) + 1:
            file.say(("settlement", "size"), f"one size is wanted for {year} / se espera un volumen para {year}")
    problems.refuse()
    return canal


def _pool(file: TomlFile, i: int, body: Mapping[str, Any], holders: Mapping[str, Text], citation: Citation) -> Pool:
    path: Keys = ("pool", i)
    file.keys(body, path, "id name holder formula")
    told = file.get(body, path, "holder", dict)
    volumes = _by(file, told, (*path, "holder"), holders)
    favoured = file.get(body, path, "formula", str, "")
    if favoured and (favoured not in volumes or len(volumes) != 2):
        file.say((*path, "formula"), "formula names one of two holders / formula indica uno de dos titulares")
    return Pool(file.get(body, path, "id", str), read_text(file, body, path, "name"), volumes, favoured, citation)


def _last(file: TomlFile, holders: Mapping[str, Text]) -> tuple[tuple[int, int, Pool], ...]:
    path: Keys = ("settlement",)
    body = file.get(file.tree, (), "settlement", dict)
    file.keys(body, path, "id name holder reliability source size")
    holder = file.get(body, path, "holder", str)
    if "holder" in body and holder not in holders:
        file.say((*path, "holder"), f"{holder!r} is not a holder / no es un titular")
    name = read_text(file, body, path, "name")
    pool = Pool(file.get(body, path, "id", str), name, {}, "", read_citation(file, body, path))
    found = []
    for i, size in enumerate(file.rows(body, path, "size")):
        at: Keys = (*path, "size", i)
        file.keys(size, at, "from to af")
        found.append(
            (
                file.get(size, at, "from", int),
                file.get(size, at, "to", int),
                replace(pool, holders={holder: read_decimal(file, size, at, "af")}),
            )
        )
    return tuple(found)


def _by(file: TomlFile, told: Mapping[str, Any], path: Keys, known: Mapping[str, Text]) -> dict[str, Decimal]:
    """A number for each name, all of them known."""
    for name in told:
        if name not in known:
            file.say((*path, name), f"{name!r} is not known / no se conoce")
    return {name: read_decimal(file, told, path, name) for name in told}


def load_plant(catalog: Catalog) -> Plant | None:
    """Read the shared treatment plant of the catalog's region.

    Parameters
    ----------
    catalog : Catalog

    Returns
    -------
    Plant or None
        None if the region has none described (no ``plant.toml``).

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    told_in = catalog.snapshot_folder.parent / "plant.toml"
    if not told_in.is_file():
        return None
    problems = Problems()
    file = open_toml(told_in, problems)
    file.keys(file.tree, (), _PLANT)
    design, usual, retained, units, told = (
        file.get(file.tree, (), key, dict) for key in ("design", "usual", "retained", "units", "party")
    )
    file.keys(design, ("design",), "mgd reliability source")
    file.keys(usual, ("usual",), "percent_of_design share reliability source")
    file.keys(retained, ("retained",), "party reliability source")
    file.keys(units, ("units",), "liters_per_gallon days reliability source")
    parties, allocations = {}, {}
    for key in told:
        path: Keys = ("party", key)
        body = file.get(told, ("party",), key, dict)
        file.keys(body, path, "name allocation")
        parties[key] = read_text(file, body, path, "name")
        allocations[key] = read_decimal(file, body, path, "allocation")
    share = _by(file, file.get(usual, ("usual",), "share", dict), ("usual", "share"), parties)
    if set(share) != set(parties) or sum(share.values()) != 100:
        file.say(("usual", "share"), "100 percent of all parties is wanted / se espera el 100 por ciento de las partes")
    keeper = file.get(retained, ("retained",), "party", str)
    if keeper not in parties:
        file.say(("retained", "party"), f"{keeper!r} is not a party / no es una parte")
    flow = read_decimal(file, design, ("design",), "mgd")
    percent = read_decimal(file, usual, ("usual",), "percent_of_design")
    plant = Plant(
        read_text(file, file.tree, (), "name"),
        read_text(file, file.tree, (), "below"),
        read_text(file, file.tree, (), "dated"),
        parties,
        allocations,
        read_citation(file, file.tree, ()),
        flow,
        read_citation(file, design, ("design",)),
        {key: flow * percent / 100 * share[key] / 100 for key in share},
        read_citation(file, usual, ("usual",)),
        keeper,
        read_citation(file, retained, ("retained",)),
        read_decimal(file, units, ("units",), "liters_per_gallon"),
        read_decimal(file, units, ("units",), "days"),
        read_citation(file, units, ("units",)),
    )
    if not (flow and plant.liters and plant.days and all(allocations.values())):
        file.say((), "flows and units must be more than 0 / los caudales y unidades deben ser mayores que 0")
    problems.refuse()
    return plant
