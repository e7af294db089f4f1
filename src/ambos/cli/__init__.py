"""The command line: one file per verb, loaded when it is called. Floor 6.

A verb calls one flow, and `ambos.cli.door` shows its answer: as tables, ``--json`` or ``--csv``. Results go to standard
output, progress and errors to standard error.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import FrameType

import click

from ambos import __version__
from ambos.cli.language import LANGUAGE, tr
from ambos.cli.streams import drop_unwritable, open_streams
from ambos.cli.wording import speak_spanish
from ambos.errors import AmbosError, reason

if LANGUAGE == "es":
    speak_spanish()

#: Verb, its module in this package, and what it does. The modules stay unloaded for `--help`.
VERBS: dict[str, str] = {
    "brief": tr("Write the plenary dossier in both languages.", "Escribe el dosier de la plenaria en ambos idiomas."),
    "show": tr(
        "Print a series as a table, a plot, JSON or CSV.",
        "Muestra una serie como tabla, gráfica, JSON o CSV.",
    ),
    "simulate": tr(
        "Play a day at a port of entry: waits, queues, costs.", "Simula un día en un cruce: esperas, filas, costos."
    ),
    "compare": tr("Compare two simulated scenarios.", "Compara dos escenarios simulados."),
    "runs": tr("List the kept simulations, or show one again.", "Enumera las simulaciones guardadas o muestra una."),
    "river": tr(
        "The Colorado River: shortage tiers and cuts of both countries.",
        "El río Colorado: niveles de escasez y reducciones de ambos países.",
    ),
    "air": tr("Judge the air by the rules of both countries.", "Evalúa el aire con las reglas de ambos países."),
    "serve": tr("Serve pages and an API in a browser.", "Publica páginas y una API para el navegador."),
    "search": tr(
        "Find series, places, codes and terms by words.", "Encuentra series, lugares, claves y términos con palabras."
    ),
    "series": tr("List series and indicators with definitions.", "Enumera series e indicadores con sus definiciones."),
    "places": tr("List the places that are known.", "Enumera los lugares conocidos."),
    "sources": tr(
        "List sources: last snapshot, newest period, lag.", "Enumera fuentes: última copia, periodo, rezago."
    ),
    "check": tr("Find faults in the data, or in the definitions.", "Busca fallas en los datos o en las definiciones."),
    "fetch": tr("Ask the sources for newer figures.", "Pide a las fuentes cifras más recientes."),
    "build": tr("Read new files into the store.", "Lee archivos nuevos y los guarda."),
    "snapshot": tr("Rebuild the embedded snapshot (maintainers).", "Reconstruye la copia integrada (mantenimiento)."),
    "reference": tr("Write the reference pages (maintainers).", "Escribe las páginas de referencia (mantenimiento)."),
}

#: What a verb's exit code means; of a signal it is 128 and the number of the signal.
EXIT_CODES: dict[int, str] = {
    0: tr("Done.", "Hecho."),
    1: tr(
        "Refused, or not all was done: standard error says what, and what to do.",
        "Se rechazó o no se hizo todo: la salida de errores indica qué y cómo remediarlo.",
    ),
    2: tr(
        "The command line is wrong: an option, a value or a verb that does not exist.",
        "La orden está mal escrita: una opción, un valor o un verbo que no existe.",
    ),
    70: tr("A fault of Ambos itself; please report it.", "Una falla de Ambos mismo; repórtela."),
    129: tr("Stopped: the terminal was closed (SIGHUP).", "Interrumpido: se cerró la terminal (SIGHUP)."),
    130: tr("Stopped by the user (Ctrl-C, SIGINT).", "Interrumpido por el usuario (Ctrl-C, SIGINT)."),
    141: tr(
        "The reader of the output closed it, as “head” does (SIGPIPE).",
        "Quien leía la salida la cerró, como hace «head» (SIGPIPE).",
    ),
    143: tr("Stopped by the system (SIGTERM).", "Interrumpido por el sistema (SIGTERM)."),
}


def name_arguments(command: click.Command) -> None:
    """Click's own names for what follows a command, in the chosen language; those of its subcommands too."""
    command.options_metavar = tr("[OPTIONS]", "[OPCIONES]")
    if isinstance(command, click.Group):
        command.subcommand_metavar = tr("COMMAND [ARGS]...", "ORDEN [ARGUMENTOS]...")
        for one in command.commands.values():
            name_arguments(one)


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"ambos.cli.{cmd_name}").command
        name_arguments(command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The verb that was typed; of one that does not exist, the nearest are named."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(args[0], possibilities=VERBS, ctx=ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section(tr("Verbs", "Verbos")):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=Verbs,
    help=tr(
        "Ambos: one picture of both sides of the border, every figure with its source. "
        "Begin with: ambos brief, or ambos show crossings.trucks --freq A",
        "Ambos: una sola imagen de ambos lados de la frontera, cada cifra con su fuente. "
        "Comience con: ambos brief, o ambos show crossings.trucks --freq A",
    ),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--workspace", "folder", type=click.Path(path_type=Path), help=tr("Folder of the store.", "Carpeta de los datos.")
)
@click.option(
    "--region",
    metavar=tr("NAME", "NOMBRE"),
    help=tr("A packaged region, or a folder of definitions.", "Región incluida o carpeta de definiciones."),
)
@click.option("--lang", type=click.Choice(["en", "es"]), default=LANGUAGE, help=tr("Language.", "Idioma."))
@click.version_option(__version__, prog_name="ambos")
def ambos(folder: Path | None, region: str | None, lang: str) -> None:
    """All verbs; `lang` was read from the arguments before anything else, the others are read by the verbs."""


name_arguments(ambos)


#: Exit code where the reader of the output went away (`ambos show … | head`): 128 + SIGPIPE, as of other programs.
PIPE_CLOSED = 141


class Stopped(KeyboardInterrupt):
    """A signal that asks to end; its number is the argument."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped(number)


def _heed_signals() -> None:
    """End on request of the system (SIGTERM, SIGHUP) as on one of the user: what is half written is removed."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP; `nohup` ignores it
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _cannot_print(error: OSError) -> bool:
    """Whether it is standard output that failed: it does so again, or the error names no file (those of the store and
    of ``--out`` are refusals already)."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _say(message: str) -> None:
    """Print on standard error, if it still takes anything."""
    with suppress(OSError):
        click.echo(message, err=True)


def _run() -> int:
    """Run the command line and say in one message why it failed, if it did.

    Returns
    -------
    int
        Exit code, one of `EXIT_CODES`.
    """
    try:
        if not open_streams():
            _say(tr("Error: standard output is closed.", "Error: la salida estándar está cerrada."))
            return 1
        _heed_signals()
        output = sys.stdout
        try:
            ambos(standalone_mode=False)
        except SystemExit:
            sys.stdout.flush()
            raise
        sys.stdout.flush()  # here and not when Python ends, where nothing can be said of it any more
    except AmbosError as error:
        _say(f"{tr('Error', 'Error')}: {error.say(LANGUAGE)}")
        return 1
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        stopped = error if isinstance(error, Stopped) else error.__cause__
        _say(tr("Stopped. Nothing is half done.", "Interrumpido. Nada quedó a medias."))
        # Not `sys.exit`, which waits for threads that still read a file; nothing of theirs would be kept.
        os._exit(128 + (stopped.args[0] if isinstance(stopped, Stopped) else signal.SIGINT))
    except BrokenPipeError:
        return PIPE_CLOSED
    except SystemExit as end:
        # When a pipe is closed, Click puts another object in the place of standard output and ends the program with 1.
        return PIPE_CLOSED if sys.stdout is not output else int(end.code or 0)
    except BaseException as error:  # a panic of Polars or Delta Lake is no `Exception`
        if isinstance(error, OSError) and _cannot_print(error):
            why = reason(error)
            _say(tr(f"Error: cannot write the output: {why.en}.", f"Error: no se puede escribir la salida: {why.es}."))
            return 1
        # A fault of ours, not of the user's: said plainly; AMBOS_DEBUG=1 shows the traceback to whoever mends it.
        if os.environ.get("AMBOS_DEBUG"):
            raise
        said = f"{type(error).__name__}: {error}"
        _say(
            tr(
                f"Ambos has a fault ({said}). Nothing was half written. Please report it; AMBOS_DEBUG=1 shows details.",
                f"Ambos tiene una falla ({said}). Nada quedó a medias. Repórtela; con AMBOS_DEBUG=1 se ven los detalles.",
            )
        )
        return 70
    return 0


def main() -> None:
    """Run the command line; every refusal is one clear message and a non-zero exit."""
    # A command lives for seconds. Looking for cycles among what is imported takes a quarter of a short one, and frees
    # nothing worth having.
    gc.disable()
    try:
        code = _run()
    finally:
        gc.enable()  # for who calls this from a process that lives on
    drop_unwritable()
    if code:
        sys.exit(code)
