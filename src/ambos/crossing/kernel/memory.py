"""Arrays seen from the kernel by their addresses.

A function of the kernel gets one record, the table of a replication, which says where each array begins and how long it
is. Handing thirty arrays from function to function instead costs more than everything the kernel does. Nothing here
checks bounds.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic


def records(dtype: np.dtype[np.void]) -> Any:
    """A function ``at(address, index)`` for compiled code: the record at a place of an array of such records."""
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


def _element(scalar: Any) -> Any:
    @intrinsic  # type: ignore[untyped-decorator]
    def pointer(_typing: Any, address: Any, index: Any) -> Any:
        kind = types.CPointer(scalar)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            start = builder.inttoptr(arguments[0], context.get_value_type(kind))
            return builder.gep(start, [arguments[1]])

        return kind(types.int64, types.int64), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def get(_typing: Any, address: Any, index: Any) -> Any:
        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            start = builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(scalar)))
            return builder.load(builder.gep(start, [arguments[1]]))

        return scalar(types.int64, types.int64), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def put(_typing: Any, address: Any, index: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            start = builder.inttoptr(arguments[0], context.get_value_type(types.CPointer(scalar)))
            builder.store(arguments[2], builder.gep(start, [arguments[1]]))
            return context.get_dummy_value()

        return types.none(types.int64, types.int64, scalar), generate

    return pointer, get, put


#: ``pointer(address, index)`` (for `numba.carray`), ``get(address, index)``, ``put(address, index, value)``.
float_pointer, get_float, put_float = _element(types.float64)
_, get_int, put_int = _element(types.int64)
_, get_bits, put_bits = _element(types.uint64)
