"""Nothing in the repository ties it to one machine: no paths of a computer, no package hosts, no lock files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Made by tools, not part of the repository. What begins with a dot is one of these or settings of git.
MADE = {"build", "dist", "node_modules", "__pycache__"}
BINARY = {".parquet", ".png", ".pdf", ".ttf", ".woff2", ".gz", ".xz", ".zip", ".ico", ".jpg"}
#: Put together here, so that this file is not found.
FORBIDDEN = {
    "a folder of somebody's computer": r"(?<![\w.:/])/(?:home|Users|root|work|workspace|mnt|opt)/[\w.]|[A-Za-z]:\\\\?Users",
    "a package host": r"(?:py"
    + r"pi\.org|python"
    + r"hosted\.org|registry\.n"
    + r"pmjs|conda\."
    + r"anaconda|index-"
    + r"url)",
    "an unfinished merge": r"^(?:<{7} |>{7} )",
}
LOCKS = re.compile(r"(?:^|[.-])lock(?:\.|$)|^(?:poetry|uv|Pipfile|package|yarn|pnpm|Cargo).*lock", re.IGNORECASE)


def files(root: Path = ROOT) -> Iterator[Path]:
    """Every file of the repository."""
    for path in sorted(root.iterdir()):
        if path.name in MADE or (path.name.startswith(".") and path.name != ".gitignore"):
            continue
        if path.is_dir():
            yield from files(path)
        elif path.is_file():
            yield path


def offences(path: Path) -> Iterator[str]:
    """What in a file should not be there."""
    text = path.read_text(encoding="utf-8")
    for what, pattern in FORBIDDEN.items():
        for found in re.finditer(pattern, text, re.MULTILINE):
            line = text.count("\n", 0, found.start()) + 1
            yield f"{path.name}:{line}: {what}: {found[0]}"


def test_files_are_at_home_everywhere() -> None:
    texts = [p for p in files() if p.suffix not in BINARY]
    assert len(texts) > 150
    found = [offence for path in texts for offence in offences(path)]
    assert not found, "\n".join(found)


def test_no_lock_files() -> None:
    assert [p.name for p in files() if LOCKS.search(p.name)] == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("see /" + "home/maria/data.csv", True),
        ('Path("/' + 'work/main")', True),
        ("C:" + "\\Users\\maria", True),
        ("https://py" + "pi.org/simple", True),
        ("https://www.gsa.gov/home/page", False),
        ("ambos build --from FOLDER", False),
        ("../shared/data/raw", False),
        ("src/work/x", False),
    ],
)
def test_the_search_finds_what_it_should(tmp_path: Path, text: str, is_wrong: bool) -> None:
    (tmp_path / "file.md").write_text(text, encoding="utf-8")
    assert bool(list(offences(tmp_path / "file.md"))) is is_wrong


def test_lock_files_are_recognised() -> None:
    assert all(LOCKS.search(n) for n in ("uv.lock", "poetry.lock", "package-lock.json", "pnpm-lock.yaml"))
    assert not any(LOCKS.search(n) for n in ("constraints.txt", "blocks.py", "clock.py", "test_unlocked.py"))
