"""A correction that comes while a month is being closed, on PostgreSQL; with the variant that goes wrong."""

import datetime as dt
import threading

import pytest
import time_machine
from django.db import connection

from attendance import actions
from attendance.models import MonthClosing, Visit
from attendance.views.months import counted
from clubhouse.converters import Month
from members import audit
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
OCTOBER, MONDAY = Month(2026, 10), dt.date(2026, 10, 5)
LONG = 0.4  # seconds in which a correction that need not wait is through


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(dt.datetime(2026, 11, 3, 15, 0, tzinfo=dt.UTC)):
        yield


def close_while_somebody_corrects() -> tuple[bool, list[str]]:
    """Whether the correction was through before the closing, and both in the order of their records."""
    visit = make.visit(make.member(), MONDAY)

    def correct():
        said = {
            "arrived_at": visit.arrived_at,
            "ending": "known",
            "kind": "wod",
            "unit": None,
            "why": "Late.",
            "by": None,
        }
        actions.correct_visit(visit=visit, left_at=visit.left_at + dt.timedelta(hours=1), **said)
        connection.close()

    thread, through = threading.Thread(target=correct), []

    def count(month: Month) -> bytes:
        kept = counted(month)
        thread.start()
        thread.join(LONG)
        through.append(not thread.is_alive())
        return kept

    actions.close_month(month=OCTOBER, counted=count, by=None)
    thread.join()
    told = AuditRecord.objects.filter(verb__in=["attendance.close_month", "attendance.correct_visit"])
    return through[0], list(told.order_by("seq").values_list("verb", flat=True))


def test_a_correction_waits_until_the_month_is_closed():
    audit.record(by=None, verb="tests.begin")
    assert close_while_somebody_corrects() == (False, ["attendance.close_month", "attendance.correct_visit"])
    assert Visit.objects.get().minutes == 240 and '"minutes": 180' in MonthClosing.objects.get().report


def test_control_without_holding_the_chain_it_slips_in_between(monkeypatch):
    audit.record(by=None, verb="tests.begin")
    monkeypatch.setattr("attendance.actions.months.audit", Loose())
    through, order = close_while_somebody_corrects()
    assert (
        through and order[0] == "attendance.correct_visit"
    )  # counted before it, and missing in what is told to have come later


class Loose:
    """The audit, but nobody is held up."""

    record = staticmethod(audit.record)

    @staticmethod
    def hold() -> None:
        return None
