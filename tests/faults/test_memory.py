"""The build of all real files stays below 1.5 GB of resident memory, its processes together."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

REAL = Path(__file__).parents[3] / "shared" / "data" / "raw"
#: Bytes. Memory that two processes share counts twice.
MOST = 1_500_000_000


def resident(process: int) -> int:
    """Bytes of a process and those that it started; 0 once it has ended."""
    size = 0
    with suppress(OSError):
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
        size = sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            size += sum(resident(int(child)) for child in children.read_text().split())
    return size


@pytest.mark.slow
@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the project")
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell the memory of a process")
def test_the_build_of_all_real_files(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ambos", "build", "--from", str(REAL), "--workspace", str(tmp_path)]
    highest = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            highest = max(highest, resident(process.pid))
            time.sleep(0.02)
    assert process.returncode == 0
    assert 200_000_000 < highest < MOST
