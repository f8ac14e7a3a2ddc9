"""The secret address at which a calendar program reads one member's days (docs/decisions/0023)."""

import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.models import CalendarFeed
from activities.models.own import feed_digest
from members import audit
from members.models import Member, User
from members.refusals import Refusal

TOKEN_BYTES = 32


class NoCalendarAddress(Refusal):
    """There is no address whose titles could change."""


def make_calendar_feed(*, member: Member, by: User, neutral_titles: bool | None = None) -> str:
    """A new address; an older one ends. Returns its token (43 letters), which is kept nowhere.

    `neutral_titles`: None leaves it as it was.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    changes: dict = {"digest": feed_digest(token), "made_at": timezone.now()}
    if neutral_titles is not None:
        changes["neutral_titles"] = neutral_titles
    with transaction.atomic():
        feed, _is_new = CalendarFeed.objects.update_or_create(member=member, defaults=changes)
        audit.record(by=by, verb="make_calendar_feed", about=member, subject=feed)
    return token


def end_calendar_feed(*, member: Member, by: User) -> bool:
    """The address opens nothing any more. True when there was one."""
    with transaction.atomic():
        removed, _rows = CalendarFeed.objects.filter(member=member).delete()
        if removed:
            audit.record(by=by, verb="end_calendar_feed", about=member)
    return bool(removed)


def edit_calendar_feed(*, member: Member, neutral_titles: bool, by: User) -> CalendarFeed:
    """Only "Busy", or what it is. Raises `NoCalendarAddress`."""
    with transaction.atomic():
        feed = CalendarFeed.objects.select_for_update(no_key=True).filter(member=member).first()
        if feed is None:
            raise NoCalendarAddress(_("There is no calendar address yet. Make one first."))
        if feed.neutral_titles != neutral_titles:
            feed.neutral_titles = neutral_titles
            feed.save(update_fields=["neutral_titles"])
            audit.record(by=by, verb="edit_calendar_feed", about=member, subject=feed)
    return feed
