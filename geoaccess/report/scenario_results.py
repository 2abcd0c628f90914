"""Run the scenarios of a study and write each into a folder of its own; resumable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geoaccess.errors import InputError, OutputError
from geoaccess.io.taxonomy import read_taxonomy
from geoaccess.io.write import MANIFEST, whole_folder, write_csv, write_json
from geoaccess.report.document.scenario_page import scenario_html
from geoaccess.report.scenario_map import scenario_map
from geoaccess.scenario.edits import UseNorms
from geoaccess.scenario.scenario import Scenario
from geoaccess.study.inputs import input_paths
from geoaccess.study.manifest import Listener, RunLog, inputs_record, sha256_of, versions
from geoaccess.study.run_options import RunOptions
from geoaccess.study.scenario_run import (
    Bench,
    ScenarioResult,
    chosen,
    prepare,
    require_possible,
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
    Edits are tried before anything is written. Threads take a scenario each.

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
        If an input or an edit cannot be used; nothing is written then.
    OutputError
        If results cannot be written there.
    """
    log, options = RunLog(on_step=on_step or (lambda _name: None)), options or RunOptions()
    bench = prepare(study, log=log, options=options)
    record = {
        "inputs": inputs_record(input_paths(study)),
        "parameters": study.model_dump(mode="json", exclude={"scenario"}),
        "versions": versions(),
    }
    jobs = [
        _Job(scenario=one, folder=Path(out).resolve() / one.name, key=_key(record, study, one))
        for one in chosen(bench, names)
    ]
    todo = [job for job in jobs if not _is_done(job.folder, job.key)]
    with log.step("edits"):
        for job in todo:
            require_possible(bench, job.scenario)
    with log.step("keep the roads"):
        bench.keep_roads()
    with ThreadPoolExecutor(min(bench.ground.router.threads, len(todo) or 1)) as pool:
        running = {job.key: pool.submit(_finish, bench, job, record) for job in todo}
        try:
            for job in jobs:
                summary = None
                if job.key in running:
                    with log.step(f"scenario {job.scenario.name}"):
                        summary = running[job.key].result()
                if on_done is not None:
                    on_done(job.scenario.name, summary)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    return [job.folder for job in jobs]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A scenario, its folder, and the digest of all that its results depend on."""

    scenario: Scenario
    folder: Path
    key: str


def _finish(bench: Bench, job: _Job, record: dict[str, Any]) -> dict[str, Any]:
    result = run_scenario(bench, job.scenario)
    _write(bench, result, job.folder, {**record, "scenario_key": job.key})
    return result.summary


def _key(record: dict[str, Any], study: Study, scenario: Scenario) -> str:
    """Digest of inputs, settings, edits, and the files that edits name."""
    files = [
        sha256_of(path)
        for edit in scenario.edits
        for name in ("table", "area", "profile")
        if (text := getattr(edit, name, None)) and (path := study.path_of(text)).is_file()
    ]
    # A pack that is not there is told when the edits are tried.
    with suppress(InputError, OSError):
        files += [
            sha256_of(study.pack_path(pack))
            for edit in scenario.edits
            if isinstance(edit, UseNorms)
            for pack in edit.packs
        ]
    told = json.dumps([record, files], sort_keys=True) + scenario.model_dump_json()
    return hashlib.sha256(told.encode()).hexdigest()


def _is_done(folder: Path, key: str) -> bool:
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("scenario_key") == key


def _write(bench: Bench, result: ScenarioResult, folder: Path, record: dict[str, Any]) -> None:
    about = bench.study.study
    labels = _labels(bench.study)
    page = scenario_html(result, title=about.title, synthetic=about.synthetic, labels=labels)
    drawn = scenario_map(bench, result, labels=labels, manifest=record)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"cannot make {folder.parent} ({error.strerror}); check the folder and its parents"
        raise OutputError(msg) from error
    with whole_folder(folder) as fresh:
        for name, table in result.tables.items():
            write_csv(table, fresh / f"{name}.csv", style=bench.study.output.csv)
        (fresh / "scenario.html").write_text(page, encoding="utf-8", newline="\n")
        (fresh / "map.html").write_text(drawn, encoding="utf-8", newline="\n")
        head = {"schema_version": 1, "title": about.title, "synthetic": about.synthetic}
        write_json({**head, **result.summary}, fresh / "summary.json")
        write_json({**head, **record}, fresh / MANIFEST)


def _labels(study: Study) -> dict[str, dict[str, str]]:
    taxonomy = read_taxonomy()
    return {kind: dict(taxonomy[kind].label) for kind in study.kinds if kind in taxonomy}
