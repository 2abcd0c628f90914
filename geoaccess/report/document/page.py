"""One report in every language asked for, as a single offline page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from geoaccess import __version__
from geoaccess.report import assets
from geoaccess.report.breaks import class_breaks
from geoaccess.report.document.chapters import chapters
from geoaccess.report.document.figures import service_figures
from geoaccess.report.document.tables import ReportTables
from geoaccess.report.document.words import LANGUAGES, Words
from geoaccess.report.templating import filled


def report_html(
    tables: ReportTables, *, languages: Sequence[str] = LANGUAGES, min_count: int = 5
) -> str:
    """
    Whole text of the report, the same for the same tables.

    Parameters
    ----------
    tables
        What a run found.
    languages
        Which to write, the first of which opens; a switch in the page changes to another.
    min_count
        Numbers of people below this are not told, nor small counts of a population grid.

    Returns
    -------
    One HTML document that needs no other file and no network.

    Raises
    ------
    InputError
        If a language has no words.
    """
    # What an office keeps secret is not told, whatever else is asked for.
    secret = tables.summary.get("population_grid", {}).get("least_shown", 0)
    min_count = max(min_count, int(secret))
    script = assets.own("report.js")
    cutoff_min = float(tables.summary["cutoff_min"])
    breaks = class_breaks(tables.access["nearest_min"].to_numpy(dtype=np.float64))
    services = [
        service_figures(tables, kind, breaks=breaks, cutoff_min=cutoff_min)
        for kind in tables.summary["services"]
    ]
    written = [
        _written(tables, chapters(tables, services, Words(one), min_count=min_count), Words(one))
        for one in languages
    ]
    return filled(
        "report.html.j2",
        reports=written,
        style=Markup(assets.own("report.css")),  # noqa: S704 - a file of ours
        script=Markup(script),  # noqa: S704
        script_hash=assets.csp_hash(script),
    )


def _written(tables: ReportTables, told: dict[str, Any], words: Words) -> dict[str, Any]:
    return {
        "language": words.language,
        "words": words,
        "title": tables.summary["title"],
        "synthetic": tables.summary["synthetic"],
        "sources": tables.sources,
        "version": __version__,
        "digest": run_digest(tables),
        **told,
    }


def run_digest(tables: ReportTables) -> str:
    """Sum up what went into the run and how it was set, as 64 hexadecimal digits."""
    named = ("inputs", "parameters", "osm_timestamp", "versions")
    known = {name: tables.manifest.get(name) for name in named}
    text = json.dumps(known, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
