"""Claims against the embedded figures: those of the region, sentences, files, vintages, and the usual mistakes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ambos.catalog.claims import load_claims
from ambos.catalog.register import load_register
from ambos.errors import BadClaims, BadRequest, UnknownName
from ambos.flows.claims.answer import claim_answer, claims_answer, sentence_answer, written
from ambos.flows.claims.check import Checked, check, of_sentence
from ambos.flows.workspace import Workspace, open_workspace
from ambos.model.answer import Answer, Named
from ambos.model.claim import Claim, Reading

#: Verdicts on the claims of the region by the embedded figures.
EXPECTED = {
    "trade_record_2024": ["supported"],
    "agriculture_exports_2024": ["contradicted"],
    "parts_of_the_exports": ["not_supported"],
    "trade_2022": ["close"],
    "trade_2023": ["not_supported"],
    "arizona_supplies_water": ["not_comparable"],
    "ports_trade_2024": ["not_checkable", "not_checkable"],
    "exports_2024": ["close"],
    "mexico_cut_2023": ["supported"],
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return open_workspace(Path(tmp_path_factory.mktemp("claims")) / "none")


def one(opened: Workspace, reading: Reading, as_of: date | None = None) -> Checked:
    return check(opened, (Claim("c", "c", "en", (reading,)),), as_of)[0]


def verdicts(answer: Answer) -> list[object]:
    column = answer.table("verdicts").at("verdict")
    return [cell.code for row in answer.table("verdicts").rows if isinstance(cell := row[column], Named)]


def test_the_claims_of_the_reference_have_verdicts_that_are_computed(opened: Workspace) -> None:
    claims = load_claims(opened.catalog)
    found: dict[str, list[str]] = {}
    for checked in check(opened, tuple(claims.values()), near=False):
        found.setdefault(checked.claim.id, []).append(checked.judgement.verdict)
    assert {id: found[id] for id in EXPECTED} == EXPECTED
    without = [claim for claim in claims.values() if not claim.reading]
    assert len(claims) >= 15 and len(without) >= 5
    assert all(found[claim.id] == ["not_checkable"] and claim.missing for claim in without)


def test_a_wrong_year_a_wrong_concept_and_a_wrong_basis_are_named(opened: Workspace) -> None:
    near = one(opened, Reading("trade.by_state.exports", "equals", "US-AZ", "", "2024", Decimal("8e9"), "usd")).near
    assert [(n.changed, n.reading.period) for n in near] == [(("year",), "2023")]
    state = Reading("trade.by_state.two_way", "equals", "US-AZ", "", "2023", Decimal("35.8e9"), "usd")
    assert ("ports",) in [n.changed for n in one(opened, state).near]
    fiscal = Reading("crossings.trucks", "equals", "2604", "", "2024", Decimal("398901"), "truck")
    assert [(n.changed, n.reading.period) for n in one(opened, fiscal).near] == [(("year_basis",), "FY2024")]
    direction = Reading("trade.by_state.exports", "equals", "US-AZ", "", "2024", Decimal("11.6e9"), "usd")
    assert one(opened, direction).near[0].changed == ("direction",)
    thousand = Reading("trade.by_state.two_way", "equals", "US-AZ", "", "2023", Decimal("19.8e12"), "usd")
    assert ("magnitude",) in [n.changed for n in one(opened, thousand).near]


def test_a_record_that_does_not_stand_is_told_from_when_it_does(opened: Workspace) -> None:
    low = one(opened, Reading("river.elevation", "record_low", "mead", "", "2026-07"))
    assert low.judgement.verdict == "contradicted" and low.judgement.beside[0].period < "1938"
    assert [n.changed for n in low.near] == [("since",)] and low.near[0].judgement.verdict == "supported"


def test_a_claim_by_an_old_definition_is_outdated(opened: Workspace) -> None:
    old = one(opened, Reading("economy.mx_exports_annual", "more", "MX-SON", "", "2019", Decimal("1e9"), "usd"))
    assert old.judgement.verdict == "outdated_definition"


def test_months_of_a_range_are_added_up_only_if_all_are_held(opened: Workspace) -> None:
    held = Reading("crossings.trucks", "about", "2604", "", "2024-01/2024-06", Decimal("236e3"), "truck")
    assert one(opened, held).judgement.verdict == "supported"
    partly = Reading("crossings.trucks", "about", "2604", "", "2025-01/2025-06", Decimal("236e3"), "truck")
    checked = one(opened, partly)
    assert checked.judgement.verdict == "not_checkable" and checked.evidence.figure
    assert (checked.evidence.figure.held, checked.evidence.figure.wanted) == (2, 6)


def test_pesos_metres_and_shares_are_held_against_the_figures_in_their_own_unit(opened: Workspace) -> None:
    metres = Reading("river.elevation", "equals", "mead", "", "2022", Decimal("318"), "metre")
    assert one(opened, metres).judgement.verdict == "supported"
    pesos = one(
        opened, Reading("investment.mx_direct", "equals", "MX-SON", "", "2023", Decimal("48e9"), "mxn")
    ).judgement
    assert pesos.verdict == "supported" and pesos.measured
    wrong = Reading("river.elevation", "equals", "mead", "", "2022", Decimal("318"), "hm3")
    assert one(opened, wrong).judgement.verdict == "not_comparable"


def test_what_was_known_when_a_claim_was_made_is_judged_too(opened: Workspace) -> None:
    reading = Reading("economy.mx_exports", "more", "MX-SON", "", "2024", Decimal("28e9"), "usd")
    checked = one(opened, reading, date(2026, 10, 1))
    assert checked.then and checked.then.verdict == checked.judgement.verdict == "supported"
    before = one(opened, Reading("trade.by_state.two_way", "record_high", "US-AZ", "", "2024"), date(2025, 6, 27))
    assert before.then and before.then.verdict == "not_checkable" and before.first_known == date(2026, 3, 24)
    again = check(
        opened, (load_claims(opened.catalog)["trade_2022"], load_claims(opened.catalog)["trade_2023"]), near=False
    )
    assert [c.first_known for c in again] == [date(2026, 3, 24)] * 2
    quarter = Reading("investment.mx_direct", "equals", "MX-SON", "", "2024-Q1", Decimal("63.9e6"), "usd")
    revised = one(opened, quarter, date(2024, 7, 15))
    assert revised.then and (revised.then.verdict, revised.judgement.verdict) == ("supported", "contradicted")
    answer = claim_answer(opened, "trade_record_2024")
    assert any("June 27, 2025" in note.en and "March 24, 2026" in note.en for note in answer.notes)


def test_a_sentence_is_confirmed_before_it_is_judged_and_its_written_reading_is_a_file(
    opened: Workspace, tmp_path: Path
) -> None:
    text = "El comercio entre Arizona y México sumó 19.5 mil millones de dólares en 2022."
    proposed = claim_answer(opened, text)
    assert [t.id for t in proposed.tables] == ["readings"] and proposed.hints
    assert verdicts(claim_answer(opened, text, yes=True)) == ["close"]
    path = tmp_path / "claims.toml"
    path.write_text(str(proposed.facts["toml"]), encoding="utf-8")
    assert verdicts(claim_answer(opened, str(path))) == ["close"]
    odd = of_sentence(opened, 'He said "¡récord!" \\ in 2024: trade of Arizona with Mexico hit a record high')
    path.write_text(written(odd), encoding="utf-8")
    assert verdicts(claim_answer(opened, str(path))) == ["supported"]
    assert sentence_answer(opened, "Nothing to see here.").title.en.startswith("Nothing in the sentence")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "it is empty"),
        ("[a]\ntext = 'x'\nlanguage = 'en'\n", "c.toml:1: either reading or missing is wanted"),
        (
            "[a]\ntext = 'x'\nlanguage = 'en'\n[[a.reading]]\nseries = 'nope'\ncomparison = 'equals'\n",
            "c.toml:5: series",
        ),
        (
            "[a]\ntext = 'x'\nlanguage = 'fr'\n[[a.reading]]\nseries = 'crossings.trucks'\ncomparison = 'equals'\nvalue = '1'\n",
            "c.toml:3: language 'fr'",
        ),
        (
            "[a]\ntext = 'x'\nlanguage = 'en'\n[[a.reading]]\nseries = 'crossings.trucks'\ncomparison = 'equals'\nperiod = 'May'\n",
            "c.toml:7: period: 'May' is no period",
        ),
        ("not toml", "c.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_the_line_of_each_problem(
    opened: Workspace, tmp_path: Path, body: str, said: str
) -> None:
    (tmp_path / "c.toml").write_text(body, encoding="utf-8")
    with pytest.raises(BadClaims) as refused:
        claim_answer(opened, str(tmp_path / "c.toml"))
    assert said in refused.value.say("en") and refused.value.say("es")


def test_an_unknown_id_and_an_endless_sentence_are_refused(opened: Workspace) -> None:
    with pytest.raises(UnknownName, match="trade_2022"):
        claim_answer(opened, "trade_2021")
    for sentence in ("", "Trade " * 200):
        with pytest.raises(BadRequest):
            claim_answer(opened, sentence)


def test_the_list_has_every_claim_and_both_languages(opened: Workspace) -> None:
    answer = claims_answer(opened)
    table = answer.table("verdicts")
    assert {row[table.at("claim")] for row in table.rows} == load_claims(opened.catalog).keys()
    assert ".." not in "".join(row[table.at("why")].es for row in table.rows)  # type: ignore[union-attr]


def test_an_event_of_the_place_and_years_of_a_figure_is_told_beside_the_verdict(opened: Workspace) -> None:
    text = "Arizona's exports to Mexico grew 63% in 2025."
    told = [note.en for note in sentence_answer(opened, text, said=date(2026, 4, 10)).notes]
    assert sum("by air" in note and "83%" in note for note in told) == 1
    text = "Arizona's exports to Mexico were $8.95 billion in 2024."
    assert not any("by air" in note.en for note in sentence_answer(opened, text).notes)


def test_the_rise_by_air_that_the_event_of_2025_tells_is_in_the_figures(opened: Workspace) -> None:
    def of(period: str, item: str = "") -> Decimal:
        value = one(opened, Reading("trade.by_state.exports", "more", "US-AZ", item, period, Decimal(0), "usd"))
        assert value.evidence.figure is not None and value.evidence.figure.value is not None
        return value.evidence.figure.value

    air, all_modes = of("2025", "air") - of("2024", "air"), of("2025") - of("2024")
    assert round(air / all_modes, 2) == Decimal("0.83")
    assert round((all_modes - air) / (of("2024") - of("2024", "air")), 2) == Decimal("0.13")


def test_records_of_the_register_that_claims_are_about_exist(opened: Workspace) -> None:
    named = [record for claim in load_claims(opened.catalog).values() for record in claim.records]
    assert named and {tuple(record.split("/")) for record in named} <= {*load_register(opened.catalog)}
