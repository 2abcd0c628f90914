"""A small generated country is read as it was meant."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

import geoaccess as ga

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "make_country.py"


def test_a_small_country(tmp_path: Path) -> None:
    path = tmp_path / "country.osm.pbf"
    told = subprocess.run(
        [sys.executable, SCRIPT, "--junctions", "400", path],
        capture_output=True,
        text=True,
        check=True,
        cwd=SCRIPT.parents[1],
    ).stdout
    # 20 rows of 20, 380 roads along and 190 across, each with three bends.
    assert "2,110 nodes" in told
    network = ga.read_network(path)
    assert 380 <= network.n_nodes <= 400
    degree = np.bincount(np.concatenate([network.segment_from, network.segment_to]))
    assert degree.max() == 3
