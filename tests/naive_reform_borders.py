"""Slow obvious twins of what geoaccess.reform says about borders, on a grid of cells."""

from __future__ import annotations

from collections.abc import Mapping

Cell = tuple[int, int]


def naive_crosswalk(
    before: Mapping[Cell, str], after: Mapping[Cell, str], people: Mapping[Cell, float]
) -> list[tuple[str, str, float, float | None, str]]:
    """Old unit, new unit, share of cells, share of people, kind; by counting cells."""
    rows = []
    for old in sorted(set(before.values())):
        cells = [cell for cell in before if before[cell] == old]
        receivers = sorted({after[cell] for cell in cells})
        everybody = sum(people.get(cell, 0.0) for cell in cells)
        for new in receivers:
            went = [cell for cell in cells if after[cell] == new]
            moved = sum(people.get(cell, 0.0) for cell in went)
            givers = {before[cell] for cell in after if after[cell] == new}
            kind = "split" if len(receivers) > 1 else "merged" if len(givers) > 1 else "unchanged"
            share = moved / everybody if everybody > 0 else None
            rows.append((old, new, len(went) / len(cells), share, kind))
    return rows
