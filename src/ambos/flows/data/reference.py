"""`ambos reference`: the reference pages of the docs, made from the definitions, and whether the docs are in step."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ambos import errors
from ambos.catalog import Catalog
from ambos.errors import AmbosError
from ambos.flows.workspace import Workspace
from ambos.model import Dataset, Series
from ambos.numbers import amount
from ambos.quality.definitions import load_checks
from ambos.text import LANGUAGES, Language, Text


def pages(workspace: Workspace) -> dict[str, str]:
    """The generated pages: path below ``docs`` to content.

    Pages for series, datasets, sources, codes, events, checks and errors, each in both languages.
    """
    catalog = workspace.catalog
    makers = {
        "series": _series,
        "datasets": _datasets,
        "sources": _sources,
        "codes": _codes,
        "events": _events,
        "checks": _checks,
        "errors": _errors,
    }
    return {
        f"{language}/reference/{name}.md": maker(catalog, language)
        for language in LANGUAGES
        for name, maker in makers.items()
    }


def out_of_step(workspace: Workspace, docs: Path, extra: Mapping[str, str]) -> list[Text]:
    """List the faults of the docs: generated pages that are old, pages or headings in one language only.

    Parameters
    ----------
    workspace : Workspace
    docs : Path
    extra : mapping of str to str
        More generated pages (those of the command line, which only a door can make).
    """
    wrong = []
    for name, content in {**pages(workspace), **extra}.items():
        path = docs / name
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            wrong.append(Text(f"{name} is not up to date: run make docs", f"{name} no está al día: ejecute make docs"))
    shapes = {language: _shapes(docs / language) for language in LANGUAGES}
    for name in sorted({*shapes["en"], *shapes["es"]}):
        if name not in shapes["en"] or name not in shapes["es"]:
            wrong.append(Text(f"{name} is in one language only", f"{name} está en un solo idioma"))
        elif shapes["en"][name] != shapes["es"][name]:
            wrong.append(
                Text(
                    f"{name} has other headings in the other language", f"{name} tiene otros títulos en el otro idioma"
                )
            )
    return wrong


def write(workspace: Workspace, docs: Path, extra: Mapping[str, str]) -> list[Path]:
    """Write the generated pages below a folder."""
    written = []
    for name, content in {**pages(workspace), **extra}.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        written.append(path)
    return written


def _shapes(folder: Path) -> dict[str, list[str]]:
    """For every page the levels of its headings, in order."""
    return {
        path.relative_to(folder).as_posix(): re.findall(r"^(#+) ", path.read_text(encoding="utf-8"), re.MULTILINE)
        for path in sorted(folder.rglob("*.md"))
    }


# -- pages ------------------------------------------------------------------------------------------------------------
_NOTE = Text(
    "*Made from the definitions by `make docs`; do not edit.*",
    "*Hecha con las definiciones por `make docs`; no se edita.*",
)


def _page(title: Text, language: Language, parts: Iterable[str]) -> str:
    return "\n".join([f"# {title[language]}", "", _NOTE[language], "", *parts]).rstrip() + "\n"


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"

    return [line(headings), line(["---"] * len(headings)), *(line(row) for row in rows), ""]


def _series(catalog: Catalog, language: Language) -> str:
    parts: list[str] = []
    for topic in dict.fromkeys(s.topic for s in catalog.series.values()):
        parts += [f"## {catalog.message(f'topic.{topic}')[language]}", ""]
        for series in (s for s in catalog.series.values() if s.topic == topic):
            unit = catalog.units[series.unit].name[language]
            parts += [
                f"### `{series.id}`",
                "",
                f"**{series.title[language]}** ({unit}). {series.definition[language]}",
                "",
            ]
            if isinstance(series, Series):
                where = "; ".join(f"{k} = {', '.join(v)}" for k, v in series.where.items())
                parts.append(
                    f"- {_words('dataset', language)}: `{series.dataset}.{series.value}`"
                    + (f" ({where})" if where else "")
                    + f" · {catalog.message(f'frequency.{series.frequency}')[language]}"
                    + (f" · {_words('items', language)}: `{'/'.join(series.items)}`" if series.items else "")
                )
            else:
                parts.append(f"- `{series.numerator}` / `{series.denominator}` × {series.scale}")
            if series.not_comparable_with:
                listed = ", ".join(f"`{s}`" for s in series.not_comparable_with)
                parts.append(f"- {_words('not_comparable', language)}: {listed}")
            parts += [f"- {warning[language]}" for warning in series.warnings]
            parts.append("")
    return _page(Text("Series and indicators", "Series e indicadores"), language, parts)


def _datasets(catalog: Catalog, language: Language) -> str:
    parts = [
        Text(
            "Beside its own columns every row has `status` (A normal, P provisional, E estimated by the source, B break, "
            "M missing, S suppressed), `as_of` (the day on which the figure was known) and `snapshot_id` (the bytes it "
            "came from).",
            "Además de sus columnas, cada renglón tiene `status` (A normal, P preliminar, E estimado por la fuente, "
            "B ruptura, M faltante, S suprimido), `as_of` (el día en que se conocía la cifra) y `snapshot_id` (los bytes "
            "de donde salió).",
        )[language],
        "",
    ]
    for dataset in catalog.datasets.values():
        sources = ", ".join(f"`{s}`" for s in dataset.sources)
        parts += [f"## `{dataset.id}`", "", f"**{dataset.title[language]}.** {dataset.description[language]}", ""]
        parts += [f"{_words('source', language)}: {sources}", ""]
        parts += _table(
            [_words(w, language) for w in ("column", "role", "type", "description")],
            [
                [
                    f"`{c.id}`",
                    _words(c.role, language),
                    c.type + (f" (`{c.codes}`)" if c.codes else ""),
                    c.description[language],
                ]
                for c in dataset.columns
            ],
        )
        parts += _ranges(catalog, dataset, language)
    return _page(Text("Datasets", "Conjuntos de datos"), language, parts)


def _ranges(catalog: Catalog, dataset: Dataset, language: Language) -> list[str]:
    """Tabulate the plausible ranges of the columns of a dataset, with the reason of each."""
    rows = []
    for limits in catalog.ranges.values():
        if dataset.id not in limits.datasets:
            continue
        of = [", ".join(f"`{code}`" for code in codes) for codes in limits.where.values()]
        since = [f"≥ {limits.since}"] if limits.since else []
        units = {c.unit for c in dataset.columns if c.id in limits.columns} if not limits.unit else {limits.unit}
        symbol = " ".join(catalog.units[u].symbol[language] for u in sorted(filter(None, units)))
        high = f"`{limits.most_column}`" if limits.most_column else amount(limits.high)[language]
        rows.append(
            [
                ", ".join(f"`{c.id}`" for c in dataset.columns if c.id in limits.columns),
                "; ".join([*of, *since]),
                f"{amount(limits.low)[language]} – {high} {symbol}".strip(),
                limits.why[language],
            ]
        )
    return _table([_words(w, language) for w in ("column", "rows", "range", "reason")], rows) if rows else []


def _sources(catalog: Catalog, language: Language) -> str:
    parts: list[str] = []
    for source in catalog.sources.values():
        parts += [f"## `{source.id}`", "", f"**{source.title[language]}**. {source.agency[language]}.", ""]
        parts.append(f"- {source.url}")
        parts.append(f"- {_words('licence', language)}: {source.licence[language]}")
        parts.append(
            f"- {_words('cadence', language)}: {source.cadence[language]}; {source.lag_days} {_words('lag', language)}"
        )
        if source.key_variable:
            parts.append(f"- {_words('key', language)}: `{source.key_variable}` ({source.key_signup})")
        parts += [f"- {oddity[language]}" for oddity in source.oddities]
        parts.append("")
    return _page(Text("Sources", "Fuentes"), language, parts)


def _codes(catalog: Catalog, language: Language) -> str:
    parts: list[str] = []
    for codelist in catalog.codelists.values():
        if codelist.id in ("port", "crossing", "state", "country", "county", "municipality"):
            own = (
                [c for c in catalog.region_places() if c in codelist.codes]
                if codelist.id != "country"
                else list(codelist.codes)
            )
            codes = [codelist[c] for c in own]
        else:
            codes = list(codelist.codes.values())
        parts += [f"## `{codelist.id}`", ""]
        parts += _table(
            [_words("code", language), _words("name", language)], [[f"`{c.id}`", c.name[language]] for c in codes]
        )
    return _page(Text("Codes", "Claves"), language, parts)


def _events(catalog: Catalog, language: Language) -> str:
    rows = [
        [
            f"`{e.id}`",
            f"{e.start} – {e.end}",
            ", ".join(catalog.places[p].name[language] for p in e.places),
            f"{e.name[language]}. {e.description[language]}"
            + (f" {catalog.message(f'break.of_{e.breaks}')[language]}" if e.breaks else ""),
            e.source[language],
        ]
        for e in catalog.events.values()
    ]
    heads = [_words(w, language) for w in ("code", "dates", "places", "description", "source")]
    return _page(
        Text("Events that explain data", "Acontecimientos que explican los datos"), language, _table(heads, rows)
    )


def _checks(catalog: Catalog, language: Language) -> str:
    parts: list[str] = []
    for check in load_checks().values():
        parts += [f"## `{check.id}`", "", f"**{check.title[language]}.** {check.description[language]}", ""]
        parts.append(f"- {_words('weight', language)}: {catalog.message(f'brief.page.{check.severity}')[language]}")
        parts += [f"- `{name}` = {limit.value}. {limit.why[language]}" for name, limit in check.thresholds.items()]
        parts.append("")
    parts += [f"## {_words('resolutions', language)}", ""]
    own = catalog.region_places()
    for resolution in catalog.resolutions:
        if any(value in catalog.places and value not in own for value in resolution.key.values()):
            continue
        key = ", ".join(f"{column} = {value}" for column, value in resolution.key.items())
        parts.append(
            f"- `{resolution.dataset}` ({key}): {resolution.value}; {resolution.why[language]} ({resolution.source[language]})."
        )
    return _page(Text("Automatic checks", "Revisiones automáticas"), language, parts)


def _errors(catalog: Catalog, language: Language) -> str:
    def tree(kind: type[AmbosError], depth: int) -> list[str]:
        said = " ".join(part[language] for part in (kind.text, kind.fix, kind.command) if part)
        lines = [f"{'  ' * depth}- `{kind.__name__}`: {' '.join(said.split())}"]
        for child in kind.__subclasses__():
            if child.__module__ == errors.__name__:
                lines += tree(child, depth + 1)
        return lines

    return _page(Text("Errors", "Errores"), language, tree(AmbosError, 0))


_WORDS = {
    "dataset": Text("Data", "Datos"),
    "rows": Text("Of", "De"),
    "range": Text("What it can be", "Qué puede ser"),
    "reason": Text("Why", "Por qué"),
    "items": Text("items", "conceptos"),
    "not_comparable": Text("Not comparable with", "No comparable con"),
    "source": Text("Source", "Fuente"),
    "column": Text("Column", "Columna"),
    "role": Text("Role", "Papel"),
    "type": Text("Type", "Tipo"),
    "description": Text("Description", "Descripción"),
    "key": Text("key", "clave"),
    "value": Text("value", "valor"),
    "note": Text("note", "nota"),
    "licence": Text("Licence", "Licencia"),
    "cadence": Text("Cadence", "Periodicidad"),
    "lag": Text("days of expected lag", "días de rezago esperado"),
    "weight": Text("Weight", "Peso"),
    "resolutions": Text(
        "Contradictions of a source, and which value is used", "Contradicciones de una fuente y qué valor se usa"
    ),
    "code": Text("Code", "Clave"),
    "name": Text("Name", "Nombre"),
    "dates": Text("Dates", "Fechas"),
    "places": Text("Places", "Lugares"),
}


def _words(key: str, language: Language) -> str:
    return _WORDS[key][language]
