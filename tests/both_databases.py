"""Runs the suite on PostgreSQL and on SQLite, side by side: python3 bootstrap.py test [--slow] [pytest's arguments]

What needs a browser waits a lot, so on SQLite it runs by itself, beside the two, with some others that take long; on
PostgreSQL it runs only with --slow.
Prints what was found; then PostgreSQL's output as it comes, then that of the others, so that every closing line can
be read.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from tests import machine
from tests.machine import Found

# What one run compiled, the others and the programs that tests start need not compile again.
COMPILED = Path(__file__).resolve().parent.parent / ".pytest_cache" / "compiled"
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

    with contextlib.ExitStack() as stack:
        running: list[tuple[str, subprocess.Popen, IO[bytes] | None]] = []
        try:
            for name, env in parts(postgres, redis, browser):
                out = stack.enter_context(tempfile.TemporaryFile()) if running else None
                # Each may keep a cache of its own of which tests failed last.
                options = ["-o", f"cache_dir=.pytest_cache/{name.lower().replace(' ', '-')}"]
                command = [sys.executable, "-m", "pytest", *options]
                command += ["--color=yes"] if sys.stdout.isatty() else []
                process = subprocess.Popen([*command, *arguments], env=env, stdout=out, stderr=subprocess.STDOUT)
                running.append((name, process, out))
            codes = finish(running)
        finally:
            for _, process, _ in running:
                if process.poll() is None:
                    process.terminate()
            for _, process, _ in running:
                process.wait()
    failed = [name for (name, _, _), code in zip(running, codes, strict=True) if code not in (0, NO_TESTS)]
    if all(code == NO_TESTS for code in codes):
        failed = [name for name, _, _ in running]
    if not postgres:
        loud(MISSING.format("PostgreSQL") + " Everything above ran on SQLite only.")
    print(f"{time.monotonic() - started:.0f} s. " + (f"Failed on {' and '.join(failed)}." if failed else "All passed."))
    return 1 if failed else 0


def parts(postgres: Found | None, redis: Found | None, browser: Found | None) -> Iterator[tuple[str, dict[str, str]]]:
    """The name and the environment of each pytest to run."""
    env = os.environ | {"PYTHONUNBUFFERED": "1"} | ({"TEST_BROWSER": browser.url} if browser else {})
    env.setdefault("PYTHONPYCACHEPREFIX", str(COMPILED))
    for name in ("DATABASE_URL", "TESTED_ONCE_ELSEWHERE", "TESTS_IN_A_BROWSER", "PYTHONDONTWRITEBYTECODE"):
        env.pop(name, None)

    def with_redis(number: int) -> dict[str, str]:
        number += os.getpid() % 7 * 2  # two of Redis' sixteen databases, seldom those of another run
        return {"REDIS_URL_FOR_TESTS": with_path(redis.url, f"/{number}")} if redis else {}

    if postgres:
        url = with_path(postgres.url, f"/clubhouse_{os.getpid()}")
        yield "PostgreSQL", env | with_redis(1) | {"DATABASE_URL": url, "TESTED_ONCE_ELSEWHERE": "1"}
    yield "SQLite", env | with_redis(2) | ({"TESTS_IN_A_BROWSER": "elsewhere"} if browser else {})
    if browser:
        yield "SQLite in a browser", env | {"TESTS_IN_A_BROWSER": "only"}


def finish(running: list[tuple[str, subprocess.Popen, IO[bytes] | None]]) -> list[int]:
    """Wait for all; print what the later ones wrote after the first has ended. Exit codes in order."""
    codes = []
    for name, process, out in running:
        print(f"\n== The suite on {name} ==", flush=True)
        codes.append(process.wait())
        if out is not None:
            out.seek(0)
            sys.stdout.buffer.write(out.read())
            sys.stdout.flush()
    return codes


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
