"""`ambos register` from the first office to a kept commitment, by command lines alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from command_line import Result, Shell

Register = Callable[..., Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("register")


@pytest.fixture(scope="module")
def register(shells: dict[str, Shell], folder: Path) -> Register:
    def run(*arguments: object, language: str = "en", code: int = 0) -> Result:
        result = shells[language]("register", *arguments, folder=folder)
        assert result.code == code, result.err
        return result

    return run


def shown(register: Register, kind: str, id: str, *more: str) -> Any:
    return register("show", kind, id, "--json", *more).json()


def test_a_commitment_goes_from_a_draft_to_kept(register: Register, folder: Path) -> None:
    assert register("list", "agreement", "--expiring", "--json").json()["total"] == 4
    assert not (folder / "register.sqlite").exists()
    register("add", "office", "stop-north", "--set", "name.en=Roads", "--set", "side=US-AZ", "--office", "ambos")
    register("add", "office", "stop-south", "--set", "name.es=Caminos", "--set", "side=MX-SON", "--office", "ambos")
    given = ("--set", "name.en=Permits", "--set", "responsible=stop-north, stop-south", "--set", "due=2027-06")
    steps = '[{text = {en = "Draft"}}]'
    draft = register("add", "commitment", "permits", *given, "--set", f"step={steps}", "--office", "stop-north")
    assert "draft" in draft.out
    other = register("show", "commitment", "permits", "--office", "stop-south", code=1)
    assert "There is no record “permits”" in other.err
    register("update", "commitment", "permits", "--propose", "--office", "stop-north", "--why", "Plenary")
    hash = shown(register, "commitment", "permits")["content_hash"]
    for office in ("stop-north", "stop-south"):
        register("accept", "commitment", "permits", "--hash", hash[:12], "--office", office)
    assert shown(register, "commitment", "permits")["agreed"]
    late = register(
        "accept", "commitment", "permits", "--hash", "0" * 12, "--office", "stop-south", code=1, language="es"
    )
    assert "El compromiso «permits» cambió mientras tanto." in late.err
    register(
        "update", "commitment", "permits", "--set", "status=complete", "--step", "1=2026-11", "--office", "stop-south"
    )
    register("evidence", "permits", "--en", "First permit", "--on", "2026-11", "--office", "stop-south")
    for office in ("stop-north", "stop-south"):
        register("accept", "commitment", "permits", "--hash", hash, "--outcome", "--office", office)
    record = shown(register, "commitment", "permits")
    assert (record["kept"], record["late"]) == (True, False)
    assert [e["what"] for e in record["history"]] == [
        *("proposed", "accepted", "accepted", "status", "step", "evidence", "outcome", "outcome"),
    ]
    listed = register("list", "commitment", "--kept", "--json").json()["records"]
    assert [(r["id"], r["steps_done"], r["evidence"]) for r in listed] == [("permits", 1, 1)]
    spanish = register("show", "commitment", "permits", language="es").out
    assert "Permits (solo en inglés)" in spanish
    assert "cumplido" in spanish


def test_a_comment_is_shown_once_moderated_and_has_a_reply(register: Register) -> None:
    told = register("comment", "agreement", "minute-323", "--text", "¿Y después?", "--language", "es", "--json").json()
    id = told["id"]
    assert register("list", "comment", "--json").json()["total"] == 0
    register("moderate", id, "publish", "--office", "adot")
    register("reply", id, "--es", "Está en negociación.", "--office", "adot")
    assert shown(register, "comment", id)["replies"][0]["text"]["es"][:4] == "Está"


def test_the_history_is_whole_and_its_head_can_be_checked_later(register: Register) -> None:
    head = register("verify", "--json").json()["head"]
    register("add", "office", "later", "--set", "name.en=Later", "--set", "side=US", "--office", "ambos")
    assert register("verify", "--head", head, "--json").json()["head_found"] is True
    lost = register("verify", "--head", "f" * 64, code=1, language="es")
    assert "Ningún evento tiene la huella anotada" in lost.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "commitment", "x", "--set", "due=later", "--office", "adot"), "due 'later' is no day"),
        (("add", "commitment", "x", "--set", "duo=2027", "--office", "adot"), "duo is not known"),
        (("add", "commitment", "x", "--set", "due", "--office", "adot"), "KEY=VALUE"),
        (("add", "commitment", "x", "--set", "name.en=x", "--office", "nobody"), "There is no office “nobody”"),
        (("update", "agreement", "minute-323", "--office", "adot"), "Say what is to change"),
        (("accept", "agreement", "minute-323", "--office", "adot"), "Name the content"),
        (("list", "--as-of", "yesterday"), "no day or instant"),
        (("list", "--as-of", "2999-01-01"), "yet to come"),
        (("list", "--url", "mysql://x/y"), "postgresql://"),
        (("show", "agreement", "minute-32"), "minute-323"),
        (("moderate", "nothing", "publish", "--office", "adot"), "There is no record"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_message(register: Register, arguments: tuple[str, ...], told: str) -> None:
    result = register(*arguments, code=1)
    assert told in result.err
    assert "Traceback" not in result.err
