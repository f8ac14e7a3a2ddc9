"""Ten years of visits cost reception nothing: no question that it asks reads one of the tables that grow as a whole.

How fast that is on a large house is measured by benchmarks/arrivals.py; here the database tells its plan.
"""

import datetime as dt
import json
import re
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from attendance.models import Visit
from tests import make

pytestmark = pytest.mark.django_db
GROWING = "attendance_visit|attendance_mark|members_auditrecord|activities_unittask|activities_signup"


class Questions:
    """Everything that is asked while it is open."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []

    def __call__(self, execute, sql, params, many, context):
        self.asked.append((sql, params))
        return execute(sql, params, many, context)


def read_as_a_whole(questions: Questions) -> list[str]:
    """The growing tables of which the plan of some question takes every row."""
    found = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan TO off")  # a house of three rows would always be read as a whole
        for sql, params in questions.asked:
            if not sql.lstrip("( ").startswith(("SELECT", "UPDATE")):
                continue
            if connection.vendor == "postgresql":
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0]
                found += whole_tables(json.loads(plan) if isinstance(plan, str) else plan)
            else:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                scanned = re.findall(r"\bSCAN (\w+)", "\n".join(row[3] for row in cursor.fetchall()))
                names = dict(re.findall(r'"(\w+)" ([A-Z]\d+)', sql))
                tables = {alias: table for table, alias in names.items()}
                found += [tables.get(name, name) for name in scanned]
    return sorted({table for table in found if re.fullmatch(GROWING, table)})


def whole_tables(plan) -> list[str]:
    if isinstance(plan, list):
        return [table for each in plan for table in whole_tables(each)]
    if not isinstance(plan, dict):
        return []
    is_whole = plan.get("Node Type", "").endswith("Scan") and "Index Cond" not in plan and "Recheck Cond" not in plan
    here = [plan["Relation Name"]] if is_whole and "Relation Name" in plan else []
    return here + [table for each in plan.values() for table in whole_tables(each)]


@pytest.fixture
def house(amara, noor, sam, as_):
    make.visit(noor, timezone.localdate() - dt.timedelta(days=7))
    client = as_(sam)
    client.get("/arrivals/")
    return client


def tap(house, member, action, **headers) -> None:
    data = {"key": str(uuid.uuid4()), "member_no": member.member_no, "action": action}
    assert house.post(f"/arrivals/{timezone.localdate()}/log/", data, headers=headers).status_code in (200, 302)


def test_the_arrivals_page(house, amara):
    tap(house, amara, "arrive")
    questions = Questions()
    with connection.execute_wrapper(questions):
        page = house.get("/arrivals/")
        piece = house.post("/arrivals/", {"q": "Amara"}, headers={"HX-Request": "true"})
    assert (page.status_code, piece.status_code) == (200, 200)
    assert len(questions.asked) > 12
    assert read_as_a_whole(questions) == []


def test_an_arrival_a_leaving_and_an_undo(house, amara):
    questions = Questions()
    with connection.execute_wrapper(questions):
        for action in ("arrive", "leave", "undo"):
            tap(house, amara, action, HX_Request="true")
    assert len(questions.asked) > 24
    assert read_as_a_whole(questions) == []


def test_a_question_without_a_day_would_be_seen(amara):
    """The control: this is how the page once asked who is still here."""
    now = timezone.now()
    questions = Questions()
    with connection.execute_wrapper(questions):
        list(Visit.objects.filter(noted_at__gt=now))
        list(Visit.objects.filter(noted_at__gt=now) | Visit.objects.on(now.date()))
    assert read_as_a_whole(questions) == ["attendance_visit"]
