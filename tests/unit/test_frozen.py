"""The list of command lines that `make freeze` records."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Options that every verb has, and forms that the recorder adds by itself.
EVERYWHERE = {"--json", "--csv", "--xlsx", "--json-schema", "--workspace", "--region", "--lang", "--help"}


@pytest.fixture(scope="module")
def frozen() -> ModuleType:
    spec = importlib.util.spec_from_file_location("frozen", ROOT / "tools" / "frozen.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["frozen"] = module
    spec.loader.exec_module(module)
    return module


def test_every_verb_and_option_is_recorded(frozen: ModuleType) -> None:
    known = frozen.verbs()
    lines = [shlex.split(line) for line in frozen.COMMANDS.strip().splitlines()]
    used = {(frozen.verb_of(words, known), word) for words in lines for word in ["", *words]}
    missing = [
        (*verb, option)
        for verb, command in known.items()
        if verb and not hasattr(command, "commands")
        for option in ["", *(p.opts[0] for p in command.params if p.param_type_name == "option")]
        if option not in EVERYWHERE and (verb, option) not in used
    ]
    assert missing == []


def test_every_recording_has_a_file_name_of_its_own(frozen: ModuleType) -> None:
    names = [frozen.file_name("en", words) for words in frozen.command_lines()]
    assert len(names) == len(set(names))
