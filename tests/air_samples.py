"""Answers in the shapes of the air's sources. Except where a test says so, the figures are made up.

Shapes: AQS as its own description has them, AirNow and OpenAQ as public clients recorded them, SINAICA as clients that
were run against it in 2026 describe it.
"""

from __future__ import annotations

import json
from typing import Any

#: Stations of the packaged region: Nogales Post Office; Instituto Tecnológico de Nogales in both networks.
POST_OFFICE, ITN, ITN_SINAICA = ("04", "023", "0004"), ("80", "026", "0006"), "187"


def aqs_hour(
    hour: int, value: float | None, *, site: tuple[str, str, str] = POST_OFFICE, poc: int = 3, **more: Any
) -> dict[str, Any]:
    """A sample of PM2.5; `hour` local, UTC−7."""
    return {
        "state_code": site[0],
        "county_code": site[1],
        "site_number": site[2],
        "parameter_code": "88101",
        "poc": poc,
        "latitude": 31.337204,
        "longitude": -110.936718,
        "datum": "WGS84",
        "parameter": "PM2.5 - Local Conditions",
        "date_local": "2024-01-01",
        "time_local": f"{hour:02}:00",
        "date_gmt": f"2024-01-{1 + (hour + 7) // 24:02}",
        "time_gmt": f"{(hour + 7) % 24:02}:00",
        "sample_measurement": value,
        "units_of_measure": "Micrograms/cubic meter (LC)",
        "units_of_measure_code": "105",
        "sample_duration": "1 HOUR",
        "sample_duration_code": "1",
        "qualifier": None if value is not None else "AN - Machine Malfunction.",
        "method_code": "170",
        "date_of_last_change": "2024-05-01",
        **more,
    }


def aqs_day(day: str, mean: float, *, standard: str | None = "PM25 24-hour 2024", **more: Any) -> dict[str, Any]:
    """A daily summary of PM2.5."""
    return {
        "state_code": "04",
        "county_code": "023",
        "site_number": "0004",
        "parameter_code": "88101",
        "poc": 3,
        "sample_duration_code": "X",
        "sample_duration": "24-HR BLK AVG",
        "pollutant_standard": standard,
        "date_local": day,
        "units_of_measure": "Micrograms/cubic meter (LC)",
        "event_type": "No Events",
        "observation_count": 1,
        "observation_percent": 100.0,
        "validity_indicator": "Y",
        "arithmetic_mean": mean,
        "first_max_value": mean,
        "first_max_hour": 0,
        "aqi": 56,
        **more,
    }


def aqs(*records: dict[str, Any], status: str = "Success", url: str = "", **header: Any) -> bytes:
    """An answer of the interface."""
    head = {"status": status, "request_time": "2024-09-30T14:00:00-04:00", "url": url, "rows": len(records), **header}
    return json.dumps({"Header": [head], "Data": list(records)}).encode()


def airnow_hour(hour: int, raw: float, value: float = 5.0, **more: Any) -> dict[str, Any]:
    """A record of PM2.5."""
    return {
        "Latitude": 31.337204,
        "Longitude": -110.936718,
        "UTC": f"2024-09-01T{hour:02}:00",
        "Parameter": "PM2.5",
        "Unit": "UG/M3",
        "Value": value,
        "RawConcentration": raw,
        "SiteName": "Nogales",
        "AgencyName": "Arizona Department of Environmental Quality",
        "FullAQSCode": "040230004",
        "IntlAQSCode": "840040230004",
        **more,
    }


def sinaica_hour(hour: int, value: float | str | None, *, valid: int = 1, parameter: str = "PM10") -> dict[str, Any]:
    """A record of 24 February 2026, as a client recorded the shape then."""
    return {
        "id": f"{ITN_SINAICA}{parameter}260224{hour:02}",
        "fecha": "2026-02-24",
        "hora": hour,
        "valor": value,
        "bandO": "",
        "val": valid,
    }


def sinaica(*records: dict[str, Any]) -> bytes:
    """The page of a chart."""
    data = json.dumps(list(records)).encode()
    return (
        b'<div id="graf"></div>\n<script type="text/javascript">\nvar dat = '
        + data
        + b";\nvar otros = [1];\n</script>\n"
    )


def openaq_location(**more: Any) -> dict[str, Any]:
    """The Instituto Tecnológico de Nogales with three sensors, one of no pollutant."""
    return {
        "id": 4242,
        "name": "ITN",
        "coordinates": {"latitude": 31.2912, "longitude": -110.9515},
        "sensors": [
            {"id": 7, "name": "pm10 µg/m³", "parameter": {"id": 1, "name": "pm10", "units": "µg/m³"}},
            {"id": 8, "name": "o3 ppm", "parameter": {"id": 10, "name": "o3", "units": "ppm"}},
            {"id": 9, "name": "temperature c", "parameter": {"id": 100, "name": "temperature", "units": "c"}},
        ],
        **more,
    }


def openaq_hour(
    hour: int, value: float, *, name: str = "pm10", units: str = "µg/m³", flags: bool = False
) -> dict[str, Any]:
    """An hour's mean."""

    def stamp(at: int) -> dict[str, str]:
        day = 1 if at < 7 else 2
        return {"utc": f"2024-01-02T{at:02}:00:00Z", "local": f"2024-01-{day:02}T{(at + 17) % 24:02}:00:00-07:00"}

    return {
        "value": value,
        "flagInfo": {"hasFlags": flags},
        "parameter": {"id": 1, "name": name, "units": units, "displayName": None},
        "period": {
            "label": "1hour",
            "interval": "01:00:00",
            "datetimeFrom": stamp(hour),
            "datetimeTo": stamp(hour + 1),
        },
        "coverage": {"expectedCount": 1, "observedCount": 1, "percentComplete": 100.0},
    }


def openaq_page(*results: dict[str, Any]) -> bytes:
    """A page of results."""
    meta = {"name": "openaq-api", "website": "/", "page": 1, "limit": 1000, "found": len(results)}
    return json.dumps({"meta": meta, "results": list(results)}, ensure_ascii=False).encode()


def openaq(*pages: bytes, location: dict[str, Any] | None = None) -> bytes:
    """What the fetcher puts together."""
    where = location or openaq_location()
    about = f'{{"location": {json.dumps(where)}, "sensor": {json.dumps(where["sensors"][0])}, "pages": ['
    return about.encode() + b",".join(pages) + b"]}"
