"""Pages of the river: a page for each verb, with a form for its options."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from pydantic import BeforeValidator
from pydantic import Field as Within

from ambos.briefing import Chart
from ambos.catalog.words import load_words
from ambos.errors import NoData
from ambos.flows.brief.river import cuts_by_part
from ambos.flows.river import choices, outlook
from ambos.flows.river.canal import share_cut
from ambos.flows.river.ledger import ledger
from ambos.flows.river.plant import treat
from ambos.flows.river.reserve import reserve
from ambos.flows.river.scenarios import scenario
from ambos.flows.river.schedule import schedule
from ambos.flows.river.status import status
from ambos.model.answer import Answer
from ambos.text import Text
from ambos.web.drawing import serve_chart
from ambos.web.figures import blocks, charts
from ambos.web.forms import Field, Number, Whole, Year, asked, choice, status_of, whole
from ambos.web.page import Asked, Page
from ambos.web.params import LastDay

router = APIRouter()

#: Most traces and years of an outlook that the web plays; ambos river outlook takes more.
MOST_TRACES, MOST_YEARS = 2_000, 30
#: Seconds for which a browser may keep a page of the river.
_FRESH = 600
_YEAR = Field("year", "river.year", "year")
_LEVEL = Field("elevation", "river.elevation")
_UNITS = {"af": Text("acre-feet", "acres-pie"), "hm3": Text.same("hm³")}
_FLOWS = {"mgd": "mgd", "l/s": "l/s", "hm3/yr": "hm³/yr", "af/yr": "af/yr"}


def _show(
    page: Page,
    name: str,
    fields: tuple[Field, ...],
    flow: Callable[[], Answer],
    own: Callable[[], list[dict[str, Any]]] = list,
) -> HTMLResponse:
    """Show a page of the river: its form, and the answer or why it is refused; `own` describes the charts of the answer."""
    answer, error = asked(flow)
    pages = {id: one for id, one in load_words(page.workspace.catalog).pages.items() if id.split("/")[0] == "river"}
    return page.render(
        "river.html.j2",
        status=status_of(error),
        fresh=_FRESH,
        name=name,
        subject=pages[name],
        pages=pages,
        fields=fields,
        answer=answer,
        own=[] if error else own(),
        charts=charts(page, name),
        refused=error.on_page() if error else None,
    )


def _level(
    year: Year = None,
    elevation: Number = None,
    as_of: LastDay = None,
    observed: bool = False,
    flood_control: bool = False,
) -> dict[str, Any]:
    """A year or a level, as the flows take it."""
    return {
        "year": year,
        "elevation": elevation,
        "as_of": as_of,
        "observed": observed,
        "flood_control": flood_control,
    }


AtLevel = Annotated[dict[str, Any], Depends(_level)]


def _cuts(page: Asked, given: AtLevel) -> Chart:
    chart = cuts_by_part(page.workspace, **given)
    if chart is None:
        raise NoData(what=page.workspace.catalog.message("river.table.parts", unit="kaf"))
    return chart


serve_chart(router, "/river/cuts", _cuts)


@router.get("/river")
def by_year(page: Asked, given: AtLevel) -> HTMLResponse:
    """Show the tier of a year or a level, and each party's cut."""
    fields = (
        _YEAR,
        _LEVEL,
        Field("as_of", "river.as_of", "day"),
        Field("observed", "river.observed", "check"),
        Field("flood_control", "river.flood_control", "check"),
    )

    def drawn() -> list[dict[str, Any]]:
        chart = cuts_by_part(page.workspace, **given)
        return blocks(page, [chart] if chart else [], "/river", **{k: v or None for k, v in given.items()})

    return _show(page, "river", fields, lambda: status(page.workspace, **given), drawn)


@router.get("/river/scenario")
def after_2026(page: Asked, elevation: Number = None, set: str = "", mexico: Number = None) -> HTMLResponse:
    """Show the rules after 2026 side by side."""
    fields = (
        _LEVEL,
        choice("set", "river.set", choices.alternatives(page.workspace)),
        Field("mexico", "river.mexico"),
    )
    names = (set,) if set else ()
    return _show(
        page,
        "river/scenario",
        fields,
        lambda: scenario(page.workspace, elevation=elevation, names=names, mexico=mexico),
    )


@router.get("/river/outlook")
def odds(
    page: Asked,
    set: str = "",
    years: Annotated[Annotated[int, Within(ge=1, le=MOST_YEARS)] | None, BeforeValidator(whole)] = None,
    traces: Annotated[Annotated[int, Within(ge=1, le=MOST_TRACES)] | None, BeforeValidator(whole)] = None,
    since: Year = None,
    mead: Number = None,
    powell: Number = None,
    start: LastDay = None,
    mexico: Number = None,
) -> HTMLResponse:
    """Show how likely each tier is in the years to come."""
    fields = (
        choice("set", "river.set", choices.rule_sets(page.workspace)),
        Field("years", "river.years", "year"),
        Field("traces", "river.traces", "year"),
        Field("since", "river.since", "year"),
        Field("mead", "river.mead"),
        Field("powell", "river.powell"),
        Field("start", "river.start", "day"),
        Field("mexico", "river.mexico"),
    )
    key = ("outlook", set, years, traces, since, mead, powell, start, mexico)

    def flow() -> Answer:
        return page.site.once(
            key,
            lambda workspace: outlook.answer(
                outlook.outlooks(
                    workspace,
                    names=(set,) if set else (),
                    traces=traces,
                    years=years or outlook.YEARS,
                    since=since,
                    mead=mead,
                    powell=powell,
                    start=start.replace(day=1) if start else None,
                    mexico=mexico,
                )
            ),
        )

    return _show(page, "river/outlook", fields, flow)


@router.get("/river/schedule")
def by_month(
    page: Asked,
    year: Year = None,
    order: Number = None,
    unit: Literal["af", "hm3", ""] = "",
    like: Year = None,
    created: Number = None,
    delivered: Number = None,
) -> HTMLResponse:
    """Show Mexico's order as a monthly schedule."""
    fields = (
        _YEAR,
        Field("order", "river.order"),
        Field("unit", "river.unit", "choice", tuple(_UNITS.items()), required=True),
        Field("like", "river.like", "year"),
        Field("created", "river.created"),
        Field("delivered", "river.delivered"),
    )
    return _show(
        page,
        "river/schedule",
        fields,
        lambda: schedule(
            page.workspace, year=year, order=order, unit=unit or "af", like=like, created=created, delivered=delivered
        ),
    )


@router.get("/river/ledger")
def deliveries(page: Asked, year: Year = None) -> HTMLResponse:
    """Show the deliveries to Mexico against the Treaty."""
    return _show(page, "river/ledger", (_YEAR,), lambda: ledger(page.workspace, year=year))


@router.get("/river/reserve")
def kept_back(
    page: Asked, year: Year = None, opening: Whole = None, created: Whole = None, delivered: Whole = None
) -> HTMLResponse:
    """Show Mexico's reserve in Lake Mead."""
    fields = (
        _YEAR,
        Field("opening", "river.opening"),
        Field("created", "river.created_af"),
        Field("delivered", "river.delivered_af"),
    )
    return _show(
        page,
        "river/reserve",
        fields,
        lambda: reserve(page.workspace, year=year, opening=opening, created=created, delivered=delivered),
    )


@router.get("/river/cap")
def by_priority(
    page: Asked, year: Year = None, cut: Number = None, elevation: Number = None, supply: Number = None
) -> HTMLResponse:
    """Show on which users of the canal a cut falls."""
    fields = (_YEAR, Field("cut", "river.cut"), _LEVEL, Field("supply", "river.supply"))
    return _show(
        page,
        "river/cap",
        fields,
        lambda: share_cut(page.workspace, year=year, cut=cut, supply=supply, elevation=elevation),
    )


@router.get("/river/plant")
def shared_plant(
    page: Asked,
    unit: Literal["mgd", "l/s", "hm3/yr", "af/yr", ""] = "",
    concentration: Number = None,
    retain: Number = None,
    a: Number = None,
    b: Number = None,
) -> HTMLResponse:
    """Show the parts of the treatment plant that two cities share."""
    parties = choices.plant_parties(page.workspace)
    given: dict[str, Decimal] = {
        str(party.code): flow for party, flow in zip(parties, (a, b), strict=False) if flow is not None
    }
    units = tuple((code, Text.same(name)) for code, name in _FLOWS.items())
    fields = (
        *(Field(name, f"river.flow_{name}") for name, _ in zip("ab", parties, strict=False)),
        Field("unit", "river.unit", "choice", units, required=True),
        Field("concentration", "river.concentration"),
        Field("retain", "river.retain"),
    )
    return _show(
        page,
        "river/plant",
        fields,
        lambda: treat(page.workspace, flows=given, unit=unit or "mgd", concentration=concentration, kept=retain),
    )
