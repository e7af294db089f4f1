"""Dataflows, structures, code lists and concepts of SDMX 3.0, as SDMX-ML and SDMX-JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from ambos.catalog import Catalog
from ambos.flows.data.cubes import FREQUENCIES, Cube, cubes
from ambos.model.codes import NOT_APPLICABLE, TOTAL
from ambos.text import LANGUAGES, Language, Text

AGENCY, VERSION = "AMBOS", "1.0.0"
CONCEPTS = "CS_AMBOS"
_PACKAGES = {
    "codelist": ("codelist.Codelist", "Codelist"),
    "conceptscheme": ("conceptscheme.ConceptScheme", "ConceptScheme"),
    "dataflow": ("datastructure.Dataflow", "Dataflow"),
    "datastructure": ("datastructure.DataStructure", "DataStructure"),
}
Kind = Literal["codelist", "conceptscheme", "dataflow", "datastructure"]
#: Our statuses as SDMX's code list of statuses (CL_OBS_STATUS 2.2) names them.
STATUSES = {"A": "A", "P": "P", "E": "E", "F": "F", "B": "B", "M": "O", "S": "Q"}
_FREQUENCY_NAMES = {
    "H": Text("Hourly", "Por hora"),
    "D": Text("Daily", "Diaria"),
    "M": Text("Monthly", "Mensual"),
    "Q": Text("Quarterly", "Trimestral"),
    "A": Text("Annual", "Anual"),
}
_CONCEPT_NAMES = {
    "FREQ": Text("Frequency", "Frecuencia"),
    "REF_AREA": Text("Reference area", "Área de referencia"),
    "INDICATOR": Text("Series or indicator", "Serie o indicador"),
    "TIME_PERIOD": Text("Time period", "Periodo"),
    "OBS_VALUE": Text("Value", "Valor"),
    "OBS_STATUS": Text("Status of the value", "Estatus del valor"),
    "UNIT_MEASURE": Text("Unit of measure", "Unidad de medida"),
    "AS_OF": Text("Day from which the value was known", "Día desde el que se conoce el valor"),
    "BREAK": Text("Events by which the series breaks here", "Acontecimientos por los que la serie se rompe aquí"),
}
_NOT_APPLICABLE = Text("Not applicable", "No aplica")


@dataclass(frozen=True, slots=True)
class Item:
    """A code or concept."""

    id: str
    name: Text
    about: Text | None = None


@dataclass(frozen=True, slots=True)
class Component:
    """A dimension, attribute or measure."""

    id: str
    role: Literal["dimension", "time", "attribute", "measure"]
    codes: str = ""  #: Id of its code list; "" if it has none.
    type: str = "String"


@dataclass(frozen=True, slots=True)
class Artefact:
    """Anything that a structure query asks for."""

    kind: Kind
    id: str
    name: Text
    about: Text | None = None
    items: tuple[Item, ...] = ()  #: Of a code list or concept scheme.
    components: tuple[Component, ...] = ()  #: Of a data structure.
    refers: tuple[tuple[Kind, str], ...] = ()  #: What it refers to, directly.

    @property
    def urn(self) -> str:
        """Its universal name."""
        return urn(self.kind, self.id)


def urn(kind: Kind, id: str) -> str:
    """The universal name of an artefact of ours."""
    return f"urn:sdmx:org.sdmx.infomodel.{_PACKAGES[kind][0]}={AGENCY}:{id}({VERSION})"


def flow_id(cube: Cube) -> str:
    """The id of a dataflow."""
    return cube.dataset.id.upper()


def indicator_id(series: str) -> str:
    """The code of a series: codes have no dots, which part keys."""
    return series.replace(".", "_").upper()


def components(cube: Cube) -> tuple[Component, ...]:
    """The dimensions, measure and attributes of a cube, in their order."""
    return (
        Component("FREQ", "dimension", "CL_FREQ"),
        Component("REF_AREA", "dimension", "CL_AREA"),
        Component("INDICATOR", "dimension", f"CL_INDICATOR_{flow_id(cube)}"),
        *(Component(part.id, "dimension", f"CL_{part.codes.upper()}") for part in cube.parts),
        Component("TIME_PERIOD", "time", type="ObservationalTimePeriod"),
        Component("OBS_VALUE", "measure", type="Double"),
        Component("OBS_STATUS", "attribute", "CL_OBS_STATUS"),
        Component("UNIT_MEASURE", "attribute", "CL_UNIT_MEASURE"),
        Component("AS_OF", "attribute", type="GregorianDay"),
        Component("BREAK", "attribute"),
    )


def artefacts(catalog: Catalog) -> list[Artefact]:
    """All that the catalog gives."""
    known = cubes(catalog)
    made: dict[str, Artefact] = {}

    def codelist(id: str, name: Text, items: Iterable[Item]) -> None:
        made.setdefault(id, Artefact("codelist", id, name, items=tuple(items)))

    codelist("CL_FREQ", _CONCEPT_NAMES["FREQ"], (Item(f, _FREQUENCY_NAMES[f]) for f in FREQUENCIES))
    codelist("CL_AREA", _CONCEPT_NAMES["REF_AREA"], (Item(p.id, p.name) for p in catalog.places.values()))
    statuses = catalog.codelists["statuses"].codes
    codelist("CL_OBS_STATUS", _CONCEPT_NAMES["OBS_STATUS"], (Item(o, statuses[s].name) for s, o in STATUSES.items()))
    codelist("CL_UNIT_MEASURE", _CONCEPT_NAMES["UNIT_MEASURE"], (Item(u.id, u.name) for u in catalog.units.values()))
    concepts = {id: Item(id, name) for id, name in _CONCEPT_NAMES.items()}
    flows: list[Artefact] = []
    for cube in known.values():
        id = flow_id(cube)
        for part in cube.parts:
            name = _part_name(cube, part.column)
            concepts.setdefault(part.id, Item(part.id, name))
            codelist(f"CL_{part.codes.upper()}", name, _codes(catalog, part.codes))
        codelist(
            f"CL_INDICATOR_{id}",
            cube.dataset.title,
            (Item(indicator_id(s.id), s.title, s.definition) for s in cube.series),
        )
        own = components(cube)
        lists: dict[tuple[Kind, str], None] = {("conceptscheme", CONCEPTS): None}
        lists |= {("codelist", c.codes): None for c in own if c.codes}
        title, about = cube.dataset.title, cube.dataset.description
        flows.append(Artefact("dataflow", id, title, about, refers=(("datastructure", id),)))
        flows.append(Artefact("datastructure", id, title, components=own, refers=tuple(lists)))
    scheme = Artefact(
        "conceptscheme", CONCEPTS, Text("Concepts of Ambos", "Conceptos de Ambos"), items=tuple(concepts.values())
    )
    return [*made.values(), scheme, *flows]


def _part_name(cube: Cube, column: str) -> Text:
    dataset = cube.dataset
    if column in dataset.keys:
        return dataset.column(column).description
    named = {"hour": Text("Hour of the day", "Hora del día"), "weekday": Text("Day of the week", "Día de la semana")}
    attribute = column.rpartition(".")[2]
    if attribute in named:
        return named[attribute]
    return dataset.column(column.partition(".")[0]).description + Text(f" ({attribute})", f" ({attribute})")


def _codes(catalog: Catalog, id: str) -> Iterator[Item]:
    known = catalog.codelists.get(id)
    codes = known.codes.values() if known else ()
    yield from (Item(code.id, code.name) for code in codes)
    if id == "hours":
        yield from (Item(f"{hour:02d}", Text.same(f"{hour:02d}:00")) for hour in range(24))
    held = {code.id for code in codes}
    if TOTAL not in held:
        yield Item(TOTAL, catalog.message("label.total"))
    if NOT_APPLICABLE not in held:
        yield Item(NOT_APPLICABLE, _NOT_APPLICABLE)


def with_references(chosen: Sequence[Artefact], known: Sequence[Artefact], references: str) -> list[Artefact]:
    """Add what is related to the artefacts: those that they refer to, and those that refer to them."""
    by_key = {(a.kind, a.id): a for a in known}
    found = {(a.kind, a.id): a for a in chosen}

    def down(artefact: Artefact, *, deep: bool) -> None:
        for key in artefact.refers:
            if key not in found:
                found[key] = by_key[key]
                if deep:
                    down(by_key[key], deep=True)

    def up(artefact: Artefact) -> list[Artefact]:
        return [a for a in known if (artefact.kind, artefact.id) in a.refers]

    if references in ("parents", "parentsandsiblings", "ancestors", "all"):
        for artefact in chosen:
            for parent in up(artefact):
                found.setdefault((parent.kind, parent.id), parent)
                if references in ("ancestors", "all"):
                    for above in up(parent):
                        found.setdefault((above.kind, above.id), above)
                if references == "parentsandsiblings":
                    down(parent, deep=False)
    if references in ("children", "descendants", "all"):
        for artefact in list(found.values()) if references == "all" else chosen:
            down(artefact, deep=references != "children")
    if references in _PACKAGES:
        related = with_references(chosen, known, "all")
        found |= {(a.kind, a.id): a for a in related if a.kind == references}
    return list(found.values())


# -- SDMX-ML 3.0 -----------------------------------------------------------------------------------------------------
_NS = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
_CONTAINERS: tuple[tuple[Kind, str], ...] = (
    ("codelist", "Codelists"),
    ("conceptscheme", "ConceptSchemes"),
    ("dataflow", "Dataflows"),
    ("datastructure", "DataStructures"),
)


def header_xml(now: datetime) -> str:
    """The header of a message."""
    return (
        f"<mes:Header><mes:ID>AMBOS{now:%Y%m%d%H%M%S}</mes:ID><mes:Test>false</mes:Test>"
        f'<mes:Prepared>{now:%Y-%m-%dT%H:%M:%SZ}</mes:Prepared><mes:Sender id="{AGENCY}"/>'
    )


def to_xml(chosen: Sequence[Artefact], now: datetime, *, stubs: bool) -> str:
    """Write artefacts as SDMX-ML 3.0; `stubs` leaves codes and components out."""
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<mes:Structure xmlns:mes="{_NS}/message" xmlns:str="{_NS}/structure" xmlns:com="{_NS}/common">',
        header_xml(now),
        "</mes:Header><mes:Structures>",
    ]
    for kind, container in _CONTAINERS:
        own = [a for a in chosen if a.kind == kind]
        if own:
            parts += [f"<str:{container}>", *(_artefact_xml(a, stubs) for a in own), f"</str:{container}>"]
    return "".join([*parts, "</mes:Structures></mes:Structure>"])


def _names(name: Text, about: Text | None) -> str:
    made = "".join(f'<com:Name xml:lang="{k}">{escape(name[k].strip())}</com:Name>' for k in LANGUAGES)
    if about:
        made += "".join(f'<com:Description xml:lang="{k}">{escape(about[k])}</com:Description>' for k in LANGUAGES)
    return made


def _artefact_xml(a: Artefact, stubs: bool) -> str:
    tag = f"str:{_PACKAGES[a.kind][1]}"
    inner = _names(a.name, a.about)
    if a.kind == "dataflow":
        inner += f"<str:Structure>{urn('datastructure', a.refers[0][1])}</str:Structure>"
    elif not stubs and a.kind == "datastructure":
        inner += f"<str:DataStructureComponents>{_components_xml(a.components)}</str:DataStructureComponents>"
    elif not stubs:
        item = "Code" if a.kind == "codelist" else "Concept"
        inner += "".join(f"<str:{item} id={quoteattr(i.id)}>{_names(i.name, i.about)}</str:{item}>" for i in a.items)
    external = ' isExternalReference="true"' if stubs and a.kind != "dataflow" else ""
    return f'<{tag} urn="{a.urn}" id="{a.id}" agencyID="{AGENCY}" version="{VERSION}"{external}>{inner}</{tag}>'


def concept_urn(id: str) -> str:
    """The universal name of a concept."""
    return f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:{CONCEPTS}({VERSION}).{id}"


def _components_xml(own: Sequence[Component]) -> str:
    def inside(c: Component) -> str:
        enumeration = f"<str:Enumeration>{urn('codelist', c.codes)}</str:Enumeration>"
        shape = enumeration if c.codes else f'<str:TextFormat textType="{c.type}"/>'
        return (
            f"<str:ConceptIdentity>{concept_urn(c.id)}</str:ConceptIdentity>"
            f"<str:LocalRepresentation>{shape}</str:LocalRepresentation>"
        )

    dimensions = [c for c in own if c.role == "dimension"]
    listed = "".join(
        f'<str:Dimension id="{c.id}" position="{i}">{inside(c)}</str:Dimension>' for i, c in enumerate(dimensions, 1)
    )
    time = next(c for c in own if c.role == "time")
    measure = next(c for c in own if c.role == "measure")
    listed += f'<str:TimeDimension id="{time.id}">{inside(time)}</str:TimeDimension>'
    observed = "<str:AttributeRelationship><str:Observation/></str:AttributeRelationship>"
    attributes = "".join(
        f'<str:Attribute id="{c.id}" usage="optional">{inside(c)}{observed}</str:Attribute>'
        for c in own
        if c.role == "attribute"
    )
    return (
        f'<str:DimensionList id="DimensionDescriptor">{listed}</str:DimensionList>'
        f'<str:AttributeList id="AttributeDescriptor">{attributes}</str:AttributeList>'
        f'<str:MeasureList id="MeasureDescriptor"><str:Measure id="{measure.id}">{inside(measure)}</str:Measure></str:MeasureList>'
    )


# -- SDMX-JSON 2.0 ---------------------------------------------------------------------------------------------------
def meta(now: datetime, schema: str, language: Language) -> dict[str, object]:
    """The head of a message."""
    return {
        "schema": f"https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/{schema}",
        "id": f"AMBOS{now:%Y%m%d%H%M%S}",
        "test": False,
        "prepared": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "contentLanguages": list(LANGUAGES),
        "sender": {"id": AGENCY, "name": "Ambos", "names": dict.fromkeys(LANGUAGES, "Ambos")},
    }


def named(id: str, name: Text, about: Text | None, language: Language) -> dict[str, object]:
    """An id with its name in the language asked for and in both."""
    made: dict[str, object] = {
        "id": id,
        "name": name[language].strip(),
        "names": {k: name[k].strip() for k in LANGUAGES},
    }
    if about:
        made |= {"description": about[language], "descriptions": about.record()}
    return made


def to_json(chosen: Sequence[Artefact], now: datetime, language: Language, *, stubs: bool) -> dict[str, object]:
    """Describe artefacts as SDMX-JSON 2.0."""
    data: dict[str, list[dict[str, object]]] = {}
    for kind, container in _CONTAINERS:
        own = [_artefact_json(a, language, stubs) for a in chosen if a.kind == kind]
        if own:
            data[container[0].lower() + container[1:]] = own
    return {
        "meta": meta(now, "structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json", language),
        "data": data,
    }


def _artefact_json(a: Artefact, language: Language, stubs: bool) -> dict[str, object]:
    made = named(a.id, a.name, a.about, language) | {"agencyID": AGENCY, "version": VERSION}
    made["links"] = [{"rel": "self", "urn": a.urn, "type": a.kind}]
    if a.kind == "dataflow":
        return made | {"structure": urn("datastructure", a.refers[0][1])}
    if stubs:
        return made | {"isExternalReference": True}
    if a.kind == "datastructure":
        return made | {"dataStructureComponents": _components_json(a.components)}
    key = "codes" if a.kind == "codelist" else "concepts"
    return made | {key: [named(i.id, i.name, i.about, language) for i in a.items]}


def _components_json(own: Sequence[Component]) -> dict[str, object]:
    def one(c: Component) -> dict[str, object]:
        shape = {"enumeration": urn("codelist", c.codes)} if c.codes else {"format": {"dataType": c.type}}
        return {"id": c.id, "conceptIdentity": concept_urn(c.id), "localRepresentation": shape}

    dimensions = [one(c) | {"position": i} for i, c in enumerate((c for c in own if c.role == "dimension"), 0)]
    related = {"usage": "optional", "attributeRelationship": {"observation": {}}, "measureRelationship": ["OBS_VALUE"]}
    return {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": next(one(c) for c in own if c.role == "time"),
        },
        "measureList": {"id": "MeasureDescriptor", "measures": [one(c) for c in own if c.role == "measure"]},
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [one(c) | related for c in own if c.role == "attribute"],
        },
    }
