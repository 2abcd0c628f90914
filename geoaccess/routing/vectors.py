"""
What is done to sixteen lanes at once, in a handful of processor instructions.

numba does not turn such loops into vector instructions, which makes them six times slower;
so they are written in the compiler's own language as well. Where that cannot be built, the
plain functions are compiled instead; both give the same numbers.

Whoever changes this file should clear the kept kernels: numba does not notice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NamedTuple, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.errors import NumbaError
from numba.extending import intrinsic, overload

from geoaccess.routing.kernels import Whole
from geoaccess.units import UNREACHED_MS, IntArray, LongArray

LANES = 16
FOUR = 4
I32, I64 = ir.IntType(32), ir.IntType(64)
VECTOR = ir.VectorType(I32, LANES)
FIRST_LANE = ir.Constant(VECTOR, [0] * LANES)


class Ways(NamedTuple):
    """Steps from rows whose times are known: step e is ``weight[e]`` from row ``head[e]``."""

    ms: IntArray
    seat: IntArray
    head: IntArray
    weight: IntArray


def lowest_sums(
    target: IntArray, at: Whole, ways: Ways, column: int, start: int, stop: int
) -> None:
    """Write the least sums over some ways, of sixteen lanes from a column on."""
    for lane in range(LANES):
        least = np.int32(UNREACHED_MS)
        for e in range(start, stop):
            row = ways.seat[ways.head[e]]
            least = min(least, np.int32(ways.ms[row, column + lane] + ways.weight[e]))
        target[at + lane] = least


def lowest_sums_of_four(
    target: IntArray, at: Whole, ways: Ways, column: int, start: int, stop: int
) -> None:
    """Do the same for four times sixteen lanes."""
    for lane in range(FOUR * LANES):
        least = np.int32(UNREACHED_MS)
        for e in range(start, stop):
            row = ways.seat[ways.head[e]]
            least = min(least, np.int32(ways.ms[row, column + lane] + ways.weight[e]))
        target[at + lane] = least


def lanes_within(ms: IntArray, at: Whole, most: int) -> int:
    """Tell which of sixteen lanes are at most so much: bit l for lane l."""
    bits = 0
    for lane in range(LANES):
        bits |= int(ms[at + lane] <= most) << lane
    return bits


def add_to_lanes(sums: LongArray, at: int, bits: int, more: int) -> None:
    """Add an amount to the lanes whose bits are set."""
    for lane in range(LANES):
        sums[at + lane] += more * (bits >> lane & 1)


class _Code:
    """Instructions that all three are put together from."""

    def __init__(self, context: Any, builder: Any, signature: Any) -> None:  # noqa: ANN401
        self.context, self.b, self.signature = context, builder, signature

    def array(self, kind: Any, value: Any) -> Any:  # noqa: ANN401
        return self.context.make_array(kind)(self.context, self.b, value)

    def wide(self, value: Any) -> Any:  # noqa: ANN401
        return self.b.sext(value, I64) if value.type.width < I64.width else value

    def narrow(self, value: Any) -> Any:  # noqa: ANN401
        return self.b.trunc(value, I32) if value.type.width > I32.width else value

    def entry(self, array: Any, number: Any) -> Any:  # noqa: ANN401
        return self.wide(self.b.load(self.b.gep(array.data, [number])))

    def lanes(self, data: Any, number: Any, kind: Any = VECTOR) -> Any:  # noqa: ANN401
        return self.b.bitcast(self.b.gep(data, [number]), kind.as_pointer())

    def after(self, number: Any, n_vectors: int) -> Any:  # noqa: ANN401
        return self.b.add(number, ir.Constant(I64, n_vectors * LANES))

    def everywhere(self, value: Any) -> Any:  # noqa: ANN401
        kind = ir.VectorType(value.type, LANES)
        undefined = ir.Constant(kind, ir.Undefined)
        first = self.b.insert_element(undefined, value, ir.Constant(I32, 0))
        return self.b.shuffle_vector(first, undefined, FIRST_LANE)


def _lowest_sums_code(context: Any, b: Any, signature: Any, args: Any, n: int = 1) -> Any:  # noqa: ANN401
    """Give n vectors of lanes at a time their least sums, so that a step is read once for all."""
    code = _Code(context, b, signature)
    target = code.array(signature.args[0], args[0]).data
    ms, seat, head, weight = (
        code.array(kind, b.extract_value(args[2], k))
        for k, kind in enumerate(signature.args[2].types)
    )
    at, column, start, stop = (code.wide(args[k]) for k in (1, 3, 4, 5))
    width = b.extract_value(ms.shape, 1)
    before, test = b.block, b.append_basic_block("test")
    body, done = b.append_basic_block("body"), b.append_basic_block("done")
    b.branch(test)
    b.position_at_end(test)
    e, best = b.phi(I64), [b.phi(VECTOR) for _ in range(n)]
    e.add_incoming(start, before)
    for lanes in best:
        lanes.add_incoming(ir.Constant(VECTOR, [UNREACHED_MS] * LANES), before)
    b.cbranch(b.icmp_signed("<", e, stop), body, done)
    b.position_at_end(body)
    above = b.add(b.mul(code.entry(seat, code.entry(head, e)), width), column)
    step = code.everywhere(b.load(b.gep(weight.data, [e])))
    e.add_incoming(b.add(e, ir.Constant(I64, 1)), body)
    for k, lanes in enumerate(best):
        way = b.add(b.load(code.lanes(ms.data, code.after(above, k)), align=4), step)
        lanes.add_incoming(b.select(b.icmp_signed("<", way, lanes), way, lanes), body)
    b.branch(test)
    b.position_at_end(done)
    for k, lanes in enumerate(best):
        b.store(lanes, code.lanes(target, code.after(at, k)), align=4)
    return context.get_dummy_value()


def _lanes_within_code(context: Any, b: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
    code = _Code(context, b, signature)
    data = code.array(signature.args[0], args[0]).data
    row = b.load(code.lanes(data, code.wide(args[1])), align=4)
    most = code.everywhere(code.narrow(args[2]))
    return b.zext(b.bitcast(b.icmp_signed("<=", row, most), ir.IntType(LANES)), I64)


def _add_to_lanes_code(context: Any, b: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
    code = _Code(context, b, signature)
    kind = ir.VectorType(I64, LANES)
    data = code.array(signature.args[0], args[0]).data
    to = code.lanes(data, code.wide(args[1]), kind)
    chosen = b.bitcast(b.trunc(args[2], ir.IntType(LANES)), ir.VectorType(ir.IntType(1), LANES))
    none = ir.Constant(kind, [0] * LANES)
    more = b.select(chosen, code.everywhere(code.wide(args[3])), none)
    b.store(b.add(b.load(to, align=8), more), to, align=8)
    return context.get_dummy_value()


# numba reads the number of arguments off these; their types are its own objects.
def _type_sums(_: Any, target: Any, at: Any, ways: Any, column: Any, start: Any, stop: Any) -> Any:  # noqa: ANN401
    return types.void(target, at, ways, column, start, stop), _lowest_sums_code


def _type_four(_: Any, target: Any, at: Any, ways: Any, column: Any, start: Any, stop: Any) -> Any:  # noqa: ANN401
    return types.void(target, at, ways, column, start, stop), partial(_lowest_sums_code, n=FOUR)


def _type_within(_: Any, ms: Any, at: Any, most: Any) -> Any:  # noqa: ANN401
    return types.int64(ms, at, most), _lanes_within_code


def _type_add(_: Any, sums: Any, at: Any, bits: Any, more: Any) -> Any:  # noqa: ANN401, ARG001
    return types.void(sums, at, types.int64, more), _add_to_lanes_code


_sums_code = cast("Callable[..., None]", intrinsic(_type_sums))
_four_code = cast("Callable[..., None]", intrinsic(_type_four))
_within_code = cast("Callable[..., int]", intrinsic(_type_within))
_add_code = cast("Callable[..., None]", intrinsic(_type_add))


@overload(lowest_sums, strict=False)
def _best_sums(target: Any, at: Any, ways: Any, column: Any, start: Any, stop: Any) -> Any:  # noqa: ANN401, ARG001
    return _sums if _can_vector() else lowest_sums


@overload(lowest_sums_of_four, strict=False)
def _best_four(target: Any, at: Any, ways: Any, column: Any, start: Any, stop: Any) -> Any:  # noqa: ANN401, ARG001
    return _four if _can_vector() else lowest_sums_of_four


@overload(lanes_within, strict=False)
def _best_within(ms: Any, at: Any, most: Any) -> Any:  # noqa: ANN401, ARG001
    return _within if _can_vector() else lanes_within


@overload(add_to_lanes, strict=False)
def _best_add(sums: Any, at: Any, bits: Any, more: Any) -> Any:  # noqa: ANN401, ARG001
    return _add if _can_vector() else add_to_lanes


def _sums(target: IntArray, at: int, ways: Ways, column: int, start: int, stop: int) -> None:
    _sums_code(target, at, ways, column, start, stop)


def _four(target: IntArray, at: int, ways: Ways, column: int, start: int, stop: int) -> None:
    _four_code(target, at, ways, column, start, stop)


def _within(ms: IntArray, at: int, most: int) -> int:
    return _within_code(ms, at, most)


def _add(sums: LongArray, at: int, bits: int, more: int) -> None:
    _add_code(sums, at, bits, more)


@cache
def _can_vector() -> bool:
    """Build all of it once; numba asks when it compiles, not when it loads what is kept."""
    row, number = np.zeros((1, FOUR * LANES), np.int32), np.zeros(1, np.int32)
    try:
        probe = cast("Callable[..., None]", njit(_probe))
        probe(row.reshape(-1), Ways(row, number, number, number), np.zeros(LANES, np.int64))
    except (NumbaError, AttributeError, TypeError):
        return False
    return True


def _probe(target: IntArray, ways: Ways, sums: LongArray) -> None:
    _sums_code(target, 0, ways, 0, 0, 1)
    _four_code(target, 0, ways, 0, 0, 0)
    _add_code(sums, 0, _within_code(target, 0, 0), 1)
