"""Run the scenarios of a study and write each into a folder of its own; resumable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from geoaccess.errors import OutputError
from geoaccess.io.taxonomy import read_taxonomy
from geoaccess.io.write import MANIFEST, whole_folder, write_csv, write_json
from geoaccess.report.document.scenario_page import scenario_html
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.inputs import input_paths
from geoaccess.study.manifest import Listener, RunLog, inputs_record, versions
from geoaccess.study.run_options import RunOptions
from geoaccess.study.scenario_run import (
    Bench,
    ScenarioResult,
    chosen,
    prepare,
    run_scenario,
)
from geoaccess.study.schema import Study

Told = Callable[[str, dict[str, Any] | None], None]


def run_scenario_folders(
    study: Study,
    names: Sequence[str],
    *,
    out: str | Path,
    options: RunOptions | None = None,
    on_step: Listener | None = None,
    on_done: Told | None = None,
) -> list[Path]:
    """
    Run scenarios, one folder each, and skip those that were finished before.

    A folder is written whole or not at all. One whose manifest names the same inputs,
    settings and edits is left as it is, so a batch that was stopped goes on where it was.

    Parameters
    ----------
    study
        A checked study file with ``[[scenario]]`` tables.
    names
        Which; ``all`` is every one.
    out
        Folder for the folders.
    options
        How to run it on this machine.
    on_step
        Told the name of each step as it begins.
    on_done
        Told the name of each scenario and its summary, None where it was there already.

    Returns
    -------
    The folders, in the order of the scenarios.

    Raises
    ------
    InputError
        If an input or an edit cannot be used; folders that are finished stay.
    OutputError
        If results cannot be written there.
    """
    log = RunLog(on_step=on_step or (lambda _name: None))
    bench = prepare(study, log=log, options=options)
    scenarios = chosen(bench, names)
    record = {
        "inputs": inputs_record(input_paths(study)),
        "parameters": study.model_dump(mode="json", exclude={"scenario"}),
        "versions": versions(),
    }
    folders = []
    for scenario in scenarios:
        folder = Path(out).resolve() / scenario.name
        key = _key(record, scenario)
        if _is_done(folder, key):
            summary = None
        else:
            with log.step(f"scenario {scenario.name}"):
                result = run_scenario(bench, scenario)
            _write(bench, result, folder, {**record, "scenario_key": key})
            summary = result.summary
        if on_done is not None:
            on_done(scenario.name, summary)
        folders.append(folder)
    return folders


def _key(record: dict[str, Any], scenario: Scenario) -> str:
    """Digest of all that a scenario's results depend on."""
    told = json.dumps(record, sort_keys=True) + scenario.model_dump_json()
    return hashlib.sha256(told.encode()).hexdigest()


def _is_done(folder: Path, key: str) -> bool:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("scenario_key") == key


def _write(bench: Bench, result: ScenarioResult, folder: Path, record: dict[str, Any]) -> None:
    about = bench.study.study
    page = scenario_html(
        result, title=about.title, synthetic=about.synthetic, labels=_labels(bench.study)
    )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"cannot make {folder.parent} ({error.strerror}); check the folder and its parents"
        raise OutputError(msg) from error
    with whole_folder(folder) as fresh:
        for name, table in result.tables.items():
            write_csv(table, fresh / f"{name}.csv")
        (fresh / "scenario.html").write_text(page, encoding="utf-8", newline="\n")
        head = {"schema_version": 1, "title": about.title, "synthetic": about.synthetic}
        write_json({**head, **result.summary}, fresh / "summary.json")
        write_json({**head, **record}, fresh / MANIFEST)


def _labels(study: Study) -> dict[str, dict[str, str]]:
    taxonomy = read_taxonomy()
    return {kind: dict(taxonomy[kind].label) for kind in study.kinds if kind in taxonomy}
