"""Hostile archives end with one clear error each, in little memory and time; the other files of the build are taken."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest
from bombs import BOMBS, MIB

from build_samples import HEADER, NOGALES

#: Those whose refusal takes seconds: a gigabyte comes out, or 100,000 members are read.
LONG = ("borderbuddy_lanes_gz.csv.gz", "bwt_xml_members.tar.gz")
#: Address space of the process that builds, bytes. Its resident memory is less.
MEMORY = 2000 * MIB
#: Processor seconds of the build.
SECONDS = 60
GOOD = "Border_Crossing_Entry_Data.csv"


def build(tmp_path: Path, names: Collection[str], scale: int, languages: Collection[str]) -> dict[str, str]:
    """Build from bombs and one good file; standard error by language."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / GOOD).write_text(HEADER + "".join(NOGALES))
    for name in names:
        (folder / name).write_bytes(BOMBS[name][0](scale))

    def limit() -> None:
        memory = (
            MEMORY if scale == 1 else 2 * MEMORY
        )  # a text of half a gigabyte has been aborted within the single one
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    said = {}
    for language in languages:
        workspace = tmp_path / language
        command = [sys.executable, "-m", "ambos", "build", "--from", str(folder), "--workspace", str(workspace)]
        done = subprocess.run(
            [*command, "--lang", language], capture_output=True, text=True, preexec_fn=limit, timeout=250, check=False
        )
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stderr
        assert "bts_border_crossing" in done.stdout
        said[language] = done.stderr
    return said


def check(said: dict[str, str], names: Collection[str]) -> None:
    for language, error in said.items():
        lines = error.splitlines()
        for name in names:
            (line,) = [line for line in lines if name in line]
            assert line.startswith("Error ["), line
            if language == "en":
                assert BOMBS[name][1] in line
            else:
                assert "nada de él se guardó" in line


def test_each_bomb_gives_one_error_and_the_good_file_is_stored(tmp_path: Path) -> None:
    names = [name for name in BOMBS if name not in LONG]
    check(build(tmp_path, names, 1, ["en"]), names)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_four_times_as_large(tmp_path: Path, name: str) -> None:
    if name == "bwt_xml_names.tar.gz":
        pytest.skip("its message names the size")
    check(build(tmp_path, [name], 4, ["en", "es"]), [name])
