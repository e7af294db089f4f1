"""Charts of every kind: sound specifications, readable labels, honest gaps."""

from __future__ import annotations

import dataclasses
import itertools
import json
import re
from datetime import date
from typing import Any

import altair
import pytest

from ambos.briefing import Chart, Level, alt_text, layout, palette
from ambos.briefing import charts as drawing
from ambos.briefing.charts import NARROW, WIDE
from ambos.briefing.document import Datum
from ambos.briefing.drawing import Drawing
from ambos.briefing.svg import picture
from ambos.errors import BriefFailed
from ambos.text import LANGUAGES, Language, Text
from briefing_sample import AS_OF, BTS, TRUCKS, charts, datum, words

CHARTS = charts()
WORDS = words()
CASES = [(kind, language, width) for kind in CHARTS for language in LANGUAGES for width in (WIDE, NARROW)]


def boxes(spec: dict[str, Any]) -> list[tuple[str, float, float, float, float]]:
    """The texts of a drawing with their left, right, top and bottom."""
    found = []
    for row in spec["datasets"]["texts"]:
        width = layout.text_width(row["t"], row["z"]) / 1.03
        left = row["x"] - {"left": 0, "center": width / 2, "right": width}[row["a"]]
        found.append((row["t"], left, left + width, row["y"] - row["z"] * 0.36, row["y"] + row["z"] * 0.36))
    return found


@pytest.mark.parametrize(("kind", "language", "width"), CASES)
def test_texts_lie_on_the_sheet_and_do_not_overlap(kind: str, language: Language, width: int) -> None:
    spec = drawing.specification(CHARTS[kind], language, WORDS, width)
    found = boxes(spec)
    for text, left, right, top, bottom in found:
        assert left >= -1 and right <= width + 1, text
        assert top >= -1 and bottom <= spec["height"] + 1, text
    for (a, l1, r1, t1, b1), (b, l2, r2, t2, b2) in itertools.combinations(found, 2):
        assert r1 <= l2 + 0.5 or r2 <= l1 + 0.5 or b1 <= t2 + 0.5 or b2 <= t1 + 0.5, (a, b)


@pytest.mark.parametrize("kind", CHARTS)
def test_the_specification_is_sound(kind: str) -> None:
    spec = drawing.specification(CHARTS[kind], "en", WORDS)
    altair.LayerChart.from_dict(spec, validate=True)
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")
    for rows in spec["datasets"].values():
        for row in rows:
            assert all(v is not None and v == v for v in row.values())


NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def same_as_vega(spec: dict[str, Any]) -> None:
    """What is written of a sheet is what Vega writes, but for the last digit of a number."""
    ours, theirs = picture(spec), drawing.converter().vegalite_to_svg(json.dumps(spec))
    assert NUMBER.sub("#", ours) == NUMBER.sub("#", theirs)
    numbers = ([float(n) for n in NUMBER.findall(svg)] for svg in (ours, theirs))
    assert all(abs(a - b) < 0.0011 for a, b in zip(*numbers, strict=True))


@pytest.mark.parametrize(("kind", "language", "width"), CASES[::3])
def test_svg_is_what_vega_draws_of_the_specification(kind: str, language: Language, width: int) -> None:
    same_as_vega(drawing.specification(CHARTS[kind], language, WORDS, width))


def test_svg_of_every_mark_is_what_vega_draws() -> None:
    sheet = Drawing(300.5, 200)
    sheet.band(10, 5, 0, 200)
    sheet.grid(0, 300, 20.123456789, 20.123456789)
    sheet.area([(0, 10, 20), (10, 12.3456, 30), (20, 11, 25)], "#00616b")
    sheet.area([(5, 1, 2), (6, 3, 4)], "#b0521a")
    sheet.bar(1, 2.5, 100, 50, "#00616b")
    sheet.bar(3, 4.5, 50, 100, "#00616b", hollow=True)
    sheet.cell(10, 10, 5, 5, None)
    sheet.rule(0.1 + 0.2, 0.3, 1e-7, 3e-5, width=0.7)
    sheet.line([(1, 1), (2.00049, 2), (3, 1.9996)], "#00616b")
    sheet.line([(7, 7)], "#b0521a", dashed=True)
    sheet.line([(1, 5), (9, 5)], "#00616b", dashed=True)
    sheet.point(5, 5, "#00616b", hollow=True)
    sheet.square(6.25, 8, "#b0521a")
    for at, align in enumerate(("left", "center", "right")):
        sheet.text(20, 20 * at, "a < b & “c” \"d\" 'e' > ñ", align=align, bold=at == 1, size=11 + at)
    same_as_vega(sheet.specification({**palette.theme(), "background": palette.PAPER}))
    same_as_vega(sheet.specification(palette.theme()))


@pytest.mark.parametrize("kind", CHARTS)
def test_svg_is_the_same_each_time_and_speaks_the_language(kind: str) -> None:
    chart = CHARTS[kind]
    once, again = (drawing.svg(chart, "es", WORDS, prefix="a") for _ in range(2))
    assert once == again
    assert 'font-family="Ambos Sans"' in once
    assert not re.search(r"NaN|undefined|Infinity", once)
    ids = re.findall(r'id="([^"]*)"', once)
    assert all(i.startswith("a-") for i in ids)


def small(values: list[tuple[int, float | None, str]], **changes: Any) -> Chart:
    data = tuple(datum("s", "p", "i", date(y, 1, 1), v, TRUCKS, status) for y, v, status in values)
    name = Text("Trucks", "Camiones")
    base = Chart(
        id="small", kind="line", title=name, sources=(BTS,), as_of=AS_OF, unit=TRUCKS, data=data, names={"i": name}
    )
    return dataclasses.replace(base, **changes)


def rows(chart: Chart, name: str) -> list[dict[str, Any]]:
    return drawing.specification(chart, "en", WORDS)["datasets"].get(name, [])


@pytest.mark.parametrize("missing", [[], [(2003, None, "M")]])
def test_a_missing_year_is_a_gap_whether_or_not_it_has_a_row(missing: list[tuple[int, None, str]]) -> None:
    values: list[tuple[int, float | None, str]] = [
        (2001, 5.0, "A"),
        (2002, 6.0, "A"),
        (2004, 7.0, "A"),
        (2005, 8.0, "A"),
    ]
    chart = small([*values, *missing])
    lines = rows(chart, "lines")
    assert len(lines) == 4
    assert len({row["r"] for row in lines}) == 2
    assert WORDS["brief.page.mark_M"].en in alt_text.notes(chart, WORDS, "en")
    assert not any(row["y"] > 270 for row in lines), "nothing is drawn at zero"


def test_a_lonely_value_is_a_dot() -> None:
    chart = small([(2001, 5.0, "A"), (2002, 6.0, "A"), (2003, None, "M"), (2004, 7.0, "A")])
    assert len(rows(chart, "lines")) == 2
    assert len(rows(chart, "points")) == 2  # the lonely one, and the last one's end dot


def test_provisional_values_are_dashed_and_hollow() -> None:
    chart = small([(2001, 5.0, "A"), (2002, 6.0, "A"), (2003, 7.0, "P"), (2004, 8.0, "P")])
    assert len(rows(chart, "lines")) == 2
    assert len(rows(chart, "dashes")) == 3  # from the last final value on
    assert [row["f"] for row in rows(chart, "points")] == ["#ffffff"]
    assert WORDS["brief.page.mark_P"].es in alt_text.notes(chart, WORDS, "es")
    columns = dataclasses.replace(chart, kind="column")
    assert [row["o"] < 1 for row in rows(columns, "bars")] == [False, False, True, True]


def test_a_last_value_that_is_old_says_of_when() -> None:
    old = datum("s", "p", "old", date(2001, 1, 1), 3, TRUCKS)
    chart = small([(2001, 5.0, "A"), (2004, 7.0, "A")])
    texts = [row["t"] for row in rows(dataclasses.replace(chart, data=(*chart.data, old)), "texts")]
    assert "(2001)" in " ".join(texts)


def test_bars_are_ranked_and_a_missing_value_comes_last() -> None:
    data = tuple(
        datum("s", "p", code, date(2025, 1, 1), v, TRUCKS) for code, v in (("a", 3), ("b", None), ("c", 9), ("d", 0))
    )
    found = rows(small([(2001, 1, "A")], kind="bar", data=data), "texts")
    names = [r["t"] for r in sorted(found, key=lambda r: r["y"]) if r["a"] == "right"]
    assert names == ["c", "a", "d", "b"]
    values = [r["t"] for r in sorted(found, key=lambda r: r["y"]) if r["a"] == "left"]
    assert values == ["9", "3", "0", "no data"]


def test_stacks_reach_their_total() -> None:
    chart = CHARTS["column"]
    bars = rows(chart, "bars")
    first = [b for b in bars if abs(b["x"] - bars[0]["x"]) < 1]
    assert len(first) == 3
    spans = sorted((b["y"], b["y2"]) for b in first)
    for (_, bottom), (top, _) in itertools.pairwise(spans):
        assert bottom == pytest.approx(top, abs=1.1)


def test_heat_has_a_cell_for_every_hour_of_the_week() -> None:
    bars = rows(CHARTS["heat"], "bars")
    full = [dataclasses.replace(d, item=f"passenger/standard/{d.item}") for d in CHARTS["heat"].data]
    named = dataclasses.replace(CHARTS["heat"], data=tuple(full))
    assert rows(named, "bars") == bars  # the data may say the kind of traveller and class of lane too
    key = 5 + 1
    assert len(bars) == key + 3 * 24 * 7
    empty = [b for b in bars if b["o"] == 0]
    assert len(empty) == 1 + 8 * 7  # the key's, and the hours when Mariposa has none


@pytest.mark.parametrize(
    ("changes", "words_"),
    [
        ({"data": (datum("s", "p", "i", date(2001, 1, 1), None, TRUCKS),)}, "no value"),
        ({"data": (datum("s", "p", "i", date(2001, 1, 1), 1, TRUCKS),) * 2}, "two values"),
        ({"data": (datum("s", "p", "i", "2001-01-01/2001-03-31", 1, TRUCKS),)}, "not a date"),
        ({"data": tuple(datum("s", "p", "i", date(2001, m, 1), 1, TRUCKS) for m in (1, 2))}, "whole periods"),
        ({"kind": "range"}, "two series"),
        ({"kind": "heat"}, "an hour"),
        (
            {
                "kind": "column",
                "data": tuple(datum("s", "p", i, date(2001, 1, 1), v, TRUCKS) for i, v in (("a", 1), ("b", -1))),
            },
            "stacked",
        ),
    ],
)
def test_data_that_do_not_fit_are_refused_in_both_languages(changes: dict[str, Any], words_: str) -> None:
    with pytest.raises(BriefFailed, match=words_) as caught:
        drawing.svg(small([(2001, 1.0, "A")], **changes), "en", WORDS)
    assert "gráfica small" in caught.value.say("es")


@pytest.mark.parametrize(("kind", "language"), [(k, lang) for k in CHARTS for lang in LANGUAGES])
def test_the_text_alternative_tells_values_and_the_table_all_of_them(kind: str, language: Language) -> None:
    chart = CHARTS[kind]
    told = alt_text.alternative(chart, WORDS, language)
    assert re.search(r"\d", told) and "{" not in told
    heads, table = alt_text.grid(chart, WORDS, language)
    assert all(len(row) == len(heads) for row in table)
    shown = sum(cell != "–" for row in table for cell in row[1:])
    assert shown == sum(d.value is not None for d in chart.data)


def test_whole_values_stand_in_the_table() -> None:
    heads, table = alt_text.grid(CHARTS["bar"], WORDS, "es")
    assert heads == ["Nombre", "dólares"]
    assert ["Máquinas y material eléctrico", "5,214,000,111"] in table


def test_panels_share_a_unit_in_which_the_smallest_can_be_read() -> None:
    data: list[Datum] = []
    for place, size in (("a", 40_000), ("b", 40)):
        data += [datum("s", place, "i", date(y, 1, 1), size + y, TRUCKS) for y in (2001, 2002)]
    chart = small([(2001, 1, "A")], kind="multiples", facet="place", data=tuple(data))
    assert alt_text.unit(chart, WORDS).en == "trucks"
    assert alt_text.unit(CHARTS["line-years"], WORDS).es == "millones de dólares"


def test_the_smallest_bar_keeps_its_digits() -> None:
    data = tuple(
        datum("s", "p", code, date(2024, 1, 1), v, TRUCKS) for code, v in (("Laredo", 3_031_204), ("San Luis", 44_246))
    )
    texts = [row["t"] for row in rows(small([(2001, 1, "A")], kind="bar", data=data), "texts")]
    assert {"3,031", "44"} < set(texts)


def test_one_event_is_named_several_get_letters_that_the_notes_explain() -> None:
    several = CHARTS["line-months"]
    written = [row["t"] for row in rows(several, "texts")]
    assert {"a", "b"} <= set(written)
    assert "a: Restricción de viajes no esenciales (21 mar 2020 – 7 nov 2021); b: Cierre de Lukeville" in " ".join(
        alt_text.notes(several, WORDS, "es")
    )
    assert "Restrictions on non-essential travel" in [row["t"] for row in rows(CHARTS["line-years"], "texts")]
    local = rows(CHARTS["multiples"], "bands")
    assert len(local) == 6 + 1  # the travel restriction in every panel, the closure in Lukeville's only


@pytest.mark.parametrize(("low", "zero"), [(5.0, True), (17.0, False), (0.0, True), (-3.0, True)])
def test_an_axis_that_leaves_out_zero_says_so(low: float, zero: bool) -> None:
    chart = small([(2001, low, "A"), (2002, 20.0, "A")])
    assert (WORDS["brief.page.not_zero"].en not in alt_text.notes(chart, WORDS, "en")) is zero
    labels = {row["t"] for row in rows(chart, "texts") if row["a"] == "right"}
    assert ("0" in labels) is zero


# -- levels, degrees, curves ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["line", "column"])
def test_a_level_is_drawn_at_its_value_and_named(kind: str) -> None:
    chart = small([(2020, 100, "A"), (2021, 80, "A")], kind=kind, levels=(Level(100.0, Text("Full", "Lleno")),))
    texts = {row["t"]: row["y"] for row in rows(chart, "texts")}
    assert "100 · Full" in texts
    across = max((r for r in rows(chart, "rules") if r["y"] == r["y2"]), key=lambda r: -r["y"])
    assert across["x2"] - across["x"] > 300
    top = min(r["y"] for r in rows(chart, "bars" if kind == "column" else "lines"))
    assert across["y"] == pytest.approx(top)


def test_an_axis_reaches_its_levels() -> None:
    chart = small([(2020, 100, "A"), (2021, 80, "A")], levels=(Level(400.0, Text("Full", "Lleno")),))
    assert "400" in [row["t"] for row in rows(chart, "texts")]


def test_degrees_pile_up_and_a_missing_year_is_empty() -> None:
    chart = CHARTS["stacks"]
    bars = rows(chart, "bars")
    years = {p: {d.period for d in chart.data if d.place == p} for p in ("2604", "2602")}
    assert len(years["2604"]) == 11 and len(years["2602"]) == 10
    assert len(bars) == len(chart.data)
    columns: dict[tuple[float, int], float] = {}
    for row in bars:
        columns[row["x"], round(row["y"] // 150)] = (
            columns.get((row["x"], round(row["y"] // 150)), 0.0) + row["y2"] - row["y"]
        )
    # 70 - y % 7 - n and 20 + n and 10 + y % 7 are 100 in every year
    assert max(columns.values()) == pytest.approx(min(columns.values()))
    assert [row["t"] for row in rows(chart, "texts")].count("p") == 4  # 2025 of each panel


def test_labels_that_are_higher_than_the_plot_stay_on_the_sheet() -> None:
    names = {f"p{n}": Text.same(f"September {n} · the most probable run of the study") for n in range(6)}
    data = tuple(datum("s", p, "i", date(y, 1, 1), 9, TRUCKS) for p in names for y in (2020, 2021))
    spec = drawing.specification(small([], by="place", data=data, names=names), "en", WORDS, NARROW)
    assert max(bottom for *_, bottom in boxes(spec)) <= spec["height"]


def test_parts_lie_end_to_end_and_a_bar_with_a_missing_part_has_no_sum() -> None:
    chart = CHARTS["parts"]
    first, second = rows(chart, "bars")  # of one port: that with nothing and that with a part missing have no bar
    assert first["x2"] == second["x"] and (first["x2"] - first["x"]) / (second["x2"] - second["x"]) == pytest.approx(
        1.5
    )
    assert {"500", "0", "no data"} <= {row["t"] for row in rows(chart, "texts")}
    assert alt_text.grid(chart, WORDS, "en")[1][0][1:] == ["300", "200"]
    assert "Loaded 300, Empty 200" in alt_text.alternative(chart, WORDS, "en")


def test_a_seam_stands_between_two_columns_of_every_panel() -> None:
    chart = CHARTS["stacks"]
    seams = [r for r in rows(chart, "rules") if r["x"] == r["x2"] and r["y2"] - r["y"] > 60]
    assert len(seams) == 4
    for seam in seams:
        assert not any(bar["x"] < seam["x"] < bar["x2"] for bar in rows(chart, "bars"))
    said = alt_text.notes(chart, WORDS, "es")
    assert any("no es comparable" in text for text in said)
    assert not any("no es comparable" in t for t in alt_text.notes(dataclasses.replace(chart, seam=None), WORDS, "es"))


def test_lines_of_panels_do_not_cross_a_seam() -> None:
    before = [datum("a", "p", "i", date(y, 1, 1), 5, TRUCKS) for y in range(2014, 2019)]
    since = [datum("b", "p", "i", date(y, 1, 1), 9, TRUCKS) for y in range(2019, 2026)]
    chart = small([], kind="multiples", by="series", facet="place", data=(*before, *since), seam=date(2019, 1, 1))
    seam = next(r["x"] for r in rows(chart, "rules") if r["x"] == r["x2"] and r["y2"] - r["y"] > 60)
    runs: dict[int, list[float]] = {}
    for row in rows(chart, "lines"):
        runs.setdefault(row["r"], []).append(row["x"])
    assert len(runs) == 2 and all(max(xs) < seam or min(xs) > seam for xs in runs.values())


def test_curves_have_a_gap_where_nothing_is_told() -> None:
    chart = CHARTS["curves"]
    runs: dict[int, int] = {}
    for row in rows(chart, "lines"):
        runs[row["r"]] = runs.get(row["r"], 0) + 1
    assert sorted(runs.values()) == [17, 17, 21, 21]  # rule b is told from 20 on
    heads, grid = alt_text.grid(chart, WORDS, "en")
    assert heads[0] == "Level, feet" and [r[0] for r in grid][:3] == ["0", "5", "10"]
    assert grid[0][3:] == ["–", "–"]


@pytest.mark.parametrize(
    ("kind", "changes", "words_"),
    [
        ("stacks", {"data": tuple(dataclasses.replace(d, value=-1) for d in CHARTS["stacks"].data)}, "apilar"),
        (
            "stacks",
            {"data": tuple(datum("s", "p", str(i), date(2020, 1, 1), 1, TRUCKS) for i in range(7)), "order": ()},
            "más de 6",
        ),
        ("parts", {"data": (datum("s", "p", "i", "2024", -1, TRUCKS),)}, "apilar"),
        ("curves", {"data": (*CHARTS["curves"].data, CHARTS["curves"].data[0])}, "dos valores"),
        ("curves", {"data": (datum("a", "p", "high", date(2020, 1, 1), 1, TRUCKS),)}, "no es un número"),
    ],
)
def test_panels_that_cannot_be_drawn_are_refused(kind: str, changes: dict[str, Any], words_: str) -> None:
    with pytest.raises(BriefFailed) as refused:
        drawing.specification(dataclasses.replace(CHARTS[kind], **changes), "es", WORDS)
    assert words_ in refused.value.say("es")
