"""
A PostgreSQL with PostGIS of this test run's own, reached through a socket in a folder of its own.

Never a cluster that is there: everything lies in a temporary folder, no port is opened, and the
server is stopped at the end. Root on Debian gets what is missing with apt-get.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER = "owner"
PASSWORD = "tulpe-un-ķieģelis"  # noqa: S105 - of a server that lives for minutes
_INSTALL_S = 240
_START_S = 60
_LOCK = Path(tempfile.gettempdir()) / "geoaccess-tests-apt.lock"
_BINARIES = "/usr/lib/postgresql"


class Missing(Exception):  # noqa: N818 - no failure, but a reason to skip
    """Why there is no server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgis:
    """A server: its folder, and the folder of its programs."""

    folder: Path
    programs: Path

    def address(self, database: str = "postgis", user: str = OWNER) -> str:
        """Address of a database, as geoaccess takes it."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def run(self, sql: str, *, database: str = "postgis") -> str:
        """Run statements as the owner of the server, and return what they print."""
        done = subprocess.run(
            [
                self.programs / "psql",
                *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
                *("-h", self.folder, "-U", OWNER, "-d", database, "-f", "-"),
            ],
            input=sql,
            env={**os.environ, "PGPASSWORD": PASSWORD},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def running() -> Iterator[Postgis]:
    """
    Start a server with databases ``postgis`` and ``plain`` (without PostGIS), and stop it.

    Raises
    ------
    Missing
        If there is none to start, with the reason.
    """
    programs = _programs()
    # Short, for the path of a socket may have a hundred letters at most.
    folder = Path(tempfile.mkdtemp(prefix="ga-pg-", dir="/tmp"))
    server = Postgis(folder=folder, programs=programs)
    as_user = _unprivileged(folder)
    try:
        _start(server, as_user)
        for database in ("postgis", "plain"):
            server.run(f"create database {database} encoding 'UTF8'", database="postgres")
        server.run("create extension postgis")
        yield server
    finally:
        stop = [programs / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop"]
        _call(stop, as_user, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _start(server: Postgis, as_user: str | None) -> None:
    secret = server.folder / "secret"
    secret.write_text(PASSWORD, "utf-8")
    if as_user is not None:
        shutil.chown(secret, as_user)
    data = server.folder / "data"
    init = ("-U", OWNER, "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync")
    locale = ("-E", "UTF8", "--locale=C")
    _call([server.programs / "initdb", "-D", data, *init, *locale], as_user)
    secret.unlink()
    settings = f"-c listen_addresses='' -c fsync=off -k {server.folder}"
    log = server.folder / "log"
    wait = ("-w", "-t", str(_START_S), "start")
    _call([server.programs / "pg_ctl", "-D", data, "-l", log, "-o", settings, *wait], as_user)


def _call(words: Sequence[str | Path], as_user: str | None, *, check: bool = True) -> None:
    # Output to a file: a server that keeps a pipe open would hold us up for ever.
    with tempfile.TemporaryFile("w+") as told:
        done = subprocess.run(
            words,
            user=as_user,
            stdout=told,
            stderr=told,
            check=False,
            cwd="/",
            timeout=_START_S * 2,
        )
        told.seek(0)
        if check and done.returncode:
            msg = f"{Path(words[0]).name} failed: {told.read()[-500:].strip()}"
            raise Missing(msg)


def _unprivileged(folder: Path) -> str | None:
    """User that owns the server, for PostgreSQL refuses to run as root; None for ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd  # noqa: PLC0415 - not on Windows

    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        shutil.chown(folder, name)
        folder.chmod(0o755)
        return name
    msg = "root may not run PostgreSQL, and there is no user postgres or nobody"
    raise Missing(msg)


def _programs() -> Path:
    """Folder of the newest PostgreSQL that has PostGIS, fetched if root may fetch it."""
    if os.name != "posix":
        msg = "the server of these tests needs Linux or macOS"
        raise Missing(msg)
    found = _found()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        import fcntl  # noqa: PLC0415 - not on Windows

        with _LOCK.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = _found()
            if found is None:
                _install()
                found = _found()
    if found is None:
        msg = "no PostgreSQL with PostGIS; install it (on Debian: postgresql-postgis)"
        raise Missing(msg)
    return found


def _found() -> Path | None:
    versions = sorted(
        Path(_BINARIES).glob("*/bin/initdb"), key=lambda one: float(one.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    if on_path is not None:
        versions.append(Path(on_path).resolve())
    for initdb in versions:
        config = initdb.with_name("pg_config")
        shares = [Path("/usr/share/postgresql") / initdb.parts[-3]]
        if config.exists():
            told = subprocess.run(
                [config, "--sharedir"], capture_output=True, text=True, check=True
            )
            shares.append(Path(told.stdout.strip()))
        if any((share / "extension" / "postgis.control").exists() for share in shares):
            return initdb.parent
    return None


def _install() -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["install", "-y", "-qq", "--no-install-recommends", "postgresql", "postgresql-postgis"]
    begin = time.monotonic()
    for words in (["update", "-qq"], get):
        left_s = _INSTALL_S - (time.monotonic() - begin)
        try:
            done = subprocess.run(
                ["apt-get", *words], env=quiet, capture_output=True, check=False, timeout=left_s
            )
        except subprocess.TimeoutExpired:
            msg = f"apt-get did not get PostGIS within {_INSTALL_S} s"
            raise Missing(msg) from None
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        msg = f"apt-get could not get PostGIS: {lines[-1] if lines else done.returncode}"
        raise Missing(msg)
