"""Every error that advises something is listed here, with the test that follows its advice."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from ambos.errors import AmbosError

TESTS = Path(__file__).resolve().parent.parent

#: The test that gets the error, does as it says, and finds the figures whole.
FOLLOWED = {
    "BodyChanged": "contract/test_check_store.py::test_a_body_changed_on_the_disk_is_refused_by_name_and_the_others_are_built",
    "FutureDay": "unit/test_build.py::test_figures_are_not_known_on_a_day_to_come",
    "CannotRead": "contract/test_check_store.py::test_the_advice_of_an_error_brings_the_figures_back",
    "CannotWrite": "faults/test_store_failures.py::test_a_full_disk_leaves_the_last_good_version",
    "Held": "unit/test_hold.py::test_a_file_whose_newest_months_turn_missing_is_held_until_accepted",
    "NeedsDate": "unit/test_build.py::test_a_file_of_an_unknown_day_takes_no_settled_figure_back",
    "NotYetKnown": "unit/test_show.py::test_a_day_of_knowledge_shows_what_was_known_then",
    "FutureRows": "contract/test_check_store.py::test_a_day_yet_to_come_does_not_count_and_a_correct_build_wins",
    "PartRefused": "unit/test_build.py::test_a_member_that_cannot_be_read_is_named_and_the_others_are_stored",
    "RunDamaged": "unit/test_runs.py::test_a_damaged_run_is_named_and_the_others_are_listed",
    "WrongShape": "unit/test_build.py::test_a_refused_file_is_tried_again",
}

#: Their advice is for a person: correct a file or a name, get a key, free memory, report a fault, install again.
FOR_A_PERSON = {
    *(
        "BadRanking",
        "BadReadings",
        "BadRecord",
        "BadRegisterFile",
        "BadClaims",
        "BadRows",
        "BadScenario",
        "BadSchedule",
        "BadTraces",
        "BaseDamaged",
        "CannotOpen",
        "CannotSave",
    ),
    *(
        "DefinitionError",
        "FetchFailed",
        "FetcherFault",
        "KeyRefused",
        "NeedsKey",
        "NeedsOption",
        "NoData",
        "NoRule",
        "OnlyByHand",
    ),
    *("OutsideRule", "RuleOfOtherYears", "ReaderFault", "ReadingStopped", "TooLarge", "TooManyBadRows", "UnknownName"),
    *("CannotForecast", "CannotListen", "RefreshedElsewhere", "SearchEnded", "TooManyTrials", "WeightsMissing"),
    *("RecordChanged", "RegisterFailed"),
}


def advising(kind: type[AmbosError] = AmbosError) -> Iterator[str]:
    """The error classes of the program that have an advice."""
    for child in kind.__subclasses__():
        if (child.fix or child.command) and child.__module__.startswith("ambos."):
            yield child.__name__
        yield from advising(child)


def test_every_error_with_advice_is_listed() -> None:
    import_module("ambos.web.app")  # some are defined where they are raised
    assert sorted(set(advising())) == sorted({*FOLLOWED, *FOR_A_PERSON})


@pytest.mark.parametrize("name", FOLLOWED)
def test_the_test_that_follows_the_advice_is_there(name: str) -> None:
    file, test = FOLLOWED[name].split("::")
    assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")
