"""Eight workers at once, on PostgreSQL with real commits: one makes the file. And the variant that goes wrong."""

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from attendance import report_files
from attendance.actions import report_files as actions
from attendance.models import ReportFile
from clubhouse.spans import Span
from members import audit
from members.models import AuditRecord
from tests.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WORKERS = 8


@pytest.fixture
def folder(settings, tmp_path):
    settings.REPORT_FILES = tmp_path / "report-files"
    return settings.REPORT_FILES


def ask(dana, format="csv") -> ReportFile:
    return actions.ask_for_file(what="roster", format=format, span=Span.parse("2026-06"), by=dana.user, why="A bill.")


def test_eight_workers_make_one_file(dana, folder, monkeypatch):
    made = []
    monkeypatch.setattr(report_files, "WRITERS", {"roster": lambda file, path, progress: made.append(file.stored_as)})
    for _ in range(10):
        file = ask(dana)
        assert at_once([report_files.make_waiting_file] * WORKERS) == []
        file.refresh_from_db()
        assert (file.state, file.attempts, made[-1]) == ("ready", 1, file.stored_as)
    assert len(made) == 10
    assert {path.name for path in folder.iterdir()} == set(made)


def test_who_looks_first_and_claims_then_makes_it_twice(dana, folder, monkeypatch):
    """Without the condition in the UPDATE itself."""
    claims: list = []

    def claim(file: ReportFile) -> None:
        state = {"state": "working", "claimed_until": timezone.now() + actions.CLAIM_LASTS}
        claims.append(ReportFile.objects.filter(pk=file.pk).update(**state))

    for _ in range(10):
        file = ask(dana)
        at_once([lambda file=file: claim(file) if ReportFile.objects.claimable(timezone.now()) else None] * WORKERS)
        ReportFile.objects.all().delete()
    assert sum(claims) > 10


def ask_eight_times(dana) -> int:
    """How many files in the making: the button was pressed eight times, for as many spans."""
    audit.record(by=None, verb="tests.begin")
    spans = [Span.parse(f"2026-0{month}") for month in range(1, WORKERS + 1)]

    def press(span):
        actions.ask_for_file(what="roster", format="csv", span=span, by=dana.user, why="A bill.")

    errors = at_once([lambda span=span: press(span) for span in spans])
    assert {type(error) for error in errors} <= {actions.TooManyFiles}
    return ReportFile.objects.count()


def test_nobody_has_more_than_a_few_on_their_way(dana):
    assert ask_eight_times(dana) == actions.MOST_WAITING
    asked = AuditRecord.objects.filter(verb="attendance.export_names")
    assert asked.count() == actions.MOST_WAITING


def test_without_the_lock_there_are_more(dana, monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", _only_of_the_audit(QuerySet.select_for_update))
    for _ in range(10):
        ReportFile.objects.all().delete()
        if ask_eight_times(dana) > actions.MOST_WAITING:
            return
    pytest.fail("The lock makes no difference.")


def _only_of_the_audit(lock):
    return lambda rows, **how: rows if rows.model._meta.label == "members.User" else lock(rows, **how)
