"""What the map is given of norms: verdicts with their force, and limits of its own vehicle."""

from __future__ import annotations

from pathlib import Path

from geoaccess.report.catalogue import LANGUAGES, messages
from geoaccess.report.layers import layers_of
from geoaccess.study.pipeline import compute
from geoaccess.study.schema import read_study
from tests.norms.town_norms import ask_norms
from tests.towns import write_town_study


def test_verdicts_carry_their_force_and_assumptions_set_no_limit(tmp_path: Path) -> None:
    town = write_town_study(tmp_path / "town")
    pack = ask_norms(town, "route_profiles = true")
    town.edit(pack, 'zone_type = "town"\n', "")
    layers = layers_of(compute(read_study(town.study)))
    assert [layer.measure for layer in layers if layer.kind == "verdict"] == [
        "norm:guidance:t-school",
        "norm:law:t-rescue",
        "norm:planning_assumption:t-plan",
    ]
    limits = {layer.service: layer.norms for layer in layers if layer.measure == "nearest_min"}
    # The rescue comes by ambulance, and 5 minutes to the pharmacy are a plan.
    assert limits == {"school": (4.0,), "pharmacy": ()}


def test_every_force_has_a_word_of_its_own_in_every_language() -> None:
    for language in LANGUAGES:
        words = messages(language)
        told = [
            words[f"measure_norm_{force}"]
            for force in ("law", "guidance", "press", "planning_assumption")
        ]
        assert len(set(told)) == 4
        law = told[0].split(":")[0].casefold()
        assert all(law not in one.casefold() for one in told[1:])
