"""`{% contacts_with member %}`: the part of a member's page that says who was in touch, and their time away."""

from django import template
from django.utils import timezone

from attendance.actions.times_away import standing
from attendance.reach_out_log import written
from members.models import Member

SHOWN = 5

register = template.Library()


@register.inclusion_tag("attendance/_contacts_with.html", takes_context=True)
def contacts_with(context: template.Context, member: Member) -> dict:
    """Two queries."""
    today = timezone.localdate()
    return {
        "member": member,
        "rows": written(member)[:SHOWN],
        "away": standing(member, today),
        "is_quiet": member.quiet_until_on is not None and member.quiet_until_on >= today,
        "user": context["user"],
        "perms": context["perms"],
    }
