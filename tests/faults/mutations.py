"""Ways in which a file may be damaged, picked and filled in by a seeded generator; each keeps the format in mind."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable

from hostile_answers import Chance

#: Texts that stand where a number, a date or a code should.
AWKWARD = (
    "", " ", "NA", "N/A", "NaN", "nan", "-nan", "inf", "-inf", "Infinity", "1e999", "-1e999", "1e-999", "1e400000000", "9" * 40, "9" * 5000, "0" * 5000 + "1",
    "1." + "3" * 3000, "²", "٣", "١٢", "٢٠٢٤", "½", "Ⅳ", "𝟙", "-0", "−5", "+5", "5.", ".5", "1_000", "0x1F", "1,000", "1e5", "1E+15", "true", "null", "None", "-1", "-999",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "2147483648", "99999999999999", "999999999999999999.9999",
    "0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01", "2024-02-30", "2024-13-01", "2024-W01-1", "20240101", "99/99/9999", "00/00/0000",
    "0000", "9999", "0001", "13", "00", "2024-06-30T23:59:60Z", "9999-12-31T23:59:59+00:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00+00:00", "2024-01-01T24:00", "2024-01-01T00:00+99:99", "2026-03-08T02:30:00", "At 25:99 pm MST", "At 0:00 am MST", "99:99", "24:00", "-1:30",
    "x" * 3000, "x" * 140_000, "á", "ñandú", "\ufeff", "\u202e", "\u0000", "\x01", "\x1b[2J\x07", "=1+1", "{0}", "{}", "{name}", "%s", "%(a)s", "\\", "'", "<b>", "&amp;", "a/b", "../x",
    "Jan 9999", "Jan-00", "2/1/20 0:00", "1e+05", "0.1" + "0" * 30, "-0.00001", "999999.99999",
)  # fmt: skip
#: Values of TOML.
TOML = (
    "inf", "-inf", "nan", "9223372036854775807", "-1", "0", "1e999", "1e308", "9" * 5000, "true", '""', '"x"', '"²"', "[]", "[[]]", "{}", "0001-01-01", "9999-12-31",
    "2024-01-01T00:00:00Z", "24:00:00", "23:59:60", '"99:99"', '"24:00"', "[1, \"a\"]", "[nan]", "{ en = \"a\", es = \"\" }", "[" * 900 + "]" * 900, "0x7fffffffffffffff",
    '"' + "x" * 5000 + '"', '"{0}"', '"\\u0000"', '"\\u001b[2J"', "1_000", "0.1", "1e-320", "4000000", "[0, 0, 0]", "100000000", '"٣"', "٣",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "latin-1", "utf-8-sig", "utf-7")
NESTED = (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 900 + b"]" * 900, b"[" * 100_000 + b"]" * 100_000)


class Damage(Chance):
    """A generator of damaged files."""

    def body(self, content: bytes, name: str) -> bytes:
        """The file with one to three things wrong in it."""
        if self.random() < 0.06:
            return self._any(content)
        for _ in range(self.choice((1, 1, 1, 2, 3))):
            content = self._way(content, name)(content)
        return content

    def _way(self, content: bytes, name: str) -> Callable[[bytes], bytes]:
        """One of the ways that suit the format."""
        start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
        if self.random() < 0.2:
            return self.octets
        if start.startswith((b"PK", b"\xfd7zXZ", b"\x1f\x8b")) or content[257:262] == b"ustar":
            return self._packed
        if start.startswith((b"{", b"[")) and not name.endswith(".toml"):
            return self._text_json
        if b"var dat" in content:
            return self._page
        if start.startswith(b"<"):
            return self._xml
        if name.endswith(".toml"):
            return self._toml
        return self._table

    def _any(self, content: bytes) -> bytes:
        """What may happen to a file of any format."""
        match self.randrange(10):
            case 0:
                return b""
            case 1:
                return content + content
            case 2:
                return content.replace(b"\n", b"\r")
            case 3:
                return content.replace(b"\n", b"\r\n")
            case 4:
                return self.choice(NESTED)
            case 5:
                return bytes(self.choice((1, 100, 70_000)))
            case 6:
                return b"\xef\xbb\xbf" * self.randint(1, 3) + content
            case 7:
                return content + self.choice((b"\0", b"\x1a", b"\n\n\n", b"\r", b"\n,", b'\n"', b"\xff"))
            case 8:
                return b"<html><body>Error 500</body></html>"
            case _:
                return content.decode("utf-8", "replace").encode(self.choice(ENCODINGS), "replace")

    def cell(self) -> str:
        """A text that no number, date or code is written as, or that looks like one and is none."""
        return self.choice(AWKWARD)

    # -- tables ---------------------------------------------------------------------------------------------
    def _table(self, content: bytes) -> bytes:
        """Lines and columns of a CSV file changed; of words parted by blanks too."""
        separator = b"," if b"," in content.partition(b"\n")[0] or b"\n" not in content else b" "
        rows = [line.split(separator) for line in content.split(b"\n")]
        at, last = self.randrange(len(rows)), max(len(rows[0]) - 1, 0)
        column = self.randint(0, last)
        match self.randrange(16):
            case 0 | 1 | 2 | 3 | 4:
                self._put(rows[at])
            case 5:
                awkward = self.cell().encode()
                rows = [rows[0], *([*r[:column], awkward, *r[column + 1 :]] for r in rows[1:])]
            case 6:
                rows = [r[:column] + r[column + 1 :] for r in rows]
            case 7:
                rows[0][column:] = [self.cell().encode(), *rows[0][column + 1 :]]
            case 8:
                rows = [[*r, r[column] if column < len(r) else b""] for r in rows]
            case 9:
                other = self.randrange(len(rows))
                rows[at], rows[other] = rows[other], rows[at]
            case 10:
                rows[at:at] = [rows[at]] * self.choice((1, 2, 50))
            case 11:
                del rows[at]
            case 12:
                rows[at] = rows[at][: self.randint(0, len(rows[at]))]
            case 13:
                rows[at].insert(min(column, len(rows[at])), self.cell().encode())
            case 14:
                rows[at] = [b'"' + c + b'"' for c in rows[at]] if self.random() < 0.5 else [b'"', *rows[at]]
            case _:
                rows = [[*r, b""] for r in rows]
        return b"\n".join(separator.join(r) for r in rows)

    def _put(self, row: list[bytes]) -> None:
        at = self.randrange(len(row))
        text = self.cell()
        row[at] = self.choice((text, f'"{text}"', f" {text} ", row[at].decode("utf-8", "replace") + text)).encode()

    # -- JSON -----------------------------------------------------------------------------------------------
    def json(self, value: object) -> object:
        """A value with one part of another kind, missing, doubled, renamed, nested or with an awkward text."""
        if not isinstance(value, dict | list) and self.random() < 0.7:
            text = self.cell()
            return text if self.random() < 0.7 else {"text": text, "list": [text]}
        return super().json(value)

    def _text_json(self, content: bytes) -> bytes:
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            return self.octets(content)
        for _ in range(self.randint(1, 3)):
            value = self.json(value)
        text = json.dumps(value, ensure_ascii=self.random() < 0.7).encode("utf-8", "surrogatepass")
        match self.randrange(12):
            case 0:  # a key twice in one object
                return re.sub(rb'("\w+"): ("[^"]*"|[^,{}\[\]]+)', rb"\1: \2, \1: \2", text, count=self.randint(1, 5))
            case 1:
                return text.replace(b'": "', b'": ', self.randint(1, 3))
            case 2:
                keys = re.findall(rb'"\w+":', text)
                return text.replace(self.choice(keys), b'"other":') if keys else text
            case 3:
                return re.sub(
                    rb": ?[-\d.]+",
                    b": " + self.choice((b"1e999", b"NaN", b"-Infinity", b"9" * 5000, b"-0")),
                    text,
                    count=3,
                )
        return text

    # -- markup ---------------------------------------------------------------------------------------------
    def _page(self, content: bytes) -> bytes:
        """The page of a chart: its data changed, or what is around them."""
        before, mark, after = content.partition(b"var dat = ")
        data, end, rest = after.partition(b";\n")
        match self.randrange(8):
            case 0:
                return before + mark + data[: self.randrange(len(data) + 1)]
            case 1:
                return before + mark * self.choice((2, 500)) + after
            case 2:
                return before + mark + data + data + end + rest
            case 3:
                return (
                    before
                    + mark
                    + self.choice((*NESTED, b"[" * 5000, b"[", b"null", b"{}", b"{};", b"[[]]"))
                    + end
                    + rest
                )
        return before + mark + self._text_json(data) + end + rest

    def _xml(self, content: bytes) -> bytes:
        """Elements doubled, dropped, moved, emptied; texts, names and the declaration changed."""
        pieces = re.split(rb"(<[^>]*>)", content)
        at, other = sorted((self.randrange(len(pieces)), self.randrange(len(pieces))))
        match self.randrange(12):
            case 0:
                pieces[at:at] = pieces[at : at + self.randint(1, 60)]
            case 1:
                del pieces[at : at + self.randint(1, 60)]
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                pieces[at] = self.choice(
                    (
                        b"<a/>",
                        b"<![CDATA[x]]>",
                        b"<!-- -->",
                        b"&lt;",
                        b"&x;",
                        b"<a b='c'>",
                        b"<" * 5000,
                        b"<a>" * 5000,
                        b"</port>",
                        b"]]>",
                    )
                )
            case 4:
                declared = self.choice(
                    (b"UTF-16", b"UTF-8", b"utf-7", b"idna", b"x", b"ISO-8859-1", b"cp037", b"unicode_escape")
                )
                return re.sub(rb"encoding=(['\"])[^'\"]*", rb"encoding=\1" + declared, content, count=1)
            case 5:
                return content.replace(b"<border_wait_time>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><border_wait_time>", 1)
            case 6:
                text = self.cell().encode()
                return re.sub(
                    rb">[^<]*</(\w+)>", lambda m: b">" + text + b"</" + m[1] + b">", content, count=self.randint(1, 40)
                )
            case _:
                texts = [i for i, piece in enumerate(pieces) if piece and not piece.startswith(b"<")]
                for i in self.sample(texts, min(len(texts), self.randint(1, 4))):
                    pieces[i] = self.cell().encode()
        return b"".join(pieces)

    def _toml(self, content: bytes) -> bytes:
        lines = content.split(b"\n")
        told = [i for i, line in enumerate(lines) if b"=" in line]
        at = self.choice(told) if told else 0
        key = lines[at].partition(b"=")[0]
        match self.randrange(10):
            case 0:
                del lines[at : at + self.randint(1, 4)]
            case 1:
                lines[at:at] = lines[at : at + self.randint(1, 6)]
            case 2:
                other = self.choice(told) if told else 0
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = (
                    self.choice((b'"a"', b"x", b"a.b.c", b'"\\u0000"', b"id", b"name"))
                    + b" ="
                    + lines[at].partition(b"=")[2]
                )
            case 4:
                lines[at:at] = [
                    self.choice(
                        (
                            b"[a]",
                            b"[[stream]]",
                            b"[[change]]",
                            b"[scenario]",
                            b"[[[",
                            b"]",
                            b"[[month]]",
                            b"x = {",
                            b"[stream]",
                        )
                    )
                ]
            case _:
                lines[at] = key + b"= " + self.choice(TOML).encode()
        return b"\n".join(lines)

    # -- containers -----------------------------------------------------------------------------------------
    def _packed(self, content: bytes) -> bytes:
        """A container with a damaged member, or damaged itself."""
        try:
            if content.startswith(b"\x1f\x8b"):
                return gzip.compress(self._way(inner := gzip.decompress(content), "")(inner), 1, mtime=0)
            if content.startswith(b"\xfd7zXZ"):
                return lzma.compress(self._way(inner := lzma.decompress(content), "")(inner), preset=0)
            return self._zip(content) if content.startswith(b"PK") else self._tar(content)
        except Exception:  # noqa: BLE001 (it is damaged already)
            return self.octets(content)

    def _zip(self, content: bytes) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            infos = source.infolist()
            chosen = self.choice(infos) if infos else None
            for info in infos:
                inner, name = source.read(info), info.filename
                if info is chosen:
                    if self.random() < 0.1:
                        continue
                    inner = self._way(inner, name)(inner)
                    name = self.choice(
                        (name,) * 8 + ("../../x.csv", "x.pdf", "\x1b[2J.csv", "a" * 300, "{0}.csv", "á.csv")
                    )
                made.writestr(zipfile.ZipInfo(name), inner)
        return target.getvalue()

    def _tar(self, content: bytes) -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(content)) as source, tarfile.open(fileobj=target, mode="w") as made:
            members = source.getmembers()
            chosen = self.choice(members) if members else None
            for member in members:
                handle = source.extractfile(member)
                inner = handle.read() if handle else b""
                if member is chosen:
                    inner = self._way(inner, member.name)(inner)
                    member.name = self.choice(
                        (member.name,) * 6
                        + ("x.xml", "rss-9999-99-99_99-99-99.xml", "rss-9999-12-31_23-59-59.xml", "{0}", "\x1b[2J")
                    )
                    member.type = self.choice(
                        (tarfile.REGTYPE,) * 8
                        + (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.FIFOTYPE, tarfile.GNUTYPE_SPARSE)
                    )
                member.size = len(inner)
                made.addfile(member, io.BytesIO(inner))
        return target.getvalue()
