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
    from geoaccess.equity.local_moran import local_moran as local_moran
    from geoaccess.equity.lorenz import lorenz_curve as lorenz_curve
    from geoaccess.equity.moran import Moran as Moran
    from geoaccess.equity.moran import moran as moran
    from geoaccess.equity.neighbours import Neighbours as Neighbours
    from geoaccess.equity.neighbours import nearest_neighbours as nearest_neighbours
    from geoaccess.equity.neighbours import neighbours_by_time as neighbours_by_time
    from geoaccess.equity.neighbours import neighbours_within as neighbours_within
    from geoaccess.equity.palma import palma as palma
    from geoaccess.equity.percentile_ratio import percentile_ratio as percentile_ratio
    from geoaccess.equity.rules import EquityRules as EquityRules
    from geoaccess.equity.scorecard import equity_scorecard as equity_scorecard
    from geoaccess.equity.share_beyond import share_beyond as share_beyond
    from geoaccess.equity.surface_zones import surface_zones as surface_zones
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
    from geoaccess.io.border_faults import border_faults as border_faults
    from geoaccess.io.border_faults import require_borders as require_borders
    from geoaccess.io.borders import read_territory as read_territory
    from geoaccess.io.build import read_network as read_network
    from geoaccess.io.edges import network_from_edges as network_from_edges
    from geoaccess.io.fetch import Patience as Patience
    from geoaccess.io.fetch import download_network as download_network
    from geoaccess.io.grid_clip import Clip as Clip
    from geoaccess.io.grid_columns import GridColumns as GridColumns
    from geoaccess.io.grid_counts import CountRules as CountRules
    from geoaccess.io.grid_points import CellPoints as CellPoints
    from geoaccess.io.levels import Levels as Levels
    from geoaccess.io.network_file import load_network as load_network
    from geoaccess.io.network_file import save_network as save_network
    from geoaccess.io.norm_packs import read_norms as read_norms
    from geoaccess.io.od_table import read_od_table as read_od_table
    from geoaccess.io.od_table import write_od_table as write_od_table
    from geoaccess.io.osmnx_graph import read_network_osmnx as read_network_osmnx
    from geoaccess.io.population import read_population as read_population
    from geoaccess.io.postgis import PostgisTable as PostgisTable
    from geoaccess.io.profile import read_profile as read_profile
    from geoaccess.io.rasters import write_surface as write_surface
    from geoaccess.io.regrouping import read_membership as read_membership
    from geoaccess.io.regrouping import read_regrouping as read_regrouping
    from geoaccess.io.services import read_services as read_services
    from geoaccess.io.settlements import read_settlements as read_settlements
    from geoaccess.io.times_parquet import write_travel_times as write_travel_times
    from geoaccess.measures.basket import basket as basket
    from geoaccess.measures.catchment_leakage import Leakage as Leakage
    from geoaccess.measures.catchment_leakage import catchment_leakage as catchment_leakage
    from geoaccess.measures.coverage import coverage as coverage
    from geoaccess.measures.cumulative import cumulative as cumulative
    from geoaccess.measures.cumulative_interval import cumulative_interval as cumulative_interval
    from geoaccess.measures.decay import decay_binary as decay_binary
    from geoaccess.measures.decay import decay_exponential as decay_exponential
    from geoaccess.measures.decay import decay_gaussian as decay_gaussian
    from geoaccess.measures.decay import decay_inverse_power as decay_inverse_power
    from geoaccess.measures.decay import decay_linear as decay_linear
    from geoaccess.measures.decay import decay_logistic as decay_logistic
    from geoaccess.measures.decay import decay_stepped as decay_stepped
    from geoaccess.measures.floating_catchment import floating_catchment as floating_catchment
    from geoaccess.measures.gravity import gravity as gravity
    from geoaccess.measures.isochrones import Isochrones as Isochrones
    from geoaccess.measures.isochrones import isochrones as isochrones
    from geoaccess.measures.mean_of_nearest import mean_of_nearest as mean_of_nearest
    from geoaccess.measures.raam import AgentRules as AgentRules
    from geoaccess.measures.raam import RationalAccess as RationalAccess
    from geoaccess.measures.raam import raam as raam
    from geoaccess.measures.spatial_availability import spatial_availability as spatial_availability
    from geoaccess.measures.surface import travel_time_surface as travel_time_surface
    from geoaccess.measures.surface_change import surface_change as surface_change
    from geoaccess.measures.surface_image import surface_image as surface_image
    from geoaccess.measures.surface_isochrones import surface_isochrones as surface_isochrones
    from geoaccess.measures.time_to_nearest import nearest_destinations as nearest_destinations
    from geoaccess.measures.time_to_nearest import time_to_nearest as time_to_nearest
    from geoaccess.model.nesting import Membership as Membership
    from geoaccess.model.nesting import Parts as Parts
    from geoaccess.model.network import Network as Network
    from geoaccess.model.norm import Norm as Norm
    from geoaccess.model.norm import NormPack as NormPack
    from geoaccess.model.places import Destinations as Destinations
    from geoaccess.model.places import Origins as Origins
    from geoaccess.model.population import Population as Population
    from geoaccess.model.population import PopulationReport as PopulationReport
    from geoaccess.model.profile import Profile as Profile
    from geoaccess.model.regrouping import Regrouping as Regrouping
    from geoaccess.model.regrouping import regrouped as regrouped
    from geoaccess.model.regrouping import within_larger as within_larger
    from geoaccess.model.small_counts import SmallCounts as SmallCounts
    from geoaccess.model.snap import Reason as Reason
    from geoaccess.model.surface import Surface as Surface
    from geoaccess.model.surface import SurfaceImage as SurfaceImage
    from geoaccess.model.surface_change import SurfaceChange as SurfaceChange
    from geoaccess.model.territory import Territory as Territory
    from geoaccess.model.times import TravelTimes as TravelTimes
    from geoaccess.norms.check import NormCheck as NormCheck
    from geoaccess.norms.check import check_norms as check_norms
    from geoaccess.norms.reasons import NormReason as NormReason
    from geoaccess.norms.times import NormTimes as NormTimes
    from geoaccess.reform.agreements import read_agreements as read_agreements
    from geoaccess.reform.crosswalk import crosswalk as crosswalk
    from geoaccess.reform.edits import MergeZones as MergeZones
    from geoaccess.reform.edits import MoveParts as MoveParts
    from geoaccess.reform.edits import RestoreZone as RestoreZone
    from geoaccess.reform.edits import SplitOut as SplitOut
    from geoaccess.reform.effect import reform_effect as reform_effect
    from geoaccess.reform.regimes import access_by_regime as access_by_regime
    from geoaccess.reform.regrouping import random_regroupings as random_regroupings
    from geoaccess.reform.seats import read_seats as read_seats
    from geoaccess.reform.seats import time_to_seat as time_to_seat
    from geoaccess.reform.what_if import what_if as what_if
    from geoaccess.report.access_map import access_map as access_map
    from geoaccess.report.access_map import reform_map as reform_map
    from geoaccess.report.plots.change import plot_change as plot_change
    from geoaccess.report.plots.lorenz import plot_lorenz as plot_lorenz
    from geoaccess.report.plots.times import plot_histogram as plot_histogram
    from geoaccess.report.plots.times import plot_times as plot_times
    from geoaccess.report.plots.zones import plot_zones as plot_zones
    from geoaccess.report.postgis_results import write_postgis as write_postgis
    from geoaccess.report.results import run_study as run_study
    from geoaccess.routing.router import Router as Router
    from geoaccess.scenario.scenario import Scenario as Scenario
    from geoaccess.siting.closures import closing_sequence as closing_sequence
    from geoaccess.siting.closures import closures as closures
    from geoaccess.siting.openings import opening_sequence as opening_sequence
    from geoaccess.study.result import StudyResult as StudyResult
    from geoaccess.study.run_options import RunOptions as RunOptions
    from geoaccess.study.scenario_run import run_scenarios as run_scenarios
    from geoaccess.travel import snap as snap
    from geoaccess.travel import travel_times as travel_times

__version__ = "0.1.0"

_HOMES = {
    "AgentRules": "measures.raam",
    "CellPoints": "io.grid_points",
    "Clip": "io.grid_clip",
    "CountRules": "io.grid_counts",
    "CutoffError": "errors",
    "DataWarning": "errors",
    "Destinations": "model.places",
    "EquityRules": "equity.rules",
    "GeoAccessError": "errors",
    "GridColumns": "io.grid_columns",
    "InputError": "errors",
    "Isochrones": "measures.isochrones",
    "Leakage": "measures.catchment_leakage",
    "Levels": "io.levels",
    "Membership": "model.nesting",
    "MemoryLimitError": "errors",
    "MergeZones": "reform.edits",
    "MismatchError": "errors",
    "Moran": "equity.moran",
    "MoveParts": "reform.edits",
    "Neighbours": "equity.neighbours",
    "Network": "model.network",
    "NetworkError": "errors",
    "Norm": "model.norm",
    "NormCheck": "norms.check",
    "NormPack": "model.norm",
    "NormReason": "norms.reasons",
    "NormTimes": "norms.times",
    "Origins": "model.places",
    "OutputError": "errors",
    "Parts": "model.nesting",
    "Patience": "io.fetch",
    "Population": "model.population",
    "PopulationReport": "model.population",
    "PostgisTable": "io.postgis",
    "Profile": "model.profile",
    "RationalAccess": "measures.raam",
    "Reason": "model.snap",
    "Regrouping": "model.regrouping",
    "RestoreZone": "reform.edits",
    "Router": "routing.router",
    "RunOptions": "study.run_options",
    "Scenario": "scenario.scenario",
    "SmallCounts": "model.small_counts",
    "SnapError": "errors",
    "SplitOut": "reform.edits",
    "StudyError": "errors",
    "StudyResult": "study.result",
    "Surface": "model.surface",
    "SurfaceChange": "model.surface_change",
    "SurfaceImage": "model.surface",
    "Territory": "model.territory",
    "TravelTimes": "model.times",
    "access_by_regime": "reform.regimes",
    "access_map": "report.access_map",
    "atkinson": "equity.atkinson",
    "balanced_floating_catchment": "measures.balanced_floating_catchment",
    "basket": "measures.basket",
    "border_faults": "io.border_faults",
    "catchment_leakage": "measures.catchment_leakage",
    "check_norms": "norms.check",
    "closing_sequence": "siting.closures",
    "closures": "siting.closures",
    "coefficient_of_variation": "equity.variation",
    "concentration_curve": "equity.concentration",
    "concentration_index": "equity.concentration",
    "coverage": "measures.coverage",
    "crosswalk": "reform.crosswalk",
    "cumulative": "measures.cumulative",
    "cumulative_interval": "measures.cumulative_interval",
    "decay_binary": "measures.decay",
    "decay_exponential": "measures.decay",
    "decay_gaussian": "measures.decay",
    "decay_inverse_power": "measures.decay",
    "decay_linear": "measures.decay",
    "decay_logistic": "measures.decay",
    "decay_stepped": "measures.decay",
    "download_network": "io.fetch",
    "equity_scorecard": "equity.scorecard",
    "fgt": "equity.fgt",
    "floating_catchment": "measures.floating_catchment",
    "gini": "equity.gini",
    "gravity": "measures.gravity",
    "hoover": "equity.hoover",
    "isochrones": "measures.isochrones",
    "load_network": "io.network_file",
    "local_moran": "equity.local_moran",
    "lorenz_curve": "equity.lorenz",
    "mean_of_nearest": "measures.mean_of_nearest",
    "modified_floating_catchment": "measures.modified_floating_catchment",
    "moran": "equity.moran",
    "nearest_destinations": "measures.time_to_nearest",
    "nearest_neighbours": "equity.neighbours",
    "neighbours_by_time": "equity.neighbours",
    "neighbours_within": "equity.neighbours",
    "network_from_edges": "io.edges",
    "opening_sequence": "siting.openings",
    "palma": "equity.palma",
    "percentile_ratio": "equity.percentile_ratio",
    "plot_change": "report.plots.change",
    "plot_histogram": "report.plots.times",
    "plot_lorenz": "report.plots.lorenz",
    "plot_times": "report.plots.times",
    "plot_zones": "report.plots.zones",
    "raam": "measures.raam",
    "random_regroupings": "reform.regrouping",
    "read_agreements": "reform.agreements",
    "read_membership": "io.regrouping",
    "read_network": "io.build",
    "read_network_osmnx": "io.osmnx_graph",
    "read_norms": "io.norm_packs",
    "read_od_table": "io.od_table",
    "read_population": "io.population",
    "read_profile": "io.profile",
    "read_regrouping": "io.regrouping",
    "read_seats": "reform.seats",
    "read_services": "io.services",
    "read_settlements": "io.settlements",
    "read_territory": "io.borders",
    "reform_effect": "reform.effect",
    "reform_map": "report.access_map",
    "regrouped": "model.regrouping",
    "require_borders": "io.border_faults",
    "run_scenarios": "study.scenario_run",
    "run_study": "report.results",
    "save_network": "io.network_file",
    "share_beyond": "equity.share_beyond",
    "snap": "travel",
    "spatial_availability": "measures.spatial_availability",
    "sufficiency_share": "equity.fgt",
    "surface_change": "measures.surface_change",
    "surface_image": "measures.surface_image",
    "surface_isochrones": "measures.surface_isochrones",
    "surface_zones": "equity.surface_zones",
    "theil": "equity.theil",
    "theil_by_level": "equity.decomposition",
    "theil_decomposition": "equity.theil",
    "theil_l": "equity.theil_l",
    "three_step_floating_catchment": "measures.three_step_floating_catchment",
    "time_to_nearest": "measures.time_to_nearest",
    "time_to_seat": "reform.seats",
    "travel_time_surface": "measures.surface",
    "travel_times": "travel",
    "what_if": "reform.what_if",
    "within_larger": "model.regrouping",
    "write_od_table": "io.od_table",
    "write_postgis": "report.postgis_results",
    "write_surface": "io.rasters",
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
