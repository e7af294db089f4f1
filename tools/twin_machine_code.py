"""Make the machine code of the twin's kernel that comes with the package (`ambos.crossing.kernel.machine`).

``python tools/twin_machine_code.py`` makes it of the kernel's text as it is, in some 20 s, and deletes that of another text;
``--check`` makes it and compares it byte for byte with what is there. Needs Linux on an x86-64 processor; not its level,
since nothing is run.
"""

from __future__ import annotations

import lzma
import os
import sys
import tempfile
from typing import Any

from ambos.crossing.kernel import machine

#: To be set before Numba is loaded: the processor compiled for; and nothing is taken from earlier compilations.
SETTINGS = {"NUMBA_CPU_NAME": machine.LEVEL, "NUMBA_CPU_FEATURES": ""}


def made() -> bytes:
    """Compile the kernel and give its machine code, an object file with the functions `machine.ENTRIES`."""
    import llvmlite.binding as llvm
    from numba import types
    from numba.core.registry import cpu_target

    from ambos.crossing.kernel import arrays, day, draws
    from ambos.crossing.kernel.compiled import Compiled, compiled
    from ambos.crossing.kernel.memory import records

    global table_at, play_of
    table_at, play_of = records(arrays.TABLE), day.play_of

    @compiled
    def play(address: int, seed: int, replication: int) -> bool:
        return play_of(table_at(address, 0), seed, replication)  # type: ignore[no-any-return]

    kinds = {"bool": types.boolean, "long": types.int64, "double": types.float64}
    functions: dict[str, Any] = {"play": play, "uniform": draws.uniform, "normal_quantile": draws.normal_quantile}
    whole = None
    for entry in machine.ENTRIES:
        one = functions[entry.name]
        dispatcher = one.by_numba() if isinstance(one, Compiled) else one
        dispatcher.compile(tuple(kinds[kind] for kind in entry.arguments))
        (compiled_one,) = dispatcher.overloads.values()
        text = compiled_one.library.get_llvm_str()
        module = llvm.parse_assembly(text + _wrapper(entry, compiled_one.fndesc.llvm_func_name))
        keep_only(module, entry.name)
        if whole is None:
            whole = module
        else:
            whole.link_in(module)
    assert whole is not None
    target = cpu_target.target_context.codegen()._tm
    drop_unused(whole, target)
    whole.verify()
    return bytes(target.emit_object(whole))


def _wrapper(entry: machine.Entry, name: str) -> str:
    """Write the function that is called from outside, in LLVM's language: without Numba's status, which is never an error."""
    kinds = {"bool": "i8", "long": "i64", "double": "double"}
    result = kinds[entry.result]
    given = [f"{kinds[kind]} %a{k}" for k, kind in enumerate(entry.arguments)]
    handed = ", ".join(("ptr %result", "ptr %error", *given))
    outside = "double" if result == "double" else "i64"
    made = "" if result == "double" else "\n  %whole = zext i8 %value to i64"
    return f"""
define {outside} @{entry.name}({", ".join(given)}) {{
  %result = alloca {result}
  %error = alloca ptr
  %status = call i32 @{name}({handed})
  %value = load {result}, ptr %result{made}
  ret {outside} %{"value" if result == "double" else "whole"}
}}
"""


def keep_only(module: Any, name: str) -> None:
    """Hide every function and constant of a module but one."""
    for one in (*module.functions, *module.global_variables):
        if not one.is_declaration and one.name != name:
            one.linkage = "internal"


def drop_unused(module: Any, target: Any) -> None:
    """Drop what no entry needs, and the names of the rest."""
    import llvmlite.binding as llvm

    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_strip_symbols_pass()
    passes.run(module, llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options()))


def main() -> None:
    """Make the machine code, or check it."""
    os.environ |= SETTINGS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder
        code = made()
    path = machine.path()
    if "--check" in sys.argv[1:]:
        if not path.is_file() or lzma.decompress(path.read_bytes()) != code:
            sys.exit(f"{path.name}: not what is made of the kernel's text; run tools/twin_machine_code.py")
        return
    path.parent.mkdir(exist_ok=True)
    for old in path.parent.glob("*.o.xz"):
        old.unlink()
    path.write_bytes(lzma.compress(code, preset=9 | lzma.PRESET_EXTREME))
    sys.stdout.write(f"{path} ({len(code):,} bytes, {path.stat().st_size:,} packed)\n")


if __name__ == "__main__":
    main()
