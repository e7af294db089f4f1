"""What a user names and that is no file: a pipe, a device, links in a circle, a folder, a name that is too long."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ambos.air import readings
from ambos.catalog import Catalog, load
from ambos.crossing.scenario import file as scenario_file
from ambos.errors import AmbosError, CannotRead, UnknownName, reason
from ambos.flows.data.build import build
from ambos.flows.data.check_store import check_store
from ambos.river import schedule_file, trace_file
from ambos.store.delta import DeltaLog
from build_samples import NOGALES, crossings_file, workspace

DOORS: dict[str, Callable[[Path, Catalog, Path], object]] = {
    "build": lambda path, catalog, folder: build(workspace(folder / "w", catalog), path, as_of=date(2026, 3, 1)),
    "readings": lambda path, _, __: readings.read(path, {}),
    "days": lambda path, _, __: readings.read_days(path, {}),
    "scenario": lambda path, _, __: scenario_file.read(path),
    "schedule": lambda path, _, __: schedule_file.read(path.with_suffix(".csv"), Fraction(1)),
    "schedule in TOML": lambda path, _, __: schedule_file.read(path.with_suffix(".toml"), Fraction(1)),
    "traces": lambda path, _, __: trace_file.read(path, 900.0, 1230.0),
}


def make(kind: str, path: Path) -> None:
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "circle":
        path.symlink_to(path)
    elif kind == "folder":
        path.mkdir()


WORDS = {
    "pipe": ("a pipe or a device", "una tubería o un dispositivo"),
    "device": ("a pipe or a device", "una tubería o un dispositivo"),
    "circle": ("links lead in a circle", "sus enlaces forman un círculo"),
    "folder": ("folder", "carpeta"),
    "long": ("too long", "demasiado largo"),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("door", DOORS)
def test_what_is_no_file_is_refused_and_never_waited_for(
    door: str, kind: str, catalog: Catalog, tmp_path: Path
) -> None:
    if (door, kind) == ("build", "folder"):
        return  # a folder is what it reads
    path = tmp_path / ("given" if kind != "long" else "x" * 300)
    for suffix in ("", ".csv", ".toml"):
        make(kind, path.with_suffix(suffix))
    with pytest.raises(AmbosError) as refused:
        DOORS[door](path, catalog, tmp_path)
    for language, words in zip(("en", "es"), WORDS[kind], strict=True):
        assert words in refused.value.say(language), refused.value.say(language)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "region", ["x" * 5000, "/" + "x/" * 3000, "a\nb", "\udcff/x", "a\0b", "/dev/zero", ""], ids=range(7)
)
def test_a_name_that_no_region_has_is_refused(region: str) -> None:
    with pytest.raises(UnknownName) as refused:
        load(region)
    assert all(len(refused.value.say(language)) < 400 for language in ("en", "es"))


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EACCES], ids=["files", "permission"])
def test_repair_leaves_alone_what_the_system_refuses_to_read(
    number: int, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many open files, or a missing permission, is no damage: nothing is to be moved aside."""
    (tmp_path / "crossings.csv").write_bytes(crossings_file(*NOGALES))
    opened = workspace(tmp_path / "w", catalog)
    build(opened, tmp_path / "crossings.csv", as_of=date(2026, 2, 1))
    assert check_store(opened).damaged == {}

    def refuse(self: DeltaLog, *_: object) -> list[Path]:
        raise CannotRead(path=tmp_path, detail=reason(OSError(number, os.strerror(number))))

    monkeypatch.setattr(DeltaLog, "files", refuse)
    with pytest.raises(CannotRead):
        check_store(opened)
