"""
How the routing kernels are compiled.

A *kernel* is called from Python: it is kept on disk once compiled, and runs without the
interpreter's lock. An *inner kernel* is called by other kernels of its file only, so it needs
no way in from Python: leaving that out saves a fourth of the time of compiling.

Kernels that call one another share a file, because numba compiles a kept kernel afresh only
when its own file changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit

P = ParamSpec("P")
R = TypeVar("R")
Whole = int | np.int64

# numba has these options, but its type hints do not tell.
_INNER: dict[str, Any] = {
    "no_cfunc_wrapper": True,
    "no_cpython_wrapper": True,
    "forceinline": True,
}
_OUTER: dict[str, Any] = {"no_cfunc_wrapper": True}
_LEAN: dict[str, Any] = {"_nrt": False}


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, when it is first called, and keep it on disk."""
    compiled = njit(cache=True, nogil=True, **_OUTER)(function)
    return cast("Callable[P, R]", compiled)


def inner_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only kernels of the same file call, as a part of them."""
    compiled = njit(nogil=True, **_INNER)(function)
    return cast("Callable[P, R]", compiled)


def lean_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Do as ``kernel`` for one that makes no array: nobody counts who holds which."""
    compiled = njit(cache=True, nogil=True, **_OUTER, **_LEAN)(function)
    return cast("Callable[P, R]", compiled)


def lean_inner_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Do as ``inner_kernel`` for one that makes no array; threads would fight over the count."""
    compiled = njit(nogil=True, **_INNER, **_LEAN)(function)
    return cast("Callable[P, R]", compiled)
