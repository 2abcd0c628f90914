"""
Make the inputs of `examples/latvia_synthetic_roads.toml`: synthetic roads over real Latvia.

Borders, places, schools and hospitals are read in place from a folder of real data; the roads are
drawn by chance over the real land, with the official length and gravel of each municipality. No
road is real, and every file says so. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from latvia.country import Country, read_country
from latvia.network import Grown, grow_country, road_km
from latvia.osm import write_roads
from latvia.people import read_settlements
from latvia.side_roads import SideRoads, add_side_roads
from latvia.tables import (
    hospital_table,
    points_of,
    school_table,
    settlement_table,
    write_table,
)

SEED = 2021
PROJECT = Path(__file__).resolve().parent.parent
ROADS, NOTE, MEASURED = "latvia_synthetic_roads.osm.pbf", "SYNTHETIC.txt", "roads.json"
TOLD = """The roads in this folder are synthetic: grown by chance over the real land of Latvia, with
the official length and gravel of each municipality. No road is real, and no travel time on them
is a finding about Latvia. The people of each settlement are modelled. Places, schools and
hospitals are other people's data: do not publish them from here.
"""


def make_latvia(
    shared: Path,
    out: Path,
    *,
    seed: int = SEED,
    junctions: int = 0,
    only: Sequence[str] = (),
) -> dict[str, Any]:
    """
    Make and write everything.

    Parameters
    ----------
    shared
        Folder that holds `data/latvia`.
    out
        Folder to write to, outside the project.
    seed
        Seed of all chance.
    junctions
        Junctions and dead ends of the network; beyond those of the public roads, tracks and
        service roads are added.
    only
        Names of municipalities after the reform, for a part of the country; all if empty.

    Returns
    -------
    What was made, as written to `roads.json`.

    Raises
    ------
    ValueError
        If the folder lies in the project, or the roads cannot be grown.
    """
    if out.resolve().is_relative_to(PROJECT):
        message = f"{out} lies in the project, where other people's data must not go"
        raise ValueError(message)
    data = shared / "data" / "latvia"
    country = read_country(data, only=only)
    places = read_settlements(data, country)
    places = places.take(np.isin(places.new, country.chosen))
    tables = {
        "settlements": settlement_table(places, country),
        "schools": school_table(data / "schools_2019.csv", country),
        "hospitals": hospital_table(data / "hospitals_2020.csv", country),
    }
    stops = np.vstack([points_of(tables[name]) for name in ("schools", "hospitals")])
    grown = grow_country(country, places, stops=stops, seed=seed)
    side = add_side_roads(grown, n_junctions=junctions, seed=seed)
    out.mkdir(parents=True, exist_ok=True)
    (out / NOTE).write_text(TOLD, encoding="utf-8")
    n_nodes, n_ways = write_roads(grown, side, out / ROADS)
    made = {
        "synthetic": True,
        "seed": seed,
        **{name: write_table(table, out / f"{name}.csv") for name, table in tables.items()},
        "nodes": n_nodes,
        "ways": n_ways,
        **_measured(country, grown, side),
    }
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    (out / MEASURED).write_text(text, encoding="utf-8")
    return made


def _measured(country: Country, grown: Grown, side: SideRoads) -> dict[str, Any]:
    km, gravel_km = road_km(grown, n_zones=len(country.new.code))
    return {
        "junctions": side.n_junctions,
        "road_km": round(float(km.sum()), 1),
        "gravel_share": round(float(gravel_km.sum() / km.sum()), 4),
        "side_road_km": round(side.km, 1),
        "municipalities": [
            {
                "code": country.new.code[k],
                "name": country.new.name[k],
                "road_km": round(float(km[k]), 1),
                "official_road_km": float(country.road_km[k]),
                "gravel_share": round(float(gravel_km[k] / km[k]), 4),
                "official_gravel_share": round(float(country.gravel_share[k]), 4),
            }
            for k in country.chosen
        ],
    }


def main() -> None:
    """Read the command line and write the inputs."""
    asked = _parser().parse_args()
    try:
        made = make_latvia(
            asked.shared, asked.out, seed=asked.seed, junctions=asked.junctions, only=asked.only
        )
    except (ValueError, OSError) as error:
        sys.exit(f"make_latvia: {error}")
    for key, value in made.items():
        if not isinstance(value, list):
            print(f"{key}: {value}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make synthetic roads over the land of Latvia.")
    parser.add_argument(
        "--shared",
        type=Path,
        default=PROJECT.parent / "shared",
        help="folder that holds data/latvia (default: %(default)s)",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=PROJECT.parent / "latvia-synthetic",
        help="folder to write to, outside the project (default: %(default)s)",
    )
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument(
        "--junctions",
        type=int,
        default=0,
        help="junctions and dead ends in all; tracks and service roads are added up to it "
        "(default: public roads only)",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="a municipality after the reform, such as 'Cēsu novads'; may be repeated",
    )
    return parser


if __name__ == "__main__":
    main()
