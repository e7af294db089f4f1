"""`ambos search`: series, places, codes, sources, checks, terms, questions and pages by words of either language."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from rapidfuzz import fuzz, process

from ambos.catalog import Catalog
from ambos.catalog.catalog import PLACE_KINDS, plain
from ambos.catalog.register import load_labels, load_register
from ambos.catalog.words import load_words
from ambos.errors import bad_request
from ambos.flows.workspace import Workspace
from ambos.model import Series
from ambos.model.answer import Answer, Column, Named, Table, View
from ambos.model.codes import TOTAL
from ambos.model.register import Record
from ambos.numbers import period
from ambos.quality import load_checks
from ambos.text import LANGUAGES, Language, Text, joined

#: What can be found, with its name for people and its weight: of two that fit alike, the heavier comes first.
KINDS: Mapping[str, tuple[Text, float]] = {
    "series": (Text("series", "serie"), 1.0),
    "place": (Text("place", "lugar"), 1.0),
    "page": (Text("page", "página"), 0.95),
    "term": (Text("glossary", "glosario"), 0.9),
    "question": (Text("question", "pregunta"), 0.85),
    "code": (Text("code", "clave"), 0.85),
    "source": (Text("source", "fuente"), 0.85),
    "check": (Text("check", "revisión"), 0.8),
    "record": (Text("register", "registro"), 0.5),
}
#: Weight of a word by where it stands: in a name, in another name or code, in what explains it.
_NAME, _OTHER, _BODY = 1.0, 0.85, 0.3
#: Weight of a place or code that the region has nothing of its own in.
_ELSEWHERE = 0.55
#: A word that only begins like the one asked for, and the least likeness (0 to 100) of one that is spelt otherwise.
_PREFIX, _LIKE = 0.85, 76
#: Likeness from which a phrase of the synonyms counts as the one asked for.
_LIKE_PHRASE = 86
#: What a named phrase adds to what it finds, and a whole name to its bearer; matches are between 0 and 1.
_FOUND, _WHOLE = 1.2, 0.5
#: Results below this part of the best are left out.
_LEAST = 0.35
MOST_RESULTS, MOST_LETTERS = 30, 200
_EMPTY = frozenset(
    [
        "a",
        "al",
        "and",
        "are",
        "as",
        "at",
        "by",
        "con",
        "cual",
        "cuales",
        "cuanta",
        "cuantas",
        "cuanto",
        "cuantos",
        "de",
        "del",
        "do",
        "does",
        "e",
        "el",
        "en",
        "es",
        "esta",
        "for",
        "from",
        "hay",
        "how",
        "i",
        "in",
        "is",
        "la",
        "las",
        "lo",
        "los",
        "mas",
        "me",
        "mi",
        "much",
        "many",
        "no",
        "o",
        "of",
        "on",
        "or",
        "para",
        "por",
        "que",
        "se",
        "si",
        "sin",
        "su",
        "the",
        "to",
        "un",
        "una",
        "unos",
        "what",
        "where",
        "which",
        "who",
        "why",
        "y",
    ]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found."""

    kind: str  #: One of `KINDS`.
    id: str
    title: Text
    text: Text  #: What it is.
    names: tuple[str, ...] = ()  #: Other names, codes and spellings.
    weight: float = 1.0
    item: str = ""  #: Of a code, the item that it is in the series.
    series: str = ""  #: Of a code, a series that has it.

    @property
    def key(self) -> str:
        """As `finds` of the synonyms names it."""
        return f"{self.kind}:{self.id}"


@dataclass
class Index:
    """All entries of a catalog by their words."""

    entries: list[Entry] = field(default_factory=list)
    #: By word, the places of the entries that have it, each with the weight of the word there.
    words: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    #: By whole name, the places of the entries that bear it, each with the weight of the name.
    names: dict[str, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    #: By phrase of the synonyms, the places of the entries that it finds, best first.
    phrases: dict[str, list[int]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Add an entry with the words of its names and texts."""
        at = len(self.entries)
        self.entries.append(entry)
        for weight, texts in (
            (_NAME, entry.title.record().values()),
            (_OTHER, (entry.id, *entry.names)),
            (_BODY, entry.text.record().values()),
        ):
            for text in texts:
                self.put(at, text, weight)
                if weight != _BODY:
                    own = self.names[_joined(text)]
                    own[at] = max(own.get(at, 0.0), weight)

    def put(self, at: int, text: str, weight: float) -> None:
        """Note the words of a text for an entry."""
        for word in _words(text):
            own = self.words[word]
            own[at] = max(own.get(at, 0.0), weight)


@cache
def _stem(word: str) -> str:
    """Cut the endings of plurals: camiones, camión; crossings, crossing; cruces, cruce."""
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _words(text: str) -> list[str]:
    """The words of a text by which it is found: no accents, no plurals, none that says nothing, unless all are such."""
    parts = plain(text).split("-")
    return [_stem(word) for word in parts if word and word not in _EMPTY] or [_stem(word) for word in parts if word]


def _joined(text: str) -> str:
    return " ".join(_words(text))


@lru_cache(maxsize=4)
def index_of(catalog: Catalog) -> Index:
    """Make the index of a catalog; once, whoever asks."""
    index = Index()
    for entry in _entries(catalog):
        index.add(entry)
    places = {entry.key: at for at, entry in enumerate(index.entries)}
    for group in load_words(catalog).synonyms.values():
        found = [places[key] for key in group.finds if key in places]
        for phrase in group.words:
            index.phrases.setdefault(_joined(phrase), found)
        for at in found:  # also found by the words of the group beside others: "tomates nogales"
            for phrase in group.words:
                index.put(at, phrase, _OTHER)
    return index


def _entries(catalog: Catalog) -> Iterator[Entry]:
    words = load_words(catalog)
    for what in catalog.series.values():
        topic = catalog.message(f"topic.{what.topic}")
        yield Entry("series", what.id, what.title, what.definition, (*topic.record().values(),))
    yield from _places(catalog)
    for page in words.pages.values():
        yield Entry("page", page.id, page.title, page.text)
    for term in words.terms.values():
        yield Entry("term", term.id, term.term, term.text, term.also)
    for question in words.questions.values():
        yield Entry("question", question.id, question.question, question.answer)
    yield from _codes(catalog)
    for source in catalog.sources.values():
        yield Entry("source", source.id, source.title, source.agency, (*source.citation.record().values(),))
    for check in load_checks().values():
        yield Entry("check", check.id, check.title, check.description)
    kinds = load_labels().kind
    for record in load_register(catalog).values():
        if name := record.title.text():
            text = joined([kinds[record.kind], *_dated(record)])
            yield Entry("record", f"{record.kind}/{record.id}", name, text)


def _dated(record: Record) -> list[Text]:
    """Say when a record was made or signed, or from when to when it is; nothing where that is not known."""
    made = getattr(record, "made", "") or getattr(record, "signed", "")
    start, end = getattr(record, "start", ""), getattr(record, "end", "")
    if made or not (start or end):
        return [Text(period(made, "en"), period(made, "es"))] if made else []
    return [Text(*(f"{_said(start, language)} – {_said(end, language)}".strip() for language in LANGUAGES))]


def _said(label: str, language: Language) -> str:
    return period(label, language) if label else ""


def _places(catalog: Catalog) -> Iterator[Entry]:
    own = {*catalog.region_places(), *catalog.region.comparators}
    for place in catalog.places.values():
        kind = catalog.message(f"place_kind.{place.kind}")
        parent = catalog.places.get(place.parent or "")
        text = kind + Text.same(", ") + parent.name if parent else kind
        near = place.id in own or place.kind in ("country", "reservoir", "basin")
        yield Entry("place", place.id, place.name, text, place.names(), 1.0 if near else _ELSEWHERE)


def _codes(catalog: Catalog) -> Iterator[Entry]:
    """List the codes that are items of a series, each with the first series that has them."""
    told: set[tuple[str, str]] = set()
    for what in catalog.series.values():
        if not isinstance(what, Series):
            continue
        dataset = catalog.datasets[what.dataset]
        for column in what.items:
            of = column.rpartition(".")[2]
            named = dataset.column(column).codes if column in dataset.keys else {"group": "commodity_groups"}.get(of)
            codes = catalog.codelists.get(named or "")
            if codes is None or codes.id in PLACE_KINDS:
                continue
            for code in codes.codes.values():
                if (codes.id, code.id) in told or code.id == TOTAL:
                    continue
                told.add((codes.id, code.id))
                item = code.id if len(what.items) == 1 else ""
                foreign = tuple(spelling for spellings in code.codes.values() for spelling in spellings)
                names = (*foreign, f"{codes.id.rstrip('0123456789')} {code.id}")
                yield Entry("code", f"{codes.id}/{code.id}", code.name, what.title, names, 1.0, item, what.id)
    pollutants = catalog.codelists.get("pollutants")
    for code in pollutants.codes.values() if pollutants else ():
        yield Entry(
            "code", f"pollutants/{code.id}", code.name, Text("Pollutant", "Contaminante"), (code.id,), 1.0, code.id
        )


def everything(catalog: Catalog) -> list[tuple[Entry, float, dict[float, list[str]]]]:
    """List all that can be found, by kind, for a search without Ambos.

    Returns
    -------
    list of (Entry, float, dict)
        Each with its weight, and the words by which it is found by the weight of a word there.
    """
    index = index_of(catalog)
    words: list[dict[float, list[str]]] = [{weight: [] for weight in (_NAME, _OTHER, _BODY)} for _ in index.entries]
    for word, places in index.words.items():
        for at, weight in places.items():
            words[at][weight].append(word)
    return [(e, KINDS[e.kind][1] * e.weight, own) for e, own in zip(index.entries, words, strict=True)]


def find(index: Index, query: str) -> list[tuple[Entry, float]]:
    """Find the entries that fit a query best, each with how well it fits.

    Every word is looked for as it is, as the beginning of another, and in a spelling like it; rare words weigh more. A
    query that is a phrase of the synonyms, or nearly one, finds what they name first.
    """
    words = list(dict.fromkeys(_words(query)))
    whole = " ".join(_words(query))
    scores: dict[int, float] = defaultdict(float)
    matched: dict[int, int] = defaultdict(int)
    total = 0.0
    for word in words:
        alike = list(_alike(index, word))
        rare = max((_rarity(index, known) for known, _ in alike), default=_rarity(index, ""))
        total += rare
        best: dict[int, float] = {}
        for known, likeness in alike:
            for at, weight in index.words[known].items():
                best[at] = max(best.get(at, 0.0), likeness * weight)
        for at, fit in best.items():
            scores[at] += fit * rare
            matched[at] += 1
    for at in scores:
        entry = index.entries[at]
        complete = matched[at] / len(words)
        scores[at] = scores[at] / total * complete * complete * KINDS[entry.kind][1] * entry.weight
        longest = min(len(set(_words(entry.title[language]))) for language in LANGUAGES)
        scores[at] *= 1 + 0.25 * min(1.0, matched[at] / max(1, longest))
    for at, weight in index.names.get(whole, {}).items():
        scores[at] += (_WHOLE if weight == _NAME else _WHOLE / 2) * index.entries[at].weight
    for found, fit in _named(index, whole):
        for rank, at in enumerate(found):
            scores[at] += _FOUND * fit * (1 - 0.06 * rank)
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    least = _LEAST * ranked[0][1] if ranked else 0.0
    return [(index.entries[at], score) for at, score in ranked[:MOST_RESULTS] if score >= least]


def _rarity(index: Index, word: str) -> float:
    return math.log(1 + len(index.entries) / (1 + len(index.words.get(word, ()))))


def _alike(index: Index, word: str) -> Iterator[tuple[str, float]]:
    """Give the words of the index that are meant by one, each with its likeness of 0 to 1."""
    known: dict[str, float] = {}
    if word in index.words:
        known[word] = 1.0
    if len(word) >= 3:
        for other in index.words:
            if other != word and other.startswith(word):
                known[other] = _PREFIX * (0.5 + 0.5 * len(word) / len(other))
    if len(word) >= 4 and word not in known:
        for other, likeness, _ in process.extract(
            word, index.words.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE, limit=8
        ):
            known[other] = max(known.get(other, 0.0), (likeness / 100) ** 3)
    yield from known.items()


def _named(index: Index, whole: str) -> Iterator[tuple[Sequence[int], float]]:
    """Give what the synonyms name by a query: its phrase, one spelt like it, or one that the query contains."""
    if whole in index.phrases:
        yield index.phrases[whole], 1.0
        return
    if like := process.extractOne(whole, index.phrases.keys(), scorer=fuzz.ratio, score_cutoff=_LIKE_PHRASE):
        yield index.phrases[like[0]], like[1] / 100
        return
    inside = [phrase for phrase in index.phrases if f" {phrase} " in f" {whole} "]
    for phrase in sorted(inside, key=len, reverse=True)[:2]:
        yield index.phrases[phrase], 0.6 * len(phrase) / len(whole)


def search(workspace: Workspace, query: str, *, kinds: Iterable[str] = ()) -> Answer:
    """Find series, indicators, places, codes, sources, checks, terms, questions and pages.

    Parameters
    ----------
    workspace : Workspace
    query : str
        Words of either language, or of both; accents, plurals and wrong spelling are forgiven.
    kinds : iterable of str
        Only these of `KINDS`; all if none is given.

    Returns
    -------
    Answer
        Table ``results``, the best first.

    Raises
    ------
    BadRequest
        If nothing is asked for, or too much.
    """
    if not plain(query) or len(query) > MOST_LETTERS:
        raise bad_request(
            f"Give words to search for, {MOST_LETTERS} characters at most.",
            f"Indique palabras para buscar, {MOST_LETTERS} caracteres a lo más.",
        )
    wanted = set(kinds) or set(KINDS)
    found = [(entry, score) for entry, score in find(index_of(workspace.catalog), query) if entry.kind in wanted]
    message: Callable[[str], Text] = workspace.catalog.message
    columns = (
        Column("kind", message("column.kind")),
        Column("id", Text("Id", "Clave")),
        Column("title", message("column.title")),
        *(Column(key, None) for key in ("text", "series", "item")),
        Column("score", None, 3, kept=4),
    )
    rows = tuple(
        (Named(e.kind, KINDS[e.kind][0]), e.id, e.title, e.text, e.series or None, e.item or None, score)
        for e, score in found
    )
    nothing = Text(
        "Nothing matches. Try fewer or other words.",
        "Nada coincide. Pruebe con menos palabras u otras.",
    )
    title = Text("Found", "Resultados")
    return Answer(
        "search",
        title,
        (Table("results", title, columns, rows, views=(View(title, ("kind", "id", "title")),)),),
        {"query": query},
        problems=() if found else (nothing,),
    )
