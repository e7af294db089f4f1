"""Load the pools of the canal and the shared plant; report every problem with its file and line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import open_toml
from ambos.model.river import River
from ambos.model.river_works import Canal, Plant


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
    """Read the shared treatment plant of the catalog's region.

    Returns
    -------
    Plant or None
        None if the region has none described (no ``plant.toml``).

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    path = catalog.snapshot_folder.parent / "plant.toml"
    if not path.is_file():
        return None
    problems = Problems()
    file = open_toml(path, problems)
    plant = file.read(Plant, file.tree, ())
    if set(plant.usual_share) != set(plant.members) or sum(plant.usual_share.values()) != 100:
        what = "100 percent of all parties is wanted / se espera el 100 por ciento de las partes"
        file.say(("usual", "share"), what)
    file.choice("party", plant.keeper, plant.members, ("retained", "party"))
    if not (plant.design and plant.liters and plant.days and all(plant.allocations.values())):
        file.say((), "flows and units must be more than 0 / los caudales y unidades deben ser mayores que 0")
    problems.refuse()
    return plant
