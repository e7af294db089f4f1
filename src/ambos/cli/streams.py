"""Make standard input, output and error usable: closed ones, and those that cannot hold every character."""

from __future__ import annotations

import codecs
import io
import os
import sys
import unicodedata
from typing import TextIO

#: Name under which Python knows `readable`.
READABLE = "ambos.readable"
#: Click takes ASCII for a mistake and writes UTF-8; under another name it leaves it as it is.
_ASCII = "ambos_ascii"
#: What stands for a character where ASCII has no part of it; the others lose their accent only (Unicode NFKD).
_PLAIN = {
    "ñ": "ni",
    "Ñ": "NI",
    "¿": "",
    "¡": "",
    "ø": "o",
    "ß": "ss",
    **dict.fromkeys("–—−‐‑─━═", "-"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("│┃║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼", "+"),
    **dict.fromkeys("█▇▆▅▄▃▂▁▀▌▐▖▗▘▙▚▛▜▝▞▟■", "#"),
    "≥": ">=",
    "≤": "<=",
    "≈": "~",
    "×": "x",
    "·": "-",
    "•": "-",
    "→": "->",
    "←": "<-",
    "µ": "u",
    "μ": "u",
    "°": " deg",
}


def readable(error: UnicodeError) -> tuple[str, int]:
    r"""Write what an encoding lacks so that a person can read it: ``año`` as ``anio``, ``≥ −3`` as ``>= -3``.

    What has no such form, as the byte of a file name that is no text, is escaped: ``\udcff``.

    Raises
    ------
    UnicodeError
        If it is not about writing.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_plain, error.object[error.start : error.end])), error.end


def _plain(character: str) -> str:
    known = _PLAIN.get(character)
    if known is None:
        known = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
        if not known and not unicodedata.combining(character):
            return character.encode("ascii", "backslashreplace").decode()
    return known


def open_streams() -> bool:
    """Put the null device in the place of each standard stream that is closed, so that no file of ours takes its number;
    let the others write every character.

    Returns
    -------
    bool
        Whether standard output is open.
    """
    codecs.register_error(READABLE, readable)
    codecs.register(_ascii)
    given = sys.stdout is not None
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream: TextIO | None = getattr(sys, name)
        if stream is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
        stream = getattr(sys, name)
        if number and isinstance(stream, io.TextIOWrapper):
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_ASCII if ascii_only else None, errors=READABLE)
    return given


def _ascii(name: str) -> codecs.CodecInfo | None:
    """Find ASCII under the name `_ASCII`."""
    own = codecs.lookup("ascii")
    return (
        codecs.CodecInfo(
            own.encode,
            own.decode,
            own.streamreader,
            own.streamwriter,
            own.incrementalencoder,
            own.incrementaldecoder,
            name=_ASCII,
        )
        if name == _ASCII
        else None
    )


def drop_unwritable() -> None:
    """Drop what standard output and error did not take: Python would try once more at its end, and fail aloud."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)
