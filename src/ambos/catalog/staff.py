"""Load the definitions of staffing and of what-ifs; report every problem with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import open_toml
from ambos.model.staff import StaffRules
from ambos.model.whatif import WhatIf


def load_staff(catalog: Catalog, definitions: Path = DEFINITIONS) -> StaffRules:
    """Read ``twin/staff.toml``.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "twin" / "staff.toml", problems)
    rules: StaffRules = file.read(StaffRules, file.tree, ())
    if f"twin.convention.{rules.convention}" not in catalog.messages:
        what = f"message twin.convention.{rules.convention} is not defined / no está definido"
        file.say(("convention",), what)
    for i, shift in enumerate(rules.shifts):
        for pause in shift.breaks:
            if pause.after % 15 or pause.minutes % 15 or pause.after + pause.minutes > shift.hours * 60:
                what = "a break falls on quarter-hours within the shift / un descanso cae en cuartos de hora dentro del turno"
                file.say(("shift", i, "break"), what)
    for i, rule in enumerate(rules.baseline.classes):
        if rule.close_below > rule.open_above:
            file.say(
                ("baseline", "class", i, "close_below"), "close_below is above open_above / es mayor que open_above"
            )
    problems.refuse()
    return rules


def load_whatifs(catalog: Catalog, definitions: Path = DEFINITIONS) -> Mapping[str, WhatIf]:
    """Read ``twin/whatif.toml``: the what-ifs by id.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "twin" / "whatif.toml", problems)
    made: Mapping[str, WhatIf] = file.value(Mapping[str, WhatIf], "", file.tree, ())
    lanes = catalog.codelists["lanes"].codes if "lanes" in catalog.codelists else {}
    for id, whatif in made.items():
        for i, line in enumerate(whatif.lines):
            for key, lane_class in (("lane_class", line.lane_class), ("moved_to", line.moved_to)):
                if lane_class and lanes:
                    file.choice(key, lane_class, lanes, (id, "line", i, key))
        if not whatif.lines and not whatif.close_others:
            file.say((id,), "it changes nothing / no cambia nada")
    problems.refuse()
    return made
