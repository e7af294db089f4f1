"""What keeps a file of the user's own from being read is told in both languages, never in the system's words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambos.errors import BadReadings, BadSchedule, BadTraces
from ambos.given_file import content


@pytest.mark.parametrize("error", [BadReadings, BadSchedule, BadTraces])
@pytest.mark.parametrize(
    ("written", "english", "spanish"),
    [
        (None, "there is no such file", "no existe ese archivo"),
        (b"", "it is empty", "está vacío"),
        (b" \n", "it is empty", "está vacío"),
        ("traza,a\u00f1o\n".encode("latin-1"), "not UTF-8", "no está en UTF-8"),
        (b"month;share\n1;1\n", "not parted by commas", "no están separadas por comas"),
        (b"month\tshare\n1\t1\n", "not parted by commas", "no están separadas por comas"),
    ],
)
def test_what_keeps_a_file_from_being_read(
    tmp_path: Path,
    error: type[BadReadings | BadSchedule | BadTraces],
    written: bytes | None,
    english: str,
    spanish: str,
) -> None:
    path = tmp_path / "given.csv"
    if written is not None:
        path.write_bytes(written)
    with pytest.raises(error) as caught:
        content(path, error)
    assert english in caught.value.say("en") and spanish in caught.value.say("es")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadTraces) as caught:
        content(tmp_path, BadTraces)
    assert "it is a folder" in caught.value.say("en") and "es una carpeta" in caught.value.say("es")


def test_the_mark_of_spreadsheets_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_bytes("\ufeffmonth,share\n".encode())
    assert content(path, BadSchedule) == "month,share\n"
