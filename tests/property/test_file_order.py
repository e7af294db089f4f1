"""Files of several days give the same store and the same holds in one build, whatever their names, and one by one."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog, load
from ambos.flows.data.build import build
from build_samples import crossing, crossings_file, held, workspace

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun")
START = date(2025, 1, 1)
#: What a file says of a month: missing, the figure, or a revision of it.
values = st.lists(st.sampled_from([None, 100, 100, 101]), min_size=len(MONTHS), max_size=len(MONTHS))
vintages = st.lists(values, min_size=2, max_size=4, unique_by=tuple)
GOOD: list[int | None] = [100] * 6
REVISED: list[int | None] = [*GOOD[:5], 101]
LOST: list[int | None] = [100, None, None, None, None, 101]


def bodies(days: list[list[int | None]]) -> list[bytes]:
    return [
        crossings_file(
            *(crossing(f"{m} 2020", "Trucks", "" if v is None else v) for m, v in zip(MONTHS, one, strict=True))
        )
        for one in days
    ]


def known_on(catalog: Catalog, files: list[bytes]) -> Catalog:
    """Definitions that know the day of each file, in their order."""
    days = {hashlib.sha256(b).hexdigest(): {"as_of": str(START + timedelta(days=n))} for n, b in enumerate(files)}
    return replace(catalog, known_files=days)


def built(folder: Path, catalog: Catalog, batches: list[dict[str, bytes]]) -> tuple[object, set[object]]:
    """The table after some builds, and the hashes of the files held by the last build of each."""
    here = workspace(folder / "workspace", catalog)
    waiting: set[object] = set()
    for number, files in enumerate(batches):
        origin = folder / str(number)
        origin.mkdir()
        for name, body in files.items():
            (origin / name).write_bytes(body)
        waiting |= {error.values["sha256"] for error in build(here, origin).held}
    table = held(here.store)["crossings"]
    return table.sort("port", "measure", "period", "as_of").rows(), waiting


def same(days: list[list[int | None]]) -> None:
    """One build, one with the names the other way round, and a build for each file: the same table and holds."""
    files = bodies(days)
    catalog = known_on(load(), files)
    orders = (
        [{f"{n}.csv": b for n, b in enumerate(files)}],
        [{f"{9 - n}.csv": b for n, b in enumerate(files)}],
        [{f"{n}.csv": b} for n, b in enumerate(files)],
    )
    results = []
    for batches in orders:
        with tempfile.TemporaryDirectory() as name:
            results.append(built(Path(name), catalog, batches))
    assert results[0] == results[1] == results[2]


def same_oldest_last(days: list[list[int | None]]) -> None:
    """What is known on each day is the same; only the day on which a figure counts as first known may be later."""
    files = bodies(days)
    catalog = known_on(load(), files)
    found = []
    for order in (1, -1):
        with tempfile.TemporaryDirectory() as name:
            here = workspace(Path(name) / "workspace", catalog)
            for number, body in list(enumerate(files))[::order]:
                path = Path(name) / f"{number}.csv"
                path.write_bytes(body)
                assert not build(here, path).failed
            known = [
                here.store.frame(here.store.table("crossings", START + timedelta(days=n))) for n in range(len(files))
            ]
            found.append([table.sort("period").select("period", "value").rows() for table in known])
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "days", [(GOOD, LOST, REVISED), (GOOD, REVISED, LOST), (LOST, GOOD, REVISED)], ids=["second", "last", "first"]
)
def test_the_names_of_files_and_builds_one_by_one_make_no_difference(days: tuple[list[int | None], ...]) -> None:
    same(list(days))


def test_files_none_of_which_is_held_give_the_same_figures_oldest_last() -> None:
    same_oldest_last([GOOD, REVISED, [101] * 6])


@pytest.mark.slow
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
@given(days=vintages)
def test_any_files_in_any_order(days: list[list[int | None]]) -> None:
    same(days)
    plain = [[101 if value is None else value for value in one] for one in days]
    same_oldest_last([one for n, one in enumerate(plain) if one not in plain[:n]])
