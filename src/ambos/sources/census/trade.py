"""US Census Bureau, International Trade interface: goods by state or port, HS commodity and country, monthly.

The answer is a list of lists: the first row names the columns, every cell is text or null. What was asked
for both as a variable and as a predicate comes back as two columns of one name; the first is read and the
other must agree. An answer without a body (status 204) means no rows. Exports carry `ALL_VAL_MO`, imports
`GEN_VAL_MO` (general).

"-" is the total over states, ports or commodities. Groups of countries ("-" for the world, `CGP` in
`SUMMARY_LVL`) are refused: they would count a country twice. A column that is another dimension (`DF`, `NAICS`,
`DISTRICT`) is not accepted, because the rows could no longer be distinguished.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.errors import NeedsKey
from ambos.model.codes import TOTAL
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable, first_day
from ambos.sources.shared.keys import key_of, key_taken
from ambos.sources.shared.strict import BOM, read_json, table, wrong
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

#: The value and the commodity column of exports and imports.
#: (https://api.census.gov/data/timeseries/intltrade/exports/statehs/variables.json, and so for the others)
FLOWS = {"exports": ("ALL_VAL_MO", "E_COMMODITY"), "imports": ("GEN_VAL_MO", "I_COMMODITY")}
#: The place column and the dataset of the two views.
VIEWS = {"statehs": ("STATE", "us_state", "trade_state_hs"), "porths": ("PORT", "port", "trade_port_hs")}
#: Columns that describe or add nothing: names, flags, and values that we do not keep.
HARMLESS = re.compile(
    r"[A-Z]+_NAME|[EI]_COMMODITY_[SL]DESC|SUMMARY_LVL2?|COMM_LVL|LAST_UPDATE|YEAR|MONTH|time|\w+_(MO|YR)(_FLAG)?"
)
#: Values by air and by vessel; land is not published.
BY_AIR, BY_VESSEL = "AIR_VAL_MO", "VES_VAL_MO"
#: Levels of the Harmonized System that both tables have, by the digits of a code; each is asked for alone, as broad
#: questions time out.
LEVELS = {2: "HS2", 4: "HS4", 6: "HS6"}


def recognise(name: str, head: bytes) -> str:
    """Flow and view, such as ``exports_statehs``; ``no_key`` for the page that asks for a key; "" if neither.

    An answer without a body is known by its name alone.
    """
    start = head.removeprefix(BOM).lstrip()
    if not start:
        found = re.search(r"(exports|imports)[^a-z]*(statehs|porths)", name.lower())
        return "_".join(found.groups()) if found else ""
    if start.startswith(b"<"):
        page = start.lower()
        return "no_key" if b"missing key" in page or (b"census" in page and b"invalid key" in page) else ""
    first = start.split(b"]", 1)[0]
    names = set(re.findall(r'"(\w+)"', first.decode("utf-8", errors="replace")))
    if not re.match(rb"\[\s*\[", start):
        return ""
    for flow, columns in FLOWS.items():
        for view, (place, _, _) in VIEWS.items():
            if names >= {*columns, place}:
                return f"{flow}_{view}"
    return ""


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``trade_state_hs`` or ``trade_port_hs``; none for an answer without a body.

    Raises
    ------
    NeedsKey
        If the answer is the page that asks for a key.
    WrongShape
    """
    source = catalog.sources["census_trade"]
    if kind == "no_key":
        raise NeedsKey(source=source.title, variable=source.key_variable, signup=source.key_signup)
    if not file.content().strip():
        return
    flow, view = kind.split("_")
    value, commodity = FLOWS[flow]
    place, into, dataset = VIEWS[view]
    raw = _table(file, value, commodity, place)
    sheet = RawTable(raw)
    sheet.values("time", "period", first_day, pl.Date(), Text("a month", "un mes"))
    sheet.fill("flow", catalog.codelists["flows"].from_system("census")[flow])
    sheet.codes(place, into, catalog.codelists["state" if view == "statehs" else "port"], "census", {"-": TOTAL})
    _commodity(sheet, commodity)
    sheet.refuse(
        raw["SUMMARY_LVL"].is_in(["", "DET"]).not_() | raw["CTY_CODE"].str.contains("^-$|^0|X"),
        "unknown_code",
        "This is a group of countries; ask with SUMMARY_LVL=DET.",
        "Es un grupo de países; pídalo con SUMMARY_LVL=DET.",
    )
    sheet.codes("CTY_CODE", "country", catalog.codelists["country"], "census")
    for column, ours in (
        (value, "value_usd"),
        (BY_AIR, "air_value_usd"),
        (BY_VESSEL, "vessel_value_usd"),
    ):
        sheet.whole(column, ours, blank=True)
    yield sheet.rows(catalog.datasets[dataset], "value_usd", revised=(source, file.as_of))


def _table(file: File, value: str, commodity: str, place: str) -> pl.DataFrame:
    """The answer as text, each column once; columns that may be left out are filled with ""."""
    content = read_json(file)
    if not isinstance(content, list) or not content or not all(isinstance(row, list) for row in content):
        raise wrong(file, "the JSON text is no list of rows.", "el texto JSON no es una lista de renglones.")
    names, rows = content[0], content[1:]
    for number, row in enumerate(rows, 1):
        if len(row) != len(names):
            raise wrong(
                file,
                f"row {number}: cells: {len(row)} instead of {len(names)}.",
                f"renglón {number}: celdas: {len(row)} en lugar de {len(names)}.",
            )
    wanted = [place, commodity, "CTY_CODE", value]
    missing = [c for c in wanted if c not in names]
    if "time" not in names and not {"YEAR", "MONTH"} <= {n for n in names if isinstance(n, str)}:
        missing.append("time")
    strange = [str(n)[:40] for n in names if n not in wanted and not (isinstance(n, str) and HARMLESS.fullmatch(n))]
    if missing or strange:
        raise wrong(
            file,
            f"row 0: columns missing: {', '.join(missing) or 'none'}; not known: {', '.join(strange) or 'none'}.",
            f"renglón 0: columnas que faltan: {', '.join(missing) or 'ninguna'}; "
            f"desconocidas: {', '.join(strange) or 'ninguna'}.",
        )
    _check_twins(file, names, rows)
    own = {name: names.index(name) for name in names}
    frame = table(file, list(own), [[row[i] for i in own.values()] for row in rows])
    optional = {"SUMMARY_LVL", BY_AIR, BY_VESSEL} - own.keys()
    frame = frame.with_columns(pl.lit("").alias(c) for c in sorted(optional))
    if "time" not in own:
        frame = frame.with_columns(time=pl.col("YEAR") + "-" + pl.col("MONTH"))
    return frame


def _check_twins(file: File, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Columns of one name must agree, or nobody could say which to believe."""
    twins = [(name, names.index(name), i) for i, name in enumerate(names) if names.index(name) != i]
    for name, first, second in twins:
        for number, row in enumerate(rows, 1):
            if row[first] != row[second]:
                raise wrong(
                    file,
                    f"row {number}: the two columns {name} differ.",
                    f"renglón {number}: las dos columnas {name} difieren.",
                )


def _commodity(sheet: RawTable, column: str) -> None:
    """The commodity code and its level; "-" is the total."""
    text = pl.col("code")
    total = text == "-"
    known = text.str.contains(r"^[0-9]+$") & text.str.len_bytes().is_in(list(LEVELS))
    level = text.str.len_bytes().replace_strict(LEVELS, default=None, return_dtype=pl.String)
    made = pl.DataFrame({"code": sheet.raw[column]}).select(
        level=pl.when(total).then(pl.lit(TOTAL)).when(known).then(level),
        commodity=pl.when(total).then(pl.lit(TOTAL)).when(known).then(text),
    )
    sheet.made |= {"level": made["level"], "commodity": made["commodity"]}
    sheet.refuse_values(
        made["level"].is_null(),
        column,
        Text("an HS code of 2, 4 or 6 digits", "una clave del SA de 2, 4 o 6 dígitos"),
    )


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Trade of the region's states and ports with the countries across the border, month by month.

    One answer for each month, direction, table (``statehs``, ``porths``) and commodity level. A month that is
    not out yet has no rows (status 204) and gives no answer.
    """
    source = catalog.sources["census_trade"]
    key = key_of(source)
    countries = _codes(catalog, "CTY_CODE", catalog.region.borders)
    places = {"statehs": catalog.region.members, "porths": catalog.region.ports}
    for month in _months(since, client.clock().date()):
        for flow in catalog.codelists["flows"].codes.values():
            direction = flow.codes["census"][0]
            value, commodity = FLOWS[direction]
            for view, (predicate, _, _) in VIEWS.items():
                for level in LEVELS.values():
                    with key_taken(source):
                        answer = client.get(
                            source.endpoint.format(flow=direction, table=view),
                            expect="json",
                            params=[
                                ("get", ",".join((commodity, value, BY_AIR, BY_VESSEL))),
                                *_codes(catalog, predicate, places[view]),
                                *countries,
                                ("SUMMARY_LVL", "DET"),
                                ("COMM_LVL", level),
                                ("time", month),
                                ("key", key),
                            ],
                            secret=key,
                            may_be_empty=True,
                        )
                    if answer.status != 204:
                        yield answer.fetched(f"{direction}-{view}-{level.lower()}-{month}.json")


def _codes(catalog: Catalog, predicate: str, places: tuple[str, ...]) -> list[tuple[str, str]]:
    """Predicates for those places that have a Census code; members across the border have none. A repeated one means "or"."""
    return [(predicate, code) for place in places for code in catalog.places[place].codes.get("census", ())[:1]]


def _months(first: date, today: date) -> Iterator[str]:
    """Months from one day's to the last full one, as ``YYYY-MM``."""
    start, end = first.year * 12 + first.month - 1, today.year * 12 + today.month - 1
    for number in range(start, end):
        yield f"{number // 12:04d}-{number % 12 + 1:02d}"


CONNECTOR = Connector("census_trade", recognise, read, fetch)
