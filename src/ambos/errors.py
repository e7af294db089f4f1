"""The error tree: every way in which Ambos can say no, in both languages.

Each class carries what went wrong (`text`), what to do about it (`fix`) and what to type for that at a terminal
(`command`) as templates; the values that fill them are given by whoever raises it. Foreign exceptions (network, file system, parsers) are translated into one
of these where they cross into a room, so that a door (command line, web) only ever has to print `AmbosError`.
"""

from __future__ import annotations

import errno
import re
from typing import Any, ClassVar

from ambos.text import LANGUAGES, Language, Text, printable


class AmbosError(Exception):
    """Anything that Ambos refuses or fails to do, said for its user.

    Parameters
    ----------
    **values
        The placeholders of the class's `text`, `fix` and `command`.
    """

    text: ClassVar[Text] = Text("Ambos could not do this: {detail}", "Ambos no pudo hacer esto: {detail}")
    fix: ClassVar[Text | None] = None
    command: ClassVar[Text | None] = None

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.say("en"))

    def __reduce__(self) -> tuple[Any, ...]:
        """Serialise the error from one process to another."""
        return _again, (type(self), self.values)

    def say(self, language: Language) -> str:
        """The whole message, cause, remedy and command, in one language."""
        return self._said(language, self.text, self.fix, self.command)

    def message(self) -> Text:
        """The whole message in both languages."""
        return Text(self.say("en"), self.say("es"))

    def on_page(self) -> Text:
        """Cause and remedy in both languages, for readers who have no terminal."""
        return Text(*(self._said(language, self.text, self.fix) for language in LANGUAGES))

    def _said(self, language: Language, *parts: Text | None) -> str:
        return printable(" ".join(part.format(**self.values)[language] for part in parts if part))


def _again(kind: type[AmbosError], values: dict[str, object]) -> AmbosError:
    return kind(**values)


# -- the system -------------------------------------------------------------------------------------------------
#: What the usual error numbers of a file system mean to its user.
_REASONS = {
    errno.ENOSPC: Text("the disk is full", "el disco está lleno"),
    errno.EDQUOT: Text("your share of the disk is used up", "se agotó su cuota de disco"),
    errno.EFBIG: Text("the file would be larger than is allowed here", "el archivo excedería el tamaño permitido"),
    errno.EACCES: Text("permission is missing", "falta el permiso"),
    errno.EPERM: Text("it is not permitted", "la operación no está permitida"),
    errno.EROFS: Text("it can only be read", "es de solo lectura"),
    errno.ENOTDIR: Text("there is a file where a folder is wanted", "hay un archivo donde debe ir una carpeta"),
    errno.EEXIST: Text("there is a file where a folder is wanted", "hay un archivo donde debe ir una carpeta"),
    errno.EISDIR: Text("there is a folder where a file is wanted", "hay una carpeta donde debe ir un archivo"),
    errno.ENOENT: Text("a file or folder is missing", "falta un archivo o una carpeta"),
    errno.ENAMETOOLONG: Text("the name is too long", "el nombre es demasiado largo"),
    errno.EIO: Text("the disk reports an error", "el disco reporta un error"),
    errno.EMFILE: Text(
        "too many files are open (ulimit -n 1024 allows more)",
        "hay demasiados archivos abiertos (ulimit -n 1024 permite más)",
    ),
    errno.ENOMEM: Text("memory ran out", "se agotó la memoria"),
    errno.ELOOP: Text("its links lead in a circle", "sus enlaces forman un círculo"),
    errno.EADDRINUSE: Text("another program listens there", "otro programa escucha ahí"),
    errno.EADDRNOTAVAIL: Text("this machine has no such address", "este equipo no tiene esa dirección"),
    errno.ENODEV: Text("it is a pipe or a device, not a file", "es una tubería o un dispositivo, no un archivo"),
}


def reason(error: OSError) -> Text:
    """Get the cause for which the system refused a file or folder: in both languages where it is usual, else in the
    system's words."""
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    words = " ".join((error.strerror or str(error)).split()).rstrip(".") or type(error).__name__
    return Text(f"the system refuses it ({words})", f"el sistema lo rechaza ({words})")


#: What is wrong with a text, by a mark in the words of the library that reads it.
_FAULTS = {
    "field limit": Text("a cell is too long", "una celda es demasiado larga"),
    "unexpected end of data": Text("a quotation mark is not closed", "faltan unas comillas de cierre"),
    "expected after": Text("more follows a closing quotation mark", "hay más texto tras unas comillas de cierre"),
    "new-line character": Text("a line is parted in an unusual way", "un renglón está dividido de forma inusual"),
    "NUL": Text("it holds bytes that are no text", "contiene bytes que no son texto"),
    "overwrite": Text("a key is given twice", "una clave aparece dos veces"),
    "declare": Text("a table is given twice", "una tabla aparece dos veces"),
    "integer string": Text("a number has too many digits", "un número tiene demasiados dígitos"),
    "recursion": Text("it is nested too deep", "está anidado con demasiada profundidad"),
    "end of document": Text("it ends too early", "termina antes de tiempo"),
    "no element found": Text("it ends too early", "termina antes de tiempo"),
}
_PLACE = re.compile(r"line (\d+),? column (\d+)")


def parse_fault(error: Exception) -> Text:
    """Say what is wrong with a text of CSV, JSON, TOML or XML, and where; libraries say it in English only.

    An error of our own may carry it as a `Text`.
    """
    own = error.args[0] if error.args else None
    if isinstance(own, Text):
        return own
    if isinstance(error, UnicodeDecodeError):
        place, code = f"{error.start + 1:,}", error.encoding.upper()
        return Text(f"byte {place} is not {code}", f"el byte {place} no es {code}")
    words = str(error)
    wrong = Text("its syntax is wrong", "su sintaxis no es válida")
    said = next((text for mark, text in _FAULTS.items() if mark in words), wrong)
    if found := _PLACE.search(words):
        line, column = found.groups()
        return said + Text(f" (line {line}, column {column})", f" (renglón {line}, columna {column})")
    return said


def system_refuses(error: AmbosError) -> bool:
    """Return True if a file could not be read for a cause other than its content: it may be sound."""
    outside = (errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENOMEM)
    return error.values.get("detail") in [_REASONS[number] for number in outside]


class CannotListen(AmbosError):
    """The address at which to serve is not to be had."""

    text = Text(
        "Cannot listen at {host}, port {port}: {detail}.", "No se puede escuchar en {host}, puerto {port}: {detail}."
    )
    fix = Text("Choose others with --host and --port.", "Elija otros con --host y --port.")


class RefreshedElsewhere(AmbosError):
    """Another process asks the sources for this workspace."""

    text = Text(
        "Another ambos serve --refresh runs on the workspace {path}.",
        "Otro ambos serve --refresh trabaja en el espacio {path}.",
    )
    fix = Text("Leave --refresh out here, or end the other one.", "Omita aquí --refresh o termine el otro.")


# -- definitions ------------------------------------------------------------------------------------------------
class DefinitionError(AmbosError):
    """The definitions are wrong; every problem is listed."""

    text = Text(
        "The definitions have {count} problem(s):\n{problems}",
        "Las definiciones tienen {count} problema(s):\n{problems}",
    )
    fix = Text("\nCorrect the files named and try again.", "\nCorrija los archivos indicados y vuelva a intentarlo.")


class UnknownName(AmbosError):
    """A code, place, series or measure that the catalog does not hold.

    `kind` is a `Text` such as ``Text("place", "el lugar")``.
    """

    text = Text("There is no {kind} “{name}”.", "No existe {kind} «{name}».")
    fix = Text("Nearest known: {nearest}.", "Lo más parecido: {nearest}.")


class BadRequest(AmbosError):
    """A combination of options that has no meaning."""

    text = Text("{detail}", "{detail}")


class NeedsOption(BadRequest):
    """A request that lacks something, which `option` gives at a terminal."""

    command = Text("Option: {option}.", "Opción: {option}.")


class TooMuch(BadRequest):
    """An answer would be too long."""


class TooManyTrials(BadRequest):
    """More trials wait than may."""

    text = Text("Too many trials are waiting now.", "Hay demasiadas pruebas en espera.")
    fix = Text("Try again in a minute.", "Inténtelo de nuevo en un minuto.")


def bad_request(en: str, es: str) -> BadRequest:
    """The error of a request that has no meaning, said in both languages."""
    return BadRequest(detail=Text(en, es))


class CannotForecast(AmbosError):
    """A series that no forecast can rest on."""

    text = Text("{what}: no forecast. {why}", "{what}: sin pronóstico. {why}")
    fix = Text(
        "A forecast needs {least} with a value, three in four of them held; choose another place or item, or another first period.",
        "Un pronóstico requiere {least} con valor, y tres de cada cuatro disponibles; elija otro lugar o concepto, u otro primer periodo.",
    )


class SearchEnded(AmbosError):
    """The search for a lane plan reached its limit of processor time with no plan and no proof that there is none."""

    text = Text(
        "No lane plan was found in {seconds} seconds of processor time; that there is none is not proven.",
        "No se encontró un plan de carriles en {seconds} segundos de procesador; no está demostrado que no exista.",
    )
    fix = Text(
        "Ask again with wider limits of officers or a lower target.",
        "Vuelva a preguntar con límites de oficiales más amplios o una meta menos exigente.",
    )


class FutureDay(AmbosError):
    """A day of knowledge after today."""

    text = Text(
        "{day} is yet to come, so no figure can have been known by then.",
        "La fecha {day} aún no llega, así que ninguna cifra pudo conocerse para entonces.",
    )
    fix = Text("Give today or an earlier day.", "Indique el día de hoy o uno anterior.")


# -- sources ----------------------------------------------------------------------------------------------------
class SourceError(AmbosError):
    """The root of what can go wrong between a source and its rows. Stops that file only."""

    def cause(self) -> Text:
        """Give the message without the name of the file and the remedy."""
        said = self.text.format(**{**self.values, "file": ""})
        return Text(said.en.removeprefix(": "), said.es.removeprefix(": ")).printable()


class WrongShape(SourceError):
    """The bytes are not in the shape of the source: other header, cut, other encoding, an HTML page."""

    text = Text("{file}: {detail}", "{file}: {detail}")
    fix = Text(
        "The file was left alone and nothing of it was stored. Download it again, or tell us if the source changed its format.",
        "El archivo no se modificó y nada de él se guardó. Descárguelo de nuevo o avísenos si la fuente cambió su formato.",
    )


class TooLarge(SourceError):
    """More is in a file than is opened: a damaged or hostile one. `limit` is a `Text`."""

    text = Text(
        "{file}: it has more than {limit}, the most that is opened.",
        "{file}: tiene más de {limit}, el máximo que se abre.",
    )
    fix = Text(
        "The file was left alone and nothing of it was stored. If it is what its source publishes, unpack or divide it and build from its parts.",
        "El archivo no se modificó y nada de él se guardó. Si es lo que publica su fuente, descomprímalo o divídalo y construya con sus partes.",
    )


class PartRefused(SourceError):
    """A member of an archive was not read; the others were."""

    text = Text("{file}: {detail}", "{file}: {detail}")
    fix = Text(
        "The rest of the archive was stored; this part is tried again at every build. Download the archive again, or tell us if the source changed its format.",
        "El resto del archivo comprimido se guardó; esta parte se vuelve a intentar en cada construcción. Descárguelo de nuevo o avísenos si la fuente cambió su formato.",
    )


class BodyChanged(SourceError):
    """A stored body whose bytes are not those that the ledger of `ambos fetch` records."""

    text = Text(
        "{file}: its content is not what was fetched: it was damaged or swapped.",
        "{file}: su contenido no es el que se descargó: se dañó o se cambió por otro.",
    )
    fix = Text(
        "Nothing of it was taken. ambos check store --repair moves it aside; ambos fetch then brings what the source gives today.",
        "Nada de él se tomó. ambos check store --repair lo aparta; después, ambos fetch trae lo que la fuente da hoy.",
    )


class NeedsDate(SourceError):
    """A file of which it is not known when its figures were known, where that decides. `detail` is a `Text`, `today` a day."""

    text = Text("{file}: {detail}", "{file}: {detail}")
    fix = Text(
        "Nothing of it was stored. Say on which day its figures were known: ambos build --from FILE --as-of YYYY-MM-DD ({today} if you downloaded it today).",
        "Nada de él se guardó. Indique qué día se conocían sus cifras: ambos build --from ARCHIVO --as-of AAAA-MM-DD ({today} si lo descargó hoy).",
    )


class Held(SourceError):
    """A file that takes back more known figures than a revision does, or gives clearly less, until the user says yes.

    `detail` is a `Text`; ``sha256``, ``dataset`` and ``difference`` (a mapping of plain data) say it for a program.
    """

    text = Text("{file} is held: {detail}", "{file} queda en espera: {detail}")
    fix = Text(
        "Nothing of it was stored and the known figures stay. If the source does give it so: repeat the build with --accept {hash}",
        "Nada de él se guardó y las cifras conocidas no cambian. Si la fuente sí lo da así, repita con --accept {hash}",
    )


class TooManyBadRows(SourceError):
    """More rows were refused than a healthy file has."""

    text = Text(
        "{file}: {bad} of {total} rows were refused, more than the limit of {limit}. First reason: {reason}",
        "{file}: se rechazaron {bad} de {total} renglones, más del límite de {limit}. Primer motivo: {reason}",
    )
    fix = Text(
        "Nothing of the file was stored. Check whether the source changed its codes.",
        "Nada del archivo se guardó. Revise si la fuente cambió sus códigos.",
    )


class ReaderFault(SourceError):
    """The program that reads the file failed on it: a mistake in the program, perhaps on a damaged file."""

    text = Text(
        "{file}: Ambos has a fault in reading it ({detail}).",
        "{file}: Ambos tiene una falla al leerlo ({detail}).",
    )
    fix = Text(
        "Nothing of the file was stored; other files are not affected. Please report it with the file.",
        "Nada del archivo se guardó; los demás archivos no se ven afectados. Repórtelo junto con el archivo.",
    )


class ReadingStopped(SourceError):
    """The process that read a file was ended from outside. `signal` is the number of how."""

    text = Text(
        "{file}: the system ended the process that read it (signal {signal}), perhaps because memory ran out.",
        "{file}: el sistema terminó el proceso que lo leía (señal {signal}), quizá porque se agotó la memoria.",
    )
    fix = Text(
        "Close other programs and try again; nothing of the file was stored.",
        "Cierre otros programas y vuelva a intentarlo; nada del archivo se guardó.",
    )


class NeedsKey(SourceError):
    """The source wants a key that is not in the environment."""

    text = Text(
        "{source} needs a key and the environment variable {variable} is not set.",
        "{source} requiere una clave y la variable de entorno {variable} no está definida.",
    )
    fix = Text("Get one at {signup} and set {variable}.", "Obtenga una en {signup} y defina {variable}.")


class KeyRefused(SourceError):
    """The source does not take the key that is in the environment."""

    text = Text(
        "{source} does not accept the key in {variable}: {detail}.",
        "{source} no acepta la clave de {variable}: {detail}.",
    )
    fix = Text("Check it, or get another at {signup}.", "Revísela u obtenga otra en {signup}.")


class OnlyByHand(SourceError):
    """The source has no address for programs."""

    text = Text(
        "{source} has no address for programs: it comes by hand only.",
        "{source} no ofrece una dirección para programas: solo se obtiene a mano.",
    )
    fix = Text(
        "Download it at {url} and use: ambos build --from FOLDER",
        "Descárguela en {url} y use: ambos build --from CARPETA",
    )


class FetcherFault(SourceError):
    """The program that asks the source failed on its answer: a mistake in the program."""

    text = Text(
        "{source}: Ambos has a fault in asking this source ({detail}).",
        "{source}: Ambos tiene una falla al consultar esta fuente ({detail}).",
    )
    fix = Text(
        "What came before was stored; other sources are not affected. Please report it.",
        "Lo que llegó antes se guardó; las demás fuentes no se ven afectadas. Repórtelo.",
    )


class FetchFailed(SourceError):
    """The source did not give usable bytes after all tries."""

    text = Text("{url}: {detail} (tries: {tries}).", "{url}: {detail} (intentos: {tries}).")
    fix = Text(
        "Try again later, or download the file by hand and use: ambos build --from FOLDER",
        "Inténtelo más tarde o descargue el archivo a mano y use: ambos build --from CARPETA",
    )


# -- store ------------------------------------------------------------------------------------------------------
class StoreError(AmbosError):
    """The root of what can go wrong in the store."""


class CannotWrite(StoreError):
    """The disk is full, the folder is read-only or not a folder."""

    text = Text("Cannot write to {path}: {detail}.", "No se puede escribir en {path}: {detail}.")
    fix = Text(
        "The last good version is untouched. Free some space or choose another folder with --workspace.",
        "La última versión buena sigue intacta. Libere espacio o elija otra carpeta con --workspace.",
    )


class CannotSave(AmbosError):
    """A file or folder that the user named with ``--out`` cannot be written. `detail` is a `Text`."""

    text = Text("Cannot write to {path}: {detail}.", "No se puede escribir en {path}: {detail}.")
    fix = Text(
        "Choose with --out another place that exists and that you may write to.",
        "Elija con --out otro lugar que exista y en el que pueda escribir.",
    )


class CannotOpen(AmbosError):
    """A file or folder that the user gave cannot be read. `detail` is a `Text`."""

    text = Text("Cannot read {path}: {detail}.", "No se puede leer {path}: {detail}.")
    fix = Text("Check the name and the permissions.", "Revise el nombre y los permisos.")


class CannotRead(StoreError):
    """The store is there but cannot be read."""

    text = Text("Cannot read {path}: {detail}.", "No se puede leer {path}: {detail}.")
    fix = Text(
        "Check the permissions. If it is damaged: ambos check store --repair moves it aside and builds it again.",
        "Revise los permisos. Si está dañado: ambos check store --repair lo aparta y lo vuelve a construir.",
    )


class BaseDamaged(CannotRead):
    """A file of the figures that come with Ambos cannot be read; no repair of the workspace helps."""

    text = Text(
        "Cannot read {path}, which comes with Ambos: {detail}.",
        "No se puede leer {path}, que viene con Ambos: {detail}.",
    )
    fix = Text("Install Ambos again.", "Vuelva a instalar Ambos.")


class FutureRows(StoreError):
    """Rows of the workspace with a date of knowledge after today; an older version of Ambos took them."""

    text = Text(
        "{path}: {count} rows say that they were known on {day}, which is yet to come. They do not count.",
        "{path}: {count} renglones dicen que se conocían el {day}, que aún no llega. No cuentan.",
    )
    fix = Text(
        "Build their files again with the right day: ambos build --from FILE --as-of YYYY-MM-DD. To remove them: ambos check store --repair moves the table aside and builds it again.",
        "Vuelva a construir sus archivos con el día correcto: ambos build --from ARCHIVO --as-of AAAA-MM-DD. Para quitarlos: ambos check store --repair aparta la tabla y la vuelve a construir.",
    )


class BadRows(StoreError):
    """Rows that do not fit their table: a mistake in the program, not in the data."""

    text = Text(
        "The rows for {what} do not fit its table: {detail}.",
        "Los renglones de {what} no corresponden a su tabla: {detail}.",
    )
    fix = Text(
        "Nothing was stored. Please report this.",
        "No se guardó nada. Por favor, repórtelo.",
    )


class NoData(StoreError):
    """The question is sound but nothing is held for it."""

    text = Text("Nothing is held for {what}.", "No hay datos de {what}.")
    command: ClassVar[Text | None] = Text(
        "ambos series tells what is covered; ambos build --from FOLDER or ambos fetch bring more.",
        "ambos series indica qué se cubre; ambos build --from CARPETA o ambos fetch traen más.",
    )


class NotYetKnown(NoData):
    """The day asked for with ``--as-of`` is before the oldest copy held; the source may have published by then."""

    text = Text(
        "No copy of “{what}” is held from {day} or before, so what was known then cannot be told.",
        "No se tiene copia de «{what}» del {day} ni anterior, así que no se puede decir qué se conocía entonces.",
    )
    fix = Text(
        "The oldest one held is of {first}: use that day or a later one.",
        "La más antigua que se tiene es del {first}: use ese día o uno posterior.",
    )
    command = None


# -- the twin ---------------------------------------------------------------------------------------------------
class BadScenario(AmbosError):
    """A scenario file is wrong; every problem is listed with its line and what to do. `problems` is a `Text`."""

    text = Text("{file} has {count} problem(s):\n{problems}", "{file} tiene {count} problema(s):\n{problems}")
    fix = Text("\nCorrect the lines named and try again.", "\nCorrija los renglones indicados y vuelva a intentarlo.")


# -- the river --------------------------------------------------------------------------------------------------
class RunDamaged(AmbosError):
    """A kept run of the twin whose content has not the hash that its name says."""

    text = Text("The kept run {path} is not what was kept.", "La corrida {path} no es la que se guardó.")
    command = Text(
        "Delete the file and run the simulation again with --keep.",
        "Borre el archivo y vuelva a ejecutar la simulación con --keep.",
    )


class OutsideRule(AmbosError):
    """A year in which no table of cuts holds. `rules` names the tables with their ranges; `reason` is a `Text`."""

    text = Text(
        "No table of cuts holds in {year}: {rules}. {reason}",
        "Ninguna tabla de reducciones rige en {year}: {rules}. {reason}",
    )
    fix = Text("The tables hold from {first} to {last}.", "Hay tablas de {first} a {last}.")
    command = Text(
        "What is decided after that: ambos river status --year {next}; what may come: ambos river scenario",
        "Lo decidido después: ambos river status --year {next}; lo que pueda venir: ambos river scenario",
    )


class BadSchedule(AmbosError):
    """A file of Mexico's monthly schedule is wrong; every problem is listed. `problems` is a `Text`."""

    text = Text("{file} has {count} problem(s):\n{problems}", "{file} tiene {count} problema(s):\n{problems}")
    fix = Text(
        "\nThe file needs all twelve months, each with month and share or scheduled; revised, notice and land where there are"
        " any. CSV with a header, or TOML with [[month]].",
        "\nEl archivo requiere los doce meses, cada uno con month y share o scheduled; y revised, notice y land donde los haya."
        " CSV con encabezado o TOML con [[month]].",
    )


class BadTraces(AmbosError):
    """A file of traces of levels of Lake Mead is wrong; the bad lines are listed. `problems` is a `Text`."""

    text = Text("{file} has {count} problem(s):\n{problems}", "{file} tiene {count} problema(s):\n{problems}")
    fix = Text(
        "\nThe file needs the columns trace, year and elevation_ft (level of Lake Mead on 31 December of the year), with the"
        " same years for every trace.",
        "\nEl archivo requiere las columnas «trace», «year» y «elevation_ft» (elevación del lago Mead el 31 de diciembre del"
        " año), con los mismos años en todas las trazas.",
    )


# -- the air ----------------------------------------------------------------------------------------------------
class NoRule(AmbosError):
    """No rule is held for a day, or a year. `what` and `reason` are `Text`, and `day` where it is a year."""

    text = Text("{what} has no rule for {day}: {reason}.", "{what} no tiene regla para el {day}: {reason}.")
    fix = Text("Ask for a day or a year that a rule covers.", "Consulte un día o un año en que rija una regla.")


class RuleOfOtherYears(NoRule):
    """No rule of the river is held for a year. `next` is the first year after those of the rule."""

    command = Text(
        "What is known of later years: ambos river status --year {next}",
        "Lo que se sabe de años posteriores: ambos river status --year {next}",
    )


class BadReadings(AmbosError):
    """A file of readings is wrong; the bad rows are listed. `problems` is a `Text`."""

    text = Text("{file} has {count} problem(s):\n{problems}", "{file} tiene {count} problema(s):\n{problems}")
    fix = Text(
        "\nA file of readings has the columns station, time (hours, with their zone), pollutant, value and unit; the value is empty where an hour is"
        " missing. For design values it may hold daily values, with day in place of time.",
        "\nUn archivo de lecturas tiene las columnas «station», «time» (horas, con su zona), «pollutant», «value» y «unit»; el valor va vacío donde falta una"
        " hora. Para valores de diseño puede tener valores diarios, con «day» en lugar de «time».",
    )


# -- the register -----------------------------------------------------------------------------------------------
class BadRanking(AmbosError):
    """A file of weights or scores is wrong; every problem is listed. `problems` is a `Text`."""

    text = Text("{file} has {count} problem(s):\n{problems}", "{file} tiene {count} problema(s):\n{problems}")
    fix = Text(
        "\nWeights: a row for each criterion, the columns criterion and one of percent for each type of project, which adds up"
        " to 100. Scores: a row for each project, the columns project, type and one for each criterion.",
        "\nPesos: un renglón por criterio, con las columnas «criterion» y una de porcentaje por tipo de proyecto, que suma 100."
        " Puntajes: un renglón por proyecto, con las columnas «project», «type» y una por criterio.",
    )


class WeightsMissing(AmbosError):
    """The plan of the region does not say all weights. `cells` is a `Text`."""

    text = Text(
        "The weights of “{scheme}” are not all known: {cells}.",
        "No se conocen todos los pesos de «{scheme}»: {cells}.",
    )
    fix = Text("Give weights of your own in a file.", "Indique sus propios pesos en un archivo.")
    command = Text(
        "A file to fill in: ambos register rank --table scheme --csv > weights.csv; then add --weights weights.csv",
        "Un archivo para llenar: ambos register rank --table scheme --csv > pesos.csv; después añada --weights pesos.csv",
    )


class BadRegisterFile(AmbosError):
    """A file of records is wrong; every problem is listed. `problems` is a `Text`."""

    text = Text(
        "Nothing was entered: {file} has {count} problem(s):\n{problems}",
        "No se registró nada: {file} tiene {count} problema(s):\n{problems}",
    )
    fix = Text("\nCorrect them and import the file again.", "\nCorríjalos y vuelva a importar el archivo.")
    command = Text(
        "A file to begin with: ambos register export records.xlsx",
        "Un archivo para empezar: ambos register export registros.xlsx",
    )


class RegisterFailed(AmbosError):
    """The register's database cannot be used. `detail` is a `Text`."""

    text = Text(
        "The register at {where} cannot be used: {detail}.", "No se puede usar el registro en {where}: {detail}."
    )
    fix = Text(
        "Nothing was half written. Check its address, the permissions and that its server runs.",
        "Nada quedó a medias. Revise su dirección, los permisos y que su servidor esté en marcha.",
    )


class NotAllowed(AmbosError):
    """Something that the rules of the register do not let this office do, or not now. `detail` is a `Text`."""

    text = Text("{detail}", "{detail}")


class RecordChanged(AmbosError):
    """A record is no longer as whoever wants to change or accept it saw it."""

    text = Text("{what} “{id}” was changed meanwhile.", "{what} «{id}» cambió mientras tanto.")
    fix = Text(
        "Look at it as it is now, and decide again: ambos register show {kind} {id}",
        "Vea cómo quedó y decida de nuevo: ambos register show {kind} {id}",
    )


class BadRecord(AmbosError):
    """Records that were given are wrong; every problem is listed.

    Parameters
    ----------
    faults : sequence
        Path and problem of each, for a form that shows a problem beside its field.
    """

    text = Text("Not entered, {count} problem(s):\n{problems}", "No se registró nada, {count} problema(s):\n{problems}")
    fix = Text("\nCorrect them and try again.", "\nCorríjalos y vuelva a intentarlo.")


class BadClaims(AmbosError):
    """A file of claims is wrong; every problem is listed with its line."""

    text = Text("{file} has {count} problem(s):\n{problems}", "{file} tiene {count} problema(s):\n{problems}")
    fix = Text(
        "\nA file of claims has a table for each: text, language, and a [[ID.reading]] with series, place, period,"
        " comparison, value and unit, as ambos check claim prints them for a sentence.",
        "\nUn archivo de afirmaciones tiene una tabla por cada una: text, language y un [[ID.reading]] con series, place,"
        " period, comparison, value y unit, como los imprime ambos check claim para una oración.",
    )


# -- documents --------------------------------------------------------------------------------------------------
class BriefFailed(AmbosError):
    """The dossier could not be written."""

    text = Text("The dossier could not be written: {detail}", "No se pudo escribir el dosier: {detail}")
