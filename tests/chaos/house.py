"""People with messages that are due, the blows that a house takes meanwhile, and what came of it."""

import datetime as dt
import subprocess
import time
from collections.abc import Callable

from django.utils import timezone

from activities.models import Part, SignUp
from members import audit
from members.models import Member, Message, MessageWish
from tests import make
from tests.chaos.servers import PostOffice, Workers, doubles, end, wait_until
from tests.test_worker import zone_where_it_is_evening

PEOPLE = 240
BLOWS = 5  # kills, or stops
BETWEEN = 36  # letters from one blow to the next
FEW = 60  # people, where the control shows as much
DONE_WITHIN = 300


def people(count: int, kind: str = "task_reminder", name: str = "p") -> list[Member]:
    """Members who asked for `kind` by e-mail, long ago. They are p0@example.org, p1@example.org ..."""
    today, first = timezone.localdate(), Member.objects.count()
    numbers = range(first, first + count)
    audit.record(by=None, verb="tests.begin")
    members = Member.objects.bulk_create(
        Member(first_name=f"P{n}", member_no=f"C{n:03}", enrolled_on=today, email=f"{name}{n - first}@example.org")
        for n in numbers
    )
    long_ago = timezone.now() - dt.timedelta(days=30)
    MessageWish.objects.bulk_create(
        MessageWish(member=member, kind=kind, channel="email", since_at=long_ago) for member in members
    )
    return members


def an_evening() -> None:
    make.house(time_zone=zone_where_it_is_evening(), quiet_from=dt.time(0), quiet_until=dt.time(0))


def due_reminders(count: int = PEOPLE, name: str = "p") -> list[Message]:
    """Each has taken a place on a task of tomorrow; the reminder is due."""
    zone, now = make.house().zone, timezone.now()
    tomorrow = timezone.localdate(timezone=zone) + dt.timedelta(days=1)
    task = make.task("Newsletter", day=tomorrow, part=Part.MORNING, places=count)
    members, sam = people(count, name=name), make.account(make.staff("Sam Rivers"))
    at = now - dt.timedelta(days=20)
    SignUp.objects.bulk_create(SignUp(task=task, member=one, at=at, by=sam) for one in members)
    return Message.objects.bulk_create(
        Message(
            member=one, kind="task_reminder", occurrence=f"task {task.pk}", channel="email",
            due_at=now - dt.timedelta(minutes=1), expires_at=task.begins_at(make.house()),
        )
        for one in members
    )  # fmt: skip


def after_each(
    letters: int, post_office: PostOffice, blow: Callable[[], object], blows: int = BLOWS, when: str = "accepted"
) -> None:
    """Deals a blow each time when so many more letters were accepted, or were begun."""
    for _ in range(blows):
        target = len(post_office.noted(when)) + letters
        wait_until(lambda target=target: len(post_office.noted(when)) >= target, 150)
        blow()


def wait_until_nothing_waits(house: Workers) -> None:
    states = Message.objects.filter(state__in=["waiting", "claimed", "sending"])
    wait_until(lambda: not states.exists() or time.sleep(0.2), DONE_WITHIN, house.logs)


def counted(post_office: PostOffice, people: int = PEOPLE) -> dict[str, int]:
    letters = post_office.accepted()
    taken, ids = {letter["to"] for letter in letters}, {letter["id"] for letter in letters}
    return {
        "letters": len(letters),
        "lost": people - len(taken),
        "extra": sum(doubles(letters).values()),
        "to one person under two Message-IDs": len(ids) - len(taken),
    }


class Worker:
    """A worker that comes back after each blow."""

    def __init__(self, house: Workers, command: list[str], **env: str) -> None:
        self.house, self.command, self.env = house, command, env
        self.process: subprocess.Popen = house.start(command, **env)
        self.cut = 0  # stops that ended with a kill

    def kill(self) -> None:
        end(self.process)
        self.process = self.house.start(self.command, **self.env)

    def stop(self, within: float = 10) -> None:
        self.cut += not self.house.stop(self.process, within)
        self.process = self.house.start(self.command, **self.env)
