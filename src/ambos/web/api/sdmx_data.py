"""Figures of a cube as SDMX-CSV 2, SDMX-JSON 2, SDMX-ML 3.0 and JSON-stat 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from xml.sax.saxutils import quoteattr

from ambos.csv_text import csv_text
from ambos.flows.data.cubes import Cube, Point
from ambos.model.answer import to_plain
from ambos.text import Language, Text
from ambos.web.api.sdmx_structure import (
    AGENCY,
    STATUSES,
    VERSION,
    Artefact,
    components,
    flow_id,
    header_xml,
    indicator_id,
    meta,
    named,
    urn,
)

Labels = Literal["id", "name", "both"]
Row = dict[str, object]


def rows(points: Sequence[Point], cube: Cube) -> list[Row]:
    """The cells of each figure by the ids of components."""
    return [
        {
            "FREQ": p.frequency,
            "REF_AREA": p.area,
            "INDICATOR": indicator_id(p.series.id),
            **dict(zip((part.id for part in cube.parts), p.parts, strict=True)),
            "TIME_PERIOD": _period(p.period),
            "OBS_VALUE": None if p.value is None else _plain(p.value),
            "OBS_STATUS": STATUSES[p.status],
            "UNIT_MEASURE": p.unit,
            "AS_OF": p.as_of.isoformat() if p.as_of else None,
            "BREAK": p.breaks or None,
        }
        for p in points
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, int | float) else to_plain(value)


def _period(label: str) -> str:
    """A period as SDMX writes it: an hour with its seconds."""
    return f"{label[:16]}:00{label[16:]}" if "T" in label else label


def to_csv(cube: Cube, found: Sequence[Row], known: Mapping[str, Artefact], labels: Labels, language: Language) -> str:
    """Write SDMX-CSV 2.0; with the names of codes beside or behind them if they are asked for."""
    own = components(cube)
    concepts = {item.id: item.name for item in known["CS_AMBOS"].items}
    names = {c.id: {i.id: i.name for i in known[c.codes].items} if c.codes else {} for c in own}
    reference = f"{AGENCY}:{flow_id(cube)}({VERSION})"
    heads: list[str] = ["STRUCTURE", "STRUCTURE_ID", *(["STRUCTURE_NAME"] if labels == "name" else []), "ACTION"]
    for c in own:
        title = concepts[c.id][language]
        heads += [f"{c.id}: {title}"] if labels == "both" else [c.id, title] if labels == "name" else [c.id]
    lines = []
    for row in found:
        line: list[object] = ["dataflow", reference, *([cube.dataset.title[language]] if labels == "name" else []), "I"]
        for c in own:
            value = row[c.id]
            name = names[c.id].get(str(value), Text.same(str(value)))[language].strip() if names[c.id] else None
            if labels == "both" and name is not None:
                line.append(f"{value}: {name}")
            else:
                line += [value, name] if labels == "name" else [value]
        lines.append(line)
    return csv_text(heads, lines)


def to_xml(cube: Cube, found: Sequence[Row], now: datetime) -> str:
    """Write structure-specific data of SDMX-ML 3.0, in time series."""
    base = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
    id = flow_id(cube)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<mes:StructureSpecificData'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xmlns:mes="{base}/message" xmlns:ss="{base}/data/structurespecific" xmlns:com="{base}/common"'
        f' xmlns:ns1="{urn("dataflow", id)}:ObsLevelDim:TIME_PERIOD">',
        header_xml(now),
        f'<mes:Structure structureID="{id}" namespace="{urn("dataflow", id)}" dimensionAtObservation="TIME_PERIOD">'
        f"<com:StructureUsage>{urn('dataflow', id)}</com:StructureUsage></mes:Structure></mes:Header>"
        f'<mes:DataSet ss:structureRef="{id}" ss:dataScope="DataStructure" xsi:type="ns1:DataSetType"'
        ' ss:action="Information">',
    ]
    keys = [c.id for c in components(cube) if c.role == "dimension"]
    last: tuple[object, ...] | None = None
    for row in found:
        key = tuple(row[k] for k in keys)
        if key != last:
            parts.append("</Series>" if last is not None else "")
            parts.append("<Series" + "".join(f" {k}={quoteattr(str(v))}" for k, v in zip(keys, key, strict=True)) + ">")
            last = key
        cells = {k: v for k, v in row.items() if k not in keys and v is not None}
        parts.append("<Obs" + "".join(f" {k}={quoteattr(str(v))}" for k, v in cells.items()) + "/>")
    return "".join([*parts, "</Series>" if last is not None else "", "</mes:DataSet></mes:StructureSpecificData>"])


def to_json(
    cube: Cube, found: Sequence[Row], known: Mapping[str, Artefact], now: datetime, language: Language
) -> dict[str, object]:
    """Describe figures as SDMX-JSON 2.0: values by places in lists of codes, each code with its name in both languages."""
    own = components(cube)
    concepts = {item.id: item.name for item in known["CS_AMBOS"].items}
    seen: dict[str, dict[object, int]] = {c.id: {} for c in own}
    keys = [c.id for c in own if c.role == "dimension"]
    attributes = [c.id for c in own if c.role == "attribute"]
    series: dict[str, dict[str, dict[str, list[object]]]] = {}

    def at(id: str, value: object) -> int:
        return seen[id].setdefault(value, len(seen[id]))

    for row in found:
        key = ":".join(str(at(k, row[k])) for k in keys)
        cells = [row["OBS_VALUE"], *(None if row[a] is None else at(a, row[a]) for a in attributes)]
        observations = series.setdefault(key, {"observations": {}})["observations"]
        observations[str(at("TIME_PERIOD", row["TIME_PERIOD"]))] = cells

    def described(id: str) -> dict[str, object]:
        codes = next(c.codes for c in own if c.id == id)
        names = {i.id: i.name for i in known[codes].items} if codes else {}
        made = named(id, concepts[id], None, language)
        if id == "OBS_VALUE":
            return made
        values = [
            named(str(v), names.get(str(v), Text.same(str(v))), None, language) if names else {"value": str(v)}
            for v in seen[id]
        ]
        return made | ({"values": values} if values else {})

    links = [{"rel": "dataflow", "urn": urn("dataflow", flow_id(cube))}]
    structure = {
        "links": links,
        "dataSets": [0],
        "dimensions": {
            "series": [described(k) | {"keyPosition": i} for i, k in enumerate(keys)],
            "observation": [described("TIME_PERIOD") | {"keyPosition": len(keys)}],
        },
        "measures": {"observation": [described("OBS_VALUE")]},
        "attributes": {"observation": [described(a) | {"relationship": {"observation": {}}} for a in attributes]},
    }
    data = {
        "structures": [structure],
        "dataSets": [{"structure": 0, "action": "Information", "links": links, "series": series}],
    }
    return {"meta": meta(now, "data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json", language), "data": data}


def to_stat(
    cube: Cube, found: Sequence[Row], known: Mapping[str, Artefact], now: datetime, language: Language
) -> dict[str, object]:
    """Describe figures as a dataset of JSON-stat 2.0: values by their place in the table of all codes.

    A figure without a value has its status only; days of knowledge and breaks stand in the extension, by the same places.
    """
    own = [c for c in components(cube) if c.role == "dimension" or c.id == "TIME_PERIOD"]
    names = {c.id: {i.id: i.name for i in known[c.codes].items} if c.codes else {} for c in components(cube)}
    concepts = {item.id: item.name for item in known["CS_AMBOS"].items}
    codes = {c.id: list(dict.fromkeys(str(row[c.id]) for row in found)) for c in own}
    codes["TIME_PERIOD"].sort()

    def named_code(id: str, code: str) -> str:
        return names[id].get(code, Text.same(code))[language].strip()

    def at(row: Row) -> str:
        place = 0
        for id, index in indices.items():
            place = place * len(index) + index[str(row[id])]
        return str(place)

    indices = {id: {code: i for i, code in enumerate(listed)} for id, listed in codes.items()}
    units = {str(row["INDICATOR"]): {"label": named_code("UNIT_MEASURE", str(row["UNIT_MEASURE"]))} for row in found}
    dimensions: dict[str, dict[str, dict[str, object]]] = {
        id: {"category": {"index": listed, "label": {code: named_code(id, code) for code in listed}}}
        for id, listed in codes.items()
    }
    dimensions["INDICATOR"]["category"]["unit"] = units

    def cells(column: str) -> dict[str, object]:
        return {at(row): row[column] for row in found if row[column] is not None}

    return {
        "version": "2.0",
        "class": "dataset",
        "label": cube.dataset.title[language],
        "updated": now.isoformat(timespec="seconds"),
        "id": list(codes),
        "size": [len(listed) for listed in codes.values()],
        "role": {"time": ["TIME_PERIOD"], "geo": ["REF_AREA"], "metric": ["INDICATOR"]},
        "dimension": {id: {"label": concepts[id][language]} | one for id, one in dimensions.items()},
        "value": cells("OBS_VALUE"),
        "status": cells("OBS_STATUS"),
        "extension": {"AS_OF": cells("AS_OF"), "BREAK": cells("BREAK")},
    }
