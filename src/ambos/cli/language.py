"""The language of a command line: chosen once from its arguments, and kept in Click's context as `obj`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import click

from ambos.text import LANGUAGES, Language, Text


def choose(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """`--lang` if it is given, the last one if more are, else AMBOS_LANG, else the system's language, else English."""
    for before, argument in reversed(list(zip(["", *arguments], arguments, strict=False))):
        for language in LANGUAGES:
            if argument == f"--lang={language}" or (before == "--lang" and argument == language):
                return language
    for variable in ("AMBOS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(variable):
            return "es" if environment[variable].lower().startswith("es") else "en"
    return "en"


def spoken() -> Language:
    """Return the language of the command that runs.

    Raises
    ------
    RuntimeError
        If none runs in this thread.
    """
    return cast("Language", click.get_current_context().obj)


def tr(en: str, es: str) -> str:
    """Choose the text in the language of the command that runs."""
    return Text(en, es)[spoken()]
