"""The days of one member: tasks and events they are on. Computed once; home, the week and the calendar dress it."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from activities.models import Event, EventSignUp, Part, SignUp, UnitTask
from clubhouse.clock import time_words
from members.models import House, Member, User

TASK_TAKES = dt.timedelta(hours=1)  # a task with a time of its own
PART_ENDS_AT = {Part.MORNING: dt.time(12), Part.AFTERNOON: dt.time(16)}


@dataclass(frozen=True)
class Item:
    """One task or event that the member is on."""

    sign_up: SignUp | EventSignUp
    member: Member

    @cached_property
    def task(self) -> UnitTask | None:
        return self.sign_up.task if isinstance(self.sign_up, SignUp) else None

    @cached_property
    def event(self) -> Event | None:
        return self.sign_up.event if isinstance(self.sign_up, EventSignUp) else None

    @cached_property
    def offer(self) -> UnitTask | Event:
        return self.sign_up.task if isinstance(self.sign_up, SignUp) else self.sign_up.event

    @property
    def day(self) -> dt.date:
        return self.offer.day

    @property
    def title(self) -> str:
        return self.offer.title

    def begins_at(self, house: House) -> dt.datetime:
        return self.offer.begins_at(house)

    def ends_at(self, house: House) -> dt.datetime:
        """A task says no end: one with a time is taken as an hour, one without lasts until noon or until four."""
        if self.event is not None:
            return self.event.finishes_at(house)
        assert self.task is not None
        if self.task.starts_at is None:
            return house.at(self.day, PART_ENDS_AT[Part(self.task.part)])
        return self.begins_at(house) + TASK_TAKES

    @property
    def when(self) -> str:
        """ "at 9:30 am", "in the morning": as it stands in a sentence."""
        if self.offer.starts_at:
            return _("at %(time)s") % {"time": time_words(self.offer.starts_at)}
        is_morning = self.task is not None and self.task.part == Part.MORNING
        return _("in the morning") if is_morning else _("in the afternoon")

    @property
    def is_done(self) -> bool:
        return self.task is not None and self.task.is_done

    @property
    def came_free(self) -> bool:
        """They waited, and moved up."""
        return self.sign_up.moved_up_at is not None

    @property
    def put_up_by(self) -> str:
        """Who put the member's name up at their word; empty where they did so themselves."""
        by: User = self.sign_up.by
        if self.came_free or by.pk == self.member.user_id:
            return ""
        return by.person.short_name if by.person else by.username


def items(member: Member, house: House, first: dt.date, last: dt.date, *, called_off: bool = False) -> list[Item]:
    """What the member is on from `first` to `last`, as the days go. Two queries. `called_off`: that as well."""
    by = ("by__member", "by__staff")
    tasks = SignUp.objects.filter(member=member, task__day__range=(first, last)).select_related("task__unit", *by)
    events = EventSignUp.objects.filter(member=member, event__day__range=(first, last)).select_related("event", *by)
    found = [Item(sign_up, member) for sign_up in tasks] + [Item(sign_up, member) for sign_up in events]
    standing = [item for item in found if called_off or not item.offer.is_called_off]
    return sorted(standing, key=lambda item: (item.day, item.begins_at(house), item.title, item.offer.pk))
