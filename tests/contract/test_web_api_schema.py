"""Every address of the API answers as its description says, whatever is asked, and none with a fault (schemathesis)."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings


@pytest.fixture(scope="session")
def described(web_client: TestClient) -> Any:
    import schemathesis  # takes long to load, in every worker

    return schemathesis.openapi.from_asgi("/api/openapi.json", web_client.app)


def ask(described: Any, count: int, first: int = 1) -> int:
    """Ask each address so often rightly and so often wrongly, from a seed, and check the answers; count the requests."""
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
    asked = 0
    for result in described.get_all_operations():
        operation = result.ok()
        for mode in GenerationMode:

            @seed(first)
            @settings(
                max_examples=count,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def one(case: Any) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(checks=checks, timeout=250)

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if mode is GenerationMode.POSITIVE or list(operation.iter_parameters()):
                    one()
    return asked


def test_every_address_answers_as_described(described: Any) -> None:
    assert ask(described, 2) > 100


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("part", range(20))
def test_a_hundred_thousand_requests_meet_no_fault(described: Any, part: int) -> None:
    assert ask(described, 75, 2 + part) >= 5000
