"""The answer to claims: verdicts with the figures, their vintages, and what would make the claims true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

from ambos.catalog.claims import load_claims, load_rules
from ambos.flows.claims.check import SENTENCE, Checked, check, claims_of, of_sentence
from ambos.flows.claims.evidence import numerator
from ambos.flows.data.touching import events_on, row_at
from ambos.flows.workspace import Workspace
from ambos.model.answer import Answer, Cell, Column, Named, Shown, Table, View, data_table
from ambos.model.claim import Claim, Judgement, Known, Reading
from ambos.model.codes import TOTAL
from ambos.numbers import amount, both, day, number, period
from ambos.text import LANGUAGES, Text, joined

_MILLION, _BILLION = Decimal(10) ** 6, Decimal(10) ** 9
#: Keys of a reading, in the order in which they are written.
_KEYS = tuple(field.name for field in fields(Reading))
#: Figures above a record that a sentence names.
_MOST_OTHERS = 3


def claim_answer(
    workspace: Workspace,
    asked: str,
    *,
    as_of: date | None = None,
    yes: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Answer:
    """Check a claim by id, the claims of a file, or a sentence.

    Parameters
    ----------
    workspace : Workspace
    asked : str
        As for `ambos.flows.claims.check.claims_of`.
    as_of : date, optional
        The day whose figures are compared with today's.
    yes : bool
        Take the readings that are proposed for a sentence; without it they are shown to be confirmed.
    progress : callable
        Takes (claims done, claims in all).

    Returns
    -------
    Answer
        Tables ``verdicts``, ``figures`` and ``nearest``, or ``readings`` of a sentence to be confirmed.
    """
    claims = claims_of(workspace, asked, as_of)
    is_sentence = claims[0].id == SENTENCE and not asked.endswith(".toml")
    if is_sentence and (not yes or not claims[0].reading):
        return proposal(workspace, claims[0])
    return verdicts(workspace, check(workspace, claims, as_of, progress=progress), as_of)


def sentence_answer(workspace: Workspace, sentence: str, *, said: date | None = None) -> Answer:
    """Check a sentence by the readings proposed for it, which the answer shows; of none it says so."""
    claim = of_sentence(workspace, sentence, said)
    if not claim.reading:
        return proposal(workspace, claim)
    return verdicts(workspace, check(workspace, (claim,), said), said)


def reading_answer(workspace: Workspace, claim: Claim) -> tuple[list[Checked], Answer]:
    """Check a claim whose readings are known; with what was checked, for a page that draws the series."""
    checked = check(workspace, (claim,))
    return checked, verdicts(workspace, checked, None)


def claims_answer(workspace: Workspace) -> Answer:
    """List the region's checked claims, each with its verdict as computed now."""
    claims = load_claims(workspace.catalog)
    listed = verdicts(workspace, check(workspace, tuple(claims.values()), near=False), None, listed=True)
    return replace(listed, hints=(_REGISTER,))


# -- a sentence to be confirmed ---------------------------------------------------------------------------------------
def proposal(workspace: Workspace, claim: Claim) -> Answer:
    """Show the readings proposed for a sentence, and how they are written in a file of claims."""
    say = workspace.catalog.message
    columns = (
        Column("no", say("claims.head.reading"), grouped=False),
        Column("series_title", say("column.series"), kept=None),
        Column("place_name", say("column.place"), kept=None),
        Column("period_words", say("column.period"), kept=None),
        Column("says", say("claims.head.says"), kept=None),
        *(Column(key, None, exact=True) for key in _KEYS),
    )
    rows: list[tuple[Cell, ...]] = []
    for i, reading in enumerate(claim.reading, 1):
        what = workspace.catalog.series[reading.series]
        place = workspace.catalog.places[reading.place].name if reading.place else None
        shown = _period(reading.period) if reading.period else None
        keys = [_plain(getattr(reading, key)) for key in _KEYS]
        rows.append((i, what.title, place, shown, says(workspace, reading), *keys))
    title = say("claims.proposed", count=both(len(rows))) if rows else say("claims.nothing")
    table = Table("readings", say("claims.table.readings"), tuple(columns), tuple(rows))
    lines = tuple(Text.same(line) for line in written(claim).splitlines()) if rows else ()
    return Answer(
        "check.claim",
        title,
        (table,) if rows else (data_table("readings", None, ("no", *_KEYS), ()),),
        {"text": claim.text, "language": claim.language, "said": claim.said, "toml": written(claim) if rows else None},
        (say("claims.note.confirm" if rows else "claims.note.unread"),),
        head=(title, *lines),
        hints=(_CONFIRM,) if rows else (),
    )


_CONFIRM = Text(
    "If that is what is meant, add --yes; else correct it in a file.toml and check the file.",
    "Si eso es lo que se quiso decir, agregue --yes; si no, corríjalo en un archivo.toml y revise el archivo.",
)


_REGISTER = Text(
    "What was agreed, with due dates and evidence, is in the register: ambos register list.",
    "Lo acordado, con plazos y evidencia, está en el registro: ambos register list.",
)


def plain_fields(workspace: Workspace, reading: Reading) -> dict[str, str]:
    """Give the fields of a reading as a form has them, places by their names for the address."""
    made = {key: _plain(getattr(reading, key)) or "" for key in _KEYS}
    for key in ("place", "of", "among"):
        if made[key] in workspace.catalog.places:
            made[key] = workspace.catalog.places[made[key]].slug
    return made


def written(claim: Claim) -> str:
    """Write a claim as a file of claims has it (TOML)."""
    lines = [f"[{claim.id}]", f"text = {_quoted(claim.text)}", f'language = "{claim.language}"']
    if claim.said:
        lines.append(f"said = {claim.said.isoformat()}")
    for reading in claim.reading:
        lines.append(f"[[{claim.id}.reading]]")
        for key in _KEYS:
            if value := _plain(getattr(reading, key)):
                lines.append(f'{key} = "{value}"')
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'


def _plain(value: object) -> str | None:
    """A value of a reading as a file has it: a number with the zeros that were written, in short (19.5e9)."""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent > 0:
            groups = exponent + (-exponent % 3)
            return f"{value.scaleb(-groups):f}e{groups}"
        return f"{value:f}"
    return str(value) if value else None


# -- verdicts ---------------------------------------------------------------------------------------------------------
def verdicts(workspace: Workspace, checked: Sequence[Checked], as_of: date | None, *, listed: bool = False) -> Answer:
    """Tabulate checked claims: their verdicts, the figures on which these rest, and the readings nearest to them.

    Parameters
    ----------
    workspace : Workspace
    checked : sequence of Checked
    as_of : date or None
        The day asked for.
    listed : bool
        For a list of claims: without the nearest readings and the figures for people.
    """
    say, rules = workspace.catalog.message, load_rules()
    one = checked[0] if len({c.claim.id for c in checked}) == 1 else None
    title = say("claims.title", count=both(len(checked)))
    if one and not one.claim.text and one.reading:  # a reading without a sentence
        return replace(
            verdicts(workspace, [replace(c, claim=replace(c.claim, text="–")) for c in checked], as_of),
            title=_capital(say(f"claims.verdict.{one.judgement.verdict}"))
            + Text.same(": ")
            + described(workspace, one.reading),
        )
    if listed:
        title = say("claims.list", count=both(len({c.claim.id for c in checked})))
    elif len(checked) == 1:
        verdict = say(f"claims.verdict.{checked[0].judgement.verdict}")
        title = _capital(verdict) + Text.same(": ") + Text.same(checked[0].claim.text)
    elif one:
        title = Text.same(one.claim.text)
    notes = [*_differing(workspace, checked)]
    if one and one.claim.id == SENTENCE and one.claim.text:
        notes.append(say("claims.note.confirm"))
    if one and one.claim.records:
        notes.append(say("claims.note.records", records=Text.same(", ".join(one.claim.records))))
    for c in checked if one else ():
        notes += [c.claim.note] if c.claim.note and c.claim.note not in notes else []
        warnings = workspace.catalog.series[c.reading.series].warnings if c.reading else ()
        notes += [w for w in (*_events(workspace, c), *warnings) if w not in notes]
    if rules.prior:
        notes.append(
            say(
                "claims.note.assumed",
                about=amount(rules.about),
                close=amount(rules.close),
                contradicted=amount(rules.contradicted),
                points=amount(rules.close_points),
            )
        )
    figures = _figures(workspace, checked)
    return Answer(
        "check.claims" if listed else "check.claim",
        title,
        (_verdicts(workspace, checked, listed=listed or one is None), figures, _nearest(workspace, checked)),
        {"as_of": as_of, **({"text": one.claim.text, "verdict": _named(workspace, one.judgement)} if one else {})},
        tuple(notes),
        tuple(_citations(workspace, checked)),
    )


def _named(workspace: Workspace, judged: Judgement) -> Named:
    return Named(judged.verdict, workspace.catalog.message(f"claims.verdict.{judged.verdict}"))


def _capital(text: Text) -> Text:
    return Text(*(text[k][:1].upper() + text[k][1:] for k in LANGUAGES))


def _verdicts(workspace: Workspace, checked: Sequence[Checked], *, listed: bool) -> Table:
    say = workspace.catalog.message
    columns = (
        Column("no", say("claims.head.reading"), grouped=False),
        Column("claim", None),
        Column("text", say("claims.head.claim")),
        Column("who", say("claims.head.who")),
        Column("said", say("claims.head.said")),
        Column("says", say("claims.head.says"), kept=None),
        Column("verdict", say("claims.head.verdict")),
        Column("why", say("claims.head.why")),
        Column("verdict_then", say("claims.head.then")),
        Column("why_then", None),
        *(Column(key, None, exact=True) for key in _KEYS),
        *(Column(key, None) for key in ("measured", "tolerance", "off", "published")),
    )
    rows: list[tuple[Cell, ...]] = []
    for i, c in enumerate(checked, 1):
        then = c.then
        rows.append(
            (
                i,
                c.claim.id,
                c.claim.text,
                c.claim.who,
                c.claim.said,
                described(workspace, c.reading) if c.reading else None,
                _named(workspace, c.judgement),
                why(workspace, c, c.judgement),
                _named(workspace, then) if then else None,
                _why_then(workspace, c) if then else None,
                *(_plain(getattr(c.reading, key)) if c.reading else None for key in _KEYS),
                c.judgement.measured,
                c.judgement.tolerance,
                c.judgement.off,
                c.claim.published or None,
            )
        )
    keys = ["no", "says", "verdict", "why"] if not listed else ["text", "says", "verdict", "why"]
    if listed and any(c.claim.who for c in checked):
        keys += ["who", "said"]
    if not listed and any(c.then and c.then.verdict != c.judgement.verdict for c in checked):
        keys.append("verdict_then")
    title = say("claims.table.verdicts")
    return Table("verdicts", title, tuple(columns), tuple(rows), views=(View(title, tuple(keys)),))


def described(workspace: Workspace, reading: Reading) -> Text:
    """Say a reading in words: series, place, period, and what is said of it."""
    catalog = workspace.catalog
    what = catalog.series[reading.series]
    parts = [what.title]
    if reading.place and numerator(catalog, what).place:
        parts.append(catalog.places[reading.place].name)
    if reading.item:
        parts.append(catalog.item_name(what, reading.item))
    if reading.period:
        parts.append(_period(reading.period))
    return joined(parts, " · ") + Text.same(": ") + says(workspace, reading)


def says(workspace: Workspace, reading: Reading) -> Text:
    """Say what a reading says of the figure."""
    say, catalog = workspace.catalog.message, workspace.catalog
    kind = reading.comparison
    if kind in ("record_high", "record_low"):
        plain = say(f"claims.says.{kind}")
        return say("claims.says.record_since", record=plain, since=_period(reading.since)) if reading.since else plain
    if kind == "rank":
        among = catalog.places[reading.among].name if reading.among else Text.same("?")
        return say("claims.says.rank", value=amount(reading.value or 0), among=among)
    if kind == "growth":
        way = say(f"claims.way.{reading.direction or 'up'}")
        key = "growth_plain" if reading.value is None else "growth"
        told = say(f"claims.says.{key}", way=way, value=amount(reading.value or 0))
        return say("claims.says.growth_since", said=told, since=_period(reading.since)) if reading.since else told
    if kind == "share":
        value = amount(reading.value or 0)
        if not reading.of:
            return say("claims.says.share", value=value)
        return say("claims.says.share_of", value=value, of=catalog.places[reading.of].name)
    return say(f"claims.says.{kind}", value=quantity(workspace, reading, reading.value, exact=True))


def quantity(workspace: Workspace, reading: Reading, value: Decimal | None, *, exact: bool = False) -> Text:
    """Write an amount in the unit of a reading: money and other large amounts in millions, in English in billions.

    Parameters
    ----------
    workspace : Workspace
    reading : Reading
    value : Decimal or None
    exact : bool
        With all its digits, as a number of a claim; else rounded, as a figure.
    """
    if value is None:
        return Text.same("–")
    catalog = workspace.catalog
    what = catalog.series[reading.series]
    unit = catalog.units[reading.unit if reading.unit in catalog.units else what.unit]
    money = reading.unit in ("usd", "mxn") or (not reading.unit and unit.id in ("usd", "mxn"))
    if unit.id == "percent":
        written = amount(value) if exact else both(value, 1)
        return written + Text.same(" %")
    if money and abs(value) >= _MILLION:
        large = abs(value) >= _BILLION
        en = value / (_BILLION if large else _MILLION)
        english = amount(en).en if exact else number(en, 2, "en")
        spanish = amount(value / _MILLION).es if exact else number(value / _MILLION, 0 if large else 2, "es")
        return Text(
            f"{english} {'billion' if large else 'million'} {unit.name.en}", f"{spanish} millones de {unit.name.es}"
        )
    shown = amount(value) if exact else both(value, unit.decimals)
    return Text(*(f"{shown[k]} {unit.name[k]}" for k in LANGUAGES))


def _period(label: str) -> Text:
    return Text(*(period(label, k) for k in LANGUAGES))


def why(workspace: Workspace, checked: Checked, judged: Judgement) -> Text:
    """Explain a verdict by its figures."""
    said = _why(workspace, checked, judged)
    return Text(*(said[k].replace("..", ".") for k in LANGUAGES))  # a unit may end in a stop


def _why(workspace: Workspace, checked: Checked, judged: Judgement) -> Text:
    say, reading = workspace.catalog.message, checked.reading
    if reading is None:
        key = "claims.why.in_register" if checked.claim.records else "claims.why.no_data"
        return say(key, missing=checked.claim.missing or Text.same("–"))
    gathered = checked.then_evidence if judged is checked.then and checked.then_evidence else checked.evidence
    figure, base = gathered.figure, gathered.base
    if judged.verdict == "not_checkable" and judged.why == "no_figure":
        if figure and figure.held is not None and figure.wanted and figure.held < figure.wanted and figure.held:
            return say("claims.why.partly", held=both(figure.held), wanted=both(figure.wanted))
        return say("claims.why.no_figure")
    if judged.measured is None:
        return say(f"claims.why.{judged.why}")

    def told(value: Decimal | None) -> Text:
        return quantity(workspace, reading, value)

    match judged.why:
        case "value" | "more" | "less":
            measured = told(judged.measured)
            if judged.why != "value":
                return say(
                    f"claims.why.{judged.why}",
                    measured=measured,
                    value=quantity(workspace, reading, reading.value, exact=True),
                )
            if judged.tolerance is not None and judged.verdict == "supported":
                return say(
                    "claims.why." + ("around" if reading.comparison == "about" else "within"),
                    measured=measured,
                    tolerance=quantity(workspace, reading, judged.tolerance, exact=True),
                )
            return say(
                "claims.why.value", measured=measured, off=_off(workspace, judged, points=reading.comparison == "share")
            )
        case "growth" | "direction" | "share":
            plain = Reading(reading.series, "equals", unit="")
            return say(
                f"claims.why.{judged.why}",
                figure=quantity(workspace, plain, figure.value if figure else None),
                base=quantity(workspace, plain, base.value if base else None),
                period=_period(figure.period) if figure else Text.same("–"),
                base_period=_period(base.period) if base else Text.same("–"),
                measured=Text(*(number(judged.measured, 1, k, signed=judged.why != "share") for k in LANGUAGES)),
            )
        case "rank":
            return say("claims.why.rank", measured=amount(judged.measured), count=both(len(gathered.peers or ())))
        case _:
            others = [_one(workspace, reading, one) for one in judged.beside[:_MOST_OTHERS]]
            span = [one for one in gathered.span if one.value is not None and figure and one.period <= figure.period]
            if reading.since and judged.verdict == "supported":  # that year may be beyond it
                span = [one for one in span if not one.period.removeprefix("FY").startswith(reading.since)] or span
            return say(
                f"claims.why.{judged.why}",
                figure=told(judged.measured),
                extreme=say(f"claims.extreme.{reading.comparison}"),
                period=_period(figure.period) if figure else Text.same("–"),
                count=both(len(span)),
                first=_period(span[0].period) if span else Text.same("–"),
                others=joined(others) if others else Text.same("–"),
            )


def _one(workspace: Workspace, reading: Reading, one: Known) -> Text:
    return quantity(workspace, reading, one.value) + Text.same(" (") + _period(one.period) + Text.same(")")


def _why_then(workspace: Workspace, checked: Checked) -> Text:
    assert checked.then is not None
    if checked.then.verdict == "not_checkable" and checked.first_known:
        first = Text(*(day(checked.first_known, k) for k in LANGUAGES))
        return workspace.catalog.message("claims.why.not_yet", first=first)
    return why(workspace, checked, checked.then)


def _off(workspace: Workspace, judged: Judgement, *, points: bool) -> Text:
    if judged.off is None:
        return workspace.catalog.message("claims.off.none")
    key = ("points_" if points else "") + ("above" if judged.off > 0 else "below")
    return workspace.catalog.message(f"claims.off.{key}", percent=_percent(abs(judged.off)))


def _percent(value: Decimal) -> Text:
    """A percentage with one decimal; a smaller one with as many as show its first digit, up to four."""
    return both(value, min(4, max(1, -value.adjusted()))) if value else both(value)


def _figures(workspace: Workspace, checked: Sequence[Checked]) -> Table:
    """The figures on which the verdicts rest, with status and date of knowledge."""
    catalog, say = workspace.catalog, workspace.catalog.message
    columns = (
        Column("no", say("claims.head.reading"), grouped=False),
        Column("role", say("claims.head.role")),
        Column("series", say("column.series")),
        Column("place", say("column.place")),
        Column("item", None),
        Column("period", say("column.period")),
        Column("value", say("column.value"), kept=6),
        Column("unit", None),
        Column("status", say("column.status")),
        Column("as_of", say("column.as_of")),
    )
    rows: list[tuple[Cell, ...]] = []
    for i, c in enumerate(checked, 1):
        if c.reading is None:
            continue
        seen: set[tuple[str, Known]] = set()
        for role, place, one in _roles(c):
            if one is None or (place, one) in seen:
                continue
            seen.add((place, one))
            what = catalog.series[c.reading.series]
            status = catalog.codelists["statuses"]
            unit = (
                c.reading.unit
                if c.reading.unit in catalog.units and c.reading.comparison not in ("growth", "share", "rank")
                else what.unit
            )
            own = Reading(c.reading.series, "equals", unit=unit)
            rows.append(
                (
                    i,
                    Named(role, _role(workspace, role, c)),
                    Named(what.id, what.title),
                    Named(place, catalog.places[place].name) if place else None,
                    c.reading.item or None,
                    Shown(one.period, _period(one.period)),
                    None if one.value is None else Shown(one.value, quantity(workspace, own, one.value)),
                    unit,
                    Named(one.status, status[one.status].name) if one.status in status else None,
                    one.as_of,
                )
            )
    title = say("claims.table.figures")
    return Table(
        "figures",
        title,
        columns,
        tuple(rows),
        views=(View(title, ("no", "role", "place", "period", "value", "status", "as_of")),),
    )


def _roles(checked: Checked) -> Iterator[tuple[str, str, Known | None]]:
    reading, gathered = checked.reading, checked.evidence
    assert reading is not None
    yield "claimed", reading.place, gathered.figure
    if reading.comparison == "growth":
        yield "base", reading.place, gathered.base
    if reading.comparison == "share":
        yield "whole", reading.of, gathered.base
    for one in checked.judgement.beside[:_MOST_OTHERS] if reading.comparison.startswith("record") else ():
        yield "passes", reading.place, one
    if checked.then_evidence:
        yield "then", reading.place, checked.then_evidence.figure


def _role(workspace: Workspace, role: str, checked: Checked) -> Text:
    if role != "then":
        return workspace.catalog.message(f"claims.role.{role}")
    known = checked.then_evidence.figure.as_of if checked.then_evidence and checked.then_evidence.figure else None
    told = Text(*(day(known, k) for k in LANGUAGES)) if known else Text.same("–")
    return workspace.catalog.message("claims.role.then", day=told)


def _nearest(workspace: Workspace, checked: Sequence[Checked]) -> Table:
    """The readings that would make a claim true, or nearly."""
    say = workspace.catalog.message
    columns = (
        Column("no", say("claims.head.reading"), grouped=False),
        Column("changed", None),
        Column("changed_words", say("claims.head.changed"), kept=None),
        Column("says", say("claims.head.says"), kept=None),
        Column("verdict", say("claims.head.verdict")),
        Column("why", say("claims.head.why")),
        *(Column(key, None, exact=True) for key in _KEYS),
        Column("measured", None),
    )
    rows: list[tuple[Cell, ...]] = []
    for i, c in enumerate(checked, 1):
        for near in c.near:
            own = Checked(c.claim, near.reading, near.evidence, near.judgement)
            rows.append(
                (
                    i,
                    near.changed,
                    joined([say(f"claims.changed.{key}") for key in near.changed]),
                    described(workspace, near.reading),
                    _named(workspace, near.judgement),
                    why(workspace, own, near.judgement),
                    *(_plain(getattr(near.reading, key)) for key in _KEYS),
                    near.judgement.measured,
                )
            )
    return Table("nearest", say("claims.table.nearest"), columns, tuple(rows))


def _differing(workspace: Workspace, checked: Sequence[Checked]) -> Iterator[Text]:
    """Say where the verdict was another by what was known when the claim was made."""
    say = workspace.catalog.message
    for i, c in enumerate(checked, 1):
        then, asked = c.then, c.claim.said
        if then is None or then.verdict == c.judgement.verdict:
            continue
        known = Text(*(day(asked, k) for k in LANGUAGES)) if asked else Text("that day", "ese día")
        told = say(
            "claims.note.differs",
            no=both(i),
            day=known,
            then=say(f"claims.verdict.{then.verdict}"),
            now=say(f"claims.verdict.{c.judgement.verdict}"),
        )
        yield joined([told, _why_then(workspace, c)], " ")


def _events(workspace: Workspace, checked: Checked) -> Iterator[Text]:
    """What happened at the place in the periods on whose figures a verdict rests."""
    catalog, reading, gathered = workspace.catalog, checked.reading, checked.evidence
    periods = [one.period for one in (gathered.figure, gathered.base) if one]
    if reading is None or not periods:
        return
    rows = row_at(catalog, catalog.series[reading.series], reading.place, reading.item or TOTAL, periods)
    for event in events_on(rows, catalog):
        if event.places:
            days = Text(
                *(
                    day(event.start, k) + ("" if event.end == event.start else f" – {day(event.end, k)}")
                    for k in LANGUAGES
                )
            )
            yield catalog.message("claims.note.event", name=event.name, days=days, description=event.description)


def _citations(workspace: Workspace, checked: Iterable[Checked]) -> list[Text]:
    """The sources of the datasets on which the verdicts rest."""
    catalog = workspace.catalog
    ids: dict[str, None] = {}
    for c in checked:
        if c.reading and c.evidence.figure:
            ids |= dict.fromkeys(catalog.datasets[numerator(catalog, catalog.series[c.reading.series]).dataset].sources)
    return [catalog.sources[id].citation for id in ids]
