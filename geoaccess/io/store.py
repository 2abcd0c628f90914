"""
Arrays in one file: exact, checked, and mapped into memory instead of read.

A file begins with eight bytes of magic and the length of a JSON header, which holds the
kind and version of what is stored, its plain facts, and where each array lies; then the
arrays, each at a multiple of 64 bytes. A SHA-256 over everything after the digest itself
tells a damaged file from a sound one. Files appear whole or not at all, so two runs that
write the same one do not harm each other.
"""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from geoaccess.errors import InputError, OutputError
from geoaccess.units import AnyArray

_MAGIC = b"GEOACC01"
_ALIGN = 64
_DIGEST_BYTES = 32
_LENGTH_BYTES = 8
_PREFIX = len(_MAGIC) + _DIGEST_BYTES + _LENGTH_BYTES
_CHUNK = 1 << 24


class StoreError(InputError):
    """A stored file is damaged, foreign, or of another version."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stored:
    """
    What a file held.

    Attributes
    ----------
    kind
        What it is, for example ``network``.
    facts
        Plain values, as JSON keeps them.
    arrays
        Read-only arrays by name, mapped from the file.
    """

    kind: str
    facts: Mapping[str, Any]
    arrays: Mapping[str, AnyArray]


def save_arrays(
    path: Path, *, kind: str, facts: Mapping[str, Any], arrays: Mapping[str, AnyArray]
) -> None:
    """
    Write arrays and facts to one file, which appears whole or not at all.

    Parameters
    ----------
    path
        File to write or replace.
    kind
        What it is.
    facts
        Plain values for the header.
    arrays
        Arrays of numbers by name.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    header, parts = _layout(kind, facts, arrays)
    length = len(header).to_bytes(_LENGTH_BYTES, "little")
    digest = hashlib.sha256()
    for part in (length, header, *parts):
        digest.update(part)
    fresh = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            for part in (_MAGIC, digest.digest(), length, header, *parts):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        msg = f"cannot write {path} ({error}); check space and permissions"
        raise OutputError(msg) from error
    finally:
        with suppress(OSError):
            fresh.unlink()


def _layout(
    kind: str, facts: Mapping[str, Any], arrays: Mapping[str, AnyArray]
) -> tuple[bytes, list[memoryview | bytes]]:
    """Header, padded so that what follows is aligned, and the parts that follow it."""
    places: dict[str, dict[str, Any]] = {}
    parts: list[memoryview | bytes] = []
    at = 0
    for name, values in arrays.items():
        array = np.ascontiguousarray(values)
        places[name] = {"at": at, "dtype": array.dtype.str, "shape": list(array.shape)}
        parts.append(array.reshape(-1).view(np.uint8).data)
        padding = -array.nbytes % _ALIGN
        parts.append(bytes(padding))
        at += array.nbytes + padding
    described = {"kind": kind, "facts": dict(facts), "arrays": places, "bytes": at}
    header = json.dumps(described, ensure_ascii=False, sort_keys=True).encode()
    return header + b" " * (-(len(header) + _PREFIX) % _ALIGN), parts


def load_arrays(path: Path, *, kind: str, key: str | None = None) -> Stored:
    """
    Map a stored file into memory, after checking it.

    Parameters
    ----------
    path
        File that :func:`save_arrays` wrote.
    kind
        What it must be.
    key
        What its facts must name as ``key``; not asked if left out.

    Raises
    ------
    StoreError
        If it is damaged, cut short, not ours, or of another kind.
    """
    try:
        with path.open("rb") as file:
            prefix = file.read(_PREFIX)
            if len(prefix) < _PREFIX or not prefix.startswith(_MAGIC):
                msg = f"{path} was not written by this version of geoaccess"
                raise StoreError(msg)
            length = int.from_bytes(prefix[-_LENGTH_BYTES:], "little")
            told = prefix[len(_MAGIC) : len(_MAGIC) + _DIGEST_BYTES]
            digest = hashlib.sha256(prefix[-_LENGTH_BYTES:])
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
            if digest.digest() != told:
                msg = f"{path} is damaged (its checksum is wrong)"
                raise StoreError(msg)
            file.seek(_PREFIX)
            header = json.loads(file.read(length))
    except OSError as error:
        msg = f"{path} cannot be read ({error})"
        raise StoreError(msg) from error
    if header["kind"] != kind:
        msg = f"{path} holds a {header['kind']}, not a {kind}"
        raise StoreError(msg)
    if key is not None and header["facts"].get("key") != key:
        msg = f"{path} was made from something else"
        raise StoreError(msg)
    return Stored(
        kind=kind,
        facts=header["facts"],
        arrays=_mapped(path, _PREFIX + length, header["arrays"]),
    )


def _mapped(path: Path, begin: int, places: Mapping[str, Any]) -> dict[str, AnyArray]:
    arrays: dict[str, AnyArray] = {}
    for name, place in places.items():
        dtype, shape = np.dtype(place["dtype"]), tuple(place["shape"])
        if 0 in shape:  # an empty stretch of a file cannot be mapped
            arrays[name] = np.empty(shape, dtype=dtype)
        else:
            whole = np.memmap(path, dtype=dtype, mode="r", offset=begin + place["at"], shape=shape)
            # A plain array over the mapped bytes: kernels are compiled for those only.
            arrays[name] = whole.view(np.ndarray)
    return arrays
