from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from geoaccess.errors import StudyError
from geoaccess.measures.decay import decay_gaussian, decay_inverse_power, decay_stepped
from geoaccess.report.results import run_study
from geoaccess.study.measures_schema import KINDS, DecayTable
from geoaccess.study.schema import Study, parse_study
from tests.towns import (
    BLOCK_MIN,
    BLOCKS_TO_PHARMACY,
    BLOCKS_TO_SCHOOL,
    SETTLEMENTS,
    TownStudy,
    write_town_study,
)

MEASURES = """
[[measures]]
kind = "cumulative"
cutoff_min = 5
services = ["school"]

[[measures]]
name = "places"
kind = "floating_catchment"
services = ["school"]
groups = ["all", "children"]
decay = { kind = "binary", cutoff_min = 5 }

[[measures]]
name = "second"
kind = "time_to_nearest"
k = 2
cutoff_min = 5
groups = ["all", "children"]

[[measures]]
kind = "basket"
norms_min = { school = 5, pharmacy = 4.5 }

[[measures]]
kind = "coverage"
cutoff_min = 4.5
services = ["pharmacy"]

[[measures]]
kind = "raam"
services = ["school"]
"""


@pytest.fixture
def town(tmp_path: Path) -> TownStudy:
    """Give the grid town children, school places and measures."""
    made = write_town_study(tmp_path / "town")
    rows = made.settlements.read_text("utf-8").splitlines()
    children = ["children", "10", "0", "5", "3"]
    lines = [f"{row},{n}" for row, n in zip(rows, children, strict=True)]
    made.settlements.write_text("\n".join(lines) + "\n", "utf-8")
    rows = made.services.read_text("utf-8").splitlines()
    places = ["capacity,grades", "60,10", "40,x", "7,1"]
    lines = [f"{row},{n}" for row, n in zip(rows, places, strict=True)]
    made.services.write_text("\n".join(lines) + "\n", "utf-8")
    made.edit(
        made.study, 'path = "settlements.csv"', 'path = "settlements.csv"\ngroups = ["children"]'
    )
    made.study.write_text(made.study.read_text("utf-8") + MEASURES, "utf-8")
    return made


def run(town: TownStudy) -> Path:
    run_study(town.study, out=town.folder / "out")
    return town.folder / "out"


def values(out: Path, measure: str, service: str, group: str = "all") -> list[float]:
    table = pd.read_csv(out / "measures.csv")
    chosen = table["measure"].eq(measure) & table["service"].eq(service) & table["group"].eq(group)
    return table.loc[chosen, "value"].tolist()


def test_measures_of_the_town_are_those_worked_by_hand(town: TownStudy) -> None:
    """
    Blocks take two minutes. Within 5 min: Alka, school A; Bērzi, school B (1 block) and A
    (2 blocks); Ciemupe, none (3 blocks); Dižķūri, school B. So school A serves 150 people
    with 60 places, school B 70 people with 40.
    """
    out = run(town)
    assert values(out, "cumulative", "school") == [1, 2, 0, 1]
    a, b = 60 / 150, 40 / 70
    assert values(out, "places", "school") == pytest.approx([a, a + b, 0, b], abs=1e-6)
    a, b = 60 / 10, 40 / 3
    assert values(out, "places", "school", "children") == pytest.approx([a, a + b, 0, b], abs=1e-5)
    near_school = [blocks * BLOCK_MIN <= 5 for blocks in BLOCKS_TO_SCHOOL.values()]
    near_pharmacy = [blocks * BLOCK_MIN <= 4.5 for blocks in BLOCKS_TO_PHARMACY.values()]
    shares = [(s + p) / 2 for s, p in zip(near_school, near_pharmacy, strict=True)]
    assert values(out, "basket", "school+pharmacy") == shares
    assert values(out, "coverage", "pharmacy") == [float(near) for near in near_pharmacy]
    # There is one pharmacy: nobody reaches a second.
    assert all(math.isnan(one) for one in values(out, "second", "pharmacy"))


def test_zones_weigh_by_people_and_drop_nobody(town: TownStudy) -> None:
    table = pd.read_csv(run(town) / "measures_zones.csv", dtype={"zone_id": str})
    people = {name: n for name, (_, _, n) in SETTLEMENTS.items()}
    places = table[(table["measure"] == "places") & (table["group"] == "all")].set_index(
        ["territory", "zone_id"]
    )
    a, b = 60 / 150, 40 / 70
    assert places.loc[("before", "02"), "mean"] == pytest.approx(
        ((a + b) * people["Bērzi"] + b * people["Dižķūri"]) / 70, abs=1e-6
    )
    assert places.loc[("before", "01"), "population_unreached"] == people["Ciemupe"]
    everybody = table[table["territory"] == "all"]
    whole = {
        (row["measure"], row["service"], row["group"]): row for row in everybody.to_dict("records")
    }
    second = whole["second", "pharmacy", "all"]
    assert second["population_unreached"] == second["people_beyond"] == 200
    assert second["share_within"] == 0
    assert math.isnan(second["median"])
    assert whole["second", "school", "children"]["population"] == 18
    assert whole["coverage", "pharmacy", "all"]["mean"] == pytest.approx(70 / 200)
    groups = table.groupby(["territory", "measure", "service", "group"])["population"].sum()
    assert set(groups[groups.index.get_level_values("group") == "all"]) == {200.0}


def test_the_summary_tells_what_is_left_out(town: TownStudy) -> None:
    told = json.loads((run(town) / "summary.json").read_text("utf-8"))["measures"]
    by_name = {(one["measure"], one["group"]): one for one in told}
    assert by_name["places", "all"]["unreached_demand"] == 30
    assert by_name["places", "children"]["unreached_supply"] == 0
    assert by_name["raam", "all"]["converged"] is True
    first = by_name["basket", "all"]["people_by_what_fails_first"]
    assert first == {"school": 0, "pharmacy": 130}


def test_a_study_without_measures_has_no_such_tables(tmp_path: Path) -> None:
    out = run(write_town_study(tmp_path / "town"))
    assert not (out / "measures.csv").exists()
    assert "measures" not in json.loads((out / "summary.json").read_text("utf-8"))


def study(measures: str) -> Study:
    head = (
        '[study]\ntitle = "x"\n[roads]\npath = "r"\n[settlements]\npath = "s"\n'
        '[[services]]\npath = "p"\nkinds = ["school"]\n'
    )
    return parse_study(head + measures, folder=Path())


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('kind = "gravty"', "measures #1 has an unknown kind 'gravty'; did you mean 'gravity'?"),
        ('kind = "gravity"', r"measures #1 \(gravity\) needs decay; add it"),
        ('knd = "gravity"', "unknown key measures #1.knd; did you mean 'kind'?"),
        (
            'kind = "gravity"\ndecay = { kind = "gausian", sd_min = 5 }',
            "measures #1.decay has an unknown kind 'gausian'; did you mean 'gaussian'?",
        ),
        (
            'kind = "gravity"\ndecay = { kind = "gaussian", sd_mn = 5 }',
            "unknown key measures #1.decay.sd_mn; did you mean 'sd_min'?",
        ),
        (
            'kind = "gravity"\ndecay = { kind = "gaussian", cutoff_min = 5 }',
            r"\(decay gaussian\) needs sd_min; add it",
        ),
        (
            'kind = "gravity"\ndecay = { kind = "gaussian", sd_min = 5, power = 2 }',
            r"\(decay gaussian\) does not use power, but sd_min; remove it",
        ),
        (
            'kind = "gravity"\ndecay = { kind = "stepped", bounds_min = [9, 5], weights = [1, 1] }',
            "bounds_min must rise",
        ),
        ('kind = "cumulative"\ncutoff_min = 0', "measures #1.cutoff_min must be above 0"),
        ('kind = "cumulative"\ncutoff_min = 5\nk = 2', "does not use k, but cutoff_min, supply"),
        (
            'kind = "basket"\nnorms_min = { school = 5 }\nservices = ["school"]',
            "lists its services in norms_min",
        ),
    ],
)
def test_a_wrong_table_is_told_in_one_line(lines: str, says: str) -> None:
    with pytest.raises(StudyError, match=says) as caught:
        study(f"[[measures]]\n{lines}\n")
    assert "\n" not in str(caught.value)


def test_every_decay_can_be_written_down() -> None:
    told = DecayTable(kind="stepped", bounds_min=[5, 9], weights=[1, 0.5]).decay()
    assert told == decay_stepped([5, 9], [1, 0.5])
    assert DecayTable(kind="gaussian", sd_min=5.0).decay() == decay_gaussian(5)
    assert DecayTable(kind="inverse_power", power=2.0).decay() == decay_inverse_power(2)
    floored = DecayTable(kind="inverse_power", power=2.0, floor_min=3.0).decay()
    assert floored == decay_inverse_power(2, floor_min=3)


def edited(old: str, new: str) -> Callable[[TownStudy], None]:
    return lambda town: town.edit(town.study, old, new)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (edited('kind = "raam"', 'kind = "coverage"\ncutoff_min = 5'), "2 are called 'coverage'"),
        (edited('services = ["pharmacy"]', 'services = ["farmacy"]'), "did you mean 'pharmacy'"),
        (edited("school = 5, pharmacy", "school = 5, farmacy"), "basket asks for 'farmacy'"),
        (edited('"all", "children"', '"all", "kids"'), "no group 'kids' among settlements.groups"),
        (edited("cutoff_min = 5\nservices", "cutoff_min = 61\nservices"), "or raise study.cutoff"),
        (edited('kind = "raam"', 'kind = "raam"\nsupply = "gades"'), "did you mean 'grades'?"),
        (
            edited('kind = "raam"', 'kind = "raam"\nsupply = "grades"'),
            'grades is no number of 0 or more for service S2; fill it in, or write supply = "one_',
        ),
    ],
)
def test_what_the_data_cannot_answer_is_told_in_one_line(
    town: TownStudy, edit: Callable[[TownStudy], None], says: str
) -> None:
    edit(town)
    with pytest.raises(StudyError, match=says) as caught:
        run(town)
    assert "\n" not in str(caught.value)
    assert not (town.folder / "out").exists()


def test_every_kind_of_measure_runs(town: TownStudy) -> None:
    keys = {
        "k": "k = 1",
        "cutoff_min": "cutoff_min = 9",
        "from_min": "from_min = 2",
        "to_min": "to_min = 9",
        "decay": 'decay = { kind = "exponential", rate_per_min = 0.1 }',
        "norms_min": "norms_min = { school = 5 }",
    }
    tables = [
        "\n".join(["[[measures]]", f'kind = "{kind}"', *(keys[key] for key in recipe.needs)])
        for kind, recipe in KINDS.items()
    ]
    text = town.study.read_text("utf-8").removesuffix(MEASURES)
    town.study.write_text(text + "\n" + "\n".join(tables) + "\n", "utf-8")
    table = pd.read_csv(run(town) / "measures.csv")
    assert set(table["measure"]) == set(KINDS)
    assert table["id"].is_monotonic_increasing
