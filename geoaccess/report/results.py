"""Run a study and write all of its results."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geoaccess.io.layer_files import write_geojson, write_geoparquet, write_parquet
from geoaccess.io.rasters import raster_names, write_surface
from geoaccess.io.write import (
    MANIFEST,
    require_free,
    whole_folder,
    write_csv,
    write_json,
    write_layers,
)
from geoaccess.report.document.page import report_html
from geoaccess.report.document.tables import tables_of
from geoaccess.report.explorer import compare_html, explorer_html
from geoaccess.report.reform_documents import reform_documents
from geoaccess.study.ground import with_water
from geoaccess.study.manifest import Listener, RunLog
from geoaccess.study.map_schema import MapTable
from geoaccess.study.output_schema import OutputTable
from geoaccess.study.pipeline import compute
from geoaccess.study.result import StudyResult
from geoaccess.study.run_options import RunOptions
from geoaccess.study.schema import Study, read_study

_SYNTHETIC = """\
SYNTHETIC: the tables and maps in this folder rest wholly or in part on made-up data.
No figure in them describes real places or people.

SINTĒTISKI DATI: tabulas un kartes šajā mapē daļēji vai pilnībā balstītas uz izdomātiem datiem.
Neviens skaitlis tajās neapraksta īstas vietas vai cilvēkus.
"""


def run_study(
    study: str | Path | Study,
    *,
    out: str | Path,
    overwrite: bool = False,
    options: RunOptions | None = None,
    on_step: Listener | None = None,
) -> StudyResult:
    """
    Run a study file and write its results into a folder.

    Writes ``access.csv``, ``zones.csv``, ``equity.csv``, ``results.gpkg``, ``map.html``,
    ``compare.html`` (where there are borders before and after), ``report.html``,
    ``summary.json`` and ``manifest.json`` (``SYNTHETIC.txt`` where an input
    is, a table for each part asked for, and other formats where ``[output]`` asks): all of
    them, or, if something fails, none, and earlier results stay whole.

    Parameters
    ----------
    study
        Path of a study file, or a study that was read.
    out
        Folder for the results; made if missing. Earlier results in it are replaced.
    overwrite
        Also write into a folder that holds other files.
    options
        How to run it on this machine: threads, memory, algorithm, cluster.
    on_step
        Told the name of each step as it begins.

    Returns
    -------
    The result that was written.

    Raises
    ------
    InputError
        If the study file or an input cannot be used.
    OutputError
        If the results cannot be written there.

    Examples
    --------
    >>> import tempfile, geoaccess as ga
    >>> from geoaccess.study.starter import demo_study
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = ga.run_study(demo_study(), out=Path(folder) / "out")
    >>> result.synthetic
    True
    """
    out = Path(out).resolve()
    require_free(out, overwrite=overwrite)
    log = RunLog(on_step=on_step or (lambda _name: None))
    chosen = study if isinstance(study, Study) else read_study(study)
    result = compute(chosen, log=log, options=options)
    with log.step("read water"):
        result = with_water(result, chosen)
    with log.step("write results"), whole_folder(out, overwrite=overwrite) as folder:
        write_results(result, folder, drawn=chosen.shown_map, output=chosen.output)
        files = sorted(path.name for path in folder.iterdir())
        manifest = {**result.manifest, "files": files, "seconds": dict(log.seconds)}
        write_json(manifest, folder / MANIFEST)
    return result


def write_results(
    result: StudyResult,
    folder: Path,
    *,
    drawn: MapTable | None = None,
    output: OutputTable | None = None,
) -> None:
    """
    Write tables, layers, the map and the summary of a result.

    Parameters
    ----------
    result
        What a study found.
    folder
        An empty folder.
    drawn
        How the maps are drawn; as the study file would by itself if left out.
    output
        Which files are written; as the study file would by itself if left out.
    """
    output = output or OutputTable()
    for name, table in result_tables(result).items():
        write_csv(table, folder / f"{name}.csv", style=output.csv)
        if "geoparquet" in output.formats:
            write_parquet(table, folder / f"{name}.parquet")
    _write_layers(result_layers(result), folder, output)
    for kind, name in raster_names(result.surfaces).items():
        write_surface(result.surfaces[kind], folder / name)
    pages = _pages(result, drawn or MapTable())
    for name, text in {**pages, **reform_documents(result)}.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    write_json(result.summary, folder / "summary.json")
    if result.synthetic:
        # Tables have agreed columns, so what they must not be taken for stands beside them.
        (folder / "SYNTHETIC.txt").write_text(_SYNTHETIC, encoding="utf-8", newline="\n")


def _pages(result: StudyResult, drawn: MapTable) -> dict[str, str]:
    """Pages by file name; each leads to the others."""
    pair = {"compare": "compare.html"} if {"before", "after"} <= set(result.territories) else {}
    to_report = {"report": "report.html"}
    report = report_html(tables_of(result), min_count=drawn.min_count)
    explore = partial(explorer_html, result, tiles=drawn.tiles, min_count=drawn.min_count)
    compare = partial(compare_html, result, tiles=drawn.tiles, min_count=drawn.min_count)
    pages = {"map.html": explore(links={**pair, **to_report})}
    if pair:
        pages["compare.html"] = compare(links={"map": "map.html", **to_report})
    return {**pages, "report.html": report}


def _write_layers(
    layers: Mapping[str, gpd.GeoDataFrame], folder: Path, output: OutputTable
) -> None:
    if "gpkg" in output.formats:
        write_layers(layers, folder / "results.gpkg")
    for name, layer in layers.items():
        if "geoparquet" in output.formats:
            write_geoparquet(layer, folder / f"results_{name}.parquet")
        if "geojson" in output.formats:
            write_geojson(layer, folder / f"results_{name}.geojson")


def result_tables(result: StudyResult) -> dict[str, pd.DataFrame]:
    """
    Tables of a result, by name of file.

    Returns
    -------
    Rows of ``access`` by id, then by service in the order of the study; the others as they are.
    """
    access = result.access.sort_values("id", kind="stable")
    chief = {"access": access, "zones": result.zones, "equity": result.equity}
    return {**chief, **result.tables}


def result_layers(result: StudyResult) -> dict[str, gpd.GeoDataFrame]:
    """
    Layers of a result, by name.

    Returns
    -------
    ``settlements`` with minutes, nearest place and reason for each service, ``services``, and
    ``zones_<role>`` with mean minutes and people unreached for each border set; in EPSG:4326.
    """
    settlements = result.origins.to_gdf()
    for service in result.services:
        rows = result.access[result.access["service"] == service].set_index("id")
        rows = rows.loc[settlements["id"]]
        settlements[f"{service}_min"] = rows["nearest_min"].to_numpy()
        settlements[f"{service}_nearest_id"] = rows["nearest_id"].to_numpy()
        settlements[f"{service}_reason"] = rows["reason"].to_numpy()
    layers = {"settlements": settlements, "services": result.destinations.to_gdf()}
    for role, territory in result.territories.items():
        zones = territory.to_gdf()
        own = result.zones[result.zones["territory"] == role]
        for service in result.services:
            rows = own[own["service"] == service].set_index("zone_id").loc[zones["code"]]
            zones[f"{service}_mean_min"] = rows["mean_min"].to_numpy()
            zones[f"{service}_unreached"] = rows["population_unreached"].to_numpy()
        layers[f"zones_{role}"] = zones
    if result.synthetic:
        layers = {name: layer.assign(synthetic=True) for name, layer in layers.items()}
    return layers
