"""What the numbers of a column are, told from its name, which ends in its unit."""

from __future__ import annotations

_BY_NAME = {
    "population": "people",
    "people": "people",
    "lon": "degrees east, EPSG:4326",
    "lat": "degrees north, EPSG:4326",
    "capacity": "places, or what the kind of service has",
}
_BY_ENDING = {
    "_min": "minutes; empty where unreached",
    "_km2": "square kilometres",
    "_kmh": "kilometres an hour",
    "_km": "kilometres",
    "_m": "metres",
    "_ha": "hectares",
    "_share": "share, 0 to 1",
    "_unreached": "people who reach none",
}
_BY_BEGINNING = {"share_": "share, 0 to 1", "people_": "people", "population_": "people"}


def unit_of_column(name: str) -> str | None:
    """
    Name the unit of a column of results.

    Parameters
    ----------
    name
        Its name.

    Returns
    -------
    Words, or None where the name tells of none.

    Examples
    --------
    >>> unit_of_column("nearest_min"), unit_of_column("share_within_cutoff")
    ('minutes; empty where unreached', 'share, 0 to 1')
    >>> unit_of_column("name") is None
    True
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    for beginning, unit in _BY_BEGINNING.items():
        if name.startswith(beginning):
            return unit
    return next((unit for ending, unit in _BY_ENDING.items() if name.endswith(ending)), None)
