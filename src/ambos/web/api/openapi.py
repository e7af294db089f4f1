"""The description of the API (OpenAPI 3.1), and its page for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response

from ambos import __version__
from ambos.model.answer import SCHEMA
from ambos.text import LANGUAGES, Language
from ambos.web.api import verbs
from ambos.web.api.forms import json_text
from ambos.web.page import FRESH, Page, site_of
from ambos.web.site import Site

router = APIRouter()

_TEXT = {
    "type": "object",
    "properties": {language: {"type": "string"} for language in LANGUAGES},
    "required": list(LANGUAGES),
    "additionalProperties": False,
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
_ANSWER = {
    "type": "object",
    "description": "An answer: single values and tables (lists of records) under their ids; form=schema describes it whole.",
    "properties": {
        "schema": {"type": "string", "pattern": f"/{SCHEMA}$"},
        "title": {"$ref": "#/components/schemas/Text"},
        "notes": {"type": "array", "items": {"$ref": "#/components/schemas/Text"}},
        "sources": {"type": "array", "items": {}},
    },
    "required": ["schema", "title", "notes"],
}
#: What any address may refuse.
_REFUSALS = {
    "400": "Not understood",
    "404": "Nothing there",
    "413": "Too much is asked or sent",
    "414": "The address is too long",
    "431": "The head is too long",
    "500": "A fault of Ambos",
    "503": "Not yet: ask again",
}
_CACHED = {"304": {"description": "Not changed since the ETag given in If-None-Match"}}


def describe(app: FastAPI, language: Language) -> dict[str, Any]:
    """Describe all addresses of the API.

    Parameters
    ----------
    app : FastAPI
    language : {"en", "es"}
        Of titles and descriptions.
    """
    site: Site = app.state.site
    workspace, schemas = site.workspace, site.once("schemas of answers", verbs.sampled)
    say = workspace.catalog.messages
    made = get_openapi(
        title="Ambos",
        version=__version__,
        openapi_version="3.1.0",
        description=workspace.catalog.message("web.api.lead")[language],
        routes=app.routes,
        separate_input_output_schemas=False,
    )
    made["components"] = {"schemas": {"Text": _TEXT, "Problem": _PROBLEM, "Answer": _ANSWER}}
    made["servers"] = [{"url": "/"}]
    for path, methods in made["paths"].items():
        for operation in methods.values():
            spanish = operation.pop("x-es", None)
            if language == "es" and spanish:
                operation["summary"] = spanish
            for parameter in operation.get("parameters", ()):
                parameter.pop("title", None)
                parameter["schema"].pop("title", None)
                key = f"web.api.param_{parameter['name'].lower()}"
                if key in say:
                    parameter["description"] = say[key][language]
            responses = operation["responses"]
            responses.pop("422", None)
            if operation.pop("x-verb", False):
                schema = schemas.get(path, {"$ref": "#/components/schemas/Answer"})
                schema = {k: v for k, v in schema.items() if k not in ("$schema", "$id")}
                responses["200"] = {
                    "description": operation["summary"],
                    "content": {
                        "application/json": {"schema": schema},
                        "text/csv": {"schema": {"type": "string"}},
                        "application/vnd.apache.parquet": {"schema": {"type": "string", "format": "binary"}},
                        "application/schema+json": {"schema": {"type": "object"}},
                    },
                }
            responses |= _CACHED
            for code, words in _REFUSALS.items():
                content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
                responses.setdefault(code, {"description": words, "content": content})
    return made


@dataclass(frozen=True)
class ApiPage(Page):
    """The page of the API, whose language is a parameter."""

    def here(self, language: Language | None = None, **changed: object) -> str:
        """The address of this page in a language."""
        return f"/api?lang={language or self.language}"


@router.get("/api/openapi.json", include_in_schema=False)
def openapi(request: Request, lang: Language = "en") -> Response:
    """Describe the API for programs."""
    headers = {"Cache-Control": f"public, max-age={FRESH}", "Content-Language": lang}
    return Response(json_text(describe(request.app, lang)), headers=headers, media_type="application/json")


@router.get("/api", include_in_schema=False)
def page(request: Request, lang: Language = "en") -> Response:
    """Describe the API for people."""
    described = describe(request.app, lang)
    subjects: dict[str, list[dict[str, Any]]] = {}
    for path, methods in described["paths"].items():
        operation = methods["get"]
        shown = {"path": path, **operation, "example": _example(path, operation)}
        subjects.setdefault(operation.get("tags", ["api"])[0], []).append(shown)
    common = {name for name, *_ in verbs.COMMON}
    return ApiPage(request, site_of(request), lang).render(
        "api.html.j2", subjects=subjects, common=common, kind=_kind, version=described["info"]["version"]
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """The type of a parameter in a word: its choices, its pattern's example, or its name."""
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    first = options[0]
    if "enum" in first:
        return " | ".join(str(one) for one in first["enum"] if one != "")
    if "const" in first:
        return str(first["const"])
    if first.get("examples"):
        return ", ".join(first["examples"])
    limits = f" {first['minimum']}–{first['maximum']}" if "minimum" in first and "maximum" in first else ""
    return str(first.get("type", "")) + limits


#: A value of each part of an address that has one, for examples.
_PARTS = {
    "/api/v1/series/{id}/forecast": "trade.by_state_monthly.exports",
    "/api/v1/series/": "crossings.trucks",
    "/api/v1/codes/": "lanes",
    "/api/v1/bulk/": "crossings",
}


def _example(path: str, operation: Mapping[str, Any]) -> str | None:
    """An address that can be tried; None where a part of it or a parameter is known to the reader only."""
    if any(p.get("required") and p["in"] == "query" for p in operation.get("parameters", ())):
        return None
    for start, value in _PARTS.items():
        if path.startswith(start):
            path = path.replace("{id}", value).replace("{dataset}", value)
    path = path.replace("{language}", LANGUAGES[0])
    return None if "{" in path else path
