"""Sentences are read as a person reads them: numbers of both languages, subjects, places, periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ambos.catalog import Catalog
from ambos.catalog.claims import load_reader
from ambos.claims.read import read
from ambos.claims.written import numbers, tokens
from claim_sentences import score, sentences
from examples import examples


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$19.5 billion", "19.5e9", "usd"),
        ("US$19.5B in goods", "19.5e9", "usd"),
        ("19.5 mil millones de dólares", "19.5e9", "usd"),
        ("19,5 mil millones de dólares", "19.5e9", "usd"),
        ("19,500 mdd", "19500e6", "usd"),
        ("11.6 mil mdd", "11.6e9", "usd"),
        ("14 mil 560 millones de dólares", "14560e6", "usd"),
        ("2 mil 711.8 millones de dólares", "2711.8e6", "usd"),
        ("3 millones 390 mil vehículos", "3390e3", "vehicle"),
        ("936 mil 263 habitantes", "936263", "person"),
        ("mil 579 millones de dólares", "1579e6", "usd"),
        ("50.8 por cada 100 mil habitantes", "50.8", "per_100k"),
        ("46.4 per 100,000 residents", "46.4", "per_100k"),
        ("1.234.567 habitantes", "1234567", "person"),
        ("un billón de pesos", "1e12", "mxn"),
        ("medio millón de peatones", "5e5", "pedestrian"),
        ("1.45 million acre-feet", "1.45e6", "acre_foot"),
        ("5.9%", "5.9", "percent"),
        ("12.5 por ciento", "12.5", "percent"),
        ("1,044.9 feet", "1044.9", "foot"),
        ("twenty billion dollars", "20e9", "usd"),
        ("twenty-five percent", "25", "percent"),
        ("two hundred million dollars", "200e6", "usd"),
        ("veinte mil millones de dólares", "20e9", "usd"),
        ("treinta y cinco mil camiones", "35e3", "truck"),
        ("mil millones de pesos", "1e9", "mxn"),
        ("dos horas", "120", "minute"),
        ("1.5 hours", "90.0", "minute"),
        ("una hora y media", "90", "minute"),
    ],
)
def test_a_number_is_read_to_its_last_digit_as_written(catalog: Catalog, text: str, value: str, unit: str) -> None:
    found = list(numbers(tokens(text), load_reader(catalog)))
    assert [(n.value, n.value.as_tuple().exponent, n.unit) for n in found] == [
        (Decimal(value), Decimal(value).as_tuple().exponent, unit)
    ]


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("claims.toml", 0.97, 0.97),
        ("claims_held_back.toml", 0.95, 0.95),
        ("claims_third.toml", 0.95, 0.95),
        ("claims_fourth.toml", 0.9, 0.85),
    ],
)
def test_the_sets_of_sentences_are_read_as_a_person_read_them(
    catalog: Catalog, name: str, precision: float, recall: float
) -> None:
    measured = score(catalog, sentences(name))
    assert measured.precision >= precision and measured.recall >= recall


def test_the_set_has_sentences_enough_of_both_languages() -> None:
    listed = sentences("claims.toml")
    assert len(listed) >= 60 and {s.language for s in listed} == {"en", "es"}
    assert all(sum(s.language == language for s in listed) >= 30 for language in ("en", "es"))
    assert sum(not s.readings for s in listed) >= 10


@pytest.mark.parametrize(
    "text",
    [
        "The two governors met for lunch.",
        "Se instalarán 40 carriles en la garita de Nogales en 2027.",
        "Arizona exports to Mexico will reach $20 billion in 2030.",
        "$12 billion",
        "Sonora perdió 15 mil empleos formales ante el IMSS en 2025.",
        "Truck crossings at Nogales doubled in 2024.",
        "2024",
        "¿?",
    ],
)
def test_what_no_figure_can_prove_has_no_reading(catalog: Catalog, text: str) -> None:
    assert read(catalog, text) == ()


def test_trade_between_two_states_is_not_taken_for_that_of_one(catalog: Catalog) -> None:
    (reading,) = read(catalog, "Arizona exported $5.0 billion to Sonora in 2023.")
    assert (reading.series, reading.place, reading.item) == ("trade.state_to_mexican_state.exports", "US-AZ", "MX-SON")
    for text in (
        "Trade between Arizona and Sonora reached $9 billion in 2023.",
        "Las exportaciones de Sonora a Arizona sumaron 6 mil mdd en 2023.",
        "Las remesas de Arizona a Sonora sumaron 300 mdd en 2024.",
    ):
        assert read(catalog, text) == (), text


@pytest.mark.parametrize(
    "text",
    [
        "Arizona exported $1 billion in semiconductors to Mexico in 2024.",
        "Las exportaciones agrícolas de Arizona a México sumaron 2 mil mdd en 2024.",
        "Por Nogales se importaron hortalizas por 3 mil mdd en 2023.",
        "Arizona's services exports to Mexico were $2 billion in 2024.",
    ],
)
def test_trade_in_some_goods_is_not_taken_for_all_trade(catalog: Catalog, text: str) -> None:
    assert read(catalog, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "About 1,100 trucks a day cross at Nogales.",
        "Por Nogales cruzan 1,100 camiones de carga diarios.",
        "Lake Mead dropped 22 feet in 2022.",
        "Las exportaciones de Sonora crecieron en 1,724 mdd en 2024.",
        "Truck crossings at Nogales rose by 22,619 in 2024.",
        "Unemployment in Arizona fell 1.2 percentage points in 2022.",
    ],
)
def test_a_change_or_an_amount_of_a_day_is_not_taken_for_a_level(catalog: Catalog, text: str) -> None:
    assert [r for r in read(catalog, text) if r.value is not None] == []


def test_what_is_reached_is_a_level_and_growth_of_a_product_is_real(catalog: Catalog) -> None:
    (level,) = read(catalog, "Unemployment in Arizona fell to 3.8 percent in 2022.")
    assert (level.series, level.comparison, level.value) == ("work.us_unemployment", "equals", Decimal("3.8"))
    (growth,) = read(catalog, "El PIB de Sonora creció 3.1% en 2023.")
    assert (growth.series, growth.comparison) == ("economy.mx_product_real", "growth")


def test_last_year_is_that_of_the_day_on_which_it_was_said(catalog: Catalog) -> None:
    text = "Arizona's exports to Mexico reached $8.9 billion last year."
    assert [r.period for r in read(catalog, text, date(2025, 6, 27))] == ["2024"]
    assert [r.period for r in read(catalog, text)] == [""]


def test_a_misspelt_place_is_taken_for_the_one_most_like_it(catalog: Catalog) -> None:
    (reading,) = read(catalog, "Some 404,588 trucks crossed at Nogalez in 2024.")
    assert reading.place == "2604"


@settings(deadline=None, max_examples=examples(60))
@given(st.integers(min_value=1000, max_value=999_999_999), st.sampled_from([1, 10, 1000]))
def test_a_number_written_in_either_language_is_the_number(number: int, step: int) -> None:
    from ambos.catalog import load

    value = number // step * step
    millions, rest = divmod(value, 10**6)
    thousands, units = divmod(rest, 1000)
    parts = [(millions, "millones" if millions > 1 else "millón"), (thousands, "mil"), (units, "")]
    written = " ".join(f"{part} {word}".strip() for part, word in parts if part)
    known = load_reader(load())
    for text in (f"{value:,} personas", f"{written} personas", f"{value:,} people"):
        (found,) = numbers(tokens(text), known)
        assert found.value == value and found.unit == "person", text


def test_another_region_is_read_by_its_own_places(specimens: Path) -> None:
    from ambos.catalog import load

    other = load(specimens / "example_region")
    (reading,) = read(other, "In 2020, some 1,200 trucks crossed at Example Port East.")
    assert (reading.series, reading.place) == ("crossings.trucks", "9901")
    assert read(other, "Some 404,588 trucks crossed at Nogales in 2024.") == ()


@settings(deadline=None, max_examples=examples(60))
@given(st.text(max_size=120))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    from ambos.catalog import load

    read(load(), text)


@pytest.mark.parametrize(
    "text",
    [
        "Mexico is Arizona's top trading partner.",
        "México es el principal mercado de las exportaciones de Arizona.",
        "Exports to Mexico accounted for 28% of Arizona's exports in 2024.",
        "Exports to Mexico represented 28 percent of the state's total, Arizona officials said.",
        "Las ventas a México equivalen a 30% de las exportaciones de Arizona.",
        "Truckers waited more than two hours at Mariposa.",
        "Nogales, Arizona, has about 20,000 residents.",
        "Yuma tiene 100 mil habitantes.",
        "Arizona had a $2.7 billion trade deficit with Mexico in 2024.",
        "Arizona-Mexico trade supports 200,000 jobs.",
        "Hubo esperas de dos horas en la garita DeConcini en diciembre de 2025.",
    ],
)
def test_what_no_figure_held_is_of_is_not_read_as_something_else(catalog: Catalog, text: str) -> None:
    assert read(catalog, text, date(2026, 3, 10)) == ()


def test_a_share_of_the_country_is_read_of_it(catalog: Catalog) -> None:
    (made,) = read(catalog, "Texas accounted for 37% of all U.S. exports to Mexico in 2024.")
    assert (made.series, made.place, made.value) == ("trade.share.exports", "US-TX", Decimal(37))


def test_an_average_wait_in_hours_is_read_in_minutes(catalog: Catalog) -> None:
    (made,) = read(catalog, "La espera promedio en DeConcini fue de dos horas en diciembre de 2025.")
    assert (made.series, made.value, made.unit) == ("waits.mean", Decimal(120), "minute")


def test_a_name_with_its_state_is_the_place_in_that_state(catalog: Catalog) -> None:
    (made,) = read(catalog, "Nogales, Sonora, has a population of 264,782.")
    assert made.place == "MX-26043"
    (port,) = read(catalog, "404,588 trucks crossed at Nogales, Arizona, in 2024.")
    assert port.place == "2604"
