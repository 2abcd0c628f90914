"""Results are written whole, and the same bytes for the same results."""

from __future__ import annotations

import json
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from geoaccess.errors import OutputError
from geoaccess.io.text_tables import result_rows
from geoaccess.io.write import MANIFEST, CsvStyle, require_free, whole_folder, write_csv, write_json
from geoaccess.io.write import write_layers as write


class _Stop(Exception):  # noqa: N818 - it is not an error of anything
    """What breaks a run in the middle."""


def _layer(**columns: object) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy([24.0, 25.0], [57.0, 57.5], crs="EPSG:4326")
    return gpd.GeoDataFrame({"id": ["a", "b"], **columns}, geometry=points)


def _results(out: Path, text: str) -> None:
    with whole_folder(out) as folder:
        (folder / "access.csv").write_text(text)
        (folder / MANIFEST).write_text("{}")


def _break_in_the_middle(out: Path, error: type[BaseException]) -> None:
    with whole_folder(out) as folder:
        (folder / "access.csv").write_text("half")
        raise error


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_csv_text_of_numbers(tmp_path: Path) -> None:
    values = [1.0, 0.1 + 0.2, 1e-9, -1e-9, 1234567.125, np.nan, np.inf, 1e15]
    path = tmp_path / "x.csv"
    write_csv(pd.DataFrame({"id": range(8), "x": values, "y": ["a,b", 'q"', *"cdefgķ"]}), path)
    assert path.read_bytes().decode("utf-8") == (
        'id,x,y\n0,1,"a,b"\n1,0.3,"q"""\n2,0,c\n3,0,d\n4,1234567.125,e\n5,,f\n6,,g\n'
        "7,1000000000000000,ķ\n"
    )


def test_csv_of_minutes_in_single_precision(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write_csv(pd.DataFrame({"min": np.array([12.1, np.inf], dtype=np.float32)}), path)
    assert path.read_text() == 'min\n12.1\n""\n'


@pytest.mark.parametrize(("style", "gap"), [("plain", ","), ("latvian", ";")])
def test_names_that_a_spreadsheet_would_run(tmp_path: Path, style: CsvStyle, gap: str) -> None:
    names = ["=1+1", "+371 bar", "-x", "@cmd", "-5", "'s", "Ķegums"]
    table = pd.DataFrame({"id": range(7), "=name": names, "min": [-1.5] * 7})
    path = tmp_path / "x.csv"
    write_csv(table, path, style=style)
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(gap)[1] for line in lines] == [
        "'=name", "'=1+1", "'+371 bar", "'-x", "'@cmd", "-5", "'s", "Ķegums",
    ]  # fmt: skip
    assert {line.split(gap)[2].replace(",", ".") for line in lines[1:]} == {"-1.5"}
    assert result_rows(path)["=name"].tolist() == names


def test_csv_leaves_its_table_alone(tmp_path: Path) -> None:
    table = pd.DataFrame({"x": [0.1]})
    write_csv(table, tmp_path / "x.csv")
    assert table["x"].tolist() == [0.1]


def test_layers_are_the_same_bytes_a_second_later(tmp_path: Path) -> None:
    layers = {"settlements": _layer(name=["Ķegums", "Ēdole"]), "services": _layer()}
    write(layers, tmp_path / "one.gpkg")
    time.sleep(1.1)
    write(layers, tmp_path / "two.gpkg")
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()
    assert [name for name, _ in pyogrio.list_layers(tmp_path / "one.gpkg")] == list(layers)
    back = gpd.read_file(tmp_path / "one.gpkg", layer="settlements")
    assert back["name"].tolist() == ["Ķegums", "Ēdole"]


def test_layers_leave_the_clock_of_others_alone(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    write({"x": _layer()}, tmp_path / "x.gpkg")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def test_columns_that_a_geopackage_cannot_keep_apart(tmp_path: Path) -> None:
    layer = _layer(fid=["x", "y"], geom=["x", "y"], Name=[1, 2], name=[3, 4])
    write({"x": layer}, tmp_path / "x.gpkg")
    back = gpd.read_file(tmp_path / "x.gpkg")
    assert back.columns.tolist() == ["id", "fid_", "geom_", "Name", "name_", "geometry"]
    assert back["name_"].tolist() == [3, 4]
    assert layer.columns.tolist()[1] == "fid"


def test_layers_to_nowhere(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write x\.gpkg .*; check space"):
        write({"x": _layer()}, tmp_path / "none" / "x.gpkg")


def test_json(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_json({"b": "Ķ", "a": 1.5}, path)
    assert path.read_bytes() == '{\n  "b": "Ķ",\n  "a": 1.5\n}\n'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"a": float("nan")}, path)
    assert json.loads(path.read_text("utf-8"))["a"] == 1.5


def test_folder_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "er" / "out"
    with whole_folder(out) as folder:
        (folder / MANIFEST).write_text("{}")
        assert not out.exists()
    assert _names(out) == [MANIFEST]
    assert _names(out.parent) == ["out"]


def test_new_results_replace_old_ones_and_keep_what_is_not_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _results(out, "first")
    (out / "notes.txt").write_text("mine")
    (out / "photos").mkdir()
    (out / "photos" / "a.jpg").write_text("mine")
    _results(out, "second")
    assert (out / "access.csv").read_text() == "second"
    assert (out / "notes.txt").read_text() == "mine"
    assert (out / "photos" / "a.jpg").read_text() == "mine"
    assert _names(tmp_path) == ["out"]


@pytest.mark.parametrize("error", [_Stop, KeyboardInterrupt])
def test_break_in_the_middle_leaves_earlier_results(
    tmp_path: Path, error: type[BaseException]
) -> None:
    out = tmp_path / "out"
    _results(out, "first")
    with pytest.raises(error):
        _break_in_the_middle(out, error)
    assert (out / "access.csv").read_text() == "first"
    assert _names(tmp_path) == ["out"]


def test_break_in_the_middle_of_a_first_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(_Stop):
        _break_in_the_middle(tmp_path / "out", _Stop)
    assert _names(tmp_path) == []


def test_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    told = "cannot write results to .*out .*No space left.*; check space and permissions"
    with pytest.raises(OutputError, match=told), whole_folder(tmp_path / "out"):
        raise OSError(28, "No space left on device")
    assert _names(tmp_path) == []


def test_break_in_the_instant_of_exchange_brings_earlier_results_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _results(out, "first")
    rename = Path.rename

    def _rename(self: Path, target: Path) -> Path:
        if self.name.endswith(".partial"):
            raise PermissionError(13, "in use")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", _rename)
    with pytest.raises(OutputError, match="in use"):
        _results(out, "second")
    assert (out / "access.csv").read_text() == "first"
    assert _names(tmp_path) == ["out"]


def test_results_of_a_run_that_was_killed_are_recovered(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _results(out, "first")
    out.rename(tmp_path / ".out.previous")
    with pytest.raises(_Stop), whole_folder(out):
        raise _Stop
    assert (out / "access.csv").read_text() == "first"
    assert _names(tmp_path) == ["out"]


def test_left_over_of_a_run_that_was_killed_is_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _results(out, "second")
    (tmp_path / ".out.previous").mkdir()
    _results(out, "third")
    assert (out / "access.csv").read_text() == "third"
    assert _names(tmp_path) == ["out"]


def test_links_in_the_folder_are_kept_as_links(tmp_path: Path) -> None:
    out = tmp_path / "out"
    _results(out, "first")
    try:
        (out / "link").symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("no links on this system")
    _results(out, "second")
    assert (out / "link").is_symlink()


def test_results_into_the_folder_that_one_stands_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _results(Path(), "first")
    _results(Path(), "second")
    assert _names(Path()) == ["access.csv", MANIFEST]
    assert Path("access.csv").read_text() == "second"


def test_foreign_folder_and_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious")
    with pytest.raises(OutputError, match="holds other files and no results; give a new folder"):
        require_free(tmp_path)
    with pytest.raises(OutputError, match="is a file; give a folder"):
        require_free(tmp_path / "thesis.docx")
    with pytest.raises(OutputError), whole_folder(tmp_path):
        pytest.fail("must be refused before anything is done")
    assert _names(tmp_path) == ["thesis.docx"]


def test_foreign_folder_may_be_written_into_on_demand(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("precious")
    with whole_folder(out, overwrite=True) as folder:
        (folder / MANIFEST).write_text("{}")
    assert _names(out) == [MANIFEST, "thesis.docx"]


def test_missing_and_empty_folders_are_free(tmp_path: Path) -> None:
    require_free(tmp_path)
    require_free(tmp_path / "none")


def test_what_the_earlier_run_wrote_and_this_one_does_not_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    (tmp_path / "outside.csv").write_text("mine")
    for stand_in_it in (False, True):
        with whole_folder(out) as folder:
            (folder / "norms.csv").write_text("first")
            files = ["norms.csv", "../outside.csv", str(tmp_path / "outside.csv"), 5]
            (folder / MANIFEST).write_text(json.dumps({"files": files}))
        (out / "notes.csv").write_text("mine")
        if stand_in_it:
            monkeypatch.chdir(out)
        _results(out, "second")
        assert _names(out) == ["access.csv", MANIFEST, "notes.csv"]
    assert (tmp_path / "outside.csv").read_text() == "mine"
