"""
Travel times from settlements to municipal services, before and after a reform.

The public names of the package, and nothing else. Each is loaded when first used, so that
``import geoaccess`` and ``geoaccess --help`` stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geoaccess.equity.atkinson import atkinson as atkinson
    from geoaccess.equity.concentration import concentration_curve as concentration_curve
    from geoaccess.equity.concentration import concentration_index as concentration_index
    from geoaccess.equity.decomposition import theil_by_level as theil_by_level
    from geoaccess.equity.fgt import fgt as fgt
    from geoaccess.equity.fgt import sufficiency_share as sufficiency_share
    from geoaccess.equity.gini import gini as gini
    from geoaccess.equity.hoover import hoover as hoover
    from geoaccess.equity.lorenz import lorenz_curve as lorenz_curve
    from geoaccess.equity.palma import palma as palma
    from geoaccess.equity.percentile_ratio import percentile_ratio as percentile_ratio
    from geoaccess.equity.rules import EquityRules as EquityRules
    from geoaccess.equity.scorecard import equity_scorecard as equity_scorecard
    from geoaccess.equity.share_beyond import share_beyond as share_beyond
    from geoaccess.equity.theil import theil as theil
    from geoaccess.equity.theil import theil_decomposition as theil_decomposition
    from geoaccess.equity.theil_l import theil_l as theil_l
    from geoaccess.equity.variation import coefficient_of_variation as coefficient_of_variation
    from geoaccess.errors import CutoffError as CutoffError
    from geoaccess.errors import DataWarning as DataWarning
    from geoaccess.errors import GeoAccessError as GeoAccessError
    from geoaccess.errors import InputError as InputError
    from geoaccess.errors import MemoryLimitError as MemoryLimitError
    from geoaccess.errors import MismatchError as MismatchError
    from geoaccess.errors import NetworkError as NetworkError
    from geoaccess.errors import OutputError as OutputError
    from geoaccess.errors import SnapError as SnapError
    from geoaccess.errors import StudyError as StudyError
    from geoaccess.io.borders import read_territory as read_territory
    from geoaccess.io.build import read_network as read_network
    from geoaccess.io.edges import network_from_edges as network_from_edges
    from geoaccess.io.fetch import Patience as Patience
    from geoaccess.io.fetch import download_network as download_network
    from geoaccess.io.network_file import load_network as load_network
    from geoaccess.io.network_file import save_network as save_network
    from geoaccess.io.osmnx_graph import read_network_osmnx as read_network_osmnx
    from geoaccess.io.profile import read_profile as read_profile
    from geoaccess.io.services import read_services as read_services
    from geoaccess.io.settlements import read_settlements as read_settlements
    from geoaccess.io.times_parquet import write_travel_times as write_travel_times
    from geoaccess.measures.isochrones import Isochrones as Isochrones
    from geoaccess.measures.isochrones import isochrones as isochrones
    from geoaccess.measures.time_to_nearest import time_to_nearest as time_to_nearest
    from geoaccess.model.network import Network as Network
    from geoaccess.model.places import Destinations as Destinations
    from geoaccess.model.places import Origins as Origins
    from geoaccess.model.profile import Profile as Profile
    from geoaccess.model.snap import Reason as Reason
    from geoaccess.model.territory import Territory as Territory
    from geoaccess.model.times import TravelTimes as TravelTimes
    from geoaccess.report.results import run_study as run_study
    from geoaccess.routing.router import Router as Router
    from geoaccess.study.result import StudyResult as StudyResult
    from geoaccess.study.run_options import RunOptions as RunOptions
    from geoaccess.travel import snap as snap
    from geoaccess.travel import travel_times as travel_times

__version__ = "0.1.0"

_HOMES = {
    "CutoffError": "errors",
    "DataWarning": "errors",
    "Destinations": "model.places",
    "EquityRules": "equity.rules",
    "GeoAccessError": "errors",
    "InputError": "errors",
    "Isochrones": "measures.isochrones",
    "MemoryLimitError": "errors",
    "MismatchError": "errors",
    "Network": "model.network",
    "NetworkError": "errors",
    "Origins": "model.places",
    "OutputError": "errors",
    "Patience": "io.fetch",
    "Profile": "model.profile",
    "Reason": "model.snap",
    "Router": "routing.router",
    "RunOptions": "study.run_options",
    "SnapError": "errors",
    "StudyError": "errors",
    "StudyResult": "study.result",
    "Territory": "model.territory",
    "TravelTimes": "model.times",
    "atkinson": "equity.atkinson",
    "coefficient_of_variation": "equity.variation",
    "concentration_curve": "equity.concentration",
    "concentration_index": "equity.concentration",
    "download_network": "io.fetch",
    "equity_scorecard": "equity.scorecard",
    "fgt": "equity.fgt",
    "gini": "equity.gini",
    "hoover": "equity.hoover",
    "isochrones": "measures.isochrones",
    "load_network": "io.network_file",
    "lorenz_curve": "equity.lorenz",
    "network_from_edges": "io.edges",
    "palma": "equity.palma",
    "percentile_ratio": "equity.percentile_ratio",
    "read_network": "io.build",
    "read_network_osmnx": "io.osmnx_graph",
    "read_profile": "io.profile",
    "read_services": "io.services",
    "read_settlements": "io.settlements",
    "read_territory": "io.borders",
    "run_study": "report.results",
    "save_network": "io.network_file",
    "share_beyond": "equity.share_beyond",
    "snap": "travel",
    "sufficiency_share": "equity.fgt",
    "theil": "equity.theil",
    "theil_by_level": "equity.decomposition",
    "theil_decomposition": "equity.theil",
    "theil_l": "equity.theil_l",
    "time_to_nearest": "measures.time_to_nearest",
    "travel_times": "travel",
    "write_travel_times": "io.times_parquet",
}

__all__ = [  # noqa: PLE0604 - the names are those of the table above
    "__version__",
    *_HOMES,
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        msg = f"module 'geoaccess' has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"geoaccess.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
