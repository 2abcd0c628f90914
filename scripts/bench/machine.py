"""The machine and the programs that a benchmark ran on, in words."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

PACKAGES = {
    "scipy": "scipy",
    "pandana": "pandana",
    "pyroutingkit": "pyroutingkit",
    "osrm": "osrm-bindings",
    "valhalla": "pyvalhalla",
}


def describe_machine() -> list[str]:
    """Processor, cores, memory, system and versions, a line each."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    ours = ", ".join(f"{name} {metadata.version(name)}" for name in ("numba", "numpy"))
    return [
        f"processor: {_processor()}, {cores} cores",
        f"memory: {_memory()}",
        f"system: {platform.system()} {platform.release().split('-')[0]}, {platform.machine()}",
        _load(),
        f"geoaccess on Python {platform.python_version()}, {ours}, {cores} threads",
    ]


def _load() -> str:
    """Tell what else the machine was doing; ask before the benchmark starts."""
    if not hasattr(os, "getloadavg"):
        return "other work at the start: unknown"
    return f"other work at the start: load average {os.getloadavg()[1]:.1f}"


def _processor() -> str:
    facts = _cpu_facts()
    if not facts:
        return platform.processor() or platform.machine()
    cache = facts.get("cache size", "unknown")
    wide = "AVX-512" if "avx512f" in facts.get("flags", "") else "no AVX-512"
    family = f"family {facts.get('cpu family', '?')} model {facts.get('model', '?')}"
    return f"{facts.get('model name', platform.machine())} ({family}, {wide}, cache {cache})"


def _cpu_facts() -> dict[str, str]:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return {}
    block = path.read_text("utf-8", errors="replace").split("\n\n")[0]
    pairs = (line.partition(":") for line in block.splitlines())
    return {key.strip(): value.strip() for key, _, value in pairs}


def _memory() -> str:
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return "unknown"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1024**3:.0f} GiB"


def peer_version(peer: str, python: str) -> str:
    """Version of a peer's package, or nothing where it is not installed."""
    code = f"from importlib.metadata import version; print(version({PACKAGES[peer]!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
