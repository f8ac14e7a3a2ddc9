"""The reminder of a task, and word that a place came free, for members who asked for it."""

import datetime as dt

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.actions.places import PLACE_FREE
from activities.models import Event, SignUp, UnitTask
from members import notices
from members.models import Channel, House, Message
from members.models.messages import Reason
from members.notices import Kind, in_our_voice

TASK_REMINDER = "task_reminder"


def occurrence(task_pk: int) -> str:
    return f"task {task_pk}"


def still_signed_up(message: Message, now: dt.datetime) -> bool:
    """The task stands and has not begun, and its place was not given back."""
    sign_up = sign_up_of(message)
    return bool(sign_up and not sign_up.task.called_off_at and now < sign_up.task.begins_at(House.objects.current()))


def sign_up_of(message: Message) -> SignUp | None:
    task_pk = int(message.occurrence.removeprefix("task "))
    return SignUp.objects.filter(member=message.member_id, task=task_pk).select_related("task__unit").first()


def text(message: Message, house: House, now: dt.datetime) -> str:
    task = UnitTask.objects.select_related("unit").get(pk=int(message.occurrence.removeprefix("task ")))
    return render_to_string(
        "activities/mail/task_reminder.txt",
        {
            "task": task,
            "title": in_our_voice(task.title, _("your task")),
            "unit": in_our_voice(task.unit.name, _("with us")),
            "when": _("Today") if task.day == house.day_of(now) else _("Tomorrow"),
            "link": f"{settings.ADDRESS}{reverse('activities:tasks')}{task.day.isoformat()}/",
        },
    )


def prepare(house: House, now: dt.datetime) -> int:
    """Reminders of places taken before the wish was made; signing up itself queues the others."""
    today = house.day_of(now)
    soon = SignUp.objects.filter(task__day__range=(today, today + dt.timedelta(days=1)), task__called_off_at=None)
    asked = dict(notices.wishing(TASK_REMINDER, Channel.EMAIL, today).values_list("member", "since_at"))
    known = set(
        Message.objects.filter(kind=TASK_REMINDER, member__in=asked, expires_at__gt=now)
        .exclude(state=Message.State.DROPPED, reason=Reason.UNWISHED)
        .values_list("member", "occurrence")
    )
    made = 0
    for sign_up in soon.filter(member__in=asked).select_related("task", "member"):
        task, member = sign_up.task, sign_up.member
        due_at = task.reminder_due_at(house, max(asked[member.pk], sign_up.at))
        if (member.pk, occurrence(task.pk)) not in known and due_at and now < task.begins_at(house):
            notices.queue(
                member=member,
                kind=TASK_REMINDER,
                occurrence=occurrence(task.pk),
                due_at=due_at,
                expires_at=task.begins_at(house),
            )
            made += 1
    return made


notices.register(
    Kind(
        name=TASK_REMINDER,
        label=gettext_lazy("A reminder of my tasks"),
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
        label=gettext_lazy("Word that a place is mine"),
        hint=gettext_lazy("When I waited for a place, and one came free."),
        still_true=still_moved_up,
        text=text_of_place,
    )
)
