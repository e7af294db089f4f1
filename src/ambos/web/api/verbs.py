"""Answers of flows under ``/api/v1``: each an address whose parameters are those of its flow."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathPart
from fastapi.responses import Response
from pydantic import BeforeValidator, WithJsonSchema

from ambos.errors import BadRequest
from ambos.flows.air.design import design
from ambos.flows.air.exceed import exceedances
from ambos.flows.air.health import health
from ambos.flows.air.idling import idle
from ambos.flows.air.index import judge_hours, judge_value
from ambos.flows.air.pair import pair_stations
from ambos.flows.claims.answer import claims_answer, sentence_answer
from ambos.flows.data import catalogue, figures, listing, vintages
from ambos.flows.data import findings as known_findings
from ambos.flows.data.show import show
from ambos.flows.forecast import series, waits
from ambos.flows.region.dams import dams
from ambos.flows.region.economy import industries
from ambos.flows.register import answers as register
from ambos.flows.register import due, progress, reading
from ambos.flows.river import outlook
from ambos.flows.river.canal import share_cut
from ambos.flows.river.ledger import ledger
from ambos.flows.river.plant import treat
from ambos.flows.river.reserve import reserve
from ambos.flows.river.scenarios import scenario
from ambos.flows.river.schedule import schedule
from ambos.flows.river.status import status
from ambos.flows.twin import runs, staff_trial, whatif
from ambos.flows.twin.calibrate_answer import calibrated
from ambos.flows.workspace import Workspace
from ambos.model import Finding
from ambos.model.answer import Answer, json_schema
from ambos.model.register import KINDS
from ambos.text import Language, Text
from ambos.web import forecasts
from ambos.web.api.forms import MOST_ROWS, Form, reply
from ambos.web.page import site_of
from ambos.web.params import Currency, FirstDay, Freq, LastDay, YearBasis
from ambos.web.routes import also_at
from ambos.web.site import Site

router = APIRouter(prefix="/api/v1")

_WRITTEN = r"^[+-]?([0-9]{1,30}\.?[0-9]{0,30}|\.[0-9]{1,30})$"
#: Powers of ten from 1 that are taken for a number and not for a slip.
_DIGITS = 9


def _number(text: object) -> object:
    """Read ``1047.61``, exact to its last digit; an empty one is None."""
    if not isinstance(text, str):
        return text
    if not text:
        return None
    number = Decimal(text) if re.fullmatch(_WRITTEN, text) else Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        raise ValueError("not a number")
    return number


_NUMBER = {"type": "string", "pattern": r"^(|[+-]?[0-9]{1,9}(\.[0-9]{1,9})?)$", "examples": ["1047.61"]}
Number = Annotated[Decimal | None, BeforeValidator(_number), WithJsonSchema(_NUMBER)]
NumberGiven = Annotated[Decimal, BeforeValidator(_number), WithJsonSchema(_NUMBER | {"minLength": 1})]
Assumed = Annotated[
    Decimal | Literal["feis"] | None,
    BeforeValidator(lambda text: text if text == "feis" else _number(text)),
    WithJsonSchema({"type": "string", "pattern": r"^(|feis|[0-9]{1,6}(\.[0-9]{1,9})?)$", "examples": ["150", "feis"]}),
]
_NAME = Query(max_length=200)
Name = Annotated[str, _NAME]
Kind = Literal["", *KINDS]  # type: ignore[valid-type]
Moment = Annotated[str, Query(max_length=40)]
NameOrNone = Annotated[str | None, _NAME]
Several = Annotated[tuple[Annotated[str, Query(max_length=200)], ...], Query(max_length=100)]
Year = Annotated[int | None, Query(ge=1, le=9999)]
Volume = Annotated[int | None, Query(ge=0, le=1_000_000_000)]


# -- flows with the arguments of an address ---------------------------------------------------------------------------
def _dams(workspace: Workspace, *, day: FirstDay = None, as_of: LastDay = None) -> Answer:
    return dams(workspace, day=day, as_of=as_of)


def _show(
    workspace: Workspace,
    id: str,
    *,
    place: Several = (),
    item: Several = (),
    start: FirstDay = None,
    end: LastDay = None,
    freq: Freq = "",
    as_of: LastDay = None,
    currency: Currency = "",
    year: YearBasis = "calendar",
) -> Answer:
    shown = show(
        workspace,
        id,
        places=place,
        items=item,
        start=start,
        end=end,
        frequency=freq or None,
        as_of=as_of,
        currency=currency,
        year_basis=year,
    )
    return figures.answer(workspace, shown, as_of=as_of, currency=currency, for_people=False)


def _vintages(
    workspace: Workspace,
    id: str,
    *,
    place: Several = (),
    item: Several = (),
    start: FirstDay = None,
    end: LastDay = None,
    freq: Freq = "",
    year: YearBasis = "calendar",
) -> Answer:
    return vintages.vintages(
        workspace, id, places=place, items=item, start=start, end=end, frequency=freq or None, year_basis=year
    )


def _findings(
    workspace: Workspace,
    found: Sequence[Finding],
    *,
    place: Name = "",
    dataset: Name = "",
    source: Name = "",
    severity: Literal["high", "medium", "low", ""] = "",
    check: Name = "",
) -> Answer:
    filters = known_findings.Filters(place, dataset, source, severity, check)
    return known_findings.list_answer(workspace, found, filters)


def _finding(workspace: Workspace, found: Sequence[Finding], id: str) -> Answer:
    return known_findings.one_answer(workspace, known_findings.find(found, id))


def _plant(
    workspace: Workspace,
    *,
    flow: Several = (),
    unit: Literal["mgd", "l/s", "hm3/yr", "af/yr"] = "mgd",
    concentration: Number = None,
    retain: Number = None,
) -> Answer:
    flows: dict[str, Decimal] = {}
    for one in flow:
        party, _, text = one.partition("=")
        try:
            number = _number(text)
        except ValueError:
            number = None
        if not isinstance(number, Decimal) or party.strip().lower() in flows:
            raise BadRequest(
                detail=Text(
                    f"flow={one} is not a party and its flow, given once; write flow=party=11.8.",
                    f"flow={one} no es una parte y su caudal, dada una vez; escriba flow=parte=11.8.",
                )
            )
        flows[party.strip().lower()] = number
    return treat(workspace, flows=flows, unit=unit, concentration=concentration, kept=retain)


def _outlook(
    workspace: Workspace,
    *,
    set: Several = (),
    traces: Annotated[int | None, Query(ge=1, le=1000)] = None,
    years: Annotated[int, Query(ge=1, le=40)] = 10,
    seed: Annotated[int, Query(ge=0, le=2**31)] = 1,
    since: Year = None,
    mead: Number = None,
    powell: Number = None,
    start: FirstDay = None,
    mexico: Assumed = None,
) -> Answer:
    return outlook.answer(
        outlook.outlooks(
            workspace,
            names=set,
            traces=traces,
            years=years,
            seed=seed,
            since=since,
            mead=mead,
            powell=powell,
            start=start,
            mexico=mexico,
        )
    )


def _register(
    workspace: Workspace,
    *,
    kind: Kind = "",
    committee: Name = "",
    objective: Name = "",
    meeting: Name = "",
    side: Name = "",
    responsible: Name = "",
    status: Name = "",
    type: Name = "",
    text: Name = "",
    late: bool | None = None,
    expiring: bool | None = None,
    expired: bool | None = None,
    no_news: bool | None = None,
    agreed: bool | None = None,
    kept: bool | None = None,
    as_of: Moment = "",
) -> Answer:
    return register.list_answer(
        workspace,
        kind=kind,
        committee=committee,
        objective=objective,
        meeting=meeting,
        side=side,
        responsible=responsible,
        status=status,
        type=type,
        text=text,
        late=late,
        expiring=expiring,
        expired=expired,
        no_news=no_news,
        agreed=agreed,
        kept=kept,
        as_of=as_of,
        limit=MOST_ROWS,
    )


def _record(workspace: Workspace, kind: str, id: str, *, as_of: Moment = "") -> Answer:
    return register.show_answer(workspace, kind, id, as_of=as_of)


def _due(workspace: Workspace, *, ahead: Annotated[int, Query(ge=0, le=3660)] = 90) -> Answer:
    return due.due_answer(workspace, ahead=ahead)


def _progress(workspace: Workspace, *, since: FirstDay = None) -> Answer:
    held = reading.reading(workspace)
    return progress.progress_answer(held, progress.progress(held, since))


def _idling(
    workspace: Workspace, *, port: NameOrNone = None, year: Year = None, less: Annotated[int, Query(ge=0, le=100)] = 0
) -> Answer:
    return idle(workspace, port=port, year=year, less=Decimal(less))


def _forecast(
    workspace: Workspace,
    site: Site,
    id: str,
    *,
    place: Name = "",
    item: Name = "",
    horizon: Annotated[int | None, Query(ge=1, le=24)] = None,
    level: Annotated[int, Query(ge=50, le=95)] = series.LEVEL,
    start: FirstDay = None,
) -> Answer:
    made = forecasts.of_series(site, id, place, item, horizon=horizon, level=level, start=start)
    return series.answer(workspace, made)


def _waits(workspace: Workspace, site: Site, crossing: str, *, lane: Name = "") -> Answer:
    return waits.answer(workspace, forecasts.of_waits(site, crossing, lane or None))


# -- addresses ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Verb:
    """An answer at an address."""

    path: str
    flow: Callable[..., Answer]
    title: Text
    kinds: Mapping[str, Any] = field(default_factory=dict)  #: Types of parameters that the address narrows.
    fixed: Mapping[str, Any] = field(default_factory=dict)  #: Arguments that an address cannot give.
    #: Arguments of an answer whose JSON Schema the documentation shows; None if it says of all answers what it says.
    sample: Mapping[str, Any] | None = None
    passes: bool = False  #: Whether the answer tells more than the state does: of the ledger, of runs kept.

    @property
    def tag(self) -> str:
        """The subject in the documentation."""
        return self.path.split("/")[1]


_FILE: dict[str, Any] = {"path": None}
VERBS = (
    Verb(
        "/series", listing.series_answer, Text("List series and indicators", "Enumera series e indicadores"), sample={}
    ),
    Verb(
        "/series/{id}",
        catalogue.one_series,
        Text("A series: definition, unit, dimensions", "Una serie: definición, unidad, dimensiones"),
        sample={"id": "crossings.trucks"},
    ),
    Verb(
        "/series/{id}/data",
        _show,
        Text("The figures of a series", "Las cifras de una serie"),
        sample={"id": "crossings.trucks", "start": date(2024, 1, 1)},
    ),
    Verb(
        "/series/{id}/vintages",
        _vintages,
        Text(
            "What was known of the figures of a series, and when", "Qué se sabía de las cifras de una serie, y cuándo"
        ),
    ),
    Verb(
        "/series/{id}/forecast",
        _forecast,
        Text(
            "A forecast of a monthly or quarterly series, with its error",
            "Un pronóstico de una serie mensual o trimestral, con su error",
        ),
    ),
    Verb("/places", listing.places_answer, Text("List places", "Enumera lugares"), sample={}),
    Verb("/codes", catalogue.codelists, Text("List code lists", "Enumera listas de códigos"), sample={}),
    Verb("/codes/{id}", catalogue.codelist, Text("The codes of a list", "Los códigos de una lista")),
    Verb(
        "/sources",
        listing.sources_answer,
        Text("Sources and how fresh each is", "Fuentes y qué tan recientes son"),
        passes=True,
    ),
    Verb(
        "/events",
        catalogue.events,
        Text("Events that explain figures", "Acontecimientos que explican cifras"),
        sample={},
    ),
    Verb(
        "/economy",
        industries,
        Text("The states' industries side by side", "Las industrias de los estados, lado a lado"),
        sample={},
    ),
    Verb(
        "/dams",
        _dams,
        Text("Reservoirs on the state's own rivers on a day", "Presas en los ríos propios del estado en un día"),
        sample={},
    ),
    Verb("/changes", vintages.changes_answer, Text("What became known, by day", "Lo que se supo, por día"), sample={}),
    Verb("/findings", _findings, Text("Faults found in official data", "Fallas encontradas en datos oficiales")),
    Verb("/findings/{id}", _finding, Text("A finding with its figures", "Un hallazgo con sus cifras")),
    Verb("/register", _register, Text("Records of the register", "Registros de la comisión"), passes=True),
    Verb(
        "/register/due",
        _due,
        Text("What is due, late or ends", "Lo que vence, está atrasado o termina"),
        passes=True,
    ),
    Verb(
        "/register/progress",
        _progress,
        Text("Progress since the last plenary", "Avance desde la última plenaria"),
        passes=True,
    ),
    Verb(
        "/register/{kind}/{id}",
        _record,
        Text("A record with its acceptances and history", "Un registro con sus aceptaciones e historial"),
        passes=True,
    ),
    Verb("/claims", claims_answer, Text("Checked claims", "Afirmaciones revisadas")),
    Verb(
        "/claims/check",
        sentence_answer,
        Text("The verdict on a sentence", "El veredicto sobre una oración"),
        kinds={"sentence": Annotated[str, Query(min_length=1, max_length=500)]},
    ),
    Verb(
        "/runs",
        runs.runs,
        Text("Kept runs of the twin, simulated", "Corridas guardadas del gemelo, simuladas"),
        passes=True,
    ),
    Verb(
        "/crossings/{crossing}/forecast",
        _waits,
        Text(
            "A forecast of the waits at a crossing, with its error",
            "Un pronóstico de las esperas en un cruce, con su error",
        ),
        passes=True,
    ),
    Verb(
        "/crossings/{crossing}/calibration",
        calibrated,
        Text("The twin's calibration of a crossing, estimated", "La calibración del gemelo en un cruce, estimada"),
        passes=True,
    ),
    Verb("/whatifs", whatif.listing, Text("What-ifs by name", "Supuestos por nombre"), sample={}),
    Verb(
        "/staff/{plan}",
        staff_trial.kept_answer,
        Text("A kept plan of lanes and officers, simulated", "Un plan guardado de carriles y oficiales, simulado"),
        passes=True,
    ),
    Verb("/runs/{run}", runs.show, Text("A kept run, simulated", "Una corrida guardada, simulada"), passes=True),
    Verb(
        "/river/status",
        status,
        Text("The tier of a year and each party's cut", "El nivel de un año y la reducción de cada parte"),
    ),
    Verb(
        "/river/scenario",
        scenario,
        Text(
            "Cuts after 2026: decided, and by alternatives",
            "Reducciones después de 2026: lo decidido y las alternativas",
        ),
        fixed={"levels": ()},
    ),
    Verb("/river/outlook", _outlook, Text("How likely each tier is", "Qué tan probable es cada nivel")),
    Verb(
        "/river/schedule",
        schedule,
        Text("Mexico's annual order as a monthly schedule", "El pedido anual de México como programa mensual"),
        kinds={"unit": Literal["af", "hm3"]},
        fixed={"file": None},
    ),
    Verb(
        "/river/ledger", ledger, Text("Deliveries to Mexico against the Treaty", "Entregas a México frente al Tratado")
    ),
    Verb("/river/reserve", reserve, Text("Mexico's reserve in Lake Mead", "La reserva de México en el lago Mead")),
    Verb(
        "/river/cap",
        share_cut,
        Text("On which users of a canal a cut falls", "Sobre qué usuarios de un canal recae una reducción"),
    ),
    Verb("/river/plant", _plant, Text("The shared treatment plant", "La planta de tratamiento compartida")),
    Verb(
        "/air/index",
        judge_value,
        Text("AQI and Índice AIRE Y SALUD of a concentration", "AQI e Índice AIRE Y SALUD de una concentración"),
        kinds={"hours": Annotated[int, Query(ge=1, le=24)], "value": NumberGiven},
    ),
    Verb(
        "/air/hours",
        judge_hours,
        Text("Both indices of the hours of a station", "Ambos índices de las horas de una estación"),
        kinds={"station": Annotated[str, Query(min_length=1, max_length=200)]},
        fixed=_FILE,
    ),
    Verb(
        "/air/design",
        design,
        Text("US design values of a station", "Valores de diseño estadounidenses de una estación"),
        kinds={
            "station": Annotated[str, Query(min_length=1, max_length=200)],
            "every": Annotated[int, Query(ge=1, le=12)],
        },
        fixed=_FILE,
    ),
    Verb(
        "/air/exceedances",
        exceedances,
        Text("Days above the limits at a station", "Días arriba de los límites en una estación"),
        kinds={"station": Annotated[str, Query(min_length=1, max_length=200)]},
        fixed=_FILE,
    ),
    Verb(
        "/air/pairs",
        pair_stations,
        Text("Twin stations of both sides", "Pares de estaciones de ambos lados"),
        fixed={"files": (), "stations": None},
    ),
    Verb(
        "/air/idling",
        _idling,
        Text("What vehicles emit while they wait", "Lo que emiten los vehículos mientras esperan"),
    ),
    Verb(
        "/air/health",
        health,
        Text("What the networks were asked for, and what came", "Qué se pidió a las redes y qué llegó"),
        passes=True,
    ),
)
#: Names of arguments in addresses, where they are other ones.
_ALIASES = {"start": "from", "end": "to", "words": "q", "names": "set", "everywhere": "all", "day": "date"}
#: Arguments that the application gives.
_GIVEN = ("workspace", "found", "site")
COMMON: tuple[tuple[str, Any, object], ...] = (
    ("form", Form | None, None),
    ("table", Annotated[str, Query(max_length=60)], ""),
    ("limit", Annotated[int | None, Query(ge=1, le=MOST_ROWS)], None),
    ("offset", Annotated[int, Query(ge=0, le=10_000_000)], 0),
    ("lang", Language | None, None),
)


def _kind(verb: Verb, name: str, hint: Any, required: bool) -> Any:
    """The type of a parameter of an address, by that of the argument."""
    if name in verb.kinds:
        return verb.kinds[name]
    if get_origin(hint) in (Annotated, Literal):
        return hint
    members = [one for one in get_args(hint) if one is not type(None)] or [hint]
    literal = next((one for one in members if get_origin(one) is Literal), None)
    if Decimal in members:
        return NumberGiven if required else Assumed if literal else Number
    if literal is not None:
        return literal if type(None) not in get_args(hint) else literal | None
    if hint is bool:
        return bool
    if int in members:
        return Volume if name in ("opening", "created", "delivered") else Year
    if date in members:
        return LastDay if name in ("as_of", "end") else FirstDay
    if str in members:
        return Name if hint is str else NameOrNone
    return Several


def _signature(verb: Verb) -> inspect.Signature:
    hints = get_type_hints(verb.flow, include_extras=True)
    made = [inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)]
    for name, one in inspect.signature(verb.flow).parameters.items():
        if name in _GIVEN or name in verb.fixed:
            continue
        if f"{{{name}}}" in verb.path:
            made.append(_keyword(name, Annotated[str, PathPart(max_length=300)], inspect.Parameter.empty))
            continue
        required = one.default is inspect.Parameter.empty or "min_length" in str(verb.kinds.get(name))
        kind = _kind(verb, name, hints[name], required)
        alias = Query(alias=_ALIASES[name]) if name in _ALIASES else Query()
        made.append(_keyword(name, Annotated[kind, alias], inspect.Parameter.empty if required else one.default))
    return inspect.Signature([*made, *(_keyword(name, kind, default) for name, kind, default in COMMON)])


def _keyword(name: str, kind: Any, default: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def _endpoint(verb: Verb) -> Callable[..., Response]:
    signature = _signature(verb)
    names = {_ALIASES.get(name, name) for name in signature.parameters}

    def answer(
        request: Request,
        *,
        form: Form | None,
        table: str,
        limit: int | None,
        offset: int,
        lang: Language | None,
        **asked: Any,
    ) -> Response:
        if unknown := sorted(set(request.query_params) - names):
            listed = ", ".join(sorted(names - {"request"}))
            raise BadRequest(
                detail=Text(
                    f"This address has no parameter {unknown[0]!r}. It has: {listed}.",
                    f"Esta dirección no tiene el parámetro {unknown[0]!r}. Tiene: {listed}.",
                )
            )
        site = site_of(request)
        site.passes = verb.passes
        wanted = inspect.signature(verb.flow).parameters
        given: dict[str, Any] = {"found": site.findings()} if "found" in wanted else {}
        given |= {"site": site} if "site" in wanted else {}
        made = verb.flow(site.workspace, **given, **verb.fixed, **asked)
        return reply(request, made, form, table=table, limit=limit, offset=offset)

    answer.__signature__ = signature  # type: ignore[attr-defined]
    answer.__name__ = re.sub(r"\W+", "_", verb.path).strip("_")
    return answer


for _verb in VERBS:
    _made = _endpoint(_verb)
    router.add_api_route(
        _verb.path,
        _made,
        tags=[_verb.tag],
        summary=_verb.title.en,
        response_class=Response,
        openapi_extra={"x-es": _verb.title.es, "x-verb": True},
    )
    # before the address without an end, whose last part would take the end for its own
    _route = router.routes.pop()
    router.routes += [also_at(f"{router.prefix}{_verb.path}.{_end}", _route) for _end in ("json", "csv", "parquet")]
    router.routes.append(_route)


def sampled(workspace: Workspace) -> dict[str, dict[str, object]]:
    """The JSON Schema of the answers of those addresses of which one answer tells of the others."""
    return {
        router.prefix + verb.path: json_schema(verb.flow(workspace, **verb.sample))
        for verb in VERBS
        if verb.sample is not None
    }
