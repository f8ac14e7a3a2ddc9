"""Two entries on the roll were one person: everything moves to the one that is kept, and back again exactly."""

import datetime as dt
import uuid
from collections import Counter

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import SignUp
from attendance import actions
from attendance.actions import twice
from attendance.actions.import_house import import_house
from attendance.door import Door
from attendance.models import CorrectionRequest, Mark, ReachOut, RemovedVisit, Visit
from attendance.reports import monthly_report
from attendance.search import find_members
from clubhouse.converters import Month
from members.actions import set_message_wish
from members.models import AuditRecord, Member, MemberMerge, Message, MessageWish, token_digest
from members.notices import letter
from tests import make
from tests.attendance.spreadsheets import AMARA, NOOR, sheets
from tests.attendance.twice import merge, snapshot, stays, undo

pytestmark = pytest.mark.django_db
TUESDAY, MONDAY = dt.date(2026, 10, 6), dt.date(2026, 10, 5)
NOON = dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC)  # in Detroit


@pytest.fixture(autouse=True)
def on_tuesday_at_noon():
    with time_machine.travel(NOON, tick=False) as clock, timezone.override("America/Detroit"):
        yield clock


@pytest.fixture
def again(amara):
    """Amara was written down a second time by somebody who did not know her."""
    return make.member("Amara Okafr", member_no="AGAIN", enrolled_on=TUESDAY)


def arrive(member, by=None, **more) -> Mark:
    return actions.log_arrival(member=member, day=TUESDAY, key=uuid.uuid4(), by=by and by.user, **more)


# -- What there is to move ---------------------------------------------------------------------------------------------


def relations() -> set[str]:
    """Every column that refers to a member."""
    return {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model is Member
    }


def test_every_relation_to_a_member_is_dealt_with():
    assert set(twice.MOVED) | twice.STAYS == relations()
    assert not set(twice.MOVED) & twice.STAYS


def test_a_relation_that_nobody_thought_of_is_noticed():
    assert set(twice.MOVED) - {"attendance.reachout.member"} | twice.STAYS != relations()


def fill(amara, again, sam) -> None:
    """Both entries hold something of everything; where the database allows one of a kind, both hold the same."""
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    kitchen.members.add(amara, again)
    clerical.members.add(again)
    lunch, dishes = make.task("Lunch", unit=kitchen, places=5), make.task("Dishes", unit=kitchen, places=5)
    for task, member in [(lunch, amara), (lunch, again), (dishes, again)]:
        SignUp.objects.create(task=task, member=member, at=timezone.now(), by=sam.user)
    at = timezone.now() - dt.timedelta(days=3)
    for member, channel, replied in [
        (amara, "phone", False), (again, "phone", True), (amara, "text", True), (again, "text", False),
        (again, "card", False),
    ]:  # fmt: skip
        ReachOut.objects.create(member=member, at=at, channel=channel, replied=replied, by=sam.user)
    for member, kind in [(amara, "task_reminder"), (again, "task_reminder"), (again, "weekly_summary")]:
        MessageWish.objects.create(member=member, kind=kind, channel="email", since_at=timezone.now())
    due = {"channel": "email", "due_at": timezone.now(), "expires_at": timezone.now()}
    for member, occurrence, state in [
        (amara, "task 1", "waiting"),
        (again, "task 1", "sent"),
        (again, "task 2", "waiting"),
    ]:
        Message.objects.create(member=member, kind="task_reminder", occurrence=occurrence, state=state, **due)
    make.visit(amara, MONDAY, "09:00", "12:00")
    doubled = make.visit(again, MONDAY, "09:00", None, ending="not_written")
    make.visit(again, dt.date(2026, 10, 1), "10:00", "11:00", unit=clerical)
    CorrectionRequest.objects.create(member=again, day=MONDAY, visit=doubled, words="Noon", asked_at=timezone.now())
    removed = make.visit(again, dt.date(2026, 9, 30))
    actions.remove_visit(visit=removed, why="Never was", by=sam.user)
    make.member("Amara Okofor", member_no="THIRD", merged_into=again)
    again.save()  # found by that name too
    arrive(amara, sam)
    arrive(again, sam)


def test_everything_is_moved_and_comes_back_exactly(amara, again, sam):
    fill(amara, again, sam)
    before = snapshot()
    done = merge(amara, again, sam)
    again.refresh_from_db()
    assert again.merged_into == amara
    assert {name: twice.rows_of(name, again).count() for name in twice.MOVED} == dict.fromkeys(twice.MOVED, 0)
    assert snapshot() != before
    assert undo(done, sam) == []
    assert before - snapshot() == Counter() and snapshot() - before == Counter()


def test_the_same_twice_becomes_one_and_the_better_one_stays(amara, again, sam):
    fill(amara, again, sam)
    merge(amara, again, sam)
    assert stays(amara) == [
        ("2026-10-01", "10:00", "11:00", "known"), ("2026-10-05", "09:00", "12:00", "known"),
        ("2026-10-06", "12:00", None, "here"),
    ]  # fmt: skip
    assert sorted(ReachOut.objects.values_list("channel", "replied")) == [
        ("card", False),
        ("phone", True),
        ("text", True),
    ]
    assert sorted(amara.units.values_list("name", flat=True)) == ["Clerical", "Kitchen"]
    assert sorted(amara.sign_ups.values_list("task__title", flat=True)) == ["Dishes", "Lunch"]
    assert sorted(amara.message_wishes.values_list("kind", flat=True)) == ["task_reminder", "weekly_summary"]
    assert sorted(amara.messages.values_list("occurrence", "state")) == [("task 1", "sent"), ("task 2", "waiting")]
    assert CorrectionRequest.objects.get().visit == Visit.objects.get(member=amara, day=MONDAY)
    assert Mark.objects.filter(visit=Visit.objects.get(member=amara, day=TUESDAY)).count() == 2
    assert sorted(str(row.day) for row in RemovedVisit.objects.filter(member=amara)) == [
        "2026-09-30", "2026-10-05", "2026-10-06",
    ]  # fmt: skip


SOME_VISITS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(8, 11), st.sampled_from(["known", "not_written", "here"])), max_size=5
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=SOME_VISITS, theirs=SOME_VISITS, swap=st.booleans())
def test_whatever_the_visits_are_nothing_is_lost_and_all_come_back(amara, again, mine, theirs, swap):
    Visit.objects.all().delete()
    RemovedVisit.objects.all().delete()
    MemberMerge.objects.all().delete()
    for member, some in ((amara, mine), (again, theirs)):
        seen = set()
        for days_ago, hour, ending in some:
            name = "here" if ending == "here" else (days_ago, hour)
            if name not in seen and ("x", days_ago, hour) not in seen:
                seen |= {name, ("x", days_ago, hour)}
                day = TUESDAY - dt.timedelta(days=days_ago)
                make.visit(member, day, f"{hour:02}:00", "11:30" if ending == "known" else None, ending=ending)
    amara.user = None
    amara.save()
    before, count = snapshot(), Visit.objects.count()
    days = set(Visit.objects.values_list("day", flat=True))
    done = merge(again, amara) if swap else merge(amara, again)
    assert Visit.objects.count() + RemovedVisit.objects.count() == count
    assert {visit.day for visit in Visit.objects.filter(member=done.kept)} == days
    undo(done)
    assert snapshot() == before


# -- Who is kept, and who may be joined --------------------------------------------------------------------------------


def test_nobody_is_joined_with_themselves(amara):
    with pytest.raises(actions.SameEntry, match="That is the same entry. Choose another one."):
        merge(amara, amara)


def test_an_entry_with_a_sign_in_is_kept(amara, again):
    with pytest.raises(actions.HasSignIn, match="Amara has a sign-in there. Keep that entry."):
        merge(again, amara)
    assert Member.objects.filter(merged_into=None).count() == 2


def test_done_twice_it_is_done_once(amara, again, sam):
    make.visit(again, MONDAY)
    assert merge(amara, again, sam) == merge(amara, again, sam)
    assert (MemberMerge.objects.count(), AuditRecord.objects.count()) == (1, 1)


def test_an_entry_that_was_joined_before_is_refused(amara, again, noor):
    merge(amara, again)
    with pytest.raises(actions.MergedAlready, match="Amara has been joined to an entry by now."):
        merge(noor, again)
    with pytest.raises(actions.MergedAlready):
        merge(again, make.member("Amara O."))


def test_a_chain_leads_to_the_last_one_and_is_undone_from_the_end(amara, again, sam):
    third = make.member("A. Okafor", member_no="THIRD")
    make.visit(third, MONDAY)
    before = snapshot()
    first, second = merge(again, third, sam), merge(amara, again, sam)
    third.refresh_from_db()
    assert (third.merged_into, stays(amara)) == (amara, [("2026-10-05", "09:00", "12:00", "known")])
    with pytest.raises(actions.MergedAgainSince, match="Something was joined with this entry later."):
        undo(first)
    assert actions.undoable_merge(amara) == second
    undo(second, sam)
    undo(first, sam)
    assert snapshot() == before


def test_of_two_joins_with_one_entry_the_later_is_undone_first(amara, again):
    other = make.member("A. Okafor")
    first, second = merge(amara, again), merge(amara, other)
    with pytest.raises(actions.MergedAgainSince):
        undo(first)
    undo(second)
    undo(first)
    assert undo(first) == []  # safe to call twice
    assert not Member.objects.exclude(merged_into=None).exists()


def test_the_first_enrolment_counts_and_comes_back(again):
    old = make.member("Amara Okafor", enrolled_on=dt.date(2015, 3, 1))
    done = merge(again, old)
    again.refresh_from_db()
    assert again.enrolled_on == dt.date(2015, 3, 1)
    undo(done)
    again.refresh_from_db()
    assert again.enrolled_on == TUESDAY


# -- Afterwards --------------------------------------------------------------------------------------------------------


def test_a_tap_that_knows_only_the_old_entry_is_done_for_the_person(amara, again, sam, as_):
    stale = Member.objects.get(pk=again.pk)
    merge(amara, again, sam)
    mark = arrive(stale, sam)
    assert (mark.member, stays(amara)) == (amara, [("2026-10-06", "12:00", None, "here")])
    actions.log_leaving(member=stale, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    actions.undo_mark(member=stale, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    assert stays(amara) == [("2026-10-06", "12:00", None, "here")]
    data = {"key": str(uuid.uuid4()), "member_no": "AGAIN", "action": "leave"}
    as_(sam).post(f"/arrivals/{TUESDAY}/log/", data)
    assert stays(amara) == [("2026-10-06", "12:00", "12:00", "known")]


def test_the_report_counts_the_person_once(amara, again, sam):
    make.house()
    make.visit(amara, MONDAY, "09:00", "10:00")
    make.visit(again, MONDAY, "11:00", "12:00")
    make.visit(again, dt.date(2026, 10, 2), "09:00", "10:00", kind="social")
    ReachOut.objects.create(member=again, at=NOON - dt.timedelta(days=3), channel="phone", replied=False)
    ReachOut.objects.create(member=amara, at=NOON - dt.timedelta(days=3), channel="text", replied=False)

    def figures():
        report = monthly_report(Month(2026, 10), today=TUESDAY + dt.timedelta(days=1))
        month, people = report.attendance, report.membership
        return (
            month.distinct_members, month.member_days, month.distinct_served, month.minutes, people.active_30,
            people.roll, people.new, report.reach_out.distinct_members,
        )  # fmt: skip

    assert figures() == (2, 2, 2, 120, 2, 2, 1, 2)
    done = merge(amara, again, sam)
    assert figures() == (1, 1, 1, 120, 1, 1, 0, 1)
    undo(done, sam)
    assert figures() == (2, 2, 2, 120, 2, 2, 1, 2)


def test_the_records_stay_with_the_entry_and_the_kept_member_reads_them(amara, again, sam, as_):
    arrive(again, sam)
    done = merge(amara, again, sam)
    assert AuditRecord.objects.filter(about=again).count() == 1
    page = as_(amara).get("/me/looks/").content.decode()
    assert "wrote down that you came" in page and "joined two entries that were both yours" in page
    undo(done, sam)
    page = as_(amara).get("/me/looks/").content.decode()
    assert "wrote down that you came" not in page and "took apart two entries that had been joined" in page


def test_what_is_kept_of_the_merge_holds_no_name(amara, again, sam):
    fill(amara, again, sam)
    moved = str(merge(amara, again, sam).moved)
    for word in ("Amara", "Okaf", "Noon", "Never"):
        assert word not in moved


def test_spreadsheets_that_name_the_old_number_mean_the_person():
    def bring():
        return import_house(
            files=sheets(
                members=[AMARA, NOOR],
                visits=["A1,2026-10-05,9:00,12:00,wod,", "N1,2026-10-05,13:00,14:00,wod,"],
                reach_outs="N1,2026-10-01 14:30,phone,yes",
            ),
            by=None,
        )

    bring()
    amara, noor = Member.objects.get(member_no="A1"), Member.objects.get(member_no="N1")
    merge(amara, noor)
    counts = bring().counts
    assert (counts["visits.csv"].same, counts["reach_outs.csv"].same) == (2, 1)
    import_house(files=sheets(visits="N1,2026-10-06,9:00,10:00,wod,"), by=None)
    assert (amara.visits.count(), noor.visits.count()) == (3, 0)


def test_the_person_is_found_by_the_names_of_both_entries_and_by_both_cards(amara, sam, rf):
    peggy = make.member("Peggy Stone", door_card_digest=token_digest("old card"))
    done = merge(amara, peggy, sam)
    Member.objects.get(pk=amara.pk).save()
    assert find_members("peggy sto").members == [amara]
    assert Door(rf.get("/door/"), None).holder_of("old card") == amara
    undo(done, sam)
    assert find_members("peggy sto").members == [peggy]
    assert Door(rf.get("/door/"), None).holder_of("old card") == peggy


def test_a_letter_to_the_old_entry_stops_messages_to_the_person(amara, again, client):
    set_message_wish(person=amara, kind="task_reminder", channel="email", wanted=True, by=None)
    token = letter.stop_token(again, ["task_reminder"], "email")
    merge(amara, again)
    client.post(f"/stop/{token}/")
    assert MessageWish.objects.count() == 0
