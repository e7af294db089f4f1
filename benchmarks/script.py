"""What a good analyst would write in an afternoon: pandas and ElementTree, the same files, the same tables.

It reads every CSV with pandas, every XML snapshot with ElementTree, turns lane labels into UTC, drops repeats and
writes one Parquet file per table. No vintages, no checks, no quarantine.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from ambos.catalog import load
from files import ARCHIVE, CSVS, FIX

LABEL = re.compile(r"At (?:(\d+):(\d+) (am|pm)|(Noon|Midnight))")
LANES = ("commercial_vehicle_lanes", "passenger_vehicle_lanes", "pedestrian_lanes")


def observed(label: str, polled: datetime, zone: ZoneInfo) -> datetime:
    """The label's clock time on the poll's day, or the day before if that lies ahead."""
    match = LABEL.match(label)
    if not match:
        return polled.replace(second=0)
    hour, minute, half, word = match.groups()
    hours = {"Noon": 12, "Midnight": 0}[word] if word else int(hour) % 12 + (12 if half == "pm" else 0)
    local = polled.astimezone(zone)
    stamp = local.replace(hour=hours, minute=int(minute or 0), second=0)
    if stamp > local:
        stamp = local if stamp - local <= timedelta(hours=2) else stamp - timedelta(days=1)
    return stamp.astimezone(polled.tzinfo)


def waits(zones: dict[str, ZoneInfo]) -> pd.DataFrame:
    rows = []
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            text = archive.extractfile(member).read()
            try:
                root = ET.fromstring(text)
            except ET.ParseError:
                continue
            polled = datetime.strptime(Path(member.name).name[4:23] + "+0000", "%Y-%m-%d_%H-%M-%S%z")
            for port in root.iter("port"):
                number = port.findtext("port_number")
                if number not in zones:
                    continue
                for mode in LANES:
                    block = port.find(mode)
                    if block is None:
                        continue
                    for lane in block:
                        status = lane.findtext("operational_status")
                        if status is None or status == "N/A":
                            continue
                        label = lane.findtext("update_time") or ""
                        rows.append(
                            (
                                number,
                                mode,
                                lane.tag,
                                observed(label, polled, zones[number]),
                                status,
                                lane.findtext("delay_minutes"),
                                lane.findtext("lanes_open"),
                                block.findtext("maximum_lanes"),
                            )
                        )
    columns = ["crossing", "mode", "lane", "observed_at", "state", "delay", "open", "maximum"]
    frame = pd.DataFrame(rows, columns=columns)
    for column in ("delay", "open", "maximum"):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame.drop_duplicates(["crossing", "mode", "lane", "observed_at"], keep="last")


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp())
    out.mkdir(parents=True, exist_ok=True)
    catalog = load()
    zones = {p.id: ZoneInfo(p.zone) for p in catalog.places.values() if p.kind == "crossing" and p.border == "MX"}
    waits(zones).to_parquet(out / "waits.parquet")
    for path in CSVS:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column in frame.columns.intersection(
            ["Value", "VALUE", "SHIPWT", "FREIGHT_CHARGES", "TradeValue", "delay_minutes"]
        ):
            frame[column] = pd.to_numeric(frame[column], errors="coerce")
        if "MONTH" in frame.columns:
            frame["period"] = pd.to_datetime(frame["YEAR"] + "-" + frame["MONTH"] + "-01")
        if "Date" in frame.columns:
            frame["period"] = pd.to_datetime(frame["Date"], format="%b %Y")
        frame.drop_duplicates().to_parquet(out / f"{path.name}.parquet")
    rates = pd.DataFrame(json.loads(FIX.read_text(encoding="utf-8")))
    rates["fecha"] = pd.to_datetime(rates["fecha"])
    rates.to_parquet(out / "fx.parquet")


if __name__ == "__main__":
    main()
