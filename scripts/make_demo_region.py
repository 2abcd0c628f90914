"""
Make the invented region that ships with the project.

The same seed gives the same bytes. Nothing in it is real: names, people, roads and services are
drawn by chance, and the region lies in the open Baltic Sea.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from demo_region.osm import write_osm
from demo_region.region import make_region
from demo_region.tables import (
    write_oddities,
    write_seats,
    write_services,
    write_settlements,
    write_units,
    write_water,
)

SEED = 2021
WRITERS = {
    "boundaries/demo_units.geojson": (write_units, "units"),
    "boundaries/demo_seats.csv": (write_seats, "seats"),
    "boundaries/demo_settlements.csv": (write_settlements, "settlements"),
    "boundaries/demo_water.geojson": (write_water, "waters"),
    "boundaries/demo_oddities.json": (write_oddities, "settlements named"),
    "services/demo_services.csv": (write_services, "services"),
}
ROADS = "roads/demo.osm.pbf"


def write_region(out: Path, *, seed: int = SEED) -> list[str]:
    """
    Make the region and write its files.

    Parameters
    ----------
    out
        Folder that gets `roads`, `boundaries` and `services`.
    seed
        Seed of all chance.

    Returns
    -------
    One line of counts per file.
    """
    region = make_region(seed)
    for name in (ROADS, *WRITERS):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
    counts = write_osm(region, out / ROADS)
    said = {ROADS: f"{counts.nodes} nodes, {counts.ways} ways, {counts.relations} relations"}
    for name, (write, what) in WRITERS.items():
        said[name] = f"{write(region, out / name)} {what}"
    return [f"{name}: {text}, {(out / name).stat().st_size} bytes" for name, text in said.items()]


def main() -> None:
    """Read the command line and write the region."""
    parser = argparse.ArgumentParser(description="Make the invented demo region.")
    parser.add_argument("--seed", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).resolve().parent.parent / "data",
        help="folder to write to (default: the data folder of the project)",
    )
    arguments = parser.parse_args()
    for line in write_region(arguments.out, seed=arguments.seed):
        print(line)


if __name__ == "__main__":
    main()
