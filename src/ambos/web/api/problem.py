"""Errors of the API: problem details (RFC 9457), in the language asked for."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse

from ambos.text import LANGUAGES, Language, Text


def language_asked(request: Request) -> Language:
    """The language of ``?lang=``, else the first of ours that ``Accept-Language`` names, else English."""
    named = [request.query_params.get("lang", ""), *request.headers.get("accept-language", "").split(",")]
    return next((ours for one in named for ours in LANGUAGES if one.strip()[:2].lower() == ours), LANGUAGES[0])


def problem(request: Request, status: int, message: Text) -> JSONResponse:
    """Make the response that says what is wrong.

    Parameters
    ----------
    request : Request
    status : int
        Of HTTP.
    message : Text
    """
    language = language_asked(request)
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": message[language]}
    return JSONResponse(body, status, headers={"Content-Language": language}, media_type="application/problem+json")
