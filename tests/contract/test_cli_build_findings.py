"""`ambos build` tells what it set aside as impossible and what it took out of proportion, in both languages and as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ambos.catalog import Catalog
from build_samples import crossing, crossings_file
from command_line import Shell

WORDS = {
    "en": ("Taken, but out of proportion with what was held", "Rows set aside (implausible value): 1."),
    "es": (
        "Tomadas, pero fuera de proporción con lo que se tenía",
        "Renglones apartados (valor inverosímil): 1.",
    ),
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_build_tells_what_is_out_of_proportion_and_what_cannot_be(
    shells: dict[str, Shell], catalog: Catalog, tmp_path: Path, language: str
) -> None:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    path = tmp_path / "a.csv"
    path.write_bytes(
        crossings_file(crossing("Jan 2026", "Trucks", 130_000), crossing("Jan 2026", "Trains", 4 * 10**12))
    )
    build = ("build", "--from", path, "--as-of", "2026-03-01")
    told = shells[language](*build, folder=tmp_path / "table")
    assert told.code == 0
    out_of_proportion, cannot_be = WORDS[language]
    assert out_of_proportion in told.out and "130,000" in told.out
    assert cannot_be in told.err and "4,000,000,000,000" in told.err
    (source,) = shells[language](*build, "--json", folder=tmp_path / "data").json()["sources"]
    (finding,) = source["findings"]
    assert finding["id"] == "arrival.crossings.2604.trucks.2026-01-01"
    assert (source["new"], source["refused"]) == (1, 1)
    assert cannot_be in source["notes"][0]
