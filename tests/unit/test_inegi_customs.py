"""Customs of INEGI: the copied rows and the open data give the same dollars; what is named is named, the rest are other customs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ambos.catalog import Catalog
from ambos.errors import WrongShape
from ambos.sources.inegi import customs
from ambos.sources.shared.base import File, Rows


def read(catalog: Catalog, name: str, content: bytes) -> Rows:
    file = File(name, content)
    (rows,) = customs.read(file, customs.recognise(name, file.head()), catalog)
    return rows


def at(rows: Rows, **where: object) -> list[tuple[object, ...]]:
    return rows.frame.filter(**where).select("value_usd", "status").rows()


def test_millions_of_the_open_data_are_dollars_to_the_last_one(catalog: Catalog, specimens: Path) -> None:
    name = "bcmm_mtra_aduana_mensual_tr_cifra_2012_2026.csv"
    rows = read(catalog, name, (specimens / "inegi" / name).read_bytes())
    assert rows.rejected.is_empty()
    january = {"period": date(2012, 1, 1), "flow": "export"}
    assert at(rows, **january, customs="nogales", mode="road") == [(889_046_653, "A")]
    assert at(rows, **january, customs="nogales", mode="rail") == [(284_731_872, "A")]
    assert at(rows, **january, customs="_T", mode="road") == [(15_136_737_721, "A")]
    assert at(rows, **january, customs="_T", mode="_T") == [(27_281_577_235, "A")]
    assert at(rows, flow="import", customs="matamoros") == [(183_765_038, "P")]  # revised, so it may change again


def test_rows_copied_of_one_customs_and_of_all_agree(catalog: Catalog, specimens: Path) -> None:
    one, several = (
        read(catalog, name, (specimens / "inegi" / name).read_bytes())
        for name in ("nogales_customs.csv", "border_customs_comparison.csv")
    )
    assert one.rejected.is_empty() and several.rejected.is_empty()
    of = {"period": date(2024, 10, 1), "customs": "nogales", "flow": "export", "mode": "road"}
    assert at(one, **of) == at(several, **of) == [(1_415_404_000, "A")]
    assert at(several, **{**of, "customs": "_T"}) == [(37_958_374_000, "A")]
    assert at(one, period=date(2026, 7, 1), flow="import") == [(168_562_000, "P")]


def test_a_confidential_cell_is_suppressed_not_zero(catalog: Catalog, specimens: Path) -> None:
    name = "bcmm_mtra_aduana_mensual_tr_cifra_2012_2026.csv"
    content = (specimens / "inegi" / name).read_bytes().replace(b"284.731872,Disponible", b",Confidencial")
    assert at(read(catalog, name, content), customs="nogales", flow="export", mode="rail") == [(None, "S")]


def test_customs_that_nobody_defines_are_passed_over_by_name(catalog: Catalog, specimens: Path) -> None:
    name = "border_customs_comparison.csv"
    content = (specimens / "inegi" / name).read_bytes().replace(b"Tijuana", b"Narnia")
    file = File(name, content)
    (rows,) = customs.read(file, "several", catalog)
    assert rows.rejected.is_empty() and "tijuana" not in set(rows.frame["customs"])
    assert [note.en for note in file.notes] == ["customs that are not defined: Narnia"]


def test_chapters_in_place_of_customs_are_not_taken_for_them(specimens: Path) -> None:
    name = "bcmm_mtra_aduana_mensual_tr_cifra_2012_2026.csv"
    content = (specimens / "inegi" / name).read_bytes().replace(b"Otras aduanas", "Capítulo 01 Animales".encode())
    assert customs.recognise(name, content) == ""


def test_a_file_of_one_customs_must_say_which(catalog: Catalog, specimens: Path) -> None:
    content = (specimens / "inegi" / "nogales_customs.csv").read_bytes()
    with pytest.raises(WrongShape, match="customs"):
        read(catalog, "narnia_customs.csv", content)
