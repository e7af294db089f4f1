"""Click's own words in Spanish. Click asks gettext for them but brings no translations of its own."""

from __future__ import annotations

import click
import click.core
import click.decorators
import click.exceptions
import click.formatting
import click.parser
import click.types

#: What Click says, and how it is said in Spanish. Placeholders stay as they are.
SPANISH = {
    "Usage:": "Uso:",
    "Options": "Opciones",
    "Positional arguments": "Argumentos",
    "Commands": "Órdenes",
    "Show the version and exit.": "Muestra la versión y termina.",
    "Show this message and exit.": "Muestra esta ayuda y termina.",
    "%(prog)s, version %(version)s": "%(prog)s, versión %(version)s",
    "required": "obligatorio",
    "default: {default}": "predeterminado: {default}",
    "file": "archivo",
    "directory": "carpeta",
    "path": "ruta",
    "Error: {message}": "Error: {message}",
    "Try '{command} {option}' for help.": "Vea la ayuda con «{command} {option}».",
    "Missing command.": "Falta la orden.",
    "Missing argument": "Falta el argumento",
    "Missing option": "Falta la opción",
    "Invalid value: {message}": "Valor no válido: {message}",
    "Invalid value for {param_hint}: {message}": "Valor no válido para {param_hint}: {message}",
    "No such option {name!r}.": "No existe la opción {name!r}.",
    "No such command {name!r}.": "No existe la orden {name!r}.",
    "Option {name!r} does not take a value.": "La opción {name!r} no lleva valor.",
    "Option {name!r} requires an argument.": "La opción {name!r} requiere un valor.",
    "Option {name!r} requires {nargs} arguments.": "La opción {name!r} requiere {nargs} valores.",
    "Got unexpected extra argument ({args})": "Sobra un argumento ({args})",
    "Got unexpected extra arguments ({args})": "Sobran argumentos ({args})",
    "Did you mean {possibility}?": "¿Quiso decir {possibility}?",
    "(Did you mean one of: {possibilities}?)": "(¿Quiso decir alguna de estas?: {possibilities})",
    "{value!r} is not {choice}.": "{value!r} no es {choice}.",
    "{value!r} is not one of {choices}.": "{value!r} no es ninguno de {choices}.",
    "{value!r} is not a valid {number_type}.": "{value!r} no es un {number_type} válido.",
    "{value} is not in the range {range}.": "{value} no está en el intervalo {range}.",
    "{name} {filename!r} does not exist.": "{name}: {filename!r} no existe.",
    "{name} {filename!r} is a file.": "{name}: {filename!r} es un archivo.",
    "{name} {filename!r} is a directory.": "{name}: {filename!r} es una carpeta.",
    "{name} {filename!r} is not readable.": "{name}: {filename!r} no se puede leer.",
    "{name} {filename!r} is not writable.": "{name}: en {filename!r} no se puede escribir.",
}


def _one(message: str) -> str:
    """Translate what Click says into the language of the command that runs."""
    context = click.get_current_context(silent=True)
    return SPANISH.get(message, message) if context is not None and context.obj == "es" else message


def _several(one: str, many: str, count: int) -> str:
    return _one(one if count == 1 else many)


def translate() -> None:
    """Put these translations in the place of the functions through which Click's modules translate their words."""
    for module in (click.core, click.decorators, click.exceptions, click.formatting, click.parser, click.types):
        for name, function in (("_", _one), ("ngettext", _several)):
            if hasattr(module, name):
                setattr(module, name, function)
