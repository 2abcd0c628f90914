"""A PostGIS database: how it is reached, and what its refusals mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from geoaccess.errors import GeoAccessError, InputError, OutputError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_ADDRESS = re.compile(r"(?:postgresql|postgres|postgis)(?:\+psycopg)?://(?P<rest>.*)", re.DOTALL)
_SECRET = re.compile(r"[?&](?:password|sslpassword)=")
_PATIENCE_S = 10
_PASSWORD = "set PGPASSWORD, or write the password to ~/.pgpass or the service file"  # noqa: S105 - advice
# How to mend what the server says while it lets nobody in.
_AT_THE_DOOR = {
    "password": _PASSWORD,
    "does not exist": "correct the address, or create it",
    "pg_hba.conf": "ask whoever keeps the database to let this user in from here",
    "service": "correct the address, or the service file",
}
# How to mend what it says later, by its code.
_INSIDE = {
    "25006": "a query must only read",
    "2BP01": "drop what depends on it first, or name another schema",
    "42501": "ask whoever keeps the database for the right to it",
    "42601": "correct the query",
    "42703": "correct the query",
    "42P01": "correct the query",
    "53100": "make space on its disk",
}


def require_address(address: str) -> None:
    """
    Refuse an address of a database that is none, or that holds a password.

    Parameters
    ----------
    address
        As ``postgresql://user@host:5432/database``.

    Raises
    ------
    InputError
        Without repeating the address, which may hold a secret.

    Examples
    --------
    >>> require_address("postgresql://reader@db.example.lv:5432/planning")
    >>> require_address("mysql://db.example.lv")
    Traceback (most recent call last):
    geoaccess.errors.InputError: that is no address of a PostGIS database; write \
postgresql://user@host:5432/database
    """
    found = _ADDRESS.fullmatch(address)
    if found is None:
        msg = "that is no address of a PostGIS database; write postgresql://user@host:5432/database"
        raise InputError(msg)
    # A password may itself hold any of :/?@, so all before the last @ counts.
    user, at, _ = found["rest"].rpartition("@")
    if (at and ":" in user) or _SECRET.search(address):
        msg = f"the address of the database holds a password; take it out, and {_PASSWORD}"
        raise InputError(msg)


@contextmanager
def connected(address: str, *, what: str, writing: bool = False) -> Iterator[Connection]:
    """
    Open a connection in one transaction, of which all is done or nothing.

    Parameters
    ----------
    address
        As for :func:`require_address`. The password comes from PGPASSWORD, ``~/.pgpass`` or
        a service file, as PostgreSQL's own programs have it.
    what
        What is wanted, for messages.
    writing
        Whether anything may be written; the server refuses to otherwise.

    Raises
    ------
    InputError
        If the extra is not installed, the database cannot be reached, or it refuses.
    OutputError
        If it refuses what was to be written.
    """
    engine = _engine(address)
    from psycopg import Error as DriverError  # noqa: PLC0415 - known to be there by now
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    inside = False
    try:
        with engine.connect() as plain:
            inside = True
            level = "READ COMMITTED" if writing else "REPEATABLE READ"
            connection = plain.execution_options(
                isolation_level=level, postgresql_readonly=not writing
            )
            with connection.begin():
                yield connection
    except GeoAccessError:
        raise
    except (SQLAlchemyError, DriverError, UnicodeError) as error:
        # Not chained: what the driver tells of itself is no concern of a log.
        refused = OutputError if writing and inside else InputError
        msg = f"{what}: {_reason(error, inside=inside)}"
        raise refused(msg) from None
    finally:
        engine.dispose()


def _engine(address: str) -> Engine:
    require_address(address)
    try:
        import psycopg  # noqa: F401, PLC0415 - to see that it is there
        import sqlalchemy as sa  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "PostGIS needs an extra that is not installed; pip install 'geoaccess[postgis]'"
        raise InputError(msg) from error
    try:
        url = sa.make_url(address).set(drivername="postgresql+psycopg")
    except (sa.exc.ArgumentError, ValueError):
        msg = (
            "the address of the database cannot be understood; write "
            "postgresql://user@host:5432/database"
        )
        raise InputError(msg) from None
    return sa.create_engine(
        url,
        poolclass=sa.NullPool,
        hide_parameters=True,
        # Prepared from the first time on: a query is one statement, never several.
        connect_args={"connect_timeout": _PATIENCE_S, "prepare_threshold": 0},
    )


def _reason(error: Exception, *, inside: bool) -> str:
    """One line on why, and how to mend it."""
    from psycopg import DataError  # noqa: PLC0415 - known to be there by now

    cause = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    said = lines[0] if lines else type(cause).__name__
    if not inside:
        mends = [mend for word, mend in _AT_THE_DOOR.items() if word in said]
        return f"{said}; {mends[0] if mends else 'start the server, or correct the address'}"
    state = getattr(cause, "sqlstate", None)
    if state is None and isinstance(cause, ValueError | DataError):
        return f"{said}; correct this text"
    mend = _INSIDE.get(state or "", "ask whoever keeps the database")
    return f"{said}; {mend}"
