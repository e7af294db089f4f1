"""A dossier of every kind of block. ALL ITS NUMBERS ARE TEST DATA, made by formula; none is an official figure."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from ambos.briefing import (
    Chart,
    Datum,
    Document,
    DossierColumn,
    DossierTable,
    Findings,
    Level,
    Paragraph,
    Quote,
    Section,
    SourceEntry,
    Sources,
)
from ambos.model import Event, Finding, Snapshot, Source, Unit
from ambos.text import Text

AS_OF = date(2026, 5, 12)
TEST = Text("Test data, not official figures.", "Datos de prueba, no son cifras oficiales.")

MESSAGES = Path(__file__).resolve().parents[1] / "src" / "ambos" / "definitions" / "messages.toml"

USD = Unit("usd", Text("US dollars", "dólares"), Text("USD", "USD"), 0)
TRUCKS = Unit("truck", Text("trucks", "camiones"), Text("trucks", "camiones"), 0)
MINUTES = Unit("minute", Text("minutes", "minutos"), Text("min", "min"), 0)
PERCENT = Unit("percent", Text("percent", "por ciento"), Text("%", "%"), 1)
PESOS = Unit("mxn_per_usd", Text("pesos per dollar", "pesos por dólar"), Text("MXN/USD", "MXN/USD"), 2)

PORTS = {
    "2604": Text.same("Nogales"),
    "2608": Text.same("San Luis"),
    "2601": Text.same("Douglas"),
    "2602": Text.same("Lukeville"),
    "2603": Text.same("Naco"),
    "2606": Text.same("Sasabe"),
}
NAMES = {
    **PORTS,
    "US-AZ": Text.same("Arizona"),
    "MX-SON": Text.same("Sonora"),
    "US-TX": Text.same("Texas"),
    "exports": Text("Exports", "Exportaciones"),
    "imports": Text("Imports", "Importaciones"),
    "truck": Text("Truck", "Camión"),
    "rail": Text("Rail", "Ferrocarril"),
    "other": Text("Other modes", "Otros modos"),
    "260402": Text.same("Nogales – Mariposa"),
    "260401": Text.same("Nogales – DeConcini"),
    "260801": Text.same("San Luis I"),
    "median": Text("Median", "Mediana"),
    "p95": Text("95th percentile", "Percentil 95"),
    "crossings.trucks": Text("Trucks, northbound", "Camiones hacia el norte"),
    "trade.through": Text("Trade through the region's ports", "Comercio por los puertos de la región"),
    "trade.by": Text("Trade by the state", "Comercio del estado"),
    "fx": Text("FIX exchange rate", "Tipo de cambio FIX"),
    "85": Text("Electrical machinery and electronics", "Máquinas y material eléctrico"),
    "87": Text("Vehicles and their parts", "Vehículos y sus partes"),
    "07": Text("Edible vegetables", "Hortalizas"),
    "08": Text("Edible fruit and nuts", "Frutas y frutos comestibles"),
    "84": Text("Machinery and computers", "Máquinas y computadoras"),
    "90": Text("Optical, medical and precision instruments", "Instrumentos ópticos, médicos y de precisión"),
    "26": Text("Ores, slag and ash", "Minerales, escorias y cenizas"),
    "22": Text("Beverages", "Bebidas"),
    "share": Text("Share of the total", "Participación en el total"),
    "_T": Text("Total", "Total"),
}

BTS = Source(
    id="bts_test",
    agency=Text("Bureau of Transportation Statistics, US DOT", "Oficina de Estadísticas de Transporte, DOT de EE. UU."),
    title=Text("Border Crossing Entry Data", "Datos de entradas por la frontera"),
    licence=Text("Public domain (17 USC 105)", "Dominio público (17 USC 105)"),
    url="https://data.bts.gov/d/keg4-3bc2",
    endpoint="",
    cadence=Text("monthly", "mensual"),
    lag_days=45,
    citation=Text(
        "US DOT, Bureau of Transportation Statistics, Border Crossing Entry Data",
        "DOT de EE. UU., Oficina de Estadísticas de Transporte, Border Crossing Entry Data",
    ),
)
BANXICO = Source(
    id="banxico_test",
    agency=Text("Bank of Mexico", "Banco de México"),
    title=Text("FIX exchange rate (SF43718)", "Tipo de cambio FIX (SF43718)"),
    licence=Text("Free use with attribution", "Uso libre con atribución"),
    url="https://www.banxico.org.mx/SieInternet/",
    endpoint="",
    cadence=Text("every banking day", "cada día hábil bancario"),
    lag_days=1,
    citation=Text("Bank of Mexico, SIE, SF43718", "Banco de México, SIE, SF43718"),
)
PANDEMIC = Event(
    "pandemic",
    Text("Restrictions on non-essential travel", "Restricción de viajes no esenciales"),
    Text("The land border was closed to non-essential travel.", "Cierre a viajes no esenciales."),
    date(2020, 3, 21),
    date(2021, 11, 7),
    Text.same("85 FR 16547"),
    (),
    ("crossings",),
)
CLOSURE = Event(
    "lukeville-2023",
    Text("Lukeville closed", "Cierre de Lukeville"),
    Text("The port was closed.", "Se cerró el puerto."),
    date(2023, 12, 4),
    date(2024, 1, 3),
    Text.same("CBP"),
    ("2602",),
    ("crossings",),
)


def finding(id: str, en: str, es: str, severity: str = "medium") -> Finding:
    """A quality finding about 2023."""
    return Finding(
        id, "gap", "crossings", "2602", "_T", date(2023, 12, 1), date(2024, 1, 31), 1.0, Text(en, es), severity
    )


def datum(
    series: str, place: str, item: str, period: date | str, value: float | int | None, unit: Unit, status: str = "A"
) -> Datum:
    """A value of the test source."""
    return Datum(series, place, item, period, value, unit.id, AS_OF, "bts_test", status)  # type: ignore[arg-type]


def months(first: int, last: int) -> Iterable[date]:
    """The first days of all months of the years."""
    return (date(y, m, 1) for y in range(first, last + 1) for m in range(1, 13))


def wave(i: int, size: float, growth: float, season: float, phase: float = 0.0) -> float:
    """A made-up course: growth and seasons."""
    return size * (1 + growth * i) * (1 + season * math.sin(i * math.tau / 12 + phase))


def charts() -> dict[str, Chart]:
    """One chart of every kind, with gaps, provisional values, events and long names."""
    trade = [
        datum("trade.through", place, item, date(y, 1, 1), round(size * (1 + 0.055 * (y - 2004)) * dip(y)), USD, st)
        for place, item, size in (("_T", "exports", 7.9e9), ("_T", "imports", 10.6e9))
        for y in range(2004, 2026)
        for st in ("P" if y == 2025 else "A",)
    ]
    trucks = [
        datum("crossings.trucks", "_T", port, when, value, TRUCKS, "P" if when >= date(2026, 1, 1) else "A")
        for n, (port, size) in enumerate(
            (("2604", 29000), ("2608", 2900), ("2601", 2600), ("2603", 800), ("2602", 95), ("2606", 60))
        )
        for i, when in enumerate(m for m in months(2016, 2026) if m <= date(2026, 3, 1))
        for value in (
            None
            if port == "2602" and when in (date(2023, 12, 1), date(2024, 1, 1))
            else round(wave(i, size, 0.003, 0.16, n)),
        )
    ]
    per_port = [
        Datum(d.series, d.item, item, d.period, v, d.unit, d.as_of, d.source, d.status)
        for d in trucks
        for item, v in (
            ("loaded", None if d.value is None else round(d.value * 0.72)),
            ("empty", None if d.value is None else round(d.value * 0.28)),
        )
    ]
    modes = [
        datum("trade.through", "_T", item, date(y, 1, 1), round(size * (1 + 0.05 * (y - 2010)) * dip(y)), USD, st)
        for item, size in (("truck", 17.0e9), ("rail", 6.2e9), ("other", 0.9e9))
        for y in range(2010, 2026)
        for st in ("P" if y == 2025 else "A",)
    ]
    goods = [
        datum("trade.through", "_T", code, date(2025, 1, 1), value, USD)
        for code, value in (
            ("85", 5_214_000_111),
            ("87", 4_120_333_000),
            ("07", 2_618_000_000),
            ("84", 2_401_000_000),
            ("08", 1_207_000_000),
            ("90", 903_000_000),
            ("26", 611_000_000),
            ("22", None),
        )
    ]
    waits = [
        datum("waits.median", place, f"{h}/{d}", "2026-01-01/2026-03-31", value, MINUTES)
        for n, place in enumerate(("260402", "260401", "260801"))
        for d in range(1, 8)
        for h in range(24)
        for value in (
            None
            if place == "260402" and (h < 6 or h > 21)
            else round(5 + 45 * math.exp(-((h - 9 - n) ** 2) / 18) * (1.4 if d >= 6 else 1) + 3 * n),
        )
    ]
    spread = [
        datum(series, place, "_T", "2026-01-01/2026-03-31", value, MINUTES)
        for place, median, high in (("260402", 15, 55), ("260401", 30, 110), ("260801", 40, 95))
        for series, value in (("median", median), ("p95", high))
    ]
    rate = [
        datum("fx", "MX", "fix", when, round(wave(i, 17.2, 0.004, 0.03), 4), PESOS)
        for i, when in enumerate(m for m in months(2023, 2026) if m <= date(2026, 4, 1))
    ]
    states = [
        datum("trade.by", place, "_T", date(2025, 1, 1), value, PERCENT)
        for place, value in (("US-AZ", 12.4), ("MX-SON", -3.1), ("US-TX", 5.25))
    ]
    degrees = [
        datum("share", port, item, date(y, 1, 1), value, PERCENT, "P" if y == 2025 else "A")
        for n, port in enumerate(("2604", "2608", "2601", "2602"))
        for y in range(2015, 2026)
        if (port, y) != ("2602", 2019)
        for item, value in zip(("mild", "bad", "grave"), (70.0 - y % 7 - n, 20.0 + n, 10.0 + y % 7), strict=True)
    ]
    steps = [
        datum(rule, side, str(x), date(2027, 1, 1), None if rule == "b" and x < 20 else size * max(0, 60 - x), TRUCKS)
        for rule in ("a", "b")
        for side, size in (("US-AZ", 20), ("MX-SON", 7))
        for x in range(0, 105, 5)
    ]
    common = {"sources": (BTS,), "as_of": AS_OF, "names": NAMES, "notes": (TEST,)}
    return {
        "line-years": Chart(
            id="trade-through-ports",
            kind="line",
            title=Text(
                "Goods through the region's ports, 2004–2025", "Mercancías por los puertos de la región, 2004–2025"
            ),
            unit=USD,
            data=tuple(trade),
            events=(PANDEMIC,),
            sides={"exports": "first", "imports": "second"},
            findings=(
                finding(
                    "f1",
                    "The exports of October 2016 are missing for two ports, USD 81 million in the months around it.",
                    "Faltan las exportaciones de octubre de 2016 de dos puertos, unos 81 millones de dólares.",
                    "high",
                ),
            ),
            **common,
        ),
        "line-months": Chart(
            id="trucks-by-port",
            kind="line",
            title=Text("Trucks into the United States by port", "Camiones hacia Estados Unidos por puerto"),
            unit=TRUCKS,
            frequency="M",
            data=tuple(trucks),
            events=(PANDEMIC, CLOSURE),
            **common,
        ),
        "line-rate": Chart(
            id="exchange-rate",
            kind="line",
            title=Text("Exchange rate", "Tipo de cambio"),
            unit=PESOS,
            frequency="M",
            data=tuple(rate),
            **{**common, "sources": (BANXICO,)},
        ),
        "line-levels": Chart(
            id="rate-and-levels",
            kind="line",
            title=Text("Exchange rate and two levels", "Tipo de cambio y dos umbrales"),
            unit=PESOS,
            frequency="M",
            data=tuple(rate),
            levels=(Level(18.2, Text("High", "Alto")), Level(18.1, Text("Nearly as high", "Casi tan alto"))),
            **{**common, "sources": (), "cited": (Text("A law, art. 1", "Una ley, art. 1"),)},
        ),
        "column-levels": Chart(
            id="modes-and-level",
            kind="column",
            title=Text("Goods by mode and a level", "Mercancías por modo y un umbral"),
            unit=USD,
            data=tuple(d for d in modes if d.item != "rail" or d.period < date(2024, 1, 1)),  # type: ignore[operator]
            levels=(Level(20e9, Text("Level", "Umbral")),),
            **common,
        ),
        "stacks": Chart(
            id="degrees",
            kind="stacks",
            title=Text("Degrees by port and year", "Grados por puerto y año"),
            unit=PERCENT,
            facet="place",
            data=tuple(degrees),
            order=("mild", "bad", "grave"),
            seam=date(2020, 1, 1),
            **{
                **common,
                "names": {
                    **NAMES,
                    "mild": Text("Mild", "Leve"),
                    "bad": Text("Bad", "Malo"),
                    "grave": Text("Grave", "Grave"),
                },
            },
        ),
        "curves": Chart(
            id="curves",
            kind="curves",
            title=Text("Two rules by level", "Dos reglas según el umbral"),
            unit=TRUCKS,
            by="place",
            facet="series",
            data=tuple(steps),
            sides={"US-AZ": "first", "MX-SON": "second"},
            across=Text("Level, feet", "Umbral, pies"),
            **{
                **common,
                "names": {**NAMES, "a": Text("The first rule", "La primera regla"), "b": Text("Rule b", "Regla b")},
            },
        ),
        "multiples": Chart(
            id="trucks-per-port",
            kind="multiples",
            title=Text("Loaded and empty trucks, each port", "Camiones cargados y vacíos, por puerto"),
            unit=TRUCKS,
            frequency="M",
            facet="place",
            data=tuple(per_port),
            events=(PANDEMIC, CLOSURE),
            **{
                **common,
                "names": {**NAMES, "loaded": Text("Loaded", "Cargados"), "empty": Text("Empty", "Vacíos")},
            },
        ),
        "column": Chart(
            id="trade-by-mode",
            kind="column",
            title=Text("Goods through the ports by mode", "Mercancías por los puertos según el modo"),
            unit=USD,
            data=tuple(modes),
            **common,
        ),
        "parts": Chart(
            id="parts",
            kind="parts",
            title=Text("Trucks by port, loaded and empty", "Camiones por puerto, cargados y vacíos"),
            unit=TRUCKS,
            by="item",
            facet="place",
            data=tuple(
                datum("s", place, item, "2024", value, TRUCKS)
                for place, values in (("2604", (300, 200)), ("2602", (0, 0)), ("2601", (40, None)))
                for item, value in zip(("loaded", "empty"), values, strict=True)
            ),
            **{**common, "names": {**NAMES, "loaded": Text("Loaded", "Cargados"), "empty": Text("Empty", "Vacíos")}},
        ),
        "bar": Chart(
            id="goods",
            kind="bar",
            title=Text("What crosses: leading chapters, 2025", "Qué cruza: capítulos principales, 2025"),
            unit=USD,
            data=tuple(goods),
            sides={"07": "second", "08": "second"},
            **common,
        ),
        "bar-changes": Chart(
            id="changes",
            kind="bar",
            title=Text("Change in trade with the neighbour, 2025", "Cambio del comercio con el vecino, 2025"),
            unit=PERCENT,
            by="place",
            data=tuple(states),
            sides={"US-AZ": "first", "MX-SON": "second", "US-TX": "other"},
            **common,
        ),
        "heat": Chart(
            id="waits-by-hour",
            kind="heat",
            title=Text("Median wait of cars by hour and weekday", "Espera mediana de autos por hora y día"),
            unit=MINUTES,
            facet="place",
            data=tuple(waits),
            **common,
        ),
        "range": Chart(
            id="waits-range",
            kind="range",
            title=Text("Waits of cars: usual and bad", "Espera de autos: la usual y la mala"),
            unit=MINUTES,
            by="place",
            ends=("median", "p95"),
            data=tuple(spread),
            findings=(
                finding(
                    "f2",
                    "46 % of the hours had no report; they are missing, not zero.",
                    "El 46 % de las horas no tuvo reporte; son faltantes, no ceros.",
                ),
            ),
            **common,
        ),
    }


def dip(year: int) -> float:
    """2009 and 2020 were bad years."""
    return {2009: 0.8, 2020: 0.9}.get(year, 1.0)


def table() -> DossierTable:
    """Ports and their trucks in two years."""
    rows = []
    for port, (before, now) in {
        "2604": (392_114, 404_500),
        "2608": (35_100, 34_220),
        "2601": (31_005, 33_871),
        "2603": (10_020, None),
    }.items():
        a = datum("crossings.trucks", port, "_T", date(2024, 1, 1), before, TRUCKS)
        b = datum("crossings.trucks", port, "_T", date(2025, 1, 1), now, TRUCKS, "P")
        c = datum(
            "crossings.trucks.change",
            port,
            "_T",
            date(2025, 1, 1),
            None if now is None else round(100 * (now / before - 1), 1),
            PERCENT,
        )
        rows.append((PORTS[port], a, b, c, date(2026, 3, 1)))
    return DossierTable(
        id="ports-table",
        title=Text("Trucks by port, two years", "Camiones por puerto, dos años"),
        sources=(BTS,),
        as_of=AS_OF,
        names=NAMES,
        notes=(TEST,),
        columns=(
            DossierColumn(Text("Port", "Puerto")),
            DossierColumn(Text.same("2024"), unit=TRUCKS),
            DossierColumn(Text.same("2025"), unit=TRUCKS),
            DossierColumn(Text("Change", "Cambio"), unit=PERCENT, signed=True),
            DossierColumn(Text("Newest month", "Último mes")),
        ),
        rows=tuple(rows),
    )


def quotes() -> tuple[Quote, ...]:
    """Ten numbers."""
    label = (
        ("Trade through the region's ports", "Comercio por los puertos de la región", "USD 38.3 billion", "38.3 mil millones de dólares"),
        ("Trade by Arizona with Mexico", "Comercio de Arizona con México", "USD 20.5 billion", "20.5 mil millones de dólares"),
        ("Trucks, northbound", "Camiones hacia el norte", "483,201", "483,201"),
        ("People entering, all modes", "Personas que entran, todos los modos", "24.1 million", "24.1 millones"),
        ("Usual wait of a car at Mariposa", "Espera usual de un auto en Mariposa", "25 min", "25 min"),
        ("Bad wait of a car at Mariposa", "Espera mala de un auto en Mariposa", "85 min", "85 min"),
        ("Hours without a report", "Horas sin reporte", "46 %", "46 %"),
        ("Edible vegetables, imports", "Hortalizas, importaciones", "USD 2.6 billion", "2.6 mil millones de dólares"),
        ("Electronics, both ways", "Electrónica, ambos sentidos", "USD 5.2 billion", "5.2 mil millones de dólares"),
        ("Pesos per dollar", "Pesos por dólar", "17.83", "17.83"),
    )  # fmt: skip
    return tuple(
        Quote(
            id=f"quote-{n}",
            label=Text(en, es),
            value=Text(value_en, value_es),
            period=Text("2025", "2025"),
            change=None if n == 7 else Text("+3.1 % on 2024", "+3.1 % respecto a 2024"),
            definition=Text(
                "Value of goods that crossed at the ports of the region, both ways, whatever their origin.",
                "Valor de las mercancías que cruzaron por los puertos de la región, en ambos sentidos, sea cual sea su origen.",
            ),
            source=BTS.citation,
            as_of=AS_OF,
            do_not_say=Text(
                "“Arizona's trade with Mexico”: most of these goods come from or go to other states.",
                "«El comercio de Arizona con México»: la mayor parte de estas mercancías viene de otros estados o va a ellos.",
            ),
            figure="trade-through-ports" if n == 1 else "",
            side=("first", "second", None)[n % 3],  # type: ignore[arg-type]
            data=(datum("trade.through", "_T", "_T", date(2025, 1, 1), 38_300_000_000, USD, "P"),),
            names=NAMES,
        )
        for n, (en, es, value_en, value_es) in enumerate(label, start=1)
    )


def document() -> Document:
    """The whole dossier."""
    made = charts()
    prose = Text(
        "The ports of the region carry goods of many states. What passes through them is not what the state makes, "
        "and the two are told apart here: trade through the ports, and trade by the state. (Test text.)",
        "Por los puertos de la región pasan mercancías de muchos estados. Lo que pasa por ellos no es lo que el estado "
        "produce, y aquí se distinguen: el comercio por los puertos y el comercio del estado. (Texto de prueba.)",
    )
    snapshot = Snapshot("500818b5521f1d50", "bts_test", "test.csv", "500818b5521f1d50" + "0" * 48, 48_211_002, AS_OF)
    return Document(
        title=Text("One region, two countries", "Una región, dos países"),
        subtitle=Text("Dossier for the joint plenary", "Dosier para la plenaria conjunta"),
        region=Text.same("Arizona–Sonora"),
        publisher=Text("Ambos, border observatory", "Ambos, observatorio fronterizo"),
        date=date(2026, 6, 18),
        as_of=AS_OF,
        cover=quotes(),
        sections=(
            Section(
                "trade",
                Text("Trade", "Comercio"),
                (prose,),
                (
                    made["line-years"],
                    Paragraph(prose),
                    made["column"],
                    made["bar"],
                    Paragraph(Text("Two different numbers", "Dos cifras distintas"), "heading"),
                    Paragraph(prose, "note"),
                    made["bar-changes"],
                ),
            ),
            Section(
                "crossings",
                Text("Crossings", "Cruces"),
                (prose,),
                (made["line-months"], made["multiples"], table()),
            ),
            Section("waits", Text("Waits", "Esperas"), (prose,), (made["heat"], made["range"])),
            Section(
                "money",
                Text("Money", "Dinero"),
                (prose,),
                (made["line-rate"], made["line-levels"], made["column-levels"], made["stacks"], made["curves"]),
            ),
            Section(
                "quality",
                Text("Data quality", "Calidad de los datos"),
                (),
                (
                    Findings(
                        (
                            finding("f3", "A port reports bus passengers without buses.", "Un puerto reporta pasajeros de autobús sin autobuses.", "low"),
                            finding("f4", "Two months have no rows.", "Dos meses no tienen renglones.", "high"),
                        )
                    ),
                ),
            ),
        ),
        back=(
            Section(
                "sources",
                Text("Sources, licences and vintages", "Fuentes, licencias y fechas de conocimiento"),
                (),
                (Sources((SourceEntry(BTS, (snapshot,)), SourceEntry(BANXICO))),),
            ),
            Section("method", Text("Method", "Método"), (prose, prose), ()),
        ),
    )  # fmt: skip


def words() -> dict[str, Text]:
    """The page's words from the packaged messages."""
    page = tomllib.loads(MESSAGES.read_text("utf-8"))["brief"]["page"]
    return {f"brief.page.{key}": Text.of(value) for key, value in page.items()}
