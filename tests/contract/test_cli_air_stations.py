"""The contract of ``ambos air readings`` and ``ambos air health``."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from air_samples import aqs, aqs_hour
from command_line import Shell


@pytest.fixture(scope="module")
def built(shells: dict[str, Shell], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with three hours of a station; the figures are made up."""
    folder = tmp_path_factory.mktemp("built")
    answer = aqs(aqs_hour(0, 28.4), aqs_hour(1, -0.3), aqs_hour(2, None), aqs_hour(3, 40.0))
    (folder / "aqs-made-up.json").write_bytes(answer)
    result = shells["en"]("build", "--from", folder / "aqs-made-up.json", "--workspace", folder / "w")
    assert result.code == 0, result.err
    return folder / "w"


def test_readings_are_what_the_other_commands_read(shells: dict[str, Shell], built: Path, tmp_path: Path) -> None:
    told = shells["es"]("air", "readings", "04-023-0004", "--workspace", built)
    assert told.code == 0
    assert "Partículas finas (PM2.5): Sistema de Calidad del Aire de la EPA (AQS) (88101-3)" in told.err
    assert "Valores bajo cero que cuentan como 0: 1." in told.err
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert [(r["time"], r["value"], r["given"]) for r in rows] == [
        ("2024-01-01T00:00-07:00", "28.4", "28.4"),
        ("2024-01-01T01:00-07:00", "0.0", "-0.3"),
        ("2024-01-01T02:00-07:00", "", ""),
        ("2024-01-01T03:00-07:00", "40.0", "40.0"),
    ]
    path = tmp_path / "readings.csv"
    path.write_text(told.out, encoding="utf-8")
    judged = shells["en"]("air", "index", "--series", path, "--json")
    assert judged.code == 0, judged.err
    assert judged.json()["hours"][0]["us_index"] is None, "one hour of three makes no mean"
    assert shells["en"]("air", "readings", "nogales_post_office", "--workspace", built).out == told.out


@pytest.mark.parametrize(
    ("arguments", "en", "es"),
    [
        (("04-023-9999",), "There is no air station", "No existe la estación de aire"),
        (("nogales_itn",), "Nothing is held for", "No hay datos de"),
        (("nogales_post_office", "--from", "2025"), "Nothing is held for", "No hay datos de"),
        (("nogales_post_office", "--pollutant", "o3"), "Nothing is held for", "No hay datos de"),
    ],
)
def test_what_is_not_there_is_said(
    shells: dict[str, Shell], built: Path, arguments: tuple[str, ...], en: str, es: str
) -> None:
    for language, words in (("en", en), ("es", es)):
        result = shells[language]("air", "readings", *arguments, "--workspace", built)
        assert result.code == 1 and result.out == "" and words in result.err


def test_hours_and_gaps_of_each_station_are_counted_and_silent_ones_named(
    shells: dict[str, Shell], built: Path
) -> None:
    told = {language: shell("air", "health", "--workspace", built) for language, shell in shells.items()}
    assert "Longest gap, hours" in told["en"].out and "Hueco más largo, horas" in told["es"].out
    assert "Nothing is held of:" in told["en"].out and "No se tiene nada de:" in told["es"].out
    both = [shell("air", "health", "--json", "--workspace", built).json() for shell in shells.values()]
    assert both[0] == both[1]
    (came,) = both[0]["came"]
    assert (came["station"], came["hours"], came["held"], came["invalid"], came["gap"]) == (
        "nogales_post_office",
        4,
        3,
        1,
        1,
    )
    assert {"station": "yuma_supersite"} in both[0]["silent"]


@pytest.mark.parametrize("count", [1, 3])
def test_health_of_a_series_without_a_gap_says_0(shells: dict[str, Shell], tmp_path: Path, count: int) -> None:
    """A series of one hour has no pair of hours between which a gap could lie."""
    (tmp_path / "aqs.json").write_bytes(aqs(*(aqs_hour(k, 5.0) for k in range(count))))
    assert shells["en"]("build", "--from", tmp_path / "aqs.json", "--workspace", tmp_path / "w").code == 0
    for shell in shells.values():
        told = shell("air", "health", "--workspace", tmp_path / "w")
        assert told.code == 0, told.err
        (row,) = (line for line in told.out.splitlines() if "nogales_post_office" in line and "88101-3" in line)
        assert row.replace("100.0 %", "100.0%").split()[-4:] == [str(count), "100.0%", "0", "0"]
    (came,) = shells["en"]("air", "health", "--json", "--workspace", tmp_path / "w").json()["came"]
    assert (came["hours"], came["held"], came["gap"], came["gap_start"]) == (count, count, 0, None)


def test_an_empty_workspace_has_no_hours_and_says_so(shells: dict[str, Shell], tmp_path: Path) -> None:
    record = shells["en"]("air", "health", "--json", "--workspace", tmp_path / "none").json()
    assert record["came"] == [] and {a["answers"] for a in record["asked"]} == {0}
