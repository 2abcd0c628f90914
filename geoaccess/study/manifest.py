"""The record of a run: what went in, how long it took, what the reader must know."""

from __future__ import annotations

import hashlib
import logging
import platform
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from geoaccess.errors import DataWarning
from geoaccess.io.sources import Source

_TOLD_VERSIONS = (
    "geoaccess",
    "numpy",
    "scipy",
    "pandas",
    "geopandas",
    "shapely",
    "pyproj",
    "osmium",
    "folium",
)
_LOG = logging.getLogger(__name__)
Listener = Callable[[str], None]


def sha256_of(path: Path) -> str:
    """Digest of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Versions of geoaccess, Python and the libraries that results depend on."""
    told = {name: version(name) for name in _TOLD_VERSIONS}
    return {"python": platform.python_version(), **told}


@dataclass(slots=True, kw_only=True)
class RunLog:
    """
    Seconds and warnings of a run, gathered step by step.

    Attributes
    ----------
    on_step
        Told the name of each step as it begins.
    seconds
        Wall time by step.
    warnings
        Texts of data warnings, each once, in order.
    """

    on_step: Listener = field(default=lambda _name: None)
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, *, note: str = "") -> Iterator[None]:
        """Time a step and gather its data warnings; other warnings pass on."""
        self.on_step(f"{name} ({note})" if note else name)
        _LOG.info(name)
        begin = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DataWarning)
            yield
        self.seconds[name] = round(time.perf_counter() - begin, 3)
        for one in caught:
            if issubclass(one.category, DataWarning):
                self.tell(str(one.message))
            else:
                warnings.warn_explicit(one.message, one.category, one.filename, one.lineno)

    def tell(self, text: str) -> None:
        """Add what the reader must know."""
        if text not in self.warnings:
            self.warnings.append(text)


def inputs_record(sources: Mapping[str, Source]) -> dict[str, dict[str, Any]]:
    """Name, size and digest of every input, by its role in the study."""
    return {role: _record(source) for role, source in sources.items()}


def _record(source: Source) -> dict[str, Any]:
    if isinstance(source, Path):
        size = source.stat().st_size
        return {"file": source.name, "bytes": size, "sha256": sha256_of(source)}
    return {"postgis": str(source), "rows": len(source.rows), "sha256": source.sha256}
