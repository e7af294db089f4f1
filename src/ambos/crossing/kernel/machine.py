"""The kernel as machine code: what comes with the package where it fits the processor, else what Numba compiles here.

What comes with the package is made by ``tools/twin_machine_code.py`` out of what Numba makes of the kernel, for Linux on
x86-64 processors from about 2015 on (the level x86-64-v3, with AVX2). Its file is named by the text of the kernel: code of
another text is never taken, and a test fails where it is missing. It does the same arithmetic in the same order, so that no
figure depends on which is used.
"""

from __future__ import annotations

import ctypes
import hashlib
import lzma
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ambos.crossing.kernel import day, draws
from ambos.crossing.kernel.compiled import text_of_kernel

FOLDER = Path(__file__).parent / "machine_code"
LEVEL = "x86-64-v3"
#: What a processor of this level has, as LLVM names it.
FEATURES = ("avx", "avx2", "bmi", "bmi2", "cx16", "f16c", "fma", "lzcnt", "movbe", "popcnt", "sse4.2")


class Entry(NamedTuple):
    """A function of the kernel that Python calls."""

    name: str
    result: str  #: ``double``, or ``bool`` as a whole number.
    arguments: tuple[str, ...]


#: `play` is given the address of the table of a replication.
ENTRIES = (
    Entry("play", "bool", ("long", "long", "long")),
    Entry("uniform", "double", ("long",) * 6),
    Entry("normal_quantile", "double", ("double",)),
)
_TYPES: dict[str, Any] = {"bool": ctypes.c_int64, "long": ctypes.c_int64, "double": ctypes.c_double}


@dataclass(frozen=True, slots=True)
class Kernel:
    """The three functions of the kernel that Python calls, compiled."""

    play: Callable[[Any, int, int], bool]  #: As `ambos.crossing.kernel.day.play`.
    uniform: Callable[[int, int, int, int, int, int], float]  #: As `ambos.crossing.kernel.draws.uniform`.
    normal_quantile: Callable[[float], float]  #: As `ambos.crossing.kernel.draws.normal_quantile`.
    comes_with: bool  #: Whether it is the code that comes with the package.


@cache
def kernel() -> Kernel:
    """Give the kernel, once per process."""
    return shipped() or Kernel(day.play, draws.uniform, draws.normal_quantile, comes_with=False)


def path() -> Path:
    """Name the file of the machine code of the kernel's text."""
    return FOLDER / f"linux-{LEVEL}-{hashlib.sha256(text_of_kernel()).hexdigest()[:16]}.o.xz"


def shipped() -> Kernel | None:
    """Load the machine code that comes with the package; None where it does not fit the machine or the kernel's text."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64") or not path().is_file():
        return None
    import llvmlite.binding as llvm

    features = llvm.get_host_cpu_features()
    if not all(features.get(one) for one in FEATURES):
        return None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(lzma.decompress(path().read_bytes())))
    engine.finalize_object()
    _LOADED.append(engine)
    found = {
        entry.name: ctypes.CFUNCTYPE(_TYPES[entry.result], *(_TYPES[one] for one in entry.arguments))(
            engine.get_function_address(entry.name)
        )
        for entry in ENTRIES
    }
    play_at = found["play"]

    def play(table: Any, seed: int, replication: int) -> bool:
        return bool(play_at(table.ctypes.data, seed, replication))

    def uniform(seed: int, replication: int, stream: int, number: int, purpose: int, index: int = 0) -> float:
        return float(found["uniform"](seed, replication, stream, number, purpose, index))

    return Kernel(play, uniform, found["normal_quantile"], comes_with=True)


#: Engines whose code is in use: it goes when they go.
_LOADED: list[Any] = []
