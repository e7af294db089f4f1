"""Which language the command line speaks, known before anything is parsed or imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

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


LANGUAGE: Language = choose(sys.argv[1:], os.environ)


def tr(en: str, es: str) -> str:
    """The text in the chosen language."""
    return Text(en, es)[LANGUAGE]
