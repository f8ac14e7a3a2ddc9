"""Reports and rosters of a large house, each measured beside the barest way to the same thing, in one run.

DATABASE_URL names a scratch database that `large_house.py` filled. Nothing that is written to it stays. `one_month.py`
holds the month's own questions, beside `month.sql` and `month.sqlite.sql`.
"""

import csv
import datetime as dt
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

import django

django.setup()

import one_month
from django.db import connection

from attendance.exports.roster import write_roster
from attendance.reports import report_of
from attendance.reports.roster import Roster
from clubhouse.spans import Span

TODAY = dt.date(2026, 11, 17)
YEAR = Span(dt.date(2025, 11, 1), dt.date(2026, 10, 31))
TEN_YEARS = Span(dt.date(2016, 11, 1), dt.date(2026, 11, 30))
ROUNDS = 5

# The same rows as the roster, as they lie in the tables.
ROWS = """
    SELECT m.member_no, m.first_name || ' ' || m.last_name, v.day, v.arrived_at, v.left_at, v.ending, v.kind,
        u.name, v.source
    FROM attendance_visit v JOIN members_member m ON m.id = v.member_id LEFT JOIN activities_unit u ON u.id = v.unit_id
    WHERE v.day BETWEEN '{first}' AND '{last}' ORDER BY v.day, v.arrived_at, v.id
"""


def no_progress(done: int, total: int) -> None:
    pass


def seconds(*jobs: Callable[[], object]) -> list[float]:
    """The best of a few rounds of each job, taking turns, so that a busy moment meets all of them."""
    best = [float("inf")] * len(jobs)
    for _ in range(ROUNDS):
        for number, job in enumerate(jobs):
            started = time.perf_counter()
            job()
            best[number] = min(best[number], time.perf_counter() - started)
    return best


def bare_rows(path: Path, span: Span) -> None:
    """The database's own way to a file: COPY on PostgreSQL, a cursor and csv.writer on SQLite."""
    sql = ROWS.format(first=span.first, last=span.last)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv, HEADER)") as copy, path.open("wb") as file:
                for piece in copy:
                    file.write(piece)
            return
        connection.ensure_connection()
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(connection.connection.cursor().execute(sql))


def roster_of_a_year(folder: Path) -> str:
    ours, bare = folder / "ours.csv", folder / "bare.csv"
    mine, theirs = seconds(
        lambda: write_roster(Roster(YEAR, today=TODAY), "csv", ours, no_progress), lambda: bare_rows(bare, YEAR)
    )
    rows = [sum(1 for _ in path.open("rb")) - 1 for path in (ours, bare)]
    what, goal = ("COPY", 5) if connection.vendor == "postgresql" else ("a bare cursor with csv.writer", 3)
    rows[1] += connection.vendor == "sqlite"  # it wrote no header
    assert rows[0] == rows[1], rows
    said = f"{mine * 1000:.0f} ms against {theirs * 1000:.0f} ms"
    return (
        f"a year's roster, CSV, {rows[0]:,} rows: {mine / theirs:.2f} x {what} of the same rows ({said}; goal {goal} x)"
    )


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def memory_of_ten_years(format: str) -> Callable[[Path], str]:
    """In a process of its own: the most it ever held, over what it held before it began."""

    def measure(folder: Path) -> str:
        order = [sys.executable, __file__, "ten-years", format, str(folder / f"ten-years.{format}")]
        return subprocess.run(order, check=True, capture_output=True, text=True).stdout.strip()

    return measure


def ten_years(format: str, path: str) -> None:
    write_roster(Roster(Span(TODAY, TODAY), today=TODAY), format, Path(path), no_progress)  # whatever loads late
    roster, before, started = Roster(TEN_YEARS, today=TODAY), peak_mb(), time.perf_counter()
    rows = roster.count()
    write_roster(roster, format, Path(path), no_progress)
    took, size = time.perf_counter() - started, Path(path).stat().st_size / 1e6
    grown = peak_mb() - before
    print(
        f"ten years' roster, {format.upper()}, {rows:,} rows, {size:.0f} MB in {took:.0f} s: "
        f"{grown:.0f} MB over the start ({before:.0f} MB; goal 50 MB)"
    )


def figures_of_ten_years(_: Path) -> str:
    order = [sys.executable, __file__, "ten-years-figures"]
    return subprocess.run(order, check=True, capture_output=True, text=True).stdout.strip()


def ten_years_figures() -> None:
    report_of(Span(YEAR.last, YEAR.last), today=TODAY)  # whatever loads late
    before, started = peak_mb(), time.perf_counter()
    days = report_of(TEN_YEARS, today=TODAY).attendance.member_days
    took, grown = time.perf_counter() - started, peak_mb() - before
    print(
        f"ten years' figures, {days:,} member-days in {took:.0f} s: "
        f"{grown:.0f} MB over the start ({before:.0f} MB; goal 50 MB)"
    )


JOBS: list[Callable[[Path], str]] = [
    *one_month.JOBS,
    figures_of_ten_years,
    roster_of_a_year,
    memory_of_ten_years("csv"),
    memory_of_ten_years("xlsx"),
]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for job in JOBS:
            print(f"{connection.vendor}: {job(Path(folder))}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["ten-years"]:
        ten_years(*sys.argv[2:])
    elif sys.argv[1:2] == ["ten-years-figures"]:
        ten_years_figures()
    else:
        main()
