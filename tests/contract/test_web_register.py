"""The register on the web: who may do what, on every address, and the way of a commitment from draft to kept."""

from __future__ import annotations

import html
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from ambos.flows.brief.report_kept import name_of, question
from ambos.model.register import Comment, Commitment, Evidence, Phrase, Step
from ambos.web.static_site import write_site
from register_web import NORTH, PASSWORD, SOUTH, Clock, Reader, Served, empty_workspace, make_hashing_quick

DESK = "/en/register/desk"


@pytest.fixture(autouse=True, scope="module")
def quick() -> None:
    make_hashing_quick()


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(empty_workspace(tmp_path, clock := Clock()), clock).with_accounts()


def text_of(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).split())


def test_a_commitment_goes_from_draft_to_kept_by_web_alone(served: Served) -> None:
    north, south = served.reader(f"{NORTH}.acceptor"), served.reader(f"{SOUTH}.acceptor")
    made = north.send(f"{DESK}/new/commitment", {"name.en": "Open a lane", "due": "2027-06", "steps.0.text.en": "Hire"})
    assert made.status_code == 303
    at = f"{DESK}/commitment/open-a-lane"
    assert made.headers["location"].startswith(at)
    public = "/en/register/commitments/open-a-lane"
    assert [served.reader().get(public).status_code, south.get(at).status_code] == [404, 404]
    assert north.send(f"{at}/propose", {}, form=at).status_code == 303
    assert served.reader().get(public).status_code == 200
    for side in (north, south):
        content = re.search(r'name="content" value="(\w+)"', side.get(at).text)
        assert content
        assert side.post(f"{at}/accept", {"content": content[1]}).status_code == 303
    held = served.register.get("commitment", "open-a-lane", day=served.clock().date())
    assert held.entry.agreed and not held.entry.kept
    assert north.post(f"{at}/step", {"step": "1", "step.done": "2026-12-01"}).status_code == 303
    assert north.post(f"{at}/evidence", {"evidence.text.en": "Opened", "evidence.on": "2026-12"}).status_code == 303
    assert north.post(f"{at}/status", {"status": "complete"}).status_code == 303
    for side in (north, south):
        content = re.search(r'name="content" value="(\w+)"', side.get(at).text)
        assert content
        assert side.post(f"{at}/accept-outcome", {"content": content[1]}).status_code == 303
    shown = text_of(served.reader().get(public + "?as_of=").text)
    assert served.register.get("commitment", "open-a-lane", day=served.clock().date()).entry.kept
    assert "kept" in shown


def test_a_record_can_be_proposed_as_it_is_entered(served: Served) -> None:
    north = served.reader(f"{NORTH}.writer")
    made = north.send(
        f"{DESK}/new/meeting", {"name.en": "Plenary", "type": "plenary", "start": "2027-06", "propose": "true"}
    )
    assert 'href="/en/register/desk/new/meeting"' in north.get(made.headers["location"]).text
    assert served.reader().get("/en/register/meetings/plenary").status_code == 200


# -- who may do what -----------------------------------------------------------------------------------------------
#: Records of the table: a draft of each side, one that the north proposed, and comments in each state.
NORTH_DRAFT, SOUTH_DRAFT, PUBLIC = "north-draft", "south-draft", "proposed"
EVERYBODY = ("", *(f"{office}.{role}" for office in (NORTH, SOUTH) for role in ("writer", "acceptor", "moderator")))
WRITERS = tuple(one for one in EVERYBODY if one.endswith((".writer", ".acceptor")))
NORTHERN = tuple(one for one in WRITERS if one.startswith(NORTH))
SOUTHERN = tuple(one for one in WRITERS if one.startswith(SOUTH))
ACCEPTORS = tuple(one for one in EVERYBODY if one.endswith(".acceptor"))
MODERATORS = tuple(one for one in EVERYBODY if one.endswith(".moderator"))
INSIDE = EVERYBODY[1:]
#: Addresses below the desk that write, the form, and whose log-in may do it; all others are refused and change nothing.
WRITING: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "new/commitment": ({"name.en": "New"}, WRITERS),
    "new/office": ({"name.en": "New", "side": "US-AZ"}, NORTHERN),
    f"commitment/{PUBLIC}/change": ({"name.en": "Other", "base": "{seq}"}, WRITERS),
    f"commitment/{NORTH_DRAFT}/change": ({"name.en": "Other", "base": "{seq}"}, NORTHERN),
    f"commitment/{SOUTH_DRAFT}/change": ({"name.en": "Other", "base": "{seq}"}, SOUTHERN),
    f"commitment/{NORTH_DRAFT}/propose": ({}, NORTHERN),
    f"commitment/{SOUTH_DRAFT}/propose": ({}, SOUTHERN),
    f"commitment/{PUBLIC}/accept": ({"content": "{content}"}, ACCEPTORS),
    f"commitment/{NORTH_DRAFT}/accept": ({"content": "{content}"}, ()),
    "commitment/agreed/accept-outcome": ({"content": "{content}"}, ACCEPTORS),
    "commitment/agreed/take-back": ({"why": "No"}, ACCEPTORS),
    f"commitment/{PUBLIC}/withdraw": ({"withdraw.why": "No"}, NORTHERN),
    f"commitment/{PUBLIC}/evidence": ({"evidence.text.en": "Done"}, WRITERS),
    f"commitment/{SOUTH_DRAFT}/evidence": ({"evidence.text.en": "Done"}, SOUTHERN),
    f"commitment/{PUBLIC}/status": ({"status": "ongoing"}, WRITERS),
    f"commitment/{PUBLIC}/step": ({"step": "1", "step.done": "2026"}, WRITERS),
    "comment/held/publish": ({}, MODERATORS),
    "comment/held/refuse": ({"reason.en": "No"}, MODERATORS),
    "comment/published/reply": ({"reply.en": "Thanks"}, INSIDE),
}


@pytest.fixture(scope="module")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A register with the records of the table."""
    served = Served(empty_workspace(tmp_path_factory.mktemp("table"), clock := Clock()), clock).with_accounts()
    register, now = served.register, served.clock()
    steps = (Step(Phrase("First")),)
    for office, id, draft in (
        (NORTH, NORTH_DRAFT, True),
        (SOUTH, SOUTH_DRAFT, True),
        (NORTH, PUBLIC, False),
        (NORTH, "agreed", False),
    ):
        with register.writing(office, now) as desk:
            desk.create(Commitment(id=id, name=Phrase(id), steps=steps), draft=draft)
    for office in (NORTH, SOUTH):
        with register.writing(office, now) as desk:
            desk.accept("commitment", "agreed", register.get("commitment", "agreed", day=now.date()).content_hash)
    with register.writing(SOUTH, now) as desk:
        desk.evidence("agreed", Evidence(Phrase("Done")))
    with register.writing("public", now) as desk:
        for id in ("held", "published"):
            desk.comment(Comment(id=id, target_kind="commitment", target=PUBLIC, text="Well", language="en"))
    with register.writing(NORTH, now) as desk:
        desk.moderate("published", "published")
    return served


@pytest.fixture(scope="module")
def readers(peopled: Served) -> dict[str, Reader]:
    return {one: peopled.reader(one) for one in EVERYBODY}


def restored(served: Served, kept: Path) -> None:
    shutil.copyfile(kept, served.workspace.folder / "register.sqlite")


@pytest.mark.parametrize("path", WRITING)
def test_only_whom_the_table_names_can_write_at_an_address(
    peopled: Served, readers: dict[str, Reader], path: str, tmp_path: Path
) -> None:
    fields, allowed = WRITING[path]
    kept = shutil.copyfile(peopled.workspace.folder / "register.sqlite", tmp_path / "kept")
    parts = path.split("/")
    if len(parts) == 3:
        held = peopled.register.get(
            parts[0], parts[1], day=peopled.clock().date(), viewer="US-AZ" if "north" in path else "MX-SON"
        )
        fields = {k: v.format(seq=held.entry.seq, content=held.content_hash) for k, v in fields.items()}
    for who in EVERYBODY:
        reader, before = readers[who], peopled.register.count()
        reader.get(DESK)
        status = reader.post(f"{DESK}/{path}", fields).status_code
        if who in allowed:
            assert (who, status, peopled.register.count()) == (who, 303, before + 1)
            assert (
                peopled.register.changes(limit=1, viewer="US-AZ" if who.startswith(NORTH) else "MX-SON")[0].office
                == who.partition(".")[0]
            )
            restored(peopled, kept)
        else:
            assert (who, peopled.register.count()) == (who, before)
            assert status in (400, 403, 404)


def test_the_table_names_every_address_that_writes(peopled: Served) -> None:
    from ambos.web.pages.desk import ACTS, router

    posts = {route.path for route in router.routes if "POST" in (getattr(route, "methods", None) or ())}
    known = {"new/{kind}", "{kind}/{id}/change", "{kind}/{id}/{act}"}
    assert posts == {f"/register/desk/{one}" for one in known}
    assert {path.rpartition("/")[2] for path in WRITING if path.count("/") == 2} == {*ACTS, "change"}


@pytest.mark.parametrize(
    ("path", "seen_by"),
    [
        ("desk", INSIDE),
        ("desk?q=a", INSIDE),
        ("desk/new/commitment", WRITERS),
        (f"desk/commitment/{PUBLIC}", INSIDE),
        (f"desk/commitment/{NORTH_DRAFT}", tuple(one for one in INSIDE if one.startswith(NORTH))),
        (f"desk/commitment/{SOUTH_DRAFT}", tuple(one for one in INSIDE if one.startswith(SOUTH))),
        (f"desk/commitment/{SOUTH_DRAFT}/change", SOUTHERN),
        (f"commitments/{NORTH_DRAFT}", ()),
        ("desk/comment/held", INSIDE),
        ("comments/held", ()),
    ],
)
def test_only_whom_the_table_names_can_read_an_address(
    readers: dict[str, Reader], path: str, seen_by: tuple[str, ...]
) -> None:
    for who in EVERYBODY:
        response = readers[who].get(f"/en/register/{path}")
        assert (who, response.status_code == 200) == (who, who in seen_by)
        if who not in seen_by and not who:
            assert response.status_code in (303, 404)
        if path.startswith("desk"):
            assert "no-store" in response.headers["cache-control"]


def test_drafts_stand_in_no_list_of_the_other_side(readers: dict[str, Reader]) -> None:
    for who in EVERYBODY:
        reader = readers[who]
        pages = ["/en/register", "/en/register/commitments", "/en/register/commitments?text=draft"]
        pages += [DESK, f"{DESK}?q=draft"] if who else []
        for page in pages:
            text = reader.get(page).text.replace("?q=draft", "").replace('value="draft"', "")
            assert NORTH_DRAFT not in text or (who.startswith(NORTH) and page.startswith(DESK))
            assert SOUTH_DRAFT not in text or (who.startswith(SOUTH) and page.startswith(DESK))


def test_the_api_gives_what_the_public_sees_and_takes_nothing(peopled: Served, readers: dict[str, Reader]) -> None:
    before = peopled.register.count()
    for who in EVERYBODY:
        client = readers[who].client
        listed = client.get("/api/v1/register?kind=commitment").json()["records"]
        assert {one["id"] for one in listed} == {PUBLIC, "agreed"}
        shown = client.get(f"/api/v1/register/commitment/{PUBLIC}").json()
        assert (shown["id"], shown["agreed"]) == (PUBLIC, False)
        assert client.get(f"/api/v1/register/commitment/{NORTH_DRAFT}").status_code == 404
        assert client.get("/api/v1/register/comment/held").status_code == 404
        assert client.post("/api/v1/register", json={"kind": "commitment"}).status_code == 405
    assert peopled.register.count() == before


# -- forms and sessions --------------------------------------------------------------------------------------------
def test_a_form_without_the_token_of_its_session_writes_nothing(served: Served) -> None:
    north, other = served.reader(f"{NORTH}.writer"), served.reader(f"{NORTH}.acceptor")
    other.get(DESK)
    before = served.register.count()
    path, fields = f"{DESK}/new/commitment", {"name.en": "New"}
    for token in ("", "0" * 64, other.token, "é" * 64):
        north.token = token
        assert north.post(path, fields).status_code == 403
    north.get(DESK)
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert north.post(path, fields, headers=headers).status_code == 403
        north.get(DESK)
    assert served.register.count() == before
    assert north.post(path, fields, headers={"Origin": "https://testserver"}).status_code == 303


def test_what_was_typed_outlives_the_end_of_the_session(served: Served) -> None:
    north = served.reader(f"{NORTH}.writer")
    north.get(f"{DESK}/new/commitment")
    served.clock.move(minutes=31)
    typed = {"name.en": "A long <text>\n& more", "steps.0.text.es": "Primero"}
    assert hidden(north.post(f"{DESK}/new/commitment", typed).text) == {}  # it may be another site's
    ended = north.post(f"{DESK}/new/commitment", typed, headers={"Origin": "https://testserver:8443"})
    assert ended.status_code == 403
    before = served.register.count()
    again = north.post(
        "/en/register/log-in", {**hidden(ended.text), "account": f"{NORTH}.writer", "password": PASSWORD}
    )
    assert (again.status_code, served.register.count()) == (200, before)
    assert north.post(f"{DESK}/new/commitment", hidden(again.text)).status_code == 303
    made = served.register.get("commitment", "a-long-text-more", day=served.clock().date(), viewer="US-AZ").record
    assert made.title.en == "A long <text> & more"


def hidden(page: str) -> dict[str, str]:
    """The fields of a page that its reader does not see."""
    fields = dict(re.findall(r'<textarea name="([^"]+)" hidden>\n(.*?)</textarea>', page, re.DOTALL))
    return {html.unescape(name): html.unescape(value) for name, value in fields.items()}


@pytest.mark.parametrize(("used_every", "lasts"), [(29, 10 * 60), (31, 31)])
def test_a_session_ends_when_it_is_not_used_and_in_any_case_after_its_time(
    served: Served, used_every: int, lasts: int
) -> None:
    north, minutes = served.reader(f"{NORTH}.writer"), 0
    while north.get(DESK).status_code == 200:
        served.clock.move(minutes=used_every)
        minutes += used_every
    assert lasts <= minutes < lasts + 30


def test_log_out_a_new_password_and_closing_the_account_end_its_sessions(served: Served) -> None:
    account = f"{NORTH}.writer"
    north = served.reader(account)
    cookies = dict(north.client.cookies)
    assert north.send("/en/register/log-out", {}, form=DESK).status_code == 303
    north.client.cookies.update(cookies)
    assert north.get(DESK).status_code == 303
    for end in (lambda: served.accounts.change_password(account, PASSWORD), lambda: served.accounts.close(account)):
        reader = served.reader(account)
        assert reader.get(DESK).status_code == 200
        end()
        assert reader.get(DESK).status_code == 303


def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(served: Served) -> None:
    reader = served.reader()
    response = reader.send("/en/register/log-in", {"account": f"{NORTH}.writer", "password": PASSWORD})
    cookie = next(c for c in response.headers.get_list("set-cookie") if "ambos-session" in c)
    assert cookie.startswith("__Host-ambos-session=")
    assert all(part in cookie for part in ("HttpOnly", "Secure", "Path=/", "SameSite=lax"))
    token = cookie.partition("=")[2].partition(";")[0]
    assert token.encode() not in (served.workspace.folder / "register.sqlite").read_bytes()
    assert served.reader().get("/en/register").headers.get("set-cookie") is None


def test_a_password_is_not_taken_over_an_open_line(served: Served) -> None:
    reader = served.reader(base="http://testserver")
    response = reader.send("/en/register/log-in", {"account": f"{NORTH}.writer", "password": PASSWORD})
    assert response.status_code == 403
    assert "https" in text_of(response.text)


def test_unknown_and_closed_accounts_and_wrong_passwords_are_refused_in_the_same_words(served: Served) -> None:
    served.accounts.close(f"{SOUTH}.writer")
    said = set()
    for account, password in (
        (f"{NORTH}.writer", "wrong password"),
        ("nobody", PASSWORD),
        (f"{SOUTH}.writer", PASSWORD),
    ):
        response = served.reader().send("/en/register/log-in", {"account": account, "password": password})
        page = re.sub(r'value="[^"]*"', "", response.text)
        said.add((response.status_code, page))
    assert len(said) == 1
    assert [one.what for one in served.accounts.recorded(3)] == ["refused"] * 3
    assert {one.account for one in served.accounts.recorded(3)} == {f"{NORTH}.writer", f"{SOUTH}.writer", ""}


def test_log_ins_of_one_client_and_on_one_account_are_limited(served: Served) -> None:
    reader, fields = served.reader(), {"account": "nobody", "password": "wrong password"}
    answers = [reader.send("/en/register/log-in", fields).status_code for _ in range(12)]
    assert answers == [403] * 10 + [429] * 2
    right = reader.send("/en/register/log-in", {"account": f"{NORTH}.writer", "password": PASSWORD})
    assert right.status_code == 429
    assert int(right.headers["retry-after"]) > 0


def test_a_log_in_that_succeeds_does_not_give_back_those_that_failed(served: Served) -> None:
    reader = served.reader()
    for _ in range(9):
        assert (
            reader.send("/en/register/log-in", {"account": "nobody", "password": "wrong password"}).status_code == 403
        )
    right = {"account": f"{NORTH}.writer", "password": PASSWORD}
    for expected in (303, 303):
        reader.client.cookies.clear()
        assert reader.send("/en/register/log-in", right).status_code == expected
    reader.client.cookies.clear()
    answers = [reader.send("/en/register/log-in", {"account": "nobody", "password": "x"}).status_code for _ in range(2)]
    assert answers == [403, 429]


def test_what_an_account_may_not_do_is_recorded(served: Served) -> None:
    moderator = served.reader(f"{NORTH}.moderator")
    assert moderator.get(f"{DESK}/new/commitment").status_code == 403
    newest = served.accounts.recorded(1)[0]
    assert (newest.what, newest.account, newest.detail) == (
        "no right",
        f"{NORTH}.moderator",
        "/register/desk/new/commitment",
    )


def test_log_in_leads_only_to_addresses_of_the_register(served: Served) -> None:
    account = {"account": f"{NORTH}.writer", "password": PASSWORD}
    for to in (
        "https://evil.example/",
        "//evil.example/en/register/",
        "/en/register//evil.example",
        "/en/register/../x",
        "/en/register/\\evil",
    ):
        response = served.reader().send("/en/register/log-in", {**account, "to": to})
        assert response.headers["location"] == DESK
    response = served.reader().send("/en/register/log-in", {**account, "to": "/es/register/desk?q=agua"})
    assert response.headers["location"] == "/es/register/desk?q=agua"


# -- comments by the public ----------------------------------------------------------------------------------------
def test_a_comment_is_held_until_it_is_moderated_and_then_replied_to(
    peopled: Served, readers: dict[str, Reader]
) -> None:
    public, path = f"/en/register/commitments/{PUBLIC}", f"/en/register/comments/new?kind=commitment&id={PUBLIC}"
    reader = peopled.reader()
    words = '¿Cuándo? <b>"=1+1"</b>\n' + "á" * 90_000
    assert reader.send(path, {"text": words, "language": "es"}).status_code == 200
    assert "¿Cuándo?" not in reader.get(public).text
    moderator = readers[f"{SOUTH}.moderator"]
    found = re.findall(r"/en/register/desk/comment/(c-[\w-]+)", moderator.get(DESK).text)
    at = f"{DESK}/comment/{found[0]}"
    assert moderator.post(f"{at}/publish", {}).status_code == 303
    assert moderator.post(f"{at}/reply", {"reply.es": "En junio"}).status_code == 303
    page = reader.get(f"{public}?as_of=").text
    assert html.escape(words.partition("\n")[0], quote=False).replace('"', "&#34;") in page
    assert "En junio" in page
    record = peopled.register.get("comment", found[0], day=peopled.clock().date()).record
    assert record.text == words.strip()  # type: ignore[attr-defined]


def test_comments_of_one_client_are_limited_and_nothing_typed_is_lost(peopled: Served) -> None:
    path = f"/en/register/comments/new?kind=commitment&id={PUBLIC}"
    reader = Served(peopled.workspace, peopled.clock).reader()
    answers = [reader.send(path, {"text": f"Well said {n}", "language": "en"}) for n in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert "Well said 5" in answers[-1].text
    empty = reader.send(path, {"organisation": "Port", "language": "en"})
    assert empty.status_code == 400
    assert 'aria-invalid="true"' in empty.text
    assert 'value="Port"' in empty.text


# -- the report ----------------------------------------------------------------------------------------------------
def test_the_report_is_shown_and_a_file_of_it_is_given_once_it_is_made(served: Served) -> None:
    reader, page = served.reader(), served.reader().get("/es/register/report?since=2026-01-01")
    assert (page.status_code, "<h1>Informe de avance</h1>" in page.text) == (200, True)
    asked = question(served.workspace, date(2026, 1, 1), "es", "pdf")
    name = name_of(served.workspace, asked)
    assert reader.get(f"/es/register/report/{name}").status_code == 404
    folder = served.workspace.folder / "reports"
    folder.mkdir()
    (folder / f"{name}.pdf").write_bytes(b"%PDF")
    asked_for = reader.post("/es/register/report?since=2026-01-01", {"form": "pdf"})
    assert asked_for.headers["location"] == f"/es/register/report/{name}"
    file = reader.get(f"/es/register/report/{name}")
    assert (file.content, file.headers["content-type"]) == (b"%PDF", "application/pdf")
    assert "informe-de-avance.pdf" in file.headers["content-disposition"]
    assert reader.post("/es/register/report", {"form": "exe"}).status_code == 404


# -- what is asked for wrongly -------------------------------------------------------------------------------------
def test_a_form_with_faults_comes_back_with_all_that_was_typed_and_each_fault_beside_its_field(served: Served) -> None:
    north = served.reader(f"{NORTH}.writer")
    typed = {
        "name.es": "",
        "due": "soon",
        "cost": "many",
        "action.es": "Ampliar <la> «vía»",
        "committee": "none",
        "steps.0.due": "2027",
    }
    page = north.send("/es/register/desk/new/commitment", typed).text
    for name in ("name.en", "due", "cost", "committee", "steps.0.text.en"):
        assert f'id="{name}-error"' in page
    assert "No es una fecha" in page
    assert "Ampliar &lt;la&gt; «vía»" in page
    assert 'value="soon"' in page
    assert 'value="many"' in page


def test_a_form_asks_for_the_language_of_its_page_first_and_for_a_name_that_is_seen(served: Served) -> None:
    north = served.reader(f"{NORTH}.writer")
    page = north.get("/es/register/desk/new/committee").text
    assert page.index('name="name.es"') < page.index('name="name.en"')
    answer = north.send("/es/register/desk/new/committee", {"name.es": "\u2066\ufeff"})
    assert answer.status_code == 400 and "al menos en un idioma" in answer.text


def test_a_cost_without_its_currency_is_refused_as_it_is_entered(served: Served) -> None:
    north = served.reader(f"{NORTH}.writer")
    address = "/es/register/desk/new/commitment"
    answer = north.send(address, {"name.es": "Reparar", "cost": "350000", "steps.0.text.es": "Licitar"})
    assert answer.status_code == 400 and 'id="currency-error"' in answer.text


def test_a_change_of_what_was_changed_meanwhile_is_refused_and_kept_on_the_page(served: Served) -> None:
    first, second = served.reader(f"{NORTH}.writer"), served.reader(f"{NORTH}.acceptor")
    assert first.send(f"{DESK}/new/commitment", {"name.en": "Lane"}).status_code == 303
    at = f"{DESK}/commitment/lane/change"
    base = re.search(r'name="base" value="(\d+)"', first.get(at).text)
    assert base
    assert second.send(at, {"name.en": "Lane two", "base": base[1]}).status_code == 303
    late = first.post(at, {"name.en": "Lane three", "base": base[1]})
    assert (late.status_code, 'value="Lane three"' in late.text) == (409, True)


def test_a_server_without_accounts_is_read_only_and_says_so(tmp_path: Path) -> None:
    served = Served(empty_workspace(tmp_path, clock := Clock()), clock)
    reader = served.reader()
    assert "no accounts of offices" in text_of(reader.get("/en/register").text)
    for path in ("log-in", "comments/new?kind=commitment&id=x"):
        assert reader.get(f"/en/register/{path}").status_code == 403
        assert reader.post(f"/en/register/{path}", {}).status_code == 403
    assert reader.post(f"{DESK}/new/commitment", {"name.en": "New"}).status_code == 403
    assert not (tmp_path / "register.sqlite").exists()


def test_a_copy_of_the_site_has_the_register_and_no_way_to_write(served: Served, tmp_path: Path) -> None:
    with served.register.writing(NORTH, served.clock()) as desk:
        desk.create(Commitment(id="lane", name=Phrase("Lane", "Carril")), draft=False)
    pages = ("/register", "/register/commitments", "/register/commitments/lane")
    written = write_site(served.workspace, tmp_path / "site", pages=pages)
    assert written.left_out == ()
    for path in pages:
        page = (tmp_path / f"site/es{path}/index.html").read_text("utf-8")
        assert "Carril" in page or path == "/register"
        assert not re.search("log-in|register/desk|comments/new|<form", page)


def test_readers_are_not_told_where_the_database_is_when_it_cannot_be_reached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMBOS_REGISTER_URL", "postgresql://nobody:secret@127.0.0.1:1/none")
    reader = Served(empty_workspace(tmp_path, clock := Clock()), clock).reader()
    for path in ("register", "register/log-in", "register/desk", "register/commitments/x"):
        response = reader.get(f"/en/{path}")
        assert response.status_code == 503 or path == "register/desk"
        assert "127.0.0.1" not in response.text
    assert reader.get("/en/search?q=trucks").status_code == 200
