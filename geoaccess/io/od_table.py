"""
Travel times as the long table that r5r, r5py and the R package accessibility exchange.

One row a pair: ``from_id``, ``to_id``, and minutes. A pair without a row is unreached.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geoaccess.errors import InputError, MemoryLimitError, MismatchError, nearest_known, some_ids
from geoaccess.io.files import require_file
from geoaccess.model.places import Destinations, Origins
from geoaccess.model.times import TravelTimes
from geoaccess.units import LongArray, TextArray

if TYPE_CHECKING:
    import pandas as pd

MINUTES_COLUMNS = ("travel_time_min", "travel_time", "travel_time_p50")
_PARQUET = (".parquet", ".pq")
# A pair is held as minutes, as milliseconds, and in a mask while it is turned into them.
_BYTES_PER_PAIR = 16


def read_od_table(
    path: str | Path,
    *,
    cutoff_min: float,
    origins: Origins | None = None,
    destinations: Destinations | None = None,
    max_memory_gb: float = 4.0,
) -> TravelTimes:
    r"""
    Read travel times that another program computed, for example by public transport.

    Parameters
    ----------
    path
        ``.csv`` or ``.parquet`` with ``from_id``, ``to_id`` and minutes in
        ``travel_time_min``, ``travel_time`` or ``travel_time_p50``, whichever stands first;
        no row, or no minutes, where unreached.
    cutoff_min
        Up to how many minutes that program looked; what it holds beyond is unreached.
    origins, destinations
        The places by id; each that has no row is unreached. Places without coordinates, of
        one person and no capacity, are made of the ids in the table if left out.
    max_memory_gb
        A matrix that would take more is refused.

    Returns
    -------
    Minutes of shape (n_origins, n_destinations), for every measure.

    Raises
    ------
    InputError
        If the file is no such table, has a pair twice, or minutes below 0.
    MismatchError
        If it names places that are not among those given.
    MemoryLimitError
        If the matrix would not fit.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder) / "od.csv"
    ...     _ = table.write_text("from_id,to_id,travel_time\na,x,5\nb,y,9\n")
    ...     times = read_od_table(table, cutoff_min=60)
    >>> times.to_array()
    array([[ 5., inf],
           [inf,  9.]], dtype=float32)
    """
    path = Path(path)
    table, minutes = _read(path)
    people = origins or _people(table["from_id"])
    places = destinations or _places(table["to_id"])
    needed_gb = len(people) * len(places) * _BYTES_PER_PAIR / 1e9
    if needed_gb > max_memory_gb:
        raise MemoryLimitError(needed_gb, max_memory_gb)
    row = _positions(table["from_id"], people.id, path, "from_id")
    column = _positions(table["to_id"], places.id, path, "to_id")
    twice = _twice(row, column, len(places))
    if len(twice):
        pairs = [f"{people.id[row[k]]} to {places.id[column[k]]}" for k in twice]
        msg = f"{path}: a pair stands twice: {some_ids(pairs)}; keep one row each"
        raise InputError(msg)
    matrix = np.full((len(people), len(places)), np.inf)
    matrix[row, column] = np.where(np.isnan(minutes), np.inf, minutes)
    return TravelTimes.from_minutes(
        matrix, cutoff_min=cutoff_min, origins=people, destinations=places
    )


def write_od_table(times: TravelTimes, path: str | Path) -> None:
    """
    Write reached pairs as CSV for r5r, r5py and accessibility, block by block.

    Parameters
    ----------
    times
        Travel times.
    path
        File to write or replace: ``from_id``, ``to_id``, ``travel_time`` in minutes.

    Examples
    --------
    >>> import tempfile
    >>> times = TravelTimes.from_minutes([[5, 70]], cutoff_min=60)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_od_table(times, Path(folder) / "od.csv")
    ...     (Path(folder) / "od.csv").read_text().split()
    ['from_id,to_id,travel_time', 'o0,d0,5.0']
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    with Path(path).open("w", encoding="utf-8", newline="") as file:
        file.write("from_id,to_id,travel_time\n")
        for columns, minutes in times.blocks():
            row, column = np.nonzero(np.isfinite(minutes))
            block = pd.DataFrame(
                {
                    "from_id": times.origins.id[row],
                    "to_id": times.destinations.id[columns][column],
                    "travel_time": minutes[row, column],
                }
            )
            block.to_csv(file, header=False, index=False, lineterminator="\n")


def _read(path: Path) -> tuple[pd.DataFrame, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Table with ids as text, and its minutes, NaN where there are none."""
    import pandas as pd  # noqa: PLC0415 - heavy

    require_file(path)
    try:
        if path.suffix.lower() in _PARQUET:
            table = pd.read_parquet(path)
        else:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:
        why = " ".join(str(error).split())
        msg = f"{path} cannot be read ({why}); give a .csv or .parquet table"
        raise InputError(msg) from error
    known = [str(name) for name in table.columns]
    for name in ("from_id", "to_id"):
        if name not in known:
            msg = f"{path} has no column {name!r}; {nearest_known(name, known)}"
            raise InputError(msg)
    of_time = [name for name in MINUTES_COLUMNS if name in known]
    if not of_time:
        msg = f"{path} has no minutes; name their column {' or '.join(MINUTES_COLUMNS)}"
        raise InputError(msg)
    given = table[of_time[0]]
    minutes = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    text = given.astype(str).str.strip().str.lower().to_numpy()
    odd = (np.isnan(minutes) & ~np.isin(text, ["", "na", "nan", "none", "<na>"])) | (minutes < 0)
    if odd.any():
        rows = np.flatnonzero(odd) + 1
        msg = f"{path}: {of_time[0]} is no number of minutes in row {some_ids(rows)}; correct it"
        raise InputError(msg)
    ids = {name: table[name].astype(str) for name in ("from_id", "to_id")}
    return pd.DataFrame(ids), minutes


def _positions(ids: pd.Series[str], known: TextArray, path: Path, what: str) -> LongArray:
    """Where each id stands among the places."""
    import pandas as pd  # noqa: PLC0415 - heavy

    found = pd.Index(known).get_indexer(pd.Index(ids)).astype(np.int64)
    if (found < 0).any():
        strange = dict.fromkeys(ids[found < 0])
        msg = f"{path}: {what} names places that are not given: {some_ids(strange)}; add them"
        raise MismatchError(msg)
    return np.asarray(found)


def _twice(row: LongArray, column: LongArray, n_columns: int) -> LongArray:
    """Rows of the table whose pair stands in an earlier one."""
    _, first = np.unique(row * n_columns + column, return_index=True)
    return np.setdiff1d(np.arange(len(row)), first)


def _people(ids: pd.Series[str]) -> Origins:
    some = ids.drop_duplicates().to_numpy(dtype=object)
    zeros = np.zeros(len(some))
    return Origins(id=some, name=some, lon=zeros, lat=zeros, population=zeros + 1)


def _places(ids: pd.Series[str]) -> Destinations:
    some = ids.drop_duplicates().to_numpy(dtype=object)
    zeros = np.zeros(len(some))
    kind = np.full(len(some), "service", dtype=object)
    return Destinations(id=some, name=some, kind=kind, lon=zeros, lat=zeros, capacity=zeros)
