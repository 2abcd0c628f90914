"""Where the edits of a study's scenarios get what they name."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
import shapely

from geoaccess.io.files import require_file
from geoaccess.io.norm_packs import read_norms
from geoaccess.io.tables import number_column, read_polygons
from geoaccess.io.text_tables import read_text_table
from geoaccess.model.network import Network
from geoaccess.model.norm import require_apart
from geoaccess.model.profile import Profile
from geoaccess.scenario.apply import Sources
from geoaccess.study.inputs import road_cache
from geoaccess.study.norms_asked import read_profile_of
from geoaccess.study.road_cache import RoadCache
from geoaccess.study.schema import Study


class OtherRoads:
    """
    Roads of a study as other vehicles and seasons see them, each read once.

    Parameters
    ----------
    study
        A checked study file.
    cached
        Whether to look for, and keep, prepared roads.
    """

    def __init__(self, study: Study, *, cached: bool) -> None:
        self._study = study
        self._cached = cached
        self._read: dict[str, tuple[RoadCache, Network]] = {}
        # Scenarios run side by side, and several may be of one season.
        self._lock = Lock()

    def of(self, profile: str) -> Network:
        """Roads for a profile, bundled or of a file."""
        with self._lock:
            if profile not in self._read:
                cache = road_cache(
                    self._study,
                    enabled=self._cached,
                    profile=read_profile_of(self._study, profile),
                )
                self._read[profile] = (cache, cache.network())
            return self._read[profile][1]

    def keep(self) -> None:
        """Write what was read for the next run."""
        with self._lock:
            for cache, _ in self._read.values():
                cache.keep()


def sources_of(study: Study, other_roads: OtherRoads) -> Sources:
    """
    Where edits of a study get what they name.

    Parameters
    ----------
    study
        A checked study file, beside which the files of edits are looked for.
    other_roads
        Its roads for other profiles.
    """

    def area(text: str) -> Any:  # noqa: ANN401 - a polygon or several
        return shapely.union_all(read_polygons(study.path_of(text)))

    def forecasts(text: str) -> pd.DataFrame:
        path = study.path_of(text)
        require_file(path)
        return _forecast_table(path)

    def profile(text: str | None) -> Profile:
        return read_profile_of(study, text or study.roads.profile)

    def norms(packs: tuple[str, ...]) -> None:
        read = [norm for text in packs for norm in read_norms(study.pack_path(text))]
        require_apart(tuple(read), label="norm packs")

    return Sources(
        area=area, forecasts=forecasts, roads=other_roads.of, profile=profile, norms=norms
    )


def _forecast_table(path: Path) -> pd.DataFrame:
    table = read_text_table(path)
    rows = [f"row {i + 1}" for i in range(len(table))]
    for name in {"year", "population"} & set(table.columns):
        table[name] = number_column(table, name, path=path, ids=rows)
    return table
