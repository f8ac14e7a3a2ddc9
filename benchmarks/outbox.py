"""What it costs to prepare 10,000 messages that are due at once, against only inserting as many rows.

Prepared: claimed, everything asked anew (the wish, the address, the hours, the caps, still signed up?), and written as
the letter that would leave. Then the whole sweep, with a mail server that takes everything at once.

Needs an empty scratch database in DATABASE_URL; leaves it filled. Prints seconds for orientation, ratios to compare.
"""

import datetime as dt
import os
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import SignUp, Unit, UnitTask
from members.models import Channel, House, Member, Message, MessageWish, User, fold
from members.notices import letter, sweep
from members.notices.claim import BATCH, claim

PEOPLE, TASKS = 10_000, 200
NOW = dt.datetime(2026, 11, 17, 23, 30, tzinfo=dt.UTC)  # 18:30 in Detroit: the reminders of tomorrow are due
TOMORROW = dt.date(2026, 11, 18)
LONG_AGO = NOW - dt.timedelta(days=30)
LATER = NOW + dt.timedelta(hours=14)


def seconds(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def fill() -> None:
    """Everybody has a place on one of tomorrow's tasks and asked to be reminded."""
    user = User.objects.create(username="somebody")
    unit = Unit.objects.create(name="Kitchen")
    tasks = UnitTask.objects.bulk_create(
        UnitTask(title=f"Task {number}", day=TOMORROW, places=PEOPLE, unit=unit) for number in range(TASKS)
    )
    people = Member.objects.bulk_create(
        Member(
            member_no=f"M{number:05}",
            first_name=f"Member{number}",
            enrolled_on=LONG_AGO.date(),
            email=f"{number}@example.org",
            search_name=fold(f"Member{number}"),
        )
        for number in range(PEOPLE)
    )
    places = [
        SignUp(task=tasks[number % TASKS], member=each, at=LONG_AGO, by=user) for number, each in enumerate(people)
    ]
    SignUp.objects.bulk_create(places, batch_size=500)
    MessageWish.objects.bulk_create(
        (MessageWish(member=each, kind="task_reminder", channel=Channel.EMAIL, since_at=LONG_AGO) for each in people),
        batch_size=500,
    )


def rows() -> list[Message]:
    return [
        Message(
            member_id=member,
            kind="task_reminder",
            occurrence=f"task {task}",
            channel=Channel.EMAIL,
            due_at=NOW,
            expires_at=LATER,
        )
        for member, task in SignUp.objects.values_list("member", "task")
    ]


def insert(messages: list[Message]) -> None:
    Message.objects.bulk_create(messages, batch_size=500)


def prepare_all(house: House) -> list[int]:
    """How many statements each batch took; only known while the database notes them, which takes longer."""
    statements: list[int] = []
    own, anybody = letter.wordings(), True
    while anybody:
        before = len(connection.queries_log)
        anybody, letters = claim(Channel.EMAIL, house, NOW, Counter())
        statements.append(len(connection.queries_log) - before)
        for each in letters:
            letter.compose(each, house, NOW, own)
        # As if they had left: whoever has a letter under way waits for its end.
        Message.objects.filter(claim__in={message.claim for each in letters for message in each.messages}).update(
            state=Message.State.SENT, settled_at=LONG_AGO
        )
    return statements


def main() -> None:
    settings.MAIL_READY = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    call_command("migrate", verbosity=0)
    fill()
    house = House.objects.current()
    bare = seconds(lambda: insert(rows()))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the database does so by itself, in a house that was not filled this second
    prepared = seconds(lambda: prepare_all(house))
    Message.objects.all().delete()
    insert(rows()[: 5 * BATCH])
    with CaptureQueriesContext(connection):
        statements = prepare_all(house)
    Message.objects.all().delete()
    insert(rows())
    sweep.AT_A_TIME = 3600.0
    whole = seconds(lambda: print(f"the whole sweep: {dict(sweep.send_due(NOW))}"))
    print(
        f"{connection.vendor}: {PEOPLE} rows; bare inserts {bare:.2f} s, prepared {prepared:.2f} s, sent {whole:.2f} s"
    )
    print(f"prepared {PEOPLE / prepared:.0f} a second, the whole sweep {PEOPLE / whole:.0f} a second")
    print(f"prepared / bare inserts {prepared / bare:.1f}    the whole sweep / bare inserts {whole / bare:.1f}")
    full = statements[:-1]
    print(f"statements for a batch of {BATCH}: {min(full)} to {max(full)}")


if __name__ == "__main__":
    main()
