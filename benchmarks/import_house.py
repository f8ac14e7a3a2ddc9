"""What bringing a house's spreadsheets in costs, against only storing as many rows.

Needs an empty scratch database in DATABASE_URL; leaves it filled. Prints seconds for orientation, ratios to compare.
"""

import csv
import os
import sys
import time
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection, transaction

HOUSE = ROOT / "tests" / "data" / "maple-street"


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def store_bare_rows() -> None:
    with (HOUSE / "visits.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (a text, b text, c text, d text, e text, f text)")
        cursor.executemany("INSERT INTO bare VALUES (%s, %s, %s, %s, %s, %s)", rows)
        cursor.execute("DROP TABLE bare")


def main() -> None:
    call_command("migrate", verbosity=0)
    bare = seconds(store_bare_rows)
    first = seconds(lambda: call_command("import_house", str(HOUSE), stdout=StringIO()))
    again = seconds(lambda: call_command("import_house", str(HOUSE), stdout=StringIO()))
    print(f"{connection.vendor}: bare rows {bare:.2f} s, import {first:.2f} s, the same again {again:.2f} s")
    print(f"import / bare rows {first / bare:.1f}    again / import {again / first:.2f}")


if __name__ == "__main__":
    main()
