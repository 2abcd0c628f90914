"""A network in one file: exact, checked, and mapped into memory."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

from geoaccess.io.store import load_arrays, save_arrays
from geoaccess.model.network import Network, NetworkSource

_KIND = "network"
_FACTS = ("access_speed_kmh", "turnout_min", "profile", "source", "road_classes")


def save_network(network: Network, path: str | Path, *, key: str = "") -> None:
    """
    Keep a network, to load it later in a blink.

    Parameters
    ----------
    network
        Roads.
    path
        File to write or replace.
    key
        What it was made from, to be told apart later.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    names = [one.name for one in fields(network) if one.name not in _FACTS]
    save_arrays(
        Path(path),
        kind=_KIND,
        facts={
            "key": key,
            "access_speed_kmh": network.access_speed_kmh,
            "turnout_min": network.turnout_min,
            "profile": network.profile,
            "source": asdict(network.source),
            "road_classes": network.road_classes,
        },
        arrays={name: getattr(network, name) for name in names},
    )


def load_network(path: str | Path, *, key: str | None = None) -> Network:
    """
    Load a network that :func:`save_network` kept.

    Parameters
    ----------
    path
        The file.
    key
        What it must have been made from; not asked if left out.

    Returns
    -------
    The same network to the last bit; its arrays are mapped from the file.

    Raises
    ------
    StoreError
        If the file is damaged, foreign, or was made from something else.
    """
    stored = load_arrays(Path(path), kind=_KIND, key=key)
    facts = stored.facts
    return Network(
        **stored.arrays,
        access_speed_kmh=facts["access_speed_kmh"],
        turnout_min=facts["turnout_min"],
        profile=facts["profile"],
        source=NetworkSource(**facts["source"]),
        road_classes=tuple((highway, surface) for highway, surface in facts["road_classes"]),
    )
