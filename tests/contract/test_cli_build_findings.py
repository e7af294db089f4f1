"""`ambos build` says what it set aside, took out of proportion or holds, in both languages and as data."""

from __future__ import annotations

import hashlib
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


def test_build_tells_what_is_out_of_proportion_and_what_cannot_be(
    shells: dict[str, Shell], catalog: Catalog, tmp_path: Path
) -> None:
    if not catalog.snapshot_folder.is_dir():
        pytest.skip("the embedded snapshot is not here; make snapshot builds it")
    path = tmp_path / "a.csv"
    path.write_bytes(
        crossings_file(crossing("Jan 2026", "Trucks", 130_000), crossing("Jan 2026", "Trains", 4 * 10**12))
    )
    build = ("build", "--from", path, "--as-of", "2026-03-01")
    for language, (out_of_proportion, cannot_be) in WORDS.items():
        told = shells[language](*build, folder=tmp_path / language)
        assert told.code == 0
        assert out_of_proportion in told.out and "130,000" in told.out
        assert cannot_be in told.err and "4,000,000,000,000" in told.err
    answer = shells["es"](*build, "--json", folder=tmp_path / "data").json()
    (source,), (finding,) = answer["sources"], answer["findings"]
    assert finding["source"] == source["source"] and finding["id"] == "arrival.crossings.2604.trucks.2026-01-01"
    assert (source["new"], source["refused"]) == (1, 1)
    assert all(cannot_be in source["notes"][0][language] for language, (_, cannot_be) in WORDS.items())


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_held_file_is_named_as_data_with_what_would_change_and_how_to_accept_it(
    shells: dict[str, Shell], tmp_path: Path, language: str
) -> None:
    months = [f"{month} 2000" for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun")]
    good, cut = tmp_path / "good.csv", tmp_path / "cut.csv"
    good.write_bytes(crossings_file(*(crossing(month, "Trucks", 30_000) for month in months)))
    cut.write_bytes(crossings_file(*(crossing(month, "Trucks", "") for month in months)))
    shell = shells[language]
    assert shell("build", "--from", good, "--as-of", "2026-01-01", folder=tmp_path / "w", bare=True).code == 0
    again = ("build", "--from", cut, "--as-of", "2026-02-01", "--json")
    told = shell(*again, folder=tmp_path / "w", bare=True)
    (held,) = told.json()["held"]
    assert told.code == 1 and held["reason"][language] in told.err
    assert (held["file"], held["dataset"]) == ("cut.csv", "crossings")
    assert held["sha256"] == hashlib.sha256(cut.read_bytes()).hexdigest()
    difference = held["difference"]
    assert {k: difference[k] for k in ("missing", "changed", "known", "periods")} == {
        "missing": 6,
        "changed": 6,
        "known": 6,
        "periods": 6,
    }
    assert difference["series"] == [{"port": "2604", "measure": "trucks", "values": 6, "column": "value"}]
    assert difference["first"][0] == {
        "period": "2000-01-01",
        "port": "2604",
        "measure": "trucks",
        "values": {"value": {"before": 30_000, "after": None}},
    }
    accepted = shell(*again, *held["accept"].split(), folder=tmp_path / "w", bare=True)
    assert accepted.code == 0 and accepted.json()["held"] == []
