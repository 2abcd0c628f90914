from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import geoaccess as ga


def test_every_public_name_is_there_and_sorted() -> None:
    names = [name for name in ga.__all__ if name != "__version__"]
    assert names == sorted(names)
    for name in names:
        assert getattr(ga, name).__doc__, name
    assert set(ga.__all__) <= set(dir(ga))


def test_the_promised_names_stay() -> None:
    promised = {
        "gini",
        "read_network",
        "read_services",
        "read_settlements",
        "read_territory",
        "run_study",
        "time_to_nearest",
        "travel_times",
    }
    assert promised <= set(ga.__all__)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'manager'"):
        _ = ga.manager


def test_the_version_is_that_of_the_package() -> None:
    assert version("geoaccess") == ga.__version__


def test_importing_stays_light() -> None:
    code = "import sys, geoaccess; print(sorted({'pandas', 'numba', 'folium'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
