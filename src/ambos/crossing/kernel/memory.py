"""Arrays seen from the kernel by their addresses.

A function of the kernel gets one record, the table of a replication, which says where each array begins and how long it
is. Handing thirty arrays from function to function instead costs more than everything the kernel does. Nothing here
checks bounds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ambos.crossing.kernel.compiled import Stand

if TYPE_CHECKING:
    import numpy as np


def records(dtype: np.dtype[np.void]) -> Any:
    """A function ``at(address, index)`` for compiled code: the record at a place of an array of such records."""

    def make() -> Any:
        import numba
        from numba import types
        from numba.extending import intrinsic

        record = numba.from_dtype(dtype)
        size = dtype.itemsize

        @intrinsic  # type: ignore[untyped-decorator]
        def at(_typing: Any, address: Any, index: Any) -> Any:
            def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
                start, place = arguments
                place = builder.mul(place, place.type(size))
                return builder.inttoptr(builder.add(start, place), context.get_value_type(record))

            return record(types.int64, types.int64), generate

        return at

    return Stand(make)


def _pointer(kind: str) -> Any:
    def make() -> Any:
        from numba import types
        from numba.extending import intrinsic

        pointed = types.CPointer(getattr(types, kind))

        @intrinsic  # type: ignore[untyped-decorator]
        def pointer(_typing: Any, address: Any, index: Any) -> Any:
            def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
                start = builder.inttoptr(arguments[0], context.get_value_type(pointed))
                return builder.gep(start, [arguments[1]])

            return pointed(types.int64, types.int64), generate

        return pointer

    return Stand(make)


def _get(kind: str) -> Any:
    def make() -> Any:
        from numba import types
        from numba.extending import intrinsic

        scalar = getattr(types, kind)

        @intrinsic  # type: ignore[untyped-decorator]
        def get(_typing: Any, address: Any, index: Any) -> Any:
            def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
                start = builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(scalar)))
                return builder.load(builder.gep(start, [arguments[1]]))

            return scalar(types.int64, types.int64), generate

        return get

    return Stand(make)


def _put(kind: str) -> Any:
    def make() -> Any:
        from numba import types
        from numba.extending import intrinsic

        scalar = getattr(types, kind)

        @intrinsic  # type: ignore[untyped-decorator]
        def put(_typing: Any, address: Any, index: Any, value: Any) -> Any:
            def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
                start = builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(scalar)))
                builder.store(arguments[2], builder.gep(start, [arguments[1]]))
                return context.get_dummy_value()

            return types.none(types.int64, types.int64, scalar), generate

        return put

    return Stand(make)


#: ``pointer(address, index)`` (for `numba.carray`), ``get(address, index)``, ``put(address, index, value)``.
float_pointer, get_float, put_float = _pointer("float64"), _get("float64"), _put("float64")
get_int, put_int = _get("int64"), _put("int64")
get_bits, put_bits = _get("uint64"), _put("uint64")
