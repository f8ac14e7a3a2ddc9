"""No reminder is lost, and none doubled but what a crash found in flight: real workers, queue, database, mail server.

Each promise has its control: the same chaos with a house as it must not be. What was counted is printed.
"""

import time

import pytest
from celery import Celery

from bootstrap import STOP_WITHIN
from members.models import Message
from tests.chaos.house import (
    BETWEEN,
    BLOWS,
    FEW,
    Worker,
    after_each,
    an_evening,
    counted,
    due_reminders,
    wait_until_nothing_waits,
)
from tests.chaos.servers import CONCURRENCY, PREFORK, THREADS, Workers

COMPOSE_WAITS = 60  # seconds, as docker-compose.yml says

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


# -- kill -9 -----------------------------------------------------------------------------------------------------------


def check_killed(told: dict) -> None:
    assert told["lost"] == 0
    assert told["extra"] <= BLOWS * CONCURRENCY
    assert told["to one person under two Message-IDs"] == 0
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_worker_killed_five_times_loses_nothing_and_repeats_what_was_in_flight(workers, post_office, tell):
    an_evening()
    due_reminders()
    workers.start_beat()
    worker = Worker(workers, PREFORK)
    after_each(BETWEEN, post_office, worker.kill)
    wait_until_nothing_waits(workers)
    told = counted(post_office)
    tell(kills=BLOWS, **told)
    check_killed(told)


def test_so_does_the_one_program_of_the_run_command_with_its_queue_in_a_folder(embedded, post_office, tell):
    an_evening()
    due_reminders()
    worker = Worker(embedded, THREADS)
    after_each(BETWEEN, post_office, worker.kill)
    wait_until_nothing_waits(embedded)
    told = counted(post_office)
    tell(kills=BLOWS, **told)
    check_killed(told)


def test_a_house_that_writes_down_sent_before_it_sends_loses_some(workers, post_office, tell):
    """The control of "0 lost"."""
    an_evening()
    due_reminders(FEW)
    post_office.orders(before=0.5)
    workers.start_beat()
    worker = Worker(workers, PREFORK, VARIANT="settles first")
    after_each(3, post_office, worker.kill, when="begun")
    post_office.orders()
    wait_until_nothing_waits(workers)
    told = counted(post_office, FEW)
    tell(people=FEW, kills=BLOWS, **told)
    assert told["lost"] > 0


def test_a_queue_of_messages_instead_of_an_outbox_loses_some(workers, post_office, redis_server, tell):
    """The control of the outbox itself: one task for each message, acknowledged when it is fetched, as Celery does."""
    an_evening()
    with Celery(broker=redis_server.url) as queue:
        for message in due_reminders():
            queue.send_task("tests.hand_over", [message.pk], queue=workers.env["QUEUE_FOR_TESTS"])
    worker = Worker(workers, PREFORK)
    after_each(BETWEEN, post_office, worker.kill)
    time.sleep(2)
    before = -1
    while before != len(post_office.accepted()):  # as long as any come
        before = len(post_office.accepted())
        time.sleep(3)
    told = counted(post_office)
    tell(kills=BLOWS, **told)
    assert told["lost"] > 0


# -- SIGTERM -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [PREFORK, THREADS], ids=["compose", "run command"])
def test_a_worker_stopped_five_times_loses_and_repeats_nothing(workers, post_office, tell, command):
    an_evening()
    due_reminders()
    if command == PREFORK:
        workers.start_beat()
    worker = Worker(workers, command)
    took = []

    def stop():
        started = time.monotonic()
        worker.stop(COMPOSE_WAITS if command == PREFORK else STOP_WITHIN)
        took.append(time.monotonic() - started)

    after_each(BETWEEN, post_office, stop)
    wait_until_nothing_waits(workers)
    told = counted(post_office)
    tell(stops=BLOWS, **told, **{"had to be killed": worker.cut, "longest stop": f"{max(took):.1f} s"})
    assert (told["lost"], told["extra"], worker.cut) == (0, 0, 0)
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_worker_that_does_not_hear_the_stop_is_cut_off_in_a_letter(workers, post_office, tell):
    """The control: it goes on until all is sent, and patience ends before that."""
    an_evening()
    due_reminders(FEW)
    post_office.orders(before=0.02, after=0.3)
    workers.start_beat()
    worker = Worker(workers, PREFORK, VARIANT="deaf")
    after_each(5, post_office, lambda: worker.stop(1), blows=3)
    post_office.orders()
    wait_until_nothing_waits(workers)
    told = counted(post_office, FEW)
    tell(people=FEW, stops=3, **told, **{"had to be killed": worker.cut})
    assert told["extra"] > 0


# -- The queue, and two of each ----------------------------------------------------------------------------------------


def test_a_wiped_queue_loses_nothing(workers, post_office, redis_server, tell):
    an_evening()
    due_reminders()
    workers.start_beat()
    workers.start(PREFORK)
    after_each(60, post_office, redis_server.wipe, blows=2)
    wait_until_nothing_waits(workers)
    told = counted(post_office)
    tell(wipes=2, **told)
    assert (told["lost"], told["extra"]) == (0, 0)


def test_a_wiped_queue_of_messages_loses_them(workers, post_office, redis_server, tell):
    """The control."""
    an_evening()
    with Celery(broker=redis_server.url) as queue:
        for message in due_reminders():
            queue.send_task("tests.hand_over", [message.pk], queue=workers.env["QUEUE_FOR_TESTS"])
    workers.start(PREFORK)
    after_each(30, post_office, redis_server.wipe, blows=1)
    time.sleep(4)
    told = counted(post_office)
    tell(wipes=1, **told)
    assert told["lost"] > 100


def two_of_each(house: Workers, **env: str) -> None:
    for _ in range(2):
        house.start_beat(**env)
        house.start(PREFORK, **env)


def test_two_beats_and_two_workers_send_each_once(workers, post_office, tell):
    an_evening()
    due_reminders()
    two_of_each(workers)
    wait_until_nothing_waits(workers)
    time.sleep(3)  # and the beats go on asking
    told = counted(post_office)
    tell(**told)
    assert (told["lost"], told["extra"]) == (0, 0)


def test_without_the_conditional_update_they_send_some_twice(workers, post_office, tell):
    """The control."""
    an_evening()
    due_reminders(FEW)
    two_of_each(workers, VARIANT="takes without looking")
    wait_until_nothing_waits(workers)
    told = counted(post_office, FEW)
    tell(people=FEW, **told)
    assert told["extra"] > 0
