"""`ambos site`: a copy of the site as files whose links all lead to a file of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from ambos.cli import main
from ambos.errors import BadRequest
from ambos.web.static_site import ABOUT, Written, write_site
from web_server import embedded

#: Addresses of a small copy: a series with items, one of its findings, forms, the search.
PAGES = ("/copy", "/search", "/try", "/air", "/faq", "/findings", "/series/air.days_by_category")
ADDRESSES = ("href", "src", "srcset", "action")


class Read(HTMLParser):
    """A page's tags that have an address, its anchors and its language."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.starred: list[str] = []
        self.anchors: set[str] = set()
        self.language = ""
        self.text = path.read_text("utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        self.language = given.get("lang", "") if tag == "html" else self.language
        self.anchors.add(given.get("id", ""))
        self.links += [(tag, given[key]) for key in ADDRESSES if key in given]
        if "whole-page" in given.get("class", ""):
            self.starred.append(given["href"])


def read(folder: Path) -> dict[Path, Read]:
    return {path: Read(path) for path in folder.rglob("*.html")}


def broken(folder: Path) -> Iterator[str]:
    """Every link of a copy that does not lead to a file of it and an anchor there."""
    pages = read(folder)
    links = [(path, tag, link) for path, page in pages.items() for tag, link in page.links]
    for path in folder.rglob("*.atom"):
        links += [(path, "link", link) for link in re.findall(r' href="([^"]*)"', path.read_text("utf-8"))]
    for path, tag, link in links:
        if tag == "a" and link.startswith(("http:", "https:")):
            continue
        address, _, anchor = link.partition("#")
        target = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
        if link.startswith("/") or not target.is_file() or folder not in target.parents:
            yield f"{path.relative_to(folder)}: {tag} {link}"
        elif anchor and anchor not in pages[target].anchors:
            yield f"{path.relative_to(folder)}: no anchor {link}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("copies") / "site"


@pytest.fixture(scope="module")
def written(folder: Path) -> Written:
    return write_site(embedded(folder.parent), folder, pages=(*PAGES, "/places/nowhere"))


def test_every_link_leads_to_a_file_of_the_copy(written: Written, folder: Path) -> None:
    assert sum(len(page.links) for page in read(folder).values()) > 200
    assert list(broken(folder)) == []


def test_both_languages_have_the_same_pages(written: Written, folder: Path) -> None:
    pages = read(folder)
    own = {k: {p.relative_to(folder / k) for p in pages if p.is_relative_to(folder / k)} for k in ("en", "es")}
    assert own["en"] == own["es"]
    assert written.pages == len(pages) == 2 * len(PAGES) + 1
    assert {page.language for path, page in pages.items() if path.is_relative_to(folder / "es")} == {"es"}


def test_no_file_names_the_server(written: Written, folder: Path) -> None:
    texts = [path for path in folder.rglob("*") if path.suffix in (".html", ".atom", ".ics", ".css", ".json")]
    assert [path for path in texts if b"copy.invalid" in path.read_bytes()] == []


def test_every_page_says_of_which_day_the_copy_is(written: Written, folder: Path) -> None:
    word = f"{written.day.day}"
    assert [p for p, page in read(folder).items() if 'class="' not in page.text or word not in page.text] == []
    assert all("Copy of " in page.text or "Copia del " in page.text for page in read(folder).values())


def test_a_selection_leads_to_the_whole_page_and_is_marked(written: Written, folder: Path) -> None:
    page = Read(folder / "es/air/index.html")
    assert page.starred and set(page.starred) == {"../series/air.days_by_category/index.html"}
    assert "requiere el servicio" in page.text
    assert 'class="starred"' not in Read(folder / "es/copy/index.html").text


def test_only_the_search_is_still_a_form(written: Written, folder: Path) -> None:
    forms = {unquote(link) for page in read(folder).values() for tag, link in page.links if tag == "form"}
    assert forms and all(link.endswith("index.html") for link in forms)
    page = Read(folder / "en/air/index.html")
    assert "needs the service" in page.text and "multipart" not in page.text


def test_figures_that_are_the_same_in_both_languages_are_written_once(written: Written, folder: Path) -> None:
    series = "series/air.days_by_category"
    assert (folder / f"en/{series}.parquet").is_file() and not (folder / f"es/{series}.parquet").exists()
    assert (folder / f"es/{series}.csv").is_file() and (folder / f"es/{series}.xlsx").is_file()  # for people
    assert ("a", f"../../../en/{series}.parquet") in Read(folder / f"es/{series}/index.html").links


def test_whole_tables_are_described_as_they_are(written: Written, folder: Path) -> None:
    data = folder / "api/v1/bulk"
    described = json.loads((data / "datapackage.json").read_text("utf-8"))["resources"]
    assert len(described) > 10
    assert all((data / one["path"]).stat().st_size == one["bytes"] for one in described)


def test_a_page_that_fails_is_listed_and_keeps_no_other_out(written: Written, folder: Path) -> None:
    assert [(one.address, one.why) for one in written.left_out] == [
        ("/en/places/nowhere", "HTTP 404"),
        ("/es/places/nowhere", "HTTP 404"),
    ]
    about = json.loads((folder / ABOUT).read_text("utf-8"))
    assert [one["address"] for one in about["left_out"]] == ["/en/places/nowhere", "/es/places/nowhere"]


def test_a_copy_is_replaced_whole_or_stays(written: Written, folder: Path) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = (folder / ABOUT).read_bytes()
    with pytest.raises(KeyboardInterrupt):
        write_site(embedded(folder.parent), folder, pages=("/glossary",), progress=stop)
    assert (folder / ABOUT).read_bytes() == before
    other = folder.with_name("other")
    write_site(embedded(folder.parent), other, pages=("/glossary",))
    assert (other / "en/glossary/index.html").is_file()
    write_site(embedded(folder.parent), other, pages=("/about",))
    assert (other / "es/about/index.html").is_file() and not (other / "en/glossary").exists()
    assert sorted(path.name for path in folder.parent.iterdir()) == ["other", "site"]


def test_a_folder_with_anything_else_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.txt").write_text("mine", "utf-8")
    with pytest.raises(BadRequest):
        write_site(embedded(tmp_path), tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["site", "--lang", "es", "--out", str(tmp_path), "--workspace", str(tmp_path / "none")])
    assert ended.value.code == 1
    assert "no es una copia del sitio" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_the_whole_site_has_no_broken_link_and_names_what_it_leaves_out(tmp_path: Path) -> None:
    folder, workspace = tmp_path / "site", tmp_path / "workspace"
    damaged = workspace / "runs" / "trials" / ("0" * 16)
    damaged.mkdir(parents=True)
    (damaged / "trial.json").write_text("{", "utf-8")
    words = ["site", "--json", "--lang", "en", "--out", str(folder), "--workspace", str(workspace)]
    done = subprocess.run([sys.executable, "-m", "ambos", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert [one["address"] for one in told["left_out"]] == [f"/{k}/run/{'0' * 16}" for k in ("en", "es")]
    assert told["pages"] > 1000
    assert list(broken(folder.resolve())) == []
