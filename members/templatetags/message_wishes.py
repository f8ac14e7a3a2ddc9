"""`{% message_wishes member %}`: the part of `/me/` where a member says what they want to be sent."""

from django import template
from django.conf import settings
from django.utils import timezone

from members.models import Channel, Member, MessageWish
from members.notices import KINDS, delivery

register = template.Library()


@register.inclusion_tag("members/_message_wishes.html", takes_context=True)
def message_wishes(context: template.Context, member: Member) -> dict:
    return wishes_of(member) | {"csrf_token": context.get("csrf_token")}


def wishes_of(member: Member) -> dict:
    """What the piece shows: each kind on each channel, whether mail can arrive at all, and what a cap held back."""
    wished = set(MessageWish.objects.filter(member=member).values_list("kind", "channel"))
    held = delivery.held_back(member, timezone.now())
    return {
        "member": member,
        "wishes": [
            {"kind": kind, "channel": channel, "wanted": (name, channel.value) in wished}
            for name, kind in KINDS.items()
            for channel in Channel
        ],
        "house_has_mail": settings.MAIL_READY,
        "can_arrive": settings.MAIL_READY and bool(member.email_to_use),
        "held": [(message, delivery.name_of(message), delivery.why(message)) for message in held],
    }
