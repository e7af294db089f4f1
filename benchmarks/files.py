"""The real files that the benchmarks read; the same for all competitors."""

from __future__ import annotations

from pathlib import Path

RAW = Path(__file__).resolve().parents[1].parent / "shared" / "data" / "raw"
ARCHIVE = RAW / "cbp-bwt-archive-borderbuddy" / "bwt_xml_snapshots.tar.xz"
CSVS = [
    RAW / "bts-border-crossing" / "Border_Crossing_Entry_Data_1996-01_2025-02.csv.gz",
    RAW / "bts-border-crossing" / "arizona_1996-01_2025-02.csv",
    *sorted((RAW / "bts-transborder").glob("dot*.csv.gz")),
    *sorted((RAW / "bts-transborder-annual-unt").glob("*.csv")),
    *sorted((RAW / "cbp-bwt-archive-borderbuddy").glob("*.csv.gz")),
    *sorted((RAW / "cbp-bwt-archive-borderpulse").glob("*.csv.gz")),
    *sorted(RAW.glob("cbp-bwt-archive-*-aug2026/*.csv*")),
]
FIX = RAW / "banxico-fix" / "tipo_cambio_usd.json"
