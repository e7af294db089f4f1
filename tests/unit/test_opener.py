"""Containers are opened within limits, and a damaged one is an error, wherever it is cut."""

from __future__ import annotations

import gzip
import io
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ambos.errors import SourceError, TooLarge, WrongShape
from ambos.flows.data.reading import file_bytes
from ambos.model import LeftOut
from ambos.numbers import size as size_of
from ambos.sources.shared import opener, strict
from ambos.sources.shared.answers import Trouble, check
from ambos.sources.shared.base import File
from ambos.sources.shared.members import members
from ambos.sources.shared.opener import LIMITS, read_tar
from ambos.sources.shared.strict import read_csv, read_json
from build_samples import HEADER, NOGALES
from cbp_samples import tar

TABLE = (HEADER + "".join(NOGALES)).encode()
Limit = Callable[..., None]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Sets other limits for the files opened from now on."""
    return lambda **values: monkeypatch.setattr(opener, "LIMITS", replace(LIMITS, **values))


def zipped(**bodies: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in bodies.items():
            archive.writestr(name, body)
    return content.getvalue()


def opened(name: str, raw: bytes) -> list[File | LeftOut]:
    return list(members(File(name, raw)))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_text_larger_than_memory_is_refused_at_the_limit(limit: Limit, pack: Callable[[bytes], bytes]) -> None:
    limit(whole=len(TABLE))
    assert File("a.csv.gz", pack(TABLE)).content() == TABLE
    with pytest.raises(TooLarge, match=rf"a\.csv\.gz: it has more than {size_of(len(TABLE))}") as caught:
        File("a.csv.gz", pack(TABLE + b"x")).content()
    assert f"más de {size_of(len(TABLE))}" in caught.value.say("es")


def test_a_large_member_is_left_out_and_the_next_is_given(limit: Limit) -> None:
    limit(whole=len(TABLE))
    large, good = opened("a.zip", zipped(large=TABLE + b"x", good=TABLE))
    assert isinstance(large, LeftOut) and "bytes" in large.reason.en
    assert isinstance(good, File) and good.raw == TABLE


def test_members_of_nested_archives_are_counted_together(limit: Limit) -> None:
    inner = zipped(a=b"1", b=b"2")
    limit(members=6)
    assert len(opened("a.zip", zipped(x=inner, y=inner))) == 4
    limit(members=5)
    with pytest.raises(TooLarge, match=r"a\.zip/y: it has more than 5 members"):
        opened("a.zip", zipped(x=inner, y=inner))


def test_bytes_of_nested_archives_are_counted_together(limit: Limit) -> None:
    inner = zipped(a=bytes(1000))
    limit(total=2000 + 2 * len(inner))
    assert len(opened("a.zip", zipped(x=inner, y=inner))) == 2
    limit(total=1999 + 2 * len(inner))
    with pytest.raises(TooLarge, match="in all"):
        opened("a.zip", zipped(x=inner, y=inner))


def test_the_ratio_is_judged_from_a_size_on(limit: Limit) -> None:
    packed = gzip.compress(bytes(100_000))
    limit(ratio=2, free=100_000)
    assert len(File("a.gz", packed).content()) == 100_000
    limit(ratio=2, free=99_999)
    with pytest.raises(TooLarge, match="2 times its size"):
        File("a.gz", packed).content()


def test_an_archive_too_deep_is_left_out(limit: Limit) -> None:
    limit(depth=2)
    deep, good = opened("a.zip", zipped(x=zipped(y=zipped(z=b"1")), good=TABLE))
    assert isinstance(deep, LeftOut) and deep.name == "a.zip/x/y" and "2 archives" in deep.reason.en
    assert isinstance(good, File)


def test_processor_time_ends(limit: Limit) -> None:
    limit(seconds=-1)
    with pytest.raises(TooLarge, match="what unpacks in -1 seconds"):
        File("a.gz", gzip.compress(b"")).content()


@pytest.mark.parametrize(
    ("pack", "suffix"),
    [(bytes, "tar"), (gzip.compress, "tar.gz"), (lzma.compress, "tar.xz")],
    ids=["plain", "gzip", "xz"],
)
def test_a_tar_cut_anywhere_is_refused(pack: Callable[[bytes], bytes], suffix: str) -> None:
    raw = pack(tar({"a.xml": b"1" * 700, "b.xml": b"2" * 700}))
    assert [len(body or b"") for _, body in read_tar(raw, "a", File("a", raw).budget)] == [700, 700]
    end = len(raw) if suffix != "tar" else 2 * 1536  # then comes the mark of the end alone
    for size in range(1, end, max(1, end // 60)):
        with pytest.raises(WrongShape, match=r"cut or damaged"):
            list(read_tar(raw[:size], "a", File("a", raw[:size]).budget))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_text_cut_anywhere_is_refused(pack: Callable[[bytes], bytes]) -> None:
    raw = pack(TABLE)
    for size in range(6, len(raw)):
        with pytest.raises(WrongShape, match=r"cut or damaged"):
            File("a.csv.gz", raw[:size]).content()


def test_a_zip_cut_anywhere_is_refused() -> None:
    raw = zipped(a=TABLE, b=TABLE)
    for size in range(4, len(raw)):
        with pytest.raises(WrongShape, match=r"cut or damaged"):
            opened("a.zip", raw[:size])


#: Words that libraries write and a Spanish sentence does not.
ENGLISH = re.compile(
    r"\b(?:an?|is|not|was|the|of|bad|file|data|error|invalid|truncated|while|end|expect\w*)\b", re.IGNORECASE
)


@pytest.mark.parametrize("name", ["zip", "csv.gz", "csv.xz", "tar"])
def test_no_word_of_a_library_is_in_a_spanish_error(name: str) -> None:
    """One bit turned at a time, all over the file."""
    members_of = {"a.csv": TABLE, "b.csv": TABLE}
    whole = {
        "zip": zipped(**members_of),
        "csv.gz": gzip.compress(TABLE),
        "csv.xz": lzma.compress(TABLE),
        "tar": tar(members_of),
    }[name]
    said = set()
    for place in range(0, len(whole), max(1, len(whole) // 400)):
        raw = bytearray(whole)
        raw[place] ^= 1 << place % 8
        file = File(f"a.{name}", bytes(raw))
        try:
            left = [list(read_tar(file.raw, file.name, file.budget))] if name == "tar" else list(members(file))
            said |= {one.reason.es for one in left if isinstance(one, LeftOut)}
            if name.startswith("csv"):
                file.content()
        except SourceError as error:
            said.add(error.values["detail"].es)  # type: ignore[attr-defined]
    assert said and not [text for text in said if ENGLISH.search(text)]


def test_what_follows_the_end_of_xz_is_not_dropped() -> None:
    with pytest.raises(WrongShape, match="more follows"):
        File("a.csv.xz", lzma.compress(TABLE) * 2).content()


def test_links_and_devices_are_named_and_folders_passed() -> None:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, kind in (
            ("d", tarfile.DIRTYPE),
            ("l", tarfile.SYMTYPE),
            ("h", tarfile.LNKTYPE),
            ("v", tarfile.CHRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("/etc/../a\x1b[2J.xml")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"1"))
    raw = content.getvalue()
    given = list(read_tar(raw, "a.tar", File("a.tar", raw).budget))
    assert given == [("l", None), ("h", None), ("v", None), ("/etc/../a\N{REPLACEMENT CHARACTER}[2J.xml", b"1")]


def test_names_of_members_are_shown_without_control_characters() -> None:
    (member,) = opened("a.zip", zipped(**{"../a\x1b[2J\n.csv": TABLE}))
    assert member.name == "a.zip/../a\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}.csv"


def test_a_server_that_sends_a_bomb_is_refused(limit: Limit) -> None:
    check(zipped(a=bytes(1000)), "zip", "", length_known=True)
    limit(whole=999)
    with pytest.raises(Trouble) as caught:
        check(zipped(a=bytes(1000)), "zip", "", length_known=True)
    assert caught.value.problem == "too_large" and "999 bytes" in caught.value.text.es


def test_every_refusal_says_what_to_do(limit: Limit) -> None:
    limit(members=1)
    with pytest.raises(SourceError) as caught:
        opened("a.zip", zipped(a=b"1", b=b"2"))
    assert "unpack or divide it" in caught.value.say("en") and "descomprímalo o divídalo" in caught.value.say("es")


def test_json_of_too_many_values_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict, "JSON_VALUES", 3)
    assert read_json(File("a.json", b"[1,2,3]")) == ["1", "2", "3"]
    with pytest.raises(TooLarge, match="3 values") as caught:
        read_json(File("a.json", b"[1,2,3,"))  # cut: it was not parsed
    assert "3 valores" in caught.value.say("es")
    with pytest.raises(Trouble) as trouble:
        check(b"[1,2,3,4]", "json", "", length_known=True)
    assert trouble.value.problem == "too_large" and "3 valores" in trouble.value.text.es


@pytest.mark.parametrize(("name", "most"), [("CSV_LINES", 2), ("CSV_CELLS", 5)])
def test_a_csv_text_of_too_many_lines_or_cells_is_refused(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strict, name, most)
    assert read_csv(File("a.csv", b"a,b\n1,2\n"), ["a", "b"]).height == 1
    with pytest.raises(TooLarge, match=f"more than {most}"):
        read_csv(File("a.csv", b"a,b\n1,2\n3,4\n"), ["a", "b"])


def test_a_file_larger_than_memory_is_not_read(limit: Limit, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(TABLE)
    limit(whole=len(TABLE))
    assert file_bytes(tmp_path / "a.csv") == TABLE
    limit(whole=len(TABLE) - 1)
    with pytest.raises(TooLarge, match=r"a\.csv"):
        file_bytes(tmp_path / "a.csv")
