"""Give the definitions of a region, as kept where they were read before."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

from ambos.cache import kept, packed
from ambos.catalog.catalog import Catalog
from ambos.errors import UnknownName
from ambos.text import Text

#: The definitions that are packaged with the program.
DEFINITIONS = Path(__file__).resolve().parent.parent / "definitions"
#: The tables and folders that a region may have; others of its folders are its own affair.
REGION_FILES = (
    *("region.toml", "brief.toml", "topics.toml", "events.toml", "sources.toml", "resolutions.toml"),
    *("boundaries.json", "cities.csv", "counterparts.csv", "faq.toml", "glossary.toml", "synonyms.toml"),
    *("air.toml", "alerts.toml", "irrigation.toml", "plant.toml", "twin.toml", "twin_archive.csv", "twin_assumed.csv"),
    *("calibration.csv", "calibration_lines.csv", "could_change.csv", "ranking.toml"),
    *("claims.toml", "claim_senses.toml"),
)
REGION_FOLDERS = ("codes", "places", "register", "series", "snapshot")
#: Folders of a region that are read apart from the rest.
_APART = ("register", "snapshot")
#: Maximum characters shown of a name of no region.
_NAME_SHOWN = 200
_DEFAULTS = tomllib.loads((DEFINITIONS / "defaults.toml").read_text(encoding="utf-8"))
#: The packaged region that is meant where none is named.
DEFAULT_REGION: str = _DEFAULTS["region"]
#: A figure more than this many times that of the year before has no growth in percent.
MOST_TIMES: int = _DEFAULTS["most_times"]
#: A wait reported longer ago is old.
WAIT_OLD_HOURS: int = _DEFAULTS["wait_old_hours"]


def load(region: str | Path = DEFAULT_REGION, definitions: Path = DEFINITIONS) -> Catalog:
    """Read all definitions for one region.

    Parameters
    ----------
    region : str or Path
        The name of a packaged region, or the folder of one's own.
    definitions : Path
        Where the definitions common to all regions are.

    Raises
    ------
    UnknownName
        If there is no such region.
    DefinitionError
        With every problem found.

    Notes
    -----
    What was read of the packaged definitions and a region is kept in the user's cache folder, by the content of all files.
    """
    folder = next(filter(_is_region, (definitions / "regions" / region, Path(region))), None)
    if folder is None:
        known = sorted(p.parent.name for p in (definitions / "regions").glob("*/region.toml"))
        name = str(region) if len(str(region)) <= _NAME_SHOWN else f"{str(region)[:_NAME_SHOWN]}…"
        raise UnknownName(kind=Text("region", "la región"), name=name, nearest=", ".join(known))

    def read() -> Catalog:
        from ambos.catalog.region import read_region

        return read_region(folder, definitions)

    if definitions != DEFINITIONS:
        return read()
    parts = kept(
        "definitions", lambda: content_of(folder), lambda: {name: packed(part) for name, part in read().parts().items()}
    )
    return Catalog.of_packed(parts, folder / "snapshot")


def content_of(folder: Path) -> str:
    """Name the content of the packaged definitions and of a region: another text if any file changed.

    Parameters
    ----------
    folder : Path
        Of the region; its figures (``snapshot``) and records (``register``) do not count.
    """
    here = _entries(folder)
    parts = [entry for entry in _entries(DEFINITIONS) if entry.name != "regions"]
    parts += [one for one in here if one.name in (*REGION_FILES, *REGION_FOLDERS) and one.name not in _APART]
    names = (folder.name, *(entry.name for entry in here))
    digest = hashlib.sha256("\n".join(names).encode(errors="surrogateescape"))
    for entry in (one for part in parts for one in _with_all_in(part)):
        digest.update(f"\n{entry.name}\n".encode(errors="surrogateescape"))
        if entry.is_file():
            digest.update(hashlib.sha256(Path(entry.path).read_bytes()).digest())
    return digest.hexdigest()


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What is in a folder, by name."""
    with os.scandir(str(folder)) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _with_all_in(entry: os.DirEntry[str], *, linked: bool = True) -> Iterator[os.DirEntry[str]]:
    """A file; or a folder and all that is in it, without what links in it lead to."""
    yield entry
    if entry.is_dir(follow_symlinks=linked):
        for inner in _entries(entry.path):
            yield from _with_all_in(inner, linked=False)


def _is_region(folder: Path) -> bool:
    """Return True if a folder holds a region; False for a name that no folder can have, such as one too long."""
    try:
        return (folder / "region.toml").is_file()
    except (OSError, ValueError):
        return False
