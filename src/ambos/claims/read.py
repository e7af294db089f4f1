"""Read a sentence in English or Spanish: propose the formal readings of what it says. A person confirms them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from ambos.catalog.catalog import Catalog, plain
from ambos.catalog.claims import load_reader
from ambos.catalog.words import load_words
from ambos.claims.written import Written, found, numbers, tokens
from ambos.model import Indicator, Place, Series
from ambos.model.claim import Comparison, ReaderWords, Reading, Sense, Way, numbered
from ambos.periods import plus_months

#: Years that a claim can be of; treaties of 1889 and 1944 are none.
_YEARS = range(1980, 2100)
#: A verb of the future in Spanish: invertirá, instalarán.
_FUTURE = re.compile(r"\w{3,}r(á|án|emos)\b")
#: Digits of a number: no figure has more.
_DIGITS = 16
#: Words between a word of comparison and its number.
_NEAR = 5
#: Likeness (0 to 100) from which a name is taken for a place that it misspells.
_LIKE = 84
_FREQUENCIES = "HDMQA"
#: Words that may stand between a word of comparison and a year.
_SMALL = frozenset(("the", "el", "en", "in", "ano", "year", "los", "de"))
#: Stands in the words of a sense for the place that it takes.
_MARK = "{place}"


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place that a sentence names: its tokens, and the places of that name, the likeliest first."""

    start: int
    end: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class _Sentence:
    """A sentence taken apart."""

    words: Sequence[str]
    text: str  #: Its words, parted and bounded by spaces.
    numbers: Sequence[Written]
    mentions: Sequence[_Mention]
    period: str
    since: str
    goods: bool  #: Whether it names goods or services.
    rate: bool  #: Whether it speaks of amounts of a day, an hour or a week.
    spans: bool  #: Whether `since` and the period are the ends of a span: between 2019 and 2024.
    catalog: Catalog
    known: ReaderWords

    def has(self, phrases: Sequence[str], **marked: _Mention | None) -> bool:
        """Return True if one of some phrases is in the sentence."""
        return any(self.places_of(phrase, **marked) for phrase in phrases)

    def places_of(self, phrase: str, **marked: _Mention | None) -> list[int]:
        """The tokens at which a phrase begins; ``{place}`` in it stands for the mention of this name."""
        words = list(self.words)
        for name, mention in marked.items() if "{" in phrase else ():
            if mention is not None:
                words[mention.start : mention.end] = [f"{{{name}}}"] + [""] * (mention.end - mention.start - 1)
        wanted = phrase.split(" ")
        return [at for at in range(len(words)) if words[at : at + len(wanted)] == wanted]


def read(catalog: Catalog, sentence: str, said: date | None = None) -> tuple[Reading, ...]:
    """Propose the formal readings of a sentence.

    Parameters
    ----------
    catalog : Catalog
    sentence : str
        In English or Spanish; which of them need not be said.
    said : date, optional
        When: "last year" is the year before.

    Returns
    -------
    tuple of Reading
        One for each thing said of a series that is known: a value, a record, a rank, a change, a share. Empty if nothing
        in it can be held against a figure: no known subject or place, or a plan.
    """
    known = load_reader(catalog)
    words = tokens(sentence)
    text = f" {' '.join(words)} "
    if _FUTURE.search(sentence.casefold()) or any(f" {phrase} " in text for phrase in known.unread):
        return ()
    numbers_in = tuple(n for n in numbers(words, known) if n.value.adjusted() < _DIGITS)
    mentions = _mentions(catalog, known, words)
    since, year_at, spans = _since(words, known)
    period = _period(words, known, said, year_at)
    goods = any(f" {phrase} " in text for phrase in _goods(catalog))
    rate = any(f" {phrase} " in text for phrase in known.rates)
    one = _Sentence(words, text, numbers_in, mentions, period, since, goods, rate, spans, catalog, known)
    return tuple(dict.fromkeys(_readings(one, year_at)))


def _readings(one: _Sentence, since_at: int) -> Iterator[Reading]:
    """The readings of a sentence: of its numbers first, then what it says without one."""
    low, high = _extreme(one, "record_low", one.known.lowest), _extreme(one, "record_high", one.known.highest)
    years = {at for at, word in enumerate(one.words) if _is_year(word)}
    stated = [n for n in one.numbers if n.start not in years or not n.bare]
    made = [(n, reading) for n in stated if (reading := _of_number(one, n))]
    if any(n.unit for n, _ in made):
        made = [(n, reading) for n, reading in made if n.unit]
    yield from (reading for _, reading in made)
    at = made[0][0].start if made else 0
    record: Comparison | None = "record_low" if low else "record_high" if high else None
    if record and (base := _series(one, None, record, at)):
        yield replace(base, comparison=record, since=one.since)
        return
    if (rank := _rank(one, alone=not made)) and (base := _series(one, None, "rank", 0)):
        place = one.catalog.places[base.place]
        yield replace(base, comparison="rank", value=Decimal(rank), unit="rank", among=place.parent or "")
        return
    way = _compared(one, since_at)
    if not way and not made:
        way = _direction(one, 0)
    if way and (base := _series(one, None, "growth", at)):
        yield replace(base, comparison="growth", direction=way, since=one.since)


def _of_number(one: _Sentence, number: Written) -> Reading | None:
    """Read a number of a sentence: a change or a share if it is in percent, else a value of a series."""
    if number.unit == "percent":
        way = "" if _reached(one, number) else _direction(one, number.start, near=True)
        sharing = one.has(one.known.comparisons["share"]) or (
            bool(found(one.words, number.end, dict.fromkeys(one.known.part_of))) and len(one.mentions) > 1
        )
        if not way and not sharing and not _reached(one, number):
            way = _direction(one, number.start)
        if way and (base := _series(one, None, "growth", number.start)):
            return replace(
                base, comparison="growth", value=number.value, unit="percent", direction=way, since=one.since
            )
        if sharing and (base := _series(one, number, "share", number.start)):
            return replace(base, comparison="share", value=number.value, unit="percent")
        if sharing and (base := _series(one, None, "share", number.start)):
            whole = _whole(one, number, one.catalog.places[base.place])
            return replace(base, comparison="share", value=number.value, unit="percent", of=whole) if whole else None
    if number.unit != "percent" and _is_change(one, number):
        return None
    base = _series(one, number, "value", number.start)
    if base is None:
        return None
    period = base.period
    after = f" {' '.join(one.words[number.end : number.end + _NEAR])} "
    if one.spans and len(period) == len(one.since) == 4:
        period = f"{one.since}-01/{period}-12"
    elif period[:4].isdigit() and any(f" {phrase} " in after for phrase in one.known.year_before):
        period = f"{int(period[:4]) - 1}{period[4:]}"
    elif len(period) == 4 and (own := _own_year(one, number)):
        period = own
    return replace(base, comparison=_comparison(one, number), value=number.value, period=period)


def _reached(one: _Sentence, number: Written) -> bool:
    """Return True if a number is what was reached or what was before, not a change: fell to 3.8 percent."""
    near = one.words[max(0, number.start - 2) : number.start]
    before = " ".join(near)
    if len(near) == 2 and near[1] == "de" and near[0] in (*one.known.up, *one.known.down):
        return False  # un alza de 62.7 por ciento
    return any(f" {before}".endswith(f" {phrase}") for phrase in one.known.reached)


def _is_change(one: _Sentence, number: Written) -> bool:
    """Return True if a number is a change and no level: rose by 20,000, cayó 500 mdd."""
    at = number.start
    while at and one.words[at - 1] in one.known.by:
        at -= 1
    return at > 0 and (one.words[at - 1] in one.known.up or one.words[at - 1] in one.known.down)


def _own_year(one: _Sentence, number: Written) -> str:
    """The year that follows a number: of 28.5 in 2022 and 31.6 in 2023 each has its own."""
    for at in range(number.end, min(number.end + _NEAR, len(one.words))):
        word = one.words[at]
        if _is_year(word) and one.words[at - 1] in ("in", "en", "during", "durante"):
            return word
        if word[0].isdigit() or word in ".;:(),":
            break
    return ""


def _whole(one: _Sentence, number: Written, place: Place) -> str:
    """The place of which another is a part: one that the sentence names, else the one that contains it; "" if neither.

    A part of what a place has itself (28% of Arizona's exports) is none of the place above it, and a state's part of its
    country is said to be one.
    """
    if any(place in mention.places for mention in one.mentions if _whole_named(one, number, mention)):
        return ""
    above, up = [], place.parent
    while up:
        above.append(up)
        up = one.catalog.places[up].parent
    named = {p.id for mention in one.mentions for p in mention.places}
    national = place.kind != "state" or one.has(one.known.nation)
    return next((id for id in above if id in named), above[0] if above and national else "")


def _whole_named(one: _Sentence, number: Written, mention: _Mention) -> bool:
    """Return True for the place named right after a percentage: 28% of Arizona's exports, 28% de las de Arizona."""
    between = one.words[number.end : mention.start]
    breaks = {",", ";", ":", ".", "(", ")"}
    return 0 < len(between) <= _NEAR and between[0] in one.known.part_of and not breaks & {*between}


def _comparison(one: _Sentence, number: Written) -> Comparison:
    """The comparison whose words stand nearest before a number."""
    best: tuple[int, Comparison] = (-1, "equals")
    kinds: tuple[Comparison, ...] = ("about", "more", "less")
    for kind in kinds:
        for phrase in one.known.comparisons[kind]:
            for at in one.places_of(phrase):
                end = at + len(phrase.split())
                if number.start - _NEAR < end <= number.start and (end, len(phrase)) > (best[0], 0):
                    best = (end, kind)
    return best[1]


def _direction(one: _Sentence, at: int, *, near: bool = False) -> Way:
    """The direction of the verb of change nearest to a token; only within a few words with `near`."""
    best: tuple[int, Way] = (10**6, "")
    for way, phrases in _ways(one.known.up, one.known.down):
        for phrase in phrases:
            for start in one.places_of(phrase):
                best = min(best, (abs(at - start), way))
    return best[1] if not near or best[0] <= _NEAR else ""


def _ways(up: Sequence[str], down: Sequence[str]) -> tuple[tuple[Way, Sequence[str]], ...]:
    return ("up", up), ("down", down)


def _compared(one: _Sentence, since_at: int) -> Way:
    """The direction of a comparison with a year by a word before it: below 2019."""
    if since_at < 0:
        return ""
    before = " ".join(one.words[max(0, since_at - 3) : since_at])
    for way, phrases in _ways(one.known.above, one.known.below):
        if any(f" {before}".endswith(f" {phrase}") for phrase in phrases):
            return way
    return ""


def _extreme(one: _Sentence, kind: Comparison, words: Sequence[str]) -> bool:
    """Return True if a sentence speaks of a record: by its name, or by an extreme of all times or since a year."""
    of_times = one.has(one.known.of_record) or (bool(one.since) and not one.spans)
    named = one.has(one.known.comparisons[kind])
    if kind == "record_high" and one.has(one.known.lowest):
        named = False  # the lowest on record
    return named or (of_times and one.has(words))


def _rank(one: _Sentence, *, alone: bool) -> int:
    """The rank that a sentence speaks of: an ordinal beside a word of order, or a superlative where nothing else is said
    of the figure; 0 if none."""
    if one.has(one.known.not_ranked):
        return 0
    ranks = numbered(one.known.ranks)
    for at in range(len(one.words)):
        ordinal = found(one.words, at, ranks)
        if ordinal and not found(one.words, at, numbered(one.known.quarters)):
            near = one.words[max(0, at - 2) : at + 4]
            if any(found(near, i, dict.fromkeys(one.known.ranked)) for i in range(len(near))):
                return ranks[ordinal]
    return int(alone and one.has(one.known.superlatives))


# -- subject and place ------------------------------------------------------------------------------------------------
def _series(one: _Sentence, number: Written | None, said: str, at: int) -> Reading | None:
    """The series, place and item that a sentence speaks of, as a reading without its comparison.

    Of senses of one family (exports, imports, both) that all fit, the one whose word stands nearest to the number.
    """
    best: tuple[int, Reading] | None = None
    family: tuple[object, ...] = ()
    for sense in one.known.senses:
        if not _speaks(one, sense, said, given=number is not None):
            continue
        mention, place = _place(one, sense)
        named, item = _item(one, sense)
        if place is None or item is None or not _fits(one, sense, mention, named):
            continue
        chosen = _chosen(one, sense, number)
        if chosen is None:
            continue
        series, unit = chosen
        own = (series.rpartition(".")[0], sense.also, sense.kinds, sense.item)
        if best is not None and own != family:
            continue
        starts = [start for phrase in sense.words for start in one.places_of(phrase, place=mention, item=named)]
        distance = min(abs(at - start) for start in starts)
        if best is None or distance < best[0]:
            best, family = (distance, Reading(series, "equals", place.id, item, one.period, None, unit)), own
    return best[1] if best else None


def _speaks(one: _Sentence, sense: Sense, said: str, *, given: bool) -> bool:
    """Return True if a sense is of what is said: a share in percent, a growth, or a value; of all goods or of amounts of
    a day where it is of such only."""
    share = said == "share" and given
    kind = sense.comparison == "share" if share else sense.comparison in ("", "growth" if said == "growth" else "")
    return kind and not (sense.whole and one.goods) and sense.rate == one.rate


def _fits(one: _Sentence, sense: Sense, place: _Mention | None, item: _Mention | None) -> bool:
    """Return True if the words of a sense are in the sentence, and no state is that it does not speak of."""
    wanted = one.has(sense.words, place=place, item=item)
    wanted = wanted and (not sense.also or one.has(sense.also, place=place, item=item))
    wanted = wanted and (not sense.measure or one.has(sense.measure))
    return wanted and not one.has(sense.but) and not any(_states(one, country) for country in sense.not_within)


def _states(one: _Sentence, country: str) -> list[tuple[_Mention, Place]]:
    """The states of a country that a sentence names."""
    return [
        (mention, place)
        for mention in one.mentions
        for place in mention.places
        if place.kind == "state" and _country(one.catalog, place) == country
    ]


def _item(one: _Sentence, sense: Sense) -> tuple[_Mention | None, str | None]:
    """The item of a sense, and the mention of a place that it is; None for an item that the sentence does not name."""
    if not sense.item_within:
        return None, sense.item
    return next(((mention, place.id) for mention, place in _states(one, sense.item_within)), (None, None))


def _place(one: _Sentence, sense: Sense) -> tuple[_Mention | None, Place | None]:
    """The place that a sense takes of those named: by the order of its kinds, then as the sentence has them."""
    what = one.catalog.series[sense.series[0]]
    if not sense.kinds:
        series = _numerator(one.catalog, what)
        return None, one.catalog.places.get(series.single_place)
    marked = any(_MARK in phrase for phrase in sense.words)
    for kind in sense.kinds:
        for mention in one.mentions:
            if marked and not one.has(sense.words, place=mention):
                continue
            for place in mention.places:
                if place.kind == kind and sense.within in ("", _country(one.catalog, place)):
                    return mention, place
    return None, None


def _country(catalog: Catalog, place: Place) -> str:
    while place.parent:
        place = catalog.places[place.parent]
    return place.id


def _numerator(catalog: Catalog, what: Series | Indicator) -> Series:
    return what if isinstance(what, Series) else _numerator(catalog, catalog.series[what.numerator])


def _chosen(one: _Sentence, sense: Sense, number: Written | None) -> tuple[str, str] | None:
    """The series of a sense that has the unit of a number and the frequency of the period, and the unit of the value."""
    wanted = _frequency(one.period)
    fitting = []
    for id in sense.series:
        what = one.catalog.series[id]
        series = _numerator(one.catalog, what)
        if wanted and _FREQUENCIES.index(series.frequency) > _FREQUENCIES.index(wanted):
            continue
        if number is None:
            return id, ""
        own = one.catalog.units[what.unit]
        other = one.catalog.other_unit(own)
        if number.unit == own.id:
            return id, own.id
        if other and number.unit == other.id:
            fitting.append((id, other.id))
        elif number.unit in ("usd", "mxn") and series.currency and what is series:
            fitting.append((id, number.unit))
        elif number.unit in sense.units or (not number.unit and not (series.currency and number.bare)):
            fitting.append((id, own.id))
    return fitting[0] if fitting else None


def _frequency(period: str) -> str:
    if not period:
        return ""
    return (
        "M" if "/" in period else "Q" if "Q" in period else "A" if len(period) < 7 else "M" if len(period) == 7 else "D"
    )


@lru_cache(maxsize=4)
def _goods(catalog: Catalog) -> tuple[str, ...]:
    """Words of goods and services: those of the definitions, and those by which searches find codes of goods."""
    made = dict.fromkeys(load_reader(catalog).goods)
    for group in load_words(catalog).synonyms.values():
        if any(key.startswith(("code:hs2/", "code:commodity_groups/")) for key in group.finds):
            named = [plain(word).replace("-", " ") for word in group.words]
            made |= dict.fromkeys(word + plural for word in named for plural in ("", "s"))
    return tuple(made)


@lru_cache(maxsize=4)
def _names(catalog: Catalog) -> dict[str, tuple[Place, ...]]:
    """The places by their names as sentences have them: of the region, states, countries, reservoirs and basins."""
    known = load_reader(catalog)
    own = {*catalog.region_places(), *catalog.region.comparators}
    names: dict[str, list[Place]] = {}

    def add(name: str, place: Place) -> None:
        words = plain(name).replace("-", " ")
        if len(words) > 3 and not words.replace(" ", "").isdigit():
            bearers = names.setdefault(words, [])
            if place not in bearers:
                bearers.append(place)

    for place in catalog.places.values():
        if place.id in own or place.kind in ("country", "state", "reservoir", "basin"):
            for name in place.names():
                add(name, place)
    for group in load_words(catalog).synonyms.values():
        ids = [key.partition(":")[2] for key in group.finds if key.startswith("place:")]
        for id in ids if group.finds and group.finds[0].startswith("place:") else ():
            for word in group.words if id in catalog.places else ():
                if catalog.places[id].kind != "municipality" or _calls(word, catalog.places[id]):
                    add(word, catalog.places[id])
    for id, words in known.countries.items():
        for word in words:
            names.setdefault(word, [catalog.places[id]] if id in catalog.places else [])
    return {name: _meant(bearers) for name, bearers in names.items()}


def _calls(word: str, place: Place) -> bool:
    """Return True if a word of searches is a part of a municipality's name or its initials, not the city across."""
    name = plain(place.name.es).split()
    return {*plain(word).split()} <= {*name} or plain(word) == "".join(part[0] for part in name)


def _meant(bearers: Sequence[Place]) -> tuple[Place, ...]:
    """The bearers of a name that are meant by it: the country alone, where a state has its name too."""
    return tuple([p for p in bearers if p.kind == "country"] or bearers)


def _mentions(catalog: Catalog, known: ReaderWords, words: Sequence[str]) -> list[_Mention]:
    """Find the places that a sentence names, the longest name first; of a misspelt name the place most like it."""
    names = _names(catalog)
    no_places = dict.fromkeys(known.no_places)
    most = max(len(name.split()) for name in names)
    made: list[_Mention] = []
    at = 0
    while at < len(words):
        for length in range(most, 0, -1):
            phrase = " ".join(words[at : at + length])
            if at + length > len(words) or _cuts_a_number(words, at + length, known):
                continue
            if phrase in names or phrase in no_places:
                if names.get(phrase):
                    made.append(_Mention(at, at + length, names[phrase]))
                at += length
                break
        else:
            at += 1
    return _in_their_states(catalog, made, words) or _misspelt(names, words)


def _in_their_states(catalog: Catalog, made: list[_Mention], words: Sequence[str]) -> list[_Mention]:
    """Keep of a name with its state behind it (Nogales, Arizona) the places of that state; ports serve both sides."""
    for i, (mention, following) in enumerate(pairwise(made)):
        states = [p.id for p in following.places if p.kind == "state"]
        if states and [*words[mention.end : following.start]] in ([","], ["("]):
            kept = [p for p in mention.places if p.kind in ("port", "crossing", "state") or p.parent in states]
            made[i] = replace(mention, places=tuple(kept))
    return made


def _cuts_a_number(words: Sequence[str], end: int, known: ReaderWords) -> bool:
    """Return True where a phrase would end within a number: "Nogales 3 millones" is not the crossing Nogales 3."""
    return end < len(words) and words[end - 1].isdigit() and words[end] in numbered(known.magnitudes)


def _misspelt(names: Mapping[str, tuple[Place, ...]], words: Sequence[str]) -> list[_Mention]:
    from rapidfuzz import fuzz, process  # here, as most sentences name their place rightly

    best: tuple[float, _Mention] | None = None
    for at in range(len(words)):
        for length in (3, 2, 1):
            phrase = " ".join(words[at : at + length])
            if len(phrase) < 6 or at + length > len(words):
                continue
            like = process.extractOne(phrase, names.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE)
            if like and (best is None or like[1] > best[0]):
                best = (like[1], _Mention(at, at + length, names[like[0]]))
    return [best[1]] if best else []


# -- time -------------------------------------------------------------------------------------------------------------
def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdigit() and int(word) in _YEARS


def _since(words: Sequence[str], known: ReaderWords) -> tuple[str, int, bool]:
    """The year that another is compared with, its token, and whether the two are the ends of a span.

    The only year of a sentence is one to compare with where it says since.
    """
    years = [at for at, word in enumerate(words) if _is_year(word)]
    for first, last in pairwise(years):
        joined = " ".join(words[first + 1 : last])
        if joined in ("and", "y", "to", "a", "–", "hasta") and found(words, first - 1, dict.fromkeys(known.between)):
            return words[first], first, True
    for at in years if len(years) > 1 else ():
        before = [w for w in words[max(0, at - 4) : at] if w not in _SMALL]
        phrase = f" {' '.join(before)}"
        whole = f" {' '.join(words[max(0, at - 4) : at])}"
        if any(phrase.endswith(f" {s}") or whole.endswith(f" {s}") for s in known.since):
            return words[at], at, False
    if len(years) == 1 and words[max(0, years[0] - 1)] in ("since", "desde"):
        return words[years[0]], years[0], False
    return "", -1, False


def _period(words: Sequence[str], known: ReaderWords, said: date | None, without: int) -> str:
    """The period of a sentence, as a label; "" if it names none."""
    text = f" {' '.join(words)} "
    years = [at for at, word in enumerate(words) if _is_year(word) and at != without]
    fused = next((w for w in words if re.fullmatch(r"fy(19|20)\d\d", w)), "")
    if fused:
        return f"FY{fused[2:]}"
    year = words[years[0]] if years else ""
    if not year and said:
        if any(f" {p} " in text for p in known.last_year):
            year = str(said.year - 1)
        elif any(f" {p} " in text for p in known.this_year):
            year = str(said.year)
    if not year and said and any(f" {p} " in text for p in known.last_month):
        return f"{plus_months(said, -1):%Y-%m}"
    by_name, quarters = numbered(known.months), numbered(known.quarters)
    months = [(at, by_name[word]) for at, word in enumerate(words) if word in by_name and _month(words, at)]
    quarter = next((q for at in range(len(words)) if (q := found(words, at, quarters))), "")
    if not year and months and said:
        year = str(said.year - (months[-1][1] > said.month))
    if not year:
        return ""
    if any(f" {p} {year} " in text or f" {p} de {year} " in text for p in (*known.fiscal, "fiscal")):
        return f"FY{year}"
    if quarter:
        return f"{year}-Q{quarters[quarter]}"
    if len(months) > 1 and months[0][1] < months[-1][1]:
        return f"{year}-{months[0][1]:02d}/{year}-{months[-1][1]:02d}"
    return f"{year}-{months[0][1]:02d}" if months else year


def _month(words: Sequence[str], at: int) -> bool:
    """Return True unless a word that is also a month is another one here: may, marches."""
    return words[at] not in ("may", "march") or (
        at + 1 < len(words) and (words[at + 1].isdigit() or words[at + 1] in ("of", "through", "to"))
    )
