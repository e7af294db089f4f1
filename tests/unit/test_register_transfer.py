"""Records are imported whole or not at all, each problem with its line; an export is read back as it was."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from ambos.catalog.register import plain, read_records
from ambos.errors import BadRegisterFile, BadRequest
from ambos.flows.register.open import open_register
from ambos.flows.register.transfer import export_records, import_records, read_file, written
from ambos.flows.workspace import Workspace, open_workspace
from register_samples import DAY, NOW

FORMS = pytest.mark.parametrize("ending", [".toml", ".csv", ".xlsx"])
#: Six mistakes, of a kind and place each.
WRONG = [
    ("office", "roads", {"name": {"en": "Roads"}, "side": "US-TX"}),
    ("committee", "Water", {"name": {"en": "Water"}, "from": "soon"}),
    (
        "commitment",
        "permit",
        {
            "name": {"en": "Permit"},
            "committee": "nowhere",
            "due": "June",
            "cost": "5",
            "step": [{"text": {"en": "Form"}}, {"text": {"en": "Test"}, "due": "2014-13"}],
        },
    ),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return replace(open_workspace(tmp_path / "w"), clock=lambda: NOW)


def kept(workspace: Workspace, viewer: str = "US-AZ") -> dict[tuple[str, str], object]:
    register = open_register(workspace)
    entries = register.entries(day=DAY, viewer=viewer).entries
    return {(one.record.kind, one.record.id): one.record for one in register.held(entries, DAY)}


def given(workspace: Workspace, name: str, content: bytes) -> Path:
    workspace.folder.mkdir(exist_ok=True)
    path = workspace.folder / name
    path.write_bytes(content)
    return path


@FORMS
def test_every_mistake_of_a_file_is_told_at_its_place_and_nothing_is_entered(workspace: Workspace, ending: str) -> None:
    path = given(workspace, f"wrong{ending}", written(ending, WRONG))
    before = kept(workspace)
    with pytest.raises(BadRegisterFile) as caught:
        import_records(workspace, path, office="adot")
    place = {
        ".toml": ["3", "5", "7", "11", "12", "13", "16"],
        ".csv": ["2", "3", "3", "4", "4", "4", "6"],
        ".xlsx": ["office, row 2", "committee, row 2", "committee, row 2", *["commitment, row 2"] * 3, "commitment.step, row 3"],
    }[ending]  # fmt: skip
    words = ["side 'US-TX'", "'Water': only", "from 'soon'", "committee 'nowhere'", "June", "currency", "2014-13"]
    said = caught.value.say("en").splitlines()
    lines = [line for line in said if line.startswith("  ")]
    assert len(lines) == len(words)
    for at, word in zip(place, words, strict=True):
        own = [line for line in lines if word in line]
        assert len(own) == 1 and f" {at}: " in own[0], (word, at, lines)
    assert "renglón" in caught.value.say("es") and " / " not in caught.value.say("es")
    assert kept(workspace) == before


@FORMS
def test_an_export_is_read_back_into_another_register_as_it_was(
    workspace: Workspace, tmp_path: Path, ending: str
) -> None:
    path = given(
        workspace, "new.toml",
        b'[agreement.b]\ntype = "mou"\nname = { es = "=B" }\nsuccessor_of = ["a"]\n'
        b'[agreement.a]\ntype = "plan"\nname = { en = "A" }\nsuperseded_by = ["b"]\n'
        b'[commitment.c]\nname = { en = "C" }\nagreements = ["a"]\nresponsible = ["adot"]\ncost = "1.50"\ncurrency = "USD"\n',
    )  # fmt: skip
    import_records(workspace, path, office="adot", propose=True, why="Plan 2027")
    out = workspace.folder / f"all{ending}"
    export_records(workspace, out)
    assert import_records(workspace, out, office="adot").tables[0].cells()[0]["changed"] == 0
    other = replace(open_workspace(tmp_path / "o"), clock=lambda: NOW)
    told = import_records(other, out, office="adot", propose=True)
    assert kept(other, "") == kept(workspace, "") and len(kept(other)) > 150
    assert "new 3, changed 0" in told.title.en
    assert open_register(workspace).history("commitment", "c")[0].why == "Plan 2027"


def test_imported_records_are_drafts_of_the_side_of_the_office(workspace: Workspace) -> None:
    path = given(workspace, "new.csv", b"record,id,name.en\ncommitment,road,Build the road\n")
    import_records(workspace, path, office="adot")
    assert ("commitment", "road") in kept(workspace, "US-AZ")
    assert ("commitment", "road") not in kept(workspace, "MX-SON")
    export_records(workspace, workspace.folder / "public.csv")
    export_records(workspace, workspace.folder / "own.csv", office="adot")
    export_records(workspace, workspace.folder / "theirs.csv", office="cedes")
    held = [b"Build the road" in (workspace.folder / f"{n}.csv").read_bytes() for n in ("public", "own", "theirs")]
    assert held == [False, True, False]


def test_no_office_enters_a_comment_or_a_reply_of_another_by_import(workspace: Workspace) -> None:
    path = given(
        workspace, "c.toml",
        b'[comment.c-1]\ntarget_kind = "commitment"\ntarget = "sr189-2018"\ntext = "x"\nlanguage = "en"\nstate = "published"\n'
        b'reply = [{ office = "cedes", text = { en = "as the other side" } }]\n',
    )  # fmt: skip
    with pytest.raises(BadRegisterFile, match="line 1: A comment is entered as the public's"):
        import_records(workspace, path, office="adot")


def test_a_workbook_that_a_person_filled_in_is_read(workspace: Workspace) -> None:
    """Real days, numbers and truths of a spreadsheet, cells without a text, rows left free."""
    from datetime import date

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "commitment"
    sheet.append(["id", "name.en", "name.es", "due", "made", "cost", "currency", "responsible"])
    sheet.append(["road", "Build", None, date(2027, 6, 1), 2026, 134000000.5, "USD", "adot, cedes"])
    sheet.append([])
    sheet.append(["bridge", None, "Puente", "2027-06", "2026", None, None, None])
    steps = book.create_sheet("commitment.step")
    steps.append(["id", "text.en"])
    steps.append(["road", "Draw"])
    body = io.BytesIO()
    book.save(body)
    path = given(workspace, "filled.xlsx", body.getvalue())
    import_records(workspace, path, office="adot")
    road = plain(kept(workspace)["commitment", "road"])  # type: ignore[arg-type]
    assert road == {
        "name": {"en": "Build"}, "due": "2027-06-01", "made": "2026", "cost": "134000000.5", "currency": "USD",
        "responsible": ["adot", "cedes"], "step": [{"text": {"en": "Draw"}}],
    }  # fmt: skip


def test_a_formula_without_a_result_is_refused_at_its_cell(workspace: Workspace) -> None:
    """A program that writes a formula and computes nothing leaves no value, which must not be taken for an empty cell."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "commitment"
    sheet.append(["id", "name.en"])
    sheet.append(["bridge", "=1+1"])
    body = io.BytesIO()
    book.save(body)
    with pytest.raises(BadRegisterFile) as refused:
        read_file(given(workspace, "formula.xlsx", body.getvalue()))
    assert "commitment!B2" in refused.value.message().en
    assert "commitment!B2" in refused.value.message().es


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.csv", b"record;id\ncommitment;a\n", "not parted by commas"),
        ("x.csv", b"record,id,id\ncommitment,a,b\n", "the column id stands twice"),
        ("x.csv", b"record,id,nam.en\ncommitment,a,b\n", "line 2: nam.en is no column of commitment; nearest: name.en"),
        ("x.csv", b"record,id\ncomitment,a\n", "line 2: record 'comitment' is not known; nearest: commitment"),
        ("x.csv", b"record,id,text.en\ncommitment.step,a,b\n", "line 2: there is no row commitment 'a' above it"),
        ("x.csv", b"record,id,name.en\ncommitment,a,b\ncommitment,a,c\n", "line 3: commitment 'a' stands twice; first in row 2"),
        ("x.csv", b'record,id,name.en\ncommitment,a,"b\n\nc"\nmeeting,m,d\n', "line 5: type is missing"),
        ("x.toml", b"[commitment.a]\nname = 1\n", "line 2: name: 1 has the wrong type"),
        ("x.toml", b"[commitment.a\n", "it is no TOML that can be read"),
        ("x.toml", b"[commitment.a]\nname = { en = \"x\" }\nstatus = \"fine\"\n", "line 3: status 'fine' is not known"),
        ("x.xlsx", b"PK\x03\x04", "it is no XLSX that can be read"),
        ("x.xlsx", b"", "it is no XLSX that can be read"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_entered_says_where_it_is_wrong(
    workspace: Workspace, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(BadRegisterFile) as caught:
        import_records(workspace, given(workspace, name, content), office="adot")
    assert told in caught.value.say("en")
    assert not (workspace.folder / "register.sqlite").exists() or not kept(workspace).keys() & {("commitment", "a")}


@FORMS
def test_a_damaged_file_is_refused_in_words(workspace: Workspace, ending: str) -> None:
    chance, good = random.Random(20261130), written(ending, WRONG)
    for _ in range(60):
        damaged = bytearray(good)
        for _ in range(chance.choice((1, 2, 9))):
            at = chance.randrange(len(damaged))
            damaged[at : at + chance.choice((0, 1, 30))] = chance.choice(
                (b"", b"\x00", b'"', b"[", b"9", b"\xff", b"'\n")
            )
        path = given(workspace, f"damaged{ending}", bytes(damaged))
        try:
            assert len(list(read_records(read_file(path)))) <= len(WRONG)
        except BadRegisterFile as error:
            assert error.say("es")


def test_a_file_of_another_ending_is_refused(workspace: Workspace) -> None:
    with pytest.raises(BadRequest, match=r"\.toml, \.csv or \.xlsx"):
        import_records(workspace, given(workspace, "x.txt", b"a"), office="adot")


@pytest.fixture(autouse=True)
def no_address(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AMBOS_REGISTER_URL", raising=False)
    yield
