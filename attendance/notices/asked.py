"""What the kinds of this room have in common: who asked and has no message yet, and a link for whoever can sign in."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from members import notices
from members.models import Member, Message, MessageWish, Staff

LEAVES_AT = dt.time(9, 30)


def unwritten(kind: str, occurrence: str, today: dt.date, *, asked_before: dt.datetime) -> QuerySet[MessageWish]:
    """Wishes made before that moment, of people for whom there is no message about `occurrence` yet."""
    made = Message.objects.filter(
        Q(member=OuterRef("member")) | Q(staff=OuterRef("staff")),
        kind=kind,
        occurrence=occurrence,
        channel=OuterRef("channel"),
    )
    return notices.wishing(kind, today).filter(since_at__lt=asked_before).exclude(Exists(made))


def link(person: Member | Staff | None, name: str, *args) -> dict[str, str]:
    """The address of a page, for somebody who can sign in; nothing for others. None is the person of a sample."""
    if person is not None and (person.user is None or not person.user.is_active):
        return {}
    return {"link": settings.ADDRESS + reverse(name, args=args)}
