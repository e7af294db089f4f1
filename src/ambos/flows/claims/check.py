"""`ambos check claim`: the verdict on claims, by the figures known today and by those known when they were made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ambos.catalog.catalog import unknown
from ambos.catalog.claims import load_claims, load_reader, load_rules, read_claims
from ambos.catalog.read import Problems
from ambos.catalog.toml_file import TomlFile, open_toml
from ambos.claims.judge import judge
from ambos.claims.read import read
from ambos.errors import BadClaims, BadRequest, bad_request
from ambos.flows.claims.evidence import Held, NotComparable, complete, evidence
from ambos.flows.claims.nearest import Near, nearest
from ambos.flows.workspace import Workspace
from ambos.model.claim import Claim, ClaimRules, Evidence, Judgement, Reading
from ambos.text import LANGUAGES, Language, Text, both, in_both, joined, printable

#: Characters of a sentence, and claims of a file.
MOST_LETTERS, MOST_CLAIMS = 500, 500
#: Id of a claim that is made of a sentence.
SENTENCE = "sentence"
_ID = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_")
_SPANISH = frozenset(["el", "la", "los", "las", "de", "del", "en", "por", "que", "un", "una", "y", "con", "fue"])


@dataclass(frozen=True, slots=True)
class Checked:
    """A reading of a claim with its figures and verdicts."""

    claim: Claim
    reading: Reading | None  #: None of a claim that names what is missing.
    evidence: Evidence
    judgement: Judgement  #: By the figures known today.
    then: Judgement | None = None  #: By those known when the claim was made, or on another day asked for.
    then_evidence: Evidence | None = None
    first_known: date | None = None  #: Of a day on which nothing was known, the first on which something was.
    near: tuple[Near, ...] = ()


def check(
    workspace: Workspace,
    claims: Sequence[Claim],
    as_of: date | None = None,
    *,
    near: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Checked]:
    """Judge claims.

    Parameters
    ----------
    workspace : Workspace
    claims : sequence of Claim
    as_of : date, optional
        The day whose vintage is compared with today's, instead of the day on which each claim was made.
    near : bool
        Look for the readings nearest to those that do not hold, which takes time.
    progress : callable
        Takes (claims done, claims in all).

    Raises
    ------
    UnknownName
        If a series or place of a reading does not exist.
    """
    rules = load_rules()
    today = Held(workspace)
    before: dict[date, Held] = {}
    made: list[Checked] = []
    for done, claim in enumerate(claims, 1):
        day = as_of or claim.said
        then = before.setdefault(day, Held(workspace, day)) if day else None
        if not claim.reading:
            made.append(Checked(claim, None, Evidence(None), Judgement("not_checkable", "no_data")))
        made += (_checked(claim, reading, today, then, rules, near=near) for reading in claim.reading)
        progress(done, len(claims))
    return made


def _checked(
    claim: Claim, reading: Reading, today: Held, then: Held | None, rules: ClaimRules, *, near: bool
) -> Checked:
    reading = complete(today.workspace.catalog, reading)
    gathered, judged = _judged(today, reading, rules)
    made = Checked(claim, reading, gathered, _outdated(today, reading, judged, rules))
    if near and judged.verdict != "supported":
        made = replace(made, near=nearest(today, reading, rules, exactly=judged.verdict == "close"))
    if then is None:
        return made
    then.first_known = None
    before_evidence, before = _judged(then, reading, rules)
    return replace(made, then=before, then_evidence=before_evidence, first_known=then.first_known)


def _judged(held: Held, reading: Reading, rules: ClaimRules) -> tuple[Evidence, Judgement]:
    try:
        gathered = evidence(held, reading)
    except NotComparable as reason:
        return Evidence(None), Judgement("not_comparable", str(reason))
    return gathered, judge(reading, gathered, rules)


def _outdated(held: Held, reading: Reading, judged: Judgement, rules: ClaimRules) -> Judgement:
    """Say of a claim that holds by a superseded series only that its definition is outdated."""
    superseded = load_reader(held.workspace.catalog).superseded
    holds = judged.verdict in ("supported", "close")
    if holds and reading.series in superseded:
        return replace(judged, verdict="outdated_definition")
    if holds or judged.verdict in ("not_checkable", "not_comparable"):
        return judged
    known = held.workspace.catalog.series
    older = [replace(reading, series=old) for old, new in superseded.items() if new == reading.series and old in known]
    if any(_judged(held, one, rules)[1].verdict == "supported" for one in older):
        return replace(judged, verdict="outdated_definition")
    return judged


# -- what is asked ------------------------------------------------------------------------------------------------------
def claims_of(workspace: Workspace, asked: str, said: date | None = None) -> tuple[Claim, ...]:
    """Find the claims that somebody means: of the region by id, of a file, or of a sentence, with proposed readings.

    Parameters
    ----------
    workspace : Workspace
    asked : str
        An id of the region's claims, a TOML file, or a sentence in English or Spanish.
    said : date, optional
        When a sentence was said.

    Raises
    ------
    UnknownName
        If it looks like an id and no claim has it.
    BadClaims
        If the file is no file of claims, with every problem.
    BadRequest
        If nothing is asked, or the sentence is too long.
    """
    known = load_claims(workspace.catalog)
    if asked in known:
        return (known[asked],)
    if asked.endswith(".toml"):
        return tuple(of_file(workspace, Path(asked)).values())
    if asked and set(asked) <= _ID and (known or "_" in asked):
        raise unknown(Text("claim", "la afirmación"), asked, known)
    return (of_sentence(workspace, asked, said),)


def of_file(workspace: Workspace, path: Path) -> Mapping[str, Claim]:
    """Read a file of claims (TOML).

    Raises
    ------
    BadClaims
        With every problem and its line.
    """
    from ambos.given_file import content  # here, as only files of the user's own need it

    content(path, BadClaims, table=False)
    problems = _Told()
    claims = read_claims(open_toml(path, problems), workspace.catalog)
    if not claims and not problems.listed:
        problems.add(path.name, both(("no claim in it", "no contiene afirmaciones")))
    if len(claims) > MOST_CLAIMS:
        problems.add(path.name, both((f"more than {MOST_CLAIMS} claims", f"más de {MOST_CLAIMS} afirmaciones")))
    if problems.told:
        raise BadClaims(file=path, count=len(problems.told), problems=joined(problems.told, "\n"))
    return claims


@dataclass
class _Told(Problems):
    """Problems, each language by itself."""

    told: list[Text] = field(default_factory=list)

    def add(self, where: object, what: str) -> None:
        super().add(where, what)
        self.told.append(Text.same(f"  {where}: ") + in_both(what))


class _Fields(TomlFile):
    """Fields of a form, read as a file of claims is; problems have no line."""

    def __init__(self) -> None:
        super().__init__("", {}, "", Problems())
        self.told: list[Text] = []

    def say(self, path: tuple[str | int, ...], what: str) -> None:
        self.told.append(in_both(what))


def of_fields(workspace: Workspace, fields: Mapping[str, str], text: str = "", said: date | None = None) -> Claim:
    """Make a claim of the fields of a reading.

    Parameters
    ----------
    workspace : Workspace
    fields : mapping
        Those of `ambos.model.claim.Reading`; an empty one is left out.
    text : str
        The sentence that it reads; by default the reading in words is shown.
    said : date, optional

    Raises
    ------
    BadRequest
        With everything that is wrong.
    """
    file = _Fields()
    reading = {key: value.strip() for key, value in fields.items() if value.strip()}
    written = {"text": text or SENTENCE, "language": language_of(text), "reading": [reading]}
    file.tree = {SENTENCE: written | ({"said": said} if said else {})}
    claim = read_claims(file, workspace.catalog)[SENTENCE]
    if file.told:
        raise BadRequest(detail=joined(file.told, "\n"))
    return claim if text else replace(claim, text="")


def of_sentence(workspace: Workspace, sentence: str, said: date | None = None) -> Claim:
    """Make a claim of a sentence with the readings that are proposed for it.

    Raises
    ------
    BadRequest
        If it is empty or too long.
    """
    text = printable(" ".join(sentence.split()))
    if not text or len(text) > MOST_LETTERS:
        raise bad_request(
            f"Give a sentence of {MOST_LETTERS} characters at most.",
            f"Indique una oración de {MOST_LETTERS} caracteres como máximo.",
        )
    return Claim(SENTENCE, text, language_of(text), read(workspace.catalog, text, said), said=said)


def language_of(sentence: str) -> Language:
    """Tell the language of a sentence by its small words."""
    words = sentence.casefold().split()
    return LANGUAGES[sum(word in _SPANISH for word in words) * 5 > len(words)]
