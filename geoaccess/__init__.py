"""
Travel times from settlements to municipal services, before and after a reform.

The public names of the package, and nothing else. Each is loaded when first used, so that
``import geoaccess`` and ``geoaccess --help`` stay quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geoaccess.equity.gini import gini as gini
    from geoaccess.equity.share_beyond import share_beyond as share_beyond
    from geoaccess.equity.theil import theil as theil
    from geoaccess.equity.theil import theil_decomposition as theil_decomposition
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
    from geoaccess.reform.agreements import read_agreements as read_agreements
    from geoaccess.reform.effect import reform_effect as reform_effect
    from geoaccess.reform.regimes import access_by_regime as access_by_regime
    from geoaccess.reform.regrouping import random_regroupings as random_regroupings
    from geoaccess.reform.seats import read_seats as read_seats
    from geoaccess.reform.seats import time_to_seat as time_to_seat
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
    "access_by_regime": "reform.regimes",
    "download_network": "io.fetch",
    "gini": "equity.gini",
    "isochrones": "measures.isochrones",
    "load_network": "io.network_file",
    "network_from_edges": "io.edges",
    "random_regroupings": "reform.regrouping",
    "read_agreements": "reform.agreements",
    "read_network": "io.build",
    "read_network_osmnx": "io.osmnx_graph",
    "read_profile": "io.profile",
    "read_seats": "reform.seats",
    "read_services": "io.services",
    "read_settlements": "io.settlements",
    "read_territory": "io.borders",
    "reform_effect": "reform.effect",
    "run_study": "report.results",
    "save_network": "io.network_file",
    "share_beyond": "equity.share_beyond",
    "snap": "travel",
    "theil": "equity.theil",
    "theil_decomposition": "equity.theil",
    "time_to_nearest": "measures.time_to_nearest",
    "time_to_seat": "reform.seats",
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
