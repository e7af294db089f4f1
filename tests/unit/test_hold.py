"""Known figures are never lost to a bad file: a file that takes back too many is held for a yes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from air_samples import aqs, aqs_day, sinaica, sinaica_hour
from ambos.catalog import Catalog
from ambos.errors import BadRequest, Held, TooManyBadRows
from ambos.flows.data.build import Build, build
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


def refused(report: Build) -> str:
    """The message, in English, of the only file."""
    (entry,) = report.loaded
    (error,) = entry.errors
    assert report.failed and not report.held
    return error.say("en")


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
        "file": "bts_border_crossing/answer.csv",
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


def test_an_answer_of_rise_with_one_empty_list_is_refused_and_the_storage_stays(
    here: Workspace, tmp_path: Path
) -> None:
    storage = [8_000_000 + n for n in range(10)]
    assert not take(here, tmp_path / "good.json", rise(storage), date(2025, 2, 1)).failed
    assert "6124: it has no result" in refused(take(here, tmp_path / "empty.json", rise([]), date(2025, 3, 1)))
    assert values(here, "reservoir_days", "storage_af") == storage


def test_an_answer_of_rise_that_leaves_days_of_one_item_out_is_held(here: Workspace, tmp_path: Path) -> None:
    storage = [8_000_000 + n for n in range(10)]
    take(here, tmp_path / "good.json", rise(storage), date(2025, 2, 1))
    error = only_error(take(here, tmp_path / "short.json", rise(storage[:4]), date(2025, 3, 1)))
    assert "6 known values become missing" in error.say("en")
    assert values(here, "reservoir_days", "storage_af") == storage


def test_monthly_trends_with_thousands_written_with_spaces_change_no_known_value(
    here: Workspace, tmp_path: Path, specimens: Path
) -> None:
    lines = (specimens / "bts_annual" / "monthly_trends.csv").read_text(encoding="utf-8").splitlines()
    take(here, tmp_path / "good.csv", "\n".join(lines).encode(), date(2026, 2, 1))
    known = values(here, "freight_national_month", "value_usd")
    spaced = [lines[0], *(re.sub(r"(\d)(\d{3})(\.0\b)", r"\1 \2\3", line) for line in lines[1:])]
    assert spaced != lines
    said = refused(take(here, tmp_path / "spaces.csv", "\n".join(spaced).encode(), date(2026, 3, 1)))
    assert "is not a whole number" in said
    assert values(here, "freight_national_month", "value_usd") == known


def test_an_account_with_thousands_written_with_spaces_is_held(here: Workspace, tmp_path: Path) -> None:
    head = "Year Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Total\n"
    name = tmp_path / "usbr_mx_satisfaction_of_treaty.csv"
    plain = [f"{year} {' '.join(['125000'] * 12)} 1500000\n" for year in (2018, 2019, 2020)]
    assert not take(here, name, (head + "".join(plain)).encode(), date(2025, 1, 5)).failed
    spaced = [line.replace("125000", "125 000").replace("1500000", "1 500 000") for line in plain]
    only_error(take(here, name, (head + "".join(spaced)).encode(), date(2025, 2, 5)))
    assert values(here, "river_accounts", "volume_af") == [125_000] * 36
    assert values(here, "river_accounts_annual", "volume_af") == [1_500_000] * 3


def test_days_of_aqs_without_the_mean_in_a_later_record_are_refused(here: Workspace, tmp_path: Path) -> None:
    days = [aqs_day(f"2026-01-0{n}", 10.0 + n) for n in (1, 2, 3)]
    assert not take(here, tmp_path / "good.json", aqs(*days), date(2026, 2, 1)).failed
    known = values(here, "air_daily", "mean")
    del days[2]["arithmetic_mean"]
    assert "arithmetic_mean" in refused(take(here, tmp_path / "short.json", aqs(*days), date(2026, 2, 2)))
    assert values(here, "air_daily", "mean") == known and None not in known


def test_a_mark_of_sinaica_that_is_not_known_makes_no_reading_missing(here: Workspace, tmp_path: Path) -> None:
    hours = [sinaica_hour(n, 30.0 + n) for n in range(3)]
    assert not take(here, tmp_path / "good.html", sinaica(*hours), date(2026, 2, 25)).failed
    known = values(here, "air_readings", "value")
    other = sinaica(*({**hour, "val": "si"} for hour in hours))
    assert "no known mark" in refused(take(here, tmp_path / "other.html", other, date(2026, 2, 26)))
    assert values(here, "air_readings", "value") == known and None not in known


def test_a_projection_without_its_type_of_run_is_refused(here: Workspace, tmp_path: Path) -> None:
    header = "Object.Name,Slot.Name,units,Timestep,Value,Model\n"
    study = header + "Mead,Pool Elevation,ft,2016/01/31,1083.86,January 2016 Most Probable\n"
    (entry,) = take(here, tmp_path / "study.csv", study.encode(), date(2016, 2, 5)).loaded
    (error,) = entry.errors
    assert isinstance(error, TooManyBadRows) and "“Historical”" in error.say("en")
    assert values(here, "reservoir_month_ends", "elevation_ft") == []


def test_a_table_that_every_release_restates_is_not_held_for_it(here: Workspace, tmp_path: Path) -> None:
    quarters = [f"{year}-Q{n}" for year in range(2010, 2020) for n in (1, 2, 3, 4)]
    header = "Quarter ID,Quarter,State ID,State,Investment"

    def investment(added: float, cells: int = 40) -> bytes:
        rows = (
            f"{q.replace('-Q', '')},{q},26,Sonora,{n + added if n < cells else ''}" for n, q in enumerate(quarters, 1)
        )
        return "\n".join([header, *rows]).encode()

    take(here, tmp_path / "first.csv", investment(0.25), date(2024, 1, 5))
    assert not take(here, tmp_path / "restated.csv", investment(0.5), date(2024, 4, 5)).failed
    assert values(here, "mx_state_fdi", "value_usd")[0] == 1_500_000
    lost = take(here, tmp_path / "lost.csv", investment(0.5, cells=30), date(2024, 7, 5))
    assert "known values become missing" in only_error(lost).say("en")
