"""The report: its figures are the tables' own, in two languages, whatever the names hold."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import geoaccess as ga
from geoaccess.cli.main import geoaccess
from geoaccess.errors import InputError
from geoaccess.report.document import charts
from geoaccess.report.document.figures import service_figures
from geoaccess.report.document.further import further_chapters
from geoaccess.report.document.page import report_html
from geoaccess.report.document.tables import ReportTables, read_tables
from geoaccess.report.document.words import LANGUAGES, Words, _catalogue
from geoaccess.study.starter import demo_study
from tests.report.conftest import HOSTILE

ROOM = Path(ga.__file__).parent / "report"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report") / "out"
    ga.run_study(demo_study(), out=out)
    return out


@pytest.fixture(scope="module")
def tables(folder: Path) -> ReportTables:
    return read_tables(folder)


def test_a_report_of_saved_tables_is_the_same_bytes(folder: Path, tables: ReportTables) -> None:
    assert report_html(tables) == (folder / "report.html").read_text("utf-8")


def test_both_languages_have_every_message_and_no_other() -> None:
    words = {one: _catalogue(one) for one in LANGUAGES}
    assert set(words["lv"]) == set(words["en"])
    for key, text in words["lv"].items():
        assert text.strip(), key
        fields = [set(re.findall(r"{(\w+)}", words[one][key])) for one in LANGUAGES]
        assert fields[0] == fields[1], key
    written = "".join(
        path.read_text("utf-8")
        for path in [*ROOM.glob("document/*.py"), *ROOM.glob("templates/*.html.j2")]
    )
    built = (
        "reason_",
        "index_",
        "part_",
        "method_",
        "verdict_",
        "edit_",
        "norm_",
        "status_",
        "left_",
        "seat_",
        "statistic_",
    )
    for key in words["en"]:
        assert f'"{key}"' in written or key.startswith(built), f"{key} is said nowhere"


def test_only_names_and_fixed_terms_are_alike_in_both_languages() -> None:
    lv, en = (_catalogue(one) for one in LANGUAGES)
    assert {key for key in lv if lv[key] == en[key]} == {"index_p90_p10"}


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(InputError, match="no report in language 'lt'"):
        Words("lt")


def test_classes_hold_everybody_and_include_their_upper_end(tables: ReportTables) -> None:
    for kind in tables.summary["services"]:
        one = service_figures(tables, kind, breaks=(2, 5, 10), cutoff_min=120)
        rows = tables.access[tables.access["service"] == kind]
        people, minutes = rows["population"], rows["nearest_min"]
        assert one.people.sum() == people.sum()
        assert one.people[0] == people[minutes <= 2].sum()
        assert one.people[-2] == people[minutes > 10].sum()
        assert one.people[-1] == people[minutes.isna()].sum()


def test_the_page_says_what_the_tables_say(tables: ReportTables) -> None:
    page = report_html(tables, languages=["en"], min_count=0)
    after = tables.zones[tables.zones["territory"] == "after"]
    for kind, told in tables.summary["services"].items():
        assert f"Half of the people reach the nearest within {told['median_min']:.1f} min" in page
        for _, row in after[after["service"] == kind].iterrows():
            cells = f"<td>{row['population']:,.0f}</td><td>{row['mean_min']:.1f}</td>"
            assert f'<th scope="row">{row["zone_name"]}</th>{cells}' in page


def test_the_reform_by_largest_change_by_seat_and_beside_chance(tables: ReportTables) -> None:
    words = Words("en")
    (chapter,) = (
        one for one in further_chapters(tables, words, min_count=5) if one["id"] == "reform"
    )
    told = {one["title"]: one for one in chapter["tables"]}
    zones = tables.further["reform_zones"]
    after = zones[(zones["territory"] == "after") & (zones["population"] > 0)]
    ranked = [row[-1] for row in told["Municipalities by change, the largest first"]["rows"]]
    most = after["change_min"].abs().sort_values(ascending=False).head(len(ranked))
    assert [text.lstrip("+\N{MINUS SIGN}") for text in ranked] == [words.minutes(m) for m in most]
    seats = tables.summary["reform"]["seats"]
    rows = told["Minutes to the seat of one's municipality"]["rows"]
    assert [row[1] for row in rows] == [
        words.minutes(seats[name]["median_min"])
        for name in ("to_old_seat_min", "to_new_seat_min", "to_client_service_min")
    ]
    by_zone = told["Mean change of minutes to the seat, the largest first"]["rows"]
    assert by_zone
    assert all("LV" not in row[0] and not row[0].isdigit() for row in by_zone), "names, not codes"
    drawn = tables.further["reform_permutations"]
    beside = told["The reform beside random mergers"]
    assert len(beside["rows"]) == len(drawn)
    assert [row[-1] for row in beside["rows"]] == [
        words.share(share) for share in drawn["share_as_large"]
    ]
    assert beside["about"].startswith("100 random mergers")


def test_limits_of_norms_keep_their_halves() -> None:
    assert Words("lv").limit(9.5, "min") == "9,5\N{NO-BREAK SPACE}min"
    assert Words("en").limit(15.0, "km") == "15\N{NO-BREAK SPACE}km"
    assert Words("lv").share(0.125) == "12,5\N{NO-BREAK SPACE}%"


def test_small_numbers_of_people_are_not_told(tables: ReportTables) -> None:
    access = tables.access.copy()
    reached = access["nearest_min"].notna()
    access.loc[reached & (access["id"] == access["id"].iloc[0]), ["population"]] = 3.0
    hidden = dataclasses.replace(tables, access=access[access["id"] == access["id"].iloc[0]])
    page = report_html(hidden, languages=["en"], min_count=5)
    assert "<td>&lt;5</td>" in page
    assert "<td>3</td>" not in page


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text(tables: ReportTables, name: str) -> None:
    zones = tables.zones.assign(zone_name=name)
    summary = {**tables.summary, "title": name}
    spoilt = dataclasses.replace(tables, zones=zones, summary=summary, sources=(name,))
    page = report_html(spoilt)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert page.count("<title>") == 1


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_ticks_are_round_and_hold_the_values(one: float, other: float) -> None:
    low, high = sorted((one, other))
    marks = charts.round_ticks(low, high)
    assert marks[0] <= low + 1e-6
    assert marks[-1] >= high - 1e-6
    assert 2 <= len(marks) <= 8
    assert len(set(np.round(np.diff(marks), 6))) == 1


def test_bars_are_as_high_as_their_numbers() -> None:
    chart = charts.bar_chart([10.0, 0.0, 5.0])
    assert [bar.height for bar in chart.bars] == [220.0, 0.0, 110.0]
    assert {bar.y + bar.height for bar in chart.bars} == {chart.base}


def test_bars_either_side_of_zero_meet_it() -> None:
    chart = charts.lying_bar_chart([-10.0, 5.0, float("nan")])
    left, right = chart.bars
    assert left.x + left.width == pytest.approx(chart.zero)
    assert right.x == pytest.approx(chart.zero)
    assert left.width == pytest.approx(2 * right.width, abs=0.02)


def test_the_command_writes_one_language(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    words = ["report", str(folder), "--lang", "en", "-o", str(out)]
    assert CliRunner().invoke(geoaccess, words).exit_code == 0
    assert '<html lang="en">' in out.read_text("utf-8")
    assert 'lang="lv"' not in out.read_text("utf-8")
    again = CliRunner().invoke(geoaccess, words)
    assert again.exit_code == 3
    assert "is there already" in again.output


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("summary.json", None, "summary.json"),
        ("summary.json", "{", "is not JSON"),
        ("manifest.json", "[]", "is no record of a run"),
        ("access.csv", None, "access.csv"),
    ],
)
def test_a_damaged_folder_is_named(
    folder: Path, tmp_path: Path, name: str, text: str | None, told: str
) -> None:
    for path in folder.iterdir():
        if path.suffix in {".csv", ".json"}:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    if text is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(text, "utf-8")
    done = CliRunner().invoke(geoaccess, ["report", str(tmp_path)])
    assert done.exit_code == 3
    assert told in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_codes_keep_their_zeros(tmp_path: Path, folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in {".csv", ".json"}:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    zones = pd.read_csv(tmp_path / "zones.csv", dtype=str, keep_default_na=False)
    zones["zone_id"] = "0001"
    zones.to_csv(tmp_path / "zones.csv", index=False)
    assert set(read_tables(tmp_path).zones["zone_id"]) == {"0001"}


def test_nothing_is_fetched(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert not re.search(r'(src|href)="(?!#|data:)', page)
    assert json.loads((folder / "summary.json").read_text("utf-8"))["labels"]["school"]["lv"]
