"""How lines, stages and figures of the twin are called in tables and pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ambos.catalog import Catalog
from ambos.crossing.intervals import Estimate
from ambos.crossing.summary import PRIMARY, WHOLE
from ambos.model.crossing import Line, Scenario
from ambos.numbers import MISSING, both
from ambos.text import Text


def crossing_name(catalog: Catalog, crossing: str) -> Text:
    """A crossing's name; what the scenario calls it where it is no place."""
    return catalog.places[crossing].name if crossing in catalog.places else Text.same(crossing)


def class_name(catalog: Catalog, line: Line) -> Text:
    """ "Passenger vehicles · Ready Lane"."""
    mode = catalog.message(f"twin.mode.{line.mode}")
    return mode + Text.same(" · ") + catalog.name("lanes", line.lane_class)


def line_names(catalog: Catalog, *scenarios: Scenario, crossings: bool | None = None) -> dict[str, Text]:
    """A name for each line, with its crossing where there are several, and its id where two would be alike.

    Parameters
    ----------
    catalog : Catalog
    *scenarios : Scenario
    crossings : bool, optional
        Whether to tell the crossing in any case, or in none.
    """
    lines = {line.id: line for scenario in scenarios for line in scenario.lines}
    told = len({line.crossing for line in lines.values()}) > 1 if crossings is None else crossings
    names = {
        id: crossing_name(catalog, line.crossing) + Text.same(": ") + class_name(catalog, line)
        if told
        else class_name(catalog, line)
        for id, line in lines.items()
    }
    alike = Counter((lines[id].crossing, name) for id, name in names.items())
    return {
        id: name if alike[lines[id].crossing, name] == 1 else name + Text.same(f" ({id})") for id, name in names.items()
    }


def stage_name(catalog: Catalog, stage: str) -> Text:
    """A stage's name; a station is called by the last part of its id where the catalogue knows that."""
    if stage in (PRIMARY, WHOLE):
        return catalog.message(f"twin.stage.{stage}")
    known: Mapping[str, Text] = catalog.messages
    return known.get(f"twin.stage.{stage.rpartition('.')[2]}") or Text.same(stage)


def interval(low: float | None, high: float | None, decimals: int = 1) -> Text:
    """ "12.1 – 13.4", or a dash where there is none."""
    if low is None or high is None:
        return Text.same(MISSING)
    return both(low, decimals) + Text.same(" – ") + both(high, decimals)


def minutes(value: float | None, lower_bound: bool = False) -> Text:
    """ "12.3", "≥ 12.3" of a lower bound, "<0.1" of what would be rounded to 0, or a dash."""
    shown = Text.same("<0.1") if value is not None and 0 < value < 0.05 else both(value, 1)
    return at_least(shown, lower_bound)


def at_least(shown: Text, lower_bound: bool) -> Text:
    """A figure, marked where it is a lower bound."""
    return Text.same("≥ ") + shown if lower_bound else shown


def estimated_interval(estimate: Estimate) -> Text:
    """An estimate's interval: "≥ 12.1" of a lower bound; with the replications it needs, where there were fewer."""
    if estimate.at_least and estimate.low is not None:
        shown = at_least(both(estimate.low, 1), True)
    else:
        shown = interval(estimate.low, estimate.high)
    if estimate.needed is None:
        return shown
    needed = both(estimate.needed)
    return shown + Text(f" (needs {needed.en}+)", f" (requiere {needed.es}+)")


def percent(share: float | None, decimals: int = 1) -> Text:
    """ "12.5 %", or a dash."""
    return Text.same(MISSING) if share is None else both(100 * share, decimals) + Text.same(" %")


def clock(minutes: float) -> str:
    """ "06:15" of minutes after midnight."""
    whole = int(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def sentences(*texts: Text) -> Text:
    """Texts one after another, each once and with a full stop."""

    def join(parts: list[str]) -> str:
        return " ".join(p if p.endswith((".", "!", "?")) else f"{p}." for p in dict.fromkeys(parts))

    return Text(join([t.en for t in texts]), join([t.es for t in texts]))
