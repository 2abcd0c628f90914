from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from geoaccess.equity.gini import gini
from geoaccess.equity.theil import theil_decomposition
from geoaccess.errors import StudyError
from geoaccess.model.places import Origins
from geoaccess.study.equity_tables import levels_of, share_of
from geoaccess.study.pipeline import compute
from geoaccess.study.result import EQUITY_COLUMNS, StudyResult
from geoaccess.study.schema import Study, parse_study, read_study
from tests.towns import TownStudy, write_town_study

ASKED = """
[equity]
n_boot = 20
norm_min = { school = 3 }
beyond_min = [3, 5, 90]
rank_by = "old"

[equity.moran]
within_min = 9
n_permutations = 19
n_local_permutations = 19
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TownStudy:
    town = write_town_study(tmp_path_factory.mktemp("town"))
    people = town.settlements.read_text("utf-8").splitlines()
    old = ["old", "40", "10", "30", "0"]
    rows = [f"{row},{more}" for row, more in zip(people, old, strict=True)]
    town.settlements.write_text("\n".join(rows) + "\n", "utf-8")
    town.edit(
        town.study, 'path = "settlements.csv"\n', 'path = "settlements.csv"\ngroups = ["old"]\n'
    )
    town.study.write_text(town.study.read_text("utf-8") + ASKED, "utf-8")
    return town


@pytest.fixture(scope="module")
def result(town: TownStudy) -> StudyResult:
    return compute(read_study(town.study))


def value(table: pd.DataFrame, **where: str) -> float:
    for name, wanted in where.items():
        table = table[table[name] == wanted]
    (one,) = table["value"]
    return float(one)


def test_the_scorecard_is_that_of_the_access_table(result: StudyResult) -> None:
    table = result.equity
    assert tuple(table.columns) == EQUITY_COLUMNS
    assert set(table["variable"]) == {"minutes"}
    for service in ("school", "pharmacy"):
        rows = result.access[result.access["service"] == service]
        minutes, people = rows["nearest_min"].to_numpy(), rows["population"].to_numpy()
        told = value(table, service=service, index="gini")
        assert told == pytest.approx(gini(minutes, weights=people))
        for role in ("before", "after"):
            zones = rows[f"zone_{role}"].to_numpy()
            parts = theil_decomposition(minutes, weights=people, zones=zones)
            where = {"service": service, "territory": role, "index": "theil_t"}
            for part in ("between", "within"):
                told = value(table, **where, level="municipality", component=part)
                assert told == pytest.approx(parts[part], abs=1e-12)
    known = table[table["index"] != "moran_i"]
    assert (known["ci_low"] <= known["ci_high"]).all()


def test_norms_bounds_and_ranks_are_those_of_the_study(result: StudyResult) -> None:
    table = result.equity
    assert set(table.loc[table["index"] == "fgt_0", "service"]) == {"school"}
    # Ciemupe, 30 of 200 people, is three blocks of two minutes from a school.
    assert value(table, index="fgt_0") == pytest.approx(0.15)
    bounds = table.loc[table["index"] == "share_beyond_min", "component"]
    assert set(bounds) == {"3", "5"}
    assert {"concentration", "sufficiency"} <= set(table["index"])


def test_clusters_are_told_for_every_settlement_and_service(result: StudyResult) -> None:
    clusters = result.tables["equity_clusters"]
    assert clusters["id"].tolist() == sorted(list(result.origins.id) * 2)
    moran = result.equity[result.equity["index"] == "moran_i"]
    assert moran["component"].tolist() == ["total", "expected", "p_value"] * 2
    # Within nine minutes of Alka, at two minutes a block: Bērzi and Ciemupe, not Dižķūri.
    near = clusters.drop_duplicates("name").set_index("name")["n_neighbours"]
    assert near.to_dict() == {"Alka": 2, "Bērzi": 2, "Ciemupe": 2, "Dižķūri": 2}


def test_the_summary_tells_the_rules(result: StudyResult) -> None:
    told = result.summary["equity"]
    assert any("4 settlements" in line for line in told["rules"])
    assert any("neighbours are settlements within 9 min" in line for line in told["rules"])
    assert any("the norm is at most 3 min" in line for line in told["services"]["school"])
    assert json.dumps(told)


def test_zones_stand_by_level(result: StudyResult) -> None:
    levels = levels_of(result.territories["before"], result.origins)
    assert {level: list(zones) for level, zones in levels.items()} == {
        "municipality": ["0", "1", "0", "1"]
    }


def test_a_group_of_nobody_is_no_share() -> None:
    origins = Origins(
        id=["a", "b"],
        name=["A", "B"],
        lon=[25, 25],
        lat=[57, 57],
        population=[4, 0],
        groups={"old": np.array([1.0, 0.0])},
    )
    assert share_of(origins, "old").tolist() == [0.25, 0]


def test_without_a_table_every_study_has_a_scorecard(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    plain = write_town_study(tmp_path_factory.mktemp("plain"))
    result = compute(read_study(plain.study))
    assert {"gini", "theil_t", "atkinson_2"} <= set(result.equity["index"])
    assert not {"fgt_0", "concentration", "moran_i"} & set(result.equity["index"])
    assert "equity_clusters" not in result.tables
    assert np.isfinite(result.equity["ci_low"]).all()


def test_places_of_no_number_of_people_have_an_empty_scorecard(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    empty = write_town_study(tmp_path_factory.mktemp("empty"))
    rows = [row.rpartition(",")[0] for row in empty.settlements.read_text("utf-8").splitlines()]
    empty.settlements.write_text(
        "\n".join([f"{rows[0]},population", *(f"{r},0" for r in rows[1:])])
    )
    result = compute(read_study(empty.study))
    assert result.equity.empty
    assert tuple(result.equity.columns) == EQUITY_COLUMNS
    assert any("0 people in 0 settlements" in rule for rule in result.summary["equity"]["rules"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("n_boot = -1", "equity.n_boot must be at least 0, but is -1"),
        ('indices = ["ginny"]', "must be the name of an index; did you mean 'gini'?"),
        ("norm_min = { skool = 5 }", "no service 'skool'; did you mean 'school'?"),
        ("norm_min = { school = 60 }", "equity.norm_min.school must be below cutoff_min of 60"),
        ('rank_by = "aged"', "no group 'aged' of settlements; known: old"),
        ("nboot = 5", "unknown key equity.nboot; did you mean 'n_boot'?"),
        ("moran = { within_km = 5, within_min = 5 }", "within_km and within_min must not stand"),
        ("moran = { neighbours = 0 }", "equity.moran.neighbours must be at least 1, but is 0"),
    ],
)
def test_what_cannot_be_measured_is_told_before_anything_is_routed(
    town: TownStudy, text: str, told: str
) -> None:
    sound = town.study.read_text("utf-8").replace(ASKED, "")
    with pytest.raises(StudyError) as refused:
        parse_study(f"{sound}\n[equity]\n{text}\n", folder=town.folder)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_unknown_level_to_draw_within_is_refused(town: TownStudy) -> None:
    text = town.study.read_text("utf-8").replace("n_boot = 20", 'strata = "parish"')
    study: Study = parse_study(text, folder=town.folder)
    with pytest.raises(ValueError, match="no level 'parish' to draw within"):
        compute(study)


SHARED = """
[equity]
n_boot = 5
measures = ["places", "third", "reach"]
groups = ["all", "old"]
norm_access = { reach = 1 }
floor_access = { places = 0.125 }

[[measures]]
kind = "floating_catchment"
name = "places"
services = ["school"]
groups = ["old"]
supply = "one_each"
decay = { kind = "linear", cutoff_min = 20 }

[[measures]]
kind = "time_to_nearest"
name = "third"
services = ["school"]
k = 3

[[measures]]
kind = "cumulative"
name = "reach"
cutoff_min = 4
"""


@pytest.fixture(scope="module")
def shared(town: TownStudy) -> tuple[TownStudy, StudyResult]:
    text = town.study.read_text("utf-8").replace(ASKED, SHARED)
    other = town.folder / "shared.toml"
    other.write_text(text, "utf-8")
    return town, compute(read_study(other))


def test_measures_and_groups_have_scorecards_too(shared: tuple[TownStudy, StudyResult]) -> None:
    """What a measure gives each settlement, shared among the people of a group."""
    _, result = shared
    table = result.equity
    scored = table[table["index"] == "gini"]
    known = list(
        zip(scored["service"], scored["measure"], scored["group"], scored["variable"], strict=True)
    )
    assert known == [
        ("school", "nearest", "all", "minutes"),
        ("school", "nearest", "old", "minutes"),
        ("pharmacy", "nearest", "all", "minutes"),
        ("pharmacy", "nearest", "old", "minutes"),
        ("school", "places", "old", "access"),
        ("school", "third", "all", "minutes"),
        ("school", "third", "old", "minutes"),
        ("school", "reach", "all", "access"),
        ("school", "reach", "old", "access"),
        ("pharmacy", "reach", "all", "access"),
        ("pharmacy", "reach", "old", "access"),
    ]
    people = {"all": result.origins.population, "old": result.origins.groups["old"]}
    for service, measure, group, variable in known[4:]:
        rows = result.tables["measures"]
        rows = rows[(rows["service"] == service) & (rows["measure"] == measure)]
        values = rows["value"].to_numpy()
        if variable == "minutes":
            values = np.where(np.isnan(values), result.cutoff_min, values)
        told = value(table, service=service, measure=measure, group=group, index="gini")
        assert told == pytest.approx(gini(values, weights=people[group]))
    enough = result.tables["measures"].query("measure == 'reach' and service == 'school'")["value"]
    met = people["old"][enough.to_numpy() >= 1].sum() / people["old"].sum()
    where = {"service": "school", "measure": "reach", "group": "old"}
    assert value(table, **where, index="sufficiency") == pytest.approx(met)
    assert "sufficiency" not in set(table[table["measure"] == "places"]["index"])
    assert "share_beyond_min" not in set(table[table["variable"] == "access"]["index"])


def test_each_scorecard_tells_whether_it_is_of_a_burden(
    shared: tuple[TownStudy, StudyResult],
) -> None:
    rules = shared[1].summary["equity"]["services"]
    assert any(line.startswith("minutes, a burden") for line in rules["school"])
    assert any(line.startswith("access, a good") for line in rules["school, places, old"])
    assert not any("theil_l is empty" in line for line in rules["school, places, old"])
    assert any("theil_l is empty" in line for line in rules["school, reach, all"])
    assert any(line.startswith("minutes, a burden") for line in rules["school, third, old"])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"third", "reach"]', '"thrid"]', "no measure 'thrid'; did you mean 'third'"),
        ('"all", "old"]', '"young"]', "equity.groups: no group 'young' of settlements"),
        ("{ reach = 1 }", "{ third = 1 }", "equity.norm_access: no measure of access 'third'"),
        ("{ places = 0.125 }", "{ plaices = 1 }", "equity.floor_access: no measure of access 'pl"),
        ('kind = "cumulative"', 'kind = "raam"', "equity.measures: reach is a cost"),
        ('name = "third"', 'name = "nearest"', "no measure 'third'"),
    ],
)
def test_measures_that_cannot_be_shared_are_refused(
    shared: tuple[TownStudy, StudyResult], old: str, new: str, says: str
) -> None:
    text = (shared[0].folder / "shared.toml").read_text("utf-8").replace(old, new, 1)
    if "raam" in new:
        text = text.replace("cutoff_min = 4", "")
    with pytest.raises(StudyError, match=says):
        parse_study(text, folder=shared[0].folder)
