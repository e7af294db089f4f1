"""Check whether a scenario can be played; report every problem at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from ambos.crossing.kernel.draws import MOST_AFTER
from ambos.crossing.kernel.totals import QUARTER
from ambos.model.crossing import Booth, Law, Line, MoveLanes, OpenLanes, Referral, Scenario, Station, Stream
from ambos.text import Text

#: How far chances may be from adding up to 1.
_ROUNDING = 1e-9

_NUMBER = Text("write a number", "escriba un número")


class Problem(NamedTuple):
    """A problem of a scenario."""

    #: The section of a scenario file, and the id of the part; of a policy its number from 1.
    about: tuple[str, str | int]
    text: Text  #: Where it is, what is wrong and what to do.


def problems(scenario: Scenario) -> list[Problem]:
    """List the problems of a scenario; none if it can be played."""
    return _Check(scenario).run()


class _Check:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.problems: list[Problem] = []
        self.about: tuple[str, str | int] = ("scenario", "")
        self.lines = {line.id for line in scenario.lines}
        self.booths = {booth.id for booth in scenario.booths}
        self.stations = {station.id for station in scenario.stations}

    def run(self) -> list[Problem]:
        s = self.scenario
        where = Text("scenario", "escenario")
        if not (math.isfinite(s.length) and s.length > 0):
            self.say(where, "length must be more than 0 minutes", "length debe ser mayor que 0 minutos", _NUMBER)
            return self.problems
        self.number(where, "officer_cv2", s.officer_cv2)
        if any(n < 0 for n in s.officers):
            self.say(where, "officers has a negative number", "officers tiene un número negativo", _NUMBER)
        for kind, kind_es, things in (
            ("stream", "flujo", s.streams),
            ("line", "línea", s.lines),
            ("booth", "caseta", s.booths),
            ("station", "estación", s.stations),
        ):
            self.names(kind, kind_es, [thing.id for thing in things])
        self.about = ("scenario", "")
        for needed, needed_es, given in (
            ("stream", "flujo", s.streams),
            ("line", "línea", s.lines),
            ("booth", "caseta", s.booths),
        ):
            if not given:
                self.say(where, f"it has no {needed}", f"no tiene {needed_es}", Text("add one", "agregue al menos uno"))
        for stream in s.streams:
            self.stream(stream)
        for line in s.lines:
            self.line(line)
        self.spills()
        for booth in s.booths:
            self.booth(booth)
        self.pairs()
        for station in s.stations:
            self.station(station)
        for n, policy in enumerate(s.policies, 1):
            self.policy(n, policy)
        return self.problems

    # -- noting a problem ----------------------------------------------------------------------------------------------
    def say(self, where: Text, en: str, es: str, fix: Text) -> None:
        text = Text(f"{where.en}: {en}; {fix.en}.", f"{where.es}: {es}; {fix.es}.")
        self.problems.append(Problem(self.about, text))

    def at(self, kind: str, kind_es: str, name: str) -> Text:
        """Go to a part; what is noted from here on is about it."""
        self.about = (kind, name)
        return Text(f"{kind} {name!r}", f"{kind_es} {name!r}")

    def number(self, where: Text, name: str, value: float, *, above: bool = False, most: float = math.inf) -> None:
        """A finite number of at least 0 (or above it), and of at most `most`."""
        if math.isfinite(value) and (value > 0 if above else value >= 0) and value <= most:
            return
        least = "more than 0" if above else "0 or more"
        least_es = "mayor que 0" if above else "0 o más"
        top = "" if most == math.inf else f" and at most {most:g}"
        top_es = "" if most == math.inf else f" y a lo sumo {most:g}"
        self.say(where, f"{name} is {value:g}", f"{name} es {value:g}",
                 Text(f"it must be {least}{top}", f"debe ser {least_es}{top_es}"))  # fmt: skip

    def names(self, kind: str, kind_es: str, ids: list[str]) -> None:
        for name in dict.fromkeys(ids):
            if ids.count(name) > 1:
                where = self.at(kind, kind_es, name)
                self.say(
                    where,
                    "the id is used twice",
                    "el id se usa dos veces",
                    Text("rename one of them", "cambie uno de ellos"),
                )

    def known(self, where: Text, kind: Text, name: str, among: Iterable[str]) -> bool:
        if name in among:
            return True
        listed = ", ".join(sorted(among)) or "–"
        self.say(where, f"there is no {kind.en} {name!r}", f"no existe {kind.es} {name!r}",
                 Text(f"use one of: {listed}", f"use alguno de: {listed}"))  # fmt: skip
        return False

    # -- the parts ----------------------------------------------------------------------------------------------
    def law(self, where: Text, law: Law) -> None:
        at = where + Text(", service", ", servicio")
        self.number(at, "minimum", law.minimum)
        if law.name == "empirical":
            if not law.sample:
                self.say(
                    at,
                    "an empirical law without a sample",
                    "una ley empírica sin muestra",
                    Text("give `sample`", "indique `sample`"),
                )
            for value in law.sample:
                self.number(at, "sample", value)
            return
        self.number(at, "mean", law.mean, above=law.name != "deterministic")
        if law.name in ("gamma", "lognormal"):
            self.number(at, "cv2", law.cv2)
        if law.name == "erlang" and not 1 <= law.phases <= 1000:
            self.say(at, f"phases is {law.phases}", f"phases es {law.phases}", Text("use 1 to 1000", "use de 1 a 1000"))

    def stream(self, stream: Stream) -> None:
        where = self.at("stream", "flujo", stream.id)
        arrivals = stream.arrivals
        if arrivals.rates and arrivals.times:  # neither is well: nobody comes but those already in line
            self.say(
                where,
                "both rates and times are given",
                "se indican rates y times a la vez",
                Text("keep one", "deje uno solo"),
            )
        for rate in arrivals.rates:
            self.number(where, "rates", rate)
        for time in arrivals.times:
            self.number(where, "times", time)
        if any(b < a for a, b in pairwise(arrivals.times)):
            self.say(where, "times go back", "times retrocede", Text("put them in order", "póngalos en orden"))
        self.number(where, "initial", arrivals.initial)
        for chance in arrivals.batch:
            self.number(where, "batch", chance, most=1.0)
        if abs(math.fsum(arrivals.batch) - 1.0) > _ROUNDING:
            self.say(
                where,
                "the chances of batch do not add up to 1",
                "las probabilidades de batch no suman 1",
                Text("correct them", "corríjalas"),
            )
        if not stream.options:
            self.say(
                where,
                "it has no line to join",
                "no tiene línea a la que formarse",
                Text("give `options`", "indique `options`"),
            )
        lines = [option.line for option in stream.options]
        for name in lines:
            self.known(where, Text("line", "la línea"), name, self.lines)
        if len(set(lines)) < len(lines):
            self.say(
                where,
                "a line is among its options twice",
                "una línea está dos veces en sus opciones",
                Text("keep one", "deje una sola"),
            )
        if not all(math.isfinite(option.utility) for option in stream.options) or not math.isfinite(stream.wait_weight):
            self.say(where, "utility or wait_weight is not a number", "utility o wait_weight no es un número", _NUMBER)
        elif stream.wait_weight > 0:
            self.say(where, "wait_weight is positive: a longer wait would attract", "wait_weight es positivo: una espera mayor atraería",
                     Text("make it 0 or negative", "use 0 o un valor negativo"))  # fmt: skip
        self.number(where, "patience", stream.patience)

    def referrals(self, where: Text, referrals: tuple[Referral, ...], together: bool) -> None:
        total = 0.0
        for referral in referrals:
            self.known(where, Text("station", "la estación"), referral.station, self.stations)
            self.number(where, "random", referral.random, most=1.0)
            self.number(where, "risk", referral.risk, most=1.0)
            chance = referral.random + referral.risk
            total += chance
            if not together and chance > 1.0 + _ROUNDING:
                self.say(where, f"the chance of {referral.station!r} is above 1", f"la probabilidad de {referral.station!r} es mayor que 1",
                         Text("lower random or risk", "reduzca random o risk"))  # fmt: skip
        if together and total > 1.0 + _ROUNDING:
            self.say(where, "the chances of its referrals add up to more than 1", "las probabilidades de sus envíos a revisión suman más de 1",
                     Text("lower random or risk", "reduzca random o risk"))  # fmt: skip

    def line(self, line: Line) -> None:
        where = self.at("line", "línea", line.id)
        self.law(where, line.service)
        self.referrals(where, line.referrals, True)
        self.referrals(where, line.after, False)
        if len(line.after) > MOST_AFTER:
            self.say(
                where,
                f"more than {MOST_AFTER} stations in `after`",
                f"más de {MOST_AFTER} estaciones en `after`",
                Text("take some away", "quite algunas"),
            )
        self.number(where, "opens", line.opens, most=1440.0)
        self.number(where, "closes", line.closes, most=1440.0)
        self.number(where, "spacing_m", line.spacing_m)
        self.number(where, "approach_m", line.approach_m)
        if line.approach_m > 0:
            if line.spacing_m <= 0:
                self.say(where, "it has an approach but no spacing", "tiene tramo de acceso pero no separación",
                         Text("give `spacing_m`", "indique `spacing_m`"))  # fmt: skip
            elif line.approach_m < line.spacing_m:
                self.say(where, "its approach does not hold one traveller", "su tramo de acceso no alcanza para un usuario",
                         Text("give more `approach_m`, or 0 for no limit", "aumente `approach_m`, o use 0 si no hay límite"))  # fmt: skip

    def spills(self) -> None:
        behind = {line.id: line.behind for line in self.scenario.lines if line.when_full == "spill"}
        for name, into in behind.items():
            where = self.at("line", "línea", name)
            if self.scenario.discipline != "one_line":
                self.say(where, "`spill` goes with `one_line` only", "`spill` solo es posible con `one_line`",
                         Text("use balk or divert", "use balk o divert"))  # fmt: skip
            if not into:
                self.say(
                    where,
                    "it spills but no line is behind it",
                    "se desborda pero no hay línea detrás",
                    Text("give `behind`", "indique `behind`"),
                )
            elif self.known(where, Text("line", "la línea"), into, self.lines) and _circle(
                name, lambda x: behind.get(x, "")
            ):
                self.say(
                    where,
                    "it spills into itself",
                    "se desborda sobre sí misma",
                    Text("break the circle of `behind`", "rompa el círculo de `behind`"),
                )

    def booth(self, booth: Booth) -> None:
        where = self.at("booth", "caseta", booth.id)
        self.number(where, "speed", booth.speed, above=True)
        for shift in booth.shifts:
            for line in shift.lines:
                self.known(where, Text("line", "la línea"), line, self.lines)
            if len(set(shift.lines)) < len(shift.lines):
                self.say(
                    where,
                    "a shift lists a line twice",
                    "un turno lista dos veces una línea",
                    Text("keep one", "deje una sola"),
                )
            if not (math.isfinite(shift.start) and math.isfinite(shift.end) and 0 <= shift.start < shift.end):
                self.say(where, f"a shift from {shift.start:g} to {shift.end:g}", f"un turno de {shift.start:g} a {shift.end:g}",
                         Text("its end must come after its start", "debe terminar después de empezar"))  # fmt: skip
            elif shift.start % QUARTER or shift.end % QUARTER:
                self.say(where, f"a shift from {shift.start:g} to {shift.end:g}", f"un turno de {shift.start:g} a {shift.end:g}",
                         Text("shifts begin and end on quarter-hours", "los turnos empiezan y terminan en cuartos de hora"))  # fmt: skip
        ordered = sorted((s.start, s.end) for s in booth.shifts)
        if any(b[0] < a[1] for a, b in pairwise(ordered)):
            self.say(
                where,
                "two shifts overlap",
                "dos turnos se enciman",
                Text("end one before the next", "termine uno antes del siguiente"),
            )

    def pairs(self) -> None:
        fronts = [booth.behind for booth in self.scenario.booths if booth.behind]
        rears = {booth.id for booth in self.scenario.booths if booth.behind}
        for booth in self.scenario.booths:
            if not booth.behind:
                continue
            where = self.at("booth", "caseta", booth.id)
            if not self.known(where, Text("booth", "la caseta"), booth.behind, self.booths):
                continue
            if booth.behind in rears or fronts.count(booth.behind) > 1:
                self.say(where, "more than two booths one behind the other", "más de dos casetas una detrás de otra",
                         Text("a stacked pair has one front and one rear", "un par en tándem tiene una delantera y una trasera"))  # fmt: skip

    def station(self, station: Station) -> None:
        where = self.at("station", "estación", station.id)
        self.law(where, station.service)
        self.number(where, "lot", station.lot)
        if not station.servers:
            self.say(
                where, "no servers are given", "no se indican servidores", Text("give `servers`", "indique `servers`")
            )
        for n in station.servers:
            self.number(where, "servers", n)

    def policy(self, n: int, policy: OpenLanes | MoveLanes) -> None:
        self.about = ("policy", n)
        where = Text(f"policy {n}", f"política {n}")
        line = Text("line", "la línea")
        if isinstance(policy, OpenLanes):
            self.known(where, line, policy.line, self.lines)
            for booth in policy.booths:
                self.known(where, Text("booth", "la caseta"), booth, self.booths)
            self.number(where, "open_above", policy.open_above)
            self.number(where, "close_below", policy.close_below)
            if policy.close_below > policy.open_above:
                self.say(where, "close_below is above open_above", "close_below es mayor que open_above",
                         Text("lower close_below", "reduzca close_below"))  # fmt: skip
            return
        self.known(where, line, policy.from_line, self.lines)
        self.known(where, line, policy.to_line, self.lines)
        if policy.from_line == policy.to_line:
            self.say(
                where,
                "it moves booths from a line to itself",
                "mueve casetas de una línea a sí misma",
                Text("name two lines", "nombre dos líneas"),
            )
        self.number(where, "ratio", policy.ratio, above=True)
        self.number(where, "limit", policy.limit)
        self.number(where, "keep", policy.keep)


def _circle(name: str, following: Callable[[str], str]) -> bool:
    """Return True if following the references of a name returns to it."""
    seen = set()
    at = following(name)
    while at and at not in seen:
        if at == name:
            return True
        seen.add(at)
        at = following(at)
    return False
