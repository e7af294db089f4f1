"""Readers and random bytes: a damaged file raises a SourceError or gives rows, never anything else."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.errors import SourceError
from ambos.model import CodeList, LeftOut
from ambos.sources.banxico import fix as banxico_fix
from ambos.sources.bts import border_crossing as bts_border_crossing
from ambos.sources.bts import transborder as bts_transborder
from ambos.sources.bts import transborder_annual as bts_transborder_annual
from ambos.sources.census import trade as census_trade
from ambos.sources.shared.base import REJECT_SCHEMA, File, Rows
from ambos.sources.shared.members import members
from examples import examples

SPECIMENS = Path(__file__).resolve().parents[1] / "specimens"
READERS = (bts_border_crossing, bts_transborder, bts_transborder_annual, banxico_fix, census_trade)
CENSUS = json.dumps(
    [
        ["E_COMMODITY", "ALL_VAL_MO", "STATE", "CTY_CODE", "COMM_LVL", "time", "CTY_CODE"],
        ["08", "1000", "AZ", "2010", "HS2", "2024-05", "2010"],
        ["-", None, "-", "2010", "-", "2024-05", "2010"],
    ]
).encode()
FILES = {p.name: p.read_bytes() for d in ("bts", "bts_annual", "banxico") for p in (SPECIMENS / d).iterdir()}
FILES["exports-statehs.json"] = CENSUS
calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def kinds(name: str) -> Iterator[tuple[Any, str]]:
    """The reader of a specimen with its kind."""
    for module in READERS:
        kind = module.recognise(name, FILES[name])
        if kind:
            yield module, kind


CASES = [(name, module, kind) for name in sorted(FILES) for module, kind in kinds(name)]


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Any, str, bytes]:
    """A specimen, cut, with bytes changed, put in, taken out or repeated."""
    name, module, kind = draw(st.sampled_from(CASES))
    content = FILES[name]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = draw(st.integers(at, min(len(content), at + 60)))
        piece = draw(
            st.one_of(st.binary(max_size=6), st.sampled_from([b"", b'"', b",", b"\n", b"[", b"\xef\xbb\xbf", b"9"]))
        )
        content = draw(
            st.sampled_from([content[:at], content[:at] + piece + content[at:], content[:at] + piece + content[to:]])
        )
    if draw(st.booleans()):
        content = gzip.compress(content)
        content = content[: draw(st.integers(len(content) - 12, len(content)))]
    return module, kind, content


def check(rows: Rows, catalog: Catalog) -> None:
    """The frame is what its dataset says, whatever the file was."""
    dataset = catalog.datasets[rows.dataset]
    assert set(rows.frame.columns) == {*(c.id for c in dataset.columns), "status"}
    assert rows.rejected.schema == REJECT_SCHEMA
    assert not any(rows.frame.select(*dataset.keys, "status").null_count().row(0))
    assert not any(rows.rejected.null_count().row(0)) or rows.rejected.height == 0
    for column in dataset.columns:
        if isinstance(catalog.codelists.get(column.codes or ""), CodeList):
            assert set(rows.frame[column.id]) <= {*catalog.codelists[column.codes or ""].codes, "_T", "_Z"}
        if column.type == "int":
            assert (rows.frame[column.id].drop_nulls() >= 0).all()


@settings(calm, max_examples=examples(150))
@given(case=damaged())
def test_a_damaged_file_raises_a_source_error_or_gives_sound_rows(
    catalog: Catalog, case: tuple[Any, str, bytes]
) -> None:
    module, kind, content = case
    file = File("damaged", content)
    module.recognise(file.name, file.head())
    try:
        found = list(module.read(file, kind, catalog))
    except SourceError as error:
        assert error.say("en") != error.say("es")
        return
    for rows in found:
        check(rows, catalog)


@settings(calm, max_examples=examples(150))
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore"))))
def test_random_bytes_are_nobody_s_and_no_reader_breaks_on_them(catalog: Catalog, content: bytes) -> None:
    for _, module, kind in CASES:
        module.recognise("random", content)
        try:
            found = list(module.read(File("random", content), kind, catalog))
        except SourceError:
            continue
        assert module is census_trade and not content.strip() and not found


@settings(calm, max_examples=examples(150))
@given(data=st.data())
def test_a_damaged_zip_raises_a_source_error(data: st.DataObject) -> None:
    archive = io.BytesIO()
    method = data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
    with zipfile.ZipFile(archive, "w", method) as handle:
        handle.writestr("dot1_0924.csv", FILES["dot1_0924.csv"])
    content = bytearray(archive.getvalue())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(4, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(content[: data.draw(st.integers(4, len(content)))])
    with suppress(SourceError):
        assert all(isinstance(member, LeftOut | File) for member in members(File("a.zip", cut)))


@pytest.mark.parametrize("name", [n for n, _, _ in CASES])
def test_a_file_cut_anywhere_in_its_last_line_is_refused_or_says_nothing_new(catalog: Catalog, name: str) -> None:
    """A number cut in the middle would be a smaller number; it must not get through."""
    content = FILES[name].rstrip()
    (module, kind), *_ = kinds(name)
    full = {
        str(row)
        for rows in module.read(File(name, FILES[name]), kind, catalog)
        for row in rows.frame.drop("status").rows()
    }
    for end in range(len(content) - min(90, len(content.splitlines()[-1])), len(content)):
        try:
            found = list(module.read(File(name, content[:end]), kind, catalog))
        except SourceError:
            continue
        for rows in found:
            assert {str(row) for row in rows.frame.drop("status").rows()} <= full


@settings(calm, max_examples=examples(60))
@given(data=st.data())
def test_border_crossings_there_and_back(catalog: Catalog, data: st.DataObject) -> None:
    ports = sorted(catalog.codelists["port"].from_system("bts_border").items())
    measures = sorted(catalog.codelists["measures"].from_system("bts").items())
    row = st.tuples(
        st.sampled_from(ports),
        st.sampled_from(measures),
        st.dates(date(1950, 1, 1), date(2100, 12, 31)).map(lambda d: d.replace(day=1)),
        st.integers(0, 2**63 - 1),
    )
    wanted = data.draw(st.lists(row, min_size=1, max_size=20))
    style = data.draw(st.sampled_from(["%b %Y", "%m/%d/%Y 12:00:00 AM", "%Y-%m-%dT00:00:00.000"]))
    lines = [f"{p[0]},{d.strftime(style)},{m[0]},{v}" for p, m, d, v in wanted]
    content = "\n".join(["Port Code,Date,Measure,Value", *lines]).encode()
    (rows,) = bts_border_crossing.read(File("f", content), "export", catalog)
    assert rows.rejected.height == 0
    assert rows.frame.select("port", "measure", "period", "value").rows() == [
        (p[1], m[1], d, v) for p, m, d, v in wanted
    ]


@settings(calm, max_examples=examples(60))
@given(data=st.data(), kind=st.sampled_from(sorted(bts_transborder.TABLES)))
def test_freight_there_and_back(catalog: Catalog, data: st.DataObject, kind: str) -> None:
    columns = sorted(bts_transborder.TABLES[kind])
    own = [c for c in columns if c in bts_transborder.CODES]

    def known(column: str) -> list[tuple[str, str]]:
        _, codelist, system = bts_transborder.CODES[column]
        return sorted(catalog.codelists[codelist].from_system(system).items())

    wanted, lines = [], []
    for _ in range(data.draw(st.integers(1, 8))):
        codes = {c: data.draw(st.sampled_from(known(c))) for c in own}
        values = {c: data.draw(st.integers(1, 10**12)) for c in bts_transborder.VALUES}
        cells = {c: v[0] for c, v in codes.items()} | {c: str(v) for c, v in values.items()}
        cells |= {"CANPROV": "", "YEAR": "2024", "MONTH": "09"}
        lines.append(",".join(cells[c] for c in columns))
        wanted.append([codes[c][1] for c in own] + [values[c] for c in bts_transborder.VALUES])
    content = "\r\n".join([",".join(columns), *lines]).encode("utf-8-sig")
    assert bts_transborder.recognise("f", content) == kind
    (rows,) = bts_transborder.read(File("f", content), kind, catalog)
    names = [bts_transborder.CODES[c][0] for c in own] + list(bts_transborder.VALUES.values())
    assert [list(r) for r in rows.frame.select(names).rows()] == wanted


@settings(calm, max_examples=examples(60))
@given(rates=st.lists(st.decimals("0.0001", "99999999", places=4), min_size=1), commas=st.booleans())
def test_rates_there_and_back(catalog: Catalog, rates: list[Any], commas: bool) -> None:
    data = [{"fecha": "24/03/2020", "dato": f"{r:,.4f}" if commas else f"{r:.4f}"} for r in rates]
    content = json.dumps({"bmx": {"series": [{"idSerie": "SF43718", "datos": data}]}}).encode()
    (rows,) = banxico_fix.read(File("f", content), "sie", catalog)
    assert rows.frame["rate"].to_list() == rates
