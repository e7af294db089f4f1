"""`ambos register account`: who runs a server makes, changes and closes the accounts of offices."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from ambos.cli import main
from register_web import quick_hasher


def test_an_account_is_made_changed_and_closed_and_its_password_is_read_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ambos.register.accounts._hasher", quick_hasher)

    def run(*words: str, typed: str = "", code: int = 0) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        ended: object = 0
        try:
            main(["register", "account", *words, "--workspace", str(tmp_path)])
        except SystemExit as stopped:
            ended = stopped.code
        printed = capsys.readouterr()
        assert ended == code, printed.err
        return printed.out + printed.err

    assert "No office has an account" in run()
    assert "12 to 1,000 characters" in run("add", "adot", "--role", "writer", typed="too short\n", code=1)
    assert "There is no record “adat”" in run("add", "adat", "--role", "writer", typed="long enough for us\n", code=1)
    assert "Account made: adot.writer" in run("add", "adot", "--role", "writer", typed="long enough for us\n")
    assert "Contraseña cambiada" in run("password", "adot.writer", "--lang", "es", typed="another long one\n")
    assert "There is no account adot.acceptor" in run("close", "adot.acceptor", code=1)
    closed = json.loads(run("close", "adot.writer", "--json"))
    assert [one["what"] for one in closed["record"]] == ["closed", "password", "added"]
    assert "long" not in json.dumps(closed)
    assert "--role" in run("add", "adot", code=2)
