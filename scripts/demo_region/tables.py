"""Write the tables and outlines: units, seats, settlements, water, services, hard cases."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from shapely.geometry import mapping, polygon
from shapely.geometry.base import BaseGeometry

from demo_region.names import LAKE_NAME, REGION_NAME, RIVER_NAME
from demo_region.places import AGE_GROUPS
from demo_region.plane import geometry_to_lonlat, polygon_to_lonlat, to_lonlat
from demo_region.region import Region

BEFORE_DATE, AFTER_DATE = "2021-06-30", "2021-07-01"
PREFIXES = {"family_doctor": "doctor"}  # of ids, where not the kind itself
Properties = dict[str, str | int | bool]


def settlement_id(position: int) -> str:
    """Name a settlement by its position: S0001 is the city."""
    return f"S{position + 1:04d}"


def write_units(region: Region, path: Path) -> int:
    """Write the units with their municipalities of both dates; return how many."""
    features = []
    for unit in region.country.units:
        before, after = region.country.before[unit.before], region.country.after[unit.after]
        properties: Properties = {
            "unit_code": unit.code,
            "unit_name": unit.name,
            "unit_type": unit.kind,
            "before_code": before.code,
            "before_name": before.name,
            "after_code": after.code,
            "after_name": after.name,
            "region_name": REGION_NAME,
            "synthetic": True,
        }
        features.append((polygon.orient(unit.outline), properties))
    return _write_features(path, features)


def write_water(region: Region, path: Path) -> int:
    """Write the river as a line and the lake as a polygon; return how many features."""
    water = region.country.water
    river = geometry_to_lonlat(water.river.intersection(region.country.land))
    lake = polygon.orient(polygon_to_lonlat(water.lake))
    return _write_features(
        path,
        [
            (river, {"kind": "river", "name": RIVER_NAME, "synthetic": True}),
            (lake, {"kind": "lake", "name": LAKE_NAME, "synthetic": True}),
        ],
    )


def write_seats(region: Region, path: Path) -> int:
    """Write the seat of every municipality on both dates; return how many."""
    lonlat = to_lonlat(region.settlements.xy, decimals=6)
    header = ["date", "code", "name", "seat_settlement_id", "seat_name", "lon", "lat"]
    rows = [
        [
            date,
            municipality.code,
            municipality.name,
            settlement_id(municipality.seat),
            region.settlement_names[municipality.seat],
            *_degrees(lonlat[municipality.seat]),
        ]
        for date, municipalities in (
            (BEFORE_DATE, region.country.before),
            (AFTER_DATE, region.country.after),
        )
        for municipality in municipalities
    ]
    return _write_rows(path, header, rows)


def write_settlements(region: Region, path: Path) -> int:
    """Write the settlements with their residents; return how many."""
    places = region.settlements
    lonlat = to_lonlat(places.xy, decimals=6)
    header = ["id", "name", "kind", "lon", "lat", "population", *AGE_GROUPS, "unit_code"]
    rows = [
        [
            settlement_id(k),
            name,
            places.kind[k],
            *_degrees(lonlat[k]),
            str(places.population[k]),
            *[str(people) for people in places.ages[k]],
            region.country.units[int(places.unit[k])].code,
        ]
        for k, name in enumerate(region.settlement_names)
    ]
    return _write_rows(path, header, rows)


def write_services(region: Region, path: Path) -> int:
    """Write the services with what they offer; return how many."""
    header = ["id", "kind", "name", "lon", "lat", "capacity", "grades", "note"]
    rows: list[list[str]] = []
    seen: dict[str, int] = {}
    for service in region.services:
        seen[service.kind] = seen.get(service.kind, 0) + 1
        prefix = PREFIXES.get(service.kind, service.kind)
        rows.append(
            [
                f"{prefix}-{seen[service.kind]:02d}",
                service.kind,
                service.name,
                *_degrees(to_lonlat(service.xy[None], decimals=6)[0]),
                str(service.capacity or ""),
                service.grades,
                service.note,
            ]
        )
    return _write_rows(path, header, rows)


def write_oddities(region: Region, path: Path) -> int:
    """Write which settlements are hard cases on purpose; return how many."""
    kinds = {kind: [settlement_id(k) for k in ids] for kind, ids in region.oddities.items()}
    kinds["seat_outside_territory"] = [settlement_id(region.country.after[1].seat)]
    path.write_text(json.dumps(kinds, indent=2) + "\n", encoding="utf-8")
    return sum(len(ids) for ids in kinds.values())


def _degrees(lonlat: Iterable[float]) -> list[str]:
    return [f"{degrees:.6f}" for degrees in lonlat]


def _write_rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return len(rows)


def _write_features(path: Path, features: Sequence[tuple[BaseGeometry, Properties]]) -> int:
    # One feature a line, so that a change shows up as one line.
    lines = [
        json.dumps(
            {"type": "Feature", "properties": properties, "geometry": mapping(geometry)},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for geometry, properties in features
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.write_text(text, encoding="utf-8")
    return len(features)
