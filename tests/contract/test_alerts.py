"""Alerts from a figure to its receiver: what fires, once; what is sent, to a real mail server and a real web server."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from alert_samples import (
    CARS,
    NOW,
    Clock,
    Mailbox,
    event,
    free_port,
    keep,
    mail_server,
    make_certificate,
    workspace_at,
)
from ambos.catalog import Catalog
from ambos.delivery.limits import SendLimits
from ambos.delivery.outbox import Outbox
from ambos.flows.alerts.answer import alerts_answer, public_answer
from ambos.flows.alerts.deliver import deliver
from ambos.flows.alerts.evaluate import evaluate
from ambos.flows.data.build import build
from ambos.flows.data.check import check_data, findings_held
from ambos.flows.workspace import Workspace
from ambos.model.answer import record, to_plain
from build_samples import crossing, crossings_file
from local_server import LocalServer, Reply

QUICK = SendLimits(connect=2.0, total=1.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


# -- what fires -----------------------------------------------------------------------------------------------------
def test_a_wait_past_the_threshold_fires_once_until_it_has_cleared(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    """DeConcini, June 14, 2026, cars: 60 minutes at 14:00, 135 at 15:00 and 16:00, 120 at 21:00 and 23:00."""
    workspace = workspace_at(tmp_path, catalog, clock, toml=CARS)
    fired = []
    for hour in (14, 15, 16, 21, 23):
        clock.now = (
            datetime(2026, 6, 14, hour + 7, 5, tzinfo=UTC)
            if hour < 17
            else NOW.replace(day=15, hour=hour - 17, minute=5)
        )
        fired.append(evaluate(workspace))
    assert fired == [0, 1, 0, 0, 0]
    (found,) = Outbox(tmp_path).events(9)
    assert "June 14, 2026, 15:00: 135 min, more than 90." in found.text.en
    assert "14 de junio de 2026, 15:00: 135 min, más de 90." in found.text.es
    assert "Officers' estimates" in found.text.en and found.sources[0].en.startswith("CBP")
    assert found.figure["value"] == 135.0 and found.link.startswith("/series/waits.reports?place=nogales-deconcini")


def test_a_rule_fires_again_after_it_has_cleared(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    """As above with a clearing at 120: 21:00 clears, and no later figure is past 130."""
    toml = CARS.replace("clears = 60", "clears = 120").replace("above = 90", "above = 130")
    workspace = workspace_at(tmp_path, catalog, clock, toml=toml)
    clock.now = datetime(2026, 6, 14, 23, 5, tzinfo=UTC)
    assert evaluate(workspace) == 1
    assert _state(workspace) == "fired"
    clock.now = datetime(2026, 6, 15, 5, 5, tzinfo=UTC)
    assert evaluate(workspace) == 0
    assert _state(workspace) == "waits"


def test_an_old_figure_does_not_fire(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    workspace = workspace_at(tmp_path, catalog, clock, toml=CARS)
    clock.now = datetime(2026, 6, 20, tzinfo=UTC)
    assert evaluate(workspace) == 0


def test_a_new_month_and_a_revision_fire_once_and_not_at_the_first_look(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    name = 'name = { en = "Trucks", es = "Camiones" }\nseries = "crossings.trucks"\nplace = "nogales"\n'
    toml = f'[alert.new]\nwhen = "figures"\n{name}[alert.revised]\nwhen = "revision"\n{name}'
    workspace = workspace_at(tmp_path / "w", catalog, clock, embedded=False, toml=toml)
    path, fired = tmp_path / "file.csv", []
    for lines in (
        [crossing("Feb 2021", "Trucks", 36384)],
        [crossing("Feb 2021", "Trucks", 36384), crossing("Mar 2021", "Trucks", 36400)],
        [crossing("Feb 2021", "Trucks", 36390), crossing("Mar 2021", "Trucks", 36400)],
    ):
        clock.now += timedelta(days=1)
        path.write_bytes(crossings_file(*lines))
        assert build(workspace, path, as_of=clock.now.date()).appended
        fired.append((evaluate(workspace), evaluate(workspace)))
    assert fired == [(0, 0), (1, 0), (1, 0)]
    revised, new = Outbox(workspace.folder).events(9)
    assert new.rule == "new" and "March 2021: 36,400" in new.text.en
    assert revised.rule == "revised" and "febrero de 2021: 36,390 camiones de carga (antes: 36,384" in revised.text.es


def test_a_finding_that_was_there_before_the_rule_is_not_new(
    catalog: Catalog, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = '[alert.found]\nwhen = "finding"\nplace = "nogales"\nname = { en = "New", es = "Nuevo" }\n'
    workspace = workspace_at(tmp_path, catalog, clock, toml=toml)
    clock.now = datetime(2026, 11, 29, tzinfo=UTC)
    found_once = check_data(workspace)  # the store stays
    monkeypatch.setattr("ambos.flows.alerts.evaluate.findings_held", lambda _: found_once)
    assert evaluate(workspace) == 0
    outbox = Outbox(tmp_path)
    memory = outbox.memories()["found"]
    seen = memory.kept["own"]["seen"]
    assert len(seen) > 1
    forgotten = {**memory.kept, "own": {"seen": seen[1:]}}
    outbox.keep(type(memory)("found", clock.now, forgotten, None), (), ())
    assert (evaluate(workspace), evaluate(workspace)) == (1, 0)
    (found,) = outbox.events(9)
    assert found.figure["findings"] == seen[:1] and found.link.startswith("/findings/")


def test_a_verb_after_the_alerts_does_not_run_the_checks_again(
    catalog: Catalog, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = '[alert.found]\nwhen = "finding"\nname = { en = "New", es = "Nuevo" }\n'
    workspace = workspace_at(tmp_path / "w", catalog, clock, embedded=False, toml=toml)
    (tmp_path / "w" / "region").mkdir()  # its definitions name what is kept
    months = [crossing(f"{month} 2021", "Trucks", 36384) for month in ("Jan", "Feb", "Apr")]
    (tmp_path / "file.csv").write_bytes(crossings_file(*months))
    assert build(workspace, tmp_path / "file.csv").appended
    assert evaluate(workspace) == 0
    found = check_data(workspace)
    assert any(f.check == "absent_month" for f in found)

    def again(*_: object, **__: object) -> None:
        raise AssertionError("the checks run again")

    monkeypatch.setattr("ambos.flows.data.check.check_data", again)
    assert list(findings_held(workspace)) == found


def test_lake_mead_crosses_a_tier_when_it_is_past_the_edge_by_the_margin(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    """Made-up levels around 1,045 ft, the edge of Tier 2a and Tier 2b."""
    toml = """[alert.tier]
        when = "tier"
        series = "river.elevation_daily"
        place = "mead"
        margin = 0.25
        name = { en = "Mead", es = "Mead" }"""
    workspace = workspace_at(tmp_path, catalog, clock, toml=toml)
    table = workspace.store.table("reservoir_days")
    row = workspace.store.frame(table.filter(table.reservoir == "mead").order_by("date")).tail(1)
    fired = []
    for number, level in enumerate(["1044.80", "1045.10", "1045.40", "1044.90", "1044.70"]):
        day = clock.now.date() + timedelta(days=130 + number)
        new = row.with_columns(
            pl.lit(day).alias("date"),
            pl.lit(day).alias("as_of"),
            pl.lit(Decimal(level)).cast(row.schema["elevation_ft"]).alias("elevation_ft"),
        )
        workspace.store.append("reservoir_days", new)
        fired.append(evaluate(workspace))
    assert fired == [0, 0, 1, 0, 1]
    back, found = Outbox(tmp_path).events(9)
    assert "1,045.40 ft" in found.text.en and "“Tier 2a”" in found.text.en
    assert "projects for 1 January, not by this one" in found.text.en
    assert "1,044.70" in back.text.es


def test_a_rule_that_cannot_be_evaluated_says_why_and_stops_no_other(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    """No table of cuts by level holds in 2027."""
    toml = '[alert.a_tier]\nwhen = "tier"\nseries = "river.elevation_daily"\nname = { en = "M", es = "M" }\n'
    workspace = workspace_at(tmp_path, catalog, clock, toml=toml + CARS)
    clock.now = datetime(2027, 2, 1, tzinfo=UTC)
    evaluate(workspace)
    (problem, other) = public_answer(workspace).table("rules").cells()
    assert problem["state"].code == "problem" and "2027" in problem["problem"].en  # type: ignore[union-attr]
    assert other["state"].code == "waits" and other["problem"] is None  # type: ignore[union-attr]


def _state(workspace: Workspace) -> object:
    return public_answer(workspace).table("rules").cells()[0]["state"].code  # type: ignore[union-attr]


# -- e-mail ---------------------------------------------------------------------------------------------------------
def mail_toml(port: int, more: str = 'security = "none"') -> str:
    return f"""site = "https://ambos.example.org/"
{CARS}
[recipient.mesa]
language = "es"
email = "mesa@example.org"
[recipient.desk]
language = "en"
email = "desk@example.org"
[mail]
host = "127.0.0.1"
port = {port}
sender = "alertas@example.org"
{more}
"""


def test_each_recipient_is_told_once_in_their_language(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    box, port = Mailbox(), free_port()
    workspace = workspace_at(tmp_path, catalog, clock, toml=mail_toml(port))
    clock.now = datetime(2026, 6, 14, 23, 5, tzinfo=UTC)
    assert evaluate(workspace) == 1
    with mail_server(box, port):
        assert deliver(workspace) == {"sent": 2}
        assert deliver(workspace) == {} and deliver(workspace, again=True) == {}
    told = dict(zip(box.recipients, box.messages, strict=True))
    spanish, english = told["mesa@example.org"], told["desk@example.org"]
    assert spanish["Subject"] == "Autos con más de 90 minutos" and english["Subject"] == "Cars over 90 minutes"
    assert spanish["To"] == "mesa@example.org" and spanish["Content-Language"] == "es"
    text = spanish.get_content()
    assert "135 min" in text and "Fuente: CBP" in text and "comenzado 65 minutos antes" in text
    assert "https://ambos.example.org/es/series/waits.reports?place=nogales-deconcini" in text
    assert "Estimaciones de los oficiales" in text and "Officers" in english.get_content()
    assert spanish["Message-ID"] != english["Message-ID"]


def test_a_server_that_is_down_is_tried_again_later_under_the_same_id(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    box, port = Mailbox(), free_port()
    workspace = workspace_at(tmp_path, catalog, clock, toml=mail_toml(port))
    keep(workspace, event())
    assert deliver(workspace) == {"waiting": 2}
    (one, other) = Outbox(tmp_path).deliveries(9)
    assert sorted([one.attempts, other.attempts]) == [0, 1], "a server that is down is asked once a call"
    assert "could not be reached" in (one.problem or other.problem).en  # type: ignore[union-attr]
    with mail_server(box, port):
        assert deliver(workspace) == {"sent": 1}, "the one that was not tried"
        clock.now += timedelta(seconds=59)
        assert deliver(workspace) == {}
        clock.now += timedelta(seconds=2)
        assert deliver(workspace) == {"sent": 1}
    ids = {f"<{d.id}@example.org>" for d in (one, other)}
    assert {m["Message-ID"] for m in box.messages} == ids


def test_pauses_double_up_to_six_hours(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    workspace = workspace_at(tmp_path, catalog, clock, toml=mail_toml(free_port()).replace("desk@", "mesa2@"))
    keep(workspace, event())
    pauses = []
    for _ in range(12):
        outbox = Outbox(tmp_path)
        one = outbox.due(clock.now)[0]
        outbox.attempt(one, clock.now)
        one = next(d for d in outbox.deliveries(9) if d.id == one.id)
        pauses.append((one.due_at - clock.now) / timedelta(minutes=1))
        clock.now = one.due_at
        if other := [d for d in outbox.due(clock.now) if d.id != one.id]:
            outbox.sent(other[0], clock.now)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]


def test_a_refused_recipient_does_not_keep_the_other_from_being_told(
    catalog: Catalog, tmp_path: Path, clock: Clock
) -> None:
    box, port = Mailbox(refuses=("mesa@example.org",)), free_port()
    workspace = workspace_at(tmp_path, catalog, clock, toml=mail_toml(port))
    keep(workspace, event())
    with mail_server(box, port):
        answer = alerts_answer(workspace, "deliver")
        assert answer.failed and answer.title.en == "Sent: 1; to be tried again: 0; refused: 1"
        assert box.recipients == ["desk@example.org"]
        rows = {r["recipient"]: r for r in answer.table("deliveries").cells()}
        assert "550: 5.1.1 no such user" in rows["mesa"]["problem"].en  # type: ignore[union-attr]
        clock.now += timedelta(days=9)
        assert deliver(workspace) == {}, "what is refused is not tried by itself"
        box.refuses = ()
        assert deliver(workspace, again=True) == {"sent": 1}


def test_a_server_that_cannot_now_is_asked_again(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    box, port = Mailbox(answer="451 try again"), free_port()
    workspace = workspace_at(tmp_path, catalog, clock, toml=mail_toml(port))
    keep(workspace, event())
    with mail_server(box, port):
        assert deliver(workspace) == {"waiting": 2}
        box.answer = "250 OK"
        clock.now += timedelta(minutes=2)
        assert deliver(workspace) == {"sent": 2}


def test_a_server_that_does_not_answer_is_given_up(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    box, port = Mailbox(wait=60.0), free_port()
    workspace = workspace_at(tmp_path, catalog, clock, toml=mail_toml(port))
    keep(workspace, event())
    with mail_server(box, port):
        assert deliver(workspace, limits=QUICK) == {"waiting": 2}


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_login_over_starttls_and_no_password_in_what_is_said(
    catalog: Catalog, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    certificate, box, port = make_certificate(tmp_path), Mailbox(), free_port()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("AMBOS_SMTP_PASSWORD", f"s3cret-{password}")
    workspace = workspace_at(tmp_path / "w", catalog, clock, toml=mail_toml(port, 'user = "ambos"'))
    keep(workspace, event())
    with mail_server(box, port, certificate, "s3cret-right"):
        done = deliver(workspace)
    if password == "right":
        assert done == {"sent": 2} and box.encrypted == [True, True]
        return
    assert done == {"waiting": 2} and not box.messages
    said = json.dumps(record(alerts_answer(workspace)), default=to_plain)
    assert "does not take user or password (answer 535)" in said and "s3cret" not in said
    assert b"s3cret" not in Outbox(workspace.folder).path.read_bytes()


@pytest.mark.parametrize("trusted", [True, False])
def test_nothing_is_sent_in_plain_text_or_to_a_server_that_cannot_prove_its_name(
    catalog: Catalog, tmp_path: Path, clock: Clock, trusted: bool
) -> None:
    """A server without STARTTLS; and one whose certificate nobody trusts."""
    box, port = Mailbox(), free_port()
    workspace = workspace_at(tmp_path / "w", catalog, clock, toml=mail_toml(port, ""))
    keep(workspace, event())
    with mail_server(box, port, None if trusted else make_certificate(tmp_path)):
        assert deliver(workspace) == {"waiting": 2}
    assert not box.messages
    problems = [d.problem for d in Outbox(workspace.folder).deliveries(9) if d.problem]
    assert ("does not offer" if trusted else "certificate") in problems[0].en


# -- webhooks -------------------------------------------------------------------------------------------------------
def hook_toml(server: LocalServer, path: str = "/hook?token=abc") -> str:
    return f'{CARS}\n[recipient.desk]\nlanguage = "es"\nwebhook = "{server.url}{path}"\n'


def test_a_webhook_is_given_the_event_as_json(
    catalog: Catalog, tmp_path: Path, clock: Clock, server: LocalServer
) -> None:
    server.routes["/hook"] = [Reply(b"ok")]
    workspace = workspace_at(tmp_path, catalog, clock, toml=hook_toml(server))
    clock.now = datetime(2026, 6, 14, 23, 5, tzinfo=UTC)
    evaluate(workspace)
    assert deliver(workspace) == {"sent": 1} and deliver(workspace, again=True) == {}
    (asked,) = server.asked
    told = json.loads(asked.body)
    assert told["rule"] == "cars" and told["language"] == "es" and told["title"] == "Autos con más de 90 minutos"
    assert told["figure"]["value"] == 135.0 and told["figure"]["unit"] == "minute"
    assert told["figure"]["period"] == "2026-06-14T15:00-07:00" and told["link"] is None
    assert "Fuente: CBP" in told["text"] and told["sent_at"] == "2026-06-14T23:05:00+00:00"
    assert asked.headers["idempotency-key"] == told["id"] and asked.headers["content-type"].startswith(
        "application/json"
    )


@pytest.mark.parametrize(
    ("reply", "becomes", "said"),
    [
        (Reply(status=500), "waiting", "127.0.0.1 answered with the status 500"),
        (Reply(status=503), "waiting", "status 503"),
        (Reply(status=429), "waiting", "status 429"),
        (Reply(status=404), "refused", "status 404"),
        (Reply(status=302, headers={"Location": "http://10.0.0.1/"}), "refused", "status 302"),
        (Reply(wait=60.0), "waiting", "could not be reached or ended the connection"),
    ],
)
def test_what_a_webhook_answers_decides_whether_it_is_asked_again(
    catalog: Catalog, tmp_path: Path, clock: Clock, server: LocalServer, reply: Reply, becomes: str, said: str
) -> None:
    server.routes["/hook"] = [reply, Reply(b"ok")]
    workspace = workspace_at(tmp_path, catalog, clock, toml=hook_toml(server))
    keep(workspace, event())
    assert deliver(workspace, limits=QUICK if reply.wait else None) == {becomes: 1}
    (one,) = Outbox(tmp_path).deliveries(9)
    assert one.problem and said in one.problem.en and "token" not in one.problem.en
    assert deliver(workspace, again=True) == {"sent": 1}
    assert len({a.headers["idempotency-key"] for a in server.asked}) == 1


def test_an_answer_without_end_is_not_read_to_its_end(
    catalog: Catalog, tmp_path: Path, clock: Clock, server: LocalServer
) -> None:
    server.routes["/hook"] = [Reply(chunks=(b"x" * 50_000,) * 40)]
    workspace = workspace_at(tmp_path, catalog, clock, toml=hook_toml(server))
    keep(workspace, event())
    assert deliver(workspace) == {"sent": 1}


def test_a_message_that_is_too_large_is_refused(
    catalog: Catalog, tmp_path: Path, clock: Clock, server: LocalServer
) -> None:
    workspace = workspace_at(tmp_path, catalog, clock, toml=hook_toml(server))
    keep(workspace, event())
    assert deliver(workspace, limits=SendLimits(size=100)) == {"refused": 1}
    assert not server.asked


def test_a_recipient_who_was_taken_out_is_not_told(
    catalog: Catalog, tmp_path: Path, clock: Clock, server: LocalServer
) -> None:
    workspace = workspace_at(tmp_path, catalog, clock, toml=hook_toml(server))
    keep(workspace, event())
    (tmp_path / "alerts.toml").write_text(CARS, encoding="utf-8")
    assert deliver(workspace) == {"refused": 1} and not server.asked


def test_only_one_process_delivers(catalog: Catalog, tmp_path: Path, clock: Clock, server: LocalServer) -> None:
    workspace = workspace_at(tmp_path, catalog, clock, toml=hook_toml(server))
    keep(workspace, event())
    with Outbox(tmp_path).exclusive() as held:
        assert held
        answer = alerts_answer(workspace, "deliver")
    assert answer.failed and answer.problems[0].en == "Another process is delivering." and not server.asked


def test_looking_at_alerts_writes_nothing(catalog: Catalog, tmp_path: Path, clock: Clock) -> None:
    workspace = workspace_at(tmp_path, catalog, clock, toml=CARS)
    assert alerts_answer(workspace).table("rules").cells()[0]["state"].code == "never"  # type: ignore[union-attr]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["alerts.toml"]
