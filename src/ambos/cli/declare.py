"""How verbs, their arguments and their options are declared: by functions that make them in a language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from ambos.text import LANGUAGES, Language, Text

#: A verb or a group of verbs, made in a language.
Command = Callable[[Language], click.Command]
#: Makes a parameter, or its type, in a language.
Parameter = Callable[[Language], click.Parameter]
Kind = Callable[[Language], click.ParamType[Any]]

#: Names of values in the help.
NAME, FILE, FOLDER = Text("NAME", "NOMBRE"), Text("FILE", "ARCHIVO"), Text("FOLDER", "CARPETA")
YEAR_NAME, FEET, COUNT = Text("YEAR", "AÑO"), Text("FEET", "PIES"), Text.same("N")


def _chosen(settings: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Settings of a parameter in one language: texts are chosen, a type that depends on the language is made."""
    chosen = {key: value[language] if isinstance(value, Text) else value for key, value in settings.items()}
    kind: Any = chosen.get("type")
    if kind is not None and not isinstance(kind, click.ParamType):
        chosen["type"] = kind(language)
    return chosen


def option(*names: str, en: str, es: str, **settings: Any) -> Parameter:
    """Declare an option by its help; settings are those of `click.Option`, texts among them in both languages."""
    return lambda language: click.Option([*names], **_chosen({**settings, "help": Text(en, es)}, language))


def argument(name: str, **settings: Any) -> Parameter:
    """Declare an argument; settings are those of `click.Argument`, texts among them in both languages."""
    return lambda language: click.Argument([name], **_chosen(settings, language))


def path_type(language: Language, *, folders: bool = True) -> click.ParamType[Any]:
    """Make the type of a path of a file or, with `folders`, of a folder; it need not exist."""
    kind = click.Path(path_type=Path, dir_okay=folders)
    kind.name = (Text("path", "ruta") if folders else Text("file", "archivo"))[language]
    return kind


FILE_PATH = partial(path_type, folders=False)

#: `--lang`, for help and checks only: it was read from the arguments before anything else.
LANG = option("--lang", type=click.Choice(LANGUAGES), expose_value=False, en="Language.", es="Idioma.")

WORKSPACE = partial(
    option, "--workspace", "folder", type=path_type, en="Folder of the store.", es="Carpeta de los datos."
)
REGION = partial(
    option,
    "--region",
    metavar=NAME,
    en="A packaged region, or a folder of definitions.",
    es="Región incluida o carpeta de definiciones.",
)
#: The options that every verb takes, before it.
BEFORE = (WORKSPACE(), REGION(), LANG)
AS_JSON = option("--json", "as_json", is_flag=True, en="Print JSON.", es="Imprime JSON.")

#: How options are named in the usage of a verb.
OPTIONS = Text("[OPTIONS]", "[OPCIONES]")


def group(
    name: str,
    en: str,
    es: str,
    *verbs: Command,
    parameters: Iterable[Parameter] = (LANG,),
    cls: type[click.Group] = click.Group,
    **settings: Any,
) -> Command:
    """Declare a group of verbs by its help; settings are those of `click.Group`."""
    return lambda language: cls(
        name,
        commands=[make(language) for make in verbs],
        params=[make(language) for make in parameters],
        help=Text(en, es)[language],
        options_metavar=OPTIONS[language],
        subcommand_metavar=Text("COMMAND [ARGS]...", "ORDEN [ARGUMENTOS]...")[language],
        **settings,
    )
