"""The region's register holds every dated commitment and action that its reference compiles, with offices, not persons."""

from __future__ import annotations

from datetime import date

import pytest

from ambos.catalog import load
from ambos.catalog.register import load_register, plain
from ambos.model.register import Agreement, Committee, Record, first_day, last_day

#: Rows of the table of commitments and actions: a day of the row and the records that it became.
ROWS = [
    ("1993-06-01", "commitment/economic-vision-1993 meeting/plenary-1993"),
    ("2007-06-01", "commitment/alert-system-2007"),
    ("2009-09-01", "commitment/ppp-study-2009"),
    ("2011-06-01", "commitment/border-master-plan-2013"),
    ("2013-07-01", "agreement/transport-declaration-2013"),
    ("2014-06-01", "commitment/overweight-permits-2014"),
    ("2014-06-01", "commitment/santa-cruz-monitoring-2014"),
    ("", "commitment/douglas-sentri"),
    ("2014-12-31", "agreement/substance-abuse-2014 agreement/specimens-2014"),
    ("2012-01-01", "agreement/valley-fever-declaration commitment/valley-fever-surveillance"),
    ("2016-06-01", "commitment/environmental-plan-2017"),
    ("2016-08-31", "initiative/unified-cargo-processing"),
    ("2016-06-01", "initiative/ibiq"),
    ("2017-06-01", "commitment/ozone-slrc-2017 commitment/water-efficiency-2017 commitment/air-app-yuma-2017"),
    ("2017-09-26", "agreement/minute-323"),
    ("2018-06-15", "commitment/sr189-2018"),
    ("2018-06-15", "agreement/tourism-mou-2018 initiative/two-nation-campaign"),
    ("2018-06-01", "commitment/asu-minor-2018 commitment/investor-office-2018"),
    ("2021-05-22", "agreement/water-air-mou-2021"),
    ("2022-02-25", "initiative/gsa-land-ports-2022"),
    ("2023-03-05", "meeting/master-plan-2023"),
    ("2023-04-24", "commitment/electric-trucks-2023 meeting/governors-2023-04"),
    ("2023-08-17", "commitment/amc-board-2023"),
    ("2023-10-20", "commitment/cseu-relaunch-2023 committee/education-2023 committee/tourism-2023"),
    ("2024-10-25", "meeting/plenary-2024 agreement/education-mou-2024 agreement/water-mou-2024"),
    ("2024-11-01", "agreement/douglas-contract-2024 commitment/douglas-commercial-port-2024"),
    ("", "commitment/douglas-site-2024"),
    ("2024-12-10", "meeting/consular-forum-2024"),
    ("2025-06-23", "meeting/semiconductor-forum-2025"),
    ("2025-06-26", "meeting/plenary-2025"),
    ("2025-10-19", "commitment/trade-delegation-2025"),
    ("2026-01-04", "commitment/penasco-solar-3-2026"),
    ("2026-02-01", "commitment/sonora-new-mexico-2026"),
]
#: Persons whom the sources name.
PERSONS = "Hobbs Durazo Ocaña Masadiego Plancarte Rubio Mazón Sánchez Gallegos Aguirre Astiazarán Ducey Pavlovich Fannin Obregón"


@pytest.fixture(scope="module")
def register() -> dict[tuple[str, str], Record]:
    return dict(load_register(load()))


@pytest.mark.parametrize(("day", "names"), ROWS, ids=[names.partition(" ")[0] for _, names in ROWS])
def test_a_row_of_the_reference_is_in_the_register_with_its_day_and_source(
    register: dict[tuple[str, str], Record], day: str, names: str
) -> None:
    for name in names.split():
        kind, _, id = name.partition("/")
        record = register[kind, id]
        assert record.sources and record.as_compiled
        written = next(filter(None, (getattr(record, k, "") for k in ("made", "signed", "start", "due"))), "")
        assert (not day and not written) or first_day(written) <= date.fromisoformat(day) <= last_day(written), name


def test_the_records_name_offices_and_never_persons(register: dict[tuple[str, str], Record]) -> None:
    said = str([plain(record) for record in register.values()])
    assert not [name for name in PERSONS.split() if name in said]


def test_every_text_is_in_both_languages(register: dict[tuple[str, str], Record]) -> None:
    def alone(value: object) -> bool:
        if isinstance(value, dict):
            return len({"en", "es"} & set(value)) == 1 or any(map(alone, value.values()))
        return isinstance(value, list) and any(map(alone, value))

    assert not [id for (_, id), record in register.items() if alone(plain(record))]


def test_four_agreements_on_the_river_end_with_2026(register: dict[tuple[str, str], Record]) -> None:
    end = {r.id for r in register.values() if isinstance(r, Agreement) and r.end == "2026-12-31"}
    assert end == {"minute-323", "minute-330", "guidelines-2007", "dcp-2019"}


def test_the_lists_of_committees_follow_one_another(register: dict[tuple[str, str], Record]) -> None:
    made = [r for r in register.values() if isinstance(r, Committee)]
    lists = {year: [c for c in made if c.id.endswith(year)] for year in ("2019", "2023", "2025")}
    assert [len(one) for one in lists.values()] == [16, 7, 11]
    assert all(c.predecessors for year in ("2023", "2025") for c in lists[year])


def test_what_the_sources_do_not_say_is_empty(register: dict[tuple[str, str], Record]) -> None:
    """No status of the register, no acceptance and no score is invented for what was compiled."""
    bodies = [plain(record) for record in register.values()]
    assert not [body for body in bodies if "status" in body or "scores" in body]
    assert "reported" not in plain(register["commitment", "overweight-permits-2014"])
