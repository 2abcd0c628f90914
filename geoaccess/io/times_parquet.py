"""
Travel times as a long Parquet table, written block by block.

One row group a block of destinations, so the table never stands whole in memory. Blocks are
kept one by one in a folder beside the file until all are there; a run that was killed goes on
where it stopped, and only if it would write the very same table.
"""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geoaccess.errors import OutputError
from geoaccess.model.times import TravelTimes
from geoaccess.units import MinutesArray

_SCHEMA = pa.schema(
    [("from_id", pa.string()), ("to_id", pa.string()), ("travel_time_min", pa.float32())]
)


def write_travel_times(times: TravelTimes, path: str | Path, *, block: int | None = None) -> None:
    """
    Write all reached pairs as a long table, block by block.

    Parameters
    ----------
    times
        Travel times.
    path
        Parquet file to write or replace; it appears when it is whole.
    block
        Destinations in a row group; chosen by the memory limit if left out.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> times = TravelTimes.from_minutes([[5, 70], [8, 9]], cutoff_min=60)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_travel_times(times, Path(folder) / "times.parquet")
    ...     pq.read_table(Path(folder) / "times.parquet").num_rows
    3
    """
    path = Path(path)
    size = block or times.block_size
    parts = path.with_name(f".{path.name}-{times.digest(size)[:16]}.parts")
    try:
        parts.mkdir(parents=True, exist_ok=True)
        names = _write_missing(times, parts, size)
        _join(names, path)
        shutil.rmtree(parts)
    except OSError as error:
        msg = f"cannot write {path} ({error}); check space and permissions"
        raise OutputError(msg) from error


def _write_missing(times: TravelTimes, parts: Path, size: int) -> list[Path]:
    """Write each block that is not there yet; a block appears whole or not at all."""
    names = []
    for start in range(0, len(times.destinations), size):
        name = parts / f"{start:09d}.parquet"
        names.append(name)
        if name.is_file():
            continue
        columns, minutes = times.block(start, size)
        fresh = parts / f"{uuid.uuid4().hex}.partial"
        pq.write_table(_long(times, columns, minutes), fresh, compression="zstd")
        fresh.replace(name)
    return names


def _long(times: TravelTimes, columns: slice, minutes: MinutesArray) -> pa.Table:
    """Reached pairs of one block, by origin, then destination."""
    row, column = np.nonzero(np.isfinite(minutes))
    to_id = times.destinations.id[columns]
    return pa.Table.from_arrays(
        [
            pa.array(times.origins.id[row], pa.string()),
            pa.array(to_id[column], pa.string()),
            pa.array(minutes[row, column], pa.float32()),
        ],
        schema=_SCHEMA,
    )


def _join(names: list[Path], path: Path) -> None:
    """One file of all blocks, one row group each, one in memory at a time."""
    fresh = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        with pq.ParquetWriter(fresh, _SCHEMA, compression="zstd") as writer:
            for name in names:
                table = pq.read_table(name)
                writer.write_table(table, row_group_size=max(table.num_rows, 1))
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
