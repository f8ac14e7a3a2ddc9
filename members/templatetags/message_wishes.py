"""`{% message_wishes person %}`: the part of `/me/` where somebody says what they want to be sent."""

from django import template
from django.conf import settings
from django.utils import timezone

from members.models import Channel, Member, MessageWish, Staff
from members.models.messages import whose
from members.notices import KINDS, delivery

register = template.Library()


@register.inclusion_tag("members/_message_wishes.html", takes_context=True)
def message_wishes(context: template.Context, person: Member | Staff) -> dict:
    return wishes_of(person) | {"csrf_token": context.get("csrf_token")}


def wishes_of(person: Member | Staff) -> dict:
    """What the piece shows: each kind on each channel, whether mail can arrive at all, and what a cap held back."""
    wished = set(MessageWish.objects.filter(**whose(person)).values_list("kind", "channel"))
    held = delivery.held_back(person, timezone.now())
    return {
        "wishes": [
            {"kind": kind, "channel": channel, "wanted": (name, channel.value) in wished}
            for name, kind in KINDS.items()
            if kind.is_for(person)
            for channel in Channel
        ],
        "house_has_mail": settings.MAIL_READY,
        "can_arrive": settings.MAIL_READY and bool(person.email_to_use),
        "held": [(message, delivery.name_of(message), delivery.why(message)) for message in held],
    }
