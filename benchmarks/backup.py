"""Keeping and bringing back a large house, as ratios to what the database's own tools cost; and the most memory.

DATABASE_URL names a house of benchmarks/large_house.py. Each step runs in a process of its own.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
URL = os.environ["DATABASE_URL"]
KEY = "for-this-measurement-alone"


def timed(env: dict[str, str], *command: str) -> tuple[float, float]:
    """Seconds, and the most memory in MB."""
    before = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ | env)
    _pid, status, usage = os.wait4(pid, 0)
    if status:
        raise SystemExit(f"did not work: {' '.join(command)}")
    return time.perf_counter() - before, usage.ru_maxrss / 1024


def by_hand(folder: Path) -> tuple[float, float]:
    """What the database's own tools need for a copy, and to load it."""
    if URL.startswith("sqlite"):
        file, copy, back = URL.removeprefix("sqlite:///"), folder / "copy.sqlite3", folder / "back.sqlite3"
        code = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
        out, _ = timed({}, sys.executable, "-c", code, file, str(copy))
        back_in, _ = timed({}, sys.executable, "-c", code, str(copy), str(back))
        return out, back_in
    out, _ = timed({}, "/usr/bin/pg_dump", "--format", "custom", "--file", str(folder / "dump"), URL)
    scratch = urlunsplit(urlsplit(URL)._replace(path="/clubhouse_restored_by_hand"))
    subprocess.run(["/usr/bin/createdb", "--maintenance-db", URL, "clubhouse_restored_by_hand"], check=True)
    try:
        command = ["--no-owner", "--dbname", scratch, str(folder / "dump")]
        return out, timed({}, "/usr/bin/pg_restore", *command)[0]
    finally:
        subprocess.run(["/usr/bin/dropdb", "--maintenance-db", URL, "clubhouse_restored_by_hand"], check=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {"BACKUP_KEY": KEY, "DATA_DIR": name, "SECRET_KEY": "k" * 60}
        out, back = by_hand(folder)
        file, python = str(folder / "house.age"), sys.executable
        kept, kept_mb = timed(env, python, str(ROOT / "manage.py"), "backup", file)
        target = env | {"DATABASE_URL": f"sqlite:///{folder}/restored.sqlite3"}
        if not URL.startswith("sqlite"):
            subprocess.run(["/usr/bin/createdb", "--maintenance-db", URL, "clubhouse_restored"], check=True)
            target["DATABASE_URL"] = urlunsplit(urlsplit(URL)._replace(path="/clubhouse_restored"))
        try:
            restored, restored_mb = timed(target, python, str(ROOT / "manage.py"), "restore", file)
        finally:
            if not URL.startswith("sqlite"):
                subprocess.run(["/usr/bin/dropdb", "--maintenance-db", URL, "clubhouse_restored"], check=True)
        size = Path(file).stat().st_size / 1e6
        print(f"backup:  {kept:6.1f} s, {kept / out:5.1f} x the database's own copy ({out:.1f} s), {kept_mb:.0f} MB")
        print(f"restore: {restored:6.1f} s, {restored / back:5.1f} x its own ({back:.1f} s), {restored_mb:.0f} MB")
        print(f"the file has {size:.1f} MB")


if __name__ == "__main__":
    main()
