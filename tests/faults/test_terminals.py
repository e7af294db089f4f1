"""Standard streams, folder and signals of a terminal: what a verb says, and its exit code, where one of them fails."""

from __future__ import annotations

import array
import fcntl
import os
import re
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from ambos.cli import EXIT_CODES, VERBS
from ambos.cli.streams import readable
from command_line import Shell

RUN = "from ambos.cli import main; main()"
DOCS = Path(__file__).resolve().parents[2] / "docs"
#: Capacity of a pipe of Linux, bytes.
PIPE = 65_536
#: A quick command line of each verb that reads something; the slow ones are tried with `make test-slow`.
QUICK = ("places",)
SLOW = (
    ("fetch", "nobody"),
    ("show", "crossings.trucks", "--freq", "A"),
    ("show", "crossings.trucks", "--csv"),
    ("series",),
    ("sources",),
    ("check", "definitions"),
    ("check", "store"),
    ("check", "data"),
    ("river", "status", "--year", "2026"),
    ("air", "index", "--pollutant", "pm25", "--value", "28.4"),
    ("simulate", "--port", "nogales-mariposa", "--day", "2025-07-14", "--replications", "2"),
    ("build", "--from", "nothing"),
    ("snapshot", "--from", "nothing"),
    ("reference", "--check", str(DOCS)),
)
COMMANDS = [QUICK, *(pytest.param(one, marks=pytest.mark.slow) for one in SLOW)]


def run(
    arguments: tuple[str, ...], shell: str, folder: Path, language: str = "es", **environment: str
) -> tuple[int, str, str]:
    """Run a command line from a POSIX shell, where ``"$@"`` stands for it; give exit code and outputs, which are UTF-8."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "AMBOS_", "PYTHONIOENCODING"))}
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", sys.executable, "-c", RUN, "--lang", language, *arguments],
        capture_output=True,
        cwd=folder,
        env={**clean, **environment},
        check=False,
    )
    out, error = done.stdout.decode("utf-8", "strict"), done.stderr.decode("utf-8", "strict")
    assert not re.search(r"Traceback|panicked|Exception ignored|AMBOS_DEBUG", out + error), error
    assert done.returncode in EXIT_CODES, (done.returncode, error)
    return done.returncode, out, error


@pytest.mark.parametrize("arguments", COMMANDS)
def test_closed_standard_output_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for language, words in (("en", "standard output is closed."), ("es", "la salida estándar está cerrada.")):
        assert run(arguments, '"$@" >&-', tmp_path, language) == (1, "", f"Error: {words}\n")


@pytest.mark.parametrize("arguments", COMMANDS)
def test_closed_standard_error_changes_neither_output_nor_exit_code(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, out, _ = run(arguments, '"$@"', tmp_path)
    assert run(arguments, '"$@" 2>&-', tmp_path) == (code, out, "")


def test_all_streams_closed_is_an_exit_code(tmp_path: Path) -> None:
    assert run(QUICK, '"$@" <&- >&- 2>&-', tmp_path)[0] == 1


@pytest.mark.parametrize("arguments", COMMANDS)
def test_deleted_folder_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for language, words in (("en", "no longer exists"), ("es", "ya no existe")):
        code, out, error = run(arguments, 'mkdir gone && cd gone && rmdir ../gone && "$@"', tmp_path, language)
        assert (code, out) == (1, "") and words in error


@pytest.mark.parametrize("arguments", COMMANDS)
def test_ascii_terminal_gets_readable_spanish(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    usual = run(arguments, '"$@"', tmp_path)
    code, out, error = run(arguments, '"$@"', tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert code == usual[0] and len(out) >= 0.9 * len(usual[1])
    if "--csv" not in arguments:  # data are UTF-8 everywhere
        assert out.isascii() and error.isascii() and "\\x" not in out + error and "\\u" not in out + error


def test_data_are_utf8_on_every_terminal(tmp_path: Path) -> None:
    _, out, _ = run(("series", "--json"), '"$@"', tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert "ó" in out


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("año, Peñón, cigüeña", "ascii", "anio, Penion, ciguenia"),
        ("AÑO", "ascii", "ANIO"),
        ("¿Quiso decir «show»?", "ascii", 'Quiso decir "show"?'),
        ("≥ −3 – 5 °C, µg/m³ × 2", "ascii", ">= -3 - 5  degC, ug/m3 x 2"),
        ("año ≥ 3 µg/m³ – «sí»", "latin-1", "año >= 3 µg/m³ - «sí»"),
        ("│ ─ █", "ascii", "| - #"),
        ("\udcff", "utf-8", "\\udcff"),
        ("日", "ascii", "\\u65e5"),
    ],
)
def test_what_an_encoding_lacks_is_written_readably(text: str, encoding: str, written: str) -> None:
    import codecs

    codecs.register_error("ambos.readable", readable)
    assert text.encode(encoding, "ambos.readable").decode(encoding) == written


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["INT", "TERM", "HUP"]
)
def test_a_signal_ends_a_verb_that_waits_for_its_reader(tmp_path: Path, number: signal.Signals, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN, "--lang", "es", "series"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        # A process inherits what its parent ignores: under nohup the tests themselves ignore SIGHUP.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),
    ) as process:
        assert process.stdout and process.stderr
        held = array.array("i", [0])
        while held[0] < PIPE - 4096 and process.poll() is None:
            time.sleep(0.02)
            fcntl.ioctl(process.stdout, termios.FIONREAD, held)
        process.send_signal(number)
        assert process.wait(timeout=120) == code
        assert process.stderr.read().decode().split() == ["Interrumpido.", "Nada", "quedó", "a", "medias."]


def test_every_exit_code_is_documented() -> None:
    for language in ("en", "es"):
        page = (DOCS / language / "reference" / "commands.md").read_text(encoding="utf-8")
        assert [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)] == list(EXIT_CODES)


@pytest.mark.parametrize("verb", VERBS)
def test_exit_codes_of_every_verb(verb: str, shells: dict[str, Shell]) -> None:
    """0 for help, 2 for an option that does not exist."""
    assert shells["es"](verb, "--help").code == 0
    wrong = shells["es"](verb, "--no-such-option")
    assert (wrong.code, wrong.out) == (2, "") and wrong.err and "Traceback" not in wrong.err


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_terminal_that_allows_few_open_files_is_told_which_limit_to_raise(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    code, out, error = run(arguments, 'ulimit -n 16; "$@"', tmp_path)
    assert (code, out) == (1, "") and "ulimit -n 1024" in error
