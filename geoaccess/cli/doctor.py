"""``geoaccess doctor``: what is installed, and whether it is enough."""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version

import click

from geoaccess.cli.options import printed as printed_option

_NEEDED = (
    "numpy",
    "scipy",
    "numba",
    "pandas",
    "geopandas",
    "shapely",
    "pyogrio",
    "pyproj",
    "pyarrow",
    "osmium",
    "networkx",
    "pydantic",
    "folium",
    "XStatic-Leaflet",
    "XStatic-jQuery",
)
_OPTIONAL = {
    "playwright": "tests of maps in a browser",
    "psycopg": "PostGIS; pip install 'geoaccess[postgis]'",
}
_BYTES_PER_GB = 1e9


@click.command(epilog="Example: geoaccess doctor --format json")
@printed_option("table", "json")
def doctor(shape: str) -> None:
    """Print versions, PROJ and GDAL, memory, threads, and which optional parts are there."""
    report = _report()
    if shape == "json":
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        width = max(len(name) for name in report)
        for name, told in report.items():
            click.echo(f"{name:<{width}}  {told}")
    if any(str(told).startswith("MISSING") for told in report.values()):
        sys.exit(1)


def _report() -> dict[str, str]:
    import pyogrio  # noqa: PLC0415 - heavy
    import pyproj  # noqa: PLC0415

    from geoaccess import __version__  # noqa: PLC0415

    report = {
        "geoaccess": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "threads": str(os.cpu_count() or 1),
        "memory": _memory(),
        "PROJ": pyproj.proj_version_str,
        "PROJ data": pyproj.datadir.get_data_dir(),
        "GDAL": pyogrio.__gdal_version_string__,
        "demo data": _demo_data(),
        "browser": _browser(),
    }
    report |= {name: _version_of(name) or "MISSING: pip install geoaccess" for name in _NEEDED}
    for name, purpose in _OPTIONAL.items():
        report[name] = _version_of(name) or f"not installed ({purpose})"
    return report


def _version_of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _demo_data() -> str:
    from geoaccess.errors import InputError  # noqa: PLC0415
    from geoaccess.io.bundled import bundled  # noqa: PLC0415

    try:
        return f"there ({bundled('roads', 'demo.osm.pbf').stat().st_size / 1e6:.1f} MB of roads)"
    except InputError as error:
        return f"MISSING: {error}"


def _memory() -> str:
    try:
        pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no sysconf
        return "unknown"
    return f"{pages * size / _BYTES_PER_GB:.1f} GB"


def _browser() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge"):
        found = shutil.which(name)
        if found:
            return found
    return "not found (only tests of maps need one)"
