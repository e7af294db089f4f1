"""Forms of the register, filled in anyhow (schemathesis): none meets a fault, and without a log-in nothing is written."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from ambos.model.register import KINDS, Comment, Commitment, Phrase, Step
from ambos.web.pages.desk import ACTS
from ambos.web.record_form import asked_of
from register_web import NORTH, PASSWORD, SOUTH, Clock, Served, empty_workspace, make_hashing_quick

#: Fields of the forms, and values that stand for the right ones beside those that are made up.
FIELDS = {
    *(name.replace("{row}", "0") for kind in KINDS.values() for one in asked_of(kind) for name in one.names()),
    *(f"{one.name}.0" for kind in KINDS.values() for one in asked_of(kind) if one.form == "rows"),
    *(
        "base",
        "more",
        "why",
        "content",
        "step",
        "step.done",
        "status",
        "evidence.text.en",
        "evidence.url",
        "evidence.on",
    ),
    *("reason.es", "reply.en", "text", "language", "organisation", "account", "password", "to", "kept-at", "kept.why"),
}
SOME = ["", "x", "1", "2026", "2026-06", "US-AZ", "plenary", "ongoing", "12/2026", "\0", "=1+1", "é" * 2000, NORTH]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    make_hashing_quick()
    served = Served(empty_workspace(tmp_path_factory.mktemp("fuzz"), clock := Clock()), clock).with_accounts()
    with served.register.writing(NORTH, clock()) as desk:
        desk.create(Commitment(id="lane", name=Phrase("Lane"), steps=(Step(Phrase("First")),)), draft=False)
    with served.register.writing("public", clock()) as desk:
        desk.comment(Comment(id="held", target_kind="commitment", target="lane", text="Well", language="en"))
    return served


def described() -> dict[str, Any]:
    """Describe the addresses that take a form."""

    def part(name: str, *choices: str) -> dict[str, Any]:
        return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "enum": list(choices)}}

    value = {"anyOf": [{"type": "string", "maxLength": 40}, {"enum": SOME}]}
    form = {"type": "object", "properties": dict.fromkeys(sorted(FIELDS), value), "additionalProperties": False}
    record = (part("kind", "commitment", "comment", "office", "none"), part("id", "lane", "held", NORTH, SOUTH))
    desk = "/{language}/register/desk"
    addresses = {
        f"{desk}/new/{{kind}}": (part("kind", *KINDS, "none"),),
        f"{desk}/{{kind}}/{{id}}/change": record,
        f"{desk}/{{kind}}/{{id}}/{{act}}": (*record, part("act", *ACTS, "none")),
        "/{language}/register/log-in": (),
        "/{language}/register/comments/new": (),
    }
    post = {
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": form}}},
        "responses": {"default": {"description": "A page"}},
    }
    language = part("language", "en", "es")
    paths = {at: {"post": {**post, "parameters": [language, *parts]}} for at, parts in addresses.items()}
    return {"openapi": "3.1.0", "info": {"title": "Forms", "version": "1"}, "paths": paths}


def send(served: Served, account: str, count: int) -> None:
    """Send each form so often rightly and so often wrongly, from a seed."""
    import schemathesis  # takes long to load, in every worker
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error

    schema = schemathesis.openapi.from_dict(described())
    schema.app = served.app
    session = served.accounts.log_in(account, PASSWORD) if account else None
    for result in schema.get_all_operations():
        operation = result.ok()
        for mode in GenerationMode:

            @seed(1)
            @settings(
                max_examples=count,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: Any) -> None:
                if session is not None:
                    case.cookies = {"ambos-session": session.token}
                    case.body = {**(case.body if isinstance(case.body, dict) else {}), "form-token": session.form_token}
                case.call_and_validate(checks=[not_a_server_error])

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                one()


def test_forms_without_a_log_in_meet_no_fault_and_write_nothing(served: Served) -> None:
    before = served.register.count()
    send(served, "", 4)
    assert served.register.count() == before


@pytest.mark.parametrize("role", ["acceptor", "moderator"])
def test_forms_of_an_office_meet_no_fault(served: Served, role: str) -> None:
    send(served, f"{NORTH}.{role}", 4)
    assert all(change.office in (NORTH, "public", "ambos") for change in served.register.changes(limit=None))
