"""The contract of ``ambos air design``, ``exceedances``, ``pair``, ``idling`` and ``index --area``."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ambos.flows.workspace import open_workspace
from command_line import Shell

HEAD = "station,day,pollutant,value,unit\n"


@pytest.fixture(scope="module")
def shell(shells: dict[str, Shell]) -> Shell:
    return shells["en"]


@pytest.fixture(scope="module")
def daily(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three years of days: PM2.5 of 9.1 without the second quarter of 2024 but 50 days, ozone of 68 ppb, PM10 of 160 once."""
    path = tmp_path_factory.mktemp("air") / "daily.csv"
    rows = []
    for k in range(1096):
        day = date(2023, 1, 1) + timedelta(days=k)
        if not (day.year == 2024 and 4 <= day.month <= 6 and (day - date(2024, 4, 1)).days >= 50):
            rows.append(f"here,{day},pm25,9.19,ug/m3")
        rows.append(f"here,{day},o3,{'0.0689' if day.year < 2025 else '70.9'},{'ppm' if day.year < 2025 else 'ppb'}")
        rows.append(f"here,{day},pm10,{160 if k == 3 else 40},ug/m3")
    path.write_text(HEAD + "\n".join(rows))
    return path


@pytest.fixture(scope="module")
def hourly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two stations for a week: 30 and 60 µg/m³."""
    path = tmp_path_factory.mktemp("air") / "hourly.csv"
    rows = [
        f"{name},2026-03-{d:02}T{h:02}:00-07:00,pm25,{value},ug/m3"
        for name, value in (("04-023-0004", 30), ("187", 60))
        for d in range(1, 8)
        for h in range(24)
    ]
    path.write_text("station,time,pollutant,value,unit\n" + "\n".join(rows))
    return path


def test_design_as_json(shells: dict[str, Shell], daily: Path) -> None:
    told = [shell("air", "design", daily, "--json") for shell in shells.values()]
    assert all((r.code, r.err) == (0, "") for r in told) and told[0].out == told[1].out
    rows = {(r["pollutant"], r["average"]): r for r in told[0].json()["design_values"]}
    assert list(rows) == [("o3", "8h"), ("pm10", "24h"), ("pm25", "annual"), ("pm25", "24h")]
    annual = rows["pm25", "annual"]
    # 9.19 is cut off to 9.1, which is above 9.0 in every quarter of more than eleven days
    assert (annual["design_value"], annual["above"], annual["margin"], annual["valid"]) == (9.1, True, -0.1, True)
    assert "once valores" in annual["reason"]["es"] and annual["critical_next_year"] == 8.95
    shares = [c for c in told[0].json()["completeness"] if (c["pollutant"], c["average"]) == ("pm25", "annual")]
    lacking = [(c["year"], c["quarter"], c["days"], c["percent"]) for c in shares if c["percent"] < 75]
    assert lacking == [(2024, 2, 50, 55)]
    ozone = rows["o3", "8h"]
    assert (ozone["by_year"], ozone["design_value"]) == ([0.068, 0.068, 0.07], 0.068)
    assert (ozone["critical_next_year"], ozone["margin"], ozone["valid"]) == (0.075, 0.002, True)
    assert rows["pm10", "24h"]["by_year"] == [1, 0, 0] and rows["pm10", "24h"]["design_value"] == 0.3
    assert rows["pm25", "24h"]["value_with_substitution"] == 9


def test_a_sample_every_sixth_day(shell: Shell, tmp_path: Path) -> None:
    """One exceedance among the samples of a quarter of 92 days stands for 92 ÷ samples."""
    path = tmp_path / "sixth.csv"
    days = [date(2023, 1, 1) + timedelta(days=k) for k in range(0, 1096, 6)]
    high = next(d for d in days if d > date(2023, 10, 1))
    path.write_text(HEAD + "\n".join(f"here,{d},pm10,{160 if d == high else 40},ug/m3" for d in days))
    (row,) = shell("air", "design", path, "--every", "6", "--json").json()["design_values"]
    samples = sum(d.year == 2023 and d.month > 9 for d in days)
    assert row["valid"] and row["by_year"][0] == round(92 / samples + 1e-9, 1) and row["by_year"][1:] == [0, 0]
    assert row["above"] and row["design_value"] == round(row["by_year"][0] / 3, 1)
    assert not shell("air", "design", path, "--json").json()["design_values"][0]["valid"]


def test_design_by_the_standards_of_another_day(shell: Shell, daily: Path) -> None:
    rows = shell("air", "design", daily, "--date", "2024-01-01", "--json").json()["design_values"]
    (annual,) = (r for r in rows if r["average"] == "annual")
    assert (annual["standard"], annual["above"], annual["valid"]) == (12, False, True)
    early = shell("air", "design", daily, "--year", "2023", "--json").json()["design_values"]
    assert all(r["valid"] is False and r["design_value"] is None for r in early)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Design values 2023–2025", "every quarter has eleven values", "Critical in 2026", "2024, quarter 2")),
        ("es", ("Valores de diseño 2023–2025", "cada trimestre tiene once valores", "Crítico en 2026", "trimestre 2")),
    ],
)
def test_design_as_a_table(shells: dict[str, Shell], daily: Path, language: str, words: tuple[str, ...]) -> None:
    result = shells[language]("air", "design", daily)
    assert (result.code, result.err) == (0, "") and [w for w in words if w not in result.out] == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "mean of the years (90 wanted)"), ("es", "media de los años (se requiere 90)")]
)
def test_years_of_ozone_that_are_each_enough_but_not_on_average(
    shells: dict[str, Shell], tmp_path: Path, language: str, words: str
) -> None:
    """310 of 365 days in each year: 85 per cent, and 90 are wanted on average."""
    path = tmp_path / "ozone.csv"
    days = [date(y, 1, 1) + timedelta(days=k) for y in (2023, 2024, 2025) for k in range(310)]
    path.write_text(HEAD + "\n".join(f"here,{d},o3,0.060,ppm" for d in days))
    out = shells[language]("air", "design", path).out
    (mean,) = (line.split() for line in out.splitlines() if words in line)
    assert mean[-3:] == ["–", "–", "85"]
    shown = [line.split()[-4:] for line in out.splitlines() if line.split()[-2:-1] in (["365"], ["366"])]
    assert shown == [["2023", "310", "365", "85"], ["2024", "310", "366", "85"], ["2025", "310", "365", "85"]]


def test_days_above_are_counted_by_each_country_s_limits(shells: dict[str, Shell], hourly: Path) -> None:
    told = [shell("air", "exceedances", hourly, "--json") for shell in shells.values()]
    assert all((r.code, r.err) == (0, "") for r in told) and told[0].out == told[1].out
    rows = {(r["station"], r["country"], r["average"]): r for r in told[0].json()["exceedances"]}
    assert [rows[s, c, "24h"]["days_above"] for s in ("04-023-0004", "187") for c in ("us", "mx")] == [0, 7, 7, 7]
    assert rows["187", "mx", "24h"]["limit"] == 25 and rows["187", "mx", "24h"]["dates_above"][0] == "2026-03-01"
    assert rows["187", "mx", "annual"]["above"] is None and rows["187", "mx", "annual"]["days_above"] is None
    for language, words in (("en", ("Days above", "too little held")), ("es", ("Días arriba", "datos insuficientes"))):
        out = shells[language]("air", "exceedances", hourly).out
        assert [w for w in words if w not in out] == []


def test_a_pair_of_stations_is_compared_hour_by_hour(shells: dict[str, Shell], hourly: Path) -> None:
    told = [shell("air", "pair", hourly, "--pair", "nogales", "--json") for shell in shells.values()]
    assert all((r.code, r.err) == (0, "") for r in told) and told[0].out == told[1].out
    answer = told[0].json()
    (found,) = answer["comparisons"]
    assert (found["station_a"], found["station_b"], found["mean_difference"]) == ("04-023-0004", "187", 30)
    assert [(m["valid_twin"], m["hours_both"]) for m in answer["months"]] == [(False, 168)]
    by_side = {
        r["us_category"]["en"]: r for r in answer["matrices"] if (r["us_index_of"], r["mx_index_of"]) == ("a", "b")
    }
    # Moderate there, Mala here (60 x .694 = 42)
    assert by_side["Moderate"]["hours_bad"] == 167
    assert sum(v for r in by_side.values() for k, v in r.items() if k.startswith("hours_")) == 167
    out = shells["es"]("air", "pair", hourly, "--pair", "nogales").out
    words = ("meses sin par válido", "1 de 1 meses no tienen par válido: 2026-03", "Extremadamente mala", "5.3")
    assert [w for w in words if w not in out] == []


def test_pairs_without_files(shells: dict[str, Shell]) -> None:
    assert "28.8" in shells["en"]("air", "pair").out and "No se tienen lecturas" in shells["es"]("air", "pair").out
    (row,) = shells["en"]("air", "pair", "--pair", "yuma", "--json").json()["pairs"]
    assert (row["us_aqs"], row["mx_sinaica"], row["known_on_both_sides"]) == ("04-027-8011", "190", ["o3"])


def test_twin_stations_are_pairs_in_spanish(shells: dict[str, Shell], tmp_path: Path) -> None:
    """The gemelo is the twin of the crossings."""
    told = shells["es"]("air", "pair", "--help").out + shells["es"]("air", "pair").out
    said = open_workspace(tmp_path).catalog.message
    told += said("brief.air.twin_months").es + said("brief.air.no_hours").es + said("brief.air.valid").es
    assert "gemel" not in told.lower() and "par válido" in told


def test_a_month_without_waits_has_no_estimate_of_idling(shells: dict[str, Shell]) -> None:
    told = [shell("air", "idling", "--port", "nogales", "--year", "2025", "--json") for shell in shells.values()]
    assert all((r.code, r.err) == (0, "") for r in told) and told[0].out == told[1].out
    found = told[0].json()
    months = {(r["vehicle"], r["month"]): r for r in found["months"]}
    assert len(months) == 24
    none = months["trucks", "2025-01"]
    assert (none["vehicle_hours"], none["mean_wait_minutes"], none["nox_kg"]) == (None, None, None)
    april = months["trucks", "2025-04"]
    assert april["vehicle_hours"] == pytest.approx(april["crossings"] * april["mean_wait_minutes"] / 60)
    assert {r["set"]: r["set_name"]["en"] for r in found["rates"]}[2] == "Upper bound: engines of the 1990s"
    assert april["nox_kg_2"] == pytest.approx(april["vehicle_hours"] * 85 / 1000)
    assert months["personal_vehicles", "2025-04"]["pm25_kg"] is None
    (trucks, _) = found["ports"]
    assert trucks["nox_kg"] == pytest.approx(sum(r["nox_kg"] or 0 for (v, _), r in months.items() if v == "trucks"))
    less = shells["en"]("air", "idling", "--port", "nogales", "--year", "2025", "--less", "85", "--json").json()
    (shorter,) = (r for r in less["months"] if (r["vehicle"], r["month"]) == ("trucks", "2025-04"))
    assert shorter["vehicle_hours"] == pytest.approx(0.15 * april["vehicle_hours"])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "9 of 12",
                "Missing January 2025 – March 2025: Nogales, trucks",
                "Upper bound",
                "not 0",
                "of 2024 stand in",
            ),
        ),
        (
            "es",
            (
                "9 de 12",
                "Faltan enero de 2025 – marzo de 2025: Nogales, camiones de carga",
                "Cota superior",
                "no es 0",
                "mismo mes de 2024",
            ),
        ),
    ],
)
def test_idling_as_a_table(shells: dict[str, Shell], language: str, words: tuple[str, ...]) -> None:
    result = shells[language]("air", "idling", "--year", "2025")
    assert (result.code, result.err) == (0, "") and [w for w in words if w not in result.out] == []


def test_the_area_is_as_its_worst_station(shells: dict[str, Shell], hourly: Path) -> None:
    rows = shells["en"]("air", "index", "--series", hourly, "--area", "--json").json()["hours"]
    assert rows[0]["category"] is None and rows[0]["station"] is None and rows[0]["stations"] == 0
    assert all((r["category"]["en"], r["station"], r["stations"]) == ("Bad", "187", 2) for r in rows[1:])
    assert "Peor estación" in shells["es"]("air", "index", "--series", hourly, "--area").out


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("design", "nowhere.csv"), 1, {"en": "nowhere.csv has 1 problem(s)", "es": "nowhere.csv tiene 1 problema(s)"}),
        (("pair", "--pair", "x"), 1, {"en": "There is no pair of stations", "es": "No existe el par de estaciones"}),
        (("pair", "a", "b", "c"), 2, {"en": "at most two files", "es": "a lo más dos archivos"}),
        (("pair", "--pollutant", "o3"), 2, {"en": "wants files or --pair", "es": "requiere archivos o --pair"}),
        (("idling", "--port", "laredo"), 1, {"en": "no port of the region", "es": "no es un puerto de la región"}),
        (("idling", "--year", "1990"), 1, {"en": "waits of 1990", "es": "tiempos de espera de 1990"}),
        (("idling", "--less", "101"), 2, {"en": "101", "es": "101"}),
        (("index", "--area"), 2, {"en": "Give --pollutant", "es": "Indique --pollutant"}),
        (("index", "--station", "187", "--area"), 2, {"en": "no other option", "es": "no dé otra opción"}),
        (("design",), 2, {"en": "Give a file or --station", "es": "Indique un archivo o --station"}),
        (
            ("exceedances", "--station", "x"),
            1,
            {"en": "There is no air station", "es": "No existe la estación de aire"},
        ),
    ],
)
def test_what_the_verbs_of_the_air_cannot_answer_is_refused_with_the_reason(
    shells: dict[str, Shell], language: str, arguments: tuple[str, ...], code: int, said: dict[str, str]
) -> None:
    result = shells[language]("air", *arguments)
    assert result.code == code and result.out == "" and said[language] in result.err
    assert "Traceback" not in result.err


def test_bad_days_are_listed(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(HEAD + "a,2025-13-01,pm25,1,ug/m3\na,2025-01-01,pm25,1,ug/m3\na,2025-01-01,pm25,2,ug/m3\n")
    result = shell("air", "design", path)
    assert result.code == 1 and "line 2: the day is not like" in result.err
    assert "line 3: this time of this station and pollutant is there twice, with different values" in result.err
    path.write_text(HEAD + "a,2025-01-01,co,1,ppm\n")
    assert "no readings of PM2.5, PM10 or ozone" in shell("air", "design", path).err
