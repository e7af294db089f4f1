"""Crossings as they are on a day: definitions and the month's crossings from the store become a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from ambos.catalog.calibration import read_calibration
from ambos.catalog.read import Problems
from ambos.catalog.twin import load_twin
from ambos.crossing import port
from ambos.crossing.defaults import FIRST_YEAR, LAST_YEAR
from ambos.errors import bad_request
from ambos.flows.twin.volumes import MonthlyCrossings, Volumes
from ambos.flows.workspace import Workspace
from ambos.model.crossing import Scenario
from ambos.model.twin import Calibrated, Twin

#: Folder of a workspace with what is calibrated there.
CALIBRATION = "calibration"


def calibrated_here(workspace: Workspace, twin: Twin) -> Twin:
    """The definitions with what `ambos calibrate` has kept in the workspace in the place of what is embedded."""
    problems = Problems()
    kept = read_calibration(workspace.folder / CALIBRATION, problems)
    problems.refuse()
    return with_calibration(twin, kept) if kept else twin


def with_calibration(twin: Twin, kept: Mapping[tuple[str, Any, str], Calibrated]) -> Twin:
    """The definitions with these lines calibrated."""
    crossings = {
        key: replace(
            crossing,
            lines=tuple(
                replace(line, calibrated=kept.get((key, line.mode, line.lane_class), line.calibrated))
                for line in crossing.lines
            ),
        )
        for key, crossing in twin.crossings.items()
    }
    return replace(twin, crossings=crossings)


class PortDays:
    """Makes the scenario of crossings on a day.

    Parameters
    ----------
    workspace : Workspace

    Attributes
    ----------
    last : date or None
        The day of the last scenario that was made.
    months : mapping of (port id, first day of a month) to MonthlyCrossings
        What the scenarios that were made rest on.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._twin: Twin | None = None
        self._volumes: Volumes | None = None
        self.last: date | None = None
        self.months: dict[tuple[str, date], MonthlyCrossings] = {}

    @property
    def twin(self) -> Twin:
        """The definitions of crossings, read when they are first asked for."""
        if self._twin is None:
            self._twin = calibrated_here(self._workspace, load_twin(self._workspace.catalog))
        return self._twin

    def every(self) -> tuple[str, ...]:
        """The ids of all crossings of the region."""
        return tuple(self.twin.crossings)

    def __call__(self, names: tuple[str, ...], day: date, calibrated: bool = True) -> Scenario:
        """The scenario of crossings or ports, by id or name, on a day; if not `calibrated`, by the definitions alone.

        Raises
        ------
        BadRequest
            If the year is none that may be simulated.
        UnknownName
            If a name means no crossing.
        NoData
            If no crossings of such a month are held.
        """
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise bad_request(
                f"{day} cannot be simulated: write a day of {FIRST_YEAR} to {LAST_YEAR}.",
                f"El {day} no se puede simular: escriba un día de {FIRST_YEAR} a {LAST_YEAR}.",
            )
        catalog = self._workspace.catalog
        if self._volumes is None:
            self._volumes = Volumes(self._workspace)
        self.last = day
        volumes = {p: self._volumes.of(p, day) for p in port.ports(catalog, self.twin, names)}
        self.months |= {(p, day.replace(day=1)): month for p, month in volumes.items()}
        return port.day(catalog, self.twin, names, day, volumes, calibrated=calibrated)
