"""One server for the tests of a worker, and a database that is empty at the start of each."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.postgis.server import PASSWORD, Missing, Postgis, running


@pytest.fixture(scope="session")
def server() -> Iterator[Postgis]:
    """Start a server; skip where there can be none, and fail where CI asks for it."""
    pytest.importorskip("sqlalchemy")
    pytest.importorskip("psycopg")
    try:
        with running() as one:
            yield one
    except Missing as reason:
        if os.environ.get("GEOACCESS_REQUIRE_POSTGIS") == "1":
            pytest.fail(f"{reason}, and GEOACCESS_REQUIRE_POSTGIS=1")
        pytest.skip(str(reason))


@pytest.fixture
def postgis(server: Postgis, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postgis]:
    """Lend the server; whatever a test makes in schemas of its own is dropped."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.delenv("PGSERVICE", raising=False)
    server.run('create schema "plan"')
    yield server
    made = server.run(
        "select quote_ident(nspname) from pg_namespace where nspname !~ '^pg_' "
        "and nspname not in ('public', 'information_schema')"
    )
    for name in made.splitlines():
        server.run(f"set client_min_messages = error; drop schema {name} cascade")
