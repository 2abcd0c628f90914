"""Malta with a tunnel to Gozo, without a ferry, and with any pharmacy closed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import geoaccess as ga
from geoaccess.study.scenario_run import Bench, chosen, prepare, run_scenario
from geoaccess.study.schema import read_study
from tests import naive_siting
from tests.conftest import ROOT

pytestmark = [
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::geoaccess.errors.DataWarning"),
]
# Parallel that passes between Gozo with Comino and Malta.
STRAIT_LAT = 36.01


@pytest.fixture(scope="module")
def malta(shared: Callable[[str], Path]) -> Bench:
    shared("data/osm/malta.osm.pbf")
    return prepare(read_study(ROOT / "examples" / "malta_scenarios.toml"))


def test_a_tunnel_helps_gozo_and_nobody_else(malta: Bench) -> None:
    (tunnel,) = chosen(malta, ["tunnel"])
    result = run_scenario(malta, tunnel)
    assert result.edited.roads == "new"
    table = result.tables["scenario"]
    gozo = dict(zip(result.pair.after.origins.id, result.pair.after.origins.lat, strict=True))
    in_gozo = table["id"].map(gozo) > STRAIT_LAT
    clinics = table["service"] == "clinic"
    assert set(table[clinics & in_gozo]["verdict"]) == {"gain"}
    assert set(table[~(clinics & in_gozo)]["verdict"]) == {"unchanged"}
    victoria = table[clinics & (table["name"] == "Victoria")].iloc[0]
    # By ferry about an hour; 13 km of tunnel at 80 km/h are ten minutes.
    assert 45 < victoria["before_min"] < 70
    assert 15 < victoria["after_min"] < 25


def test_without_a_ferry_nobody_crosses(malta: Bench) -> None:
    (storm,) = chosen(malta, ["no ferry"])
    result = run_scenario(malta, storm)
    table = result.tables["scenario"]
    lost = table[table["verdict"] == "newly_unreached"]
    assert set(lost["service"]) == {"clinic"}
    assert set(lost["after_reason"]) == {"isolated_road"}
    assert set(table["verdict"]) == {"unchanged", "newly_unreached"}
    told = result.summary["services"]["clinic"]
    assert told["people_newly_unreached"] == lost["population"].sum() > 30_000
    # By ferry they were beyond the norm of 45 minutes already.
    assert told["people_newly_beyond"] == 0


def test_every_pharmacy_closed_is_as_looking_again(malta: Bench) -> None:
    times = malta.base.times_to("pharmacy")
    minutes, people = times.to_array().tolist(), malta.ground.origins.population.tolist()
    table = ga.closures(times, norm_min=10.0).set_index("id")
    m = len(times.destinations)
    assert len(table) == m
    for j, id_ in enumerate(times.destinations.id):
        slow = naive_siting.closure(minutes, people, j, [True] * m, times.cutoff_min, 10.0)
        row = table.loc[id_]
        told = row[["people_moved", "people_newly_beyond", "people_newly_unreached"]].tolist()
        assert told == [slow["moved"], slow["beyond"], slow["unreached"]]
        assert row["added_person_min"] == pytest.approx(slow["added"], rel=1e-4, abs=0.01)
    assert np.isfinite(table["gini_after"]).all()
