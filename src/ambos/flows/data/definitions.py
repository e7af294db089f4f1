"""`ambos check definitions`: faults in the definitions are errors."""

from __future__ import annotations

from pathlib import Path

from ambos.catalog import DEFINITIONS, Catalog
from ambos.catalog.air import load_air, load_idle_rates, load_stations
from ambos.catalog.alerts import load_alerts
from ambos.catalog.claims import load_claims, load_reader, load_rules
from ambos.catalog.holidays import load_holidays
from ambos.catalog.ranking import load_scheme, load_sensitivity
from ambos.catalog.read import Problems
from ambos.catalog.register import load_labels, load_register, load_register_rules
from ambos.catalog.river import (
    load_canal,
    load_district,
    load_mexico,
    load_outlook,
    load_plant,
    load_river,
    load_scenarios,
)
from ambos.catalog.staff import load_staff, load_whatifs
from ambos.catalog.toml_file import open_toml
from ambos.catalog.twin import load_twin
from ambos.catalog.words import load_words
from ambos.crossing.scenario.format import load_sections
from ambos.flows.brief.dossier import ANSWERS, SECTIONS, VALUES
from ambos.flows.brief.plan import check_plan
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Named, data_table
from ambos.numbers import number
from ambos.quality import load_checks
from ambos.text import LANGUAGES, Text


def check_definitions(workspace: Workspace, definitions: Path = DEFINITIONS) -> dict[str, int]:
    """Count the definitions. Opening the workspace has read the catalog; the other definitions are read here.

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
    _check_settings(catalog, definitions / "checks.toml")
    check_plan(workspace, ANSWERS, VALUES, SECTIONS)
    load_sections(definitions)
    load_sections(definitions, "staff_file")
    load_staff(catalog, definitions)
    load_whatifs(catalog, definitions)
    load_holidays(definitions)
    load_register_rules.__wrapped__(definitions)
    load_labels.__wrapped__(definitions)
    load_sensitivity(definitions)
    load_scheme(catalog)
    twin, river, air = load_twin(catalog, definitions), load_river(catalog, definitions), load_air(definitions)
    scenarios, mexico, canal = (
        load_scenarios(river, definitions),
        load_mexico(catalog, river, definitions),
        load_canal(river, definitions),
    )
    words = load_words(catalog, definitions)
    load_rules(definitions)
    plant, district, outlook = load_plant(catalog), load_district(catalog), load_outlook(scenarios, definitions)
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
        + (plant is not None)
        + (district is not None),
        "air": sum(len(tables) for tables in air.tables.values()) + len(load_idle_rates(definitions)),
        "air_stations": len(load_stations(catalog).stations),
        "alerts": len(load_alerts(catalog, workspace.folder).rules),
        "register": len(load_register.__wrapped__(catalog)),  # as it is now, not as it was read before
        "claims": len(load_claims(catalog)) + len(load_reader(catalog, definitions).senses),
        "words": len(words.terms) + len(words.questions) + len(words.synonyms),
    }


#: The names of what is counted.
_NAMES = {
    "places": Text("places", "lugares"),
    "codes": Text("codes", "claves"),
    "sources": Text("sources", "fuentes"),
    "datasets": Text("datasets", "conjuntos de datos"),
    "series": Text("series", "series"),
    "events": Text("events", "acontecimientos"),
    "messages": Text("messages", "mensajes"),
    "twin": Text("crossings of the twin", "cruces con modelo de simulación"),
    "river": Text("rules and scenarios of the river", "reglas y escenarios del río"),
    "air": Text("tables of the air", "tablas del aire"),
    "air_stations": Text("air stations", "estaciones de aire"),
    "alerts": Text("rules of alerts", "reglas de alertas"),
    "register": Text("records of the commission", "registros de la comisión"),
    "claims": Text("claims and senses of sentences", "afirmaciones y sentidos de oraciones"),
    "words": Text("terms, questions and synonyms", "términos, preguntas y sinónimos"),
}


def definitions_answer(workspace: Workspace) -> Answer:
    """Check the definitions and count them; see `check_definitions` for errors."""
    counts = check_definitions(workspace)
    listed = Text(*(", ".join(f"{number(n, 0, k)} {_NAMES[kind][k]}" for kind, n in counts.items()) for k in LANGUAGES))
    title = Text("The definitions are sound: ", "Las definiciones están en orden: ") + listed + Text.same(".")
    rows = ((Named(kind, _NAMES[kind]), n) for kind, n in counts.items())
    table = data_table("definitions", Text("Definitions", "Definiciones"), ("kind", "count"), rows)
    return Answer("check.definitions", title, (table,))


def _check_settings(catalog: Catalog, path: Path) -> None:
    """Check that the settings of the checks name existing datasets, columns, measures, lane states and code lists."""
    problems = Problems()
    file = open_toml(path, problems)
    for key, check in file.tables().items():
        settings, here = check.get("settings", {}), (key, "settings")
        for name, words in (("size", ["amount"]), ("periods", ["year"])):
            if name in settings:
                file.choice(name, settings[name], words, (*here, name))
        for name in {"pending", "closed"} & {*settings}:
            file.choice(name, settings[name], catalog.codelists["lane_states"].codes, (*here, name))
        for name, part in settings.get("sums", {}).items():
            for measure in part["parts"]:
                file.choice("measure", measure, catalog.codelists["measures"].codes, (*here, "sums", name))
        for name in settings.get("datasets", ()):
            file.choice("dataset", name, catalog.datasets, (*here, "datasets", name))
        slices = {("series", n): (s.get("dataset"), s) for n, s in settings.get("series", {}).items()}
        if isinstance(settings.get("datasets"), dict):
            slices |= {("datasets", n): (n, s) for n, s in settings["datasets"].items()}
        for at, (dataset, columns) in slices.items():
            if not file.choice("dataset", dataset, catalog.datasets, (*here, *at)):
                continue
            known = {column.id: column.codes for column in catalog.datasets[str(dataset)].columns}
            for name in ("place", "item", "period", "value", "key", "part", "year", "months"):
                if columns.get(name):
                    file.choice(f"{name}: column", columns[name], known, (*here, *at))
            for column in (*columns.get("keys", ()), *columns.get("items", ()), *columns.get("where", ())):
                file.choice("column", column, known, (*here, *at))
            if "codes" in columns:
                file.choice("codes", columns["codes"], catalog.codelists, (*here, *at))
    problems.refuse()
