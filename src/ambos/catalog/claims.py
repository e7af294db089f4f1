"""Load claims: those of the region or of a file, the rules by which they are judged, and the words of sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from ambos.catalog.catalog import Catalog
from ambos.catalog.load import DEFINITIONS
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.errors import UnknownName
from ambos.model.claim import Claim, ClaimRules, ReaderWords, Reading, Sense
from ambos.periods import read_period
from ambos.text import both, printable

#: Name of the files in the folder of a region.
FILE, SENSES = "claims.toml", "claim_senses.toml"
#: Units of a value that are those of no series.
_OTHER_UNITS = ("usd", "mxn", "percent", "rank")
#: Years of periods, and digits before and after the point of a value.
_YEARS, _DIGITS = range(1700, 2201), 18
#: Comparisons that say no value.
_WITHOUT_VALUE = ("record_high", "record_low")


def load_claims(catalog: Catalog) -> Mapping[str, Claim]:
    """Read the checked claims of a region; none if it has no such file.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    path = catalog.snapshot_folder.parent / FILE
    if not path.is_file():
        return {}
    problems = Problems()
    claims = read_claims(open_toml(path, problems), catalog)
    problems.refuse()
    return claims


def read_claims(file: TomlFile, catalog: Catalog) -> dict[str, Claim]:
    """Read the claims of a file: a table for each, with its readings as an array of tables.

    Each problem is noted with its line: unknown keys, series, places, items, units and periods, and readings that lack
    what their comparison needs.
    """
    claims: dict[str, Claim] = {}
    for id, body in file.tables().items():
        claim = file.read(Claim, body, (id,), id=id)
        claims[id] = claim = replace(claim, text=printable(claim.text), published=printable(claim.published))
        for i, reading in enumerate(claim.reading):
            _check(file, catalog, reading, (id, "reading", i))
        if not claim.reading and claim.missing is None:
            file.say((id,), both(("either reading or missing is wanted", "se espera reading o bien missing")))
    return claims


def _check(file: TomlFile, catalog: Catalog, reading: Reading, path: tuple[str | int, ...]) -> None:
    """Note what is wrong with a reading."""
    if file.choice("series", reading.series, catalog.series, (*path, "series")) and reading.unit:
        file.choice("unit", reading.unit, [*catalog.units, *_OTHER_UNITS], (*path, "unit"))
    for key in ("place", "of", "among"):
        if name := getattr(reading, key):
            try:
                catalog.place(name)
            except UnknownName as error:
                file.say((*path, key), both(f"{key}: ", (error.say("en"), error.say("es"))))
    for key in ("period", "since"):
        label = getattr(reading, key)
        if label and not _is_period(label):
            file.say((*path, key), both(f"{key}: {label!r} ", ("is no period", "no es un periodo")))
    wants = {"share": "of", "rank": "among"}.get(reading.comparison)
    if wants and not getattr(reading, wants) and not (wants == "of" and reading.unit == "percent"):
        file.say(path, both((f"{wants} is missing", f"falta {wants}")))
    if reading.comparison == "growth":
        if reading.value is None and not reading.direction:
            file.say(path, both(("value or direction is wanted", "se espera value o direction")))
    elif reading.value is None and reading.comparison not in _WITHOUT_VALUE:
        file.say(path, both(("value is missing", "falta value")))
    if reading.value is not None and not _is_number(reading.value):
        file.say((*path, "value"), both("value: ", ("has too many digits", "tiene demasiados dígitos")))


def _is_number(value: Decimal) -> bool:
    """Return True unless a number is larger or smaller than any figure."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and value.adjusted() < _DIGITS and exponent > -_DIGITS


def _is_period(label: str) -> bool:
    """Return True for a label of `ambos.periods` that a reading may have."""
    try:
        if label.startswith("FY"):
            return label[2:].isdecimal() and int(label[2:]) in _YEARS
        first, _, last = label.partition("/")
        begin, end = read_period(first, last=False), read_period(last or first, last=True)
    except ValueError:
        return False
    return begin <= end and begin.year in _YEARS and end.year in _YEARS


def load_rules(definitions: Path = DEFINITIONS) -> ClaimRules:
    """Read ``claims/rules.toml``.

    Raises
    ------
    DefinitionError
        With every problem found.
    """
    problems = Problems()
    file = open_toml(definitions / "claims" / "rules.toml", problems)
    rules: ClaimRules = file.read(ClaimRules, file.tree, ())
    problems.refuse()
    return rules


@lru_cache(maxsize=4)
def load_reader(catalog: Catalog, definitions: Path = DEFINITIONS) -> ReaderWords:
    """Read the words of sentences and what they mean; the region's senses stand before those common to all.

    Raises
    ------
    DefinitionError
        With every problem found; senses of series that a region does not have are passed over, but for its own.
    """
    problems = Problems()
    file = open_toml(definitions / "claims" / "words.toml", problems)
    words: ReaderWords = file.read(ReaderWords, file.tree, (), senses=(), no_places=())
    file.keys(words.units, ("units",), [*catalog.units, *_OTHER_UNITS])
    senses: list[Sense] = []
    no_places: tuple[str, ...] = ()
    own = catalog.snapshot_folder.parent / SENSES
    for path in (own, definitions / "claims" / "senses.toml"):
        if not path.is_file():
            continue
        one = open_toml(path, problems)
        one.keys(one.tree, (), ("sense", "no_places"))
        no_places += one.value(tuple[str, ...], "no_places", one.tree.get("no_places", []), ("no_places",))
        rows: tuple[Sense, ...] = one.value(tuple[Sense, ...], "sense", one.tree.get("sense", []), ("sense",))
        for i, sense in enumerate(rows):
            known = tuple(series for series in sense.series if series in catalog.series)
            if path == own and known != sense.series:
                one.say(("sense", i, "series"), both(f"series {sense.series} ", ("is not known", "no se conoce")))
            if known:
                senses.append(replace(sense, series=known))
    problems.refuse()
    return replace(words, senses=tuple(senses), no_places=no_places)
