"""Choices of a form of the river: rule sets, and the parties of the shared plant."""

from __future__ import annotations

from ambos.catalog.river import load_outlook, load_plant, load_scenarios
from ambos.flows.workspace import Workspace
from ambos.model.answer import Named


def rule_sets(workspace: Workspace) -> list[Named]:
    """Rule sets of which an outlook is made."""
    scenarios = load_scenarios(workspace.river)
    sets = load_outlook(scenarios).sets
    return [Named(id, scenarios[id].name) for id in sets if id in scenarios]


def alternatives(workspace: Workspace) -> list[Named]:
    """Rule sets for the years after 2026, decided and not in force."""
    return [Named(id, one.name) for id, one in load_scenarios(workspace.river).items()]


def plant_parties(workspace: Workspace) -> list[Named]:
    """Parties of the shared treatment plant; none where the region has no plant."""
    plant = load_plant(workspace.catalog)
    return [Named(id, name) for id, name in plant.parties.items()] if plant else []
