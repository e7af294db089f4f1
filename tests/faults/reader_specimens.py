"""Small valid files of every shape that a reader of the registry knows, and of those that users write."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from air_samples import (
    airnow_hour,
    aqs,
    aqs_day,
    aqs_hour,
    openaq,
    openaq_hour,
    openaq_page,
    sinaica,
    sinaica_hour,
)
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File
from cbp_samples import tar
from economy_samples import DAMS, EXPORTS, PANEL, PRODUCT, dams, exports, panel, product
from health_samples import CURVES, TOTALS, curves, results, totals
from health_samples import TESTS as RESULTS
from population_samples import PEOPLE, people
from usbr_samples import WORKBOOK, workbook
from work_samples import LABOUR, SCHOOLING, labour, schooling

TESTS = Path(__file__).resolve().parent.parent
SPECIMENS = TESTS / "specimens"
EXAMPLES = TESTS.parent / "docs" / "examples"
RAW = TESTS.parent.parent / "shared" / "data" / "raw"
#: Of a real file so many rows are taken, from places spread over it; larger JSON and archives are left out.
ROWS, LARGEST = 12, 40_000
#: Sources each of whose rows, lines or records becomes a row: none may be missing from the count.
ROW_BY_ROW = ("bts_border_crossing", "bts_transborder_annual", "banxico_fix", "census_trade", "sinaica_stations")


@dataclass(frozen=True)
class Specimen:
    """A file by the reader of which it is.

    `source`: the id in the registry; of a file that a user writes the name of its reader in `GIVEN`.
    """

    source: str
    kind: str
    name: str
    content: bytes

    @property
    def id(self) -> str:
        return f"{self.source}-{self.kind}-{self.name}"


#: Readers of files that users write.
GIVEN = ("air_index", "air_design", "traces", "schedule_csv", "schedule_toml", "scenario", "arrivals")


def _zip(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("__", ".")), content)
    return target.getvalue()


def _made() -> dict[str, bytes]:
    """Files that are made here, by name."""
    cbp = {
        p.name.replace("bwt-", "rss-"): p.read_bytes() for p in sorted((SPECIMENS / "cbp").glob("bwt-2025-07-30*.xml"))
    }
    exported = ["E_COMMODITY", "ALL_VAL_MO", "AIR_VAL_MO", "VES_VAL_MO", "STATE", "CTY_CODE", "SUMMARY_LVL", "COMM_LVL", "time"]  # fmt: skip
    imports = ["I_COMMODITY", "GEN_VAL_MO", "AIR_VAL_MO", "VES_VAL_MO", "PORT", "CTY_CODE", "SUMMARY_LVL", "COMM_LVL", "time"]  # fmt: skip
    row = ["08", "1000", "10", "0", "AZ", "2010", "DET", "HS2", "2024-05"]
    at_port = [*row[:4], "2604", *row[5:]]
    hours = (aqs_hour(0, 8.1), aqs_hour(1, None), aqs_hour(2, -0.5), aqs_hour(3, 9.0, site=("04", "023", "9999")))
    transborder = (SPECIMENS / "bts" / "dot1_0924.csv").read_bytes()
    return {
        "aqs-hours.json": aqs(*hours),
        "aqs-days.json": aqs(aqs_day("2024-03-24", 8.25), aqs_day("2024-03-25", 9.5, standard=None)),
        "airnow.json": json.dumps([airnow_hour(h, 5.0 + h) for h in range(3)]).encode(),
        "sinaica.html": sinaica(*(sinaica_hour(h, v) for h, v in enumerate((31.2, None, "55", 0.5)))),
        "openaq.json": openaq(openaq_page(openaq_hour(0, 31.25), openaq_hour(1, 12.5)), openaq_page()),
        "exports_porths.json": json.dumps([[c if c != "STATE" else "PORT" for c in exported], at_port]).encode(),
        "imports_porths.json": json.dumps([imports, at_port]).encode(),
        "imports_statehs.json": json.dumps([[c if c != "PORT" else "STATE" for c in imports], row]).encode(),
        "census_exports_statehs_empty.json": b"",
        "census_page.html": b"<html><title>Missing Key</title><body>A valid key must be included</body></html>",
        WORKBOOK: workbook(),
        EXPORTS: exports(),
        PANEL: panel(),
        DAMS: dams(),
        PRODUCT: product(),
        PEOPLE: people(),
        LABOUR: labour(),
        SCHOOLING: schooling(),
        CURVES: curves(),
        RESULTS: results(),
        TOTALS: totals(),
        "ibwc_discharge.csv": b"#Data Set Export - Discharge.Daily Rounded cfs@09522000,\nTimestamp (UTC-07:00),Value (m^3/s)\n"
        b"2024-06-15 00:00:00,42.5\n2024-06-16 00:00:00,41\n2024-06-17 00:00:00,NaN\n"
        b'"Data are being provided with the understanding they are provisional and subject to future revision.",\n',
        "bwt.tar": tar(cbp),
        "bwt.tar.xz": lzma.compress(tar(cbp), preset=0),
        "bwt.tar.gz": gzip.compress(tar(cbp), 1, mtime=0),
        "dot1_0924.zip": _zip(dot1_0924__csv=transborder, readme__txt=b"notes"),
        "dot1_nested.zip": _zip(a__zip=_zip(dot1_0924__csv=transborder)),
        "dot1_0924.csv.gz": gzip.compress(transborder, 1, mtime=0),
    }


@cache
def of_sources() -> tuple[Specimen, ...]:
    """The specimens of the registry's readers, each by the readers that recognise it."""
    folders = [f for f in sorted(SPECIMENS.iterdir()) if f.name != "example_region"]  # its border is not the region's
    files = {p.name: p.read_bytes() for f in folders if f.is_dir() for p in sorted(f.iterdir())} | _made()
    del files["ibwc_storage.csv"]  # a series of storage, which is refused
    files["usgs_daily.json"] = files["usgs_daily.json"].replace(b"USGS-05427718", b"USGS-09421500")
    return tuple(s for name, content in files.items() for s in recognised(name, content))


def recognised(name: str, content: bytes) -> Iterator[Specimen]:
    """The file as a specimen of each reader that recognises it, or the first table in it if it is a zip."""
    head = File(name, content).head()
    if head.startswith(b"PK") and not name.endswith(".xlsx"):
        yield Specimen("bts_transborder", "zip", name, content)
        return
    for source, reader in CONNECTORS.items():
        if kind := reader.recognise(name, head):
            yield Specimen(source, kind, name, content)


@cache
def of_users() -> tuple[Specimen, ...]:
    """Files such as users write, one or more for each of `GIVEN`."""
    days = b"station,day,pollutant,value,unit\n" + b"".join(
        b"a,2025-07-%02d,pm10,%d,ug/m3\n" % (d, d) for d in range(1, 9)
    )
    traces = b"scenario,trace,year,elevation_ft\n" + b"".join(
        b"a,%d,%d,%d.5\n" % (t, y, 1040 - t) for t in range(3) for y in (2027, 2028)
    )
    shares = b"month,share\n" + b"".join(b"%d,%d\n" % (m, m) for m in range(1, 13))
    volumes = b"month,scheduled,revised,notice,land\n" + b"".join(
        b"%d,%d,%d.5,2026-01-15,%d\n" % (m, 100 * m, 100 * m, 10) for m in range(1, 13)
    )
    toml = b"".join(b'[[month]]\nmonth = %d\nscheduled = 100.5\nnotice = "2026-03-15"\n' % m for m in range(1, 13))
    found = [
        Specimen("air_index", "hours", "made_up.csv", (SPECIMENS / "air" / "made_up.csv").read_bytes()),
        Specimen("air_design", "days", "days.csv", days),
        Specimen("traces", "csv", "traces.csv", traces),
        Specimen("schedule_csv", "csv", "shares.csv", shares),
        Specimen("schedule_csv", "csv", "volumes.csv", volumes),
        Specimen("schedule_toml", "toml", "schedule.toml", toml),
        Specimen("arrivals", "csv", "arrivals.csv", (EXAMPLES / "arrivals.csv").read_bytes()),
    ]
    return (*found, *(Specimen("scenario", "toml", p.name, p.read_bytes()) for p in sorted(EXAMPLES.glob("*.toml"))))


@cache
def of_real_files() -> tuple[Specimen, ...]:
    """Slices of the real files of ``../shared``, where it is: the first lines and some from places spread over the file."""
    found: list[Specimen] = []
    for path in sorted(RAW.glob("*/**/*")) if RAW.is_dir() else ():
        if not path.is_file() or path.suffix not in (".csv", ".json", ".gz", ".txt") or path.name == "ORIGIN.txt":
            continue
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as handle:
            content = handle.read(2_000_000)
        if path.suffix == ".json" and len(content) > LARGEST:
            try:
                value = json.loads(content)
            except ValueError:
                continue
            content = json.dumps(value[:ROWS] if isinstance(value, list) else value).encode()
        elif len(content) > LARGEST:
            lines = content.splitlines(keepends=True)[:-1]
            step = max(1, len(lines) // ROWS)
            content = lines[0] + b"".join(lines[1::step][:ROWS])
        if len(content) <= LARGEST:
            found += recognised(path.name.removesuffix(".gz"), content)
    return tuple(found)


def rows_of(specimen: Specimen, content: bytes) -> int | None:
    """How many rows a body has of which each must be counted; None where rows are added up, or others passed over."""
    if specimen.source not in ROW_BY_ROW or not content:
        return None
    try:
        value = json.loads(content.rstrip(b"\r\n\x1a"), parse_int=str)
    except ValueError:  # a CSV file, whose first cell may begin as JSON does
        return content.rstrip(b"\r\n\x1a").count(b"\n")
    if specimen.source == "census_trade":
        return len(value) - 1
    return len(value) if isinstance(value, list) else sum(len(s.get("datos") or ()) for s in value["bmx"]["series"])
