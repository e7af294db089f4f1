"""Deliveries to Mexico, levels of Lake Mead and other figures of the river, as they are published.

Rows 12, 13 and 15 of the validation list: Reclamation's reports under Article V of the Consolidated Decree (transcribed
in EdMillard/riverwar) and its page of end-of-month levels of Lake Mead (mead-elv.html, as saved in January 2026 in
dzeke/ColoradoRiverCollaborate).
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ambos.catalog import Catalog
from ambos.catalog.river import load_river
from ambos.model import Series
from ambos.river import storage_at
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File
from usbr_samples import FOLDER

RAW = Path(__file__).resolve().parents[3] / "shared" / "data" / "raw"
ACCOUNTS = "usbr-lower-colorado-accounting/USBR_Reports"
real = pytest.mark.real

#: Year: NIB, SIB, limitrophe, Tijuana, satisfaction, excess, closure error, bypass of Minute 242 (af). The closure of
#: 2010 and 2011 is the Ciénega's water, of 2014 the pulse flow of Minute 319; that of 2019 is a slip of the transcription.
LEDGER = {
    2003: (1428122, 133042, 0, 691, 1500000, 61855, 0, 114734),
    2004: (1461868, 122822, 8077, 375, 1500000, 93142, 0, 100762),
    2005: (1487151, 120383, 8632, 176, 1500000, 116342, 0, 108426),
    2006: (1407020, 121395, 7777, 39, 1500000, 36232, -1, 107314),
    2007: (1381372, 132083, 8148, 0, 1500000, 21603, 0, 105276),
    2008: (1447772, 130381, 7540, 5482, 1500000, 91379, -204, 115434),
    2009: (1414995, 136857, 7820, 5152, 1500000, 64923, -99, 114771),
    2010: (1538641, 120923, 6748, 0, 1500000, 171324, -5012, 117464),
    2011: (1378063, 130827, 7153, 0, 1449664, 77954, -11575, 130623),
    2012: (1328400, 124764, 8566, 102, 1367023, 94830, -21, 126221),
    2013: (1308256, 128035, 8806, 0, 1373188, 71970, -61, 110923),
    2014: (1446223, 127974, 5736, 0, 1443991, 32151, 103791, 144602),
    2015: (1363477, 148061, 2957, 0, 1500000, 14829, -334, 151991),
    2016: (1364600, 141257, 3065, 0, 1500000, 9230, -308, 150191),
    2017: (1382057, 130554, 3781, 0, 1500000, 16688, -296, 126701),
    2018: (1370323, 124204, 4012, 316, 1493327, 7416, -1888, 122569),
    2019: (1384347, 111247, 3997, 705, 1500000, 39676, -39380, 143007),
    2020: (1381116, 98810, 3082, 1502, 1432606, 52176, -272, 131063),
    2021: (1384864, 94385, 4478, 0, 1455061, 28856, -190, 134535),
}
POINTS = ("mx_nib", "mx_sib", "mx_limitrophe", "mx_tijuana")
EXCEPTIONS = (2010, 2011, 2014, 2018, 2019)
#: What those years are known to be off by, or less.
LARGEST = 334


def frames(catalog: Catalog, paths: list[Path]) -> dict[str, pl.DataFrame]:
    """The rows of files, by dataset."""
    found: dict[str, list[pl.DataFrame]] = {}
    for path in paths:
        file = File(path.name, path.read_bytes())
        for reader in CONNECTORS.values():
            if kind := reader.recognise(file.name, file.head()):
                for rows in reader.read(file, kind, catalog):
                    assert rows.rejected.height <= 1, path.name
                    found.setdefault(rows.dataset, []).append(rows.frame)
    return {dataset: pl.concat(parts, how="diagonal_relaxed") for dataset, parts in found.items()}


@pytest.fixture(scope="module", params=["specimens", pytest.param("real", marks=real)])
def year_of(request: pytest.FixtureRequest, catalog: Catalog) -> Callable[[str, int], int | None]:
    """The printed total of an account by year."""
    if request.param == "real" and not RAW.is_dir():
        pytest.skip("the real files are not here (../shared/data/raw)")
    folder = FOLDER if request.param == "specimens" else RAW / ACCOUNTS / "mx"
    annual = frames(catalog, sorted(folder.glob("usbr_mx_*.csv")))["river_accounts_annual"]
    known = {(a, p.year): v for a, p, v in annual.select("account", "period", "volume_af").rows()}
    return lambda account, year: known.get((account, year))


@pytest.mark.parametrize(
    ("year", "acre_feet"),
    [
        *((2012, 1367023), (2013, 1373188), (2014, 1443991), (2018, 1493327), (2020, 1432606), (2021, 1455061)),
        *((2022, 1450000), (2023, 1382698), (2024, 1450000)),
    ],
)
def test_satisfaction_of_the_treaty(year_of: Callable[[str, int], int | None], year: int, acre_feet: int) -> None:
    """Row 12."""
    assert year_of("mx_satisfaction", year) == acre_feet


@pytest.mark.parametrize("year", LEDGER)
def test_what_is_delivered_is_satisfaction_and_excess(year_of: Callable[[str, int], int | None], year: int) -> None:
    """Row 13: the closure error of each year as stated, at most 334 acre-feet but in five years."""
    *points, satisfaction, excess, closure, bypass = LEDGER[year]
    assert [year_of(p, year) or 0 for p in POINTS] == points
    assert (year_of("mx_satisfaction", year), year_of("mx_excess", year)) == (satisfaction, excess)
    assert year_of("mx_bypass", year) == bypass
    assert sum(points) - satisfaction - excess == closure
    assert (abs(closure) <= LARGEST) == (year not in EXCEPTIONS)


def test_the_order_of_2021_from_its_parts(year_of: Callable[[str, int], int | None]) -> None:
    """1,500,000 less 41,000 saved and 38,962 put into the reserve, and 35,023 taken from it."""
    created, delivered = year_of("mx_reserve_created", 2021), year_of("mx_reserve_delivered", 2021)
    assert (created, delivered) == (38962, 35023)
    assert year_of("mx_satisfaction", 2021) == 1500000 - 41000 - 38962 + 35023
    for year, deferred in ((2012, 132977), (2013, 126812), (2014, 56009)):
        assert year_of("mx_deferred", year) == deferred
        assert year_of("mx_satisfaction", year) == 1500000 - deferred


def test_cubic_hectometres_are_the_treaty_s_own(catalog: Catalog) -> None:
    """Treaty of 1944, article 10: 1,500,000 acre-feet, 1,850,234,000 m³; 1,700,000, 2,096,931,000 m³."""
    factors = {s.factor for s in catalog.series.values() if isinstance(s, Series) and s.unit == "hm3"} - {
        1
    }  # published in hm³
    (factor,) = factors
    assert round(1_500_000 * factor, 3) == 1850.234
    assert round(1_700_000 * factor, 3) == 2096.932  # the Treaty cuts the digits that follow: 2,096,931.7
    assert factor == pytest.approx(float(load_river(catalog).m3) / 10**6, rel=1e-15)


def page() -> dict[date, float]:
    """Reclamation's end-of-month levels of Lake Mead, February 1935 to December 2025."""
    with (FOLDER / "mead_month_end_page.csv").open(encoding="utf-8", newline="") as lines:
        return {
            date(int(year), month, 1): float(cell)
            for year, *cells in list(csv.reader(lines))[1:]
            for month, cell in enumerate(cells, 1)
            if cell
        }


def filled(levels: dict[date, float]) -> dict[date, float]:
    """Since the lake was filled for the first time."""
    return {month: feet for month, feet in levels.items() if month >= date(1938, 1, 1)}


def test_lowest_and_highest_month_end(catalog: Catalog) -> None:
    """Row 15, and that ours, of the first of the next month, are within a tenth of a foot of them."""
    ends = page()
    assert len(ends) == 1091
    low, high = (f(filled(ends).items(), key=lambda i: i[1]) for f in (min, max))
    assert low == (date(2022, 7, 1), 1040.92)
    assert high == (date(1983, 7, 1), 1225.44)
    ours = frames(catalog, [FOLDER / "dfResDataMonthly.csv"])["reservoir_levels"].filter(reservoir="mead")
    feet = {month: float(level) for month, level in ours.select("period", "elevation_ft").drop_nulls().rows()}
    assert min(filled(feet).items(), key=lambda i: i[1]) == (date(2022, 7, 1), 1040.91)
    assert max(filled(feet).items(), key=lambda i: i[1]) == (date(1983, 7, 1), 1225.35)
    assert all(abs(feet[month] - ends[month]) < 0.1 for month in (low[0], high[0]))


@pytest.fixture(scope="module")
def held(catalog: Catalog) -> dict[str, pl.DataFrame]:
    """All of Reclamation's real files."""
    if not RAW.is_dir():
        pytest.skip("the real files are not here (../shared/data/raw)")
    return frames(catalog, [p for p in sorted(RAW.glob("usbr-*/**/*")) if p.is_file()])


def levels(held: dict[str, pl.DataFrame], dataset: str = "reservoir_levels") -> dict[date, float]:
    rows = held[dataset].filter(reservoir="mead").select("period", "elevation_ft").drop_nulls().rows()
    return {month: float(level) for month, level in rows}


@real
def test_first_of_the_month_against_the_official_month_ends(held: dict[str, pl.DataFrame]) -> None:
    """210 months of Reclamation's own (199 to 2016, 11 from September 2025): 0.09 ft on average, 0.30 at most (April 2026); taken as
    their own month's, 2.2 ft."""
    ours, official = levels(held), levels(held, "reservoir_month_ends")
    assert official.pop(date(2026, 8, 1)) == 1038.83  # later than our monthly file
    off = [abs(ours[month] - feet) for month, feet in official.items()]
    assert len(off) == 210
    assert round(sum(off) / len(off), 2) <= 0.09
    assert round(max(off), 2) <= 0.30
    same = [abs(ours[_before(month)] - feet) for month, feet in official.items()]
    assert 2.0 < sum(same) / len(same) < 2.4


@real
def test_first_of_the_month_against_the_page(held: dict[str, pl.DataFrame]) -> None:
    """Since the lake was filled: median 0.08 ft, 95 % within 0.42; the record low and high are of the same months."""
    ours, ends = levels(held), page()
    off = pl.Series([abs(ours[month] - feet) for month, feet in filled(ends).items()])
    assert len(off) == 88 * 12
    assert round(off.median(), 2) == 0.08  # type: ignore[arg-type,call-overload]
    assert round(off.quantile(0.95), 2) <= 0.42  # type: ignore[arg-type,call-overload]
    assert min(filled(ours), key=filled(ours).__getitem__) == date(2022, 7, 1)
    assert max(filled(ours), key=filled(ours).__getitem__) == date(1983, 7, 1)


@real
def test_lake_powell_by_day_and_by_month_agree(held: dict[str, pl.DataFrame]) -> None:
    """The level of the first of a month is that of the daily file on that day."""
    days = held["reservoir_days"].filter(pl.col("date").dt.day() == 1).select("date", by_day="elevation_ft")
    months = held["reservoir_levels"].filter(reservoir="powell")
    both = months.with_columns(date=pl.col("period").dt.offset_by("1mo")).join(days, on="date").drop_nulls()
    assert both.height > 700
    off = (both["elevation_ft"].cast(pl.Float64) - both["by_day"].cast(pl.Float64)).abs()
    assert off.quantile(0.99) <= 0.02  # type: ignore[operator]


@real
def test_water_years_of_releases(held: dict[str, pl.DataFrame]) -> None:
    """Releases of the mass balance (reference table of water years 2010 to 2022), in kaf."""
    flows = (
        held["reservoir_flows"]
        .filter(measure="release")
        .with_columns(wy=pl.col("period").dt.offset_by("3mo").dt.year())
    )
    sums = flows.group_by("reservoir", "wy").agg(pl.col("volume_af").sum() / 1000)
    of = {(r, y): v for r, y, v in sums.rows()}
    powell = {2010: 8235, 2011: 12518, 2012: 9466, 2014: 7480, 2019: 9001, 2020: 8230, 2021: 8229, 2022: 6999}
    hoover = {2010: 9260, 2011: 9799, 2012: 9421, 2014: 9759, 2019: 8892, 2020: 8263, 2021: 9361, 2022: 8899}
    for year in powell:
        assert abs(of["powell", year] - powell[year]) <= 1, year
        assert abs(of["mead", year] - hoover[year]) <= 1, year


@real
def test_users_and_natural_flow(held: dict[str, pl.DataFrame]) -> None:
    annual = held["river_accounts_annual"]
    of = {(a, p.year): v for a, p, v in annual.select("account", "period", "volume_af").rows()}
    cap = {2018: 1522373, 2019: 1427592, 2020: 1402537, 2021: 1357868}
    assert {year: of["az_cap_diversion", year] for year in cap} == cap
    arizona = {2020: 2470776, 2021: 2425736, 2022: 2014176, 2023: 1889517, 2024: 1934518}
    assert {year: of["az_consumptive_use", year] for year in arizona} == arizona
    flow = held["natural_flow"].filter(year_basis="water").filter(pl.col("period").dt.year() <= 2020)
    assert flow.height == 115
    assert round(float(flow["volume_af"].mean()), 6) == 14737285.434783  # type: ignore[arg-type] # the workbook's own


@real
def test_no_key_stands_twice_with_two_values(held: dict[str, pl.DataFrame], catalog: Catalog) -> None:
    for name, frame in held.items():
        dataset = catalog.datasets[name]
        once = frame.select(*dataset.keys, *dataset.values).unique()
        assert not once.select(dataset.keys).is_duplicated().any(), name


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


@real
def test_lake_mead_in_2026_by_day_by_month_and_in_the_study_agree(held: dict[str, pl.DataFrame]) -> None:
    """Three sources: 282 days to 9 October 2026, the monthly file to 1 August, the study's month-ends to August."""
    rows = held["reservoir_days"].filter(reservoir="mead").select("date", "elevation_ft").rows()
    days = {day: float(feet) for day, feet in rows}
    assert len(days) == 282 and max(days) == date(2026, 10, 9)
    assert min(days.items(), key=lambda d: d[1]) == (date(2026, 10, 9), 1037.60)
    assert min(day for day, feet in days.items() if feet < 1040.92) == date(2026, 8, 3)
    ours, official = levels(held), levels(held, "reservoir_month_ends")
    for month in range(1, 9):
        assert days[date(2026, month, 1)] == ours[_before(date(2026, month, 1))]
        last = date(2026, month + 1, 1) - timedelta(days=1)
        assert days[last] == pytest.approx(official[date(2026, month, 1)], abs=0.011)
    mead = held["reservoir_projections"].filter(reservoir="mead", run="most_probable_6maf", period=date(2026, 12, 1))
    assert dict(mead.select("study", "elevation_ft").rows()) == {
        "2026-08": Decimal("1034.74"),
        "2026-09": Decimal("1034.18"),
    }
    assert held["reservoir_projections"].filter(pl.col("study") != "2016-01").height == 120


@real
def test_the_studies_storage_is_that_of_the_table(held: dict[str, pl.DataFrame], catalog: Catalog) -> None:
    """Lake Mead, level to storage by the table of every 5 ft: within 2.5 kaf of what the tables of the studies print."""
    table = load_river(catalog).storage
    told = held["reservoir_projections"].filter(reservoir="mead").drop_nulls("storage_af")
    assert told.height == 48
    for feet, af in told.select("elevation_ft", "storage_af").rows():
        kaf = storage_at(table, feet)
        assert kaf is not None and abs(kaf - Decimal(af) / 1000) <= Decimal("2.5")
