"""Pages of findings: filters in the address, pages, one finding with its figures."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from ambos.flows.data.findings import Filters, find, list_answer, one_answer
from ambos.flows.workspace import Workspace
from ambos.web.site import Site

DRIFT = "ratio_drift.crossings.2601.bus_passengers.2000-03-01"


def site(client: TestClient) -> Site:
    return client.app.state.site  # type: ignore[attr-defined, no-any-return]


def test_findings_are_sought_once_per_state_of_the_store(web_client: TestClient) -> None:
    assert site(web_client).findings() is site(web_client).findings()


def test_every_finding_has_an_id_of_its_own_and_a_page_of_its_own(web_client: TestClient) -> None:
    findings = site(web_client).findings()
    assert len({f.id for f in findings}) == len(findings)
    for finding in findings[::12]:
        page = web_client.get(f"/es/findings/{finding.id}")
        assert page.status_code == 200
        assert finding.id in page.text


def test_all_pages_together_list_every_finding_once(web_client: TestClient) -> None:
    listed = []
    for number in range(1, 10):
        page = web_client.get(f"/en/findings?page={number}").text
        listed += re.findall(r'href="/en/findings/([^"?]+)"', page)
        if 'rel="next"' not in page:
            break
    assert len(listed) == len(set(listed)) == len(site(web_client).findings())


@pytest.mark.parametrize(
    ("filters", "right"),
    [
        (Filters(place="nogales"), lambda f: f.place in {"2604", "260401", "260402", "260403"}),
        (Filters(dataset="waits"), lambda f: f.dataset == "waits"),
        (Filters(source="cbp_border_waits"), lambda f: f.dataset == "waits"),
        (Filters(severity="high"), lambda f: f.severity == "high"),
        (Filters(check="fixed_factor", severity="low"), lambda f: (f.check, f.severity) == ("fixed_factor", "low")),
    ],
)
def test_a_filter_keeps_what_it_names_and_nothing_else(web_client: TestClient, filters: Filters, right) -> None:  # type: ignore[no-untyped-def]
    findings = site(web_client).findings()
    answer = list_answer(site(web_client).workspace, findings, filters)
    ids = [row["id"] for row in answer.table("findings").cells()]
    assert ids == [f.id for f in findings if right(f)]
    assert ids


def test_a_finding_has_the_figures_it_is_about_and_those_they_are_compared_with(web_client: TestClient) -> None:
    workspace: Workspace = site(web_client).workspace
    answer = one_answer(workspace, find(site(web_client).findings(), DRIFT))
    rows = answer.table("figures").cells()
    in_march = {row["measure"].code: row["value"] for row in rows if row["period"].value == "2000-03"}  # type: ignore[union-attr]
    assert in_march == {"buses": 483, "bus_passengers": 4830}
    assert {row["series"] for row in answer.table("series").cells()} == {"crossings.bus_passengers", "crossings.people"}


@pytest.mark.parametrize("path", ["findings/nothing", "findings?place=nowhere", "findings?check=nothing"])
def test_what_is_not_known_is_refused_with_the_nearest_names(web_client: TestClient, path: str) -> None:
    response = web_client.get(f"/es/{path}")
    assert response.status_code == 404
    assert "Lo más parecido" in response.text
