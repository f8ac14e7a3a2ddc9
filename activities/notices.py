"""The reminder of a task or an event, and word that a place came free, for members who asked for it."""

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.actions.places import PLACE_FREE, TASK_REMINDER, occurrence
from activities.models import Event, EventSignUp, SignUp, UnitTask
from members import notices
from members.models import Channel, House, Message
from members.models.messages import Reason
from members.notices import Kind, in_our_voice


def still_signed_up(message: Message, now: dt.datetime) -> bool:
    """What it reminds of stands and has not begun, and the place was not given back."""
    offer = offer_of(message)
    if offer is None or offer.called_off_at or now >= offer.begins_at(House.objects.current()):
        return False
    return offer.sign_ups.filter(member=message.member_id).exists()


def text(message: Message, house: House, now: dt.datetime) -> str:
    offer = offer_of(message)
    assert offer is not None  # asked a moment ago
    details = {"offer": offer, "when": _("Today") if offer.day == house.day_of(now) else _("Tomorrow")}
    if isinstance(offer, UnitTask):
        details["task"] = offer
        details["title"] = in_our_voice(offer.title, _("your task"))
        details["unit"] = in_our_voice(offer.unit.name, _("with us"))
        details["link"] = f"{settings.ADDRESS}{reverse('activities:tasks')}{offer.day.isoformat()}/"
        return render_to_string("activities/mail/task_reminder.txt", details)
    details["title"] = in_our_voice(offer.title, _("what you wished to join"))
    details["link"] = f"{settings.ADDRESS}{reverse('activities:event', args=[offer.pk])}"
    return render_to_string("activities/mail/event_reminder.txt", details)


def prepare(house: House, now: dt.datetime) -> int:
    """Reminders of places taken before the wish was made; signing up itself queues the others."""
    today = house.day_of(now)
    soon = (today, today + dt.timedelta(days=1))
    asked = dict(notices.wishing(TASK_REMINDER, Channel.EMAIL, today).values_list("member", "since_at"))
    known = set(
        Message.objects.filter(kind=TASK_REMINDER, member__in=asked, expires_at__gt=now)
        .exclude(state=Message.State.DROPPED, reason=Reason.UNWISHED)
        .values_list("member", "occurrence")
    )
    tasks = SignUp.objects.filter(task__day__range=soon, task__called_off_at=None, member__in=asked)
    events = EventSignUp.objects.filter(event__day__range=soon, event__called_off_at=None, member__in=asked)
    taken: list[tuple[UnitTask | Event, SignUp | EventSignUp]] = [
        *((one.task, one) for one in tasks.select_related("task", "member")),
        *((one.event, one) for one in events.select_related("event", "member")),
    ]
    made = 0
    for offer, sign_up in taken:
        member = sign_up.member
        due_at = offer.reminder_due_at(house, max(asked[member.pk], sign_up.at))
        if (member.pk, occurrence(offer)) not in known and due_at and now < offer.begins_at(house):
            notices.queue(
                person=member,
                kind=TASK_REMINDER,
                occurrence=occurrence(offer),
                due_at=due_at,
                expires_at=offer.begins_at(house),
            )
            made += 1
    return made


notices.register(
    Kind(
        name=TASK_REMINDER,
        label=gettext_lazy("A reminder of my tasks and events"),
        hint=gettext_lazy("The evening before, at 6 pm."),
        still_true=still_signed_up,
        text=text,
        prepare=prepare,
    )
)


# -- A place came free -------------------------------------------------------------------------------------------------


def still_moved_up(message: Message, now: dt.datetime) -> bool:
    """The place they moved up to is still theirs, and what it is for stands and has not begun."""
    offer = offer_of(message)
    if offer is None or offer.called_off_at or now >= offer.begins_at(House.objects.current()):
        return False
    return offer.sign_ups.came_free().filter(member=message.member_id).exists()


def offer_of(message: Message) -> UnitTask | Event | None:
    kind, pk = message.occurrence.split()
    model = UnitTask if kind == "task" else Event
    return model._default_manager.filter(pk=pk).first()


def text_of_place(message: Message, house: House, now: dt.datetime) -> str:
    offer = offer_of(message)
    assert offer is not None  # asked a moment ago
    is_task = isinstance(offer, UnitTask)
    path = (
        f"{reverse('activities:tasks')}{offer.day.isoformat()}/"
        if is_task
        else reverse("activities:event", args=[offer.pk])
    )
    return render_to_string(
        "activities/mail/place_free.txt",
        {
            "offer": offer,
            "title": in_our_voice(offer.title, _("your task") if is_task else _("what you wished to join")),
            "link": f"{settings.ADDRESS}{path}",
        },
    )


notices.register(
    Kind(
        name=PLACE_FREE,
        label=gettext_lazy("A place came free"),
        hint=gettext_lazy("When I waited for it."),
        still_true=still_moved_up,
        text=text_of_place,
    )
)
