"""Who asks for what, and what left: for the tests of what this house writes."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.core import mail

from members import notices
from members.models import House, Message, MessageWish
from members.models.messages import whose
from tests.members.notes import LONG_AGO

MONDAY = dt.date(2026, 10, 12)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
CHANGES = [
    ("America/Detroit", dt.date(2026, 3, 8)),
    ("America/Detroit", dt.date(2026, 11, 1)),
    ("Europe/Helsinki", dt.date(2026, 3, 29)),
    ("Europe/Helsinki", dt.date(2026, 10, 25)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
]


def local(day: dt.date, clock: str = "09:30", zone: str = "America/Detroit") -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=ZoneInfo(zone))


def asks(person, kind: str, *channels: str, since_at: dt.datetime = LONG_AGO) -> None:
    """By e-mail unless told otherwise; with an address."""
    person.email = person.email or f"{person.first_name.lower()}@example.org"
    person.save()
    for channel in channels or ("email",):
        MessageWish.objects.create(**whose(person), kind=kind, channel=channel, since_at=since_at)


def piece(letter=None) -> str:
    """What a letter says between its greeting and how to stop it."""
    letter = letter or mail.outbox[-1]
    return letter.body.split("\n\n", 2)[2].split("You asked for this")[0].strip()


def left() -> list[str]:
    """To whom."""
    return sorted(letter.to[0].split("@")[0] for letter in mail.outbox)


def sweep(first: dt.datetime, last: dt.datetime, step: dt.timedelta) -> list[dt.datetime]:
    """The moments at which letters left."""
    moments, at = [], first.astimezone(dt.UTC)
    while at <= last:
        notices.send_due(at)
        moments += [at] * (len(mail.outbox) - len(moments))
        at += step
    return moments


def facts_of(kind: str, now: dt.datetime) -> dict[int, dict]:
    """What the waiting messages of `kind` say, fetched as the sweep does: with their people."""
    rows = Message.objects.filter(kind=kind).select_related("member__user", "staff__user").order_by("pk")
    return notices.KINDS[kind].facts(list(rows), House.objects.current(), now)
