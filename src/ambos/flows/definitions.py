"""`ambos check definitions`: faults in the definitions are errors."""

from __future__ import annotations

from pathlib import Path

from ambos.catalog import DEFINITIONS
from ambos.catalog.air import load_air
from ambos.catalog.air_idling import load_idle_rates
from ambos.catalog.air_stations import load_stations
from ambos.catalog.river import load_river
from ambos.catalog.river_mexico import load_mexico
from ambos.catalog.river_outlook import load_outlook
from ambos.catalog.river_scenarios import load_scenarios
from ambos.catalog.river_works import load_canal, load_plant
from ambos.catalog.twin import load_twin
from ambos.flows.brief import ANSWERS, VALUES
from ambos.flows.brief_plan import check_plan
from ambos.flows.workspace import Workspace
from ambos.quality import load_checks


def check_definitions(workspace: Workspace, definitions: Path = DEFINITIONS) -> dict[str, int]:
    """Count what is defined. Opening the workspace has read the catalog already; what else there is, is read here.

    Parameters
    ----------
    workspace : Workspace
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    DefinitionError
        With the problems of the first part that has any.
    """
    catalog = workspace.catalog
    load_checks(definitions / "checks.toml")
    check_plan(workspace, ANSWERS, VALUES)
    twin, river, air = load_twin(catalog, definitions), load_river(catalog, definitions), load_air(definitions)
    scenarios, mexico, canal = (
        load_scenarios(river, definitions),
        load_mexico(catalog, river, definitions),
        load_canal(river, definitions),
    )
    plant, outlook = load_plant(catalog), load_outlook(scenarios, definitions)
    return {
        "places": len(catalog.places),
        "codes": sum(len(c.codes) for c in catalog.codelists.values()),
        "sources": len(catalog.sources),
        "datasets": len(catalog.datasets),
        "series": len(catalog.series),
        "events": len(catalog.events),
        "messages": len(catalog.messages),
        "twin": len(twin.crossings),
        "river": len(river.rules)
        + len(scenarios)
        + len(outlook.sets)
        + len(mexico.limits)
        + len(canal.pools)
        + (plant is not None),
        "air": sum(len(tables) for tables in air.tables.values()) + len(load_idle_rates(definitions)),
        "air_stations": len(load_stations(catalog).stations),
    }
