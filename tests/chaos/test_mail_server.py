"""A mail server with a bad day, what is sent at most once, and a machine that was off: each gets theirs, once."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from attendance.models import Visit
from attendance.notices import weekly_summary
from clubhouse.converters import IsoWeek
from members.models import Member, Message, MessageWish
from members.notices import delivery
from tests import make
from tests.chaos.house import (
    BLOWS,
    FEW,
    Worker,
    after_each,
    an_evening,
    counted,
    due_reminders,
    people,
    wait_until_nothing_waits,
)
from tests.chaos.servers import CONCURRENCY, PREFORK, THREADS, Workers, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


# -- What is sent at most once -----------------------------------------------------------------------------------------


def due_summaries(count: int, name: str = "p") -> None:
    """Of last week, when each was here."""
    zone, now = make.house().zone, timezone.now()
    today = timezone.localdate(timezone=zone)
    members, sunday = people(count, "weekly_summary", name), today - dt.timedelta(days=today.weekday() + 1)
    noon = make.noon(sunday)
    Visit.objects.bulk_create(
        Visit(
            member=one,
            day=sunday,
            arrived_at=noon,
            noted_at=now,
            ending="known",
            left_at=noon,
        )
        for one in members
    )
    week = weekly_summary.occurrence(IsoWeek.of(sunday))
    Message.objects.bulk_create(
        Message(
            member=one, kind="weekly_summary", occurrence=week, channel="email",
            due_at=now - dt.timedelta(minutes=1), expires_at=now + dt.timedelta(days=1),
        )
        for one in members
    )  # fmt: skip


def test_a_weekly_summary_comes_at_most_once_and_a_doubtful_one_is_shown(workers, post_office, tell):
    an_evening()
    due_summaries(FEW)
    workers.start_beat()
    worker = Worker(workers, PREFORK)
    after_each(8, post_office, worker.kill)
    wait_until_nothing_waits(workers)
    told = counted(post_office, FEW)
    doubtful = Message.objects.filter(state="unknown")
    tell(kills=BLOWS, **told, doubtful=doubtful.count())
    assert told["extra"] == 0
    assert 0 < doubtful.count() <= BLOWS * CONCURRENCY
    taken = {letter["to"] for letter in post_office.accepted()}
    not_taken = set(Member.objects.exclude(email__in=taken).values_list("pk", flat=True))
    assert not_taken <= set(doubtful.values_list("member", flat=True))  # nothing is lost without a word
    assert set(delivery.need_a_look(timezone.now())) == set(doubtful)


# -- A mail server with a bad day --------------------------------------------------------------------------------------


def test_what_is_refused_or_hangs_keeps_nobody_else_from_theirs(workers, post_office, tell):
    an_evening()
    for name, count in (("p", 30), ("busy", 2), ("later", 2), ("mute", 2)):
        due_reminders(count, name)
    post_office.orders(to={"busy": "451", "later": "data 451", "mute": "hang"})
    workers.start_beat()
    workers.start(PREFORK)
    unhappy = Message.objects.exclude(member__email__startswith="p")
    pauses = []
    for tries in (1, 2, 3):
        wait_until(lambda tries=tries: not unhappy.exclude(state="waiting", attempts=tries).exists(), 60, workers.logs)
        now = timezone.now()
        pauses.append([round((until - now).total_seconds() / 60, 1) for until in paused_until(unhappy)])
        if tries < 3:
            unhappy.update(claimed_until=now)  # the pause is over
    wait_until(lambda: Message.objects.filter(state="sent").count() == 30, 30, workers.logs)
    before = len(post_office.accepted())
    post_office.orders()
    unhappy.update(claimed_until=timezone.now())
    wait_until_nothing_waits(workers)
    told = counted(post_office, 36)
    tell(**told, pauses=pauses)
    assert before == 30
    assert (told["lost"], told["extra"]) == (0, 0)
    for tries, minutes in enumerate(pauses):
        assert 2**tries - 0.5 < min(minutes) <= max(minutes) <= 2**tries
    # Who heard nothing after the letter sends the same one again, and a mailbox can tell.
    tried, came = ({(one["to"], one["id"]) for one in post_office.noted(name)} for name in ("hang", "accepted"))
    assert tried <= came


def paused_until(messages) -> list[dt.datetime]:
    return list(messages.values_list("claimed_until", flat=True))


def test_an_address_that_is_refused_for_good_is_not_tried_again(workers, post_office, tell):
    an_evening()
    for name, count in (("p", 20), ("nobody", 3)):
        due_reminders(count, name)
    post_office.orders(to={"nobody": "550"})
    workers.start_beat()
    workers.start(PREFORK)
    wait_until_nothing_waits(workers)
    time.sleep(3)
    told = counted(post_office, 20)
    tell(**told, refused=len(post_office.noted("refused")))
    assert (told["lost"], told["extra"], len(post_office.noted("refused"))) == (0, 0, 3)
    refused = Member.objects.exclude(email_refused_at=None)
    assert {member.email for member in refused} == {f"nobody{number}@example.org" for number in range(3)}
    assert {member.email_to_use for member in refused} == {""}


def test_a_summary_cut_off_after_the_letter_is_shown_and_never_sent_again(workers, post_office, tell):
    an_evening()
    for name, count in (("p", 10), ("mute", 1), ("cut", 2), ("taken", 2)):
        due_summaries(count, name)
    post_office.orders(to={"mute": "hang", "cut": "cut", "taken": "taken, cut"})
    workers.start_beat()
    workers.start(PREFORK)
    wait_until_nothing_waits(workers)
    post_office.orders()
    time.sleep(8)  # a lease and some sweeps
    told = counted(post_office, 15)
    tell(**told)
    assert (told["letters"], told["extra"]) == (12, 0)
    doubtful = delivery.need_a_look(timezone.now())
    names = ["cut0", "cut1", "mute0", "taken0", "taken1"]
    assert sorted(one.member.email.partition("@")[0] for one in doubtful) == names
    assert {one.state for one in doubtful} == {"unknown"}


# -- The machine is off ------------------------------------------------------------------------------------------------


def run_at(house: Workers, moment: str) -> None:
    """The program of the run command, at another time, until it has looked three times."""
    process = house.start([*THREADS[:-1], "info"], CLOCK=moment)
    wait_until(lambda: house.log_of(process).count(" succeeded in ") >= 3, otherwise=house.logs)
    assert house.stop(process), house.logs()


def test_off_over_monday_morning_the_weekly_summary_comes_on_tuesday_once(embedded, post_office, noor, tell):
    make.house(time_zone="America/Detroit")  # quiet from 8 pm to 9 am
    noor.email = "noor@example.org"
    noor.save()
    long_ago = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    MessageWish.objects.create(member=noor, kind="weekly_summary", channel="email", since_at=long_ago)
    for day in (8, 13):  # Thursday of the week before, Tuesday of this one
        make.visit(noor, dt.date(2026, 10, day))
    letters = []
    for moment in (
        "2026-10-11T18:00:00-04:00",  # Sunday: the week is not over
        "2026-10-13T10:00:00-04:00",  # Tuesday: it comes, late
        "2026-10-14T10:00:00-04:00",  # Wednesday: not again
        "2026-10-26T08:00:00-04:00",  # a week and more later: the one of the 13th is old now
        "2026-10-26T09:40:00-04:00",
    ):
        run_at(embedded, moment)
        letters.append(len(post_office.accepted()))
    tell(letters=letters)
    assert letters == [0, 1, 1, 1, 1]
