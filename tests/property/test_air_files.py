"""Files of readings of a user's own, damaged or odd: every row is read or named, never neither, and nothing crashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ambos.air.readings import read, read_days
from ambos.catalog.air import load_air
from ambos.errors import AmbosError
from ambos.flows.air.index import judge_hours
from ambos.flows.workspace import Workspace, open_workspace
from examples import examples

PLAUSIBLE = load_air().plausible
HEAD = "station,time,pollutant,value,unit"
ROWS = [f"a,2026-01-01T{h:02}:00-07:00,pm25,{10 + h},ug/m3" for h in range(6)] + [
    f"b,2026-01-01T{h:02}:00Z,o3,{40 + h},ppb" for h in range(3)
]
calm = settings(
    deadline=None,
    max_examples=examples(80),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
odd = st.sampled_from(
    [
        "",
        "-0.4",
        "-999",
        "-9999.0",
        "998877",
        "1e9",
        "1e400",
        "nan",
        "inf",
        "NULL",
        "12,5",
        '"',
        "'5",
        "=1+1",
        "0x10",
        " 7 ",
    ]
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(tmp_path_factory.mktemp("none"))


@settings(calm)
@given(
    cells=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.sampled_from(["pm25", "o3", "PM2.5", "x"]), odd),
        max_size=12,
    )
)
def test_every_row_is_read_or_named(here: Workspace, tmp_path: Path, cells: list[tuple[str, int, str, str]]) -> None:
    path = tmp_path / "r.csv"
    rows = [f"{s},2026-01-01T{h:02}:00Z,{p},{v},ug/m3" for s, h, p, v in cells if '"' not in v]
    path.write_text("\n".join([HEAD, *ROWS, *rows]), encoding="utf-8")
    found = read(path, PLAUSIBLE)
    aside = len(ROWS) + len(rows) - found.frame.height
    told = [n for n in found.notes if "set aside" in n.en]
    assert bool(told) == (aside > 0) and all(f"set aside: {aside}." in n.en for n in told)
    amounts = found.frame["amount"].drop_nulls()
    assert ((amounts >= 0) & (amounts <= 10**11)).all()
    assert found.frame.select("station", "pollutant", "at").is_unique().all()
    assert len(judge_hours(here, path).table("hours").rows) == found.frame.height


@settings(calm)
@given(data=st.data())
def test_damaged_bytes_give_readings_or_one_error(tmp_path: Path, data: st.DataObject) -> None:
    content = "\n".join([HEAD, *ROWS]).encode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        to = data.draw(st.integers(at, min(len(content), at + 40)))
        piece = data.draw(
            st.one_of(st.binary(max_size=5), st.sampled_from([b'"', b",", b"\n", b"\r", b"\t", b"station,"]))
        )
        content = content[:at] + piece + content[to:]
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    for reader in (read, read_days):
        try:
            found = reader(path, PLAUSIBLE)
        except AmbosError as error:
            assert error.say("en") and error.say("es")
            continue
        assert not found.frame.select("station", "pollutant", "day").null_count().sum_horizontal().item()


@pytest.mark.parametrize("reader", [read, read_days])
@settings(calm)
@given(content=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore"))))
def test_random_bytes_are_one_error(tmp_path: Path, reader: object, content: bytes) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    with pytest.raises(AmbosError):
        reader(path, PLAUSIBLE)  # type: ignore[operator]
