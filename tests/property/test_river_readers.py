"""Readers of Reclamation's files and random bytes: a SourceError or sound rows, never anything else."""

from __future__ import annotations

import gzip
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.errors import SourceError
from ambos.sources.shared.base import REJECT_SCHEMA, File, Rows
from ambos.sources.usbr import lake_powell_daily as usbr_lake_powell_daily
from ambos.sources.usbr import lower_colorado_accounting as usbr_lower_colorado_accounting
from ambos.sources.usbr import mead_24ms as usbr_mead_24ms
from ambos.sources.usbr import natural_flow as usbr_natural_flow
from ambos.sources.usbr import owdi_2016 as usbr_owdi_2016
from ambos.sources.usbr import reservoirs_monthly as usbr_reservoirs_monthly
from examples import examples
from usbr_samples import WORKBOOK, files

FILES = files()
READERS = (
    usbr_reservoirs_monthly,
    usbr_lake_powell_daily,
    usbr_lower_colorado_accounting,
    usbr_mead_24ms,
    usbr_owdi_2016,
    usbr_natural_flow,
)
CASES = [
    (name, module, kind)
    for name, content in FILES.items()
    for module in READERS
    if (kind := module.recognise(name, File(name, content).head()))
]
calm = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def test_each_specimen_is_of_one_source() -> None:
    assert sorted(name for name, _, _ in CASES) == sorted(FILES)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, Any, str, bytes]:
    """A specimen, cut, with bytes changed, put in, taken out or repeated."""
    name, module, kind = draw(st.sampled_from(CASES))
    content = FILES[name]
    pieces = st.sampled_from([b"", b'"', b",", b"\n", b" ", b"-", b"#", b"0", b"\xef\xbb\xbf", b"9", b"e+99", b"1976"])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        to = draw(st.integers(at, min(len(content), at + 60)))
        piece = draw(st.one_of(st.binary(max_size=6), pieces))
        content = draw(
            st.sampled_from([content[:at], content[:at] + piece + content[at:], content[:at] + piece + content[to:]])
        )
    if name != WORKBOOK and draw(st.booleans()):
        content = gzip.compress(content)
        content = content[: draw(st.integers(len(content) - 12, len(content)))]
    return name, module, kind, content


def check(rows: Rows, catalog: Catalog) -> None:
    """The frame is what its dataset says, whatever the file was."""
    dataset = catalog.datasets[rows.dataset]
    known = {"as_of"} & set(rows.frame.columns)  # where rows of one file differ in it
    assert set(rows.frame.columns) == {*(c.id for c in dataset.columns), "status", *known}
    assert rows.rejected.schema == REJECT_SCHEMA
    assert not any(rows.frame.select(*dataset.keys, "status").null_count().row(0))
    assert not any(rows.rejected.null_count().row(0)) or rows.rejected.height == 0
    for column in dataset.columns:
        if column.codes:
            assert set(rows.frame[column.id]) <= set(catalog.codelists[column.codes].codes)
    values = rows.frame.select(dataset.values)
    missing = values.select(v.is_null() for v in values).to_numpy().all(axis=1) if values.height else []
    assert [s == "M" for s in rows.frame["status"]] == list(missing)


@settings(calm, max_examples=examples(150))
@given(case=damaged())
def test_a_damaged_file_raises_a_source_error_or_gives_sound_rows(
    catalog: Catalog, case: tuple[str, Any, str, bytes]
) -> None:
    name, module, kind, content = case
    file = File(name, content)
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
def test_random_bytes_are_refused(catalog: Catalog, content: bytes) -> None:
    for name, module, kind in CASES:
        module.recognise(name, content)
        with pytest.raises(SourceError):
            list(module.read(File(name, content), kind, catalog))


@pytest.mark.parametrize("name", [n for n, _, _ in CASES if n != WORKBOOK])
def test_a_file_cut_anywhere_in_its_last_line_is_refused_or_says_nothing_new(catalog: Catalog, name: str) -> None:
    """A number cut in the middle would be a smaller number; it must not get through."""
    content = FILES[name].rstrip()
    module, kind = next((m, k) for n, m, k in CASES if n == name)

    def said(end: int) -> set[tuple[object, ...]]:
        """Each value by its key."""
        return {
            (rows.dataset, column, *row)
            for rows in module.read(File(name, content[:end]), kind, catalog)
            for column in catalog.datasets[rows.dataset].values
            for row in rows.frame.drop_nulls(column).select(*catalog.datasets[rows.dataset].keys, column).rows()
        }

    full = said(len(content))
    for end in range(len(content) - min(90, len(content.splitlines()[-1])), len(content)):
        with suppress(SourceError):
            assert said(end) <= full, end
