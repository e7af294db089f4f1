"""The Python door: the flows of a workspace as methods, their answers as data frames. Floor 6, beside the terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

import polars as pl

from ambos.catalog import DEFAULT_REGION
from ambos.crossing.defaults import FRONTIER_REPLICATIONS, REPLICATIONS, SEED, STAFF_REPLICATIONS
from ambos.errors import UnknownName
from ambos.flows.air.area import judge_area
from ambos.flows.air.design import design
from ambos.flows.air.exceed import exceedances
from ambos.flows.air.health import health
from ambos.flows.air.idling import idle
from ambos.flows.air.index import judge_hours, judge_value
from ambos.flows.air.pair import pair_stations
from ambos.flows.data import figures
from ambos.flows.data.check import findings_answer
from ambos.flows.data.listing import places_answer, series_answer, sources_answer
from ambos.flows.data.search import search
from ambos.flows.data.show import show
from ambos.flows.forecast import series as monthly
from ambos.flows.forecast.waits import forecast_waits
from ambos.flows.frames import frame
from ambos.flows.region.dams import dams
from ambos.flows.region.economy import industries
from ambos.flows.river import outlook
from ambos.flows.river.canal import share_cut
from ambos.flows.river.ledger import ledger
from ambos.flows.river.plant import treat
from ambos.flows.river.reserve import reserve
from ambos.flows.river.scenarios import scenario
from ambos.flows.river.schedule import schedule
from ambos.flows.river.status import status
from ambos.flows.twin import compare, runs, year
from ambos.flows.twin import simulate as day
from ambos.flows.workspace import Workspace, open_workspace
from ambos.indicators import Basis, Grain
from ambos.model.answer import Answer, record, to_plain
from ambos.text import LANGUAGES, Text

if TYPE_CHECKING:
    from ambos.flows.twin.staff import Mode

P = ParamSpec("P")
T = TypeVar("T")


class Result:
    """An answer with its tables as data frames.

    Attributes
    ----------
    answer : Answer
        Raw values, texts in both languages, nothing formatted.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    @property
    def title(self) -> Text:
        """The answer in one line; ``title["es"]`` or ``title["en"]``."""
        return self.answer.title

    @property
    def notes(self) -> tuple[Text, ...]:
        """List the sources of the figures and their faults: to be shown wherever the figures are."""
        return self.answer.notes

    @property
    def tables(self) -> tuple[str, ...]:
        """Ids of the tables."""
        return tuple(table.id for table in self.answer.tables if table.kept())

    @property
    def frame(self) -> pl.DataFrame:
        """The first table."""
        return self.table(self.tables[0])

    def table(self, id: str) -> pl.DataFrame:
        """Give a table with the columns of its CSV.

        Parameters
        ----------
        id : str
            One of `tables`.

        Raises
        ------
        UnknownName
            If the answer has no such table.
        """
        for table in self.answer.tables:
            if table.id == id and table.kept():
                return frame(table)
        raise UnknownName(kind=Text("table", "la tabla"), name=id, nearest=", ".join(self.tables))

    def to_pandas(self, id: str | None = None) -> Any:
        """Give a table, the first if none is named, as a `pandas.DataFrame`; pandas must be installed."""
        return (self.frame if id is None else self.table(id)).to_pandas()

    def json(self) -> dict[str, Any]:
        """Give what ``--json`` prints, and the notes of the terminal: codes, raw values, texts in both languages."""
        return cast("dict[str, Any]", json.loads(json.dumps(record(self.answer), default=to_plain)))

    def __repr__(self) -> str:
        return "\n".join([self.title[LANGUAGES[0]], str(self.frame), *(note[LANGUAGES[0]] for note in self.notes)])


def _method(flow: Callable[Concatenate[Workspace, P], Answer]) -> Callable[Concatenate[_Subject, P], Result]:
    """Make a method of a flow: the same arguments but for the workspace."""

    @wraps(flow)
    def method(self: _Subject, /, *args: P.args, **given: P.kwargs) -> Result:
        return Result(flow(self.workspace, *args, **given))

    return method


class _Subject:
    """Flows of one subject over a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace


def _tabulated(flow: Callable[Concatenate[Workspace, P], T], tabulate: Callable[[T], Answer]) -> Callable[..., Answer]:
    """Make a flow that gives an answer of one that gives a run, and of how a run is tabulated."""

    @wraps(flow)
    def asked(workspace: Workspace, *args: P.args, **given: P.kwargs) -> Answer:
        return tabulate(flow(workspace, *args, **given))

    return asked


class RiverDoor(_Subject):
    """The shared water of the Colorado River; each method is the verb ``ambos river NAME``."""

    status = _method(status)
    schedule = _method(schedule)
    ledger = _method(ledger)
    reserve = _method(reserve)
    cap = _method(share_cut)
    plant = _method(treat)
    scenario = _method(scenario)
    outlook = _method(_tabulated(outlook.outlooks, outlook.answer))


class AirDoor(_Subject):
    """The air as both countries judge it; the first three are forms of ``ambos air index``, the others verbs of their names."""

    index = _method(judge_value)
    index_hours = _method(judge_hours)
    index_area = _method(judge_area)
    design = _method(design)
    exceedances = _method(exceedances)
    pair = _method(pair_stations)
    idling = _method(idle)
    health = _method(health)


class Session(_Subject):
    """A workspace to ask. May be used by several threads at once.

    Attributes
    ----------
    workspace : Workspace
    """

    series = _method(series_answer)
    places = _method(places_answer)
    sources = _method(sources_answer)
    search = _method(search)
    economy = _method(industries)
    dams = _method(dams)

    def check(self, *, place: str | None = None, check: str | None = None) -> Result:
        """Give the findings of all checks, as ``ambos check data``; nothing is written.

        Parameters
        ----------
        place : str, optional
            Only findings of this place and its members: a code or a name.
        check : str, optional
            Only findings of this check: its id or title.

        Raises
        ------
        UnknownName, NoData
            As `ambos.flows.data.check.findings_answer`.
        """
        return Result(findings_answer(self.workspace, place=place, check=check))

    def check_claim(self, claim: str, *, said: date | None = None) -> Result:
        """Judge a sentence in English or Spanish by the readings proposed for it, or a checked claim by its id.

        Parameters
        ----------
        claim : str
            A sentence, the id of a claim of the region, or a file of claims.
        said : date, optional
            When it was said; what was known on that day is compared with today's figures.

        Raises
        ------
        UnknownName, BadRequest, BadClaims
            As `ambos.flows.claims.answer.claim_answer`.
        """
        from ambos.flows.claims.answer import claim_answer

        return Result(claim_answer(self.workspace, claim, as_of=said, yes=True))

    def claims(self) -> Result:
        """List the checked claims of the region with their verdicts, as ``ambos check claim``."""
        from ambos.flows.claims.answer import claims_answer

        return Result(claims_answer(self.workspace))

    @property
    def river(self) -> RiverDoor:
        """The shared water of the Colorado River."""
        return RiverDoor(self.workspace)

    @property
    def air(self) -> AirDoor:
        """The air as both countries judge it."""
        return AirDoor(self.workspace)

    simulate = _method(_tabulated(day.simulate, day.answer))
    simulate_year = _method(_tabulated(year.simulate_year, year.answer))
    compare = _method(_tabulated(compare.compare, compare.answer))
    run = _method(runs.show)
    runs = _method(runs.runs)
    forecast_waits = _method(forecast_waits)

    # Modules of the twin's plans are imported at their first use: they take long to load.

    def calibrated(self, crossing: str) -> Result:
        """Give the calibration of a crossing's lines that is in use; nothing is computed.

        Parameters
        ----------
        crossing : str
            Crossing, or port for all of its crossings, by id or name.

        Raises
        ------
        UnknownName, NoData
            As `ambos.flows.twin.calibrate_answer.calibrated`.
        """
        from ambos.flows.twin.calibrate_answer import calibrated

        return Result(calibrated(self.workspace, crossing))

    def calibrate(
        self, crossing: str | Sequence[str], *, start: date | None = None, end: date | None = None, test: bool = True
    ) -> Result:
        """Calibrate the lines of crossings, as ``ambos calibrate CROSSING`` but kept nowhere. Takes minutes.

        Parameters
        ----------
        crossing : str or sequence of str
            Crossings or ports, by id or name.
        start, end : date, optional
            First and last day of the waits used; all that are held by default.
        test : bool
            Also fit on what is before each month and hold that against the month.

        Raises
        ------
        UnknownName, NoData
            As `ambos.flows.twin.calibrate.calibrate`.
        """
        from ambos.flows.twin.calibrate import calibrate
        from ambos.flows.twin.calibrate_answer import answer

        return Result(answer(calibrate(self.workspace, _several(crossing), start=start, end=end, test=test)))

    def staff(
        self,
        crossing: str,
        day: date,
        *,
        mode: Mode | None = None,
        target: str | None = None,
        officers: Path | bytes | None = None,
        floors: Path | bytes | None = None,
        replications: int = STAFF_REPLICATIONS,
        seed: int = SEED,
    ) -> Result:
        """Plan lanes and officers of a crossing on a day, as ``ambos staff CROSSING``.

        Parameters
        ----------
        crossing : str
            Id or name.
        day : date
        mode : {"cost", "officers", "waits", "worked"}, optional
            ``officers`` with a target, else ``cost``.
        target : str, optional
            Such as ``95% under 30 min``: of every class.
        officers, floors : Path or bytes, optional
            TOML of the officers available and of security floors: a file, or its content.
        replications, seed : int
            Of the simulation that verifies the plan.

        Raises
        ------
        BadRequest, UnknownName, NoData, CannotOpen, BadScenario
            As `ambos.flows.twin.staff.staff`.
        """
        from ambos.flows.twin.staff import answer, staff

        made = staff(
            self.workspace,
            crossing,
            day,
            mode=mode,
            target=target,
            officers=officers,
            floors=floors,
            replications=replications,
            seed=seed,
        )
        return Result(answer(made))

    def staff_frontier(
        self,
        crossing: str,
        day: date,
        *,
        target: str | None = None,
        officers: Path | bytes | None = None,
        replications: int = FRONTIER_REPLICATIONS,
        seed: int = SEED,
    ) -> Result:
        """Plan for levels of security and of officers, as ``ambos staff CROSSING --mode frontier``.

        Parameters
        ----------
        crossing : str
            Id or name.
        day : date
        target : str, optional
            The longest wait; that of the definitions if not given.
        officers : Path or bytes, optional
            TOML of shifts; its limits of officers do not count here.
        replications, seed : int
            Of each point.

        Raises
        ------
        BadRequest, UnknownName, NoData, CannotOpen, BadScenario
            As `ambos.flows.twin.frontier.frontier`.
        """
        from ambos.flows.twin.frontier import frontier

        made = frontier(
            self.workspace, crossing, day, target=target, officers=officers, replications=replications, seed=seed
        )
        return Result(made)

    def whatifs(self) -> Result:
        """List the what-ifs, as ``ambos whatif`` without a name."""
        from ambos.flows.twin import whatif

        return Result(whatif.listing(self.workspace))

    def whatif(
        self, name: str, crossing: str, day: date, *, replications: int = REPLICATIONS, seed: int = SEED
    ) -> Result:
        """Play a change by name beside the day as it is, as ``ambos whatif NAME CROSSING``.

        Parameters
        ----------
        name : str
            Id of a what-if; `whatifs` lists them.
        crossing : str
            Id or name.
        day : date
        replications, seed : int

        Raises
        ------
        UnknownName, BadRequest, NoData, BadScenario
            As `ambos.flows.twin.whatif.asked` and `ambos.flows.twin.whatif.play`.
        """
        from ambos.flows.twin import whatif

        question = whatif.asked(self.workspace, name, crossing, day)
        played = whatif.play(self.workspace, question, replications=replications, seed=seed)
        return Result(whatif.answer(question, played))

    def forecast(
        self,
        series: str,
        *,
        place: str | Sequence[str] = (),
        item: str | Sequence[str] = (),
        horizon: int | None = None,
        level: int = monthly.LEVEL,
        start: date | None = None,
    ) -> Result:
        """Forecast a monthly or quarterly series, as ``ambos forecast SERIES``.

        Parameters
        ----------
        series : str
        place, item : str or sequence of str
            Together they leave one row of figures.
        horizon : int, optional
            Periods; a year of them if not given.
        level : int
            Percent of values that the interval is to hold.
        start : date, optional
            Use only values from this day on.

        Raises
        ------
        UnknownName, BadRequest, NoData, CannotForecast
            As `ambos.flows.forecast.series.forecast_series`.
        """
        made = monthly.forecast_series(
            self.workspace,
            series,
            places=_several(place),
            items=_several(item),
            horizon=horizon,
            level=level,
            start=start,
        )
        return Result(monthly.answer(self.workspace, made))

    def show(
        self,
        series: str,
        *,
        place: str | Sequence[str] = (),
        item: str | Sequence[str] = (),
        start: date | None = None,
        end: date | None = None,
        frequency: Grain | None = None,
        as_of: date | None = None,
        currency: str = "",
        year_basis: Basis = "calendar",
        findings: bool = False,
    ) -> Result:
        """Give the figures of a series or an indicator, as ``ambos show``.

        Parameters
        ----------
        series : str
            Id of a series or indicator; `series()` lists them.
        place, item : str or sequence of str
            Codes or names; every place of the series, and its usual items, if none is given.
        start, end : date, optional
        frequency : {"H", "D", "M", "Q", "A", "all"}, optional
        as_of : date, optional
            Only what was known on this day.
        currency : {"", "USD", "MXN"}
        year_basis : {"calendar", "fiscal"}
        findings : bool
            With the findings that touch the figures among the notes, as people see them on the terminal; checking the data
            takes time.

        Raises
        ------
        UnknownName, BadRequest, NoData, NotYetKnown
            As `ambos.flows.data.show.show`.
        """
        shown = show(
            self.workspace,
            series,
            places=_several(place),
            items=_several(item),
            start=start,
            end=end,
            frequency=frequency,
            as_of=as_of,
            currency=currency,
            year_basis=year_basis,
        )
        return Result(figures.answer(self.workspace, shown, as_of=as_of, currency=currency, for_people=findings))


def open(workspace: str | Path = ".ambos", region: str | Path = DEFAULT_REGION) -> Session:
    """Open a workspace to ask; nothing is written.

    Parameters
    ----------
    workspace : str or Path
        Folder of the store; need not exist: the embedded figures answer then.
    region : str or Path
        A packaged region's name, or a folder of definitions.

    Raises
    ------
    UnknownName, DefinitionError
        If there is no such region, or its definitions are wrong.
    """
    return Session(open_workspace(Path(workspace), region))


def _several(names: str | Sequence[str]) -> Sequence[str]:
    """Take one name as a list of one."""
    return [names] if isinstance(names, str) else names
