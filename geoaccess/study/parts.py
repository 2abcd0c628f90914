"""
What each part of a study works on, and what it gives.

A part is one further question that a study file may ask (its table is there or not): a
function from :class:`Found` to :class:`Part`, in a file of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from geoaccess.model.surface import Surface, SurfaceImage
from geoaccess.model.times import TravelTimes
from geoaccess.routing.router import Router
from geoaccess.study.inputs import Inputs
from geoaccess.study.manifest import RunLog
from geoaccess.study.schema import Study
from geoaccess.units import IntArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """
    What is known once every settlement has its nearest services.

    Attributes
    ----------
    study, inputs
        The study file and what it points to.
    router
        The roads of the study, made ready.
    times
        Travel times to all services of the study; ``times.of_kind`` narrows them.
    zones
        For each border set, positions of zones, shape (n_origins,), -1 outside.
    access
        The access table, one row for each settlement and service.
    log
        Where warnings are told.
    tables
        Tables of the parts that were answered before this one, by name.
    """

    study: Study
    inputs: Inputs
    router: Router
    times: TravelTimes
    zones: Mapping[str, IntArray]
    access: pd.DataFrame
    log: RunLog
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """
    What a part of a study gives.

    Attributes
    ----------
    tables
        By name; each is written as ``<name>.csv``.
    summary
        What ``summary.json`` tells of it, ready for JSON.
    surfaces
        Travel-time surfaces by kind of service; each is written as ``surface_<kind>.tif``.
    surface_images
        The same as pictures for the maps.
    """

    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)
    surfaces: Mapping[str, Surface] = field(default_factory=dict)
    surface_images: Mapping[str, SurfaceImage] = field(default_factory=dict)
