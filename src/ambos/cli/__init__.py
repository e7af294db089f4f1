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
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from types import FrameType

import click

from ambos import __version__
from ambos.cli.declare import BEFORE, group, option
from ambos.cli.language import choose, tr
from ambos.cli.streams import drop_unwritable, open_streams
from ambos.cli.wording import translate
from ambos.errors import AmbosError, reason
from ambos.text import Language, Text

translate()

#: Verb, its module in this package, and what it does. The modules stay unloaded for `--help`.
VERBS: dict[str, Text] = {
    "brief": Text("Write the plenary dossier in both languages.", "Escribe el dosier de la plenaria en ambos idiomas."),
    "show": Text(
        "Print a series as a table, a plot, JSON or CSV.",
        "Muestra una serie como tabla, gráfica, JSON o CSV.",
    ),
    "simulate": Text(
        "Play a day at a port of entry: waits, queues, costs.", "Simula un día en un cruce: esperas, filas, costos."
    ),
    "calibrate": Text(
        "Fit a crossing's demand and inspection to reported waits.",
        "Ajusta la demanda y la inspección de un cruce a las esperas reportadas.",
    ),
    "compare": Text("Compare two simulated scenarios.", "Compara dos escenarios simulados."),
    "staff": Text("Plan lanes and officers of a crossing's day.", "Planea carriles y oficiales de un día en un cruce."),
    "whatif": Text("Play a change of a crossing's day by name.", "Simula por su nombre un supuesto en un cruce."),
    "forecast": Text("Forecast waits and series, with intervals.", "Pronostica esperas y series, con intervalos."),
    "runs": Text("List the kept simulations, or show one again.", "Enumera las simulaciones guardadas o muestra una."),
    "river": Text(
        "The Colorado River: shortage tiers and cuts of both countries.",
        "El río Colorado: niveles de escasez y reducciones de ambos países.",
    ),
    "air": Text("Judge the air by the rules of both countries.", "Evalúa el aire con las reglas de ambos países."),
    "dams": Text(
        "Reservoirs on the state's own rivers on a day.", "Las presas de los ríos propios del estado en un día."
    ),
    "economy": Text("Industries of both states side by side.", "Las industrias de ambos estados, lado a lado."),
    "calendar": Text(
        "Meetings, due dates, ends and releases, also as ICS.",
        "Reuniones, plazos, vencimientos y publicaciones, también en ICS.",
    ),
    "register": Text("The register of the commission.", "El registro de la comisión."),
    "serve": Text("Serve pages and an API in a browser.", "Publica páginas y una API para el navegador."),
    "site": Text("Write the site as files that need no service.", "Escribe el sitio como archivos sin servicio."),
    "search": Text(
        "Find series, places, codes and terms by words.", "Encuentra series, lugares, claves y términos con palabras."
    ),
    "series": Text(
        "List series and indicators with definitions.", "Enumera series e indicadores con sus definiciones."
    ),
    "places": Text("List the places that are known.", "Enumera los lugares conocidos."),
    "sources": Text(
        "List sources: last snapshot, newest period, lag.", "Enumera fuentes: última copia, periodo, rezago."
    ),
    "check": Text(
        "Find faults in the data, or in the definitions.", "Busca fallas en los datos o en las definiciones."
    ),
    "fetch": Text("Ask the sources for newer figures.", "Pide a las fuentes cifras más recientes."),
    "build": Text("Read new files into the store.", "Lee archivos nuevos y los guarda."),
    "alerts": Text("List alerts, evaluate or deliver them.", "Enumera las alertas, las evalúa o las envía."),
    "snapshot": Text("Rebuild the embedded snapshot (maintainers).", "Reconstruye la copia integrada (mantenimiento)."),
    "reference": Text("Write the reference pages (maintainers).", "Escribe las páginas de referencia (mantenimiento)."),
}

#: What a verb's exit code means; of a signal it is 128 and the number of the signal.
EXIT_CODES: dict[int, Text] = {
    0: Text("Done.", "Hecho."),
    1: Text(
        "Refused, or not all was done: standard error says what, and what to do.",
        "Se rechazó o no se hizo todo: la salida de errores indica qué y cómo remediarlo.",
    ),
    2: Text(
        "The command line is wrong: an option, a value or a verb that does not exist.",
        "La orden está mal escrita: una opción, un valor o un verbo que no existe.",
    ),
    70: Text("A fault of Ambos itself; please report it.", "Una falla de Ambos mismo; repórtela."),
    129: Text("Stopped: the terminal was closed (SIGHUP).", "Interrumpido: se cerró la terminal (SIGHUP)."),
    130: Text("Stopped by the user (Ctrl-C, SIGINT).", "Interrumpido por el usuario (Ctrl-C, SIGINT)."),
    141: Text(
        "The reader of the output closed it, as “head” does (SIGPIPE).",
        "Quien leía la salida la cerró, como hace «head» (SIGPIPE).",
    ),
    143: Text("Stopped by the system (SIGTERM).", "Interrumpido por el sistema (SIGTERM)."),
}


class Verbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of use."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one verb and make it in the language of the context."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"ambos.cli.{cmd_name}").command(ctx.obj)
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
            formatter.write_dl([(verb, what[ctx.obj]) for verb, what in VERBS.items()])


def _print_version(context: click.Context, option: click.Parameter, asked: bool) -> None:
    """Print the version, and nothing else."""
    if asked:
        click.echo(tr(f"ambos, version {__version__}", f"ambos, versión {__version__}"))
        context.exit()


#: All verbs, as a command of Click in a language; the verbs read the options that stand before them.
program = group(
    "ambos",
    "Ambos: one picture of both sides of the border, every figure with its source. "
    "Begin with: ambos brief, or ambos show crossings.trucks --freq A",
    "Ambos: una sola imagen de ambos lados de la frontera, cada cifra con su fuente. "
    "Comience con: ambos brief, o ambos show crossings.trucks --freq A",
    parameters=(
        *BEFORE,
        option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version)(
            "Show the version and exit.", "Muestra la versión y termina."
        ),
    ),
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


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
    """Return True if standard output failed: it does so again, or the error names no file (those of the store and of
    ``--out`` are refusals already)."""
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return error.filename is None and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def _say(message: str) -> None:
    """Print on standard error, if it still takes anything."""
    with suppress(OSError):
        click.echo(message, err=True)


def _run(command: click.Command, arguments: Sequence[str] | None, language: Language) -> int:
    """Run a command line and say in one message why it failed, if it did.

    Parameters
    ----------
    command : click.Command
        All verbs.
    arguments : sequence of str, optional
    language : {"en", "es"}

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
            name = None if arguments is None else "ambos"  # Click knows the arguments and the name of the program
            command.main(arguments, name, obj=language, standalone_mode=False)
        except SystemExit:
            sys.stdout.flush()
            raise
        sys.stdout.flush()  # here and not when Python ends, where nothing can be said of it any more
    except AmbosError as error:
        _say(f"Error: {error.say(language)}")
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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command line; every refusal is one clear message and a non-zero exit.

    Parameters
    ----------
    arguments : sequence of str, optional
        Default: those that the program was given.

    Raises
    ------
    SystemExit
        If not all was done; its code is one of `EXIT_CODES`.
    """
    language = choose(sys.argv[1:] if arguments is None else arguments, os.environ)
    command = program(language)
    # A command lives for seconds. Looking for cycles among what is imported takes a quarter of a short one, and frees
    # nothing worth having.
    gc.disable()
    try:
        with click.Context(command, obj=language):  # what is said before and after the command is in its language too
            code = _run(command, arguments, language)
    finally:
        gc.enable()  # for who calls this from a process that lives on
    drop_unwritable()
    if code:
        sys.exit(code)
