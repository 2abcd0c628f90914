"""The same times from two worker processes, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import geoaccess as ga
from geoaccess.cli import machine
from geoaccess.cli.machine import connected
from geoaccess.cli.main import geoaccess
from geoaccess.io.bundled import bundled
from geoaccess.routing import cluster
from geoaccess.routing.router import Router
from tests.towns import write_town_study

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as workers,
        distributed.Client(workers) as one,
    ):
        yield one


@pytest.fixture(scope="module")
def region() -> tuple[Router, ga.Origins, ga.Destinations]:
    return (
        Router(ga.read_network(bundled("roads", "demo.osm.pbf"))),
        ga.read_settlements(bundled("boundaries", "demo_settlements.csv")),
        ga.read_services(bundled("services", "demo_services.csv")),
    )


@pytest.fixture(autouse=True)
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_LEAST_ORIGINS", 100)


@pytest.mark.parametrize("direction", ["to_service", "from_service"])
def test_the_cluster_says_the_same_to_the_last_bit(
    client: object, region: tuple[Router, ga.Origins, ga.Destinations], direction: str
) -> None:
    here = ga.travel_times(*region, direction=direction)
    there = ga.travel_times(*region, direction=direction, client=client)
    assert here.to_array().tobytes() == there.to_array().tobytes()
    for k in (1, 3):
        for one, other in zip(here.nearest(k), there.nearest(k), strict=True):
            assert np.array_equal(one, other)
    schools = there.of_kind("school")
    assert schools.to_array().tobytes() == here.of_kind("school").to_array().tobytes()
    assert here.digest(9) == there.digest(9)


def test_a_worker_that_is_killed_costs_only_its_tasks(
    client: object, region: tuple[Router, ga.Origins, ga.Destinations]
) -> None:
    here = ga.travel_times(*region).to_array()
    there = ga.travel_times(*region, client=client)
    gathered = []
    for number, (columns, minutes) in enumerate(there.blocks(size=40)):
        if number == 1:
            pids = client.run(os.getpid)  # type: ignore[attr-defined]
            os.kill(next(iter(pids.values())), signal.SIGKILL)
        gathered.append(np.array_equal(minutes, here[:, columns]))
    assert len(gathered) > 3
    assert all(gathered)


def test_the_command_line_finds_the_cluster(client: object, tmp_path: Path) -> None:
    study = write_town_study(tmp_path).study
    address = client.scheduler.address  # type: ignore[attr-defined]
    words = ["run", str(study), "-q", "-o"]
    runner = CliRunner()
    alone = runner.invoke(geoaccess, [*words, str(tmp_path / "a")], catch_exceptions=False)
    helped = runner.invoke(
        geoaccess, [*words, str(tmp_path / "b"), "--scheduler", address], catch_exceptions=False
    )
    assert (alone.exit_code, helped.exit_code) == (0, 0)
    for name in ("access.csv", "zones.csv", "equity.csv", "map.html", "results.gpkg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "ANSWER_WITHIN_S", 1)
    with (
        pytest.raises(ga.InputError, match="no dask scheduler answers at"),
        connected("tcp://127.0.0.1:9"),
    ):
        pass
