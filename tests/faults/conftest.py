"""Processes that are killed."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing import forkserver
from typing import Any

import pytest


@pytest.fixture(scope="session")
def processes() -> Any:
    """Processes that start at once, from one that has everything loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["alert_child", "fetch_child", "register_child", "store_child"])
    with pytest.MonkeyPatch.context() as patch:  # the server of forks finds modules by the environment alone
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
        forkserver.ensure_running()
    return context
