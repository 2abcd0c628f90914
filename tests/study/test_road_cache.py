from __future__ import annotations

import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

import geoaccess as ga
from geoaccess.errors import DataWarning
from geoaccess.io.bundled import bundled
from geoaccess.io.network_file import load_network, save_network
from geoaccess.io.store import StoreError
from geoaccess.model.network import Network
from geoaccess.routing.kept_hierarchy import hierarchy_arrays
from geoaccess.routing.router import Router
from geoaccess.study import road_cache
from geoaccess.study.road_cache import FOLDER, RoadCache
from tests.towns import write_town_study

CAR = ga.read_profile("car")


@pytest.fixture
def roads(tmp_path: Path) -> Path:
    path = tmp_path / "roads.osm.pbf"
    path.write_bytes(bundled("roads", "demo.osm.pbf").read_bytes())
    return path


def same(one: Network, other: Network) -> bool:
    names = [name for name in Network.__slots__ if name != "source"]
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in names)


def warm(roads: Path) -> None:
    cache = RoadCache(roads, CAR)
    router = Router(cache.network(), stored=cache.hierarchy)
    assert router.hierarchy.n_nodes > 0
    cache.keep()


def test_what_is_kept_is_what_was_read(roads: Path) -> None:
    warm(roads)
    kept = sorted(path.name for path in (roads.parent / FOLDER).iterdir())
    assert [name.rsplit(".", 1)[1] for name in kept] == ["hierarchy", "network"]
    fresh = RoadCache(roads, CAR, enabled=False).network()
    cache = RoadCache(roads, CAR)
    again = cache.network()
    assert same(again, fresh)
    assert again.source.counts == fresh.source.counts

    def never() -> NoReturn:
        pytest.fail("the hierarchy was not taken from its file")

    found = hierarchy_arrays(cache.hierarchy(never))
    made = hierarchy_arrays(Router(fresh).hierarchy)
    assert found.keys() == made.keys()
    for name, array in made.items():
        assert np.array_equal(found[name], array), name


@pytest.mark.parametrize("what", ["network", "hierarchy"])
def test_a_damaged_file_is_rebuilt_with_a_warning(roads: Path, what: str) -> None:
    warm(roads)
    (path,) = (roads.parent / FOLDER).glob(f"*.{what}")
    sound = path.read_bytes()
    path.write_bytes(sound[:-9] + b"x" + sound[-8:])
    with pytest.warns(DataWarning, match="is damaged.*made anew"):
        warm(roads)
    assert path.read_bytes() == sound


def test_another_file_profile_or_code_is_another_key(
    roads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {RoadCache(roads, CAR).key}
    keys.add(RoadCache(roads, CAR.model_copy(update={"access_speed_kmh": 4.0})).key)
    monkeypatch.setattr(road_cache, "_code_digest", lambda: "another version")
    keys.add(RoadCache(roads, CAR).key)
    roads.write_bytes(roads.read_bytes() + b" ")
    keys.add(RoadCache(roads, CAR).key)
    assert len(keys) == 4


def test_a_file_of_another_key_under_our_name_is_not_trusted(roads: Path) -> None:
    cache = RoadCache(roads, CAR)
    network = cache.network()
    save_network(network, cache.path("network"), key="something else")
    with pytest.warns(DataWarning, match="made from something else"):
        RoadCache(roads, CAR).network()


def test_nothing_is_written_beside_read_only_or_bundled_roads(roads: Path) -> None:
    roads.parent.chmod(0o555)
    try:
        warm(roads)
        assert not (roads.parent / FOLDER).exists()
    finally:
        roads.parent.chmod(0o755)
    shipped = bundled("roads", "demo.osm.pbf")
    warm(shipped)
    assert not (shipped.parent / FOLDER).exists()


def test_two_runs_at_once_leave_a_sound_cache(roads: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(warm, [roads, roads]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warm(roads)


def test_a_study_keeps_its_roads_and_gives_the_same_figures(tmp_path: Path) -> None:
    study = write_town_study(tmp_path).study
    first = ga.run_study(study, out=tmp_path / "first")
    assert list(tmp_path.glob(f"**/{FOLDER}/*.network"))
    again = ga.run_study(study, out=tmp_path / "again")
    bare = ga.run_study(study, out=tmp_path / "bare", options=ga.RunOptions(cache=False))
    assert first.access.equals(again.access)
    assert first.access.equals(bare.access)


def test_networks_are_kept_by_hand_too(roads: Path, tmp_path: Path) -> None:
    network = ga.read_network(roads)
    ga.save_network(network, tmp_path / "mine.network")
    assert same(load_network(tmp_path / "mine.network"), network)
    with pytest.raises(StoreError, match="made from something else"):
        load_network(tmp_path / "mine.network", key="k")
