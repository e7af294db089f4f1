"""SDMX-REST 2: structures, data and their availability at ``/api/sdmx/2``."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, cast, get_type_hints

from fastapi import APIRouter, Query, Request
from fastapi import Path as PathPart
from fastapi.responses import Response

from ambos.errors import BadRequest, NoData, TooMuch, UnknownName
from ambos.flows.data.cubes import FREQUENCIES, Cube, Point, Selection, cubes, points
from ambos.periods import days_of, read_period
from ambos.text import Text
from ambos.web.api import sdmx_data, sdmx_structure
from ambos.web.api.forms import json_text
from ambos.web.api.problem import language_asked
from ambos.web.api.sdmx_structure import AGENCY, VERSION, Artefact, Kind, artefacts, flow_id, indicator_id, urn
from ambos.web.page import FRESH, site_of
from ambos.web.site import Site

router = APIRouter(prefix="/api/sdmx/2", tags=["sdmx"])

#: Figures of one answer; a query for more is refused with 413, as the standard says.
MOST = 200_000
_XML, _JSON, _CSV = "xml", "json", "csv"
_STRUCTURE_TYPES = {
    _XML: "application/vnd.sdmx.structure+xml;version=3.0.0",
    _JSON: "application/vnd.sdmx.structure+json;version=2.0.0",
}
_DATA_TYPES = {
    _XML: "application/vnd.sdmx.data+xml;version=3.0.0",
    _JSON: "application/vnd.sdmx.data+json;version=2.0.0",
    _CSV: "application/vnd.sdmx.data+csv;version=2.0.0",
}
_KINDS: tuple[Kind, ...] = ("codelist", "conceptscheme", "dataflow", "datastructure")
#: Names of any version, and of any agency or id.
_VERSIONS = ("*", "+", "~", "latest", "all", VERSION, "1.0+", "1+", "1.0.0+")
_ANY = ("*", "all", "")
_Name = Annotated[str, PathPart(max_length=200, pattern=r"^[A-Za-z0-9_@$*+~.,\-]+$")]


def _form(request: Request, types: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The form that ``Accept`` names first, with its parameters; SDMX-ML if it names none of these."""
    for one in request.headers.get("accept", "").split(","):
        kind, *more = (part.strip() for part in one.split(";"))
        form = kind.rpartition("+")[2].rpartition("/")[2]
        if form in types and (
            kind.startswith("application/vnd.sdmx.") or kind in (f"application/{form}", f"text/{form}")
        ):
            return form, dict(part.split("=", 1) for part in more if "=" in part)
    return _XML, {}


def _known(site: Site) -> list[Artefact]:
    return site.once("sdmx", lambda workspace: artefacts(workspace.catalog))


def _reply(content: str, kind: str, status: int = 200) -> Response:
    headers = {"Cache-Control": f"public, max-age={FRESH}"}
    return Response(content.encode(), status, headers=headers, media_type=kind)


def _at(path: str, answer: Callable[..., Response]) -> Callable[..., Response]:
    """The answer of an address that leaves out the last parts of its path, which have defaults."""
    hints, made = get_type_hints(answer, include_extras=True), []
    for name, one in inspect.signature(answer).parameters.items():
        in_path = f"{{{name}}}" in path
        if in_path or name not in _PARTS:
            default = inspect.Parameter.empty if in_path else one.default
            made.append(one.replace(kind=inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[name]))

    def bound(**asked: Any) -> Response:
        return answer(**asked)

    bound.__signature__ = inspect.Signature(made)  # type: ignore[attr-defined]
    bound.__name__ = answer.__name__
    return bound


#: Parts of paths.
_PARTS = ("kind", "context", "agency", "id", "version", "key")


# -- structures ------------------------------------------------------------------------------------------------------
References = Literal[
    "none", "parents", "parentsandsiblings", "ancestors", "children", "descendants", "all",
    "codelist", "conceptscheme", "dataflow", "datastructure",
]  # fmt: skip
Detail = Literal[
    "full", "allstubs", "referencestubs", "allcompletestubs", "referencecompletestubs", "referencepartial", "raw"
]


def _structure(
    request: Request,
    kind: Literal["codelist", "conceptscheme", "dataflow", "datastructure", "*", "structure"],
    agency: _Name = "*",
    id: _Name = "*",
    version: _Name = "+",
    references: References = "none",
    detail: Detail = "full",
) -> Response:
    """Answer a structure query."""
    known = _known(site_of(request))
    if agency not in (*_ANY, AGENCY):
        raise UnknownName(kind=Text("agency", "la agencia"), name=agency, nearest=AGENCY)
    wanted = [] if id in _ANY else id.split(",")
    chosen = [
        a
        for a in known
        if kind in ("*", "structure", a.kind)
        and (not wanted or a.id in wanted)
        and set(version.split(",")) & {*_VERSIONS}
    ]
    if not chosen:
        names = ", ".join(a.id for a in known if a.kind == kind) or ", ".join(_KINDS)
        raise UnknownName(kind=Text("structure", "la estructura"), name=f"{kind} {id} ({version})", nearest=names)
    found = sdmx_structure.with_references(chosen, known, references)
    form, _ = _form(request, _STRUCTURE_TYPES)
    stubs, now, language = detail in ("allstubs", "allcompletestubs"), datetime.now(UTC), language_asked(request)
    if form == _JSON:
        return _reply(json_text(sdmx_structure.to_json(found, now, language, stubs=stubs)), _STRUCTURE_TYPES[_JSON])
    return _reply(sdmx_structure.to_xml(found, now, stubs=stubs), _STRUCTURE_TYPES[_XML])


def _content(types: Mapping[str, str]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {"schema": {"type": "string"}} for kind in types.values()}}}


for _path in ("/structure/{kind}", "/structure/{kind}/{agency}", "/structure/{kind}/{agency}/{id}", "/structure/{kind}/{agency}/{id}/{version}"):  # fmt: skip
    for _slash in ("", "/"):
        router.add_api_route(
            _path + _slash,
            _at(_path, _structure),
            summary="Dataflows, data structures, code lists, concepts",
            openapi_extra={"x-es": "Flujos, estructuras de datos, listas de códigos, conceptos"},
            response_class=Response,
            responses=_content(_STRUCTURE_TYPES),
            include_in_schema=_path.endswith("{version}") and not _slash,
        )


# -- queries of data --------------------------------------------------------------------------------------------------
@dataclass
class Filter:
    """Values wanted of a dimension, and values not wanted; a period has a first and a last day."""

    values: set[str] | None = None
    without: set[str] = field(default_factory=set)
    start: date | None = None
    end: date | None = None


def _refuse(en: str, es: str) -> BadRequest:
    return BadRequest(detail=Text(en, es))


def _keys(key: str, cube: Cube) -> list[dict[str, set[str]]]:
    """The keys of a path: ``M.2604+2605.*``, several parted by commas."""
    names = ["FREQ", "REF_AREA", "INDICATOR", *(part.id for part in cube.parts)]
    made = []
    for one in key.split(",") if key not in _ANY else []:
        codes = one.split(".")
        if len(codes) > len(names):
            raise _refuse(
                f"The key {one} has more parts than {'.'.join(names)}.",
                f"La clave {one} tiene más partes que {'.'.join(names)}.",
            )
        made.append({n: set(c.split("+")) for n, c in zip(names, codes, strict=False) if c not in ("", "*")})
    return made


_FILTER = re.compile(r"(?:(eq|ne|lt|le|gt|ge):)?(.*)", re.S)


def _filters(request: Request, cube: Cube) -> dict[str, Filter]:
    """The filters by component: ``c[REF_AREA]=2604,2605``, ``c[TIME_PERIOD]=ge:2015+le:2020``, ``startPeriod``."""
    made: dict[str, Filter] = {}
    able = {c.id for c in sdmx_structure.components(cube) if c.role in ("dimension", "time")}
    for name, text in request.query_params.multi_items():
        period = {"startPeriod": "ge", "endPeriod": "le"}.get(name)
        match = re.fullmatch(r"c\[(\w+)\]", name)
        if period is None and match is None:
            continue
        component = "TIME_PERIOD" if period or match is None else match[1]
        if component not in able:
            raise _refuse(
                f"{component} is not a dimension; there are: {', '.join(sorted(able))}.",
                f"{component} no es una dimensión; hay: {', '.join(sorted(able))}.",
            )
        own = made.setdefault(component, Filter())
        for one in re.split(r"[+ ]", text):
            operator, value = cast("tuple[str, str]", _FILTER.fullmatch(f"{period}:{one}" if period else one).groups())  # type: ignore[union-attr]
            if component == "TIME_PERIOD":
                _bound(own, operator or "eq", value)
            elif operator in ("eq", "", None):
                values = set(value.split(","))
                own.values = values if own.values is None else own.values & values
            elif operator == "ne":
                own.without |= set(value.split(","))
            else:
                raise _refuse(
                    f"{component} has no order: {operator} cannot be asked.",
                    f"{component} no tiene orden: no se puede pedir {operator}.",
                )
    return made


def _bound(filter: Filter, operator: str, value: str) -> None:
    """Take a period as a bound of the days wanted."""
    try:
        span = days_of(value) or (read_period(value, last=False), read_period(value, last=True))
    except ValueError as error:
        raise _refuse(
            f"{value[:40]!r} is not a period; write 2015, 2015-Q3, 2015-07 or 2015-07-31.",
            f"{value[:40]!r} no es un periodo; escriba 2015, 2015-Q3, 2015-07 o 2015-07-31.",
        ) from error
    first, last = span
    if operator in ("eq", "ge"):
        filter.start = first
    if operator in ("eq", "le"):
        filter.end = last
    if operator == "gt":
        filter.start = date.fromordinal(min(last.toordinal() + 1, date.max.toordinal()))
    if operator == "lt":
        filter.end = date.fromordinal(max(first.toordinal() - 1, 1))
    if operator == "ne":
        raise _refuse(
            "A period can be asked by eq, ge, gt, le and lt.", "Un periodo se puede pedir con eq, ge, gt, le y lt."
        )


def _selections(
    request: Request, cube: Cube, key: str, as_of: date | None
) -> tuple[list[Selection], dict[str, Filter]]:
    filters = _filters(request, cube)
    time = filters.get("TIME_PERIOD", Filter())
    made = []
    for one in _keys(key, cube) or [{}]:
        wanted: dict[str, set[str]] = dict(one)
        for name, own in filters.items():
            if name != "TIME_PERIOD" and own.values is not None:
                wanted[name] = wanted[name] & own.values if name in wanted else own.values
        if any(not values for values in wanted.values()):
            continue
        codes = {indicator_id(s.id): s.id for s in cube.series}
        named = wanted.get("INDICATOR", set())
        series = frozenset(codes[c] for c in named if c in codes)
        frequencies = frozenset(wanted.get("FREQ", set()))
        if (named and not series) or (frequencies and not frequencies & set(FREQUENCIES)):
            continue
        parts = {p.id: tuple(sorted(wanted[p.id])) for p in cube.parts if p.id in wanted}
        areas = tuple(sorted(wanted.get("REF_AREA", ())))
        made.append(Selection(frequencies, areas, series, parts, time.start, time.end, as_of))
    return made, filters


def _cube(site: Site, agency: str, id: str, version: str) -> Cube:
    found = site.once("cubes", lambda workspace: {flow_id(c): c for c in cubes(workspace.catalog).values()})
    if agency not in (*_ANY, AGENCY) or id not in found or version not in _VERSIONS:
        raise UnknownName(
            kind=Text("dataflow", "el flujo de datos"), name=f"{agency}:{id}({version})", nearest=", ".join(found)
        )
    return found[id]


def _points(request: Request, cube: Cube, key: str, as_of: date | None) -> list[Point]:
    """The figures that a query wants, each once."""
    selections, filters = _selections(request, cube, key, as_of)
    part_at = {part.id: i for i, part in enumerate(cube.parts)}
    found: dict[tuple[object, ...], Point] = {}

    def left_out(p: Point) -> bool:
        cells = {"FREQ": p.frequency, "REF_AREA": p.area, "INDICATOR": indicator_id(p.series.id)}
        cells |= {id: p.parts[i] for id, i in part_at.items()}
        return any(cells.get(name) in own.without for name, own in filters.items())

    for selection in selections:
        for some in points(site_of(request).workspace, cube, selection):
            found |= {(p.frequency, p.area, p.series.id, p.parts, p.period): p for p in some if not left_out(p)}
            if len(found) > MOST:
                raise TooMuch(
                    detail=Text(
                        f"More than {MOST:,} figures: ask for fewer by a key, c[…] or startPeriod, or take a whole table of /api/v1/bulk.",
                        f"Más de {MOST:,} cifras: pida menos con una clave, c[…] o startPeriod, o tome una tabla completa de /api/v1/bulk.",
                    )
                )
    if not found:
        raise NoData(what=f"{flow_id(cube)}/{key}")
    return list(found.values())


Context = Literal["dataflow", "datastructure", "*"]
AsOf = Annotated[date | None, Query(alias="asOf")]
Count = Annotated[int | None, Query(ge=1, le=1_000_000)]


def _data(
    request: Request,
    context: Context,
    id: _Name,
    agency: _Name = "*",
    version: _Name = "+",
    key: Annotated[str, PathPart(max_length=2000)] = "*",
    first: Annotated[Count, Query(alias="firstNObservations")] = None,
    last: Annotated[Count, Query(alias="lastNObservations")] = None,
    as_of: AsOf = None,
    format: Literal["jsonstat"] | None = None,
) -> Response:
    """Answer a data query."""
    site = site_of(request)
    cube = _cube(site, agency, id, version)
    found = sdmx_data.rows(_points(request, cube, key, as_of), cube)
    if first or last:
        found = _ends(found, cube, first, last)
    known = {a.id: a for a in _known(site) if a.kind in ("codelist", "conceptscheme")}
    language, now = language_asked(request), datetime.now(UTC)
    if format == "jsonstat":
        return _reply(json_text(sdmx_data.to_stat(cube, found, known, now, language)), "application/json")
    wanted, asked = _form(request, _DATA_TYPES)
    if wanted == _CSV:
        labels = cast("sdmx_data.Labels", asked["labels"] if asked.get("labels") in ("name", "both") else "id")
        return _reply(
            sdmx_data.to_csv(cube, found, known, labels, language), f"{_DATA_TYPES[_CSV]};labels={labels};charset=utf-8"
        )
    if wanted == _JSON:
        return _reply(json_text(sdmx_data.to_json(cube, found, known, now, language)), _DATA_TYPES[_JSON])
    return _reply(sdmx_data.to_xml(cube, found, now), _DATA_TYPES[_XML])


def _ends(found: Sequence[sdmx_data.Row], cube: Cube, first: int | None, last: int | None) -> list[sdmx_data.Row]:
    """The first and last figures of each series."""
    keys = [c.id for c in sdmx_structure.components(cube) if c.role == "dimension"]
    groups: dict[tuple[object, ...], list[sdmx_data.Row]] = {}
    for row in found:
        groups.setdefault(tuple(row[k] for k in keys), []).append(row)
    made = []
    for own in groups.values():
        kept = {*range(first or 0), *range(len(own) - (last or 0), len(own))}
        made += [row for at, row in enumerate(own) if at in kept]
    return made


def _availability(
    request: Request,
    context: Context,
    id: _Name,
    agency: _Name = "*",
    version: _Name = "+",
    key: Annotated[str, PathPart(max_length=2000)] = "*",
    references: References = "none",
    as_of: AsOf = None,
) -> Response:
    """Say which codes have figures, and how many (SDMX-JSON 2.0)."""
    site = site_of(request)
    cube = _cube(site, agency, id, version)
    found = sdmx_data.rows(_points(request, cube, key, as_of), cube)
    keys = [c.id for c in sdmx_structure.components(cube) if c.role == "dimension"]
    count = len(Counter(tuple(row[k] for k in keys) for row in found))
    known = _known(site)
    flow = next(a for a in known if a.kind == "dataflow" and a.id == flow_id(cube))
    chosen = [] if references == "none" else sdmx_structure.with_references([flow], known, references)
    now, language = datetime.now(UTC), language_asked(request)
    made = sdmx_structure.to_json(chosen, now, language, stubs=False)
    region = [{"id": k, "values": [{"value": str(v)} for v in dict.fromkeys(row[k] for row in found)]} for k in keys]
    metrics = {"obs_count": len(found), "series_count": count}
    constraint = sdmx_structure.named(f"CC_{flow.id}", flow.name, None, language) | {
        "agencyID": AGENCY,
        "version": VERSION,
        "role": "Actual",
        "annotations": [{"id": k, "type": "sdmx_metrics", "title": str(n)} for k, n in metrics.items()],
        "constraintAttachment": {"dataflows": [urn("dataflow", flow.id)]},
        "cubeRegions": [{"include": True, "keyValues": region}],
    }
    cast("dict[str, Any]", made["data"])["dataConstraints"] = [constraint]
    return _reply(json_text(made), _STRUCTURE_TYPES[_JSON])


for _start, _answer, _types, _title, _titulo in (
    ("/data/{context}", _data, _DATA_TYPES, "Figures of a dataflow", "Cifras de un flujo de datos"),
    ("/availability/{context}", _availability, {_JSON: _STRUCTURE_TYPES[_JSON]}, "Codes that have figures", "Códigos que tienen cifras"),
):  # fmt: skip
    for _path in ("/{agency}/{id}", "/{agency}/{id}/{version}", "/{agency}/{id}/{version}/{key}", "/{agency}/{id}/{version}/{key}/*"):  # fmt: skip
        for _slash in ("", "/"):
            router.add_api_route(
                _start + _path + _slash,
                _at(_start + _path, _answer),
                summary=_title,
                openapi_extra={"x-es": _titulo},
                response_class=Response,
                responses=_content(_types) | {413: {"description": "More figures than one answer holds"}},
                include_in_schema=_path.endswith("{key}") and not _slash,
            )
