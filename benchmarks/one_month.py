"""What a month costs in a large house, against plain SQL that computes every figure of it. See `reports.py`."""

import datetime as dt
import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from attendance.models import Visit
from attendance.reports import figures, monthly_report, report_of
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House, Member, Role, User

OCTOBER = Month(2026, 10)
TODAY = dt.datetime(2026, 11, 14, 17, tzinfo=dt.UTC)
PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ROUNDS, WARM_UP = 9, 1


def side_by_side(job: Callable, least: Callable, rounds: int = ROUNDS) -> str:
    """How many times `least` the `job` takes, in turns, so that whatever else the machine does meets both.

    Of the medians, and of the quickest, which says more on a machine that does other things as well.
    """
    took: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for number in range(WARM_UP + rounds):
        for place in (0, 1) if number % 2 else (1, 0):
            started = time.perf_counter()
            (job, least)[place]()
            if number >= WARM_UP:
                took[place].append(time.perf_counter() - started)
    median, quickest = statistics.median(took[0]) / statistics.median(took[1]), min(took[0]) / min(took[1])
    return f"{median:.2f} x (quickest {quickest:.2f}: {min(took[0]) * 1000:.0f} ms, {min(took[1]) * 1000:.0f} ms)"


def statements() -> list[str]:
    """The one for this database: dates, clocks and elapsed time have no SQL in common."""
    name = "month.sql" if connection.vendor == "postgresql" else "month.sqlite.sql"
    text = Path(__file__).with_name(name).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [statement for statement in "\n".join(lines).split(";\n") if statement.strip()]


def plain_sql(month: Month) -> dict[tuple[str, str], float | None]:
    """Every figure by (key, filter)."""
    house = House.objects.current()
    midnights = [dt.datetime.combine(day, dt.time(), house.zone) for day in (month.first, month.next.first)]
    given = {
        "first": month.first,
        "last": month.last,
        "year_ago": month.first.replace(year=month.year - 1),
        "yesterday": TODAY.date() - dt.timedelta(days=1),
        "zone": house.time_zone,
        "begin": midnights[0].astimezone(dt.UTC).replace(tzinfo=None),
        "end": midnights[1].astimezone(dt.UTC).replace(tzinfo=None),
        "offset": f"{midnights[0].utcoffset() // dt.timedelta(hours=1)} hours",
    }
    if connection.vendor == "sqlite":
        given = {name: str(value) for name, value in given.items()}
    found = {}
    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement, given)
            for key, part, value in cursor.fetchall():
                found[key, part] = None if value is None else round(float(value), 2)
    return found


def as_figures(month: Month) -> dict[tuple[str, str], float | None]:
    report = monthly_report(month)
    return {
        (figure.key, figure.filter): None if figure.value is None else float(figure.value) for figure in figures(report)
    }


def month_against_sql(_: Path) -> str:
    with time_machine.travel(TODAY, tick=True), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # compiling a statement is no part of the question, for neither side
            cursor.execute("SET jit = off")
        told, counted = as_figures(OCTOBER), plain_sql(OCTOBER)
        wrong = [name for name in told.keys() | counted.keys() if told.get(name, "-") != counted.get(name, "-")]
        if wrong:
            lines = [f"{name}: {told.get(name, '-')} told, {counted.get(name, '-')} in SQL" for name in sorted(wrong)]
            raise SystemExit("\n".join(lines))
        ratio = side_by_side(lambda: monthly_report(OCTOBER), lambda: plain_sql(OCTOBER))
        return f"computing {OCTOBER}, {len(told)} figures, the same in both: {ratio} plain SQL (goal 1.5)"


def year_against_month(_: Path) -> str:
    """A fiscal year has about twelve times the rows of a month, and is streamed."""
    with time_machine.travel(TODAY, tick=True):
        year = Span.of(Month(2025, 10), Month(2026, 9))
        ratio = side_by_side(lambda: report_of(year), lambda: monthly_report(OCTOBER), rounds=3)
        return f"computing a fiscal year: {ratio} a month (goal 12)"


def queries_of_the_page(_: Path) -> str:
    """The same number with one month of history, with a year, and with ten. Everything is taken back afterwards."""
    first = Visit.objects.order_by("day").values_list("day", flat=True)[0]
    counts = []
    with override_settings(STORAGES=PLAIN_FILES), time_machine.travel(TODAY, tick=True):
        for words, months in (("ten years", 119), ("a year", 11), ("a month", 0)):
            with transaction.atomic():
                client = _browser()
                begin = max(first, OCTOBER.first - dt.timedelta(days=months * 30.4))
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE attendance_mark SET visit_id = NULL WHERE day < %s", [begin])
                    cursor.execute("DELETE FROM attendance_visit WHERE day < %s", [begin])
                client.get(f"/reports/{OCTOBER}/")
                with CaptureQueriesContext(connection) as captured:
                    client.get(f"/reports/{OCTOBER}/")
                counts.append(f"{len(captured)} with {words} of visits")
                transaction.set_rollback(True)
    return f"queries of the month's page: {', '.join(counts)}"


def _browser() -> Client:
    """Of a member."""
    user = User.objects.create_user(username="who-measures", role=Role.MEMBER)
    Member.objects.create(member_no="B1", first_name="Bea", enrolled_on=dt.date(2026, 11, 1), user=user)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="members.sign_in.Backend")
    return client


JOBS: list[Callable[[Path], str]] = [month_against_sql, year_against_month, queries_of_the_page]
