"""Monthly crossings of a port from the store, as the demand of a day is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ambos.errors import NoData
from ambos.flows.workspace import Workspace
from ambos.numbers import period
from ambos.text import Text

#: The dataset and those of its measures that travel through the twin.
_DATASET = "crossings"
MEASURES = ("personal_vehicles", "trucks", "pedestrians", "buses")


@dataclass(frozen=True)
class MonthlyCrossings:
    """The crossings of a port in a month."""

    counts: Mapping[str, int]  #: Of `MEASURES`; one that the port does not report is not there.
    month: date  #: Its first day.
    known: date  #: The date of knowledge of the newest of them.
    note: Text | None  #: Said where another month stands in for the one asked for.


class Volumes:
    """All monthly crossings of the region's ports, read once.

    Parameters
    ----------
    workspace : Workspace
    """

    def __init__(self, workspace: Workspace) -> None:
        self._catalog = workspace.catalog
        table = workspace.store.table(_DATASET)
        wanted = table.filter(table.port.isin(self._catalog.region.ports), table.measure.isin(MEASURES))
        frame = workspace.store.frame(wanted.select("port", "measure", "period", "value", "as_of"))
        self._held: dict[str, dict[date, dict[str, int]]] = {}
        self._known: dict[tuple[str, date], date] = {}
        for port, measure, when, value, known in frame.iter_rows():
            if value is not None:
                self._held.setdefault(port, {}).setdefault(when, {})[measure] = value
                self._known[port, when] = max(known, self._known.get((port, when), known))

    def busiest(self, port: str, measure: str, day: date, months: int = 36) -> tuple[float, date] | None:
        """How much busier the busiest of the last months held is than the month used for a day, and that month.

        Parameters
        ----------
        port : str
        measure : str
            One of `MEASURES`.
        day : date
        months : int
            How many of the last ones held are looked at.

        Raises
        ------
        NoData
            As `of`.
        """
        used = self.of(port, day)
        counted = {m: c[measure] for m, c in self._held.get(port, {}).items() if c.get(measure)}
        if not counted or not used.counts.get(measure):
            return None
        last = sorted(counted)[-months:]
        month = max(last, key=lambda m: counted[m])
        return counted[month] / used.counts[measure], month

    def of(self, port: str, day: date) -> MonthlyCrossings:
        """The crossings of the month of a day; if it is not held, those of the nearest same month before.

        Parameters
        ----------
        port : str
            Id of a port of the region.
        day : date

        Raises
        ------
        NoData
            If no such month is held.
        """
        wanted = day.replace(day=1)
        months = self._held.get(port, {})
        name = self._catalog.places[port].name
        same = [m for m in months if m.month == wanted.month and m <= wanted]
        if not same:
            what = Text(f"crossings of {name.en} in {wanted:%Y-%m}", f"cruces de {name.es} en {wanted:%Y-%m}")
            raise NoData(what=what)
        month = max(same)
        if month == wanted:
            return MonthlyCrossings(months[month], month, self._known[port, month], None)
        months_named = [Text(period(f"{m:%Y-%m}", "en"), period(f"{m:%Y-%m}", "es")) for m in (wanted, month)]
        note = Text(
            "Crossings of {port} in {wanted} are not held; those of {used} stand in for them.",
            "No se tienen los cruces de {port} de {wanted}; se usan los de {used}.",
        )
        return MonthlyCrossings(
            months[month],
            month,
            self._known[port, month],
            note.format(port=name, wanted=months_named[0], used=months_named[1]),
        )
