"""The scenarios of a study: what stands is prepared once, each scenario costs what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from geoaccess.errors import InputError, nearest_known
from geoaccess.scenario.apply import Edited, Ground, Sources, apply_scenario
from geoaccess.scenario.compare import (
    Pair,
    load_table,
    reassignment_table,
    settlement_table,
)
from geoaccess.scenario.scenario import Scenario, with_extended
from geoaccess.scenario.solve import Limits, Solved, require_on_road, solve, solve_again
from geoaccess.scenario.summary import equity_difference, zone_table
from geoaccess.study.inputs import Inputs, input_paths, read_inputs, road_cache
from geoaccess.study.manifest import RunLog
from geoaccess.study.notebook import shown
from geoaccess.study.pipeline import study_router
from geoaccess.study.road_cache import RoadCache
from geoaccess.study.run_options import RunOptions
from geoaccess.study.scenario_norms import NormDesk
from geoaccess.study.scenario_sources import OtherRoads, sources_of
from geoaccess.study.schema import Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bench:
    """
    A study made ready for scenarios.

    Attributes
    ----------
    study
        The study file.
    cache
        Its prepared roads.
    other_roads
        The same for the profiles that edits name.
    ground, sources
        What stands, and where edits get what they name.
    base
        Nearest services before any edit.
    norms
        Checks the study's norms, or other packs, before and after.
    scenarios
        By name, each with the edits of what it extends.
    """

    study: Study
    cache: RoadCache
    other_roads: OtherRoads
    ground: Ground
    sources: Sources
    base: Solved
    norms: NormDesk
    scenarios: dict[str, Scenario]

    def keep_roads(self) -> None:
        """Keep prepared roads for the next run; whoever asks does so once nothing was refused."""
        self.cache.keep()
        self.other_roads.keep()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScenarioResult:
    """
    What one scenario changes.

    Attributes
    ----------
    scenario
        The scenario, with the edits of what it extends.
    edited
        What stands after its edits.
    pair
        Nearest services before and after.
    tables
        ``scenario``, ``scenario_zones``, ``reassignment``, ``loads`` and
        ``scenario_equity``; ``scenario_norms`` and ``norm_crossings`` where norms are asked.
    summary
        What was computed anew and what was reused, ready for JSON.
    """

    scenario: Scenario
    edited: Edited
    pair: Pair
    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]

    @property
    def overview(self) -> pd.DataFrame:
        """
        What changes for everybody together, one row for each service.

        Returns
        -------
        Indexed by service, columns of ``scenario_zones`` from ``mean_before_min`` on.
        """
        zones = self.tables["scenario_zones"]
        whole = zones[(zones["territory"] == "all") & (zones["group"] == "all")]
        return whole.set_index("service").loc[:, "mean_before_min":]

    def _repr_html_(self) -> str:
        """Show what changes in a notebook; every text is escaped."""
        return shown(self.overview, self.scenario.name, synthetic=False)


def prepare(study: Study, *, log: RunLog | None = None, options: RunOptions | None = None) -> Bench:
    """
    Read a study and find the nearest services before any edit.

    Parameters
    ----------
    study
        A checked study file.
    log
        Where steps and warnings are told; a fresh one if left out.
    options
        How to run it on this machine.

    Raises
    ------
    InputError
        If an input cannot be used, or scenarios do not fit together.
    """
    log, options = log or RunLog(), options or RunOptions()
    scenarios = with_extended(study.scenario)
    input_paths(study)
    cache = road_cache(study, enabled=options.cache)
    inputs = read_inputs(study, log, cache)
    router = study_router(study, inputs, cache, options)
    with log.step("what stands"):
        base = solve(
            router,
            inputs.origins,
            inputs.destinations,
            kinds=study.kinds,
            limits=_limits(study, inputs, cache, options),
        )
    other_roads = OtherRoads(study, cached=options.cache)
    sources = sources_of(study, other_roads)
    return Bench(
        study=study,
        cache=cache,
        ground=Ground(
            router=router,
            origins=inputs.origins,
            destinations=inputs.destinations,
            territories=inputs.territories,
            kinds=study.kinds,
        ),
        sources=sources,
        other_roads=other_roads,
        base=base,
        norms=NormDesk(study, base, inputs.territories, sources),
        scenarios=scenarios,
    )


def chosen(bench: Bench, names: Sequence[str]) -> list[Scenario]:
    """
    Pick scenarios by name; ``all`` is every one.

    Raises
    ------
    InputError
        If the study has no scenario, or none of that name.
    """
    known = list(bench.scenarios)
    if not known:
        msg = "the study has no [[scenario]]; add one, see docs/study.md"
        raise InputError(msg)
    if "all" in names:
        return list(bench.scenarios.values())
    for name in names:
        if name not in bench.scenarios:
            msg = f"the study has no scenario {name!r}; {nearest_known(name, known)}"
            raise InputError(msg)
    return [bench.scenarios[name] for name in dict.fromkeys(names)]


def run_scenario(
    bench: Bench,
    scenario: Scenario,
    *,
    unchanged_min: float = 1.0,
) -> ScenarioResult:
    """
    Make a scenario's edits and compare with what stands.

    Parameters
    ----------
    bench
        The study made ready.
    scenario
        One of its scenarios, or one of your own with all its edits.
    unchanged_min
        A change of at most so many minutes counts as none. Draws behind intervals, their
        seed and the norms are those of the study's ``[equity]``.

    Raises
    ------
    EditError
        If an edit cannot be made.
    """
    edited = apply_scenario(scenario, bench.ground, bench.sources)
    after = solve_again(bench.base, edited)
    pair = Pair(
        before=bench.base,
        after=after,
        unchanged_min=unchanged_min,
        norm_min=bench.study.equity.norm_min,
    )
    last = list(edited.territories.values())[-1:]
    zones = [one.locate(after.origins.lon, after.origins.lat) for one in last]
    norms = bench.norms.compare(scenario, edited, after)
    tables = {
        "scenario": settlement_table(pair),
        "scenario_zones": zone_table(pair, edited.territories),
        "reassignment": reassignment_table(pair),
        "loads": load_table(pair),
        "scenario_equity": equity_difference(
            pair,
            zones=zones[0] if zones else None,
            n_boot=bench.study.equity.n_boot,
            seed=bench.study.equity.seed,
        ),
        **norms.tables,
    }
    return ScenarioResult(
        scenario=scenario,
        edited=edited,
        pair=pair,
        tables=tables,
        summary={
            **_summary(scenario, edited, after, tables["scenario_zones"]),
            **({"norms": list(norms.told)} if norms.tables else {}),
        },
    )


def require_possible(bench: Bench, scenario: Scenario) -> None:
    """
    Try a scenario's edits without routing anything.

    Parameters
    ----------
    bench
        The study made ready.
    scenario
        One of its scenarios, or one of your own with all its edits.

    Raises
    ------
    EditError
        If an edit cannot be made.
    InputError
        If a service that is opened or moved meets no road.
    """
    require_on_road(bench.base, apply_scenario(scenario, bench.ground, bench.sources))


def run_scenarios(
    study: Study,
    names: Sequence[str] = ("all",),
    *,
    log: RunLog | None = None,
    options: RunOptions | None = None,
) -> Iterator[ScenarioResult]:
    """
    Run scenarios of a study one after another, each from what stands.

    Parameters
    ----------
    study
        A checked study file with ``[[scenario]]`` tables.
    names
        Which; all if left out.
    log, options
        As for :func:`prepare`.

    Yields
    ------
    Each scenario's result, in the order of the study file: ``tables`` as data frames, and
    a ``summary``.

    Raises
    ------
    InputError
        If an input or an edit cannot be used.

    Examples
    --------
    >>> from geoaccess.study.starter import demo_study
    >>> for result in run_scenarios(demo_study()):
    ...     print(result.summary["scenario"], result.edited.roads, len(result.summary["reused"]))
    spring thaw times 0
    people of 2035 same 10
    """
    log = log or RunLog()
    bench = prepare(study, log=log, options=options)
    for scenario in chosen(bench, names):
        with log.step(f"scenario {scenario.name}"):
            result = run_scenario(bench, scenario)
        yield result
    bench.keep_roads()


def _summary(
    scenario: Scenario, edited: Edited, after: Solved, zones: pd.DataFrame
) -> dict[str, Any]:
    whole = zones[(zones["territory"] == "all") & (zones["group"] == "all")]
    figures = (
        "mean_before_min",
        "mean_min",
        "change_min",
        "people_gain",
        "people_loss",
        "people_newly_reached",
        "people_newly_unreached",
        "people_newly_within",
        "people_newly_beyond",
    )
    return {
        "scenario": scenario.name,
        "description": scenario.description,
        "edits": [
            {"do": edit.do, **edit.model_dump(mode="json", exclude_defaults=True)}
            for edit in scenario.edits
        ],
        "roads": edited.roads,
        "reused": list(after.reused),
        "computed": [kind for kind in after.nearest if kind not in after.reused],
        "services": {
            str(row["service"]): {
                name: None if np.isnan(row[name]) else round(float(row[name]), 6)
                for name in figures
            }
            for _, row in whole.iterrows()
        },
    }


def _limits(study: Study, inputs: Inputs, cache: RoadCache, options: RunOptions) -> Limits:
    usual = study.study.max_snap_m or cache.profile.max_snap_m
    own = zip(inputs.destinations.id, inputs.service_max_snap_m.tolist(), strict=True)
    return Limits(
        cutoff_min=study.study.cutoff_min,
        max_snap_m=inputs.origin_max_snap_m,
        usual_service_max_snap_m=usual,
        service_max_snap_m={str(id_): limit for id_, limit in own if limit != usual},
        max_memory_gb=options.max_memory_gb,
    )
