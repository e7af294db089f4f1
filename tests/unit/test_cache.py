"""Results kept in the user's cache folder."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from ambos.cache import MOST, kept
from ambos.catalog import DEFAULT_REGION, DEFINITIONS, Catalog
from ambos.catalog.load import load
from ambos.text import Text

VALUE = {"a": (Text("one", "uno"), date(2024, 2, 29), Decimal("1.50")), "b": [frozenset({1}), None]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "ambos"


def counted(value: object) -> tuple[list[int], Callable[[], object]]:
    made: list[int] = []

    def make() -> object:
        made.append(1)
        return value

    return made, make


def test_a_result_is_made_once_and_another_one_of_other_input(folder: Path) -> None:
    made, make = counted(VALUE)
    assert [kept("x", lambda: "input", make) for _ in range(3)] == [VALUE] * 3
    assert len(made) == 1
    kept("x", lambda: "other input", make)
    assert len(made) == 2


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:40] + b"!" + b[41:], lambda b: b"", lambda b: b + b"."]
)
def test_a_damaged_file_is_made_again(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    made, make = counted(VALUE)
    kept("x", lambda: "input", make)
    (path,) = folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    assert kept("x", lambda: "input", make) == VALUE
    assert len(made) == 2
    assert path.read_bytes() == whole


class _Runs:
    """What runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return Path.touch, (Path(_Runs.path),)  # type: ignore[return-value]

    path = ""


def test_nothing_runs_that_someone_else_put_into_the_folder(folder: Path, tmp_path: Path) -> None:
    made, make = counted(VALUE)
    kept("x", lambda: "input", make)
    (path,) = folder.iterdir()
    _Runs.path = str(tmp_path / "ran")
    body = pickle.dumps(_Runs())
    path.write_bytes(sha256(body).digest() + body)
    assert kept("x", lambda: "input", make) == VALUE
    assert len(made) == 2
    assert not (tmp_path / "ran").exists()


def test_what_cannot_be_kept_is_made_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    made, make = counted(VALUE)
    assert [kept("x", lambda: "input", make) for _ in range(2)] == [VALUE] * 2
    assert len(made) == 2


def test_of_input_that_changes_while_it_is_read_nothing_is_kept(folder: Path) -> None:
    now = iter(["before", "after"])
    kept("x", lambda: next(now), lambda: VALUE)
    assert not folder.exists()


def test_few_results_of_one_name_stay(folder: Path) -> None:
    for number in range(MOST + 5):
        kept("x", lambda number=number: str(number), lambda: VALUE)  # type: ignore[misc]
    kept("y", lambda: "", lambda: VALUE)
    assert len([path for path in folder.iterdir() if path.name.startswith("x-")]) == MOST
    assert len([path for path in folder.iterdir() if path.name.startswith("y-")]) == 1


def test_kept_definitions_are_those_of_the_files(folder: Path, catalog: Catalog) -> None:
    first, again = load(DEFAULT_REGION), load(DEFAULT_REGION)
    assert folder.is_dir()
    assert first.parts() == again.parts() == catalog.parts()
    assert again.snapshot_folder == DEFINITIONS / "regions" / DEFAULT_REGION / "snapshot"


def test_a_part_of_the_kept_definitions_is_read_when_it_is_asked_for(folder: Path) -> None:
    load(DEFAULT_REGION)
    again = load(DEFAULT_REGION)
    assert "units" not in vars(again)
    assert again.units and "units" in vars(again) and "places" not in vars(again)
    with pytest.raises(AttributeError, match="no_such_part"):
        again.no_such_part  # type: ignore[attr-defined]  # noqa: B018
    changed = replace(again, messages={})
    assert (
        changed.messages == {} and changed.units is again.units and changed.place("Arizona") == again.place("Arizona")
    )
