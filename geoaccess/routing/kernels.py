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
from typing import ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls, when it is first called, and keep it on disk."""
    compiled = njit(cache=True, nogil=True, no_cfunc_wrapper=True)(function)
    return cast("Callable[P, R]", compiled)


def inner_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that only kernels of the same file call, as a part of them."""
    compiled = njit(nogil=True, no_cfunc_wrapper=True, no_cpython_wrapper=True)(function)
    return cast("Callable[P, R]", compiled)
