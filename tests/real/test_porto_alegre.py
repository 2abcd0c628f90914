"""
Porto Alegre: hexagons against schools, jobs and health care, by car and on foot.

The figures were computed by this package and are kept, so that a change of any of them is
seen; the data are those of the R package r5r (ipeaGIT), read in place.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import geoaccess as ga
from geoaccess.equity.distribution import weighted_mean, weighted_quantile
from geoaccess.model.times import TravelTimes
from geoaccess.units import FloatArray

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::geoaccess.errors.DataWarning"),
]
CUTOFF_MIN = 60.0
Measure = Callable[..., object]
AMOUNTS = ("schools", "jobs", "healthcare")


class City:
    """Hexagons as origins, and as destinations with what they offer."""

    def __init__(self, path: Path) -> None:
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        ids = np.array([row["id"] for row in rows], dtype=object)
        at = {name: np.array([float(row[name]) for row in rows]) for name in ("lon", "lat")}
        self.population = np.array([float(row["population"]) for row in rows])
        # Five hexagons tell nothing of jobs and healthcare: nothing is counted there.
        self.offers = {name: np.array([float(row[name] or 0) for row in rows]) for name in AMOUNTS}
        self.origins = ga.Origins(id=ids, name=ids, population=self.population, **at)
        self.destinations = ga.Destinations(
            id=ids,
            name=ids,
            kind=np.full(len(ids), "hexagon", dtype=object),
            capacity=np.zeros(len(ids)),
            **at,
        )


@pytest.fixture(scope="module")
def city(shared: Callable[[str], Path]) -> City:
    return City(shared("data/porto_alegre/poa_hexgrid.csv"))


@pytest.fixture(scope="module", params=["car", "walk"])
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def times(city: City, mode: str, shared: Callable[[str], Path]) -> TravelTimes:
    roads = ga.read_network(shared("data/porto_alegre/porto_alegre.osm.pbf"), profile=mode)
    return ga.travel_times(roads, city.origins, city.destinations, cutoff_min=CUTOFF_MIN)


def figures(city: City, times: TravelTimes, name: str) -> dict[str, float]:
    """Mean over people of each measure of one kind of opportunity."""
    offers, people = city.offers[name], city.population
    some = times.take(np.flatnonzero(offers > 0))
    nearest = np.asarray(ga.time_to_nearest(some), np.float64)
    bell = ga.decay_gaussian(15)

    def shared_out(measure: Measure) -> FloatArray:
        return np.asarray(measure(times, supply=offers, demand=people, decay=bell), np.float64)

    told: dict[str, FloatArray] = {
        "cumulative 15": np.asarray(ga.cumulative(times, opportunities=offers, cutoff_min=15)),
        "interval 10-20": np.asarray(
            ga.cumulative_interval(times, opportunities=offers, from_min=10, to_min=20)
        ),
        "gravity": np.asarray(ga.gravity(times, opportunities=offers, decay=bell)),
        "e2sfca": shared_out(ga.floating_catchment),
        "3sfca": shared_out(ga.three_step_floating_catchment),
        "m2sfca": shared_out(ga.modified_floating_catchment),
        "bfca": shared_out(ga.balanced_floating_catchment),
    }
    lost = ga.catchment_leakage(times, supply=offers, demand=people, decay=bell)
    return {
        "median min": weighted_quantile(nearest, people, 0.5),
        "share within 15": 1 - ga.share_beyond(nearest, weights=people, cutoff_min=15),
        **{key: weighted_mean(values, people) for key, values in told.items()},
        "unreached demand": lost.unreached_demand,
        "unreached supply": lost.unreached_supply,
    }


GOLDEN: dict[tuple[str, str], dict[str, float]] = {
    ("car", "schools"): {
        "median min": 1.5504,
        "share within 15": 0.99984,
        "cumulative 15": 126.48,
        "interval 10-20": 122.88,
        "gravity": 131.39,
        "e2sfca": 0.00023864,
        "3sfca": 0.00023864,
        "m2sfca": 0.00017553,
        "bfca": 0.00024164,
        "unreached demand": 0.0,
        "unreached supply": 0.0,
    },
    ("car", "jobs"): {
        "median min": 0.42707,
        "share within 15": 1.0,
        "cumulative 15": 221060.0,
        "interval 10-20": 216010.0,
        "gravity": 230290.0,
        "e2sfca": 0.41568,
        "3sfca": 0.41568,
        "m2sfca": 0.30545,
        "bfca": 0.42701,
        "unreached demand": 0.0,
        "unreached supply": 0.0,
    },
    ("car", "healthcare"): {
        "median min": 1.9634,
        "share within 15": 0.99984,
        "cumulative 15": 90.791,
        "interval 10-20": 88.581,
        "gravity": 95.048,
        "e2sfca": 0.00017345,
        "3sfca": 0.00017345,
        "m2sfca": 0.00012739,
        "bfca": 0.00017517,
        "unreached demand": 0.0,
        "unreached supply": 0.0,
    },
    ("walk", "schools"): {
        "median min": 5.7086,
        "share within 15": 0.98793,
        "cumulative 15": 5.1665,
        "interval 10-20": 5.3765,
        "gravity": 9.9396,
        "e2sfca": 0.00023864,
        "3sfca": 0.00023864,
        "m2sfca": 0.00012232,
        "bfca": 0.00024425,
        "unreached demand": 0.0,
        "unreached supply": 0.0,
    },
    ("walk", "jobs"): {
        "median min": 0.4169,
        "share within 15": 0.99985,
        "cumulative 15": 9156.3,
        "interval 10-20": 9479.8,
        "gravity": 17831.0,
        "e2sfca": 0.41568,
        "3sfca": 0.41568,
        "m2sfca": 0.20502,
        "bfca": 0.44129,
        "unreached demand": 0.0,
        "unreached supply": 0.0,
    },
    ("walk", "healthcare"): {
        "median min": 7.6665,
        "share within 15": 0.90523,
        "cumulative 15": 3.6072,
        "interval 10-20": 3.7343,
        "gravity": 6.9579,
        "e2sfca": 0.00017345,
        "3sfca": 0.00017345,
        "m2sfca": 8.7769e-05,
        "bfca": 0.00017993,
        "unreached demand": 0.0,
        "unreached supply": 0.0,
    },
}


def test_figures_are_those_that_were_kept(city: City, times: TravelTimes, mode: str) -> None:
    kept = {name: told for (way, name), told in GOLDEN.items() if way == mode}
    assert set(kept) == set(AMOUNTS)
    for name, told in kept.items():
        assert figures(city, times, name) == pytest.approx(told, rel=0.01, abs=1e-9)


def test_all_opportunities_that_are_reached_are_shared_out(city: City, times: TravelTimes) -> None:
    bell = ga.decay_gaussian(15)
    for offers in city.offers.values():
        shared_out = ga.spatial_availability(
            times, opportunities=offers, demand=city.population, decay=bell
        )
        lost = ga.catchment_leakage(times, supply=offers, demand=city.population, decay=bell)
        assert float(shared_out.sum()) == pytest.approx(offers.sum() - lost.unreached_supply)
