"""pytest plugin (loaded from pyproject.toml before Django's settings): which tests this machine can run.

Markers: `once` does not depend on the database and need not run on both; `page` runs on both with --slow, else on one;
`postgres` runs only on PostgreSQL; `redis` and `browser` need a real one (tests find it in the environment, as
REDIS_URL_FOR_TESTS and TEST_BROWSER); `slow` runs only with --slow. What is missing is skipped loudly, or fails when
REQUIRE_SERVICES=1. Works the same under `bootstrap.py test` and under plain `python -m pytest`.
"""

import atexit
import gc
import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest
from django.core.management.commands import flush
from django.db import connections  # reads no settings yet
from django.db.backends.base.operations import BaseDatabaseOperations

from tests import machine

MADE_BY_MIGRATING = {"auth_permission", "django_content_type"}
WORDS = {
    "redis": "Redis (start one on 127.0.0.1:6379, or install redis-server)",
    "browser": "a browser (install chromium, or name one in TEST_BROWSER)",
}
# A run makes much and keeps most of it: looking through all of it for what is left over takes a tenth of the time.
gc.set_threshold(50_000, 20, 50)
missing: set[str] = set()
folder = Path(tempfile.mkdtemp(prefix="clubhouse-tests-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)

# Before Django reads its settings: tests never touch the house's own data, key, mail or queue.
os.environ["DATA_DIR"] = str(folder)
(folder / "static").mkdir()
os.environ.setdefault("SECRET_KEY", "for-tests-only-" + "0123456789abcdef" * 4)
for name in ("DEMO", "ALLOWED_HOSTS", "HOUSE_NAME", "TIME_ZONE", "PORT"):
    os.environ.pop(name, None)
os.environ["EMAIL_URL"] = "smtp://localhost:1"  # a house with mail; pytest-django keeps what is sent in memory
if os.environ.get("REDIS_URL"):
    os.environ.setdefault("REDIS_URL_FOR_TESTS", os.environ.pop("REDIS_URL"))


IN_A_BROWSERS_RUN = re.compile(r"mark\.(browser|beside)\b")


def required() -> bool:
    return os.environ.get("REQUIRE_SERVICES") == "1"


def of_another_run(*, slow: bool) -> set[str]:
    """The markers of tests that this run leaves to another one."""
    apart = {
        "postgres": not os.environ.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")),
        "once": os.environ.get("TESTED_ONCE_ELSEWHERE") == "1",
        "browser": os.environ.get("TESTS_IN_A_BROWSER") == "elsewhere",
        "beside": os.environ.get("TESTS_IN_A_BROWSER") == "elsewhere",
        "slow": not slow,
    }
    return {name for name, is_apart in apart.items() if is_apart}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also the crash, chaos and whole accessibility tests")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "once: does not depend on the database, so runs on one when the suite runs on both"
    )
    config.addinivalue_line(
        "markers", "page: looks at pages, so runs on the second database only with --slow when the suite runs on both"
    )
    config.addinivalue_line("markers", "postgres: needs PostgreSQL; left out on SQLite")
    config.addinivalue_line("markers", "redis: needs a real Redis, at REDIS_URL_FOR_TESTS")
    config.addinivalue_line("markers", "browser: needs a real browser, at TEST_BROWSER")
    config.addinivalue_line(
        "markers",
        "beside: takes long and looks at no second database, so it runs with the browser's where these run apart",
    )
    config.addinivalue_line("markers", "slow: runs only with --slow")


def pytest_sessionstart() -> None:
    """SQLite in a file, as in a house: in memory it has neither its journal nor its locks."""
    chosen = connections.settings["default"]
    if chosen["ENGINE"] == "django.db.backends.sqlite3":
        chosen["TEST"]["NAME"] = str(folder / "test.sqlite3")
        chosen["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # no test pulls the plug
    else:
        chosen.setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
    empty_quickly(type(connections["default"].ops))


def empty_quickly(operations: type[BaseDatabaseOperations]) -> None:
    """After a test that commits, its rows are deleted, and what migrations made stays as it is.

    Django would truncate: on PostgreSQL that makes each table's file anew, and waits for the disk each time. And it
    would ask and write for each model anew what contents and permissions there are, which no test changes.
    """

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False) -> list[str]:
        assert not reset_sequences
        names = [self.quote_name(table) for table in sorted(tables) if table not in MADE_BY_MIGRATING]
        return [f"DELETE FROM {name}" for name in names]

    operations.sql_flush = sql_flush
    flush.emit_post_migrate_signal = lambda *args, **options: None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """A run for the browser alone does not even open what is not for it. None: somebody else may say."""
    alone = os.environ.get("TESTS_IN_A_BROWSER") == "only" and collection_path.suffix == ".py"
    return True if alone and not IN_A_BROWSERS_RUN.search(collection_path.read_text()) else None


def pytest_itemcollected(item: pytest.Item) -> None:
    """Where the suite runs on both databases, pages are looked at on the second one only with --slow."""
    is_page = item.get_closest_marker("browser") or item.get_closest_marker("page")
    if os.environ.get("TESTED_ONCE_ELSEWHERE") == "1" and is_page:
        item.add_marker("slow")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to another run; look for services only when a test asks for one."""
    others = of_another_run(slow=config.getoption("--slow"))
    kept = [item for item in items if not any(item.get_closest_marker(name) for name in others)]
    if os.environ.get("TESTS_IN_A_BROWSER") == "only":
        kept = [item for item in kept if item.get_closest_marker("browser") or item.get_closest_marker("beside")]
    left_out = [item for item in items if item not in set(kept)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept
    wanted = {name for name in WORDS if any(item.get_closest_marker(name) for item in items)}
    if "browser" in wanted:
        offer("browser", "TEST_BROWSER", machine.find_browser())
    if "redis" in wanted:
        offer("redis", "REDIS_URL_FOR_TESTS", machine.find_redis())


def offer(name: str, variable: str, found: machine.Found | None) -> None:
    if found:
        os.environ[variable] = found.url
    else:
        missing.add(name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in missing:
        if item.get_closest_marker(name):
            sentence = f"This machine lacks {WORDS[name]}."
            if required():
                pytest.fail(sentence, pytrace=False)
            pytest.skip(sentence)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in sorted(missing):
        terminalreporter.write_line(f"MISSING: {WORDS[name]}. Its tests did not run.", red=True, bold=True)
