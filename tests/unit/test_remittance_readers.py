"""Remittances of Banco de México: by receiving state, by sending US state and of the nation; prices and the mean rate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.registry import CONNECTORS
from ambos.sources.shared.base import File, Rows

SENT, PRICES = "banxico_remittances", "banxico_prices"
Read = Callable[..., list[Rows]]


@pytest.fixture
def read(catalog: Catalog, specimens: Path) -> Read:
    """Read a specimen, or the content given, with the source's reader."""

    def read(source: str, name: str, content: bytes | None = None) -> list[Rows]:
        body = content if content is not None else (specimens / "banxico" / name).read_bytes()
        file = File(name, body, as_of=date(2026, 7, 9))
        kind = CONNECTORS[source].recognise(name, file.head())
        assert kind, name
        return list(CONNECTORS[source].read(file, kind, catalog))

    return read


def at(rows: Rows, **where: object) -> list[tuple[object, ...]]:
    return rows.frame.filter(**where).select(rows.frame.columns[-2], "status").rows()


def test_the_last_two_years_by_state_are_provisional(read: Read) -> None:
    (rows,) = read(SENT, "remesas_entidad.csv")
    assert rows.rejected.is_empty()
    assert at(rows, mex_state="MX-SON", period=date(2025, 4, 1)) == [(179_377_956, "P")]
    assert at(rows, mex_state="MX-SON", period=date(2003, 1, 1)) == [(27_582_963, "A")]
    assert set(rows.frame["mex_state"]) == {"MX-BCN", "MX-CHH", "MX-SON"}


def test_the_older_vintage_has_the_same_keys(read: Read) -> None:
    (rows,) = read(SENT, "remesas_raw.csv")
    assert rows.dataset == "remittances_state" and rows.rejected.is_empty()
    assert at(rows, mex_state="MX-SON", period=date(2025, 4, 1)) == [(174_791_767, "P")]
    assert set(rows.frame["mex_state"]) == {"MX-COA", "MX-SON"}


def test_what_no_us_state_is_known_of_is_its_own_row(read: Read) -> None:
    (rows,) = read(SENT, "remesas_usa.csv")
    assert rows.rejected.is_empty()
    assert at(rows, us_state="US-AZ", period=date(2025, 1, 1)) == [(393_787_517, "P")]
    assert at(rows, us_state="US-XX", period=date(2013, 1, 1)) == [(436_990_916, "A")]
    assert set(rows.frame["us_state"]) == {"US-AZ", "US-CA", "US-DC", "US-XX"}


def test_months_have_money_and_transfers_both_ways(read: Read) -> None:
    money, transfers = read(SENT, "remesas_mensuales.csv")
    assert (money.dataset, transfers.dataset) == ("remittances_month", "remittance_transfers")
    assert at(money, flow="received", period=date(2026, 5, 1)) == [(5_611_002_446, "P")]
    assert at(money, flow="sent", period=date(2026, 5, 1)) == [(108_459_051, "P")]
    assert at(transfers, flow="received", period=date(1995, 1, 1)) == [(767_893, "A")]


def test_the_interface_gives_the_same_dollars(read: Read) -> None:
    (rows,) = read(SENT, "sie-remittances.json")
    assert at(rows, flow="received", period=date(2026, 5, 1)) == [(5_611_002_446, "P")]
    assert at(rows, flow="received", period=date(2026, 6, 1)) == [(None, "M")]
    file = File("sie.json", b'{"bmx": {"series": [{"idSerie": "SE27803", "datos": []}]}}')
    assert CONNECTORS["banxico_fix"].recognise(file.name, file.head()) == ""
    with pytest.raises(WrongShape, match="bmx"):
        read(SENT, "sie.json", b'{"bmx": {"series": [{"idSerie": "SE27803", "datos": [1]}]}}')


@pytest.mark.parametrize(
    ("name", "before", "after", "reason"),
    [
        ("remesas_entidad.csv", "2026-01-01,26", "2026-02-01,26", "bad_value"),  # no quarter begins in February
        ("remesas_entidad.csv", "2026-01-01,26", "2026-01-01,33", "unknown_code"),
        ("remesas_entidad.csv", "180346020", "-5", "bad_value"),
        ("remesas_usa.csv", "2025-01-01,AZ", "2025-01-01,ZZ", "unknown_code"),
        ("remesas_raw.csv", "Sonora,2025-Q2", "Sonora,2025-Q5", "bad_value"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(
    read: Read, specimens: Path, name: str, before: str, after: str, reason: str
) -> None:
    content = (specimens / "banxico" / name).read_text(encoding="utf-8").replace(before, after)
    (rows,) = read(SENT, name, content.encode())
    assert rows.rejected["reason"].to_list() == [reason]


def test_a_bad_count_of_transfers_leaves_the_money(read: Read, specimens: Path) -> None:
    content = (specimens / "banxico" / "remesas_mensuales.csv").read_bytes().replace(b"13901418", b"many")
    money, transfers = read(SENT, "remesas_mensuales.csv", content)
    assert money.rejected.is_empty() and transfers.rejected["reason"].to_list() == ["bad_value"]


def test_prices_and_the_mean_rate(read: Read) -> None:
    (prices,) = read(PRICES, "IPC.csv")
    assert at(prices, index="general", period=date(2026, 6, 1)) == [(Decimal("145.1310"), "A")]
    assert set(prices.frame["index"]) == {"general", "core", "non_core"}
    (rates,) = read(PRICES, "USDMXN.csv")
    assert at(rates, period=date(2026, 6, 1)) == [(Decimal("17.3819"), "A")]
    assert at(rates, period=date(1991, 1, 1)) == [(None, "M")]
    assert rates.rejected.is_empty() and prices.rejected.is_empty()
