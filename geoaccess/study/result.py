"""What a study found: places, borders and tables, before any file is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geoaccess.model.backdrop import Backdrop
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.surface import Surface, SurfaceImage
from geoaccess.model.territory import Territory
from geoaccess.study.notebook import shown

if TYPE_CHECKING:
    import pandas as pd

ACCESS_COLUMNS = (
    "id",
    "name",
    "population",
    "zone_before",
    "zone_after",
    "service",
    "nearest_min",
    "nearest_id",
    "nearest_name",
    "reason",
)
ZONE_COLUMNS = (
    "territory",
    "date",
    "zone_id",
    "zone_name",
    "service",
    "population",
    "mean_min",
    "median_min",
    "p90_min",
    "share_within_cutoff",
    "population_unreached",
)
EQUITY_COLUMNS = (
    "territory",
    "service",
    "measure",
    "group",
    "variable",
    "level",
    "index",
    "component",
    "value",
    "ci_low",
    "ci_high",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyResult:
    """
    Everything that tables, maps and reports are written from.

    Attributes
    ----------
    title
        Name of the study, as its file gives it.
    synthetic
        Whether any input is generated; then every map and table says so.
    origins, destinations
        The settlements, sorted by id, and the services of the kinds studied.
    services
        Kinds of service in the order of the study file.
    labels
        Name of each kind by language: ``labels["school"]["lv"]``.
    territories
        Border sets by role: ``before``, ``after``, others of the study's own, or none.
    access
        One row for each settlement and service, columns ``ACCESS_COLUMNS``;
        ``nearest_min`` is NaN and ``reason`` is filled where unreached.
        Zones are codes, empty outside every zone; borders of other roles add columns
        ``zone_<role>`` at the end.
    zones
        One row for each border set, zone and service, columns ``ZONE_COLUMNS``.
    equity
        One row for each index and component, columns ``EQUITY_COLUMNS``.
    cutoff_min
        Largest time that was computed, minutes.
    sources
        Lines that name the origin and licence of the data.
    summary
        The main figures, ready for JSON.
    manifest
        The record of the run, ready for JSON.
    tables
        Further tables by name, of the parts that the study file asks for; each is written as
        ``<name>.csv``.
    surfaces
        Travel-time surfaces by kind of service; each is written as ``surface_<kind>.tif``.
    surface_images
        The same as pictures for the maps.
    ground
        Roads and water that maps are read by, or None.
    """

    title: str
    synthetic: bool
    origins: Origins
    destinations: Destinations
    services: tuple[str, ...]
    labels: Mapping[str, Mapping[str, str]]
    territories: Mapping[str, Territory]
    access: pd.DataFrame
    zones: pd.DataFrame
    equity: pd.DataFrame
    cutoff_min: float
    sources: tuple[str, ...]
    summary: Mapping[str, Any]
    manifest: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    surfaces: Mapping[str, Surface] = field(default_factory=dict)
    surface_images: Mapping[str, SurfaceImage] = field(default_factory=dict)
    ground: Backdrop | None = None

    @property
    def overview(self) -> pd.DataFrame:
        """
        The main figures, one row for each service.

        Returns
        -------
        Indexed by service: ``places``, ``median_min``, ``mean_min``, ``p90_min`` and
        ``people_unreached``; NaN where more people than that reach none.
        """
        import pandas as pd  # noqa: PLC0415 - keeps ``import geoaccess`` quick

        told = [self.summary["services"][kind] for kind in self.services]
        figures = ("count", "median_min", "mean_min", "p90_min", "population_unreached")
        rows = [
            [np.nan if one[name] is None else float(one[name]) for name in figures] for one in told
        ]
        columns = ["places", "median_min", "mean_min", "p90_min", "people_unreached"]
        return pd.DataFrame(rows, index=pd.Index(self.services, name="service"), columns=columns)

    def _repr_html_(self) -> str:
        """Show the main figures in a notebook; every text is escaped."""
        return shown(self.overview, self.title, synthetic=self.synthetic)
