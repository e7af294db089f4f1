"""Numbers as sentences write them, with the place of their last digit: "$19.5 billion", "3 millones 390 mil", "8,950 mdd"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ambos.model.claim import ReaderWords, numbered

#: A word, or a number with its marks: 19.5, 1,044.9, 19,5 (decimal comma), $8.9, 5.9%, 5th, 9.º, 1T.
_TOKEN = re.compile(r"(?:us)?\$|%|\d+(?:[.,]\d+)*[a-z]*|[a-z][a-z0-9]*|[.;:,()/–—]")
_DIGITS = re.compile(r"(\d+(?:[.,]\d+)*)([a-z]*)$")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?$")
_GROUPED_BY_POINTS = re.compile(r"\d{1,3}(\.\d{3}){2,}(,\d+)?$")
#: What parts words without a meaning of its own: apostrophes, hyphens between letters, quotation marks.
_CONTRACTED = re.compile(r"['’‘“”«»\"]|(?<=[^\W\d])-(?=[^\W\d])")
#: Words of a unit are looked for in so many words after a number.
_NEAR = 4
_BREAKS = frozenset(".;:()")


def tokens(text: str) -> list[str]:
    """Cut a sentence into words, numbers and marks, in lower case and without accents (ñ is n)."""
    kept = _CONTRACTED.sub(" ", text.casefold().replace("m³", "m3").replace("u.s.", "u s").replace("ee. uu.", "ee uu"))
    letters = unicodedata.normalize("NFKD", kept)
    return _TOKEN.findall("".join(c for c in letters if not unicodedata.combining(c)))


@dataclass(frozen=True, slots=True)
class Written:
    """A number of a sentence."""

    value: Decimal  #: With the exponent of its last digit as written.
    start: int  #: `start`, `end`: its tokens, with magnitude, currency mark and unit words.
    end: int
    unit: str = ""  #: Empty if no word of a unit follows.
    bare: bool = False  #: A plain number of digits alone: it may be a year.


def decimal_of(text: str) -> Decimal | None:
    """Read digits with their marks, points and commas as either language has them; None if they are no number."""
    if _GROUPED.match(text):
        return Decimal(text.replace(",", ""))
    if _GROUPED_BY_POINTS.match(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if text.count(",") == 1 and "." not in text:
        return Decimal(text.replace(",", "."))
    if text.count(".") <= 1 and "," not in text:
        return Decimal(text)
    return None


def found(words: Sequence[str], at: int, phrases: Mapping[str, object]) -> str:
    """The longest of some phrases that begins at a place; "" if none does."""
    for length in (4, 3, 2, 1):
        phrase = " ".join(words[at : at + length])
        if at + length <= len(words) and phrase in phrases:
            return phrase
    return ""


def numbers(words: Sequence[str], known: ReaderWords) -> Iterator[Written]:
    """Find the numbers of a sentence, each with its unit.

    Parameters
    ----------
    words : sequence of str
        Of `tokens`.
    known : ReaderWords
    """
    units = {word: unit for unit, phrases in known.units.items() for word in phrases}
    at = 0
    before: Written | None = None  # the number read last: a base may follow it
    while at < len(words):
        read = _number(words, at, known)
        if read is None:
            at += 1
            continue
        value, end, suffixed = read
        if _is_base(words, at):  # 50.8 per 100,000
            if before is not None and value == 10**5:
                before = replace(before, unit="per_100k", end=end, bare=False)
            at = end
            continue
        start = at - 1 if at and words[at - 1] in ("$", "us$") else at
        unit = "usd" if start < at else ""
        amount = found(words, end, known.amounts)
        bare = end == at + 1 and not unit and not suffixed
        if end < len(words) and words[end] == "%":
            unit, end = "percent", end + 1
        elif multiple := found(words, end, known.multiples):
            unit, times = known.multiples[multiple]
            value, end = value * int(times), end + len(multiple.split())
            if list(words[end : end + 2]) == ["y", "media"]:  # una hora y media
                value, end = value + int(times) // 2, end + 2
        elif amount:
            unit, power = known.amounts[amount][0], int(known.amounts[amount][1])
            value, end = value.scaleb(power), end + len(amount.split())
        else:
            unit, end = _unit(words, end, units, unit)
        if before is not None:
            yield before
        before = Written(value, start, end, unit, bare and not unit)
        at = end
    if before is not None:
        yield before


def _is_base(words: Sequence[str], at: int) -> bool:
    """Return True for the number of a rate that stands for its base: per 100,000, por cada 100 mil."""
    return at > 0 and (words[at - 1] == "per" or list(words[max(0, at - 2) : at]) == ["por", "cada"])


def _unit(words: Sequence[str], end: int, units: Mapping[str, str], unit: str) -> tuple[str, int]:
    """The unit that follows a number within a few words, and where its words end."""
    for ahead in range(_NEAR):
        at = end + ahead
        if at >= len(words) or words[at] in _BREAKS or words[at] == "," or words[at][0].isdigit():
            break
        phrase = found(words, at, units)
        if phrase and not (unit == "usd" and units[phrase] != "mxn"):
            return units[phrase], at + len(phrase.split())
    return unit, end


def _number(words: Sequence[str], at: int, known: ReaderWords) -> tuple[Decimal, int, bool] | None:
    """Read the number that begins at a word, with its magnitudes: value, the word after it, and whether letters stood at
    its digits (19.5B).

    "3 millones 390 mil", "936 mil 263" and "2 mil 711.8 millones" are one number each.
    """
    whole: Decimal | None = None
    group: Decimal | None = None  # thousands that a million may follow
    least, suffixed = Decimal(10) ** 99, False
    while at < len(words):
        read = _part(words, at, known)
        if read is None:
            break
        value, power, after, suffix = read
        follows = whole is not None or group is not None
        if follows and (value.scaleb(power if power < 6 else 0) >= least or suffix):
            break
        suffixed = suffixed or suffix
        if power in (0, 3):
            group = _added(group, value.scaleb(power))
            least = Decimal(1000)
        else:
            whole = _added(whole, _added(group, value).scaleb(power))
            group, least = None, Decimal(10) ** 6
        at = after
        if not power:
            break
    read_whole = whole if group is None else _added(whole, group)
    return (read_whole, at, suffixed) if read_whole is not None else None


def _added(first: Decimal | None, second: Decimal) -> Decimal:
    """Add two numbers; a missing one leaves the other as it was written, to its last digit."""
    return second if first is None else first + second


def _part(words: Sequence[str], at: int, known: ReaderWords) -> tuple[Decimal, int, int, bool] | None:
    """Read digits with the power of ten that follows: value, power, the word after them, and whether the power was a
    suffix; None if there is no number."""
    magnitudes = numbered(known.magnitudes)
    digits, power, after, suffixed = _DIGITS.match(words[at]), 0, at + 1, False
    if digits is None and (spelled := _spelled(words, at, known)):
        value, after = spelled
    elif digits is None and words[at] == "mil" and (at == 0 or words[at - 1] not in magnitudes):
        value, power = Decimal(1), 3  # "mil 579 millones", "mil millones"
    elif digits is None:
        if words[at] not in ("un", "el", "medio", "a", "one") or not _singular(words, after):
            return None
        value = Decimal("0.5") if words[at] == "medio" else Decimal(1)
    else:
        read = decimal_of(digits[1])
        if read is None or (digits[2] and digits[2] not in magnitudes):
            return None
        value = read
        if digits[2]:
            power, suffixed = 3 * magnitudes[digits[2]], True
    while after < len(words) and words[after] in magnitudes and len(words[after]) > 1:
        power, after = power + 3 * magnitudes[words[after]], after + 1
    return value, power, after, suffixed


def _spelled(words: Sequence[str], at: int, known: ReaderWords) -> tuple[Decimal, int] | None:
    """Read a number in words before a magnitude or a unit that is counted: twenty billion, treinta y cinco mil, two hours.

    The value and the word after it; None of other numbers in words, which seldom are a figure: the two governors.
    """
    digits = {word: int(number) for number, spelled in known.numbers.items() for word in spelled}
    value, after = 0, at
    while after < len(words):
        word = words[after]
        if word in ("y", "and") and value and after + 1 < len(words) and words[after + 1] in digits:
            after += 1
        elif word == "hundred" and value:
            value, after = value * 100, after + 1
        elif word in digits:
            value, after = value + digits[word], after + 1
        else:
            break
    if after == at or after == len(words):
        return None
    counted = [word for unit in known.counted for word in known.units[unit]]
    follows = words[after] in numbered(known.magnitudes) and len(words[after]) > 1
    if not follows and not found(words, after, dict.fromkeys((*counted, *known.multiples))):
        return None
    return Decimal(value), after


def _singular(words: Sequence[str], at: int) -> bool:
    """Return True before a magnitude that stands for one of it: a million, un billón, medio millón."""
    return at < len(words) and words[at] in ("million", "billion", "trillion", "millon", "billon")
