"""Declaration of verbs, their arguments and their options, by functions that make them in a language."""

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


def option(*names: str, **settings: Any) -> Callable[[str, str], Parameter]:
    """Declare an option: ``option("--all", is_flag=True)("All of them.", "Todos.")``, the last being its help.

    Parameters
    ----------
    *names : str
    **settings
        Those of `click.Option`; texts among them in both languages.
    """

    def declared(en: str, es: str) -> Parameter:
        return lambda language: click.Option([*names], **_chosen({**settings, "help": Text(en, es)}, language))

    return declared


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
LANG = option("--lang", type=click.Choice(LANGUAGES), expose_value=False)("Language.", "Idioma.")


def workspace_option(**settings: Any) -> Parameter:
    """Declare ``--workspace``."""
    return option("--workspace", "folder", type=path_type, **settings)("Folder of the store.", "Carpeta de los datos.")


def region_option(**settings: Any) -> Parameter:
    """Declare ``--region``."""
    return option("--region", metavar=NAME, **settings)(
        "A packaged region, or a folder of definitions.", "Región incluida o carpeta de definiciones."
    )


#: The options that every verb takes, before it.
BEFORE = (workspace_option(), region_option(), LANG)
AS_JSON = option("--json", "as_json", is_flag=True)("Print JSON.", "Imprime JSON.")

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
