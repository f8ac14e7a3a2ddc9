"""Runs the suite on PostgreSQL and on SQLite, side by side: python3 bootstrap.py test [--slow] [pytest's arguments]

Prints what was found; then PostgreSQL's output as it comes, then SQLite's, so that both closing lines can be read.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit, urlunsplit

from tests import machine

NO_TESTS = 5  # pytest's exit code when nothing was selected
MISSING = "MISSING: {}. Its tests do not run."


def loud(sentence: str) -> None:
    print(f"\033[1;31m{sentence}\033[0m" if sys.stdout.isatty() else sentence, flush=True)


def with_path(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path))


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    signal.signal(signal.SIGTERM, interrupt)
    started = time.monotonic()
    postgres, redis, browser = machine.find_postgres(), machine.find_redis(), machine.find_browser()
    for name, found in (("PostgreSQL", postgres), ("Redis", redis), ("Browser", browser)):
        if found:
            print(f"{name}: {found.where}", flush=True)
        else:
            loud(MISSING.format(name))
    if os.environ.get("REQUIRE_SERVICES") == "1" and not (postgres and redis and browser):
        loud("REQUIRE_SERVICES=1: what is missing counts as a failure.")
        return 1

    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    if browser:
        env["TEST_BROWSER"] = browser.url
    number = os.getpid() % 7 * 2  # two databases of Redis' sixteen, seldom those of another run
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    running: list[tuple[str, subprocess.Popen]] = []
    with tempfile.TemporaryFile() as later:
        try:
            for database, out in (("PostgreSQL", None), ("SQLite", later if postgres else None)):
                if database == "PostgreSQL":
                    if not postgres:
                        continue
                    env["DATABASE_URL"] = with_path(postgres.url, f"/clubhouse_{os.getpid()}")
                    env["TESTED_ONCE_ELSEWHERE"] = "1"
                else:
                    for name in ("DATABASE_URL", "TESTED_ONCE_ELSEWHERE"):
                        env.pop(name, None)
                number += 1
                if redis:
                    env["REDIS_URL_FOR_TESTS"] = with_path(redis.url, f"/{number}")
                # Each may keep a cache of its own of which tests failed last.
                options = ["-o", f"cache_dir=.pytest_cache/{database.lower()}", *colour]
                command = [sys.executable, "-m", "pytest", *options, *arguments]
                running.append((database, subprocess.Popen(command, env=env, stdout=out, stderr=subprocess.STDOUT)))
            codes = finish(running, later)
        finally:
            for _, process in running:
                if process.poll() is None:
                    process.terminate()
            for _, process in running:
                process.wait()
    failed = [database for (database, _), code in zip(running, codes, strict=True) if code not in (0, NO_TESTS)]
    if all(code == NO_TESTS for code in codes):
        failed = [database for database, _ in running]
    if not postgres:
        loud(MISSING.format("PostgreSQL") + " Everything above ran on SQLite only.")
    print(f"{time.monotonic() - started:.0f} s. " + (f"Failed on {' and '.join(failed)}." if failed else "All passed."))
    return 1 if failed else 0


def finish(running: list[tuple[str, subprocess.Popen]], later) -> list[int]:
    """Wait for both; print the second's output, kept in `later`, after the first has ended. Exit codes in order."""
    print(f"\n== The suite on {running[0][0]} ==", flush=True)
    codes = []
    for position, (database, process) in enumerate(running):
        if position:
            print(f"\n== The suite on {database} ==", flush=True)
        codes.append(process.wait())
    later.seek(0)
    sys.stdout.flush()
    sys.stdout.buffer.write(later.read())
    sys.stdout.flush()
    return codes


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
