"""Known figures are never lost to a bad file: a file that takes back too many is held for a yes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import BadRequest, Held, TooManyBadRows
from ambos.flows.build import Build, build
from ambos.flows.workspace import Workspace
from build_samples import crossing, crossings_file, workspace, zipped

MONTHS = [
    f"{month} {year}"
    for year in (2018, 2019, 2020)
    for month in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
]


@pytest.fixture
def here(tmp_path: Path, catalog: Catalog) -> Workspace:
    return workspace(tmp_path / "workspace", catalog)


def trucks(values: Sequence[object]) -> bytes:
    """Trucks at Nogales from January 2018 on."""
    return crossings_file(*(crossing(month, "Trucks", value) for month, value in zip(MONTHS, values, strict=False)))


def take(here: Workspace, path: Path, content: bytes, day: date, accept: Sequence[str] = ()) -> Build:
    path.write_bytes(content)
    return build(here, path, as_of=day, accept=accept)


def values(here: Workspace, dataset: str, column: str) -> list[object]:
    what = here.catalog.datasets[dataset]
    found: list[object] = here.store.frame(here.store.table(dataset)).sort(what.period)[column].to_list()
    return found


def only_error(report: Build) -> Held:
    (entry,) = report.loaded
    (error,) = entry.errors
    assert isinstance(error, Held) and report.failed
    return error


def test_a_file_whose_newest_months_turn_missing_is_held_until_accepted(here: Workspace, tmp_path: Path) -> None:
    good = [1000 + n for n in range(36)]
    take(here, tmp_path / "good.csv", trucks(good), date(2025, 1, 5))
    cut = trucks([*good[:30], *[""] * 6])
    for _ in range(2):  # it is said again, not "unchanged"
        error = only_error(take(here, tmp_path / "cut.csv", cut, date(2025, 2, 5)))
        assert "6 known values become missing" in error.say("en") and "value 1030 → –" in error.say("en")
        assert "6 valores conocidos pasan a faltantes" in error.say("es")
        assert values(here, "crossings", "value") == good
    start = str(error.values["hash"])
    for accept in ("cut.csv", start):
        assert not take(here, tmp_path / "cut.csv", cut, date(2025, 2, 5), [accept]).failed
    assert values(here, "crossings", "value")[-6:] == [None] * 6
    assert not take(here, tmp_path / "cut.csv", cut, date(2025, 2, 5)).failed


def test_a_few_values_that_become_missing_and_an_ordinary_revision_are_taken(here: Workspace, tmp_path: Path) -> None:
    good: list[object] = [1000 + n for n in range(36)]
    take(here, tmp_path / "good.csv", trucks(good), date(2025, 1, 5))
    revised = [*good[:24], *[f"{2000 + n}" for n in range(9)], "", "", ""]
    assert not take(here, tmp_path / "revised.csv", trucks(revised), date(2025, 2, 5)).failed


def test_a_file_that_changes_most_closed_months_is_held_and_the_other_is_taken(here: Workspace, tmp_path: Path) -> None:
    good = [36_000 + n for n in range(36)]
    take(here, tmp_path / "good.csv", trucks(good), date(2025, 1, 5))
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "thousands.csv").write_bytes(trucks([0] * 36))  # "36 384", of which a program kept 0
    (folder / "trains.csv").write_bytes(crossings_file(crossing("Jan 2018", "Trains", 54)))
    report = build(here, folder, as_of=date(2025, 2, 5))
    assert "36 of the 36 rows known already change, in 36 periods" in only_error(report).say("en")
    assert sorted(values(here, "crossings", "value")) == sorted([*good, 54])  # type: ignore[type-var]


def test_of_two_files_of_one_build_the_bad_one_is_held(here: Workspace, tmp_path: Path) -> None:
    good = [36_000 + n for n in range(36)]
    (tmp_path / "a.csv").write_bytes(trucks(good))
    (tmp_path / "b.csv").write_bytes(trucks([*good[:30], *[""] * 6]))
    assert only_error(build(here, tmp_path, as_of=date(2025, 1, 5))).values["file"] == "b.csv"
    assert values(here, "crossings", "value") == good


def test_thousands_written_with_spaces_take_no_known_value(here: Workspace, tmp_path: Path) -> None:
    good = [36_000 + n for n in range(36)]
    take(here, tmp_path / "good.csv", trucks(good), date(2025, 1, 5))
    spaced = trucks([f"{n:,}".replace(",", " ") for n in good])
    take(here, tmp_path / "spaces.csv", spaced, date(2025, 2, 5))
    assert values(here, "crossings", "value") == good


def test_an_archive_is_held_whole_and_taken_by_name_or_start_of_hash(here: Workspace, tmp_path: Path) -> None:
    good = [36_000 + n for n in range(36)]
    take(here, tmp_path / "good.csv", trucks(good), date(2025, 1, 5))
    members = {
        "train.csv": crossings_file(crossing("Jan 2018", "Trains", 54)),
        "cut.csv": trucks([*good[:30], *[""] * 6]),
    }
    archive = tmp_path / "archive.zip"
    error = only_error(take(here, archive, zipped(**members), date(2025, 2, 5)))
    assert error.values["file"] == "archive.zip" and values(here, "crossings", "value") == good
    with pytest.raises(BadRequest, match="no file of this build"):
        build(here, archive, as_of=date(2025, 2, 5), accept=["archive.zip/cut.csv"])
    assert not build(here, archive, as_of=date(2025, 2, 5), accept=[str(error.values["sha256"])[:8].upper()]).failed
    assert values(here, "crossings", "value").count(None) == 6 and 54 in values(here, "crossings", "value")


def test_a_fetched_file_is_held_at_every_build_and_taken_by_start_of_hash(here: Workspace, tmp_path: Path) -> None:
    good = [36_000 + n for n in range(36)]
    take(here, tmp_path / "good.csv", trucks(good), date(2025, 1, 5))
    body = trucks([*good[:30], *[""] * 6])
    fetched = here.folder / "snapshots" / "bts_border_crossing" / "answer.csv"
    fetched.parent.mkdir(parents=True)
    fetched.write_bytes(body)
    line = {
        "source": "bts_border_crossing",
        "result": "stored",
        "sha256": hashlib.sha256(body).hexdigest(),
        "retrieved_at": "2025-02-05T00:00:00+00:00",
        "request": "https://data.bts.gov",
    }
    (here.folder / "snapshots" / "ledger.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    start = [str(only_error(build(here)).values["hash"]) for _ in range(2)][-1]
    assert values(here, "crossings", "value") == good
    assert not build(here, accept=[start]).failed
    assert values(here, "crossings", "value").count(None) == 6


def test_a_name_that_means_two_files_is_refused_and_the_hash_says_which(here: Workspace, tmp_path: Path) -> None:
    for year in ("2018", "2019"):
        folder = tmp_path / "files" / year
        folder.mkdir(parents=True)
        (folder / "crossings.csv").write_bytes(crossings_file(crossing(f"Jan {year}", "Trains", 54)))
    with pytest.raises(BadRequest, match=r"2018/crossings.csv .*2019/crossings.csv"):
        build(here, tmp_path / "files", as_of=date(2025, 1, 5), accept=["crossings.csv"])
    assert not build(here, tmp_path / "files", as_of=date(2025, 1, 5), accept=["2018/crossings.csv"]).failed


def test_a_name_that_means_no_file_is_refused(here: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="no file of this build"):
        take(here, tmp_path / "good.csv", trucks([1]), date(2025, 1, 5), ["other.csv"])


def rise(storage: Sequence[object]) -> bytes:
    """Level and storage of Lake Mead as RISE's answers, with the storage given."""
    answers: list[object] = []
    for item, unit, found in (("6123", "ft", [1050.5] * 10), ("6124", "af", storage)):
        answers.append({"data": {"attributes": {"_id": int(item), "parameterUnit": unit, "parameterTimestep": "day"}}})
        days = [date(2025, 1, 1) + timedelta(days=n) for n in range(len(found))]
        answers.append(
            {
                "data": [
                    {"attributes": {"itemId": int(item), "dateTime": f"{day}T07:00:00+00:00", "result": value}}
                    for day, value in zip(days, found, strict=True)
                ]
            }
        )
    return json.dumps(answers).encode()


def test_an_answer_of_rise_with_one_empty_list_is_held(here: Workspace, tmp_path: Path) -> None:
    storage = [8_000_000 + n for n in range(10)]
    assert not take(here, tmp_path / "good.json", rise(storage), date(2025, 2, 1)).failed
    error = only_error(take(here, tmp_path / "empty.json", rise([]), date(2025, 3, 1)))
    assert "10 known values become missing" in error.say("en")
    assert values(here, "reservoir_days", "storage_af") == storage


def test_a_projection_without_its_type_of_run_is_refused(here: Workspace, tmp_path: Path) -> None:
    header = "Object.Name,Slot.Name,units,Timestep,Value,Model\n"
    study = header + "Mead,Pool Elevation,ft,2016/01/31,1083.86,January 2016 Most Probable\n"
    (entry,) = take(here, tmp_path / "study.csv", study.encode(), date(2016, 2, 5)).loaded
    (error,) = entry.errors
    assert isinstance(error, TooManyBadRows) and "“Historical”" in error.say("en")
    assert values(here, "reservoir_month_ends", "elevation_ft") == []
