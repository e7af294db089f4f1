"""`ambos check store`: damage is named, and following the advice brings every figure back."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ambos.flows.data.build import build
from ambos.flows.workspace import open_workspace
from ambos.store import Store, delta, schema
from build_samples import NOGALES, crossings_file
from command_line import Shell


def fetched(workspace: Path, content: bytes) -> Path:
    """A body in the workspace as `ambos fetch` leaves it, with its line in the ledger."""
    digest = hashlib.sha256(content).hexdigest()
    name = f"bts_border_crossing/20250501T000000Z-{digest[:12]}-crossings.csv"
    body = workspace / "snapshots" / name
    body.parent.mkdir(parents=True, exist_ok=True)
    body.write_bytes(content)
    line = {
        "source": "bts_border_crossing",
        "result": "stored",
        "retrieved_at": "2025-05-01T00:00:00+00:00",
        "request": "https://example.org/crossings.csv",
        "headers": {},
        "sha256": digest,
        "size": len(content),
        "file": name,
        "name": "crossings.csv",
        "attempts": [],
    }
    (workspace / "snapshots" / "ledger.jsonl").write_text(json.dumps(line) + "\n")
    return body


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


SHOW = (
    "show",
    "crossings.trucks",
    "--place",
    "Nogales",
    "--freq",
    "M",
    "--from",
    "2025-03",
    "--to",
    "2025-03",
    "--json",
)
FIGURES = crossings_file(*(line.replace("Feb 2021", "Mar 2025") for line in NOGALES))


@pytest.fixture(scope="module")
def sound(shells: dict[str, Shell], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one fetched file that was built."""
    folder = tmp_path_factory.mktemp("sound")
    fetched(folder, FIGURES)
    report = shells["en"]("build", folder=folder)
    assert report.code == 0, report.err
    return folder


@pytest.fixture(scope="module")
def shown(shells: dict[str, Shell], sound: Path) -> Any:
    """The figures that the sound workspace shows."""
    return shells["en"](*SHOW, folder=sound).json()


@pytest.fixture
def built(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound workspace, for a test to damage."""
    return shutil.copytree(sound, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize(("language", "words"), [("en", "The store is sound"), ("es", "íntegro")])
def test_a_sound_store_is_said_to_be_sound(shells: dict[str, Shell], sound: Path, language: str, words: str) -> None:
    result = shells[language]("check", "store", folder=sound)
    assert result.code == 0 and words in result.out


def test_the_advice_of_an_error_brings_the_figures_back(shells: dict[str, Shell], built: Path, shown: Any) -> None:
    shell = shells["en"]
    damaged = next((built / "store" / "crossings").glob("kind=*/*.parquet"))
    flip(damaged)
    refused = shell(*SHOW, folder=built)
    assert refused.code == 1 and damaged.name in refused.err and "ambos check store --repair" in refused.err
    checked = shell("check", "store", folder=built)
    assert checked.code == 1 and damaged.name in checked.out
    repaired = shell("check", "store", "--repair", folder=built)
    assert repaired.code == 0, repaired.out + repaired.err
    assert shell(*SHOW, folder=built).json() == shown
    assert list((built / "damaged").rglob(damaged.name)), "what was damaged is kept"


def test_a_damaged_body_is_named_and_moved_aside(shells: dict[str, Shell], built: Path) -> None:
    body = next((built / "snapshots").rglob("*.csv"))
    flip(body)
    checked = shells["es"]("check", "store", "--json", folder=built)
    assert checked.code == 1
    (damage,) = checked.json()["damaged"]
    assert damage["path"] == str(body) and "no es el que se descargó" in damage["error"]["es"]
    assert shells["es"]("check", "store", "--repair", folder=built).code == 0
    assert not body.exists() and list((built / "damaged").rglob(body.name))


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"garbage", "line 2"),
        (b"[]", "line 2"),
        (b'{"source": "x", "result": "stored"}', "sha256"),
        (b"{}", "result"),
        (b'{"source": "x", "result": "failed", "retrieved_at": "soon"}', "retrieved_at"),
    ],
    ids=["garbage", "no object", "keys missing", "empty object", "no time"],
)
def test_a_damaged_line_of_the_ledger_is_named_and_the_others_are_kept(
    shells: dict[str, Shell], built: Path, shown: Any, line: bytes, named: str
) -> None:
    shell, ledger = shells["en"], built / "snapshots" / "ledger.jsonl"
    sound = ledger.read_bytes()
    other = sound.replace(b'"stored"', b'"unchanged", "key of a newer version": 1')
    ledger.write_bytes(sound + line + b"\n" + other)
    refused = shell("build", folder=built)
    assert refused.code == 1 and named in refused.err and "--repair" in refused.err and "Traceback" not in refused.err
    checked = shell("check", "store", folder=built)
    assert checked.code == 1 and named in checked.out
    assert shell("check", "store", "--repair", folder=built).code == 0
    assert ledger.read_bytes() == sound + other
    assert line in next((built / "damaged").rglob("ledger.jsonl")).read_bytes(), "what was damaged is kept"
    assert shell("build", folder=built).code == 0 and shell(*SHOW, folder=built).json() == shown


def test_a_body_changed_on_the_disk_is_refused_by_name_and_the_others_are_built(
    shells: dict[str, Shell], built: Path, shown: Any
) -> None:
    shell = shells["en"]
    body = next((built / "snapshots").rglob("*.csv"))
    body.write_bytes(body.read_bytes().replace(b"36384", b"99999"))
    other = built / "snapshots" / "bts_border_crossing" / "other.csv"
    other.write_bytes(crossings_file(*(line.replace("Feb 2021", "Apr 2025") for line in NOGALES)))
    report = shell("build", "--json", folder=built)
    assert report.code == 1 and body.name in report.err and "not what was fetched" in report.err
    (source,) = report.json()["sources"]
    assert (source["files"], source["new"]) == (1, 4)
    assert shell(*SHOW, folder=built).json() == shown
    spanish = shells["es"]("build", folder=built)
    assert spanish.code == 1 and "no es el que se descargó" in spanish.err and "--repair" in spanish.err
    assert shell("check", "store", "--repair", folder=built).code == 0
    assert shell("build", folder=built).code == 0


def test_a_day_yet_to_come_does_not_count_and_a_correct_build_wins(
    shells: dict[str, Shell], built: Path, shown: Any
) -> None:
    """As an older version wrote it, which took any day of knowledge."""
    shell = shells["en"]
    given = built / "given.csv"
    given.write_bytes(FIGURES.replace(b"36384", b"36999"))
    now = open_workspace(built)
    later = replace(
        now,
        store=Store(now.store.folder, now.store.datasets, now.store.base),
        clock=lambda: datetime(2099, 1, 1, tzinfo=UTC),
    )
    assert not build(later, given, as_of=date(2099, 1, 1)).failed
    assert shell(*SHOW, folder=built).json() == shown
    for language, words in (("en", "yet to come"), ("es", "aún no llega")):
        checked = shells[language]("check", "store", folder=built)
        assert checked.code == 1 and "2099-01-01" in checked.out and words in checked.out
    again = ("build", "--from", given, "--as-of", "2026-02-01")
    assert shell(*again, folder=built).code == 0
    corrected = shell(*SHOW, folder=built).json()
    assert "36999" in json.dumps(corrected)
    # The other advice: the table is built again, and the file given by hand is named as lost.
    repaired = shell("check", "store", "--repair", folder=built)
    assert repaired.code == 1 and "given.csv" in repaired.out and "2099" not in repaired.out
    assert shell(*again, folder=built).code == 0 and shell("check", "store", folder=built).code == 0
    assert shell(*SHOW, folder=built).json() == corrected


@pytest.mark.parametrize("counts", ["null", '{"left_out": [{"of a newer version": 1}]}'], ids=["damaged", "newer"])
def test_a_record_of_a_file_that_is_damaged_or_newer_is_named_and_repaired(
    shells: dict[str, Shell], built: Path, shown: Any, counts: str
) -> None:
    shell = shells["es"]
    table = delta.DeltaLog(built / "store" / "snapshots", list(schema.SNAPSHOTS))
    rows = pl.read_parquet(table.files()).with_columns(pl.lit(counts).alias("counts"))
    table.commit(rows, "overwrite")
    refused = shell("build", folder=built)
    assert refused.code == 1 and "el registro de" in refused.err and "--repair" in refused.err
    checked = shell("check", "store", folder=built)
    assert checked.code == 1 and "crossings.csv" in checked.out
    assert shell("check", "store", "--repair", folder=built).code == 0
    assert shell("build", folder=built).code == 0 and shell(*SHOW, folder=built).json() == shown
