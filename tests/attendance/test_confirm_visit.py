"""Somebody looked at what is odd, and it is right: an assumed time is known then, and billed."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from attendance import actions
from attendance.models import Visit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 10, 5)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False):
        yield


def confirm(client, visit, **headers):
    seen = Visit.objects.get(pk=visit.pk).version
    return client.post(f"/arrivals/visits/{visit.pk}/confirm/", {"seen": seen}, headers=headers)


def test_an_assumed_time_becomes_known(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "09:00", "16:30", ending="assumed")
    assert confirm(as_(sam), visit).url == "/arrivals/needs-a-look/"
    visit.refresh_from_db()
    assert (visit.ending, visit.confirmed_at) == ("known", timezone.now())
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.before, record.after) == (
        "attendance.confirm_visit", amara, {"ending": "assumed"}, {"ending": "known"},
    )  # fmt: skip
    (line,) = as_(amara).get("/me/looks/").context["lines"]
    assert (line.did, line.changes) == (
        "looked at a visit of yours, and it is right",
        [("Left", "time assumed", "time known")],
    )


def test_the_row_says_so_in_its_place(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "07:00", "21:00")
    piece = confirm(as_(sam), visit, **{"HX-Request": "true"}).content.decode()
    assert f'id="check-{visit.pk}"' in piece and "Right as it is" in piece
    assert "Saved. The visit of Amara is right as it is." in piece


def test_said_twice_it_is_written_once(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "07:00", "21:00")
    for _ in range(2):
        confirm(as_(sam), visit)
    assert AuditRecord.objects.count() == 1


def test_what_was_changed_meanwhile_is_looked_at_again(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "07:00", "21:00")
    seen = Visit.objects.get().version
    Visit.objects.update(left_at=visit.left_at + dt.timedelta(minutes=1))
    answer = as_(sam).post(f"/arrivals/visits/{visit.pk}/confirm/", {"seen": seen}, headers={"HX-Request": "true"})
    piece = answer.content.decode()
    assert "The visit of Amara was changed meanwhile. Look again, please." in piece and "Right as it is" not in piece
    visit.refresh_from_db()
    assert visit.confirmed_at is None


def test_a_visit_that_a_colleague_removed_meanwhile(amara, sam, as_):
    visit = make.visit(amara, MONDAY)
    actions.remove_visit(visit=visit, why="slip", by=sam.user)
    with pytest.raises(actions.NoLongerHere):
        actions.confirm_visit(visit=visit, seen="", by=sam.user)
    assert as_(sam).post(f"/arrivals/visits/{visit.pk}/confirm/", {"seen": ""}).status_code == 404


def test_a_confirmed_visit_that_is_moved_is_looked_at_again(amara, noor, sam, as_):
    visit = make.visit(amara, MONDAY, "07:00", "21:00")
    confirm(as_(sam), visit)
    data = {"arrived": "07:00", "left": "21:00", "ending": "known", "kind": "wod", "reason": "person"}
    as_(sam).post(f"/arrivals/visits/{visit.pk}/", data | {"whose": "Noor Haddad"})
    visit.refresh_from_db()
    assert (visit.member, visit.confirmed_at) == (noor, None)
