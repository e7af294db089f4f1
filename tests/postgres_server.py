"""A real PostgreSQL server for tests, in a folder of its own; it listens on a socket in that folder only."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

#: User that runs it where the tests run as root, for whom it refuses to run.
USER = "postgres"


def _programs() -> Path | None:
    """The folder with the programs of the newest server: Debian's, or one on the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    found = debian[-1] if debian else shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server and yield the address of its database ``postgres``; the test is skipped where it cannot start."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (Debian: postgresql; else initdb on the path)")
    who: dict[str, object] = {}
    folder = Path(tempfile.mkdtemp(prefix="ambos-pg-"))
    if os.getuid() == 0:
        try:
            user = pwd.getpwnam(USER)
        except KeyError:
            pytest.skip(f"PostgreSQL does not run as root, and there is no user {USER}")
        os.chown(folder, user.pw_uid, user.pw_gid)
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = folder / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", "ambos", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
        cwd=folder,
        capture_output=True,
        text=True,
        **who,  # type: ignore[call-overload]
    )
    if made.returncode:
        shutil.rmtree(folder)
        pytest.skip(f"PostgreSQL cannot start here: {made.stderr.strip()[-200:]}")
    settings = (
        "listen_addresses=",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=40",
    )
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, *(part for s in settings for part in ("-c", s))],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **who,  # type: ignore[call-overload]
    )
    try:
        address = f"postgresql://ambos@/postgres?host={folder}"
        _wait(address, server)
        yield address
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait(30)
        shutil.rmtree(folder)


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    for _ in range(300):
        try:
            psycopg.connect(address).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None:
                pytest.skip("PostgreSQL ended at once")
            time.sleep(0.1)
    pytest.skip("PostgreSQL did not answer in 30 seconds")
