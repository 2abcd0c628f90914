"""The demo region from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest

import geoaccess as ga
from geoaccess.io.bundled import bundled
from geoaccess.report import results
from geoaccess.study.result import ACCESS_COLUMNS, EQUITY_COLUMNS, ZONE_COLUMNS
from geoaccess.study.starter import demo_study

FILES = {
    "SYNTHETIC.txt",
    "access.csv",
    "equity.csv",
    "manifest.json",
    "map.html",
    "report.html",
    "results.gpkg",
    "summary.json",
    "zones.csv",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "out"
    ga.run_study(demo_study(), out=folder)
    return folder


def text_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_a_run_writes_all_of_its_files_and_nothing_else(out: Path) -> None:
    assert {path.name for path in out.iterdir()} == FILES
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_tables_have_the_agreed_columns(out: Path) -> None:
    assert tuple(text_table(out / "access.csv").columns) == ACCESS_COLUMNS
    assert tuple(text_table(out / "zones.csv").columns) == ZONE_COLUMNS
    assert tuple(text_table(out / "equity.csv").columns) == EQUITY_COLUMNS


def test_nobody_is_missing(out: Path) -> None:
    access = text_table(out / "access.csv")
    people = ga.read_settlements(bundled("boundaries", "demo_settlements.csv"))
    for _, rows in access.groupby("service"):
        assert rows["id"].tolist() == people.id.tolist()
    zones = text_table(out / "zones.csv")
    zones["population"] = zones["population"].astype(float)
    for _, rows in zones.groupby(["territory", "service"]):
        assert rows["population"].sum() == people.population.sum()


def test_every_unreached_place_has_a_reason_and_every_reached_one_a_name(out: Path) -> None:
    access = text_table(out / "access.csv")
    unreached = access["nearest_min"] == ""
    assert unreached.any()
    assert (access.loc[unreached, "reason"] != "").all()
    assert (access.loc[~unreached, "reason"] == "").all()
    assert (access.loc[~unreached, "nearest_id"] != "").all()


def test_the_oddities_of_the_region_come_out_as_what_they_are(out: Path) -> None:
    odd = json.loads(bundled("boundaries", "demo_oddities.json").read_text("utf-8"))
    access = text_table(out / "access.csv")
    schools = access[access["service"] == "school"].set_index("id")
    told = {kind: set(schools.loc[ids, "reason"]) for kind, ids in odd.items()}
    assert told == {
        "ferry_island": {""},
        "island_no_ferry": {"isolated_road"},
        "one_way_trap": {"one_way_trap"},
        "cut_off_fragment": {"isolated_road"},
        "far_from_road": {"too_far_from_road"},
        "seat_outside_territory": {""},
    }


def test_zone_figures_are_those_of_their_people(out: Path) -> None:
    access = text_table(out / "access.csv")
    zones = text_table(out / "zones.csv")
    row = zones[(zones["territory"] == "after") & (zones["service"] == "library")].iloc[0]
    mine = access[(access["service"] == "library") & (access["zone_after"] == row["zone_id"])]
    people = mine["population"].astype(float).to_numpy()
    minutes = pd.to_numeric(mine["nearest_min"]).to_numpy(dtype=float)
    reached = np.isfinite(minutes)
    mean = (minutes[reached] @ people[reached]) / people[reached].sum()
    assert float(row["mean_min"]) == pytest.approx(mean, abs=1e-4)
    assert float(row["population_unreached"]) == people[~reached].sum()
    assert float(row["share_within_cutoff"]) == pytest.approx(
        people[reached].sum() / people.sum(), abs=1e-5
    )


def test_the_geopackage_has_its_layers(out: Path) -> None:
    layers = [name for name, _ in pyogrio.list_layers(out / "results.gpkg")]
    assert layers == ["settlements", "services", "zones_before", "zones_after"]
    assert pyogrio.read_dataframe(out / "results.gpkg", layer="settlements")["synthetic"].all()
    zones = pyogrio.read_dataframe(out / "results.gpkg", layer="zones_before")
    assert len(zones) == 11
    assert zones.crs.to_epsg() == 4326


def test_two_runs_give_the_same_bytes_but_for_the_seconds(out: Path, tmp_path: Path) -> None:
    ga.run_study(demo_study(), out=tmp_path / "again")
    for name in sorted(FILES - {"manifest.json"}):
        assert (out / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    one, two = (
        json.loads((folder / "manifest.json").read_text("utf-8"))
        for folder in (out, tmp_path / "again")
    )
    assert one.pop("seconds").keys() == two.pop("seconds").keys()
    assert one == two


def test_summary_and_manifest_say_what_went_in(out: Path) -> None:
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert summary["synthetic"] is True
    assert summary["zones"]["before"] == {"date": "2021-06-30", "count": 11}
    assert summary["zones"]["after"]["count"] == 4
    assert set(manifest["inputs"]) == {
        "roads",
        "settlements",
        "services",
        "territory_before",
        "territory_after",
    }
    assert all(len(one["sha256"]) == 64 for one in manifest["inputs"].values())
    assert manifest["parameters"]["roads"]["profile"] == "car"


def test_a_run_that_dies_leaves_earlier_results_whole(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for path in out.iterdir():
        (mine / path.name).write_bytes(path.read_bytes())

    def break_down(_result: object) -> str:
        msg = "the machine stops here"
        raise KeyboardInterrupt(msg)

    monkeypatch.setattr(results, "explorer_html", break_down)
    with pytest.raises(KeyboardInterrupt):
        ga.run_study(demo_study(), out=mine)
    assert {path.name for path in mine.iterdir()} == FILES
    for path in out.iterdir():
        assert (mine / path.name).read_bytes() == path.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
