"""What a scenario file may say: the one description from which reader, JSON Schema and its page follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ambos.text import Text

Kind = Literal[
    "text",  # a string, or { en, es }
    "name",  # a string that names something
    "names",  # a list of them
    "number",
    "integer",
    "clock",  # "06:00", "24:00"
    "steps",  # a number, or one for each hour or quarter-hour
    "numbers",
    "clocks",  # clock times, to the second
    "choice",
    "date",
    "table",  # an inline table
    "tables",  # a list of them
]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section.

    Attributes
    ----------
    name : str
    kind : Kind
    about : Text
        What it says, for the page and the schema.
    low, high : float or None
        The least and the most, both allowed; of each value of a list.
    above : float or None
        More than this.
    choices : tuple of str
    of : str
        The section that describes a table.
    must : bool
    whole : bool
        Steps that are whole numbers.
    quarter : bool
        A clock time on a quarter-hour.
    """

    name: str
    kind: Kind
    about: Text
    low: float | None = None
    high: float | None = None
    above: float | None = None
    choices: tuple[str, ...] = ()
    of: str = ""
    must: bool = False
    whole: bool = False
    quarter: bool = False


#: What each service law needs besides its name and `minimum`.
LAW_PARAMETERS: dict[str, tuple[str, ...]] = {
    "deterministic": ("mean",),
    "exponential": ("mean",),
    "erlang": ("mean", "phases"),
    "gamma": ("mean", "cv2"),
    "lognormal": ("mean", "cv2"),
    "empirical": ("sample",),
}
LAWS = tuple(LAW_PARAMETERS)

#: The arrays of tables at the top of a file, in the order in which they are told.
TOP = ("line", "stream", "booth", "station", "policy", "change")

SECTIONS: dict[str, tuple[Key, ...]] = {
    "scenario": (
        Key("name", "text", Text("What it is called", "Cómo se llama")),
        Key(
            "port",
            "names",
            Text(
                "Begin with these crossings as they are (one name or a list)",
                "Partir de estos cruces tal como son (un nombre o una lista)",
            ),
        ),
        Key("day", "date", Text("Of this day; with port", "De este día; junto con port")),
        Key(
            "demand",
            "number",
            Text(
                "All arrival rates times this; 1 if not said",
                "Todas las tasas de llegada por este factor; 1 si no se dice",
            ),
            above=0,
        ),
        Key(
            "shift_end",
            "choice",
            Text(
                "What a booth that closes does with the traveller in it; finish if not said",
                "Qué hace una caseta que cierra con quien tiene dentro; finish si no se dice",
            ),
            choices=("finish", "preempt", "drain"),
        ),
        Key(
            "discipline",
            "choice",
            Text(
                "One queue per line, or one per booth; one_line if not said",
                "Una fila por línea o una por caseta; one_line si no se dice",
            ),
            choices=("one_line", "shortest_line"),
        ),
        Key(
            "officers",
            "steps",
            Text(
                "Most booths open at a crossing when a policy opens more",
                "Máximo de casetas abiertas en un cruce cuando una política abre más",
            ),
            low=0,
            whole=True,
        ),
        Key(
            "officer_cv2",
            "number",
            Text(
                "How much officers differ in pace: squared coefficient of variation; 0 if not said",
                "Cuánto difieren los oficiales en su ritmo: coeficiente de variación al cuadrado; 0 si no se dice",
            ),
            low=0,
            high=1000,
        ),
        Key(
            "length",
            "number",
            Text(
                "Minutes simulated, whole hours; 1440 if not said",
                "Minutos simulados, horas enteras; 1440 si no se dice",
            ),
            low=60,
            high=1440,
        ),
    ),
    "line": (
        Key("id", "name", Text("Its name in this file", "Su nombre en este archivo"), must=True),
        Key("crossing", "name", Text("The crossing where it is", "El cruce donde está"), must=True),
        Key(
            "mode",
            "choice",
            Text("Kind of traveller", "Tipo de usuario"),
            choices=("pov", "truck", "pedestrian", "bus"),
            must=True,
        ),
        Key(
            "class",
            "name",
            Text(
                "standard, ready, sentri, fast, …; standard if not said",
                "standard, ready, sentri, fast, …; standard si no se dice",
            ),
        ),
        Key("service", "table", Text("Primary inspection", "Inspección primaria"), of="law", must=True),
        Key(
            "referrals",
            "tables",
            Text("Further inspections; one at most is drawn", "Inspecciones adicionales; se sortea a lo más una"),
            of="referral",
        ),
        Key(
            "after",
            "tables",
            Text("Stations passed after that, each drawn on its own", "Estaciones posteriores, cada una con su sorteo"),
            of="referral",
        ),
        Key(
            "opens",
            "clock",
            Text("Takes travellers from; all day if not said", "Recibe desde; todo el día si no se dice"),
        ),
        Key("closes", "clock", Text("Takes travellers until", "Recibe hasta")),
        Key("spacing_m", "number", Text("Metres of road per traveller", "Metros de vía por usuario"), low=0),
        Key(
            "approach_m",
            "number",
            Text("Metres of approach; no limit if not said", "Metros de acceso; sin límite si no se dice"),
            low=0,
        ),
        Key(
            "when_full",
            "choice",
            Text(
                "What an arrival does when it is full; balk if not said",
                "Qué hace quien llega si está lleno; balk si no se dice",
            ),
            choices=("balk", "divert", "spill"),
        ),
        Key("behind", "name", Text("The line into which it spills", "La línea a la que se desborda")),
    ),
    "stream": (
        Key("id", "name", Text("Its name in this file", "Su nombre en este archivo"), must=True),
        Key(
            "rates",
            "steps",
            Text(
                "Travellers per hour: one figure, or by hour or quarter-hour",
                "Usuarios por hora: una cifra, o por hora o cuarto de hora",
            ),
            low=0,
        ),
        Key("times", "clocks", Text("Exact arrival times, in order", "Horas exactas de llegada, en orden")),
        Key(
            "times_file",
            "name",
            Text(
                "A CSV file beside this one with a column time: exact arrival times, in order",
                "Un archivo CSV junto a este con una columna time: horas exactas de llegada, en orden",
            ),
        ),
        Key(
            "batch",
            "numbers",
            Text(
                "Chances of 1, 2, … travellers together; with rates",
                "Probabilidades de 1, 2, … usuarios juntos; con rates",
            ),
            low=0,
            high=1,
        ),
        Key("initial", "integer", Text("In line when the day begins", "En la fila al empezar el día"), low=0),
        Key("line", "name", Text("The only line it takes", "La única línea que usa")),
        Key("options", "tables", Text("The lines it chooses from", "Las líneas entre las que elige"), of="option"),
        Key(
            "wait_weight",
            "number",
            Text(
                "Utility per minute of expected wait, not above 0",
                "Utilidad por minuto de espera esperada, no mayor que 0",
            ),
            high=0,
        ),
        Key(
            "patience",
            "number",
            Text(
                "Mean minutes in line before leaving; no limit if not said",
                "Minutos medios en la fila antes de irse; sin límite si no se dice",
            ),
            low=0,
        ),
    ),
    "booth": (
        Key(
            "id",
            "name",
            Text("Its name; of a group NAME.1, NAME.2, …", "Su nombre; en un grupo NOMBRE.1, NOMBRE.2, …"),
            must=True,
        ),
        Key("crossing", "name", Text("The crossing where it is", "El cruce donde está"), must=True),
        Key("count", "integer", Text("How many alike", "Cuántas iguales"), low=1, high=500),
        Key(
            "lines",
            "names",
            Text("The lines it serves, most preferred first", "Las líneas que atiende, primero la preferida"),
        ),
        Key(
            "lanes",
            "steps",
            Text(
                "How many of the group are open: one figure, or by hour or quarter-hour; all if not said",
                "Cuántas del grupo abren: una cifra, o por hora o cuarto de hora; todas si no se dice",
            ),
            low=0,
            whole=True,
        ),
        Key(
            "shifts", "tables", Text("When it is open, instead of lanes", "Cuándo abre, en lugar de lanes"), of="shift"
        ),
        Key("speed", "number", Text("Pace; 1 is the law as it is", "Ritmo; 1 es la ley tal cual"), above=0),
        Key(
            "behind",
            "name",
            Text(
                "The booth (or group) in front, of a stacked pair",
                "La caseta (o grupo) de adelante, en un par en tándem",
            ),
        ),
    ),
    "station": (
        Key("id", "name", Text("Its name in this file", "Su nombre en este archivo"), must=True),
        Key("crossing", "name", Text("The crossing where it is", "El cruce donde está"), must=True),
        Key("service", "table", Text("How long it takes", "Cuánto tarda"), of="law", must=True),
        Key(
            "servers",
            "steps",
            Text(
                "How many work: one figure, or by hour or quarter-hour",
                "Cuántos atienden: una cifra, o por hora o cuarto de hora",
            ),
            low=0,
            whole=True,
            must=True,
        ),
        Key(
            "lot",
            "integer",
            Text(
                "Places in it, service included; no limit if not said",
                "Lugares, servicio incluido; sin límite si no se dice",
            ),
            low=0,
        ),
    ),
    "policy": (
        Key(
            "kind",
            "choice",
            Text("Which rule", "Qué regla"),
            choices=("open_lanes", "move_lanes"),
            must=True,
        ),
        Key("line", "name", Text("open_lanes: for this line", "open_lanes: para esta línea")),
        Key(
            "booths",
            "names",
            Text("open_lanes: these booths or groups, in order", "open_lanes: estas casetas o grupos, en orden"),
        ),
        Key(
            "open_above",
            "number",
            Text("open_lanes: minutes of expected wait", "open_lanes: minutos de espera esperada"),
            low=0,
        ),
        Key(
            "close_below",
            "number",
            Text("open_lanes: minutes of expected wait", "open_lanes: minutos de espera esperada"),
            low=0,
        ),
        Key("from_line", "name", Text("move_lanes: gives booths", "move_lanes: cede casetas")),
        Key("to_line", "name", Text("move_lanes: gets booths", "move_lanes: recibe casetas")),
        Key(
            "ratio",
            "number",
            Text(
                "move_lanes: while wait(to) × ratio > wait(from)",
                "move_lanes: mientras espera(to) × ratio > espera(from)",
            ),
            above=0,
        ),
        Key(
            "limit",
            "number",
            Text(
                "move_lanes: and wait(from) is below these minutes",
                "move_lanes: y espera(from) esté por debajo de estos minutos",
            ),
            above=0,
        ),
        Key(
            "keep",
            "integer",
            Text(
                "move_lanes: booths that from_line keeps; 1 if not said",
                "move_lanes: casetas que conserva from_line; 1 si no se dice",
            ),
            low=0,
        ),
    ),
    "change": (
        Key("line", "name", Text("A line of the base", "Una línea de la base")),
        Key("station", "name", Text("Or a station of the base", "O una estación de la base")),
        Key(
            "stream",
            "name",
            Text("Or a stream of the base: its demand", "O un flujo de la base: su demanda"),
        ),
        Key(
            "add_lanes",
            "integer",
            Text("Lanes more (or fewer), from from until to", "Carriles de más (o de menos), desde from hasta to"),
            low=-100,
            high=100,
        ),
        Key(
            "from",
            "clock",
            Text("With add_lanes; all day if not said", "Con add_lanes; todo el día si no se dice"),
            quarter=True,
        ),
        Key("to", "clock", Text("With add_lanes", "Con add_lanes"), quarter=True),
        Key(
            "lanes",
            "steps",
            Text("Lanes open, instead of those of the base", "Carriles abiertos, en lugar de los de la base"),
            low=0,
            whole=True,
        ),
        Key(
            "demand",
            "number",
            Text(
                "Arrival rates of the line or stream times this",
                "Tasas de llegada de la línea o del flujo por este factor",
            ),
            low=0,
        ),
        Key("opens", "clock", Text("Takes travellers from", "Recibe desde"), quarter=True),
        Key("closes", "clock", Text("Takes travellers until", "Recibe hasta"), quarter=True),
        Key("approach_m", "number", Text("Metres of approach", "Metros de acceso"), low=0),
        Key(
            "referrals",
            "tables",
            Text(
                "Further inspections instead of those of the base",
                "Inspecciones adicionales en lugar de las de la base",
            ),
            of="referral",
        ),
        Key(
            "service",
            "table",
            Text("Another law, of the line or station", "Otra ley, de la línea o estación"),
            of="law",
        ),
        Key("servers", "steps", Text("Of the station", "De la estación"), low=0, whole=True),
        Key("lot", "integer", Text("Of the station", "De la estación"), low=0),
    ),
    "law": (
        Key("law", "choice", Text("The kind of law", "El tipo de ley"), choices=LAWS, must=True),
        Key("mean", "number", Text("Minutes; not with empirical", "Minutos; no con empirical"), above=0),
        Key(
            "cv2",
            "number",
            Text(
                "Squared coefficient of variation; gamma and lognormal",
                "Coeficiente de variación al cuadrado; gamma y lognormal",
            ),
            above=0,
            high=1000,
        ),
        Key("phases", "integer", Text("Of erlang", "De erlang"), low=1, high=1000),
        Key("sample", "numbers", Text("Minutes; of empirical", "Minutos; de empirical"), low=0),
        Key(
            "minimum", "number", Text("Minutes: no service is shorter", "Minutos: ningún servicio es más corto"), low=0
        ),
    ),
    "referral": (
        Key("station", "name", Text("Which station", "Qué estación"), must=True),
        Key(
            "random",
            "number",
            Text("Share chosen at random, 0 to 1", "Proporción elegida al azar, 0 a 1"),
            low=0,
            high=1,
        ),
        Key(
            "risk",
            "number",
            Text("Share chosen for a reason, 0 to 1", "Proporción elegida por un motivo, 0 a 1"),
            low=0,
            high=1,
        ),
    ),
    "option": (
        Key("line", "name", Text("Which line", "Qué línea"), must=True),
        Key(
            "utility",
            "number",
            Text("What speaks for it besides the wait", "Lo que habla a su favor además de la espera"),
        ),
    ),
    "shift": (
        Key("from", "clock", Text("Open from", "Abierta desde"), quarter=True, must=True),
        Key(
            "to",
            "clock",
            Text("Open until; past midnight if earlier", "Abierta hasta; pasa de medianoche si es antes"),
            quarter=True,
            must=True,
        ),
        Key(
            "lines",
            "names",
            Text(
                "The lines it serves then; those of the booth if not said",
                "Las líneas que atiende entonces; las de la caseta si no se dice",
            ),
        ),
    ),
}
