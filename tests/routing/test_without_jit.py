"""The kernels as plain Python: what the compiler makes of them must not matter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Towns of hundreds of nodes take plain Python minutes.
SMALL = "not in_a_town and not any_number and not change_nothing"
KERNELS = ("test_order", "test_hierarchy", "test_sweep", "test_dijkstra")


def test_kernel_tests_pass_without_the_compiler() -> None:
    files = [str(HERE / f"{name}.py") for name in KERNELS]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", SMALL, *files],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "GEOACCESS_FEW_EXAMPLES": "1"},
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:]
    assert " passed" in told.stdout
