"""A visit that was taken out of the book comes back as it was, unless the person has such a visit again."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine

from attendance import actions
from attendance.models import RemovedVisit, Visit
from members import audit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def remove(client, visit, **why):
    data = {"action": "remove"} | {f"remove-{name}": value for name, value in (why or {"reason": "person"}).items()}
    return client.post(f"/arrivals/visits/{visit.pk}/", data)


def put_back(client, visit):
    return client.post(f"/arrivals/visits/{visit.pk}/removed/", follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def row(pk: int) -> dict:
    return Visit.objects.filter(pk=pk).values().get()


def test_it_comes_back_with_everything_it_had(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "09:00", "12:00", unit=make.unit("Kitchen"), kind="offsite", source="import")
    before = row(visit.pk)
    answer = remove(as_(sam), visit)
    assert answer.url == f"/arrivals/visits/{visit.pk}/removed/"
    removed = RemovedVisit.objects.get()
    assert (removed.visit_pk, removed.removed_by, removed.why) == (visit.pk, sam.user, "Wrong person")
    page = as_(sam).get(answer.url).content.decode()
    assert "This visit was taken out of the book." in page and "Undo: put it back" in page

    assert said(put_back(as_(sam), visit)) == ["Undone. The visit of Amara is in the book again."]
    assert row(visit.pk) == before
    assert RemovedVisit.objects.count() == 0
    records = AuditRecord.objects.filter(subject=f"attendance.visit {visit.pk}").order_by("seq")
    assert [(record.verb, record.about, record.by) for record in records] == [
        ("attendance.remove_visit", amara, sam.user),
        ("attendance.restore_visit", amara, sam.user),
    ]
    assert records[0].before == records[1].after
    assert list(audit.broken_records()) == []


def test_each_address_leads_to_the_other_page(amara, sam, as_):
    visit = make.visit(amara, MONDAY)
    assert as_(sam).get(f"/arrivals/visits/{visit.pk}/removed/").url == f"/arrivals/visits/{visit.pk}/"
    remove(as_(sam), visit)
    assert as_(sam).get(f"/arrivals/visits/{visit.pk}/").url == f"/arrivals/visits/{visit.pk}/removed/"
    assert as_(sam).get("/arrivals/visits/0/removed/").status_code == 404


def test_put_back_twice_it_is_back_once(amara, sam):
    removed = actions.remove_visit(visit=make.visit(amara, MONDAY), why="slip", by=sam.user)
    first = actions.restore_visit(removed=removed, by=sam.user)
    assert actions.restore_visit(removed=removed, by=sam.user) == first
    assert AuditRecord.objects.filter(verb="attendance.restore_visit").count() == 1


def test_removed_again_it_can_come_back_again(amara, sam):
    visit = make.visit(amara, MONDAY)
    for _ in range(2):
        removed = actions.remove_visit(visit=visit, why="slip", by=sam.user)
        visit = actions.restore_visit(removed=removed, by=sam.user)
    assert Visit.objects.get() == visit


def test_what_never_was_removed_is_not_put_back(sam):
    with pytest.raises(actions.NothingRemoved, match="This visit is not waiting to be put back."):
        actions.restore_visit(removed=RemovedVisit(visit_pk=77), by=sam.user)


@pytest.mark.parametrize(
    ("arrived", "left", "time"),
    [("09:00", "10:00", "9 am to 10 am"), ("11:30", "13:00", "11:30 am to 1 pm"), ("08:00", "14:00", "8 am to 2 pm")],
)
def test_it_stays_out_while_there_is_another_at_that_time(amara, sam, as_, arrived, left, time):
    visit = make.visit(amara, MONDAY, "09:00", "12:00")
    remove(as_(sam), visit)
    make.visit(amara, MONDAY, arrived, left)
    answer = put_back(as_(sam), visit)
    assert answer.status_code == 422
    assert said(answer) == [f"Amara has another visit at that time by now ({time}). It was not put back."]
    assert (Visit.objects.count(), RemovedVisit.objects.count()) == (1, 1)


def test_who_is_here_in_another_visit_now_is_not_here_twice(amara, sam, as_):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    remove(as_(sam), visit)
    actions.log_arrival(member=amara, day=TUESDAY, key=uuid4(), by=sam.user)
    assert said(put_back(as_(sam), visit)) == [
        "Amara has another visit at that time by now (10 am). It was not put back."
    ]
    assert Visit.objects.here_now().count() == 1


def test_an_evening_that_still_goes_on_keeps_an_earlier_one_out(amara, sam, as_, on_tuesday_at_ten):
    """Here since last evening in the books, and a visit of this morning waits: the database says no, kindly."""
    visit = make.visit(amara, TUESDAY, "09:00", None)
    remove(as_(sam), visit)
    make.visit(amara, MONDAY, "08:00", None)  # forgotten, and still here now in the database
    assert said(put_back(as_(sam), visit)) == ["Amara is in the book there again."]


def test_whoever_was_here_now_and_the_day_is_over(amara, sam, as_, on_tuesday_at_ten):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    remove(as_(sam), visit)
    on_tuesday_at_ten.shift(dt.timedelta(days=1))
    put_back(as_(sam), visit)
    assert row(visit.pk)["ending"] == "not_written"


def test_it_comes_back_to_the_person_two_rows_became(amara, noor, sam):
    removed = actions.remove_visit(visit=make.visit(amara, MONDAY), why="slip", by=sam.user)
    amara.merged_into = noor
    amara.save()
    assert actions.restore_visit(removed=removed, by=sam.user).member == noor
