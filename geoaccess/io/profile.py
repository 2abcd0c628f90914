"""Vehicle profiles: read, laid over the profile that they extend, and written out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from geoaccess.errors import InputError
from geoaccess.io.bundled import named_or_path
from geoaccess.io.files import read_utf8
from geoaccess.io.toml import parse_toml, told_problem
from geoaccess.model.profile import Profile, Speed

_LIMITS = TypeAdapter(dict[str, dict[str, Speed]])


def read_profile(name_or_path: str | Path | Profile) -> Profile:
    """
    Load a vehicle profile.

    Parameters
    ----------
    name_or_path
        Name of a bundled profile (``"car"``), path of a TOML file of the same layout, or
        a profile, which is given back.

    Raises
    ------
    InputError
        If there is no such profile, a key is unknown or out of range, or profiles extend
        one another in a circle.

    Examples
    --------
    >>> read_profile("car").speed_kmh["residential"]
    35.0
    >>> read_profile("car_winter").speed_factor
    0.8
    """
    if isinstance(name_or_path, Profile):
        return name_or_path
    path = named_or_path(name_or_path, folder="profiles", what="profile")
    try:
        tables = _with_parents(path, ())
        return Profile.model_validate(_with_limits(tables, path.parent))
    except ValidationError as error:
        msg = f"profile {path}: {told_problem(error, Profile)}"
        raise InputError(msg) from error
    except InputError as error:
        msg = f"profile {path}: {error}"
        raise InputError(msg) from error.__cause__


def _with_parents(path: Path, children: tuple[Path, ...]) -> dict[str, Any]:
    """Tables of a file, laid over those of the profile that it extends."""
    if path.resolve() in children:
        msg = f"profiles extend one another in a circle, by {path.name}; break it"
        raise InputError(msg)
    tables = parse_toml(read_utf8(path))
    if "extends" not in tables:
        return tables
    parent = tables.pop("extends")
    if not isinstance(parent, str):
        msg = f"extends must be the name or path of one profile, but is {parent!r}"
        raise InputError(msg)
    own = path.parent / parent if parent.endswith(".toml") else parent
    below = named_or_path(own, folder="profiles", what="profile")
    return _laid_over(_with_parents(below, (*children, path.resolve())), tables)


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables merged key by key, everything else replaced."""
    merged = dict(below)
    for key, value in above.items():
        lower = merged.get(key)
        if isinstance(lower, dict) and isinstance(value, dict):
            merged[key] = _laid_over(lower, value)
        else:
            merged[key] = value
    return merged


def _with_limits(tables: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Legal limits of the named table, under those of the profile itself."""
    name, own = tables.get("legal_limits", ""), tables.get("legal_kmh", {})
    if not name or not isinstance(name, str) or not isinstance(own, dict):
        return tables
    place = folder / name if name.endswith(".toml") else name
    path = named_or_path(place, folder="profiles/limits", what="table of legal limits")
    try:
        limits = _LIMITS.validate_python(parse_toml(read_utf8(path)))
    except ValidationError as error:
        msg = f"legal limits {path}: {told_problem(error, Profile)}"
        raise InputError(msg) from error
    return {**tables, "legal_kmh": _laid_over(limits, own)}


def profile_toml(profile: Profile) -> str:
    """
    Write a profile as the TOML that gives it again, with everything that it extends.

    Parameters
    ----------
    profile
        Any profile.

    Examples
    --------
    >>> print(profile_toml(Profile(name="cart", speed_kmh={"track": 8})).splitlines()[0])
    name = "cart"
    >>> walk = read_profile("walk")
    >>> Profile.model_validate(parse_toml(profile_toml(walk))).speed_kmh == walk.speed_kmh
    True
    """
    told = profile.model_dump()
    # The limits stand in the text, so their table need not be read again.
    told["legal_limits"] = ""
    lines = [f"{key} = {_toml(value)}" for key, value in told.items() if _is_plain(value)]
    for key, value in told.items():
        lines += _table_lines(key, value) if isinstance(value, dict) else []
    return "\n".join(lines) + "\n"


def _table_lines(name: str, table: Mapping[str, Any]) -> list[str]:
    plain = [f"{_key(key)} = {_toml(value)}" for key, value in table.items() if _is_plain(value)]
    lines = ["", f"[{name}]", *plain] if plain else []
    for key, value in table.items():
        lines += _table_lines(f"{name}.{_key(key)}", value) if isinstance(value, dict) else []
    return lines


def _is_plain(value: object) -> bool:
    return value is not None and not isinstance(value, dict)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _toml(key)


def _toml(value: Any) -> str:  # noqa: ANN401 - whatever a profile holds
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(one) for one in value) + "]"
    return repr(value)
