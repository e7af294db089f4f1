"""The new months of a file are compared with those before them: rows, and the ports that were always there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import Held
from ambos.flows.data.build import Build, build
from ambos.flows.workspace import Workspace
from build_samples import crossing, crossings_file, workspace

PORTS = ["2301", "2302", "2303", "2304", "2305", "2307", "2309", "2310", "2402", "2403", "2404", "2406"]
MEASURES = ["Trucks", "Trains", "Buses", "Pedestrians"]
YEAR = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@pytest.fixture
def here(tmp_path: Path, catalog: Catalog) -> Workspace:
    return workspace(tmp_path / "workspace", catalog)


def month(name: str, ports: Sequence[str] = PORTS, measures: Sequence[str] = MEASURES) -> list[str]:
    return [crossing(name, measure, 100, port) for port in ports for measure in measures]


def year(ports: Sequence[str] = PORTS) -> list[str]:
    return [line for name in YEAR for line in month(f"{name} 2023", ports)]


def take(here: Workspace, tmp_path: Path, *lines: str, accept: Sequence[str] = (), day: int = 1) -> Build:
    path = tmp_path / "crossings.csv"
    path.write_bytes(crossings_file(*lines))
    return build(here, path, as_of=date(2024, 6, day), accept=accept)


def only(report: Build) -> Held:
    (error,) = report.held
    return error


def months(here: Workspace) -> list[date]:
    return here.store.days("crossings")


def test_a_new_month_without_ports_that_were_always_there_is_held_with_their_names(
    here: Workspace, tmp_path: Path
) -> None:
    assert not take(here, tmp_path, *year()).failed
    cut = [*year(), *month("Jan 2024", PORTS[:9])]
    error = only(take(here, tmp_path, *cut, day=2))
    assert "2024-01: 36 rows, usual before 48" in error.say("en")
    assert "2403 (" in error.say("en") and "(Schedule D): 3, first" in error.say("en")
    assert "2024-01: 36 renglones; antes, lo usual eran 48" in error.say("es")
    assert error.values["difference"] == {
        "short": [{"period": date(2024, 1, 1), "rows": 36, "usual": 48.0}],
        "absent": {"port": PORTS[9:]},
    }
    assert months(here)[-1] == date(2023, 12, 1)
    assert not take(here, tmp_path, *cut, day=2, accept=["crossings.csv"]).failed
    assert months(here)[-1] == date(2024, 1, 1)
    assert not take(here, tmp_path, *cut, day=2).failed


def test_a_month_fetched_alone_with_few_of_its_rows_is_held(here: Workspace, tmp_path: Path) -> None:
    take(here, tmp_path, *year())
    assert "16 rows, usual before 48" in only(take(here, tmp_path, *month("Jan 2024")[::3], day=2)).say("en")


def test_a_first_file_is_compared_with_its_own_earlier_months(here: Workspace, tmp_path: Path) -> None:
    only(take(here, tmp_path, *year(), *month("Jan 2024")[:20]))
    assert months(here) == []


def test_a_file_of_a_few_ports_or_measures_is_compared_with_their_rows_alone(here: Workspace, tmp_path: Path) -> None:
    take(here, tmp_path, *year())
    assert not take(here, tmp_path, *month("Jan 2024", PORTS[:3]), day=2).failed
    assert not take(here, tmp_path, *month("Feb 2024", PORTS, MEASURES[:1]), day=3).failed


def test_a_quieter_month_two_ports_less_and_the_first_year_are_taken(here: Workspace, tmp_path: Path) -> None:
    take(here, tmp_path, *year())
    quiet = [*month("Jan 2024", PORTS[:10], MEASURES[:3])]
    assert not take(here, tmp_path, *quiet, day=2).failed


def test_a_month_that_is_known_already_may_be_given_in_part(here: Workspace, tmp_path: Path) -> None:
    take(here, tmp_path, *year())
    assert not take(here, tmp_path, *month("Dec 2023")[:10], day=2).failed


def test_a_short_file_is_held_whether_built_before_or_after_what_is_known_on_its_day(
    here: Workspace, tmp_path: Path
) -> None:
    take(here, tmp_path, *year())
    take(here, tmp_path, *month("Jan 2024"), day=9)
    only(take(here, tmp_path, *month("Jan 2024")[::3], day=2))


def test_a_file_that_has_shrunk_since_the_one_of_its_name_is_noted_and_loses_nothing(
    here: Workspace, tmp_path: Path
) -> None:
    (first,) = take(here, tmp_path, *year()).loaded
    assert first.notes == ()
    cut = [line for name in YEAR[1:10] for line in month(f"{name} 2023", PORTS[:2])]
    (second,) = take(here, tmp_path, *cut, day=2).loaded
    (note,) = second.notes
    assert note.en == (
        "crossings.csv: less than the file of that name known on 2024-06-01 (rows: 72, before 576; begins 2023-02-01,"
        " before 2023-01-01; ends 2023-10-01, before 2023-12-01). What it does not give stays."
    )
    assert "renglones: 72, antes 576; empieza el 2023-02-01" in note.es
    assert len(months(here)) == 12 and not second.errors


def test_a_file_of_another_name_or_an_older_day_is_not_compared(here: Workspace, tmp_path: Path) -> None:
    take(here, tmp_path, *year(), day=5)
    (older,) = take(here, tmp_path, *month("Jan 2023", PORTS[:2]), day=2).loaded
    path = tmp_path / "nogales.csv"
    path.write_bytes(crossings_file(*month("Mar 2023", PORTS[:2])))
    (other,) = build(here, path, as_of=date(2024, 6, 9)).loaded
    assert older.notes == other.notes == ()
