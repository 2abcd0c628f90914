"""``[reform]`` from the study file to its tables and texts."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import geoaccess as ga
from geoaccess.reform.effect import PARTS
from geoaccess.reform.permutations import PERMUTATION_COLUMNS
from geoaccess.reform.zones import REFORM_ZONE_COLUMNS
from geoaccess.study.starter import demo_study
from tests.towns import TownStudy, write_town_study

COLUMNS = (
    "id,name,population,zone_before,zone_after,service,own_before_min,own_after_min,"
    "borderless_before_min,borderless_min,agreements_after_min,border_cost_before_min,"
    "border_cost_after_min,serving_zone,change_min,borders_min,services_min,roads_min,"
    "population_min,verdict,own_before_reason,own_after_reason,agreements_after_reason"
)


def text_table(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reform") / "out"
    ga.run_study(demo_study(), out=folder)
    return folder


def test_tables_have_the_agreed_columns(demo: Path) -> None:
    assert ",".join(text_table(demo / "reform.csv").columns) == COLUMNS
    assert tuple(text_table(demo / "reform_zones.csv").columns) == REFORM_ZONE_COLUMNS
    drawn = text_table(demo / "reform_permutations.csv")
    assert tuple(drawn.columns) == PERMUTATION_COLUMNS
    assert set(drawn["draws"]) == {"100"}


@pytest.mark.parametrize("name", ["reform.csv", "reform_zones.csv"])
def test_written_parts_add_up_to_the_last_decimal(demo: Path, name: str) -> None:
    table = text_table(demo / name)
    table = table[table["change_min"] != ""]
    total = [sum(map(Decimal, row), Decimal(0)) for row in table[list(PARTS)].to_numpy()]
    assert total == [Decimal(text) for text in table["change_min"]]
    assert len(table) > 0


def test_nobody_is_missing_and_everybody_has_a_verdict(demo: Path) -> None:
    table, access = text_table(demo / "reform.csv"), text_table(demo / "access.csv")
    for name in ("id", "service", "population"):
        assert table[name].tolist() == access[name].tolist()
    assert table["borderless_min"].tolist() == access["nearest_min"].tolist()
    assert set(table["verdict"]) == {"gain", "loss", "unchanged", "unreached"}
    for name in ("own_before", "own_after", "agreements_after"):
        assert ((table[f"{name}_min"] == "") == (table[f"{name}_reason"] != "")).all()
    zones = text_table(demo / "reform_zones.csv")
    assert set(zones["territory"]) == {"all", "before", "after", "region"}
    heads = [f"people_{one}" for one in ("gain", "loss", "unchanged", "unreached")]
    for _, rows in zones.groupby(["territory", "service"]):
        assert rows[heads].astype(float).to_numpy().sum() == 91284


def test_borders_alone_leave_the_way_without_borders(demo: Path) -> None:
    table = text_table(demo / "reform.csv")
    assert table["borderless_before_min"].tolist() == table["borderless_min"].tolist()
    assert set(table["roads_min"]) == set(table["population_min"]) == {"0"}


def test_a_municipality_without_a_service_is_told(demo: Path) -> None:
    warnings = json.loads((demo / "manifest.json").read_text("utf-8"))["warnings"]
    assert any("10 of 11 municipalities have no hospital of their own" in one for one in warnings)
    table = text_table(demo / "reform.csv")
    outside = table[(table["service"] == "hospital") & (table["zone_after"] != "0980100")]
    assert set(outside["own_after_reason"]) == {"no_service_in_territory"}


def test_texts_in_two_languages_say_synthetic_and_claim_no_cause(demo: Path) -> None:
    english, latvian = (
        (demo / f"reform_summary_{language}.md").read_text("utf-8") for language in ("en", "lv")
    )
    assert "**Synthetic data." in english
    assert "**Sintētiski dati." in latvian
    assert "They do not show what else the reform caused" in english
    assert "30 June 2021" in english
    assert "2021. gada 30. jūnijā" in latvian
    assert not re.search(r"\d\.\d", latvian)
    assert "Not given for before, so taken as they are now: services, roads, residents" in english
    numbers = [re.findall(r"\d+[.,]\d+", text.replace(",", ".")) for text in (english, latvian)]
    assert len(numbers[1]) > 100
    for text in (english, latvian):
        assert "None" not in text
        assert "nan" not in text


def test_the_summary_says_what_is_missing(demo: Path) -> None:
    told = json.loads((demo / "reform_summary.json").read_text("utf-8"))
    assert told["synthetic"] is True
    assert told["changed"] == ["borders"]
    assert told["not_given"] == ["services", "roads", "population", "agreements"]
    assert told == json.loads((demo / "summary.json").read_text("utf-8"))["reform"]
    assert told["seats"]["to_new_seat_min"]["median_min"] > 0


def row_of(path: Path, **wanted: str) -> dict[str, str]:
    """Only row of a table with those values."""
    table = text_table(path)
    for name, text in wanted.items():
        table = table[table[name] == text]
    (row,) = table.to_dict("records")
    return {str(name): str(text) for name, text in row.items()}


def town(tmp_path: Path, reform: str = "") -> TownStudy:
    study = write_town_study(tmp_path / "town")
    study.study.write_text(study.study.read_text("utf-8") + f"\n[reform]\n{reform}", "utf-8")
    return study


def run(study: TownStudy) -> Path:
    out = study.folder / "out"
    ga.run_study(study.study, out=out)
    return out


def test_the_grid_town_that_became_one(tmp_path: Path) -> None:
    """Only the pharmacy, which is East's, comes nearer: to West, which had none."""
    out = run(town(tmp_path))
    row = row_of(out / "reform.csv", name="Alka", service="pharmacy")
    assert row["own_before_reason"] == "no_service_in_territory"
    assert float(row["own_after_min"]) == pytest.approx(6, abs=0.01)
    assert row["verdict"] == "gain"
    assert row_of(out / "reform.csv", name="Alka", service="school")["verdict"] == "unchanged"
    assert not (out / "reform_seats.csv").exists()
    told = json.loads((out / "reform_summary.json").read_text("utf-8"))
    assert told["not_given"][-3:] == ["agreements", "seats", "permutations"]
    assert "Synthetic" not in (out / "reform_summary_en.md").read_text("utf-8")


def test_all_four_causes(tmp_path: Path) -> None:
    """Before: no school B, roads of 15 km/h, and nobody in Alka."""
    study = town(
        tmp_path,
        'services_before = "old.csv"\nroads_before = "slow.osm"\nsettlements_before = "v.csv"\n',
    )
    rows = study.services.read_text("utf-8").splitlines(keepends=True)
    (study.folder / "old.csv").write_text(
        "".join(row for row in rows if "school B" not in row), "utf-8"
    )
    slow = study.roads.read_text("utf-8").replace('"maxspeed" v="30"', '"maxspeed" v="15"')
    (study.folder / "slow.osm").write_text(slow, "utf-8")
    people = study.settlements.read_text("utf-8").replace(",100\n", ",0\n")
    (study.folder / "v.csv").write_text(people, "utf-8")
    out = run(study)
    # Bērzi had no school in East, and school B, one block away, after.
    row = row_of(out / "reform.csv", name="Bērzi", service="school")
    assert row["own_before_reason"] == "no_service_in_territory"
    assert float(row["borderless_before_min"]) == pytest.approx(8, abs=0.02)
    assert float(row["own_after_min"]) == pytest.approx(2, abs=0.01)
    assert float(row["change_min"]) == pytest.approx(2 - 60, abs=0.01)
    # Alka's school was there: half the time is the roads'.
    row = row_of(out / "reform.csv", name="Alka", service="school")
    assert float(row["roads_min"]) == pytest.approx(-2, abs=0.01)
    assert (row["borders_min"], row["services_min"]) == ("0", "0")
    country = row_of(out / "reform_zones.csv", territory="all", service="school")
    assert float(country["population_min"]) < 0
    assert country["population_before"] == "100"
    text = (out / "reform_summary_lv.md").read_text("utf-8")
    assert "| Pakalpojums | Robežas | Pakalpojumi | Ceļi | Iedzīvotāji | Izmaiņa |" in text


def test_agreements_of_a_study(tmp_path: Path) -> None:
    study = town(tmp_path, 'agreements = "a.csv"\n')
    study.edit(study.study, 'code = "new"', 'code = "old"')
    (study.folder / "a.csv").write_text(
        "resident_zone,service_zone,service\n01,02,pharmacy\n", "utf-8"
    )
    out = run(study)
    row = row_of(out / "reform.csv", name="Alka", service="pharmacy")
    assert row["own_after_min"] == ""
    assert float(row["agreements_after_min"]) == pytest.approx(6, abs=0.01)
    load = row_of(out / "reform_agreements.csv", service="pharmacy")
    assert (load["capacity_share"], load["people_served"]) == ("1", "130")
    assert load["capacity"] == ""


@pytest.mark.parametrize(
    ("reform", "files", "told"),
    [
        ('client_servise = "school"', {}, "unknown key reform.client_servise"),
        ("unchanged_min = -1", {}, "reform.unchanged_min must be at least 0, but is -1"),
        ('before = "befor"', {}, r"\[territory.befor\].*did you mean 'before'"),
        ('agreements = "a.csv"', {}, "agreements: .*a.csv.*does not exist|a.csv"),
        (
            'agreements = "a.csv"',
            {"a.csv": "resident_zone,service_zone,service\n1,9,school\n"},
            "2021-07-01 do not have: 9",
        ),
        (
            'agreements = "a.csv"',
            {"a.csv": "resident_zone,service_zone,service\n1,1,scool\n"},
            "service 'scool'.*did you mean 'school'",
        ),
        (
            'seats = "s.csv"',
            {"s.csv": "code,name,lon,lat\n7,Seat,24.0,57.0\n"},
            "2021-06-30 do not have: 7",
        ),
        (
            'seats = "s.csv"\nclient_service = "bank"',
            {"s.csv": "date,code,name,lon,lat\n2021-06-30,01,W,24.0,57.0\n2021-07-01,1,W,24,57\n"},
            "client_service is 'bank', which is no service of the study",
        ),
        (
            'settlements_before = "v.csv"',
            {"v.csv": "id,name,lon,lat,population\nV1,Alka,24,57,5\nV9,Nord,24,57,5\n"},
            "V2, V3, V4, V9 stand in one table only",
        ),
        ('services_before = "none.csv"', {}, "services_before: .*none.csv"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_written(
    tmp_path: Path, reform: str, files: dict[str, str], told: str
) -> None:
    study = town(tmp_path, reform)
    for name, text in files.items():
        (study.folder / name).write_text(text, "utf-8")
    with pytest.raises(ga.InputError, match=told):
        run(study)
    assert not (study.folder / "out").exists()


def test_dates_the_wrong_way_round_are_named(tmp_path: Path) -> None:
    study = town(tmp_path)
    study.edit(study.study, "2021-06-30", "2022-06-30")
    with pytest.raises(ga.InputError, match="2022-06-30"):
        run(study)


def test_a_reform_without_borders_is_refused(tmp_path: Path) -> None:
    study = write_town_study(tmp_path / "town")
    text = study.study.read_text("utf-8")
    study.study.write_text(text[: text.index("[territory.after]")] + "[reform]\n", "utf-8")
    with pytest.raises(ga.StudyError, match=r"needs borders, \[territory.after\]"):
        run(study)


def test_more_municipalities_than_before_cannot_be_drawn(tmp_path: Path) -> None:
    study = town(tmp_path, "permutations = 5\n")
    study.edit(study.study, 'code = "old"', 'code = "swap"')
    study.edit(study.study, 'code = "new"', 'code = "old"')
    study.edit(study.study, 'code = "swap"', 'code = "new"')
    out = run(study)
    assert not (out / "reform_permutations.csv").exists()
    warnings = json.loads((out / "manifest.json").read_text("utf-8"))["warnings"]
    assert "reform: 1 municipalities cannot be merged into 2, so no random mergers are drawn" in (
        warnings
    )


def test_names_from_data_cannot_break_the_text(tmp_path: Path) -> None:
    study = town(tmp_path)
    study.edit(study.borders, '"West"', '"West | <b>*"')
    text = (run(study) / "reform_summary_en.md").read_text("utf-8")
    assert "West \\| &lt;b>\\*" in text
    assert "<b>" not in text


def test_a_town_where_nobody_lives_has_no_means_but_all_of_its_files(tmp_path: Path) -> None:
    study = town(tmp_path, "permutations = 3\n")
    rows = study.settlements.read_text("utf-8").splitlines()
    empty = [rows[0], *(row.rsplit(",", 1)[0] + ",0" for row in rows[1:])]
    study.settlements.write_text("\n".join(empty) + "\n", "utf-8")
    out = run(study)
    told = json.loads((out / "reform_summary.json").read_text("utf-8"))["services"]["school"]
    assert told["change_min"] is None
    assert told["share"]["gain"] is None
    assert told["permutations"]["mean_change_min"]["median"] is None
    assert "None" not in (out / "reform_summary_lv.md").read_text("utf-8")
