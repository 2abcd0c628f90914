"""Beside PySAL: inequality for the indices, esda for Moran's statistics."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from geoaccess.equity.gini import gini
from geoaccess.equity.local_moran import local_moran
from geoaccess.equity.moran import moran
from geoaccess.equity.neighbours import Neighbours, nearest_neighbours
from geoaccess.equity.theil import theil, theil_decomposition

RANDOM = np.random.default_rng(5)
VALUES = RANDOM.gamma(2.0, 10.0, 200) + 0.1
LON, LAT = RANDOM.uniform(24, 27, 200), RANDOM.uniform(56, 58, 200)
SMOOTH = VALUES + 10 * LON


def weights_of(neighbours: Neighbours) -> Any:  # noqa: ANN401 - esda has no types
    libpysal = pytest.importorskip("libpysal")
    others = {i: neighbours.of[a:b].tolist() for i, (a, b) in enumerate(pairwise(neighbours.first))}
    return libpysal.weights.W(others)


def test_gini_and_theil_are_those_of_inequality() -> None:
    pytest.importorskip("inequality")
    from inequality.gini import Gini  # noqa: PLC0415 - may be absent
    from inequality.theil import Theil, TheilD  # noqa: PLC0415

    assert gini(VALUES) == pytest.approx(Gini(VALUES).g, abs=1e-12)
    assert theil(VALUES) == pytest.approx(float(Theil(VALUES).T), abs=1e-12)
    zones = np.arange(200) % 7
    parts = theil_decomposition(VALUES, weights=np.ones(200), zones=zones)
    peer = TheilD(VALUES, zones)
    assert parts["between"] == pytest.approx(float(np.squeeze(peer.bg)), abs=1e-12)
    assert parts["within"] == pytest.approx(float(np.squeeze(peer.wg)), abs=1e-12)
    # There zeros are raised to a hair instead of adding 0; it is too small to be seen.
    zeros = np.append(VALUES, 0.0)
    assert theil(zeros) == pytest.approx(float(Theil(zeros).T), abs=1e-9)


def test_morans_statistics_are_those_of_esda() -> None:
    esda = pytest.importorskip("esda")
    near = nearest_neighbours(LON, LAT, k=6)
    weights = weights_of(near)
    peer = esda.Moran(SMOOTH, weights, permutations=0)
    told = moran(SMOOTH, neighbours=near)
    assert told.value == pytest.approx(peer.I, abs=1e-12)
    assert told.expected == pytest.approx(peer.EI)
    table = local_moran(SMOOTH, neighbours=near)
    # esda divides by the variance of a sample, Anselin (1995) by that of the map.
    local = esda.Moran_Local(SMOOTH, weights, permutations=0)
    assert table["local_i"].to_numpy() == pytest.approx(local.Is * 200 / 199, abs=1e-9)
    cut = esda.fdr(table["p_value"].to_numpy(), alpha=0.05)
    assert ((table["p_value"] <= cut) == (table["cluster"] != "")).all()


@pytest.mark.slow  # esda compiles for a minute
@pytest.mark.filterwarnings("ignore:The alternative hypothesis:DeprecationWarning")
def test_p_values_are_those_of_esda_but_for_the_draws() -> None:
    esda = pytest.importorskip("esda")
    near = nearest_neighbours(LON, LAT, k=6)
    local = esda.Moran_Local(SMOOTH, weights_of(near), permutations=999, seed=1, n_jobs=1)
    # esda's are of the side that is nearer; ours count both sides.
    told = local_moran(SMOOTH, neighbours=near)["p_value"].to_numpy()
    ours = np.minimum(told / 2, 0.5)
    assert np.abs(ours - local.p_sim).max() < 0.06
    assert np.corrcoef(ours, local.p_sim)[0, 1] > 0.99
